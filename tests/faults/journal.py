"""Disks and journals that are full, locked, torn or gone: probing goes on without them."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from probe.journal import FILE
from tests.e2e.stage import until
from tests.faults.scenes import Scene, scenes, told
from tests.faults.watched import HEALTHY, Watched, begun, watching
from tests.faults.world import needs_world
from tests.journal import states
from tests.observed import observed
from tests.written import written

Make = Callable[[Path], Any]


# --- what is known of it ---------------------------------------------------------------------


def kept(place: Path) -> int:
    """Return how many observations of the healthy target the journal holds."""
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(place / "data" / FILE, timeout=0)) as db,
    ):
        query = "SELECT count(*) FROM observation WHERE target = ?"
        return int(db.execute(query, (HEALTHY,)).fetchone()[0])
    return 0


async def has_some(place: Path) -> bool:
    """Whether it holds any."""
    return kept(place) > 0


async def all_is_written(probe: Watched) -> bool:
    """Whether nothing waits for the disk."""
    samples = await probe.samples()
    healthy = samples.one("probe_journal_healthy")
    return healthy == 1 and samples.one("probe_journal_queue_length") == 0


async def answers(probe: Watched) -> None:
    """Check that it is shown all the same."""
    for path in ("/", "/metrics", "/-/healthy", "/api/v1/status"):
        assert (await probe.get(path)).status_code == 200


# --- what is done to it ----------------------------------------------------------------------


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def small(folder: Path) -> None:
    """Put a file system of half a megabyte in the journal's place."""
    (folder / "data").mkdir(exist_ok=True)
    _mount("-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder / "data"))


def filled(path: Path) -> None:
    """Fill its file system to the last byte."""
    with contextlib.suppress(OSError), (path.parent / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


def read_only(path: Path) -> None:
    """Let nothing be written below its folder any longer."""
    _mount("--bind", str(path.parent), str(path.parent))
    _mount("-o", "remount,bind,ro", str(path.parent))


def removed(path: Path) -> None:
    """Remove the file and its logs."""
    for one in path.parent.glob(f"{FILE}*"):
        one.unlink()


def emptied(path: Path) -> None:
    """Leave nothing in it."""
    os.truncate(path, 0)


def noisy(path: Path) -> None:
    """Put noise in the place of its log."""
    (path.parent / f"{FILE}-wal").write_bytes(b"noise" * 9999)


def torn(path: Path) -> None:
    """Turn most of its bits, while it may be in use."""
    states.merged(path)
    states.spoilt(path)


# --- the scenes ------------------------------------------------------------------------------


async def as_it_is_found(place: Path, make: Make, *, heals: bool = True) -> None:
    """It starts, probes, and says it; where the file can be had, a new one is begun."""

    def before(folder: Path) -> None:
        path = folder / "data" / FILE
        with written(path.parent) as journal:
            journal.record(*observed("." * 300 + "x" * 300))
        make(path)

    async with watching(place, before=before) as probe:
        await probe.goes_on()
        await answers(probe)
        await shown(probe, place, heals=heals)


async def while_it_runs(place: Path, make: Make, *, heals: bool = True) -> None:
    """Probing goes on, the page and scrapes answer, and what follows is written if it can be."""
    async with watching(place) as probe:
        await until(lambda: has_some(place), "the first observation on disk")
        make(probe.journal)
        await probe.goes_on(3)
        await answers(probe)
        await shown(probe, place, heals=heals)


async def shown(probe: Watched, place: Path, *, heals: bool) -> None:
    """Check what became of it: a new one that is written, or a metric that says that none is."""
    if heals:
        await until(lambda: has_some(place), "observations in the journal")
    else:
        assert (await probe.samples()).one("probe_journal_healthy") == 0


async def read_only_then(place: Path, play: Callable[..., Any], *, heals: bool) -> None:
    """Play it with a folder in which nothing can be opened to write; what is open, still can."""
    try:
        await play(place, read_only, heals=heals)
    finally:
        subprocess.run(["umount", str(place / "data")], check=False, capture_output=True)


async def locked(place: Path, kind: str, when: str) -> None:
    """Ten seconds of a backup: nothing waits, and nothing is lost."""
    held: list[sqlite3.Connection] = []

    def lock(path: Path) -> None:
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        db.execute(f"BEGIN {kind}")
        held.append(db)

    def before(folder: Path) -> None:
        if when == "at the start":
            with written(folder / "data") as journal:
                journal.record(*observed("." * 30))
            lock(folder / "data" / FILE)

    async with watching(place, before=before) as probe:
        if not held:
            await until(lambda: has_some(place), "the first observation on disk")
            lock(probe.journal)
        await probe.goes_on(5)
        await answers(probe)
        held[0].rollback()
        held[0].close()
        await until(lambda: all_is_written(probe), "all is written")
        counted = await probe.observed()
    assert kept(place) >= counted


async def full_disk(place: Path, when: str) -> None:
    """Probing goes on; when there is room again, what waited is written."""

    def before(folder: Path) -> None:
        small(folder)
        if when == "at the start":
            filled(folder / "data" / FILE)

    try:
        async with watching(place, before=before) as probe:
            if when != "at the start":
                await until(lambda: has_some(place), "the first observation on disk")
                filled(probe.journal)
            await probe.goes_on(4)
            await answers(probe)
            (probe.journal.parent / "filler").unlink()
            await until(lambda: all_is_written(probe), "all is written")
    finally:
        subprocess.run(["umount", str(place / "data")], check=False, capture_output=True)


async def second(place: Path) -> None:
    """A second service is refused with a line, and disturbs nothing."""
    async with watching(place) as probe:
        log = (place / "log").read_bytes()
        process = await begun(place)
        assert await process.wait() == 2
        assert b"another spot-probe run uses" in (place / "log").read_bytes()
        (place / "log").write_bytes(log)
        await probe.goes_on()


def _rows() -> Iterator[Scene]:
    found: dict[str, Make] = {**states.UNREADABLE, "emptied": emptied}
    found["noise in its log"] = noisy
    running: dict[str, Make] = {
        **{name: states.UNREADABLE[name] for name in ("headless", "cut", "directory", "text")},
        **{name: states.UNREADABLE[name] for name in ("later", "lacking")},
        "torn": torn,
        "emptied": emptied,
        "removed": removed,
        "its folder removed": lambda path: shutil.rmtree(path.parent),
    }
    yield from scenes("found", as_it_is_found, {name: (make,) for name, make in found.items()})
    yield from scenes("running", while_it_runs, {name: (make,) for name, make in running.items()})
    whens = ("at the start", "while it runs")
    started = partial(read_only_then, play=as_it_is_found, heals=False)
    running_then = partial(read_only_then, play=while_it_runs, heals=True)
    yield from scenes("read-only, at the start", started, {"its folder": ()}, needs_world)
    yield from scenes("read-only, while it runs", running_then, {"its folder": ()}, needs_world)
    yield from scenes("a full disk", full_disk, {when: (when,) for when in whens}, needs_world)
    locks = {
        f"{kind.lower()}, {when}": (kind, when)
        for kind in ("EXCLUSIVE", "IMMEDIATE")
        for when in whens
    }
    yield from scenes("locked", locked, locks)
    yield from scenes("another", second, {"service beside it": ()})


@pytest.mark.parametrize("scene", [scene.row for scene in _rows()])
def test_the_journal(scene: Scene, outcomes: Mapping[str, BaseException | None]) -> None:
    """Nothing waits for it, nothing ends with it, and what can be kept is kept."""
    told(scene, outcomes)
