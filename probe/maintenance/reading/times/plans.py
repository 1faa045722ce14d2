"""Local spans to plans: the zone that holds, the first occurrence, and the bounds."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.times.clocks import DAY, MINUTES, NOON, UncertainError, alone
from probe.maintenance.reading.times.spans import Span
from probe.maintenance.recurrence import Rule
from probe.maintenance.zones import resolve
from probe.types import Impact, Plan

#: How the reason begins where the names of a zone differ.
TWO_ZONES = "its zone can be read two ways"
_HALF_YEAR = timedelta(days=182)


def _zone(
    span: Span, home: tuple[tuple[str, ...], ...], start: datetime, end: datetime
) -> ZoneInfo:
    """Return the one zone of a span; raises UncertainError where its names then differ."""
    named = span.zones or home
    shared = [name for name in named[0] if all(name in names for names in named)]
    candidates = [name for names in named for name in names]
    if len(named) > 1 and len(shared) == 1:
        candidates = shared
    zones = [ZoneInfo(name) for name in candidates]
    when = [start, end, *([start + _HALF_YEAR] if span.rule else [])]
    offsets = {tuple(it.replace(tzinfo=zone).utcoffset() for it in when) for zone in zones}
    if span.rule and len(offsets) != 1:
        regions = [zone for zone in zones if not zone.key.startswith("Etc/GMT")]
        told = {tuple(it.replace(tzinfo=zone).utcoffset() for it in when) for zone in regions}
        literal = {start.replace(tzinfo=z).utcoffset() for z in zones if z not in regions}
        if len(told) == 1 and literal <= set(*told):  # "Central Time (UTC-6)" is the region's
            return regions[0]
    if () in named:
        raise UncertainError("its zone is not known")
    if len(offsets) != 1:
        raise UncertainError(f"{TWO_ZONES}: {', '.join(dict.fromkeys(candidates))}")
    return zones[0]


def _check_restated(span: Span, start: datetime) -> None:
    """Refuse a time whose restatement in brackets is another time, in its own zone."""
    midnight = datetime.combine(start.date(), time())
    for minutes, clock, zones in span.also:
        cycle = DAY if clock.meridiem or clock.word or clock.military else NOON
        told = alone(clock, end=False, clear=True) % cycle
        instant = (midnight + timedelta(minutes=minutes)).replace(tzinfo=start.tzinfo)
        there = [instant.astimezone(ZoneInfo(zone)) for zone in zones] or [instant]
        if {(it.hour * MINUTES + it.minute) % cycle for it in there} != {told}:
            raise UncertainError("a time and its restatement in brackets disagree")


def plan_of(
    span: Span,
    context: Context,
    home: tuple[tuple[str, ...], ...],
    components: tuple[str, ...],
    impact: Impact,
) -> Plan:
    """Return the plan of a span; raises UncertainError where it is not certain or out of bounds.

    What recurs keeps its hours as they are written, even where its first day lacks one of them.
    """
    rule = None
    day = span.day
    if span.rule:
        rule = _rule(span)
        day = rule.first(max(span.limits.since or context.day, context.day))
        if day is None:
            raise UncertainError("it ended before it was seen")
    if day is None:
        raise UncertainError("the times have no day")
    start, end = span.at(day)
    zone = _zone(span, home, start, end)
    plan = Plan(
        components=components,
        impact=impact,
        starts_at=start.replace(tzinfo=zone) if rule else resolve(start, zone, end=False),
        ends_at=end.replace(tzinfo=zone) if rule else resolve(end, zone, end=True),
        recurrence=str(rule) if rule else None,
        timezone=zone.key,
        approximate=span.approximate,
    )
    _check_restated(span, plan.starts_at)
    _check_bounds(plan, context)
    return plan


def _rule(span: Span) -> Rule:
    try:
        rule = Rule.parse(f"RRULE:{span.rule}")
    except ValueError as error:
        raise UncertainError(str(error)) from error
    stamps = frozenset(span.at(day)[0] for day in span.limits.excepted)
    return replace(rule, until=span.limits.until, excepted=stamps)


def _check_bounds(plan: Plan, context: Context) -> None:
    bounds = context.bounds
    start, end = plan.starts_at.astimezone(UTC), plan.ends_at.astimezone(UTC)
    if end <= start:
        raise UncertainError("it ends before it starts")
    if end - start > bounds.longest:
        raise UncertainError(f"it is longer than {bounds.longest.days} days")
    seen = datetime.combine(context.day, time(), tzinfo=plan.starts_at.tzinfo)
    if plan.recurrence is None and plan.ends_at <= seen:
        raise UncertainError("it ended before it was seen")
    if start - seen.astimezone(UTC) > bounds.furthest:
        raise UncertainError(f"it is more than {bounds.furthest.days} days ahead")
