"""What our own machine does to us: signals, limits, clocks, and a network that is away."""

import asyncio
import contextlib
import json
import os
import re
import resource
import signal
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from probe.journal import FILE
from tests.debian import needs
from tests.e2e.stage import until
from tests.faults.scenes import Scene, scenes, told
from tests.faults.watched import HEALTHY, Watched, watching
from tests.journal import states
from tests.servers import answering, full, halting, message, refusing, serving

#: As long as a scene lets pass because time itself is what is tried.
PAUSE_SECONDS = 2.0
HOUR = timedelta(hours=1)
AWAY = answering(message(b"", "503 Away"))


def target(name: str, url: str, **more: Any) -> Mapping[str, Any]:
    """Return a target's configuration."""
    usual = {"interval": "2s", "timeout": "1s", "attempts": 1}
    return {"name": name, "url": url, "components": [name], **usual, **more}


async def logged(probe: Watched, words: str) -> bool:
    """Whether the log has these words."""
    return words in probe.log


async def more_than(probe: Watched, name: str, before: float) -> bool:
    """Whether a target was observed more often than before."""
    return await probe.observed(name) > before


# --- signals ---------------------------------------------------------------------------------


async def hung_up_early(place: Path, times: int) -> None:
    """SIGHUP comes while the program is still being imported: the reload comes when it can."""
    blocked = "grep -q '^SigBlk:.*[13579bdf]$' /proc/$$/status"
    often = f"for n in $(seq {times}); do kill -HUP $$; done"
    shell = f"(until {blocked}; do :; done 2>/dev/null; {often}) & "
    async with watching(place, ready=False, shell=f"{shell}:") as probe:
        await until(lambda: logged(probe, "reloaded"), "the reload")
        await probe.goes_on(1)


async def hung_up_again_and_again(place: Path, timeout: str, attempts: int) -> None:
    """SIGHUP every two seconds: a target that takes longer than that to fail is observed."""
    async with serving(halting()) as server:
        slow = target("slow", server.url, interval="8s", timeout=timeout, attempts=attempts)
        async with watching(place, {"targets": [slow]}) as probe:

            async def hang_up() -> None:
                while True:
                    probe.process.send_signal(signal.SIGHUP)
                    await asyncio.sleep(2)  # what is tried

            task = asyncio.create_task(hang_up())
            await until(lambda: more_than(probe, "slow", 1), "two observations")
            task.cancel()
            failed = await probe.failures(target="slow", reason="timeout")
            assert failed == await probe.observed("slow")
            await probe.undisturbed()


async def hung_up_a_hundred_times(place: Path) -> None:
    """They become a few reloads, and nothing is left of them."""
    async with watching(place) as probe:
        for _ in range(100):
            probe.process.send_signal(signal.SIGHUP)
            await asyncio.sleep(0.01)  # how fast they come
        await probe.goes_on()
        assert len(os.listdir(f"/proc/{probe.process.pid}/task")) < 30  # noqa: PTH208


async def hung_up_with_a_bad_file(place: Path, text: str) -> None:
    """What was in force goes on, and the metric tells."""
    async with watching(place) as probe:
        probe.config.write_text(text, encoding="utf-8")
        probe.process.send_signal(signal.SIGHUP)

        async def failed() -> bool:
            return (await probe.samples()).one("probe_config_last_reload_successful") == 0

        await until(failed, "the failure")
        await probe.goes_on()


async def suspended(place: Path, attempts: int) -> None:
    """Stopped in the middle of an attempt: that is no failure of any target's."""

    async def slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.3)  # so that it is stopped in the middle of it
        writer.write(message(b"in"))

    async with serving(slowly) as server:
        slow = target("slow", server.url, timeout="600ms", attempts=attempts)
        async with watching(place, {"targets": [slow]}) as probe:
            for _ in range(3):
                while not server.asked.empty():
                    server.asked.get_nowait()
                await server.asked.get()
                probe.process.send_signal(signal.SIGSTOP)
                await asyncio.sleep(PAUSE_SECONDS)  # for how long it is suspended
                probe.process.send_signal(signal.SIGCONT)
                before = await probe.observed("slow")
                await until(lambda: more_than(probe, "slow", before), "another")  # noqa: B023
            assert await probe.failures() == 0


async def ended(place: Path, number: int, what: str) -> None:
    """Status 0 within seconds, whatever is under way."""
    async with serving(halting()) as server:
        hanging = target("hanging", server.url, interval="20s", timeout="9s")
        async with watching(place, {"targets": [hanging]}) as probe:
            asking: list[asyncio.Task[Any]] = []
            if what == "a reload":
                asking = [asyncio.create_task(probe.reload()) for _ in range(9)]
            elif what == "listeners":
                asking = [asyncio.create_task(probe.get("/events")) for _ in range(20)]
            await asyncio.sleep(0.1)  # they are under way
            probe.process.send_signal(number)
            async with asyncio.timeout(5):
                assert await probe.process.wait() == 0
            for one in asking:
                one.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
            assert "Traceback" not in probe.log


async def killed(place: Path) -> None:
    """`kill -9`, five times: the journal is whole, and has what was observed."""
    for _ in range(5):
        async with watching(place) as probe:
            probe.process.kill()
            await probe.process.wait()
        with contextlib.closing(sqlite3.connect(place / "data" / FILE)) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert not states.aside(place / "data" / FILE)


# --- limits ----------------------------------------------------------------------------------


async def few_descriptors(place: Path, descriptors: int, clients: int) -> None:
    """Idle connections take none of those that probing needs."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    async with watching(place, shell=f"ulimit -n {descriptors}") as probe:
        writers = []
        for _ in range(clients):
            with contextlib.suppress(OSError):
                writers.append((await asyncio.open_connection(*probe.place))[1])
        await probe.goes_on(3)
        name = "probe_attempt_failures_total"
        internal = (await probe.samples()).one(name, target=HEALTHY, reason="internal")
        assert internal == 0
        for writer in writers:
            writer.transport.abort()


async def files_that_may_not_grow(place: Path, kilobytes: int) -> None:
    """RLIMIT_FSIZE: probing goes on without a journal that can be written."""
    async with watching(place, shell=f"ulimit -f {kilobytes * 2}") as probe:
        await probe.goes_on(3)
        assert (await probe.get("/")).status_code == 200


async def little_memory(place: Path) -> None:
    """Thirty bodies as large as they may be, at once, in little memory."""
    async with contextlib.AsyncExitStack() as stack:
        large = answering(message(b"x" * (1 << 20)))
        server = await stack.enter_async_context(serving(large))
        targets = [
            target(f"t{number}", server.url, interval="5s", http={"max_body": "2MiB"})
            for number in range(30)
        ]
        given = {"targets": targets}
        limited = watching(place, given, shell=f"ulimit -v {1500 * 1024}")
        probe = await stack.enter_async_context(limited)
        await probe.goes_on(3)
        status = Path(f"/proc/{probe.process.pid}/status").read_text(encoding="ascii")
        (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
        assert int(peak) < 300_000


async def nobody_reads_its_log(place: Path) -> None:
    """The reader of standard error has gone: nothing that is logged ends anything."""
    shell = "mkfifo log.pipe; (sed -u '/listens on/q' < log.pipe) & exec 2> log.pipe"
    async with watching(place, shell=shell) as probe:
        for _ in range(9):
            assert (await probe.reload()).status_code == 200
        await probe.goes_on()


# --- clocks ----------------------------------------------------------------------------------


async def clock_set(place: Path, offset: int) -> None:
    """Probing goes on; an open window stays what it is unless its time has really passed."""
    now = datetime.now(UTC).replace(microsecond=0)
    window = {
        "components": ["down"],
        "starts_at": (now - 960 * HOUR).isoformat(),
        "ends_at": (now + 2 * HOUR).isoformat(),
    }
    async with serving(AWAY) as server:
        given = {"targets": [target("down", server.url)], "maintenance": {"windows": [window]}}
        place.mkdir()
        file = place / "offset"
        file.write_text("+0\n", encoding="ascii")
        environment = {
            "LD_PRELOAD": f"/usr/lib/{os.uname().machine}-linux-gnu/faketime/libfaketime.so.1",
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        async with watching(place, given, environment=environment) as probe:

            async def excused() -> bool:
                return bool((await probe.targets())["down"]["verdict"] == "expected")

            await until(excused, "the window")
            file.write_text(f"{offset:+}\n", encoding="ascii")
            before = await probe.observed("down")
            await until(lambda: more_than(probe, "down", before + 2), "more observations")
            said = (await probe.targets())["down"]
            if abs(offset) < 7200:
                assert (said["verdict"], said["because"]) == ("expected", None)
            assert offset > 0 or said["because"] != "overrun"
            await probe.undisturbed()


# --- our own network -------------------------------------------------------------------------


async def connectivity(place: Path, addresses: str, *, answered: bool) -> None:
    """A failure is ours only where nothing was answered and none of the addresses is reached."""
    async with contextlib.AsyncExitStack() as stack:
        nowhere = stack.enter_context(refusing())
        silent = stack.enter_context(full())
        away = await stack.enter_async_context(serving(AWAY))
        asked = {"refused": [nowhere], "filtered": [silent], "up": [away.url], "none": []}
        down = target("down", away.url if answered else nowhere, interval="4s")
        given = {
            "connectivity": [f"tcp://{one[7:-1]}" for one in asked[addresses]],
            "targets": [down],
        }

        def alone(folder: Path) -> None:
            """Take the healthy target away, whose answers prove the network."""
            config = folder / "probe.yml"
            whole = json.loads(config.read_text(encoding="utf-8"))
            del whole["targets"][0], whole["components"]["beside"]
            config.write_text(json.dumps(whole), encoding="utf-8")

        async with watching(place, given, before=alone, ready=False) as probe:

            async def judged() -> str | None:
                verdict: str | None = (await probe.targets())["down"]["verdict"]
                return verdict

            ours = not answered and addresses in {"refused", "filtered"}
            expected = "inconclusive" if ours else "unexpected"
            assert await until(judged, "a verdict") == expected


# --- the table -------------------------------------------------------------------------------

SIGNALS = (signal.SIGTERM, signal.SIGINT)
WORK = ("nothing", "a reload", "a hanging target", "listeners")
CLOCKS = {"an hour back": -3600, "an hour ahead": 3600, "a day back": -86400, "half a minute": 30}
SCENES = [
    *scenes("SIGHUP early", hung_up_early, {"once": (1,), "fifty times": (50,)}),
    *scenes(
        "SIGHUP every two seconds",
        hung_up_again_and_again,
        {"one attempt": ("5s", 1), "two attempts": ("3s", 2)},
    ),
    *scenes("SIGHUP", hung_up_a_hundred_times, {"a hundred times": ()}),
    *scenes(
        "SIGHUP with a file that is",
        hung_up_with_a_bad_file,
        {"cut short": ("targets: [\n",), "empty": ("",), "another's": ("contact: x\n",)},
    ),
    *scenes("SIGSTOP", suspended, {"one attempt": (1,), "two attempts": (2,)}),
    *scenes(
        "the end during",
        ended,
        {f"{what}, by {number.name}": (number, what) for number in SIGNALS for what in WORK},
    ),
    *scenes("SIGKILL", killed, {"five times": ()}),
    *scenes(
        "descriptors",
        few_descriptors,
        {"48, idle: 64": (48, 64), "64, idle: 200": (64, 200), "256, idle: 600": (256, 600)},
    ),
    *scenes(
        "files of at most", files_that_may_not_grow, {"8 KiB": (8,), "32 KiB": (32,), "99": (99,)}
    ),
    *scenes("memory", little_memory, {"thirty large bodies": ()}),
    *scenes("the log", nobody_reads_its_log, {"nobody reads it": ()}),
    *scenes(
        "the clock is set",
        clock_set,
        {name: (offset,) for name, offset in CLOCKS.items()} | {"to 1994": (-1_000_000_000,)},
        needs("faketime", package="faketime"),
    ),
    *(
        Scene(
            name=f"connectivity {addresses}, {'an answer' if answered else 'no answer'}",
            play=lambda place, addresses=addresses, answered=answered: connectivity(  # type: ignore[misc]
                place, addresses, answered=answered
            ),
        )
        for addresses in ("refused", "filtered", "up", "none")
        for answered in (True, False)
    ),
]


@pytest.mark.parametrize("scene", [scene.row for scene in SCENES])
def test_the_machine(scene: Scene, outcomes: Mapping[str, BaseException | None]) -> None:
    """Probing goes on, and no target is blamed."""
    told(scene, outcomes)
