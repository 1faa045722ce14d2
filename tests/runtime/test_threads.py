"""Threads for calls that block: used again, bounded, and gone when idle."""

import asyncio
import functools
import threading

import pytest

from probe.runtime.threads import Threads


def named(name: str) -> int:
    """Count the threads of a name."""
    return sum(thread.name == name for thread in threading.enumerate())


def test_they_are_used_again() -> None:
    """One call after the other takes one thread."""

    async def run() -> None:
        threads = Threads(8, "again")
        for number in range(1000):
            assert await threads.run(functools.partial(abs, number)) == number
        assert named("again") == 1

    asyncio.run(run())


def test_they_are_bounded_and_nothing_is_lost() -> None:
    """More calls than threads wait for their turn; errors are raised where they are awaited."""

    async def run() -> None:
        threads, release = Threads(3, "bounded"), threading.Event()
        held = [threads.run(lambda: release.wait(10)) for _ in range(3)]
        waiting = [threads.run(lambda: "done") for _ in range(50)]
        failing = threads.run(functools.partial(int, "none"))
        cancelled = threads.run(lambda: pytest.fail("it was cancelled"))
        cancelled.cancel()
        await asyncio.wait(waiting, timeout=0.05)
        assert named("bounded") == 3
        assert not any(one.done() for one in waiting)
        release.set()
        assert await asyncio.gather(*held) == [True] * 3
        assert await asyncio.gather(*waiting) == ["done"] * 50
        with pytest.raises(ValueError, match="none"):
            await failing

    asyncio.run(run())


def test_idle_ones_end_and_others_begin() -> None:
    """A pool that was idle for its time works on afterwards."""

    async def run() -> None:
        threads = Threads(8, "idle", idle_seconds=0.01)
        for _ in range(20):
            assert await threads.run(lambda: 1) == 1
            for thread in threading.enumerate():
                if thread.name == "idle":
                    thread.join()

    asyncio.run(run())


def test_a_thread_that_cannot_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any thread a call fails at once; beside others it waits for one of them."""

    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def run() -> None:
        threads = Threads(8, "begin")
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", start)
            with pytest.raises(OSError, match="new thread"):
                threads.run(lambda: 1)
        release = threading.Event()
        held = threads.run(lambda: release.wait(10))
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", start)
            waiting = threads.run(lambda: 2)
        release.set()
        assert (await held, await waiting) == (True, 2)

    asyncio.run(run())
