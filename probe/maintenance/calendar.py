"""What is open when: a pure function of what was published and an instant.

Windows are half open, compared in UTC, to the microsecond. Each end of an occurrence is resolved
through its zone by itself, and occurrence n is computed from the rule, never from occurrence n-1.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from probe.maintenance.recurrence import Rule
from probe.maintenance.zones import resolve, written
from probe.types import OffPeak, Plan, Published, Standing, Window

DAY = timedelta(days=1)
INSTANT = datetime.resolution
#: What an occurrence adds to its plan's id, its start and its end, in UTC.
_Span = tuple[str, datetime, datetime]
#: An interval that is asked for again and again, and how many days' windows are kept for that.
BRIEF, MOST_DAYS = timedelta(hours=1), 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Everything published, and what can be asked of it; instants are aware, answers in UTC."""

    published: tuple[Published, ...]
    unread: tuple[Standing, ...] = ()
    advisories: tuple[Standing, ...] = ()
    off_peak: tuple[OffPeak, ...] = ()
    _times: tuple["_Times", ...] = field(init=False, repr=False, compare=False)
    _days: dict[date, tuple[Window, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Work out once what every question needs; raises ValueError for a rule that is none."""
        object.__setattr__(self, "_times", tuple(_times(item.plan) for item in self.published))

    def open_at(self, at: datetime, known_at: datetime | None = None) -> tuple[Window, ...]:
        """Return the windows that are open at an instant, the one that ends last first.

        Those count that were published by `known_at`, by default the same instant: it is later
        where the clock was set back after a notice had been read.
        """
        at = at.astimezone(UTC)
        known_at = at if known_at is None else known_at
        found = [
            window
            for window in self._of(at.date())
            if window.starts_at <= at < window.ends_at
            and (window.published_at is None or window.published_at <= known_at)
        ]
        found.sort(key=lambda window: window.id)
        found.sort(key=lambda window: window.ends_at, reverse=True)
        return tuple(found)

    def between(self, start: datetime, end: datetime) -> tuple[Window, ...]:
        """Return the windows that overlap [start, end), by their start, whenever published."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if end - start <= BRIEF:
            near = self._of(start.date())
            if end.date() != start.date():
                midnight = datetime.combine(end.date(), time(), UTC)
                near += tuple(one for one in self._of(end.date()) if one.starts_at >= midnight)
            found = [one for one in near if one.starts_at < end and start < one.ends_at]
        else:
            found = list(self._overlapping(start, end))
        return tuple(sorted(found, key=lambda window: (window.starts_at, window.id)))

    def _overlapping(self, start: datetime, end: datetime) -> Iterator[Window]:
        for item, times in zip(self.published, self._times, strict=True):
            yield from _windows(item, times, start, end)

    def _of(self, day: date) -> tuple[Window, ...]:
        """Return the windows of a day in UTC: most questions are about the present one."""
        if day not in self._days:
            if len(self._days) >= MOST_DAYS:
                self._days.clear()
            start = datetime.combine(day, time(), UTC)
            self._days[day] = tuple(self._overlapping(start, start + DAY))
        return self._days[day]

    def upcoming(self, at: datetime, within: timedelta) -> tuple[Window, ...]:
        """Return the windows that start after an instant, up to and with `within` later."""
        after = at.astimezone(UTC) + INSTANT
        found = self.between(after, after + within)
        return tuple(window for window in found if window.starts_at >= after)

    def end_of(self, window: Window) -> datetime | None:
        """Return when a window ends as things stand now, None where it is there no longer."""
        found = self.between(window.starts_at, window.starts_at + INSTANT)
        return next((one.ends_at for one in found if one.id == window.id), None)

    def unread_at(self, at: datetime, components: Iterable[str]) -> bool:
        """Return whether a notice about one of them stands that nobody has understood yet."""
        return any(_stands(notice, at, frozenset(components)) for notice in self.unread)

    def advisory_at(self, at: datetime, components: Iterable[str]) -> bool:
        """Return whether maintenance without hours is announced of one, and it is off-peak."""
        off_peak = {
            hours.component
            for hours in self.off_peak
            if hours.component in frozenset(components) and _hold(hours, at)
        }
        return any(_stands(notice, at, off_peak) for notice in self.advisories)


def _stands(notice: Standing, at: datetime, components: Iterable[str]) -> bool:
    gone = notice.withdrawn_at is not None and notice.withdrawn_at <= at
    about = not set(components).isdisjoint(notice.components)
    return notice.published_at <= at and not gone and about


def _hold(hours: OffPeak, at: datetime) -> bool:
    """Return whether off-peak hours hold, by the wall clock of their zone."""
    local = at.astimezone(ZoneInfo(hours.timezone)).time()
    if hours.from_ < hours.until:
        return hours.from_ <= local < hours.until
    return local >= hours.from_ or local < hours.until


# --- one plan's windows ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Once:
    """The one interval of a plan."""

    starts_at: datetime
    ends_at: datetime

    def spans(self, start: datetime, end: datetime) -> Iterable[_Span]:
        """Return it if it overlaps [start, end)."""
        if self.starts_at < end and start < self.ends_at:
            return (("", self.starts_at, self.ends_at),)
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Series:
    """A recurring plan in local time; `days` are from the start of an occurrence to its end."""

    rule: Rule
    zone: ZoneInfo
    first: date
    days: timedelta
    from_: time
    until: time

    def spans(self, start: datetime, end: datetime) -> Iterator[_Span]:
        """Yield those that overlap [start, end), each of their ends resolved by itself."""
        # A day more on either side, for clocks that are set back across midnight.
        day = max(start.astimezone(self.zone).date() - self.days - DAY, self.first)
        last = end.astimezone(self.zone).date() + DAY
        while day <= last:
            if self.rule.falls_on(day, self.first):
                starts_at = self._at(day, self.from_, end=False)
                ends_at = self._at(day + self.days, self.until, end=True)
                if starts_at < end and start < ends_at:
                    yield f"/{day}", starts_at, ends_at
            day += DAY

    def _at(self, day: date, hour: time, *, end: bool) -> datetime:
        return resolve(datetime.combine(day, hour), self.zone, end=end).astimezone(UTC)


_Times = _Once | _Series


def _times(plan: Plan) -> _Times:
    if plan.recurrence is None:
        # In UTC because that compares twenty times as fast as two zones do.
        return _Once(starts_at=plan.starts_at.astimezone(UTC), ends_at=plan.ends_at.astimezone(UTC))
    zone = ZoneInfo(plan.timezone)
    starts, ends = written(plan.starts_at, zone), written(plan.ends_at, zone)
    return _Series(
        rule=Rule.parse(plan.recurrence),
        zone=zone,
        first=starts.date(),
        days=ends.date() - starts.date(),
        from_=starts.time(),
        until=ends.time(),
    )


def _windows(item: Published, times: _Times, start: datetime, end: datetime) -> Iterator[Window]:
    """Yield those that overlap [start, end), as withdrawal and cancellation have left them."""
    # Nothing begins any more once it is withdrawn or ended: years of that cost no time.
    gone = [at.astimezone(UTC) for at in (item.withdrawn_at, item.ended_at) if at is not None]
    for mark, starts_at, announced_end in times.spans(start, min([end, *gone])):
        name = item.id + mark
        ends_at = min(_ends(item, name, announced_end))
        if starts_at < ends_at and start < ends_at:
            yield _window(item, name, starts_at, ends_at)


def _ends(item: Published, name: str, announced: datetime) -> Iterator[datetime]:
    """Yield, in UTC, what ends a window; the earliest does."""
    yield announced
    if item.ended_at is not None:
        yield item.ended_at.astimezone(UTC)
    yield from (at.astimezone(UTC) for cut, at in item.cuts if cut == name)


def _window(item: Published, name: str, starts_at: datetime, ends_at: datetime) -> Window:
    plan = item.plan
    return Window(
        id=name,
        components=plan.components,
        impact=plan.impact,
        starts_at=starts_at,
        ends_at=ends_at,
        source=item.source,
        recurrence=plan.recurrence,
        timezone=plan.timezone,
        approximate=plan.approximate,
        published_at=item.published_at,
        quote=item.quote,
    )
