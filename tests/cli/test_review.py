"""What a person says that a notice means: the windows that are taken, and those refused."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import Result

from probe.journal import reading
from probe.types import Review
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
        ("2026-12-12T09:00/2026-12-12T08:00", "it ends before it starts"),
        ("2026-12-12T09:00/2027-12-12T10:00", "it is longer than 62 days; look at the years"),
        ("today/tomorrow", "Invalid isoformat string"),
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
