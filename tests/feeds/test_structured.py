"""Calendars, status pages and e-mails as notices."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.feeds.file import read_file
from probe.feeds.ics import read_ics
from probe.feeds.mail import parse, read_message
from probe.feeds.statuspage import ALL, address, read_statuspage
from probe.maintenance.reading.context import Context
from probe.types import Bounds, Impact, Notice, NoticeState, PublishedStatus

CONTEXT = Context(
    day=date(2026, 11, 24),
    day_is_borne=False,
    timezone="America/New_York",
    component="site",
    words={"spot": ("SPOT",), "idm": ("IDM",)},
    bounds=Bounds(),
)


def calendar(*lines: str) -> str:
    """Return a calendar with one event."""
    event = ("BEGIN:VEVENT", "UID:1@a.example", "DTSTAMP:20261101T000000Z", *lines, "END:VEVENT")
    return "\r\n".join(
        ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//a//EN", *event, "END:VCALENDAR", "")
    )


def only(text: str, context: Context = CONTEXT) -> Notice:
    """Return a calendar's one notice."""
    (notice,) = read_ics(text, context).notices
    return notice


def test_an_event_is_a_window_of_the_component_that_it_names() -> None:
    """In UTC, with its words."""
    notice = only(
        calendar(
            "SUMMARY:IDM maintenance",
            "DESCRIPTION:IDM will be unavailable.",
            "DTSTART:20261205T030000Z",
            "DTEND:20261205T060000Z",
        )
    )
    assert notice.state is NoticeState.UNDERSTOOD
    (plan,) = notice.windows
    assert (plan.components, plan.impact) == (("idm",), Impact.OUTAGE)
    assert plan.starts_at == datetime(2026, 12, 5, 3, tzinfo=UTC)
    assert plan.ends_at == datetime(2026, 12, 5, 6, tzinfo=UTC)
    assert notice.quote in notice.text


@pytest.mark.parametrize(
    ("lines", "start", "end"),
    [
        (
            ("DTSTART;TZID=America/Chicago:20261205T210000", "DURATION:PT2H"),
            datetime(2026, 12, 6, 3, tzinfo=UTC),
            datetime(2026, 12, 6, 5, tzinfo=UTC),
        ),
        (
            ("DTSTART:20261205T210000", "DTEND:20261205T230000"),
            datetime(2026, 12, 6, 2, tzinfo=UTC),
            datetime(2026, 12, 6, 4, tzinfo=UTC),
        ),
        (
            ("DTSTART;VALUE=DATE:20261205", "DTEND;VALUE=DATE:20261206"),
            datetime(2026, 12, 5, 5, tzinfo=UTC),
            datetime(2026, 12, 6, 5, tzinfo=UTC),
        ),
        (
            ("DTSTART;VALUE=DATE:20261205",),
            datetime(2026, 12, 5, 5, tzinfo=UTC),
            datetime(2026, 12, 6, 5, tzinfo=UTC),
        ),
    ],
    ids=["zone and duration", "floating", "whole day", "whole day without an end"],
)
def test_times_are_in_their_zone_or_the_feeds(
    lines: tuple[str, ...], start: datetime, end: datetime
) -> None:
    """A floating time is the feed's, and so is a day."""
    (plan,) = only(calendar("SUMMARY:SPOT outage", *lines)).windows
    assert (plan.starts_at.astimezone(UTC), plan.ends_at.astimezone(UTC)) == (start, end)


VTIMEZONE = """BEGIN:VTIMEZONE\r
TZID:{name}\r
BEGIN:STANDARD\r
DTSTART:16010101T020000\r
TZOFFSETFROM:-0400\r
TZOFFSETTO:-0500\r
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11\r
END:STANDARD\r
BEGIN:DAYLIGHT\r
DTSTART:16010101T020000\r
TZOFFSETFROM:-0500\r
TZOFFSETTO:-0400\r
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3\r
END:DAYLIGHT\r
END:VTIMEZONE\r
"""


def described(name: str, *lines: str) -> str:
    """Return a calendar with one event in a zone that it describes itself."""
    text = calendar("SUMMARY:SPOT outage", *lines)
    return text.replace("BEGIN:VEVENT", VTIMEZONE.format(name=name) + "BEGIN:VEVENT", 1)


def test_a_zone_by_its_name_in_outlook_is_the_real_one() -> None:
    """Saturday 9 p.m. Eastern is not Saturday in UTC."""
    name = "Eastern Standard Time"
    (plan,) = only(
        described(
            name,
            f"DTSTART;TZID={name}:20261205T210000",
            f"DTEND;TZID={name}:20261205T230000",
            "RRULE:FREQ=WEEKLY;BYDAY=SA;WKST=SU",
        )
    ).windows
    assert (plan.timezone, plan.recurrence) == ("America/New_York", "RRULE:FREQ=WEEKLY;BYDAY=SA")
    assert plan.starts_at.astimezone(UTC) == datetime(2026, 12, 6, 2, tzinfo=UTC)


OURS = ("DTSTART;TZID=Ours:20261205T210000", "DTEND;TZID=Ours:20261205T230000")


def test_a_zone_that_only_the_calendar_knows_has_instants_and_no_rule() -> None:
    """A single event is certain; which clock it would recur by is not."""
    odd = {"-0500": "-0510", "-0400": "-0410"}

    def of_nobody(*lines: str) -> str:
        text = described("Ours", *OURS, *lines)
        return text.replace("-0500", odd["-0500"]).replace("-0400", odd["-0400"])

    (plan,) = only(of_nobody()).windows
    assert plan.starts_at.astimezone(UTC) == datetime(2026, 12, 6, 2, 10, tzinfo=UTC)
    assert only(of_nobody("RRULE:FREQ=DAILY")).state is NoticeState.REFUSED


def test_a_zone_that_is_described_as_a_known_one_is_that_one() -> None:
    """Whatever name a program made up for it."""
    (plan,) = only(described("Ours", *OURS, "RRULE:FREQ=WEEKLY")).windows
    assert plan.timezone == "America/New_York"


def test_a_zone_that_is_described_as_another_than_its_name_says_is_refused() -> None:
    """Two readings."""
    text = described(
        "Pacific Standard Time", *(line.replace("Ours", "Pacific Standard Time") for line in OURS)
    )
    assert only(text).state is NoticeState.REFUSED


def test_a_zone_that_nobody_knows_is_never_the_feeds() -> None:
    """It is refused."""
    times = ("DTSTART;TZID=Mars/Olympus:20261205T210000", "DTEND;TZID=Mars/Olympus:20261205T230000")
    notice = only(calendar("SUMMARY:SPOT outage", *times))
    assert notice.state is NoticeState.REFUSED
    assert "Mars/Olympus" in notice.reason


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,MO",
        "FREQ=DAILY;BYHOUR=21",
        "FREQ=MONTHLY;BYMONTHDAY=" + ",".join(["30"] * 200),
    ],
)
def test_a_part_of_a_rule_that_would_matter_is_not_dropped(rule: str) -> None:
    """It is refused instead."""
    lines = ("DTSTART:20261206T010000Z", "DTEND:20261206T020000Z", f"RRULE:{rule}")
    assert only(calendar("SUMMARY:SPOT outage", *lines)).state is NoticeState.REFUSED


def test_a_rule_of_long_ago_begins_near() -> None:
    """The same clock as ever; sixteen years are not walked through."""
    (plan,) = only(
        calendar(
            "SUMMARY:SPOT outage",
            "DTSTART;TZID=America/New_York:20100107T210000",
            "DTEND;TZID=America/New_York:20100107T230000",
            "RRULE:FREQ=WEEKLY",
        )
    ).windows
    assert plan.starts_at.strftime("%A %H:%M") == "Thursday 21:00"
    assert plan.starts_at.date() == date(2026, 11, 26)


def test_an_exception_in_utc_is_the_local_day() -> None:
    """3 a.m. UTC on Friday is Thursday evening in New York."""
    (plan,) = only(
        calendar(
            "SUMMARY:SPOT outage",
            "DTSTART;TZID=America/New_York:20261105T220000",
            "DTEND;TZID=America/New_York:20261105T230000",
            "RRULE:FREQ=WEEKLY",
            "EXDATE:20261127T030000Z",
        )
    ).windows
    assert plan.recurrence is not None
    assert plan.recurrence.splitlines()[1].startswith("EXDATE:20261126")


def test_a_recurring_event_keeps_its_rule_and_exceptions() -> None:
    """It is expanded in its zone; a week that is excepted stays out."""
    (plan,) = only(
        calendar(
            "SUMMARY:SPOT weekly maintenance",
            "DTSTART;TZID=America/New_York:20261105T210000",
            "DTEND;TZID=America/New_York:20261105T230000",
            "RRULE:FREQ=WEEKLY",
            "EXDATE;TZID=America/New_York:20261126T210000",
        )
    ).windows
    assert plan.timezone == "America/New_York"
    assert plan.recurrence is not None
    assert plan.recurrence.splitlines()[0] == "RRULE:FREQ=WEEKLY;BYDAY=TH"
    assert "20261126" in plan.recurrence.splitlines()[1]


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:20261205T030000Z",),
        ("DTSTART:20261205T060000Z", "DTEND:20261205T030000Z"),
        ("DTSTART:20261205T030000Z", "DTEND:20261225T030000Z"),
        ("DTSTART:20281205T030000Z", "DTEND:20281205T060000Z"),
        ("DTEND:20261205T060000Z",),
    ],
    ids=["no end", "backwards", "too long", "too far", "no start"],
)
def test_what_is_uncertain_is_refused_with_a_reason(lines: tuple[str, ...]) -> None:
    """No window, and words for the person who reviews it."""
    notice = only(calendar("SUMMARY:SPOT outage", *lines))
    assert (notice.state, notice.windows) == (NoticeState.REFUSED, ())
    assert notice.reason


def test_a_cancelled_event_takes_its_interval_back() -> None:
    """It announces nothing."""
    lines = ("DTSTART:20261205T030000Z", "DTEND:20261205T060000Z", "STATUS:CANCELLED")
    notice = only(calendar("SUMMARY:SPOT outage", *lines))
    assert (notice.state, notice.windows) == (NoticeState.CANCELLED, ())
    assert [plan.starts_at for plan in notice.cancels] == [datetime(2026, 12, 5, 3, tzinfo=UTC)]


def test_a_degraded_event_excuses_nothing() -> None:
    """Slow is not away."""
    lines = ("DTSTART:20261205T030000Z", "DTEND:20261205T060000Z")
    (plan,) = only(calendar("SUMMARY:SPOT may be slow during an upgrade", *lines)).windows
    assert plan.impact is Impact.DEGRADED


def test_an_event_that_is_over_says_nothing() -> None:
    """Last year's calendar is not reviewed by anybody."""
    lines = ("DTSTART:20251205T030000Z", "DTEND:20251205T060000Z")
    assert read_ics(calendar("SUMMARY:SPOT outage", *lines), CONTEXT).notices == ()


def test_an_umbrella_of_events_is_refused_whole() -> None:
    """Together more than is believed of a feed."""
    short = replace(CONTEXT, bounds=replace(Bounds(), per_page=0))
    lines = ("DTSTART:20261205T030000Z", "DTEND:20261205T060000Z")
    assert only(calendar("SUMMARY:SPOT outage", *lines), short).state is NoticeState.REFUSED


@pytest.mark.parametrize("text", ["", "<html>", "BEGIN:VCALENDAR", "BEGIN:VEVENT\r\nEND:VEVENT"])
def test_what_is_no_calendar_is_no_information(text: str) -> None:
    """It withdraws nothing."""
    assert not read_ics(text, CONTEXT).informative


# --- Statuspage ------------------------------------------------------------------------------


def maintenance(**more: Any) -> dict[str, Any]:
    """Return one scheduled maintenance as Statuspage has it."""
    return {
        "id": "abc",
        "name": "IDM upgrade",
        "status": "scheduled",
        "impact": "maintenance",
        "scheduled_for": "2026-12-05T03:00:00.000Z",
        "scheduled_until": "2026-12-05T06:00:00.000-00:00",
        "components": [{"name": "Login", "status": "operational"}],
        "incident_updates": [{"body": "Users will be unable to log in."}],
        **more,
    }


def statuspage(*entries: dict[str, Any], **more: Any) -> str:
    """Return a document of maintenances."""
    return json.dumps({"page": {"id": "p"}, "scheduled_maintenances": entries, **more})


def test_a_scheduled_maintenance_is_a_window() -> None:
    """Its times are trusted, its component flags are not."""
    (notice,) = read_statuspage(statuspage(maintenance()), CONTEXT).notices
    (plan,) = notice.windows
    assert (plan.components, plan.impact) == (("idm",), Impact.OUTAGE)
    assert plan.ends_at - plan.starts_at == timedelta(hours=3)


def test_one_that_is_completed_is_taken_back() -> None:
    """It is a later version of the same maintenance, which ends the one before."""
    (before,) = read_statuspage(statuspage(maintenance()), CONTEXT).notices
    (after,) = read_statuspage(statuspage(maintenance(status="completed")), CONTEXT).notices
    assert (after.state, after.windows) == (NoticeState.CANCELLED, ())
    assert (after.identity, after.cancels) == (before.identity, before.windows)


def test_one_that_is_in_progress_is_the_same_as_before() -> None:
    """What the product itself writes below it changes nothing."""
    (before,) = read_statuspage(statuspage(maintenance()), CONTEXT).notices
    told = "Scheduled maintenance is currently in progress. We will provide updates as necessary."
    updates = [{"body": told}, *maintenance()["incident_updates"]]
    running = maintenance(status="in_progress", incident_updates=updates)
    (now,) = read_statuspage(statuspage(running), CONTEXT).notices
    assert now.fingerprint == before.fingerprint


def test_a_new_time_is_another_notice() -> None:
    """The old one vanishes with its words."""
    moved = maintenance(scheduled_until="2026-12-05T07:00:00Z")
    (one,) = read_statuspage(statuspage(maintenance()), CONTEXT).notices
    (other,) = read_statuspage(statuspage(moved), CONTEXT).notices
    assert one.fingerprint != other.fingerprint


def test_the_pages_indicator_is_its_status() -> None:
    """Where the document has one."""
    text = statuspage(status={"indicator": "minor"})
    assert read_statuspage(text, CONTEXT).status == {"site": PublishedStatus.DEGRADED}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"scheduled_maintenances": [1]}', "[" * 10_000]
)
def test_what_is_no_status_page_is_no_information(text: str) -> None:
    """It withdraws nothing."""
    assert not read_statuspage(text, CONTEXT).informative


def test_the_address_of_a_page_is_that_of_its_document() -> None:
    """One that names a document is taken as it is."""
    assert address("https://status.a.example/") == f"https://status.a.example{ALL}"
    upcoming = "https://status.a.example/api/v2/scheduled-maintenances/upcoming.json"
    assert address(upcoming) == upcoming


# --- e-mail ----------------------------------------------------------------------------------

MAIL = b"""From: First Coast <listserv@fcso.example>\r
To: someone@provider.example\r
Subject: SPOT maintenance\r
Date: Tue, 24 Nov 2026 09:00:00 -0500\r
Content-Type: text/plain; charset=utf-8\r
\r
SPOT will be unavailable tomorrow from 9 p.m. to 11 p.m. ET for maintenance.\r
"""


def test_a_message_is_read_as_of_its_own_date() -> None:
    """`tomorrow` is the day after it was sent."""
    notice = read_message(parse(MAIL), replace(CONTEXT, day=date(2027, 6, 1)))
    (plan,) = notice.windows
    assert plan.components == ("spot",)
    assert plan.starts_at.astimezone(UTC) == datetime(2026, 11, 26, 2, tzinfo=UTC)


def test_html_mail_is_read_as_text() -> None:
    """Where there is no plain part."""
    html = MAIL.replace(b"text/plain", b"text/html").replace(
        b"SPOT will be", b"<html><body><p><b>SPOT</b> will be"
    )
    notice = read_message(parse(html), CONTEXT)
    assert len(notice.windows) == 1


@given(st.binary(max_size=500))
def test_a_message_of_any_bytes_is_parsed(data: bytes) -> None:
    """What is broken gives what can be had of it."""
    assert parse(data).text is not None


def test_a_file_is_read_as_what_it_is() -> None:
    """A calendar and an e-mail are told by their first lines."""
    lines = ("SUMMARY:SPOT outage", "DTSTART:20261205T030000Z", "DTEND:20261205T060000Z")
    assert len(read_file(calendar(*lines), CONTEXT).notices[0].windows) == 1
    assert len(read_file(MAIL.decode(), CONTEXT).notices[0].windows) == 1
    assert not read_file("Select which best describes you", CONTEXT).informative
