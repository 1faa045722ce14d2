"""Calendars as publishers really write them: what each event comes to, and what it does not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.feeds.ics import read_ics
from probe.maintenance.publication import calendar as published
from probe.maintenance.reading.context import Context
from probe.types import Feed, FeedKind, Impact, Notice, NoticeState, Seen
from tests.samples import FEED

CONTEXT = Context(
    day=date(2026, 11, 24),
    day_is_borne=False,
    timezone="America/New_York",
    component="spot",
    words={"spot": ("SPOT", "Secure Provider Online Tool"), "idm": ("IDM",)},
)
START, END = "DTSTART:20261205T030000Z", "DTEND:20261205T060000Z"
TIMES = (START, END)


def event(*lines: str, uid: str = "1@a.example") -> str:
    """Return an event's lines."""
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"))


def stream(*events: str, head: tuple[str, ...] = ()) -> str:
    """Return a calendar of events."""
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//a//EN", *head, *events, "END:VCALENDAR")
    return "\r\n".join((*whole, ""))


def read(text: str, feed: Feed | None = None) -> tuple[Notice, ...]:
    """Return a calendar's notices."""
    reading = read_ics(text, CONTEXT, {}, feed)
    assert reading.informative
    return reading.notices


def outages(notices: tuple[Notice, ...]) -> list[tuple[str, str]]:
    """Return the windows that would excuse something, in UTC."""
    return [
        (f"{w.starts_at.astimezone(UTC):%m-%dT%H:%M}", f"{w.ends_at.astimezone(UTC):%m-%dT%H:%M}")
        for notice in notices
        for w in notice.windows
        if w.impact is Impact.OUTAGE
    ]


MAINTENANCE = "SUMMARY:SPOT maintenance"


@pytest.mark.parametrize(
    ("text", "state"),
    [
        pytest.param(
            stream(event(MAINTENANCE, *TIMES), head=("METHOD:CANCEL",)), "cancelled", id="METHOD"
        ),
        pytest.param(
            stream(event("SUMMARY:Canceled: SPOT outage", *TIMES)), "cancelled", id="title"
        ),
        pytest.param(
            stream(event("SUMMARY:[COMPLETED] SPOT maintenance", *TIMES)),
            "cancelled",
            id="completed",
        ),
        pytest.param(
            stream(event(MAINTENANCE, "DESCRIPTION:This has been cancelled.", *TIMES)),
            "cancelled",
            id="body",
        ),
        pytest.param(
            stream(event(MAINTENANCE, "STATUS:CANCELLED", *TIMES)), "cancelled", id="STATUS"
        ),
        pytest.param(
            stream(event(MAINTENANCE, "X-MAINTNOTE-STATUS:COMPLETED", *TIMES)),
            "cancelled",
            id="MAINTNOTE-STATUS",
        ),
        pytest.param(
            stream(event(MAINTENANCE, "X-MAINTNOTE-IMPACT:NO-IMPACT", *TIMES)),
            "irrelevant",
            id="no impact",
        ),
        pytest.param(
            stream(event(MAINTENANCE, "X-MAINTNOTE-IMPACT:DEGRADED", *TIMES)),
            "understood",
            id="degraded",
        ),
        pytest.param(
            stream(event(MAINTENANCE, "STATUS:TENTATIVE", *TIMES)), "refused", id="tentative"
        ),
        pytest.param(
            stream(event(MAINTENANCE, "X-MAINTNOTE-IMPACT:NOVEL", *TIMES)), "refused", id="novel"
        ),
        pytest.param(
            stream(event(MAINTENANCE, *TIMES), head=("METHOD:COUNTER",)), "refused", id="counter"
        ),
        pytest.param(
            stream(event("SUMMARY:SPOT training webinar", *TIMES)), "irrelevant", id="webinar"
        ),
        pytest.param(stream(event("SUMMARY:Busy", *TIMES)), "irrelevant", id="busy"),
        pytest.param(stream(event(*TIMES)), "irrelevant", id="no title"),
        pytest.param(
            stream(event("SUMMARY:Provider contact center closed", *TIMES)),
            "irrelevant",
            id="closed",
        ),
        pytest.param(
            stream(event("SUMMARY:Labor Day (office closed)", *TIMES)), "irrelevant", id="holiday"
        ),
        pytest.param(
            stream(event("SUMMARY:Scheduled maintenance", "CATEGORIES:Parking garage", *TIMES)),
            "refused",
            id="filed under something else",
        ),
        pytest.param(
            stream(event(MAINTENANCE, "DTSTART:20261205T210000", "DTEND:20261205T230000"),
                   head=("X-WR-TIMEZONE:America/Chicago",)),
            "refused",
            id="two zones",
        ),
        pytest.param(
            stream(event(MAINTENANCE, START, "DTEND;TZID=Mars/Olympus:20261205T230000")),
            "refused",
            id="unknown zone of the end",
        ),
        pytest.param(
            stream(event(MAINTENANCE, *TIMES, "RRULE:FREQ=WEEKLY", "EXRULE:FREQ=MONTHLY")),
            "refused",
            id="EXRULE",
        ),
        pytest.param(
            stream(event(MAINTENANCE, *TIMES, "RRULE:FREQ=WEEKLY;BYDAY=MO")),
            "refused",
            id="a start outside of its rule",
        ),
        pytest.param(
            stream(event(
                MAINTENANCE,
                "DESCRIPTION:SPOT will be down on December 4\\, 2026 from 8 p.m. to 9 p.m. ET.",
                *TIMES,
            )),
            "refused",
            id="words that tell other times",
        ),
    ],
)  # fmt: skip
def test_what_excuses_nothing(text: str, state: str) -> None:
    """And is there with its reason all the same."""
    (notice,) = read(text)
    assert outages((notice,)) == []
    assert notice.state == state
    assert notice.reason or state in {"cancelled", "understood"}


@pytest.mark.parametrize(
    ("lines", "start", "end"),
    [
        pytest.param(TIMES, "12-05T03:00", "12-05T06:00", id="plain"),
        pytest.param((*TIMES, "COMMENT:Completed: the last one"), "12-05T03:00", "12-05T06:00",
                     id="a remark that nobody asked for"),
        pytest.param(
            ('DTSTART;TZID="(UTC-05:00) Eastern Time (US & Canada)":20261204T220000',
             'DTEND;TZID="(UTC-05:00) Eastern Time (US & Canada)":20261205T010000'),
            "12-05T03:00", "12-05T06:00", id="as Exchange shows it",
        ),
        pytest.param(
            ("DTSTART;TZID=(UTC-05:00) Eastern Time (US & Canada):20261204T220000",
             "DTEND;TZID=(UTC-05:00) Eastern Time (US & Canada):20261205T010000"),
            "12-05T03:00", "12-05T06:00", id="and without the quotes that it needs",
        ),
        pytest.param(
            ('DTSTART;TZID="Central Standard Time":20261204T210000', "DURATION:PT3H"),
            "12-05T03:00", "12-05T06:00", id="a quoted name of Windows",
        ),
        pytest.param(
            ("DTSTART;TZID=/freeassociation.sourceforge.net/America/New_York:20261204T220000",
             "DURATION:PT3H"),
            "12-05T03:00", "12-05T06:00", id="a name behind a program's path",
        ),
        pytest.param(
            ("DTSTART;TZID=America/New_York:20270313T210000", "DURATION:PT24H"),
            "03-14T02:00", "03-15T02:00", id="24 hours over a change of clocks",
        ),
        pytest.param(
            ("DTSTART;TZID=America/New_York:20270313T210000", "DURATION:P1D"),
            "03-14T02:00", "03-15T01:00", id="a day over a change of clocks",
        ),
        pytest.param(
            (("DESCRIPTION:SPOT will be unavailable from December 4\\, 2026 at 10 p.m. ET to"
             " December 5\\, 2026 at 1 a.m. ET."), *TIMES),
            "12-05T03:00", "12-05T06:00", id="words that tell the same times in another zone",
        ),
        pytest.param(
            (*TIMES, "X-MAINTNOTE-IMPACT:OUTAGE", "X-MAINTNOTE-STATUS:CONFIRMED"),
            "12-05T03:00", "12-05T06:00", id="an outage by the publisher's field",
        ),
    ],
)  # fmt: skip
def test_what_is_plain_is_read(lines: tuple[str, ...], start: str, end: str) -> None:
    """At its instants."""
    assert outages(read(stream(event(MAINTENANCE, *lines)))) == [(start, end)]


def occurrences(text: str, *, until: date = date(2027, 3, 1)) -> list[str]:
    """Return on which days, in New York, what a calendar announces begins."""
    seen = [
        Seen(
            feed="ics",
            notice=notice,
            day=CONTEXT.day,
            day_is_borne=False,
            first_seen_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
            last_seen_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
        )
        for notice in read(text)
    ]
    end = datetime.combine(until, datetime.min.time(), UTC)
    found = published((), seen).between(datetime(2026, 11, 24, tzinfo=UTC), end)
    return [f"{w.starts_at - timedelta(hours=5):%m-%d %H}" for w in found]


LOCAL = (
    "DTSTART;TZID=America/New_York:20261203T210000",
    "DTEND;TZID=America/New_York:20261203T230000",
)
WEEKS = ["12-03 21", "12-10 21", "12-17 21"]


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("FREQ=WEEKLY;UNTIL=20261218T020000Z", WEEKS),
        ("FREQ=WEEKLY;UNTIL=20261218T015959Z", WEEKS[:2]),
        ("FREQ=WEEKLY;COUNT=3", WEEKS),
        ("COUNT=3;WKST=SU;INTERVAL=1;FREQ=WEEKLY;BYDAY=TH", WEEKS),
        ("FREQ=WEEKLY;UNTIL=20261217", WEEKS),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TH;COUNT=2", ["12-03 21", "12-17 21"]),
        ("FREQ=MONTHLY;BYDAY=TH;BYSETPOS=1", ["12-03 21", "01-07 21", "02-04 21"]),
        ("FREQ=MONTHLY;COUNT=2", ["12-03 21", "01-03 21"]),
        ("FREQ=YEARLY", ["12-03 21"]),
    ],
)
def test_rules_as_calendars_write_them(rule: str, found: list[str]) -> None:
    """UNTIL in UTC, COUNT, WKST, and what a start implies."""
    assert occurrences(stream(event(MAINTENANCE, *LOCAL, f"RRULE:{rule}"))) == found


def test_the_series_and_its_changes() -> None:
    """One occurrence is excepted, one moved, one cancelled, one extra."""
    text = stream(
        event(
            MAINTENANCE,
            *LOCAL,
            "RRULE:FREQ=WEEKLY;COUNT=5",
            "EXDATE;TZID=America/New_York:20261210T210000",
            "RDATE;TZID=America/New_York:20261208T210000",
        ),
        event(
            MAINTENANCE,
            "RECURRENCE-ID;TZID=America/New_York:20261217T210000",
            "DTSTART;TZID=America/New_York:20261218T220000",
            "DTEND;TZID=America/New_York:20261218T230000",
        ),
        event(
            MAINTENANCE,
            "STATUS:CANCELLED",
            "RECURRENCE-ID;TZID=America/New_York:20261224T210000",
            "DTSTART;TZID=America/New_York:20261224T210000",
            "DTEND;TZID=America/New_York:20261224T230000",
        ),
    )
    assert occurrences(text) == ["12-03 21", "12-08 21", "12-18 22", "12-31 21"]


def test_the_later_version_counts_whichever_stands_first() -> None:
    """By SEQUENCE, of the whole and of an occurrence."""
    old = event(MAINTENANCE, "SEQUENCE:1", *TIMES)
    new = event(MAINTENANCE, "SEQUENCE:2", "DTSTART:20261206T030000Z", "DTEND:20261206T040000Z")
    for pair in ((old, new), (new, old)):
        assert outages(read(stream(*pair))) == [("12-06T03:00", "12-06T04:00")]
    series = event(MAINTENANCE, *LOCAL, "RRULE:FREQ=WEEKLY;COUNT=2")
    moved, back = (
        event(
            MAINTENANCE,
            f"SEQUENCE:{number}",
            "RECURRENCE-ID;TZID=America/New_York:20261210T210000",
            f"DTSTART;TZID=America/New_York:202612{day}T210000",
            f"DTEND;TZID=America/New_York:202612{day}T220000",
        )
        for number, day in ((1, 11), (2, 12))
    )
    assert occurrences(stream(back, series, moved)) == ["12-03 21", "12-12 21"]


def test_what_is_not_understood_of_a_series_refuses_that_series_alone() -> None:
    """THISANDFUTURE would change all that follows."""
    text = stream(
        event(MAINTENANCE, *LOCAL, "RRULE:FREQ=WEEKLY"),
        event(
            MAINTENANCE,
            "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/New_York:20261210T210000",
            *LOCAL,
        ),
        event(MAINTENANCE, *TIMES, uid="2"),
        event(MAINTENANCE, "DTSTART:soon", END, uid="3"),
    )
    assert outages(read(text)) == [("12-05T03:00", "12-05T06:00")]
    assert sum(one.state is NoticeState.REFUSED for one in read(text)) == 3


def test_an_event_that_is_cancelled_and_made_anew_stands() -> None:
    """Under another UID it is another event, though at the same time."""
    text = stream(
        event(MAINTENANCE, "STATUS:CANCELLED", *TIMES, uid="old"),
        event(MAINTENANCE, *TIMES, uid="new"),
    )
    assert occurrences(text) == ["12-04 22"]


def test_several_calendars_in_one_stream_are_all_read() -> None:
    """Each with its own METHOD."""
    text = stream(event(MAINTENANCE, *TIMES)) + stream(
        event(MAINTENANCE, *LOCAL, uid="2"), head=("METHOD:CANCEL",)
    )
    assert outages(read(text)) == [("12-05T03:00", "12-05T06:00")]


def test_a_stream_that_is_cut_short_is_no_information() -> None:
    """What it lost is not withdrawn."""
    whole = stream(event(MAINTENANCE, *TIMES), event(MAINTENANCE, *LOCAL, uid="2"))
    for length in range(len(whole) - len("END:VCALENDAR\r\n")):
        assert not read_ics(whole[:length], CONTEXT).informative


def test_only_what_matches_counts() -> None:
    """By words and patterns, of the title and the categories; the rest says why not."""
    feed = replace(FEED, kind=FeedKind.ICS, match=("portal", "/^spot\\b/"))
    text = stream(
        event(MAINTENANCE, *TIMES, uid="1"),
        event("SUMMARY:Scheduled maintenance", "CATEGORIES:Portal", *LOCAL, uid="2"),
        event("SUMMARY:Scheduled maintenance of the portals", *TIMES, uid="3"),
    )
    found = read(text, feed)
    assert [bool(one.windows) for one in found] == [True, True, False]
    assert "match" in found[2].reason


LINES = (
    MAINTENANCE,
    "DESCRIPTION:SPOT will be unavailable.",
    *LOCAL,
    "RRULE:FREQ=WEEKLY;BYDAY=TH",
    "SEQUENCE:4",
    "STATUS:CONFIRMED",
    "DTSTAMP:20261101T000000Z",
    "LAST-MODIFIED:20261102T000000Z",
    "CATEGORIES:Maintenance",
    "X-MAINTNOTE-IMPACT:OUTAGE",
    "TRANSP:TRANSPARENT",
)
NEEDED = {MAINTENANCE, *LOCAL}


def folded(line: str, places: list[int]) -> str:
    """Return a line that is folded at some places."""
    for place in sorted({p % len(line) for p in places} - {0}, reverse=True):
        line = f"{line[:place]}\r\n {line[place:]}"
    return line


@settings(deadline=None, max_examples=60)
@given(
    st.permutations(LINES),
    st.sets(st.sampled_from([line for line in LINES if line not in NEEDED])),
    st.lists(st.integers(1, 60), max_size=4),
    st.sampled_from(["\r\n", "\n"]),
)
def test_neither_order_nor_folding_nor_what_is_left_out_changes_what_is_certain(
    lines: list[str], left_out: set[str], places: list[int], end: str
) -> None:
    """The first Thursday is announced by any calendar that has a title and its times."""
    kept = [folded(line, places) for line in lines if line not in left_out]
    text = stream(event(*kept)).replace("\r\n", end)
    assert occurrences(text, until=date(2026, 12, 9)) == ["12-03 21"]


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            [*LINES, "STATUS:CANCELLED", "METHOD:CANCEL", "RECURRENCE-ID:20261210T020000Z",
             "BEGIN:X", "END:X", "DTSTART:20261209T020000Z", "EXDATE:nonsense", "DURATION:P1W",
             "RDATE:2026"]
        ),
        max_size=14,
    ),
    st.text(max_size=20),
)  # fmt: skip
def test_any_calendar_is_read_without_an_error(lines: list[str], junk: str) -> None:
    """Whatever stands in it, and nothing that is cancelled is announced."""
    reading = read_ics(stream(event(*lines, junk)), CONTEXT)
    statuses = [line for line in lines if line.startswith("STATUS:")]
    if statuses[:1] == ["STATUS:CANCELLED"]:
        assert not any(notice.windows for notice in reading.notices)
