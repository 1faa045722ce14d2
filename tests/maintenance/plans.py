"""Plans as tests write them, in local time, and windows as people read them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from probe.maintenance.calendar import Calendar
from probe.maintenance.zones import resolve, zone
from probe.types import Impact, Plan, Published, Window

NEW_YORK = "America/New_York"
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
TICK = timedelta(microseconds=1)


def at(local: str, name: str = NEW_YORK) -> datetime:
    """Return the instant of a local time, or of one with its offset, in UTC."""
    written = datetime.fromisoformat(local)
    if written.tzinfo is None:
        written = resolve(written, zone(name), end=False)
    return written.astimezone(UTC)


def item(starts: str, ends: str, rule: str | None = None, name: str = NEW_YORK) -> Published:
    """Return a configured plan of `spot`, written in local time."""
    there = zone(name)
    plan = Plan(
        components=("spot",),
        impact=Impact.OUTAGE,
        starts_at=resolve(datetime.fromisoformat(starts), there, end=False),
        ends_at=resolve(datetime.fromisoformat(ends), there, end=True),
        recurrence=rule and f"RRULE:{rule}",
        timezone=name,
    )
    return Published(id="w", plan=plan, source="configuration")


def calendar(*items: Published) -> Calendar:
    """Return a calendar of plans."""
    return Calendar(published=items)


def spans(windows: Iterable[Window], name: str = NEW_YORK) -> list[str]:
    """Return windows as people read them in a zone."""
    there = zone(name)
    return [
        f"{w.starts_at.astimezone(there):%a %m-%d %H:%M%z}"
        f" to {w.ends_at.astimezone(there):%a %m-%d %H:%M%z}"
        for w in windows
    ]


ONCE = item("2026-12-05T21:00", "2026-12-05T23:00")
THURSDAYS = item("2026-09-03T21:00", "2026-09-03T23:00", "FREQ=WEEKLY;BYDAY=TH")
THURSDAY_NIGHTS = item("2026-09-03T21:00", "2026-09-04T01:00", "FREQ=WEEKLY;BYDAY=TH")
