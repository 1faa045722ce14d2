"""What a fuzzer made of feeds, made small: each is read, and no window comes of it."""

import json

import pytest

from probe.feeds.ics import read_ics
from probe.feeds.mail import parse, read_message
from probe.feeds.statuspage import read_statuspage
from tests.feeds.test_structured import CONTEXT, calendar

CALENDARS = {
    "an occurrence that is no time": calendar(
        "DTSTART:20261205T030000Z",
        "DTEND:20261205T060000Z",
        "RECURRENCE-ID:never",
    ),
    "two occurrences in place of one": calendar(
        "DTSTART:20261205T030000Z",
        "DTEND:20261205T060000Z",
        "RECURRENCE-ID:20261205T030000Z",
        "RECURRENCE-ID:20261206T030000Z",
    ),
    "two kinds of value": calendar("DTSTART;VALUE=A,B:20261205"),
    "a zone that is a directory": calendar("DTSTART;TZID=America:20261205T000000"),
    "a zone with a name too long for a file": calendar(f"DTSTART;TZID={'A' * 300}:20261205T000000"),
    "a zone that is unknown": calendar(
        "SUMMARY:SPOT is unavailable",
        "DTSTART;TZID=Mars/Olympus:20261205T000000",
        "DTEND;TZID=Mars/Olympus:20261205T010000",
    ),
    "a start that is no time": calendar("DTSTART:2026-12-05 9 p.m.", "DTEND:20261205T060000Z"),
    "two starts": calendar(
        "DTSTART:20261205T030000Z", "DTSTART:20261206T030000Z", "DTEND:20261207T060000Z"
    ),
    "an end in the last second of all": calendar("DTSTART:20261205T03Z", "DTEND:99991231T235959Z"),
    "the last hour of all, west of Greenwich": calendar(
        "DTSTART;TZID=America/New_York:99991231T230000",
        "DTEND;TZID=America/New_York:99991231T235959",
    ),
    "the first hour of all, east of Greenwich": calendar(
        "DTSTART;TZID=Pacific/Kiritimati:00010101T000000",
        "DTEND;TZID=Pacific/Kiritimati:20261205T010000",
    ),
    "the first day of all": calendar("DTSTART;VALUE=DATE:00010101"),
    "the last day of all": calendar("DTSTART;VALUE=DATE:99991231"),
    "a duration beyond all days": calendar("DTSTART:20261205T030000Z", "DURATION:P999999999D"),
    "a duration that goes back": calendar("DTSTART:20261205T030000Z", "DURATION:-P1D"),
    "an exception that is no time": calendar(
        "DTSTART:20261205T030000Z", "DTEND:20261205T060000Z", "RRULE:FREQ=DAILY", "EXDATE:never"
    ),
    "a rule that is none": calendar(
        "DTSTART:20261205T030000Z", "DTEND:20261205T060000Z", "RRULE:FREQ=NEVER"
    ),
    "a zone with a null in its name": calendar(
        "DTSTART;TZID=A\0:20261205T000000", "DTEND:20261205T060000Z"
    ),
    "events in events that never end": "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\n" * 300,
    "an end without a beginning": "BEGIN:VCALENDAR\nEND:VEVENT\nEND:VCALENDAR\n",
}
START, END = "2026-12-05T22:00:00Z", "2026-12-06T04:00:00Z"


def maintenance(**said: object) -> str:
    """Return a status page with one maintenance, of which something else is said."""
    entry = {"id": "a", "name": "SPOT", "scheduled_for": START, "scheduled_until": END} | said
    return json.dumps({"scheduled_maintenances": [entry]})


PAGES = {
    "the first hour of all, east of Greenwich": maintenance(
        scheduled_for="0001-01-01T00:00:00+14:00"
    ),
    "the last hour of all, west of Greenwich": maintenance(
        scheduled_until="9999-12-31T23:59:59-14:00"
    ),
    "brackets": "[" * 4000,
    "more digits than a number may have": '{"scheduled_maintenances": [' + "9" * 5000 + "]}",
    "a list": "[]",
    "a number for the maintenances": '{"scheduled_maintenances": 1}',
    "a status that is a list": maintenance(status=[]),
    "components that are numbers": maintenance(components=[5]),
    "updates that are words": maintenance(incident_updates=["soon"]),
    "a start that is a number": maintenance(scheduled_for=5),
    "a start without an offset": maintenance(scheduled_for="2026-12-05T22:00:00"),
    "an end in the last second of all": maintenance(scheduled_until="9999-12-31T23:59:59Z"),
}
MESSAGES = {
    "brackets in an address": b"From: " + b"(" * 300 + b"\n\n",
    "brackets in a type": b"Content-Type: " + b"(" * 300 + b"\n\nx",
    "brackets in a disposition": b"Content-Disposition: " + b"(" * 300 + b"\n\nx",
    "brackets in an encoding": b"Content-Transfer-Encoding: " + b"(" * 300 + b"\n\nx",
    "nothing": b"",
    "only a null": b"\0",
    "a charset that is none": b'Content-Type: text/plain; charset="nonsense"\n\n\xff',
    "base64 that is none": b"Content-Transfer-Encoding: base64\n\n=A=",
    "a boundary that is missing": b"Content-Type: multipart/mixed\n\n--x\n",
    "a date beyond all days": b"Date: Fri, 99 Nov 99999 99:99:99 -9999\n\nSPOT is down.",
    "a header that is split into parts": b"Content-Type: text/plain; charset*9*=x''y\n\n\xff",
    "a word that is not encoded as it says": b"Subject: =?utf-8?b?a?= =?x?q?=ZZ?=\n\n",
}


@pytest.mark.parametrize("what", CALENDARS)
def test_broken_calendars_announce_nothing(what: str) -> None:
    """No error, no window."""
    assert not any(n.windows for n in read_ics(CALENDARS[what], CONTEXT).notices)


@pytest.mark.parametrize("what", PAGES)
def test_broken_status_pages_announce_nothing(what: str) -> None:
    """No error, no window."""
    assert not any(n.windows for n in read_statuspage(PAGES[what], CONTEXT).notices)


@pytest.mark.parametrize("what", MESSAGES)
def test_broken_messages_announce_nothing(what: str) -> None:
    """No error, no window."""
    assert not any(n.windows for n in [read_message(parse(MESSAGES[what]), CONTEXT)])
