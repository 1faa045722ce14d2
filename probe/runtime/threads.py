"""Calls that block, beside the event loop and not in its way."""

import asyncio
import concurrent.futures
import errno
import functools
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_thread(call: Callable[[], T], name: str) -> T:
    """Run a call in a daemon thread of its own; what it raises is raised here.

    A server that is away can hold a call for many seconds, and an event loop's own threads cannot
    be left behind: they would delay the end of the service and take the threads from the others.
    """
    outcome: concurrent.futures.Future[T] = concurrent.futures.Future()
    outcome.set_running_or_notify_cancel()

    def run() -> None:
        try:
            outcome.set_result(call())
        except Exception as error:  # noqa: BLE001 - it is raised where it is awaited
            outcome.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await asyncio.wrap_future(outcome)


class Threads:
    """At most so many daemon threads for calls that block; idle ones are used again, then end.

    Daemons, because a call that hangs must not delay the end of the program.
    """

    def __init__(self, most: int, name: str, *, idle_seconds: float = 30.0) -> None:
        self._most = most
        self._name = name
        self._idle_seconds = idle_seconds
        self._jobs: queue.SimpleQueue[Callable[[], Callable[[], None]]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._running = 0
        self._unclaimed = 0  # idle threads less the jobs that wait for one

    def run(self, call: Callable[[], T]) -> asyncio.Future[T]:
        """Return what the call will give or raise; raises OSError when no thread can be had."""
        outcome: concurrent.futures.Future[T] = concurrent.futures.Future()

        def job() -> Callable[[], None]:
            if not outcome.set_running_or_notify_cancel():
                return lambda: None
            try:
                return functools.partial(outcome.set_result, call())
            except Exception as error:  # noqa: BLE001 - it is raised where it is awaited
                return functools.partial(outcome.set_exception, error)

        with self._lock:
            if self._unclaimed <= 0 and self._running < self._most:
                self._begin()
            self._unclaimed -= 1
        self._jobs.put(job)
        return asyncio.wrap_future(outcome)

    def _begin(self) -> None:
        try:
            threading.Thread(target=self._work, name=self._name, daemon=True).start()
        except RuntimeError as error:
            if not self._running:
                raise OSError(errno.EAGAIN, str(error)) from error
            return  # those that run will come to it
        self._running += 1
        self._unclaimed += 1

    def _work(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=self._idle_seconds)
            except queue.Empty:
                with self._lock:
                    if self._unclaimed > 0:  # else a job is on its way to this thread
                        self._running -= 1
                        self._unclaimed -= 1
                        return
                continue
            deliver = job()
            with self._lock:
                self._unclaimed += 1  # first, for whoever gets it may have the next call at once
            deliver()
