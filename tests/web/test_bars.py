"""Days as bars."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.types import Availability, Verdict
from probe.web.bars import HEIGHT, HEIGHTS, percent, shown, strip, words
from probe.web.marks import UNKNOWN

FIRST = date(2026, 11, 24)


def shares(**seconds: float) -> Availability:
    """Return a day that has these seconds of each, and no others."""
    none = dict.fromkeys(("up", "expected", "unexpected", "inconclusive", "unknown"), 0.0)
    return Availability(**{**none, **seconds})


@pytest.mark.parametrize(
    ("day", "mark", "says"),
    [
        (shares(up=86_400), "up", "could always be reached"),
        (shares(up=86_370, unexpected=30), "unexpected", "down 30 s unexpectedly"),
        (
            shares(up=75_600, unexpected=3600, expected=7200),
            "unexpected",
            "down 1 h unexpectedly, down 2 h as announced",
        ),
        (shares(up=79_200, expected=7200), "expected", "down 2 h as announced"),
        (shares(inconclusive=60, unknown=540), "inconclusive", "1 min cannot be told"),
        (shares(up=600, inconclusive=60), "up", "1 min cannot be told"),
        (shares(unknown=86_400), UNKNOWN, "not probed for 1 d"),
        (shares(up=60, unknown=86_340), UNKNOWN, "not probed for 23 h 59 min"),
        (shares(unexpected=30, unknown=86_370), "unexpected", "down 30 s unexpectedly"),
        (shares(), UNKNOWN, "nothing is known"),
    ],
)
def test_a_day_shows_the_worst_that_happened_in_it(day: Availability, mark: str, says: str) -> None:
    """However short an unexpected failure was; the words say how long."""
    assert shown(day) == mark
    assert says in words(day).replace("\N{NO-BREAK SPACE}", " ")


def test_what_matters_most_stands_highest() -> None:
    """Each state has a height of its own, so that colour is not needed."""
    assert len(set(HEIGHTS.values())) == len(HEIGHTS) == len(Verdict) + 1
    assert max(HEIGHTS, key=HEIGHTS.__getitem__) is Verdict.UNEXPECTED


parts = st.builds(
    lambda up, expected, unexpected, inconclusive, unknown: shares(
        up=up,
        expected=expected,
        unexpected=unexpected,
        inconclusive=inconclusive,
        unknown=unknown,
    ),
    *[st.sampled_from([0.0, 30.0, 3600.0, 86_400.0])] * 5,
)


@given(st.lists(parts, max_size=90))
def test_any_days_fit_their_drawing(found: list[Availability]) -> None:
    """A bar a day, none over another, all within the frame; the whole is their sum."""
    days = {FIRST + timedelta(days=number): one for number, one in enumerate(found)}
    drawn = strip("SPOT", days)
    assert [bar.day for bar in drawn.bars] == list(days)
    assert all(0 <= bar.y == HEIGHT - bar.height for bar in drawn.bars)
    assert all(bar.x + 7 <= drawn.width for bar in drawn.bars)
    assert len({bar.x for bar in drawn.bars}) == len(days)
    assert drawn.whole.seconds == pytest.approx(sum(one.seconds for one in found))
    assert {bar.mark for bar in drawn.eventful} <= {"unexpected", "expected", "inconclusive"}


@pytest.mark.parametrize(
    ("part", "says"),
    [
        (1.0, "100 %"),
        (0.999_999, "99.99 %"),
        (0.5, "50.00 %"),
        (0.0, "0.00 %"),
        (0.07, "7.00 %"),
        (0.9993, "99.93 %"),
        (0.29, "29.00 %"),
        (None, "unknown"),
    ],
)
def test_a_part_is_never_rounded_up_to_the_whole(part: float | None, says: str) -> None:
    """99.9999 % is not 100 %."""
    assert percent(part) == says
