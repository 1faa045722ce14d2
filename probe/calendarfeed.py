"""Windows as an iCalendar feed (RFC 5545), one event an occurrence, in UTC."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from icalendar import Calendar, Event

from probe.types import Window

DOMAIN = "spot-probe"


def write(windows: Iterable[Window], stamp: datetime) -> str:
    """Return the feed's text; an event's UID stands as long as the window's id does."""
    feed = Calendar()
    feed.add("prodid", "-//spot-probe//maintenance//EN")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", "Published maintenance")
    for window in windows:
        feed.add_component(_event(window, stamp))
    return str(feed.to_ical(), "utf-8")


def _event(window: Window, stamp: datetime) -> Event:
    event = Event()
    mark = hashlib.sha256(window.id.encode()).hexdigest()[:32]
    event.add("uid", f"{mark}@{DOMAIN}")
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", window.starts_at.astimezone(UTC))
    event.add("dtend", window.ends_at.astimezone(UTC))
    event.add("summary", f"{', '.join(window.components)}: {window.impact}")
    about = "\nThe published end is approximate." if window.approximate else ""
    event.add("description", f"{window.quote}\nSource: {window.source}{about}".strip())
    event.add("transp", "TRANSPARENT")
    return event
