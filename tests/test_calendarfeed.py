"""The calendar feed, read back by another library than the one that wrote it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from probe.calendarfeed import events, feed, uid, write
from probe.maintenance.calendar import Calendar
from probe.types import Impact, Plan, Published
from tests.samples import HOUR, NOON, PLAN, WINDOW

EASTERN = ZoneInfo("America/New_York")
DAY = 24 * HOUR
WEEK = timedelta(days=7)
ONCE = Published(id="page/1", plan=PLAN, source="page", quote="from 1 to 3", published_at=NOON)


def weekly(first: date) -> Published:
    """Return 21:00 to 23:00 Eastern every Thursday from one on, as configured."""
    starts_at = datetime(first.year, first.month, first.day, 21, tzinfo=EASTERN)
    plan = replace(
        PLAN,
        starts_at=starts_at,
        ends_at=starts_at.replace(hour=23),
        recurrence="RRULE:FREQ=WEEKLY;BYDAY=TH",
    )
    return Published(id="weekly", plan=plan, source="configuration")


def read(*published: Published, at: datetime = NOON, **how: Any) -> list[Any]:
    """Return the events that another library finds in the feed, in their order."""
    text = feed(Calendar(published=published), at, **how)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    found = vobject.readOne(text)
    return list(getattr(found, "vevent_list", []))


def told(event: Any) -> Mapping[str, Any]:
    """Return what matters of an event that was read."""
    return {
        "uid": event.uid.value,
        "sequence": int(event.sequence.value),
        "status": event.status.value,
        "starts_at": event.dtstart.value,
        "ends_at": event.dtend.value,
    }


@pytest.mark.parametrize(
    ("change", "first"),
    [("spring", date(2026, 2, 26)), ("autumn", date(2026, 10, 22))],
)
def test_the_instants_are_the_same_across_a_clock_change(change: str, first: date) -> None:
    """21:00 Eastern stays 21:00 Eastern, though UTC moves by an hour."""
    rule = weekly(first)
    at = rule.plan.starts_at.astimezone(UTC)
    calendar = Calendar(published=(rule,))
    found = [(e.dtstart.value, e.dtend.value) for e in read(rule, at=at)]
    wanted = calendar.between(at - 30 * DAY, at + 90 * DAY)
    assert found == [(window.starts_at, window.ends_at) for window in wanted]
    assert len(found) == 13
    assert {begin.astimezone(EASTERN).hour for begin, _ in found} == {21}, change
    assert len({begin.astimezone(UTC).hour for begin, _ in found}) == 2


@given(
    starts_at=st.integers(0, 365 * 86_400).map(lambda second: NOON + timedelta(seconds=second)),
    minutes=st.integers(1, 14_400),
    # icalendar takes a backslash and an N in a text for a line break that is escaped already.
    quote=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200).filter(
        lambda text: "\\N" not in text
    ),
)
def test_any_window_is_read_back_as_it_is(starts_at: datetime, minutes: int, quote: str) -> None:
    """Instants to the second and words to the letter, whatever they are."""
    ends_at = starts_at + timedelta(minutes=minutes)
    plan = replace(PLAN, starts_at=starts_at, ends_at=ends_at)
    item = replace(ONCE, plan=plan, quote=quote, published_at=starts_at - DAY)
    (event,) = read(item, at=starts_at)
    assert (event.dtstart.value, event.dtend.value) == (starts_at, ends_at)
    assert event.description.value == f"{quote}\nSource: page".strip()


def test_an_event_carries_the_words_and_who_said_them() -> None:
    """The quote, the source, and that the times are approximate."""
    plan = replace(PLAN, components=("spot", "idm"), approximate=True)
    (event,) = read(replace(ONCE, plan=plan))
    assert event.summary.value == "spot, idm: outage"
    assert event.description.value == (
        "from 1 to 3\nSource: page\n\nThe published times are approximate."
    )
    assert event.status.value == "CONFIRMED"
    assert event.transp.value == "TRANSPARENT"


def test_what_is_withdrawn_before_it_begins_is_cancelled() -> None:
    """The same UID, a higher SEQUENCE, and no reminder."""
    (before,) = map(told, read(ONCE))
    (event,) = read(
        replace(ONCE, withdrawn_at=NOON + HOUR / 2),
        at=NOON + HOUR / 2,
        reminder=HOUR,
    )
    after = told(event)
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert (before["status"], after["status"]) == ("CONFIRMED", "CANCELLED")
    assert not hasattr(event, "valarm")
    assert event.description.value.startswith("Taken back")
    assert event.summary.value == "Cancelled: spot: outage"
    assert event.dtstamp.value == NOON + HOUR / 2


def test_the_same_events_are_the_same_text_whenever_they_are_read() -> None:
    """A subscriber who asks again is told that nothing has changed; configured windows, too."""
    calendar = Calendar(published=(ONCE, weekly(date(2026, 10, 1))))
    assert feed(calendar, NOON) == feed(calendar, NOON + timedelta(minutes=59))


def test_a_cancellation_is_not_told_for_ever() -> None:
    """Thirty days later it is gone from the feed."""
    gone = replace(ONCE, withdrawn_at=NOON + HOUR / 2)
    assert len(read(gone, at=NOON + 29 * DAY)) == 1
    assert read(gone, at=NOON + 31 * DAY) == []


def test_what_is_ended_early_is_shorter_with_a_higher_sequence() -> None:
    """A window that runs keeps its UID and ends where it was ended."""
    (before,) = map(told, read(ONCE))
    (after,) = map(told, read(replace(ONCE, ended_at=NOON + 2 * HOUR), at=NOON + 2 * HOUR))
    assert (after["uid"], after["status"]) == (before["uid"], "CONFIRMED")
    assert (after["starts_at"], after["ends_at"]) == (NOON + HOUR, NOON + 2 * HOUR)
    assert after["sequence"] == before["sequence"] + 1


def test_one_occurrence_that_is_taken_back_leaves_the_others() -> None:
    """The cut one is cancelled; the week after stands."""
    rule = replace(weekly(date(2026, 11, 26)), cuts=(("weekly/2026-12-03", NOON),))
    found = [told(event) for event in read(rule, at=NOON)]
    assert [one["status"] for one in found[:3]] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert [one["sequence"] for one in found[:3]] == [0, 1, 0]
    assert len({one["uid"] for one in found}) == len(found)


def test_other_words_for_the_same_window_are_the_same_event() -> None:
    """A notice that is reworded keeps the UID; what it says now is what is read."""
    old = replace(ONCE, withdrawn_at=NOON + HOUR / 4)
    new = replace(ONCE, id="page/2", quote="between 1 and 3", published_at=NOON + HOUR / 4)
    (before,) = map(told, read(ONCE))
    (event,) = read(old, new, at=NOON + HOUR / 2)
    after = told(event)
    assert (after["uid"], after["status"]) == (before["uid"], "CONFIRMED")
    assert after["sequence"] > before["sequence"]
    assert event.description.value == "between 1 and 3\nSource: page"


def test_two_sources_of_one_window_are_one_event() -> None:
    """Both are quoted, and it ends when the last one ends, as the verdict has it."""
    longer = replace(PLAN, ends_at=PLAN.ends_at + HOUR)
    other = replace(ONCE, id="mail/1", plan=longer, source="mail", quote="until 4")
    (event,) = read(ONCE, other)
    assert event.dtend.value == PLAN.ends_at + HOUR
    assert set(event.description.value.split("\n\n")) == {
        "from 1 to 3\nSource: page",
        "until 4\nSource: mail",
    }


def test_what_was_published_later_is_not_known_yet() -> None:
    """The feed of an instant tells what was known at it."""
    assert read(ONCE, at=NOON - HOUR) == []


def test_a_reminder_rings_so_long_before() -> None:
    """Only where it is asked for."""
    (event,) = read(ONCE, reminder=timedelta(minutes=30))
    assert event.valarm.trigger.value == timedelta(minutes=-30)
    assert event.valarm.action.value == "DISPLAY"
    (silent,) = read(ONCE)
    assert not hasattr(silent, "valarm")


def test_a_uid_stands_for_components_impact_and_start() -> None:
    """Another end or other words are the same event; another start is another."""
    assert uid(WINDOW) == uid(replace(WINDOW, ends_at=NOON + DAY, quote="", source="mail"))
    others = [
        replace(WINDOW, starts_at=NOON - HOUR),
        replace(WINDOW, components=("idm",)),
        replace(WINDOW, impact=Impact.DEGRADED),
    ]
    assert len({uid(window) for window in (WINDOW, *others)}) == 4


moments = st.integers(0, 600).map(lambda minutes: NOON + timedelta(minutes=minutes))
records = st.builds(
    lambda begun, ended, withdrawn: replace(
        ONCE, published_at=begun, ended_at=ended, withdrawn_at=withdrawn
    ),
    moments,
    st.none() | moments,
    st.none() | moments,
)


@given(st.lists(records, min_size=1, max_size=4), st.lists(moments, min_size=2, max_size=6))
def test_the_sequence_never_falls(published: list[Published], at: list[datetime]) -> None:
    """Whatever is published and taken back: a subscriber never sees an older number."""
    calendar = Calendar(
        published=tuple(replace(one, id=f"page/{n}") for n, one in enumerate(published))
    )
    told_at = [
        {e.window.starts_at: e.sequence for e in events(calendar, NOON, NOON + DAY, when)}
        for when in sorted(at)
    ]
    for before, after in pairwise(told_at):
        for start in before.keys() & after.keys():
            assert before[start] <= after[start]


def test_an_empty_feed_is_still_a_calendar() -> None:
    """Subscribers do not complain when nothing is announced."""
    text = write(())
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert vobject.readOne(text).prodid.value == "-//spot-probe//maintenance//EN"


def test_degraded_windows_are_told_too() -> None:
    """What excuses nothing is still worth knowing."""
    plan: Plan = replace(PLAN, impact=Impact.DEGRADED)
    (event,) = read(replace(ONCE, plan=plan))
    assert event.summary.value == "spot: degraded"
