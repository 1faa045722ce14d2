"""Calendar feeds (RFC 5545) as notices: one event, one notice."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from probe.feeds.structured import Item, notices_of, whole_day
from probe.maintenance.reading.context import Context
from probe.maintenance.recurrence import DAYS, Rule
from probe.maintenance.zones import resolve
from probe.types import Reading

MOST_EVENTS = 2000
MOST_RULE = 200
#: A rule is looked at from so long before the day of reading; no window is longer.
NEAR = timedelta(days=30)
FAR = timedelta(days=5 * 366)


def is_calendar(text: str) -> bool:
    """Return whether a text is iCalendar."""
    return text.lstrip("\ufeff \r\n\t")[:15].upper() == "BEGIN:VCALENDAR"


def read_ics(text: str, context: Context) -> Reading:
    """Read a calendar; a text that is none is no information."""
    if not is_calendar(text):
        return Reading(status={}, notices=(), informative=False)
    try:
        calendar: Any = Calendar.from_ical(text)
        events = list(calendar.walk("VEVENT"))
        moved = _moved(events)
    except Exception:  # noqa: BLE001  (the library raises whatever it meets)
        return Reading(status={}, notices=(), informative=False)
    if len(events) > MOST_EVENTS:
        return Reading(status={}, notices=(), informative=False)
    items = [item for event in events for item in _items(event, moved, context)]
    return Reading(status={}, notices=notices_of(items, context))


def _moved(events: list[Any]) -> dict[str, list[date]]:
    """Return, for each UID, the occurrences that have an event of their own."""
    found: dict[str, list[date]] = {}
    for event in events:
        if "RECURRENCE-ID" in event:
            found.setdefault(str(event.get("UID", "")), []).append(event["RECURRENCE-ID"].dt)
    return found


def _items(event: Any, moved: dict[str, list[date]], context: Context) -> Iterator[Item]:
    """Yield an event's item; one that is long over says nothing."""
    words = (str(event.get(name, "")).strip() for name in ("SUMMARY", "DESCRIPTION"))
    text = "\n".join(part for part in words if part)
    cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    uid = str(event.get("UID", text))
    try:
        start, end, zone = _span(event, context)
        rule = _rule(event, moved.get(uid, []), start)
        mark = "\n".join((uid, text, start.isoformat(), end.isoformat(), str(rule), str(cancelled)))
        start, end = _near(start, end, rule, context.day)
    except Exception as error:  # noqa: BLE001  (the library raises whatever it meets)
        mark = f"{uid}\n{text}"
        yield Item(mark=mark, text=text, spans=(), wrong=f"its times cannot be read: {error}")
        return
    last = rule.until if rule else end.date()
    if last is None or last >= context.day:
        yield Item(
            mark=mark,
            text=text,
            spans=((start, end),),
            recurrence=str(rule) if rule else None,
            timezone=zone.key,
            over=cancelled,
        )


# --- times -----------------------------------------------------------------------------------


def _span(event: Any, context: Context) -> tuple[datetime, datetime, ZoneInfo]:
    """Return start, end and zone; a floating time and a whole day are in the feed's zone."""
    first = event["DTSTART"].dt
    if "DTEND" in event:
        last = event["DTEND"].dt
    elif "DURATION" in event:
        last = first + event["DURATION"].dt
    elif isinstance(first, datetime):
        raise ValueError("it has no end")
    else:
        last = first + timedelta(days=1)
    zone = _zone(event, first, context)
    return _at(first, zone, end=False), _at(last, zone, end=True), zone


def _zone(event: Any, first: date, context: Context) -> ZoneInfo:
    """Return the zone by whose clock an event recurs; raises ValueError where it has no name.

    A calendar may describe a zone itself: its instants are certain, next year's clock is not.
    """
    written = str(event["DTSTART"].params.get("TZID", ""))
    if not isinstance(first, datetime) or (first.tzinfo is None and not written):
        return ZoneInfo(context.timezone)
    if first.tzinfo is None:
        raise ValueError(f"the zone {written!r} is not known")
    key = getattr(first.tzinfo, "key", None) or WINDOWS_TO_OLSON.get(written)
    if key is None and written and "RRULE" in event:
        raise ValueError(f"the zone {written!r} has no name by which it could recur")
    return ZoneInfo(key or "UTC")


def _at(value: date, zone: ZoneInfo, *, end: bool) -> datetime:
    if not isinstance(value, datetime):
        return resolve(whole_day(value), zone, end=end)
    return value.astimezone(zone) if value.tzinfo else resolve(value, zone, end=end)


def _day(value: date, zone: tzinfo | None) -> date:
    """Return the day in a rule's zone on which an occurrence begins."""
    if not isinstance(value, datetime):
        return value
    return value.astimezone(zone).date() if value.tzinfo else value.date()


def _rule(event: Any, moved: list[date], start: datetime) -> Rule | None:
    """Return an event's rule without the occurrences that are excepted or moved."""
    if "RDATE" in event:
        raise ValueError("RDATE is not known")
    if "RRULE" not in event:
        return None
    text = event["RRULE"].to_ical().decode()
    if len(text) > MOST_RULE:
        raise ValueError("its rule is too long")
    if "BYDAY" not in text and "FREQ=WEEKLY" in text:
        text += f";BYDAY={DAYS[start.weekday()]}"
    # On which day weeks begin matters only where some of them are left out.
    harmless = "WKST=MO" if "INTERVAL" in text else "WKST=[A-Z]{2}"
    rule = Rule.parse(f"RRULE:{re.sub(f';?{harmless}', '', text).strip(';')}")
    listed = event.get("EXDATE", [])
    listed = listed if isinstance(listed, list) else [listed]
    excepted = [one.dt for group in listed for one in group.dts]
    days = frozenset(_day(value, start.tzinfo) for value in (*excepted, *moved))
    return replace(rule, excepted=rule.excepted | days)


def _near(
    start: datetime, end: datetime, rule: Rule | None, day: date
) -> tuple[datetime, datetime]:
    """Return the occurrence of a rule from which on it is of interest: what is long past is not."""
    if rule is None or start.date() >= day - NEAR:
        return start, end
    if rule.interval != 1:
        if start.date() < day - FAR:
            raise ValueError("it began too long ago to count its intervals")
        return start, end
    first = rule.first(day - NEAR)
    if first is None:
        return start, end
    ahead = first - start.date()
    zone = ZoneInfo(str(start.tzinfo))
    return (
        resolve(start.replace(tzinfo=None) + ahead, zone, end=False),
        resolve(end.replace(tzinfo=None) + ahead, zone, end=True),
    )
