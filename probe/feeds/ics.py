"""Calendar feeds (RFC 5545) as notices: one event, one notice."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from probe.feeds.structured import Item, notices_of, whole_day
from probe.maintenance.reading import Context
from probe.maintenance.recurrence import DAYS, Rule
from probe.maintenance.zones import resolve
from probe.types import Reading

MOST_EVENTS = 2000
_RULE = re.compile(r"(?:WKST=\w+;?|BYHOUR=\d+;?|BYMINUTE=\d+;?|BYSECOND=\d+;?)")


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
    except (ValueError, KeyError, IndexError, TypeError):
        return Reading(status={}, notices=(), informative=False)
    if len(events) > MOST_EVENTS:
        return Reading(status={}, notices=(), informative=False)
    moved = _moved(events)
    items = [item for event in events for item in _items(event, moved, context)]
    return Reading(status={}, notices=notices_of(items, context))


def _moved(events: list[Any]) -> dict[str, set[date]]:
    """Return, for each UID, the local days whose occurrence has an event of its own."""
    days: dict[str, set[date]] = {}
    for event in events:
        if "RECURRENCE-ID" in event:
            days.setdefault(str(event.get("UID", "")), set()).add(_day(event["RECURRENCE-ID"].dt))
    return days


def _items(event: Any, moved: dict[str, set[date]], context: Context) -> Iterator[Item]:
    """Yield an event's item; one that is long over says nothing."""
    words = (str(event.get(name, "")).strip() for name in ("SUMMARY", "DESCRIPTION"))
    text = "\n".join(part for part in words if part)
    cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    uid = str(event.get("UID", text))
    try:
        start, end, zone = _span(event, context)
        rule = _rule(event, moved.get(uid, set()))
        wrong = ""
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        mark = f"{uid}\n{text}"
        yield Item(mark=mark, text=text, spans=(), wrong=f"its times cannot be read: {error}")
        return
    last = rule.until if rule else end.date()
    if last is not None and last < context.day:
        return
    mark = "\n".join((uid, text, start.isoformat(), end.isoformat(), str(rule), str(cancelled)))
    yield Item(
        mark=mark,
        text=text,
        spans=((start, end),),
        recurrence=str(rule) if rule else None,
        timezone=zone,
        over=cancelled,
        wrong=wrong,
    )


def _span(event: Any, context: Context) -> tuple[datetime, datetime, str]:
    """Return start, end and zone; a floating time and a whole day are in the feed's zone."""
    start = event["DTSTART"].dt
    if "DTEND" in event:
        end = event["DTEND"].dt
    elif "DURATION" in event:
        end = start + event["DURATION"].dt
    elif isinstance(start, datetime):
        raise ValueError("it has no end")
    else:
        end = start + timedelta(days=1)
    key = getattr(getattr(start, "tzinfo", None), "key", None)
    if key is None and isinstance(start, datetime) and start.tzinfo is not None:
        start, end, key = start.astimezone(UTC), end.astimezone(UTC), "UTC"
    name = key or context.timezone
    zone = ZoneInfo(name)
    return _at(start, zone, end=False), _at(end, zone, end=True), name


def _at(value: date, zone: ZoneInfo, *, end: bool) -> datetime:
    if not isinstance(value, datetime):
        return resolve(whole_day(value), zone, end=end)
    return value.astimezone(zone) if value.tzinfo else resolve(value, zone, end=end)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _rule(event: Any, moved: set[date]) -> Rule | None:
    """Return an event's rule without the occurrences that are excepted or moved."""
    if "RDATE" in event:
        raise ValueError("RDATE is not known")
    if "RRULE" not in event:
        return None
    text = event["RRULE"].to_ical().decode()
    if "BYDAY" not in text and "FREQ=WEEKLY" in text:
        text += f";BYDAY={DAYS[event['DTSTART'].dt.weekday()]}"
    rule = Rule.parse(f"RRULE:{_RULE.sub('', text).strip(';')}")
    listed = event.get("EXDATE", [])
    listed = listed if isinstance(listed, list) else [listed]
    excepted = {_day(one.dt) for group in listed for one in group.dts}
    return Rule(
        frequency=rule.frequency,
        interval=rule.interval,
        weekdays=rule.weekdays,
        month_days=rule.month_days,
        until=rule.until,
        excepted=frozenset(rule.excepted | excepted | moved),
    )
