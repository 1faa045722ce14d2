"""What announces no outage of ours excuses none, and what announces one keeps it."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from probe.maintenance.reading.notice import read_notice
from probe.types import Impact, Plan
from tests.maintenance.reading.contexts import a_context

OURS = {"spot", "idm"}
NEW_YORK = ZoneInfo("America/New_York")


def lines_of(name: str) -> list[str]:
    """Return the notices of a file beside this one, below its first blank line."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return lines[lines.index("") + 1 :]


def outages_of_ours(notice: str) -> list[Plan]:
    """Read a notice of SPOT's own page."""
    windows = read_notice(notice.replace("\\n", "\n"), a_context(component="spot")).windows
    return [w for w in windows if w.impact is Impact.OUTAGE and OURS & set(w.components)]


@pytest.mark.parametrize("notice", lines_of("no_outage.txt"))
def test_no_outage_of_ours_is_read(notice: str) -> None:
    """Less than an outage, an outage of another system, or nothing."""
    assert not outages_of_ours(notice)


@pytest.mark.parametrize("notice", lines_of("one_outage.txt"))
def test_the_outage_that_is_announced_is_read(notice: str) -> None:
    """Whatever courtesies, hints and news of other work stand beside it."""
    (window,) = outages_of_ours(notice)
    assert window.starts_at == datetime(2024, 6, 8, 20, tzinfo=NEW_YORK)
    assert window.ends_at == datetime(2024, 6, 8, 23, tzinfo=NEW_YORK)


@pytest.mark.parametrize("sentence", lines_of("behind.txt"))
def test_a_sentence_behind_it_takes_nothing_from_an_outage(sentence: str) -> None:
    """The window is the same with it and without."""
    notice = "SPOT will be unavailable Saturday, June 8, 2024, from 8 p.m. to 11 p.m. ET."
    assert outages_of_ours(f"{notice} {sentence}") == outages_of_ours(notice) != []
