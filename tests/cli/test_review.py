"""What a person says that a notice means: the windows that are taken, and those refused."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import Result

from probe.journal import reading
from probe.types import Impact, NoticeState, Plan, Review
from tests.cli.test_commands import run
from tests.samples import NOON, NOTICE, READING
from tests.written import written


def accept(data: Path, window: str) -> Result:
    """Accept the one notice of a journal, with a window."""
    with_window = f"--window={window}"
    return run("notices", "accept", NOTICE.fingerprint[:8], with_window, f"--storage.path={data}")


def reviews(data: Path) -> tuple[Review, ...]:
    """Return what people made of the notices of a journal."""
    with reading(data) as history:
        return history.noticeboard().reviews


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write a journal that holds one notice."""
    with written(tmp_path) as journal:
        journal.publish("page", READING, NOON, (date(2026, 11, 24), True), {})
    return tmp_path


def test_a_window_is_taken_in_the_zone_of_the_configuration(data: Path) -> None:
    """And kept with who said so."""
    assert accept(data, "2026-12-12T09:00/2026-12-12T10:00").exit_code == 0
    (review,) = reviews(data)
    (plan,) = review.windows
    assert (plan.starts_at.isoformat(), plan.ends_at.isoformat()) == (
        "2026-12-12T09:00:00-05:00",
        "2026-12-12T10:00:00-05:00",
    )
    assert review.reviewer


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ("2026-12-12T09:00", "write START/END"),
        ("2026-12-12T09:00/2026-12-12T08:00", "it does not end after its start"),
        ("2026-12-12T09:00/2027-12-12T10:00", "it is longer than 62 days; look at the years"),
        ("today/tomorrow", "'today' is no instant"),
    ],
)
def test_a_slip_in_a_window_is_told_and_nothing_is_kept(
    data: Path, window: str, words: str
) -> None:
    """A window that is never over would hide every outage."""
    done = accept(data, window)
    assert (done.exit_code, words in " ".join(done.stderr.split())) == (2, True)
    assert reviews(data) == ()


def test_a_notice_about_another_system_keeps_it(tmp_path: Path) -> None:
    """The person means what the notice is about, though no configuration names it."""
    about = replace(NOTICE, components=("pecos",))
    with written(tmp_path) as journal:
        journal.publish("page", replace(READING, notices=(about,)), NOON, (NOON.date(), True), {})
    assert accept(tmp_path, "2026-12-12T09:00/2026-12-12T10:00").exit_code == 0
    (review,) = reviews(tmp_path)
    assert [plan.components for plan in review.windows] == [("pecos",)]


@pytest.fixture
def proposed(tmp_path: Path) -> Path:
    """Write a journal with one notice that waits, and what it may mean."""
    proposals = NOTICE.windows
    waiting = replace(
        NOTICE, state=NoticeState.REFUSED, reason="in doubt", windows=(), proposals=proposals
    )
    with written(tmp_path) as journal:
        journal.publish("page", replace(READING, notices=(waiting,)), NOON, (NOON.date(), True), {})
    return tmp_path


def taken(data: Path, *flags: str) -> tuple[str, tuple[Plan, ...]]:
    """Accept the notice with some flags: what is printed, and the windows that are kept."""
    mark = NOTICE.fingerprint[:8]
    done = run("notices", "accept", mark, "--by=ann", f"--storage.path={data}", *flags)
    assert done.exit_code == 0, done.output
    return done.stdout, reviews(data)[-1].windows


def test_accept_takes_over_what_is_proposed(proposed: Path) -> None:
    """The form is filled in, and it is said what is in force now."""
    told, windows = taken(proposed)
    assert windows == NOTICE.windows
    assert "In force now:" in told
    assert "outage of " in told


def test_each_flag_changes_what_is_proposed(proposed: Path) -> None:
    """None is passed over in silence."""
    rule = "RRULE:FREQ=WEEKLY;BYDAY=SA"
    flags = ("--component=idm", "--impact=degraded", f"--recurrence={rule}")
    told, windows = taken(proposed, *flags)
    assert {(w.components, w.impact, w.recurrence) for w in windows} == {
        (("idm",), Impact.DEGRADED, rule)
    }
    assert [w.starts_at for w in windows] == [w.starts_at for w in NOTICE.windows]
    assert "degraded of idm" in told


def test_a_window_replaces_what_is_proposed(proposed: Path) -> None:
    """The person has read the words again."""
    _, (window,) = taken(proposed, "--window=2026-12-12T09:00/2026-12-12T10:00")
    assert window.starts_at.isoformat() == "2026-12-12T09:00:00-05:00"


def test_what_waits_is_listed_with_how_to_take_it_over(proposed: Path) -> None:
    """Until somebody has reviewed it."""
    listed = run("notices", "list", f"--storage.path={proposed}").stdout
    assert f"spot-probe notices accept {NOTICE.fingerprint[:12]}" in listed
    assert "proposed: " in listed
    run("notices", "dismiss", NOTICE.fingerprint, f"--storage.path={proposed}")
    assert "notices accept" not in run("notices", "list", f"--storage.path={proposed}").stdout


def test_a_bad_configuration_is_told_by_every_command(proposed: Path, tmp_path: Path) -> None:
    """Also by those that only need it to be right."""
    bad = tmp_path / "bad.yml"
    bad.write_text("nonsense: 1\n", encoding="utf-8")
    for command in (("accept", NOTICE.fingerprint), ("dismiss", NOTICE.fingerprint), ("list",)):
        done = run("notices", *command, f"--config.file={bad}", f"--storage.path={proposed}")
        told = f"{done.output}{done.exception}"
        assert (done.exit_code in {1, 2}, "nonsense" in told) == (True, True)
