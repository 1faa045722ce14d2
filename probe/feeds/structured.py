"""Announcements that come as data: times are taken as given, words only say what and how bad.

Pure. The same bounds hold as for English: what is over them is refused, with its reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from probe.maintenance.reading.components import components_of
from probe.maintenance.reading.context import Context
from probe.maintenance.reading.plans import is_too_much
from probe.maintenance.reading.signs import signs_of
from probe.maintenance.reading.text import fingerprint, fold
from probe.types import Impact, Notice, NoticeState, Plan


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
    components, impact = components_of(fold(item.text), context), _impact(item.text)
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


def _impact(text: str) -> Impact | None:
    """Return what the words say it does, an outage where they say nothing, None for nothing."""
    signs = signs_of(fold(text))
    if "outage" in signs:
        return Impact.OUTAGE
    if "degraded" in signs:
        return Impact.DEGRADED
    return None if "harmless" in signs else Impact.OUTAGE


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
