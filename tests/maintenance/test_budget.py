"""How much is believed: never more than the budget, whatever is read, in any feeds, on any days."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.maintenance.budget import Budget, keeps_its_sighting
from probe.maintenance.calendar import Calendar
from probe.maintenance.publication import announced, is_by_person
from probe.maintenance.recurrence import DAYS
from probe.maintenance.zones import resolve, zone
from probe.types import Bounds, Impact, Notice, NoticeState, Plan, Review, Seen
from tests.maintenance.plans import DAY, HOUR, NEW_YORK, at

BOUNDS = Bounds()
START = at("2026-11-01T12:00")


def plan(starts: datetime, length: timedelta, rule: str | None = None) -> Plan:
    """Return an outage of `spot` by the clock of New York."""
    there = zone(NEW_YORK)
    local = starts.astimezone(there).replace(tzinfo=None)
    return Plan(
        components=("spot",),
        impact=Impact.OUTAGE,
        starts_at=resolve(local, there, end=False),
        ends_at=resolve(local + length, there, end=True),
        recurrence=rule and f"RRULE:{rule}",
        timezone=NEW_YORK,
    )


def notice(mark: str, *plans: Plan, cancels: tuple[Plan, ...] = ()) -> Notice:
    """Return a notice that was understood to announce some windows."""
    return Notice(
        fingerprint=mark,
        text=mark,
        quote=mark,
        state=NoticeState.UNDERSTOOD if plans else NoticeState.CANCELLED,
        windows=plans,
        components=("spot",),
        cancels=cancels,
    )


class World:
    """What was seen so far of all feeds, as the journal keeps it."""

    def __init__(self) -> None:
        self.seen: tuple[Seen, ...] = ()
        self.reviews: tuple[Review, ...] = ()

    def read(self, feed: str, notices: Iterable[Notice], now: datetime) -> tuple[Notice, ...]:
        """Publish what a feed says; return what was granted of it."""
        budget = Budget(bounds=BOUNDS, seen=self.seen, reviews=self.reviews)
        granted = {n.fingerprint: n for n in budget.grant(feed, tuple(notices), now)}
        kept = []
        for one in self.seen:
            mark = one.notice.fingerprint
            if one.feed != feed or one.vanished_at is not None:
                kept.append(one)
            elif mark in granted and keeps_its_sighting(one.notice, granted[mark]):
                kept.append(replace(one, notice=granted.pop(mark)))
            else:
                kept.append(replace(one, vanished_at=now))
        new = tuple(_sighting(feed, one, now) for one in granted.values())
        self.seen = (*kept, *new)
        return tuple(one.notice for one in new)

    def calendar(self) -> Calendar:
        """Return what counts now, without a person's own windows."""
        read = announced((), self.seen, self.reviews)
        return Calendar(published=tuple(item for item in read if not is_by_person(item)))


def _sighting(feed: str, one: Notice, now: datetime) -> Seen:
    return Seen(
        feed=feed,
        notice=one,
        day=now.date(),
        day_is_borne=False,
        first_seen_at=now,
        last_seen_at=now,
    )


def fullest(excused: list[tuple[datetime, datetime]]) -> timedelta:
    """Return the most that intervals fill of any sixty days, by trying each end of each."""
    joined: list[tuple[datetime, datetime]] = []
    for start, end in sorted(excused):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    stretches = [(start, start + BOUNDS.total_within) for start, _ in joined]
    stretches += [(end - BOUNDS.total_within, end) for _, end in joined]
    return max(
        (
            sum((max(timedelta(), min(e, b) - max(s, a)) for s, e in joined), timedelta())
            for a, b in stretches
        ),
        default=timedelta(),
    )


def excused_between(
    world: World, start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Return when a failure would have been excused from one instant to another, as it stood."""
    return [
        (max(w.starts_at, start), min(w.ends_at, end))
        for w in world.calendar().between(start, end)
        if w.published_at is not None and w.published_at < end
    ]


# --- by example ------------------------------------------------------------------------------


def test_a_weekly_window_and_a_long_one_are_believed() -> None:
    """What real pages announce is far within."""
    weekly = plan(at("2026-11-05T21:00"), 2 * HOUR, "FREQ=WEEKLY;BYDAY=TH")
    world = World()
    for feed in ("page", "calendar", "mail"):
        (found,) = world.read(feed, [notice("a", weekly, plan(START + DAY, 9 * DAY))], START)
        assert found.state is NoticeState.UNDERSTOOD
        assert len(found.windows) == 2


def test_the_same_window_in_many_feeds_is_counted_once() -> None:
    """Nothing more is excused by it."""
    world = World()
    for number in range(20):
        (found,) = world.read(f"feed {number}", [notice("a", plan(START + DAY, 10 * DAY))], START)
        assert found.windows


def test_a_rule_of_every_day_from_midnight_to_midnight_is_proposed() -> None:
    """Whatever day its page claims to be of, it is measured by its own occurrences."""
    always = plan(at("2016-06-01T00:00"), timedelta(hours=23, minutes=59), "FREQ=DAILY")
    (found,) = World().read("page", [notice("a", always)], START)
    assert (found.state, found.windows, found.proposals) == (NoticeState.REFUSED, (), (always,))
    assert "15 days of spot in 60" in found.reason


def test_seven_weekly_sentences_are_one_rule_of_every_day() -> None:
    """One whole weekday fits; the second is too much."""
    rules = [
        plan(at("2026-11-02T00:00") + n * DAY, DAY, f"FREQ=WEEKLY;BYDAY={day}")
        for n, day in enumerate(DAYS)
    ]
    (found,) = World().read("mail", [notice("a", *rules)], START)
    assert (len(found.windows), len(found.proposals)) == (1, 6)
    assert found.needs_review


def test_thirty_five_messages_of_ten_days_each_are_one_and_a_half() -> None:
    """In whatever order of days."""
    world = World()
    found = world.read(
        "mail",
        [notice(str(n), plan(START + DAY + n * 10 * DAY, 10 * DAY)) for n in range(35)],
        START,
    )
    assert sum(bool(one.windows) for one in found) == 6  # one in every sixty days
    assert fullest(excused_between(world, START, START + 400 * DAY)) <= BOUNDS.total


def test_ten_days_from_today_that_are_renewed_daily_end() -> None:
    """The page says something new each day, and what it said before is gone."""
    world, excused = World(), []
    for number in range(90):
        now = START + number * DAY
        world.read("page", [notice(f"day {number}", plan(now, 10 * DAY))], now)
        excused += excused_between(world, now, now + DAY)
    assert timedelta(days=10) <= fullest(excused) <= BOUNDS.total


def test_what_ran_is_counted_when_its_notice_is_gone() -> None:
    """Ten days ran, the page is tidied up, and another feed announces ten more."""
    world = World()
    world.read("page", [notice("a", plan(START, 10 * DAY))], START)
    world.read("page", [], START + 10 * DAY)
    now = START + 11 * DAY
    (found,) = world.read("mail", [notice("b", plan(now, 10 * DAY))], now)
    assert found.windows == ()
    later = now + 45 * DAY
    (found,) = world.read("mail", [notice("c", plan(later, 10 * DAY))], later)
    assert found.windows


def test_what_never_ran_makes_room() -> None:
    """A long window was put off: the new one is believed."""
    world = World()
    first, second = plan(START + 5 * DAY, 10 * DAY), plan(START + 20 * DAY, 10 * DAY)
    world.read("page", [notice("a", first)], START)
    (found,) = world.read("page", [notice("b", second)], START + DAY)
    assert found.windows == (second,)


def test_what_was_refused_stays_refused_when_room_is_made() -> None:
    """Else what ran meanwhile could be pushed out of the count by it."""
    world = World()
    long, other = plan(START + 5 * DAY, 10 * DAY), plan(START + 20 * DAY, 10 * DAY)
    world.read("page", [notice("a", long)], START)
    world.read("mail", [notice("b", other)], START)
    world.read("page", [], START + DAY)
    assert world.read("mail", [notice("b", other)], START + 2 * DAY) == ()
    assert [one.notice.windows for one in world.seen if one.feed == "mail"] == [()]


@pytest.mark.parametrize(
    ("window", "reason"),
    [
        (plan(START + DAY, 11 * DAY), "it is longer than 10 days"),
        (plan(START + 368 * DAY, HOUR), "it is more than 366 days ahead"),
    ],
)
def test_the_bounds_of_one_window_hold_for_every_kind(window: Plan, reason: str) -> None:
    """Whatever reader let it through."""
    (found,) = World().read("any", [notice("a", window)], START)
    assert (found.windows, found.proposals, found.reason) == ((), (window,), reason)


def test_a_feed_may_not_announce_more_windows_than_is_believed() -> None:
    """Fifty, whichever."""
    notices = [notice(str(n), plan(START + n * HOUR, HOUR / 60)) for n in range(60)]
    found = World().read("page", notices, START)
    assert sum(len(one.windows) for one in found) == BOUNDS.per_page


def test_what_excuses_nothing_is_not_counted() -> None:
    """A degraded window may be as frequent as it is announced."""
    slow = replace(plan(START, DAY, "FREQ=DAILY"), impact=Impact.DEGRADED)
    (found,) = World().read("page", [notice("a", slow)], START)
    assert found.windows == (slow,)


def test_a_persons_own_windows_are_not_counted() -> None:
    """What a person accepted leaves the budget as it was."""
    world = World()
    long = plan(START + DAY, 10 * DAY)
    world.read("mail", [notice("a", replace(long, starts_at=long.starts_at - 30 * DAY))], START)
    world.reviews = (
        Review(fingerprint="a", accepted=True, windows=(long,), reviewer="ann", reviewed_at=START),
    )
    (found,) = world.read("page", [notice("b", plan(START + 12 * DAY, 10 * DAY))], START)
    assert found.windows


# --- as a property ---------------------------------------------------------------------------

LENGTHS = (HOUR / 2, 2 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 3 * DAY, 9 * DAY, 10 * DAY)
RULES = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=5",
    "FREQ=WEEKLY;BYDAY=MO",
    "FREQ=WEEKLY;INTERVAL=30;BYDAY=SA,SU",
    "FREQ=MONTHLY;BYDAY=-1SU",
    "FREQ=MONTHLY;INTERVAL=80;BYMONTHDAY=1,2,3,4,5,6,7,8,9,10",
    "FREQ=MONTHLY;INTERVAL=80;BYMONTHDAY=11,12,13,14,15,16,17",
)


def hostile(chance: Random, now: datetime) -> Notice:
    """Return a notice that says whatever it likes; marks come again with another meaning."""
    ahead = chance.choice((chance.randint(-10, 12), chance.randint(-40, 380)))
    day = datetime.combine(now.date(), time(chance.randint(0, 23)), UTC) + ahead * DAY
    mark = str(chance.randint(0, 4))
    window = plan(day, chance.choice(LENGTHS), chance.choice((None, chance.choice(RULES))))
    if chance.random() < 0.2:
        return notice(mark, cancels=(replace(window, recurrence=None),))
    return notice(mark, window)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 2**32))
def test_no_feeds_on_any_days_excuse_more_than_the_budget(seed: int) -> None:
    """Of all that was excused from the first reading on, as each instant was judged when it came.

    Three feeds vanish, come back, take back, renew, change what their words mean, and in the end
    say nothing new for ever: a rule then goes on for seven years.
    """
    chance, world, now = Random(seed), World(), START  # noqa: S311  (no secret is made of it)
    excused = list[tuple[datetime, datetime]]()
    for _ in range(25):
        later = now + chance.randint(0, 12) * DAY + chance.randint(0, 1439) * HOUR / 60
        excused += excused_between(world, now, later)
        now = later
        says = {
            n.fingerprint: n for n in (hostile(chance, now) for _ in range(chance.randint(0, 4)))
        }
        world.read(chance.choice("abc"), says.values(), now)
    excused += excused_between(world, now, now + 7 * 366 * DAY)
    assert fullest(excused) <= BOUNDS.total
