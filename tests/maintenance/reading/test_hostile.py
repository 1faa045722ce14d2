"""Input that nobody wrote for people ends soon, as refused or as nothing."""

from dataclasses import replace
from datetime import date

import pytest

from probe.maintenance.reading.notice import read_notice
from probe.maintenance.reading.page import read_page
from probe.types import NoticeState
from tests.maintenance.reading.contexts import a_context

HUGE = {
    "ten thousand dates": "maintenance " + "June 3, 2024 " * 10_000,
    "thirty thousand times": "maintenance " + "9 p.m. " * 30_000,
    "dashes between digits": "maintenance " + "9-" * 100_000,
    "brackets": "maintenance on June 3 " + "(" * 100_000,
    "half a tag, again and again": "maintenance " + "<a" * 100_000,
    "unclosed elements": "maintenance " + "<div>" * 40_000,
    "verbs": "maintenance " + "is expected to be " * 12_000,
    "an endless list of days": "maintenance " + "Monday, " * 25_000,
    "ordinals": "maintenance " + "1st, " * 40_000,
    "negations": "maintenance " + "no a b " * 30_000,
    "moments between words": "The portal is down " + "foo at 9 am bar " * 900,
    "ranges between words": "The portal is down " + "foo June 8, 9 am to 10 am bar " * 400,
    "items of a list": "Outages: " + "Foo: June 8, 9 am to 10 am. " * 400,
    "lengths": "The maintenance starts at 9 am. " + "We expect it to last 2 hours. " * 900,
    "parts of one system": "Claim status is unavailable June 8, 9 am " + "in SPOT " * 20_000,
    "clauses": "The portal is down, " + "and, but, so " * 8_000 + "June 8, 9 - 10 am.",
}


@pytest.mark.parametrize("what", HUGE)
def test_huge_notices_announce_nothing(what: str) -> None:
    """No window comes of them."""
    notice = read_notice(HUGE[what], a_context())
    assert not notice.windows
    assert notice.state in {NoticeState.REFUSED, NoticeState.IRRELEVANT}


@pytest.mark.parametrize("what", ["ten thousand dates", "unclosed elements", "brackets"])
def test_huge_pages_announce_nothing(what: str) -> None:
    """No window comes of them."""
    reading = read_page((HUGE[what] + "\n") * 3, a_context())
    assert not any(notice.windows for notice in reading.notices)


def test_a_page_of_more_times_than_any_has_is_refused_as_a_whole() -> None:
    """Nothing of it is believed, and a person is told."""
    notices = [f"Line {n} is down June 8, 9 am to {n} pm." for n in range(1, 12)] * 100
    page = "Current system status: available\nScheduled maintenance\n\n" + "\n\n".join(
        f"{notice} Case {n}." for n, notice in enumerate(notices)
    )
    reading = read_page(page, a_context())
    assert not any(notice.windows for notice in reading.notices)
    assert any(notice.state is NoticeState.REFUSED for notice in reading.notices)


def test_megabytes_are_not_read() -> None:
    """A notice over its bound is refused, a page over its bound says nothing."""
    digits = "1" * 3_000_000
    assert read_notice(digits, a_context()).state is NoticeState.REFUSED
    assert not read_page(digits, a_context()).informative


@pytest.mark.parametrize(
    "text",
    [
        "SPOT will be down June 8 from 9 p.m.\u202e.m.p 11 ot\u202c ET.",
        "SPOT will be down June 8 from 9 p.m. to 11 p.m. ET.\x00",
        "\u2066SPOT will be down June 8 from 9 p.m. to 11 p.m. ET.\u2069",
    ],
)
def test_text_that_shows_other_words_than_it_has_is_refused(text: str) -> None:
    """A person who reviews it would see something else than was read."""
    assert read_notice(text, a_context()).state is NoticeState.REFUSED


def test_marks_that_show_nothing_are_dropped() -> None:
    """Soft hyphens and zero-width spaces stand in many pages and mean nothing."""
    text = "SPOT will be un\u00adavail\u200bable June 8 from 9 p.m. to 11 p.m. ET."
    assert len(read_notice(text, a_context()).windows) == 1


@pytest.mark.parametrize(
    "text",
    [
        "maintenance 0001-01-01 to 9999-12-31",
        "SPOT is down 0000-00-00 from 9 p.m. to 11 p.m.",
        "SPOT is down 12/31/9999 from 9 p.m. to 11:59 p.m.",
        "maintenance 99/99/9999 99:99 - 24:61",
        "maintenance every 0th Sunday of the month 0 a.m. - 13 p.m.",
        "SPOT is down for 999 weeks from June 8 at 9 p.m.",
        "SPOT is down \u0661\u0662/\u0661\u0662 9 p.m. - 11 p.m.",
    ],
)
def test_absurd_numbers_are_no_windows(text: str) -> None:
    """Neither an error nor a guess."""
    assert not read_notice(text, a_context()).windows


@pytest.mark.parametrize("day", [date.min, date.max])
@pytest.mark.parametrize("when", ["Monday", "this Saturday", "Monday 28th", "tomorrow", "Dec 31"])
def test_the_ends_of_the_calendar_are_no_error(day: date, when: str) -> None:
    """A day beyond it is refused, whatever its text is read as of."""
    notice = read_notice(
        f"SPOT will be down {when}, 9 p.m. to 3 a.m.", replace(a_context(), day=day)
    )
    assert notice.windows or notice.state is NoticeState.REFUSED
