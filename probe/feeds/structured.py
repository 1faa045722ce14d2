"""Announcements that come as data: times are taken as given, words only say what and how bad.

Pure. The same bounds hold as for English: what is over them is refused, with its reason.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from probe.maintenance.reading import Context, fingerprint
from probe.maintenance.reading.names import mentions
from probe.maintenance.reading.text import fold
from probe.maintenance.recurrence import Rule
from probe.maintenance.zones import resolve
from probe.types import Bounds, Impact, Notice, NoticeState, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One announcement of a feed: what it is known by, its words, and its intervals."""

    mark: str
    text: str
    spans: tuple[tuple[datetime, datetime], ...]
    recurrence: str | None = None
    timezone: str = "UTC"
    over: bool = False
    wrong: str = ""


def notice_of(item: Item, context: Context) -> Notice:
    """Return the notice that an item is; one that is over or cancelled takes its intervals back."""
    components = mentions(fold(item.text), context)[:1] or (context.component,)
    impact = _impact(item.text)
    plans = tuple(
        Plan(
            components=components,
            impact=impact or Impact.DEGRADED,
            starts_at=start,
            ends_at=end,
            recurrence=item.recurrence,
            timezone=item.timezone,
        )
        for start, end in item.spans
    )
    notice = Notice(
        fingerprint=fingerprint(item.mark),
        text=item.text,
        quote=item.text.partition("\n")[0],
        state=NoticeState.UNDERSTOOD,
        components=components,
    )
    wrong = item.wrong or _wrong(plans, context)
    if item.over:
        return replace(notice, state=NoticeState.CANCELLED, cancels=plans)
    if wrong:
        return replace(notice, state=NoticeState.REFUSED, reason=wrong)
    if impact is None:
        return replace(notice, state=NoticeState.IRRELEVANT)
    return replace(notice, windows=plans)


def notices_of(items: Iterable[Item], context: Context) -> tuple[Notice, ...]:
    """Return the notices of a feed; more than a page may have are refused together."""
    notices = tuple({n.fingerprint: n for n in (notice_of(i, context) for i in items)}.values())
    plans = [plan for notice in notices for plan in notice.windows]
    if len(plans) <= context.bounds.per_page and not is_too_much(
        plans, context.day, context.bounds
    ):
        return notices
    reason = "the windows of this feed are together more than is believed"
    return tuple(
        replace(n, state=NoticeState.REFUSED, windows=(), reason=reason) if n.windows else n
        for n in notices
    )


_OUT = re.compile(
    r"\b(?:unavailable|down|offline|outage|not available|inaccessible)\b", re.IGNORECASE
)
_LESS = re.compile(
    r"\b(?:degraded|slow\w*|intermittent\w*|at risk|read[- ]only|partial)\b", re.IGNORECASE
)
_NOTHING = re.compile(r"\bno (?:\w+ )?(?:impact|downtime|interruption|disruption)\b", re.IGNORECASE)


def _impact(text: str) -> Impact | None:
    """Return what the words say it does, an outage where they say nothing, None for nothing."""
    if _NOTHING.search(text):
        return None
    if _LESS.search(text) and not _OUT.search(text):
        return Impact.DEGRADED
    return Impact.OUTAGE


def _wrong(plans: Iterable[Plan], context: Context) -> str:
    bounds = context.bounds
    seen = datetime.combine(context.day, time(), UTC)
    for plan in plans:
        if plan.ends_at <= plan.starts_at:
            return "it ends before it starts"
        if plan.ends_at - plan.starts_at > bounds.longest:
            return f"it is longer than {bounds.longest.days} days"
        if plan.recurrence is None and plan.ends_at <= seen:
            return "it ended before it was seen"
        if plan.starts_at - seen > bounds.furthest:
            return f"it is more than {bounds.furthest.days} days ahead"
    return ""


def whole_day(day: date) -> datetime:
    """Return the midnight, without a zone, with which a day begins."""
    return datetime.combine(day, time())


def occurrences(plan: Plan, last: date) -> Iterable[tuple[datetime, datetime]]:
    """Return the intervals of a plan that begin no later than on a day, in UTC."""
    if plan.recurrence is None:
        yield plan.starts_at.astimezone(UTC), plan.ends_at.astimezone(UTC)
        return
    rule = Rule.parse(plan.recurrence)
    first = plan.starts_at.replace(tzinfo=None)
    length = plan.ends_at.replace(tzinfo=None) - first
    zone = ZoneInfo(plan.timezone)
    for number in range((last - first.date()).days + 1):
        day = first.date() + timedelta(days=number)
        if rule.falls_on(day, first.date()):
            start = datetime.combine(day, first.time())
            yield (
                resolve(start, zone, end=False).astimezone(UTC),
                resolve(start + length, zone, end=True).astimezone(UTC),
            )


def _most(plan: Plan, within: timedelta) -> timedelta:
    """Return what a plan lasts at most in a stretch of days, without a look at each of them."""
    once = plan.ends_at.astimezone(UTC) - plan.starts_at.astimezone(UTC)
    return once if plan.recurrence is None else once * (within.days + 2)


def is_too_much(plans: Iterable[Plan], day: date, bounds: Bounds) -> bool:
    """Whether the outages together last longer than is believed, in any stretch of days."""
    outages = [plan for plan in plans if plan.impact is Impact.OUTAGE]
    if sum((_most(plan, bounds.total_within) for plan in outages), timedelta()) <= bounds.total:
        return False
    dated = [plan.starts_at.date() for plan in outages if plan.recurrence is None]
    last = max(day + 2 * bounds.total_within, *dated, day)
    merged: list[list[datetime]] = []
    for start, end in sorted(it for plan in outages for it in occurrences(plan, last)):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    total, oldest = timedelta(), 0
    for start, end in merged:
        total += end - start
        while merged[oldest][1] <= end - bounds.total_within:
            total -= merged[oldest][1] - merged[oldest][0]
            oldest += 1
        if total > bounds.total:
            return True
    return False
