"""`make soak`: the real command for ten minutes among servers that misbehave, and what it holds.

Forty targets that fail in forty ways are probed once a second, feeds that fail in their ways are
read once a second, it is scraped, browsed, reloaded and left hanging by clients, and its memory,
descriptors and threads are measured all the while. It ends with 1 where one of them grows.
"""

import argparse
import asyncio
import contextlib
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from tests.faults.targets import FAULTS, Ground, configured
from tests.faults.watched import HEALTHY, Watched, watching
from tests.servers import Authority, answering, halting, message, pouring, resetting, serving

#: The shipped configuration probes two targets every thirty seconds.
SHIPPED = 2 / 30
TARGETS = 40
QUICK = {"interval": "1s", "timeout": "800ms", "attempts": 1}
#: Until this part of the time is over, caches fill and the allocator finds its size.
WARM = 0.3
#: What may be more at the end than after warming up.
MORE_MEMORY, MORE_DESCRIPTORS, MORE_THREADS = 8 << 20, 8, 2
SAMPLED = 2.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What the process holds at an instant: bytes in memory, descriptors, threads."""

    memory: int
    descriptors: int
    threads: int


def measured(pid: int) -> Sample:
    """Return what a process holds now."""
    process = Path(f"/proc/{pid}")
    status = dict(
        line.split(":", 1) for line in (process / "status").read_text("ascii").splitlines()
    )
    return Sample(
        memory=int(status["VmRSS"].split()[0]) << 10,
        descriptors=sum(1 for _ in (process / "fd").iterdir()),
        threads=int(status["Threads"]),
    )


# --- what it lives among -------------------------------------------------------------------------


def _pages() -> Iterator[bytes]:
    """Yield what the status page says, one time after another: of all this, some is maintenance."""
    day = datetime.now(UTC) + timedelta(days=3)
    told = [
        f"<p>SPOT will be unavailable {day:%B} {day.day}, {day.year}, from {hour} to "
        f"{hour + 1} p.m. ET.</p>"
        for hour in range(1, 9)
    ]
    unclear = [f"<p>SPOT maintenance is planned for week {week}.</p>" for week in range(8)]
    for paragraph in cycle((*told, *unclear)):
        yield message(f"<h2>Current system status</h2><p>Available.</p>{paragraph}".encode())


@asynccontextmanager
async def _feeds() -> AsyncIterator[Sequence[Mapping[str, Any]]]:
    """Serve feeds: a page that is never the same, and some that fail."""
    pages = _pages()

    async def changing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(next(pages))
        writer.close()

    kinds = {
        "changing": ("page", changing),
        "away": ("page", answering(message(b"", "503 Away"))),
        "reset": ("ics", resetting()),
        "silent": ("statuspage", halting()),
        "pouring": ("page", pouring(b"HTTP/1.1 200 OK\r\n\r\n", b"<p>maintenance</p>")),
        "none": ("ics", answering(message(b"BEGIN:VCALENDAR\r\n" * 1000))),
    }
    async with AsyncExitStack() as stack:
        made = []
        for name, (kind, behave) in kinds.items():
            served = await stack.enter_async_context(serving(behave))
            made.append({"name": name, "kind": kind, "url": served.url})
        yield [{"component": "tried", "refresh": "1s", **one} for one in made]


@asynccontextmanager
async def _targets(folder: Path) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
    """Serve as many faults, of all kinds, as there are to be targets."""
    runs = [fault for fault in FAULTS if fault.runs and not fault.target]
    (folder / "strangers").mkdir()
    ground = Ground(folder, Authority(folder), Authority(folder / "strangers"))
    async with AsyncExitStack() as stack:
        made = []
        for number, fault in enumerate(runs[:: max(1, len(runs) // TARGETS)]):
            url = await stack.enter_async_context(fault.serve(ground))
            made.append({**configured(fault, number, url, ground.ours), **QUICK})
        yield made


# --- what is done to it --------------------------------------------------------------------------


async def _every(pause: float, act: Callable[[], Awaitable[object]]) -> None:
    while True:
        await act()
        await asyncio.sleep(pause)


async def _left_hanging(probe: Watched) -> None:
    """Open connections, say half of a request, and leave."""
    writers = []
    for _ in range(20):
        _, writer = await asyncio.open_connection(*probe.place)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost:")
        writers.append(writer)
    await asyncio.sleep(1)
    for writer in writers:
        writer.close()


async def _reloaded(probe: Watched) -> None:
    probe.process.send_signal(signal.SIGHUP)


async def soak(folder: Path, seconds: float) -> tuple[list[Sample], float]:
    """Return the samples of a run, and how many observations a second there were."""
    async with _targets(folder) as targets, _feeds() as feeds:
        configuration = {"targets": targets, "feeds": feeds}
        async with watching(folder / "probe", configuration) as probe:
            tasks = [
                asyncio.create_task(_every(1, probe.samples)),
                asyncio.create_task(_every(2, lambda: probe.get("/"))),
                asyncio.create_task(_every(2, lambda: probe.get("/api/v1/incidents"))),
                asyncio.create_task(_every(5, lambda: _left_hanging(probe))),
                asyncio.create_task(_every(10, lambda: _reloaded(probe))),
            ]
            found: list[Sample] = []
            begun = time.monotonic()
            try:
                while (passed := time.monotonic() - begun) < seconds:
                    found.append(measured(probe.process.pid))
                    if failed := [task for task in tasks if task.done()]:
                        await asyncio.gather(*failed)
                    await asyncio.sleep(SAMPLED)
                end = await probe.undisturbed()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            counted = sum(value for _, value in end.every("probe_observations_total"))
            assert end.one("probe_observations_total", target=HEALTHY) >= 0.4 * passed
            return found, counted / passed


def told(samples: Sequence[Sample], rate: float) -> bool:
    """Print the figures; whether nothing has grown."""
    warm = samples[int(len(samples) * WARM) :]
    part = max(1, len(warm) // 4)
    first, last = warm[:part], warm[-part:]
    print(f"{rate:.0f} observations a second, {rate / SHIPPED:.0f} times the shipped rate")  # noqa: T201
    flat = True
    # Clients come and go: what descriptors there are without them is what may not grow.
    for name, unit, more, held in (
        ("memory", 1 << 20, MORE_MEMORY, statistics.median),
        ("descriptors", 1, MORE_DESCRIPTORS, min),
        ("threads", 1, MORE_THREADS, statistics.median),
    ):
        before, after = (held(getattr(sample, name) for sample in some) for some in (first, last))
        most = max(getattr(sample, name) for sample in samples)
        grown = after - before > more
        flat = flat and not grown
        print(  # noqa: T201
            f"{name}: {before / unit:.1f} after warming up, {after / unit:.1f} at the end, "
            f"{most / unit:.1f} at most: {'it grows' if grown else 'flat'}"
        )
    return flat


def main(arguments: Sequence[str] | None = None) -> None:
    """Run it for so many minutes."""
    options = argparse.ArgumentParser(description="Is the program as it was after ten minutes?")
    options.add_argument("--minutes", type=float, default=10)
    minutes = options.parse_args(arguments).minutes
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(KeyboardInterrupt):
        if not told(*asyncio.run(soak(Path(folder), 60 * minutes))):
            sys.exit(1)


if __name__ == "__main__":
    main()
