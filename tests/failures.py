"""A failing target and what was published around it, for tests of the verdict."""

from datetime import UTC, datetime, time, timedelta

from probe.maintenance.calendar import Calendar
from probe.types import Impact, OffPeak, Plan, Published, Reason, Result, Standing

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
#: A Saturday, 22:00 Eastern.
TEN = datetime(2026, 12, 6, 3, tzinfo=UTC)
START, END = TEN - HOUR, TEN + HOUR


def outage(
    starts_at: datetime = START,
    ends_at: datetime = END,
    *,
    name: str = "w",
    components: tuple[str, ...] = ("spot",),
    impact: Impact = Impact.OUTAGE,
) -> Published:
    """Return a configured window."""
    plan = Plan(
        components=components,
        impact=impact,
        starts_at=starts_at,
        ends_at=ends_at,
        timezone="America/New_York",
    )
    return Published(id=name, plan=plan, source="configuration")


WINDOW = outage()
SLOW = outage(impact=Impact.DEGRADED)
UNREAD = Standing(fingerprint="f", components=("idm",), published_at=START, withdrawn_at=END)
NIGHTS = OffPeak(component="idm", from_=time(21), until=time(6), timezone="America/New_York")


def failure(
    at: datetime,
    reason: Reason = Reason.CONNECT,
    *,
    online: bool | None = None,
    answered: bool = False,
    starved: bool = False,
) -> Result:
    """Return a failed probe."""
    return Result(
        target="spot",
        started_at=at,
        duration_seconds=0.1,
        reason=reason,
        attempt_failures=(reason,),
        online=online,
        answered=answered,
        starved=starved,
    )


def success(at: datetime) -> Result:
    """Return a probe that succeeded."""
    return Result(target="spot", started_at=at, duration_seconds=0.1)


def calendar(*items: Published) -> Calendar:
    """Return a calendar of windows alone."""
    return Calendar(published=items)
