"""Uptime both ways: what stands for how long, exactly, and what is unknown."""

import itertools
from dataclasses import astuple
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.history.availability import DAY, availability, clip, days, divide, midnight, stands
from probe.types import Availability, Span, Verdict
from tests.observed import STAND, STEP, observed, spans
from tests.samples import NOON, TARGET

EASTERN = ZoneInfo("America/New_York")
LINES = st.text(alphabet=".xe? ", max_size=40)


def seconds(line: str, start: int, end: int) -> tuple[float, ...]:
    """Return how [start, end) divides, in seconds after noon; in the order of the fields."""
    found = spans(observed(line), STAND)
    at = [NOON + timedelta(seconds=second) for second in (start, end)]
    return astuple(availability(found, at[0], at[1]))


ROWS = [
    ("an observation stands until the next", "....", 0, 120, (120, 0, 0, 0, 0)),
    ("the last one stands for twice the interval", ".", 0, 120, (60, 0, 0, 0, 60)),
    ("one that is late by an interval leaves no gap", ". .", 0, 90, (90, 0, 0, 0, 0)),
    ("what lies beyond two intervals is unknown", ".   .", 0, 150, (90, 0, 0, 0, 60)),
    ("unknown is not down either", "x   .", 0, 150, (30, 0, 60, 0, 60)),
    ("before the first nothing is known", ".", -30, 30, (30, 0, 0, 0, 30)),
    ("expected and unexpected are told apart", ".xe.", 0, 120, (60, 30, 30, 0, 0)),
    ("our own network's time is its own share", ".??.", 0, 120, (60, 0, 0, 60, 0)),
    ("a span is cut where the question begins, to the second", "x.", 29, 31, (1, 0, 1, 0, 0)),
    ("exactly at the edge the next one counts", "x.", 30, 60, (30, 0, 0, 0, 0)),
    ("an empty question has an empty answer", "x.", 30, 30, (0, 0, 0, 0, 0)),
    ("nothing was probed at all", "", 0, 3600, (0, 0, 0, 0, 3600)),
]


@pytest.mark.parametrize(("_", "line", "start", "end", "parts"), ROWS, ids=[r[0] for r in ROWS])
def test_time_divides(_: str, line: str, start: int, end: int, parts: tuple[float, ...]) -> None:
    """Each second is exactly one of up, expected, unexpected, inconclusive, unknown."""
    assert seconds(line, start, end) == parts


def test_the_ratios_leave_out_what_nobody_knows() -> None:
    """By hand: 60 s up, 20 s expected, 20 s unexpected, 50 s ours, 50 s unknown."""
    found = Availability(up=60, expected=20, unexpected=20, inconclusive=50, unknown=50)
    assert found.seconds == 200
    assert found.of_all_time == 0.6
    assert found.of_unplanned_time == 0.75
    assert found.unknown_share == 0.25


def test_nothing_known_has_no_ratio() -> None:
    """Neither 0 % nor 100 %."""
    nothing = Availability(up=0, expected=0, unexpected=0, inconclusive=10, unknown=90)
    assert nothing.of_all_time is None
    assert nothing.of_unplanned_time is None
    assert nothing.unknown_share == 0.9
    only_planned = Availability(up=0, expected=10, unexpected=0, inconclusive=0, unknown=0)
    assert only_planned.of_all_time == 0
    assert only_planned.of_unplanned_time is None


def test_an_observation_stands_for_twice_the_interval() -> None:
    """One probe may be late or lost."""
    assert stands(TARGET) == 2 * TARGET.interval


def test_like_observations_are_one_span() -> None:
    """A change of verdict, of reason or of streak begins another; a gap does, too."""
    found = spans(observed("...xx.. ..    ."), STAND)
    assert [(s.verdict, s.observations) for s in found] == [
        (Verdict.UP, 3),
        (Verdict.UNEXPECTED, 2),
        (Verdict.UP, 4),
        (Verdict.UP, 1),
    ]
    assert found[1].since == NOON + 3 * STEP
    assert found[1].last_at == NOON + 4 * STEP
    assert found[1].ends_at == NOON + 5 * STEP


def test_a_clock_that_was_set_back_counts_no_time_twice() -> None:
    """What was recorded of that time is written over, and nothing overlaps."""
    forward = observed("....")
    again = observed("xx", start=NOON + STEP)
    found = spans((*forward, *again), STAND)
    assert [(s.started_at, s.ends_at) for s in found] == [
        (NOON, NOON + STEP),
        (NOON + STEP, NOON + 2 * STEP + STAND),
    ]


CLOCKS = [
    ("a day in winter has 24 hours", date(2026, 1, 15), 24),
    ("the day on which the clock goes forward has 23", date(2026, 3, 8), 23),
    ("the day on which it goes back has 25", date(2026, 11, 1), 25),
    ("the day after has 24 again", date(2026, 11, 2), 24),
]


@pytest.mark.parametrize(("_", "day", "hours"), CLOCKS, ids=[r[0] for r in CLOCKS])
def test_local_days_are_as_long_as_they_are(_: str, day: date, hours: int) -> None:
    """Up the whole day and more: the day's share is its real length."""
    began = midnight(day, EASTERN) - DAY
    line = observed("." * 400, start=began, step=timedelta(minutes=15))
    found = spans(line, timedelta(minutes=30))
    (only,) = days(found, day, day, EASTERN).values()
    assert only == Availability(
        up=hours * 3600, expected=0, unexpected=0, inconclusive=0, unknown=0
    )


def test_the_present_day_ends_now() -> None:
    """The future is not unknown, and a day that has not begun is empty."""
    found = spans(observed("..x."), STAND)
    until = NOON + timedelta(seconds=120)
    today, tomorrow = days(found, date(2026, 11, 24), date(2026, 11, 25), EASTERN, until).values()
    assert astuple(today) == (90, 0, 30, 0, 12 * 3600)
    assert tomorrow.seconds == 0


def test_a_day_that_a_zone_left_out_is_empty() -> None:
    """Samoa had no 30 December 2011."""
    apia = ZoneInfo("Pacific/Apia")
    found = days((), date(2011, 12, 29), date(2011, 12, 31), apia)
    assert [day.unknown for day in found.values()] == [86_400, 0, 86_400]


def test_what_stands_beyond_an_instant_is_clipped() -> None:
    """And what begins at it is not there."""
    found = spans(observed(".x"), STAND)
    assert clip(found, NOON + STEP)[-1].ends_at == NOON + STEP
    assert len(clip(found, NOON + STEP)) == 1


@given(line=LINES, start=st.integers(-100, 1300), length=st.integers(0, 1300))
def test_the_parts_sum_up(line: str, start: int, length: int) -> None:
    """Whatever happened, no second is counted twice or lost, and none is negative."""
    parts = seconds(line, start, start + length)
    assert sum(parts) == length
    assert min(parts) >= 0


@given(line=LINES, cuts=st.lists(st.integers(0, 1300), max_size=6))
def test_intervals_add_up(line: str, cuts: list[int]) -> None:
    """However a time is divided, its intervals together are the whole."""
    found = spans(observed(line), STAND)
    edges = [NOON + timedelta(seconds=second) for second in sorted([0, *cuts, 1300])]
    parts = divide(found, edges)
    whole = availability(found, edges[0], edges[-1])
    assert tuple(map(sum, zip(*map(astuple, parts), strict=True))) == astuple(whole)


@given(line=LINES)
def test_spans_do_not_overlap_and_lose_no_observation(line: str) -> None:
    """They come in order, each ends where the next begins or before."""
    observations = observed(line)
    found = spans(observations, STAND)
    assert sum(span.observations for span in found) == len(observations)
    for one, following in itertools.pairwise(found):
        assert one.started_at <= one.last_at < one.ends_at <= following.started_at


@given(day=st.dates(date(2026, 1, 1), date(2027, 12, 31)), shift=st.integers(0, 86_399))
def test_days_tile_the_year(day: date, shift: int) -> None:
    """A day ends where the next begins, clock changes included."""
    at = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=shift)
    span = Span(
        target="spot",
        verdict=Verdict.UP,
        started_at=at - 1000 * DAY,
        last_at=at + 1000 * DAY,
        ends_at=at + 1000 * DAY,
        decided_at=at,
    )
    three = days([span], day, day + 2 * DAY, EASTERN)
    whole = midnight(day + 3 * DAY, EASTERN) - midnight(day, EASTERN)
    assert sum(part.up for part in three.values()) == whole.total_seconds()
