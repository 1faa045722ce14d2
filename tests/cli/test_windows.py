"""Windows that a person adds: at once, without a file, and ended at once."""

import contextlib
import json
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from probe.journal import FILE, reading
from probe.runtime.clock import now
from probe.types import AddedWindow, Impact
from tests.cli.test_commands import run

DAY = timedelta(days=1)
CONFIG = """
targets: [{name: spot, url: 'https://spot.example/', components: [spot, idm]}]
feeds: []
connectivity: []
maintenance: {weekly: []}
"""


class Place:
    """A configuration and a journal."""

    def __init__(self, path: Path) -> None:
        self.data = path / "data"
        (path / "probe.yml").write_text(CONFIG, encoding="utf-8")
        self.flags = f"--config.file={path / 'probe.yml'}", f"--storage.path={self.data}"

    def run(self, *arguments: str) -> Result:
        """Run a command there."""
        return run(*arguments, *self.flags)

    def add(self, *arguments: str) -> Result:
        """Add a window of SPOT that ends tomorrow, unless the arguments say otherwise."""
        tomorrow = f"--until={(now() + DAY).isoformat()}"
        return self.run("windows", "add", "spot", tomorrow, "--by=ann", *arguments)

    def added(self) -> tuple[AddedWindow, ...]:
        """Return what was added."""
        if not self.data.exists():
            return ()
        with reading(self.data) as history:
            return history.noticeboard().windows

    def listed(self) -> list[dict[str, Any]]:
        """Return what is listed."""
        found: list[dict[str, Any]] = json.loads(self.run("windows", "--format=json").stdout)
        return found

    def verdict(self) -> tuple[str, str | None]:
        """Return the verdict of a failure now."""
        found = json.loads(self.run("explain", "spot", "--format=json").stdout)
        return found["verdict"], found["because"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Give a configuration without windows, and no journal yet."""
    return Place(tmp_path)


def test_a_window_counts_from_its_adding_to_its_end(place: Place) -> None:
    """It is listed with the id that ends it, and with who said so."""
    assert place.verdict() == ("unexpected", "unannounced")
    done = place.add("--note=told by telephone")
    assert done.exit_code == 0
    (window,) = place.added()
    assert f"Added {window.id}: outage of spot, " in done.stdout
    assert f"windows end {window.id}" in done.stdout
    assert (window.added_by, window.note, window.plan.components) == (
        "ann", "told by telephone", ("spot",),
    )  # fmt: skip
    (shown,) = place.listed()
    assert (shown["id"], shown["source"], shown["quote"], shown["impact"]) == (
        f"added/{window.id}", "added by ann", "told by telephone", "outage",
    )  # fmt: skip
    assert f"added by ann ({window.id})" in place.run("windows").stdout
    assert place.verdict() == ("expected", None)

    done = place.run("windows", "end", window.id[:4], "--by=bob")
    assert done.exit_code == 0
    (ended,) = place.added()
    assert ended.ended_by == "bob"
    assert place.listed() == []
    assert place.verdict() == ("unexpected", "unannounced")


def test_a_window_may_begin_later_and_be_of_several_components(place: Place) -> None:
    """Ends without an offset are in the zone of the configuration, as everywhere."""
    day = (now() + 30 * DAY).date()
    done = place.add(
        "idm", f"--from={day}T22:00", f"--until={day + DAY}T04:00", "--impact=degraded"
    )
    assert done.exit_code == 0, done.output
    (window,) = place.added()
    assert (window.plan.components, window.plan.impact) == (("spot", "idm"), Impact.DEGRADED)
    assert window.plan.starts_at.isoformat()[:16] == f"{day}T22:00"
    assert window.plan.timezone == "America/New_York"
    assert place.verdict() == ("unexpected", "unannounced")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], "nothing is none of spot, idm"),
        (["--from=2030-01-01", "--until=2030-01-01"], "it does not end after its start"),
        (["--from=2030-01-02", "--until=2030-01-01"], "it does not end after its start"),
        (["--from=2020-01-01", "--until=2020-01-02"], "is over; what is past is not judged again"),
        (["--from=2030-01-01", "--until=2030-03-05"], "longer than 62 days; look at the years"),
        (["--until=tomorrow"], "is no instant"),
        (["--impact=all"], "--impact"),
    ],
)
def test_a_slip_is_told_and_nothing_is_kept(place: Place, arguments: list[str], words: str) -> None:
    """A window that is never over would hide every outage, and a mistyped one hides none."""
    done = place.add(*arguments)
    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())
    assert place.added() == ()


def test_the_longest_window_is_taken(place: Place) -> None:
    """Exactly so long."""
    start = now() + DAY
    ends = f"--until={(start + 62 * DAY).isoformat()}"
    assert place.add(f"--from={start.isoformat()}", ends).exit_code == 0


def test_what_cannot_be_ended_is_told_with_what_can(place: Place) -> None:
    """An unknown id, none, one that stands for several, one that has ended already."""
    for _ in range(2):
        place.add()
    first, second = (window.id for window in place.added())
    for name in ("zzz", ""):
        done = place.run("windows", "end", name, "--by=ann")
        assert done.exit_code == 2
        assert f"{first}, {second}" in " ".join(done.stderr.split())
    place.run("windows", "end", f"added/{first}", "--by=ann")
    done = place.run("windows", "end", first, "--by=bob")
    assert (done.exit_code, second in done.stderr) == (2, True)
    assert [window.ended_by for window in place.added()] == ["ann", ""]


@pytest.mark.parametrize("name", ["add", "end"])
def test_flags_before_the_command_are_refused(place: Place, name: str) -> None:
    """They would be the list's, and another journal be written than was meant."""
    done = run("windows", f"--storage.path={place.data}", name, "spot", "--until=2030-01-01")
    assert done.exit_code == 2
    assert f"write the flags behind `windows {name}`" in " ".join(done.stderr.split())


@pytest.mark.parametrize("command", ["windows", "explain spot", "notices list", "report"])
def test_who_only_reads_makes_no_journal(place: Place, command: str) -> None:
    """And it is said that there is none."""
    done = place.run(*command.split())
    assert not place.data.exists()
    assert "holds no journal; `spot-probe run` begins one" in f"{done.stderr}{done.exception}"


def test_who_only_reads_leaves_a_journal_of_another_version_alone(place: Place) -> None:
    """It is told, and not brought up to date."""
    place.data.mkdir()
    place.add()
    assert (place.data / FILE).exists()
    for version, words in ((2, "earlier version"), (99, "later version")):
        set_version(place.data / FILE, version)
        done = place.run("windows")
        assert done.exit_code == 0
        assert words in done.stderr
        assert set_version(place.data / FILE, version) == version


def set_version(path: Path, version: int) -> int:
    """Set the version of a journal; return what it was."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        (before,) = db.execute("PRAGMA user_version").fetchone()
        db.execute(f"PRAGMA user_version = {version}")
    return int(before)
