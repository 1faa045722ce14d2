from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from probe.types import Impact, Plan
from tests.notices.judging import DEFAULT_DAY, Outcome, Row, day_of, is_borne, judge, zone_of

EASTERN = ZoneInfo("America/New_York")


def window(**changes: Any) -> dict[str, Any]:
    """Announce an outage on Thursday, March 6, 2025, 9-11 p.m. ET."""
    return {
        "kind": "outage",
        "state": "scheduled",
        "start": "2025-03-06T21:00:00-05:00",
        "end": "2025-03-06T23:00:00-05:00",
        "recurrence": None,
        "exdates": [],
        "local_start": None,
        "local_end": None,
        "end_day_offset": None,
        "timezone": "America/New_York",
        "tz_basis": "written",
        "confidence": "high",
        "must_emit": True,
    } | changes


def weekly(**changes: Any) -> dict[str, Any]:
    """Announce an outage every Saturday at 11 p.m. to Sunday at 5 a.m. ET."""
    rule = {"recurrence": "FREQ=WEEKLY;BYDAY=SA", "local_start": "23:00", "local_end": "05:00"}
    return window(start=None, end=None, end_day_offset=1, **rule) | changes


def row(*windows: dict[str, Any], day: str | None = "2025-03-03") -> Row:
    """Make a row of the corpus with these windows."""
    return {"reference_date": day, "windows": windows}


def plan(
    start: tuple[int, int, int, int],
    end: tuple[int, int, int, int],
    *,
    impact: Impact = Impact.OUTAGE,
    recurrence: str | None = None,
) -> Plan:
    """Read a window in Eastern time between two (year, month, day, hour)."""
    return Plan(
        components=("site",),
        impact=impact,
        starts_at=datetime(*start, tzinfo=EASTERN),
        ends_at=datetime(*end, tzinfo=EASTERN),
        recurrence=recurrence,
        timezone="America/New_York",
    )


RIGHT = plan((2025, 3, 6, 21), (2025, 3, 6, 23))
EARLIER = plan((2025, 3, 6, 9), (2025, 3, 6, 11))
SLOW = plan((2025, 3, 6, 21), (2025, 3, 6, 23), impact=Impact.DEGRADED)
SLOW_EARLIER = plan((2025, 3, 6, 9), (2025, 3, 6, 11), impact=Impact.DEGRADED)
SATURDAYS = plan((2025, 3, 8, 23), (2025, 3, 9, 5), recurrence="RRULE:FREQ=WEEKLY;BYDAY=SA")


@pytest.mark.parametrize(
    ("meant", "plans", "outcome"),
    [
        pytest.param(row(window()), [RIGHT], Outcome.EXACT, id="the window as meant"),
        pytest.param(row(window()), [], Outcome.MISSED, id="nothing was read"),
        pytest.param(row(window()), [EARLIER], Outcome.HARMFUL, id="another hour"),
        pytest.param(row(window()), [RIGHT, EARLIER], Outcome.HARMFUL, id="one too many"),
        pytest.param(row(), [], Outcome.EXACT, id="nothing meant, nothing read"),
        pytest.param(row(), [RIGHT], Outcome.HARMFUL, id="nothing meant, an outage read"),
        pytest.param(row(), [SLOW], Outcome.INVENTED, id="nothing meant, a slowness read"),
        pytest.param(
            row(window()), [RIGHT, SLOW_EARLIER], Outcome.INVENTED, id="a slowness too many"
        ),
        pytest.param(
            row(window(kind="degraded")), [RIGHT], Outcome.HARMFUL, id="a slowness read as outage"
        ),
        pytest.param(row(window(kind="degraded")), [SLOW], Outcome.EXACT, id="a slowness"),
        pytest.param(
            row(window(kind="informational")), [], Outcome.EXACT, id="no impact need not be read"
        ),
        pytest.param(
            row(window(kind="informational")), [RIGHT], Outcome.HARMFUL, id="no impact is no outage"
        ),
        pytest.param(
            row(window(state="completed")), [], Outcome.EXACT, id="what is over is not read"
        ),
        pytest.param(
            row(window(state="cancelled")), [RIGHT], Outcome.HARMFUL, id="a cancelled one was read"
        ),
        pytest.param(
            row(window(confidence="low")), [], Outcome.EXACT, id="a doubtful one may be left out"
        ),
        pytest.param(row(window(confidence="low")), [RIGHT], Outcome.EXACT, id="or be read"),
        pytest.param(row(window(end=None)), [], Outcome.EXACT, id="an open one is not expected"),
        pytest.param(row(weekly()), [SATURDAYS], Outcome.EXACT, id="the same rule"),
        pytest.param(row(weekly()), [RIGHT], Outcome.HARMFUL, id="once instead of weekly"),
        pytest.param(
            row(weekly(exdates=["2025-03-22"])), [SATURDAYS], Outcome.HARMFUL, id="not excepted"
        ),
    ],
)
def test_a_reading_is_judged(meant: Row, plans: list[Plan], outcome: Outcome) -> None:
    """Each way to be right or wrong has its outcome; the worst of a reading counts."""
    assert judge(meant, plans) is outcome


def test_two_rules_with_the_same_occurrences_are_the_same_window() -> None:
    """Rules are compared by what they mean, not by how they are written."""
    one = "RRULE:FREQ=DAILY;BYDAY=SA\nEXDATE:20250322T230000"
    same = plan((2025, 3, 8, 23), (2025, 3, 9, 5), recurrence=one)
    assert judge(row(weekly(exdates=["2025-03-22"])), [same]) is Outcome.EXACT


def test_an_instant_is_the_same_in_every_zone() -> None:
    """A window read in UTC is the one that was announced in Eastern time."""
    utc = Plan(
        components=("site",),
        impact=Impact.OUTAGE,
        starts_at=datetime(2025, 3, 7, 2, tzinfo=UTC),
        ends_at=datetime(2025, 3, 7, 4, tzinfo=UTC),
        timezone="UTC",
    )
    assert judge(row(window()), [utc]) is Outcome.EXACT


def test_the_zone_of_the_feed_is_that_of_the_windows_that_name_none() -> None:
    """Without such a window it is Eastern."""
    assert zone_of(row(window(tz_basis="site", timezone="Europe/London"))) == "Europe/London"
    assert zone_of(row(window(timezone="Europe/London"))) == "America/New_York"


def test_a_day_is_borne_where_the_row_has_one_or_a_rule_needs_one() -> None:
    """A notice without a day and without a rule is read as of a day that nobody wrote."""
    assert is_borne(row(window()))
    assert is_borne(row(weekly(), day=None))
    assert not is_borne(row(day=None))
    assert day_of(row(day=None)) == DEFAULT_DAY
