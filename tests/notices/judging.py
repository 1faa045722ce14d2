"""What a reading of one notice is worth: the windows that were read beside those that were meant.

Windows are compared as instants, a recurring one by its next eight occurrences; what each is about
is not compared, since most notices of the corpus speak of other sites.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from probe.types import Impact, Plan

Row = Mapping[str, Any]
Occurrences = tuple[tuple[datetime, datetime], ...]

#: The day as of which a notice is read that bears none and whose meaning needs none.
DEFAULT_DAY = date(2024, 1, 10)
COUNTED = 8
HORIZON = timedelta(days=400)
LIVE = ("scheduled", "in_progress")


class Outcome(StrEnum):
    """How a reading compares with what was meant, best first."""

    EXACT = "exact"
    INVENTED = "invented"
    MISSED = "missed"
    HARMFUL = "harmful"


def day_of(row: Row) -> date:
    """Give the day as of which the notice is read."""
    stamp = row["reference_date"]
    return date.fromisoformat(stamp) if stamp else DEFAULT_DAY


def is_borne(row: Row) -> bool:
    """Tell whether that day is told to the reader as one that the page bears."""
    return bool(row["reference_date"]) or any(w["recurrence"] for w in row["windows"])


def zone_of(row: Row) -> str:
    """Give the feed's zone: that of the windows whose words name none."""
    zones = [w["timezone"] for w in row["windows"] if w["tz_basis"] != "written"]
    return zones[0] if zones else "America/New_York"


def judge(row: Row, plans: Iterable[Plan]) -> Outcome:
    """Compare what was read with what the row says was meant.

    Harmful is an outage that nobody announced, and a window announced as something else that was
    read as one; missed, an announced window that was not read; invented, any other that was.
    """
    day = day_of(row)
    wanted: set[Occurrences] = set()
    allowed: set[Occurrences] = set()
    outages: set[Occurrences] = set()
    for window in row["windows"]:
        times = meant(window, day)
        if window["state"] not in LIVE or times is None:
            continue
        allowed.add(times)
        if window["kind"] == "outage":
            outages.add(times)
        if (
            window["kind"] in tuple(Impact)
            and window["must_emit"]
            and window["confidence"] != "low"
        ):
            wanted.add(times)
    got = {read(plan, day): plan.impact for plan in plans}
    if any(impact is Impact.OUTAGE and times not in outages for times, impact in got.items()):
        return Outcome.HARMFUL
    if wanted - got.keys():
        return Outcome.MISSED
    return Outcome.INVENTED if got.keys() - allowed else Outcome.EXACT


def meant(window: Row, day: date) -> Occurrences | None:
    """Expand a window of the corpus; None where it has no closed interval."""
    if not window["recurrence"]:
        if not (window["start"] and window["end"]):
            return None
        return ((_instant(window["start"]), _instant(window["end"])),)
    begin, end = _clock(window["local_start"]), _clock(window["local_end"])
    length = end + timedelta(days=window["end_day_offset"]) - begin
    start = window["start"]
    first = date.fromisoformat(start[:10]) if start else day - timedelta(days=370)
    rule = f"RRULE:{window['recurrence']}"
    for excepted in window["exdates"]:
        local = f"{excepted}T{window['local_start']}00".replace("-", "").replace(":", "")
        rule += f"\nEXDATE:{local}"
    zone = ZoneInfo(window["timezone"])
    return _occurrences(rule, datetime.combine(first, time()) + begin, length, zone, day)


def read(plan: Plan, day: date) -> Occurrences:
    """Expand a window that was read."""
    if not plan.recurrence:
        return ((plan.starts_at.astimezone(UTC), plan.ends_at.astimezone(UTC)),)
    zone = ZoneInfo(plan.timezone)
    start = plan.starts_at.astimezone(zone).replace(tzinfo=None)
    end = plan.ends_at.astimezone(zone).replace(tzinfo=None)
    return _occurrences(plan.recurrence, start, end - start, zone, day)


def _occurrences(
    rule: str, first: datetime, length: timedelta, zone: ZoneInfo, day: date
) -> Occurrences:
    """Give a rule's next eight intervals in UTC, from the day after `day`; `first` is local."""
    after = datetime.combine(day + timedelta(days=1), time())
    starts = rrulestr(rule, dtstart=first).xafter(after, count=COUNTED, inc=True)
    return tuple(
        (
            start.replace(tzinfo=zone).astimezone(UTC),
            (start + length).replace(tzinfo=zone).astimezone(UTC),
        )
        for start in starts
        if start <= after + HORIZON
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _clock(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
