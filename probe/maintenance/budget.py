"""How much is believed: the one place where what was read is given effect. Pure.

A window that a text announces excuses failures only if it is within the bounds of one window, its
feed announces not too many of them, and all that is excused of a component, by all feeds together
and over time, stays within a budget: so much in any stretch of so many days. What goes over is
proposed, and a person decides. The decision is made once, when a notice is first seen, and is kept
with the notice, so that nothing which happens later can make room for what was refused before.
Windows of a person's own are not counted.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from probe.maintenance.calendar import Calendar
from probe.maintenance.publication import announced, is_by_person
from probe.maintenance.recurrence import Frequency, Rule
from probe.maintenance.zones import length, written
from probe.types import Bounds, Impact, Notice, NoticeState, Plan, Published, Review, Seen

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
SHORTEST_MONTH = timedelta(days=28)
#: An interval in UTC.
_Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What was believed so far: what was seen in all feeds, and what people made of it.

    `seen` holds at least whatever ended within the days of the budget.
    """

    bounds: Bounds
    seen: Sequence[Seen]
    reviews: Sequence[Review] = ()

    def grant(self, feed: str, notices: Sequence[Notice], at: datetime) -> tuple[Notice, ...]:
        """Return what a feed says at an instant, each of its windows effective or else proposed.

        A notice that stands and is read as before keeps what was decided of it.
        """
        standing = {
            s.notice.fingerprint: s.notice
            for s in self.seen
            if s.feed == feed and s.vanished_at is None
        }
        kept = {
            notice.fingerprint: before
            for notice in notices
            if (before := standing.get(notice.fingerprint)) and is_same_reading(before, notice)
        }
        left = [_left(s, feed, kept, at) for s in self.seen]
        ledger = _Ledger(
            bounds=self.bounds,
            at=at,
            left=self.bounds.per_page - sum(len(notice.windows) for notice in kept.values()),
        )
        for item in announced((), left, self.reviews):
            if not is_by_person(item):
                ledger.enter(item)
        return tuple(
            _as_decided(kept[notice.fingerprint], notice)
            if notice.fingerprint in kept
            else _decided(notice, ledger)
            for notice in notices
        )


def keeps_its_sighting(before: Notice, now: Notice) -> bool:
    """Return whether another reading of the same words may stand in the place of the one before.

    Not where something that had effect would be lost with it: that is a new sighting.
    """
    return is_same_reading(before, now) or not (before.windows or before.cancels)


def is_same_reading(one: Notice, other: Notice) -> bool:
    """Return whether two readings of a notice announce the same, effective or proposed."""
    return _meaning(one) == _meaning(other)


def _meaning(notice: Notice) -> tuple[object, ...]:
    plans = frozenset(map(_instants, (*notice.windows, *notice.proposals)))
    return plans, frozenset(map(_instants, notice.cancels)), notice.identity, notice.version


def _instants(plan: Plan) -> Plan:
    """Return a plan whose ends compare by the instant, whatever zone they were kept in."""
    return replace(
        plan, starts_at=plan.starts_at.astimezone(UTC), ends_at=plan.ends_at.astimezone(UTC)
    )


def _left(seen: Seen, feed: str, kept: Container[str], at: datetime) -> Seen:
    """Return a sighting as this reading of its feed leaves it: gone, if it is no longer there."""
    stood = seen.feed == feed and seen.vanished_at is None
    return replace(seen, vanished_at=at) if stood and seen.notice.fingerprint not in kept else seen


def _as_decided(before: Notice, notice: Notice) -> Notice:
    return replace(
        notice,
        state=before.state,
        reason=before.reason,
        windows=before.windows,
        proposals=before.proposals,
    )


def _decided(notice: Notice, ledger: "_Ledger") -> Notice:
    """Return a new notice with the windows that are granted; the others are proposals."""
    reasons = [(plan, ledger.charge(plan)) for plan in notice.windows]
    over = tuple(plan for plan, reason in reasons if reason)
    if not over:
        return notice
    windows = tuple(plan for plan, reason in reasons if not reason)
    told = dict.fromkeys(filter(None, (notice.reason, *(reason for _, reason in reasons))))
    return replace(
        notice,
        state=notice.state if windows else NoticeState.REFUSED,
        reason="; ".join(told),
        windows=windows,
        proposals=(*notice.proposals, *over),
    )


# --- what is spent ---------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Ledger:
    """What is granted so far; `left` is how many windows more the feed may announce.

    Single windows are counted where they lie, as they stand. A rule is counted everywhere with
    what it fills of any stretch of days at the most, whatever year: it may go on for ever.
    """

    bounds: Bounds
    at: datetime
    left: int
    _spans: dict[str, list[_Span]] = field(default_factory=dict)
    _rules: dict[str, dict[object, timedelta]] = field(default_factory=dict)

    def charge(self, plan: Plan) -> str:
        """Grant a plan and return "", or return why it is not granted."""
        if self.left <= 0:
            return f"its feed announces more than {self.bounds.per_page} windows"
        reason = self._out_of_bounds(plan) or self._over_budget(plan)
        if not reason:
            self.left -= 1
            self.enter(Published(id="", plan=plan, source="", published_at=self.at))
        return reason

    def enter(self, item: Published) -> None:
        """Count a window that has effect."""
        plan = item.plan
        if plan.impact is not Impact.OUTAGE or _is_over(item, self.at - self.bounds.total_within):
            return
        for component in plan.components:
            if plan.recurrence is not None:
                rules = self._rules.setdefault(component, {})
                rules[_series(plan)] = _at_most(plan, self.bounds.total_within)
            else:
                self._spans.setdefault(component, []).extend(_spans(item))

    def _out_of_bounds(self, plan: Plan) -> str:
        lasts = length(plan.starts_at, plan.ends_at)
        if lasts <= timedelta():
            return "it ends before it starts"
        if lasts > self.bounds.longest:
            return f"it is longer than {self.bounds.longest.days} days"
        if plan.starts_at.astimezone(UTC) - self.at > self.bounds.furthest:
            return f"it is more than {self.bounds.furthest.days} days ahead"
        return ""

    def _over_budget(self, plan: Plan) -> str:
        if plan.impact is not Impact.OUTAGE:
            return ""
        for component in plan.components:
            if self._filled(plan, component) > self.bounds.total:
                total, within = self.bounds.total.days, self.bounds.total_within.days
                return (
                    f"with it more than {total} days of {component} in {within} would be excused, "
                    "which is not believed without a person's word"
                )
        return ""

    def _filled(self, plan: Plan, component: str) -> timedelta:
        """Return what is filled with a plan of the fullest stretch that it may lie in."""
        within = self.bounds.total_within
        rules, spans = self._rules.get(component, {}), self._spans.get(component, [])
        if plan.recurrence is not None:
            rules = {**rules, _series(plan): _at_most(plan, within)}
        else:
            new = [*_spans(Published(id="", plan=plan, source="", published_at=self.at))]
            near = [
                (start, end)
                for start, end in spans
                for begins, ends in new
                if start < ends + within and begins - within < end
            ]
            spans = [*near, *new]
        return sum(rules.values(), timedelta()) + _fullest(_merged(spans), within)


def _spans(item: Published) -> Iterator[_Span]:
    """Yield the interval in which a single window excuses: never before it was published."""
    plan = item.plan
    for window in Calendar(published=(item,)).between(plan.starts_at, plan.ends_at):
        begins = max(window.starts_at, item.published_at or window.starts_at)
        if begins < window.ends_at:
            yield begins, window.ends_at


def _merged(spans: Iterable[_Span]) -> list[_Span]:
    """Return intervals by their start, those that touch as one."""
    merged: list[_Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _fullest(spans: Sequence[_Span], within: timedelta) -> timedelta:
    """Return the most that intervals, apart and in order, fill of a stretch of so many days.

    The fullest stretch can be moved until it ends where an interval does, or begins where one does.
    """
    before, total = [timedelta()], timedelta()
    for start, end in spans:
        total += end - start
        before.append(total)
    most, first, last = timedelta(), 0, 0
    for index, (_, end) in enumerate(spans):
        while spans[first][1] <= end - within:
            first += 1
        cut = max(timedelta(), end - within - spans[first][0])
        most = max(most, before[index + 1] - before[first] - cut)
    for index, (start, _) in enumerate(spans):
        while last < len(spans) and spans[last][0] < start + within:
            last += 1
        cut = max(timedelta(), spans[last - 1][1] - start - within)
        most = max(most, before[last] - before[index] - cut)
    return most


# --- rules -----------------------------------------------------------------------------------


def _series(plan: Plan) -> tuple[object, ...]:
    """Return what makes two recurring plans the same hours of the same days.

    Where every so many weeks or months are meant, it matters from which one they are counted.
    """
    rule, zone = Rule.parse(plan.recurrence or ""), ZoneInfo(plan.timezone)
    starts, ends = written(plan.starts_at, zone), written(plan.ends_at, zone)
    return (
        replace(rule, until=None, excepted=frozenset()),
        starts.date() if rule.interval > 1 else None,
        starts.time(),
        ends - starts,
        plan.timezone,
    )


def _at_most(plan: Plan, within: timedelta) -> timedelta:
    """Return what a recurring plan fills at the most in any stretch of days, in any year."""
    rule, zone = Rule.parse(plan.recurrence or ""), ZoneInfo(plan.timezone)
    length = written(plan.ends_at, zone) - written(plan.starts_at, zone)
    return _times_at_most(rule, within) * length + HOUR  # as clocks may be set back once


def _times_at_most(rule: Rule, within: timedelta) -> int:
    """Return how often a rule falls into a stretch of days at the most."""
    if rule.frequency is Frequency.DAILY:
        return _ceil(within, rule.interval * DAY)
    if rule.frequency is Frequency.WEEKLY:
        return _ceil(within, rule.interval * WEEK) * len(rule.weekdays)
    by_weekday = sum(1 if nth else 5 for nth, _ in rule.weekdays)
    monthly = min(filter(None, (by_weekday, len(rule.month_days))))
    months = within // SHORTEST_MONTH + 2
    return -(-months // rule.interval) * monthly


def _ceil(span: timedelta, step: timedelta) -> int:
    return -(-span // step)


def _is_over(item: Published, at: datetime) -> bool:
    """Return whether a rule has excused nothing since an instant, and never will."""
    if item.plan.recurrence is None:
        return False
    until = Rule.parse(item.plan.recurrence).until
    last = until and datetime.combine(until, time.max, UTC) + DAY
    ends = [end for end in (item.withdrawn_at, item.ended_at, last) if end is not None]
    never_ran = item.withdrawn_at is not None and item.withdrawn_at <= item.plan.starts_at
    length = item.plan.ends_at - item.plan.starts_at
    return never_ran or (bool(ends) and min(ends) + length <= at)
