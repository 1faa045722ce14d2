"""What is open when: a pure function of what was published and an instant.

Windows are half open, compared in UTC, to the microsecond. Each end of an occurrence is resolved
through its zone by itself, and occurrence n is computed from the rule, never from occurrence n-1.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from probe.maintenance.recurrence import Rule
from probe.maintenance.zones import resolve, written
from probe.types import Bounds, Impact, OffPeak, Plan, Published, Standing, Window

DAY = timedelta(days=1)
INSTANT = datetime.resolution
#: How far ahead the next window is looked for: most are near, none is believed that is further.
AHEAD = (timedelta(days=8), timedelta(days=32), Bounds().furthest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Everything published, and what can be asked of it; instants are aware, answers in UTC."""

    published: tuple[Published, ...]
    unread: tuple[Standing, ...] = ()
    advisories: tuple[Standing, ...] = ()
    off_peak: tuple[OffPeak, ...] = ()

    def open_at(self, at: datetime) -> tuple[Window, ...]:
        """Return the windows that are open and were published by then, the longest open first."""
        at = at.astimezone(UTC)
        found = [
            window
            for item in self.published
            if item.published_at is None or item.published_at <= at
            for window in _windows(item, at, at + INSTANT)
        ]
        found.sort(key=lambda window: window.id)
        found.sort(key=lambda window: window.ends_at, reverse=True)
        return tuple(found)

    def between(self, start: datetime, end: datetime) -> tuple[Window, ...]:
        """Return the windows that overlap [start, end), by their start, whenever published."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        found = (window for item in self.published for window in _windows(item, start, end))
        return tuple(sorted(found, key=lambda window: (window.starts_at, window.id)))

    def upcoming(self, at: datetime, within: timedelta) -> tuple[Window, ...]:
        """Return the windows that start after an instant, up to and with `within` later."""
        after = at.astimezone(UTC) + INSTANT
        found = self.between(after, after + within)
        return tuple(window for window in found if window.starts_at >= after)

    def next_for(self, component: str, impact: Impact, at: datetime) -> Window | None:
        """Return the window that is open for a component, or else the next that starts."""
        mine = Calendar(
            published=tuple(
                item
                for item in self.published
                if component in item.plan.components and item.plan.impact is impact
            )
        )
        searches = (mine.upcoming(at, within) for within in AHEAD)
        found = mine.open_at(at) or next(filter(None, searches), ())
        return found[0] if found else None

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


def _windows(item: Published, start: datetime, end: datetime) -> Iterator[Window]:
    """Yield those that overlap [start, end), as withdrawal and cancellation have left them."""
    for mark, begins, announced_end in _announced(item, start, end):
        if item.withdrawn_at is not None and begins >= item.withdrawn_at:
            continue
        cuts = [at for cut, at in item.cuts if cut == mark]
        if item.ended_at is not None:
            cuts.append(item.ended_at)
        ends = min(announced_end, *cuts) if cuts else announced_end
        if begins < ends and begins < end and start < ends:
            yield _window(item, mark, begins, ends)


def _announced(
    item: Published, start: datetime, end: datetime
) -> Iterator[tuple[str, datetime, datetime]]:
    """Yield id, start and end of what was announced and may overlap [start, end)."""
    plan = item.plan
    if plan.recurrence is None:
        if plan.starts_at < end and start < plan.ends_at:
            yield item.id, plan.starts_at.astimezone(UTC), plan.ends_at.astimezone(UTC)
        return
    series = _series(plan)
    # A day more on either side, for clocks that are set back across midnight.
    day = max(start.astimezone(series.zone).date() - series.days - DAY, series.first)
    last = end.astimezone(series.zone).date() + DAY
    while day <= last:
        if series.rule.falls_on(day, series.first):
            yield f"{item.id}/{day.isoformat()}", *series.ends_of(day)
        day += DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class _Series:
    """A recurring plan in local time; `days` are from the start of an occurrence to its end."""

    rule: Rule
    zone: ZoneInfo
    first: date
    days: timedelta
    from_: time
    until: time

    def ends_of(self, day: date) -> tuple[datetime, datetime]:
        """Return both ends of the occurrence of a day, each resolved by itself."""
        begins = resolve(datetime.combine(day, self.from_), self.zone, end=False)
        ends = resolve(datetime.combine(day + self.days, self.until), self.zone, end=True)
        return begins.astimezone(UTC), ends.astimezone(UTC)


@lru_cache(maxsize=1024)
def _series(plan: Plan) -> _Series:
    zone = ZoneInfo(plan.timezone)
    begins, ends = written(plan.starts_at, zone), written(plan.ends_at, zone)
    return _Series(
        rule=Rule.parse(plan.recurrence or ""),
        zone=zone,
        first=begins.date(),
        days=ends.date() - begins.date(),
        from_=begins.time(),
        until=ends.time(),
    )


def _window(item: Published, mark: str, starts_at: datetime, ends_at: datetime) -> Window:
    plan = item.plan
    return Window(
        id=mark,
        components=plan.components,
        impact=plan.impact,
        starts_at=starts_at.astimezone(UTC),
        ends_at=ends_at.astimezone(UTC),
        source=item.source,
        recurrence=plan.recurrence,
        timezone=plan.timezone,
        approximate=plan.approximate,
        published_at=item.published_at,
        quote=item.quote,
    )
