"""What is open when: a pure function of what was published and an instant.

Windows are half open, compared in UTC to the microsecond (DESIGN, "The verdict").
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from probe.maintenance.recurrence import Rule
from probe.maintenance.zones import resolve
from probe.types import Bounds, Impact, OffPeak, Plan, Published, Standing, Window

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Everything published, and what can be asked of it; instants are aware, answers in UTC."""

    published: tuple[Published, ...]
    unread: tuple[Standing, ...] = ()
    advisories: tuple[Standing, ...] = ()
    off_peak: tuple[OffPeak, ...] = ()

    def open_at(self, at: datetime) -> tuple[Window, ...]:
        """Return the windows that are open and were published by then, the longest open first."""
        found = (
            window
            for item in self.published
            if item.published_at is None or item.published_at <= at
            for window in _occurrences(item, at, at)
            if window.starts_at <= at < window.ends_at
        )
        return tuple(sorted(found, key=lambda window: (-window.ends_at.timestamp(), window.id)))

    def between(self, start: datetime, end: datetime) -> tuple[Window, ...]:
        """Return the windows that overlap [start, end), by their start, whenever published."""
        found = (
            window
            for item in self.published
            for window in _occurrences(item, start, end)
            if window.starts_at < end and start < window.ends_at
        )
        return tuple(sorted(found, key=lambda window: (window.starts_at, window.id)))

    def upcoming(self, at: datetime, within: timedelta) -> tuple[Window, ...]:
        """Return the windows that start after an instant, up to and with `within` later."""
        found = self.between(at, at + within + timedelta(microseconds=1))
        return tuple(window for window in found if at < window.starts_at)

    def next_for(self, component: str, impact: Impact, at: datetime) -> Window | None:
        """Return the window that is open for a component, or else the next that starts."""

        def about(windows: Iterable[Window]) -> Iterator[Window]:
            return (w for w in windows if component in w.components and w.impact is impact)

        opened = next(about(self.open_at(at)), None)
        if opened is not None:
            return opened
        mine = tuple(
            p for p in self.published if component in p.plan.components and p.plan.impact is impact
        )
        if not mine:
            return None
        narrowed = Calendar(published=mine)
        for ahead in (timedelta(days=8), timedelta(days=32), Bounds().furthest):
            found = next(about(narrowed.upcoming(at, ahead)), None)
            if found is not None:
                return found
        return None

    def unread_at(self, at: datetime, components: Iterable[str]) -> bool:
        """Return whether a notice about one of them stands that nobody has understood yet."""
        return any(_stands(item, at, components) for item in self.unread)

    def advisory_at(self, at: datetime, components: Iterable[str]) -> bool:
        """Return whether maintenance without hours is announced of one, and it is off-peak."""
        return any(
            _stands(advisory, at, components)
            and any(
                hours.component in components
                and hours.component in advisory.components
                and _off_peak(hours, at)
                for hours in self.off_peak
            )
            for advisory in self.advisories
        )


def _stands(item: Standing, at: datetime, components: Iterable[str]) -> bool:
    gone = item.withdrawn_at is not None and item.withdrawn_at <= at
    return item.published_at <= at and not gone and not set(item.components).isdisjoint(components)


def _off_peak(hours: OffPeak, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(hours.timezone)).time()
    if hours.from_ < hours.until:
        return hours.from_ <= local < hours.until
    return local >= hours.from_ or local < hours.until


# --- occurrences -----------------------------------------------------------------------------


def _occurrences(item: Published, start: datetime, end: datetime) -> Iterator[Window]:
    """Yield the windows that may overlap [start, end], as cancellations have left them."""
    plan = item.plan
    if plan.recurrence is None:
        window = _left(item, item.id, plan.starts_at, plan.ends_at)
        if window is not None:
            yield window
        return
    zone, rule, anchor, from_, days, until = _template(plan)
    day = max(start.astimezone(zone).date() - days - DAY, anchor)
    last = end.astimezone(zone).date() + DAY
    while day <= last:
        if rule.falls_on(day, anchor):
            begins = resolve(datetime.combine(day, from_), zone, end=False)
            ends = resolve(datetime.combine(day + days, until), zone, end=True)
            window = _left(item, f"{item.id}/{day.isoformat()}", begins, ends)
            if window is not None:
                yield window
        day += DAY


@lru_cache(maxsize=1024)
def _template(plan: Plan) -> tuple[ZoneInfo, Rule, date, time, timedelta, time]:
    """Return a recurring plan in its zone: first day, local start, days to the end, local end."""
    zone = ZoneInfo(plan.timezone)
    begins = plan.starts_at.astimezone(zone).replace(tzinfo=None)
    ends = plan.ends_at.astimezone(zone).replace(tzinfo=None)
    rule = Rule.parse(plan.recurrence or "")
    return zone, rule, begins.date(), begins.time(), ends.date() - begins.date(), ends.time()


def _left(item: Published, mark: str, starts_at: datetime, ends_at: datetime) -> Window | None:
    """Return what withdrawal and cancellation have left of an occurrence, None if it never is."""
    starts, ends = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    if item.withdrawn_at is not None and starts >= item.withdrawn_at:
        return None
    cuts = [at for window, at in item.cuts if window == mark]
    ends = min([ends, *cuts, *([item.ended_at] if item.ended_at else [])])
    if starts >= ends:
        return None
    plan = item.plan
    return Window(
        id=mark,
        components=plan.components,
        impact=plan.impact,
        starts_at=starts,
        ends_at=ends,
        source=item.source,
        recurrence=plan.recurrence,
        timezone=plan.timezone,
        approximate=plan.approximate,
        published_at=item.published_at,
        quote=item.quote,
    )
