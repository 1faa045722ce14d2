"""Windows as an iCalendar feed (RFC 5545), one event an occurrence, in UTC.

An event is what is announced of some components from one instant on, whoever says so and in
whichever words: that is what its UID stands for. Whatever was published, changed or taken back
about it raises its SEQUENCE.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

import icalendar

from probe.maintenance.calendar import Calendar
from probe.types import Published, Window

DOMAIN = "spot-probe"
#: What a subscriber gets: windows from this long ago to this far ahead.
BACK, AHEAD = timedelta(days=30), timedelta(days=90)
MOST = 1000
#: How long it is told that something was taken back.
CANCELLED_FOR = timedelta(days=30)
#: When something was configured is not known, and the same must be said of it each time.
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
HOURLY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One occurrence with its history: `window` as it stands, or stood before it was cancelled.

    `sources` are who said it in which words, the latest first; `changed_at` is when something about
    it was last published or taken back, None where it was configured and nothing has happened.
    """

    window: Window
    cancelled: bool
    sequence: int
    changed_at: datetime | None
    sources: tuple[tuple[str, str], ...]


def feed(calendar: Calendar, at: datetime, reminder: timedelta | None = None) -> str:
    """Return the feed to subscribe to at an instant, each event with a reminder so long before."""
    found = events(calendar, at - BACK, at + AHEAD, at)
    return write(found[:MOST], reminder)


# --- what has become of each window ----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """One occurrence of one publication: as it was announced, and what is left of it."""

    announced: Window
    left: Window | None
    changes: tuple[datetime, ...]


def events(calendar: Calendar, start: datetime, end: datetime, at: datetime) -> tuple[Event, ...]:
    """Return the events that overlap [start, end), as they are known at an instant."""
    versions = sorted(_versions(calendar.published, start, end), key=_identity)
    found = (_event(tuple(same), at) for _, same in groupby(versions, _identity))
    return tuple(sorted((e for e in found if e), key=lambda e: (e.window.starts_at, e.window.id)))


def _versions(published: Iterable[Published], start: datetime, end: datetime) -> Iterator[_Version]:
    for item in published:
        bare = replace(item, withdrawn_at=None, ended_at=None, cuts=())
        left = {w.id: w for w in Calendar(published=(item,)).between(start, end)}
        for window in Calendar(published=(bare,)).between(start, end):
            yield _Version(
                announced=window,
                left=left.get(window.id),
                changes=tuple(_changes(item, window)),
            )


def _changes(item: Published, announced: Window) -> Iterator[datetime]:
    """Yield each instant at which something became of an occurrence."""
    if item.published_at:
        yield item.published_at
    if item.withdrawn_at and item.withdrawn_at <= announced.starts_at:
        yield item.withdrawn_at
    cuts = [at for window, at in item.cuts if window == announced.id]
    yield from (at for at in (item.ended_at, *cuts) if at and at < announced.ends_at)


def _identity(version: _Version) -> tuple[datetime, tuple[str, ...], str]:
    window = version.announced
    return window.starts_at, tuple(sorted(window.components)), window.impact


def _event(versions: tuple[_Version, ...], at: datetime) -> Event | None:
    """Return what has become of one window by all that was ever said of it."""
    known = [v for v in versions if not v.announced.published_at or v.announced.published_at <= at]
    if not known:
        return None
    changes = [change for version in known for change in version.changes if change <= at]
    standing = [version.left for version in known if version.left]
    changed_at = max(changes, default=None)
    if not standing and (changed_at is None or changed_at < at - CANCELLED_FOR):
        return None
    # The verdict relies on the window that ends last; so does the calendar.
    shown = standing or [known[-1].announced]
    latest_first = sorted(known, key=lambda v: v.changes, reverse=True)
    told = [v.left for v in latest_first if v.left] or shown
    return Event(
        window=max(shown, key=lambda window: (window.ends_at, window.id)),
        cancelled=not standing,
        sequence=len(changes) - all(version.announced.published_at for version in known),
        changed_at=changed_at,
        sources=tuple(dict.fromkeys((window.source, window.quote) for window in told)),
    )


# --- as text ---------------------------------------------------------------------------------


def write(found: Iterable[Event], reminder: timedelta | None = None) -> str:
    """Return events as a calendar: the same text for the same events, whenever it is written."""
    written = icalendar.Calendar()
    written.add("prodid", "-//spot-probe//maintenance//EN")
    written.add("version", "2.0")
    written.add("name", "Published maintenance")
    written.add("x-wr-calname", "Published maintenance")
    written.add("refresh-interval", HOURLY, parameters={"VALUE": "DURATION"})
    written.add("x-published-ttl", "PT1H")
    for event in found:
        written.add_component(_written(event, reminder))
    return str(written.to_ical(), "utf-8")


def _written(event: Event, reminder: timedelta | None) -> icalendar.Event:
    window, changed_at = event.window, (event.changed_at or UNDATED).astimezone(UTC)
    title = f"{', '.join(window.components)}: {window.impact}"
    written = icalendar.Event()
    written.add("uid", uid(window))
    written.add("sequence", event.sequence)
    written.add("dtstamp", changed_at)
    written.add("last-modified", changed_at)
    written.add("dtstart", window.starts_at.astimezone(UTC))
    written.add("dtend", window.ends_at.astimezone(UTC))
    written.add("summary", f"Cancelled: {title}" if event.cancelled else title)
    written.add("description", _description(event))
    written.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    written.add("transp", "TRANSPARENT")
    if reminder and not event.cancelled:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", -reminder)
        written.add_component(alarm)
    return written


def uid(window: Window) -> str:
    """Return the standing name of a window: its components, its impact and when it starts."""
    starts = window.starts_at.astimezone(UTC).isoformat()
    mark = f"{starts} {'+'.join(sorted(window.components))} {window.impact}"
    return f"{hashlib.sha256(mark.encode()).hexdigest()[:32]}@{DOMAIN}"


def _description(event: Event) -> str:
    said = [f"{quote}\nSource: {source}".strip() for source, quote in event.sources]
    if event.window.approximate:
        said.append("The published times are approximate.")
    if event.cancelled:
        said.insert(0, "Taken back: it is no longer announced.")
    return "\n\n".join(said)
