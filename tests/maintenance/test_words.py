"""Plans in plain English."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.maintenance import words
from probe.maintenance.recurrence import Rule
from tests.maintenance.plans import at, item
from tests.maintenance.test_recurrence import RULES


@pytest.mark.parametrize(
    ("starts", "ends", "rule", "told"),
    [
        pytest.param(
            "2026-12-05T22:00",
            "2026-12-06T04:00",
            None,
            "Sat 2026-12-05 22:00 EST to Sun 2026-12-06 04:00 EST (6 h)",
            id="once",
        ),
        pytest.param(
            "2026-10-31T22:00",
            "2026-11-01T04:00",
            None,
            "Sat 2026-10-31 22:00 EDT to Sun 2026-11-01 04:00 EST (7 h)",
            id="its real length, across a clock change",
        ),
        pytest.param(
            "2022-09-02T21:00",
            "2022-09-06T07:00",
            None,
            "Fri 2022-09-02 21:00 EDT to Tue 2022-09-06 07:00 EDT (3 d 10 h)",
            id="several days",
        ),
        pytest.param(
            "2026-12-03T21:00",
            "2026-12-03T23:00",
            "FREQ=WEEKLY;BYDAY=TH",
            "every Thursday 21:00-23:00 America/New_York",
            id="weekly",
        ),
        pytest.param(
            "2026-12-03T21:00",
            "2026-12-04T01:00",
            "FREQ=WEEKLY;BYDAY=TH",
            "every Thursday 21:00-01:00 (next day) America/New_York",
            id="over midnight",
        ),
        pytest.param(
            "2026-12-04T21:00",
            "2026-12-07T07:00",
            "FREQ=MONTHLY;BYDAY=1FR",
            "the first Friday of each month 21:00-07:00 (3 days later) America/New_York",
            id="over a weekend",
        ),
        pytest.param(
            "2026-12-19T06:00",
            "2026-12-19T18:00",
            "FREQ=MONTHLY;BYDAY=3SA",
            "the third Saturday of each month 06:00-18:00 America/New_York",
            id="the nth of the month",
        ),
    ],
)
def test_a_plan_in_words(starts: str, ends: str, rule: str | None, told: str) -> None:
    """A zone is always there."""
    assert words.plan(item(starts, ends, rule).plan) == told


def test_a_plan_is_told_in_its_own_zone() -> None:
    """Whatever zone its instants are written in."""
    plan = item("2026-12-03T21:00", "2026-12-03T23:00", "FREQ=WEEKLY;BYDAY=TH").plan
    utc = replace(plan, starts_at=at("2026-12-03T21:00"), ends_at=at("2026-12-03T23:00"))
    assert words.plan(utc) == "every Thursday 21:00-23:00 America/New_York"


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;INTERVAL=3", "every 3 days"),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "every Monday to Friday"),
        ("FREQ=DAILY;BYMONTHDAY=1", "every day if it is the 1st of the month"),
        ("FREQ=WEEKLY;BYDAY=TU,TH", "every Tuesday and Thursday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE", "every Monday, Tuesday and Wednesday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", "every 2 weeks on Sunday"),
        ("FREQ=MONTHLY;BYDAY=1TU,MO", "every Monday and the first Tuesday of each month"),
        ("FREQ=MONTHLY;BYDAY=-1SU", "the last Sunday of each month"),
        ("FREQ=MONTHLY;BYDAY=-2SU", "the second to last Sunday of each month"),
        (
            "FREQ=MONTHLY;BYDAY=1MO,3MO",
            "the first Monday and the third Monday of each month",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=1,22,-1", "the 1st, the 22nd and the last day of each month"),
        ("FREQ=MONTHLY;BYMONTHDAY=11,-3", "the 11th and the 3rd to last day of each month"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "the 13th of each month if it is Friday"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=2", "the 2nd of every 3rd month"),
        ("FREQ=WEEKLY;BYDAY=SU;UNTIL=20261231", "every Sunday until 2026-12-31"),
        (
            "FREQ=WEEKLY;BYDAY=SU\nEXDATE:20261213T020000,20261206",
            "every Sunday except 2026-12-06 and 2026-12-13",
        ),
    ],
)
def test_a_rule_in_words(rule: str, told: str) -> None:
    """Each part of a rule is told, so that a slip of the pen is seen."""
    assert words.rule(Rule.parse(f"RRULE:{rule}")) == told


@given(RULES)
def test_every_rule_has_words(rule: Rule) -> None:
    """None is empty, and none breaks a line."""
    told = words.rule(rule)
    assert told.isprintable()
    assert told.startswith(("every ", "the "))


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(minutes=59, seconds=59, microseconds=999_999), "1 h"),
        (3600, "1 h"),
        (3660, "1 h 1 min"),
        (timedelta(hours=3, minutes=20), "3 h 20 min"),
        (86_399, "23 h 59 min"),
        (86_400, "1 d"),
        (timedelta(days=2, minutes=5), "2 d"),
        (timedelta(days=3, hours=10), "3 d 10 h"),
    ],
)
def test_a_length_has_at_most_two_units(span: timedelta | float, told: str) -> None:
    """And is cut, never rounded up to what has not passed."""
    assert words.length(span) == told


@given(st.integers(0, 10**9))
def test_any_length_is_short(seconds: int) -> None:
    """No more than two numbers with their units."""
    assert len(words.length(seconds).split(" ")) in {2, 4}
