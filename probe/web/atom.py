"""Incidents and windows as an Atom feed (RFC 4287), the latest change first.

An entry keeps its id for as long as it is the same incident or window, and whatever becomes of it
gives it a later `updated`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from probe.calendarfeed import AHEAD, BACK, UNDATED, Event, events, uid
from probe.english import BECAUSES, REASONS, listed, moment
from probe.maintenance.calendar import Calendar
from probe.maintenance.words import length
from probe.types import Incident, Verdict
from probe.web.view import View

ATOM = "http://www.w3.org/2005/Atom"
DOMAIN = "spot-probe"
MOST = 200
#: What XML cannot say.
UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that people are told; `link` is relative to the feed's own address."""

    id: str
    title: str
    text: str
    updated: datetime
    link: str


def feed(shown: View, incidents: Iterable[Incident], calendar: Calendar) -> str:
    """Return the feed as it is at a view's instant."""
    at = shown.at
    found = [_incident(one, shown) for one in incidents]
    found += [_window(one, shown) for one in events(calendar, at - BACK, at + AHEAD, at)]
    found.sort(key=lambda entry: (entry.updated, entry.id), reverse=True)
    root = ET.Element("feed", {"xmlns": ATOM})
    _say(root, "id", f"urn:{DOMAIN}:incidents-and-maintenance")
    _say(root, "title", "Incidents and maintenance")
    _say(root, "updated", _instant(found[0].updated if found else UNDATED))
    author = ET.SubElement(root, "author")
    _say(author, "name", "SPOT probe")
    ET.SubElement(root, "link", {"rel": "self", "href": "feed.atom"})
    ET.SubElement(root, "link", {"rel": "alternate", "href": "./"})
    for entry in found[:MOST]:
        _write(root, entry)
    return ET.tostring(root, encoding="unicode", xml_declaration=False)


def _incident(one: Incident, shown: View) -> Entry:
    name = shown.name(one.target)
    announced = "" if one.seconds.get(Verdict.UNEXPECTED) else ", as announced"
    since = moment(one.started_at, shown.zone)
    if one.ended_at:
        title = f"{name} was down for {length(one.ended_at - one.started_at)}{announced}"
        said = [f"From {since} to {moment(one.ended_at, shown.zone)}."]
    else:
        title = f"{name} is down{announced}"
        said = [f"Since {since}."]
    said += [BECAUSES[because] for because in one.because]
    said += [f"It failed by: {listed(REASONS[reason] for reason in one.reasons)}."]
    mark = f"{one.started_at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"
    return Entry(
        id=f"urn:{DOMAIN}:incident:{one.target}:{mark}",
        title=title,
        text=" ".join(said),
        updated=one.ended_at or one.confirmed_at,
        link=f"incidents/{one.target}/{mark}",
    )


def _window(event: Event, shown: View) -> Entry:
    window = event.window
    about = listed(map(shown.name, window.components))
    title = f"{'Cancelled: ' if event.cancelled else ''}{window.impact} of {about}"
    since, until = (moment(at, shown.zone) for at in (window.starts_at, window.ends_at))
    said = [f"From {since} to {until}."]
    said += [f"{quote} ({source})" if quote else f"({source})" for source, quote in event.sources]
    return Entry(
        id=f"urn:{DOMAIN}:window:{uid(window)}",
        title=f"{title[:1].upper()}{title[1:]}, {since}",
        text=" ".join(said),
        updated=event.changed_at or UNDATED,
        link="./#announced",
    )


def _write(root: ET.Element, entry: Entry) -> None:
    written = ET.SubElement(root, "entry")
    _say(written, "id", entry.id)
    _say(written, "title", entry.title)
    _say(written, "updated", _instant(entry.updated))
    ET.SubElement(written, "link", {"rel": "alternate", "href": entry.link})
    _say(written, "content", entry.text)


def _say(above: ET.Element, name: str, text: str) -> None:
    ET.SubElement(above, name).text = UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
