"""What counts: the calendar that follows from the configuration, the notices seen, and reviews.

Pure. Nothing is forgotten: a notice that is gone still explains what it excused while it stood.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

from probe.maintenance.calendar import Calendar
from probe.maintenance.reviews import reviewed
from probe.types import (
    NoticeState,
    OffPeak,
    Plan,
    Published,
    Review,
    Seen,
    Standing,
    Window,
)

#: How far ahead an undated cancellation is looked for.
NEXT = timedelta(days=31)


def calendar(
    configured: Iterable[Published],
    seen: Sequence[Seen],
    reviews: Iterable[Review] = (),
    off_peak: Iterable[OffPeak] = (),
) -> Calendar:
    """Return the calendar; of several reviews of one notice the last obeys."""
    judged = reviewed(seen, reviews)
    read = tuple(chain.from_iterable(_published(s, review) for s, review in judged))
    announced = (*_until_told(configured, read), *read)
    for cancelling in sorted(seen, key=lambda s: s.first_seen_at):
        announced = _cancel(announced, cancelling)
    return Calendar(
        published=announced,
        unread=tuple(_standing(s, r) for s, r in judged if s.notice.needs_review),
        advisories=tuple(
            _standing(s, r) for s, r in judged if s.notice.state is NoticeState.ADVISORY
        ),
        off_peak=tuple(off_peak),
    )


def window_id(seen: Seen, index: int) -> str:
    """Return the standing id of a notice's window: feed, notice, the day it was first seen."""
    return f"{_id(seen)}{index}"


def _id(seen: Seen) -> str:
    """Return how the ids of a notice's windows begin."""
    first = seen.first_seen_at
    return f"{seen.feed}/{seen.notice.fingerprint[:12]}/{first:%Y%m%dT%H%M%S}/"


def _published(seen: Seen, review: Review | None) -> Iterable[Published]:
    """Yield the windows of a notice, read and reviewed.

    A person's windows count from the review on; a dismissal ends what the notice announced.
    """
    dismissed_at = review.reviewed_at if review else None
    for index, plan in enumerate(seen.notice.windows):
        yield Published(
            id=window_id(seen, index),
            plan=plan,
            source=seen.feed,
            quote=seen.notice.quote or seen.notice.text,
            published_at=seen.first_seen_at,
            withdrawn_at=seen.vanished_at,
            ended_at=dismissed_at,
        )
    if review and review.accepted:
        for index, plan in enumerate(review.windows or seen.notice.windows):
            yield Published(
                id=f"{window_id(seen, index)}/reviewed",
                plan=plan,
                source=f"{seen.feed}, reviewed by {review.reviewer}",
                quote=seen.notice.quote or seen.notice.text,
                published_at=max(review.reviewed_at, seen.first_seen_at),
                withdrawn_at=seen.vanished_at,
            )


def _until_told(configured: Iterable[Published], read: Sequence[Published]) -> Iterable[Published]:
    """Yield what is configured; what recurs ends once a feed has told its component's own."""
    for item in configured:
        told = [
            other.published_at
            for other in read
            if other.plan.recurrence
            and other.published_at
            and set(other.plan.components) & set(item.plan.components)
        ]
        yield replace(item, withdrawn_at=min(told)) if item.plan.recurrence and told else item


def _standing(seen: Seen, review: Review | None) -> Standing:
    ends = [at for at in (seen.vanished_at, review and review.reviewed_at) if at]
    return Standing(
        fingerprint=seen.notice.fingerprint,
        components=seen.notice.components,
        published_at=seen.first_seen_at,
        withdrawn_at=min(ends, default=None),
    )


# --- what is taken back ----------------------------------------------------------------------


def _cancel(announced: tuple[Published, ...], seen: Seen) -> tuple[Published, ...]:
    """Return what is left when a notice takes back what was announced before it, or beside it.

    Without dates it ends what is open for its components, or else what begins next: in doubt a
    failure is unexpected.
    """
    notice, at = seen.notice, seen.first_seen_at
    if not notice.cancels and notice.state is not NoticeState.CANCELLED:
        return announced
    own = _id(seen)
    earlier = tuple(
        item
        for item in announced
        if (item.published_at is None or item.published_at <= at)
        and not item.id.startswith(own)
        and (not notice.components or set(item.plan.components) & set(notice.components))
    )
    before = Calendar(published=earlier)
    if notice.cancels:
        taken = [w for plan in notice.cancels for w in _meant(before, plan)]
    else:
        taken = list(before.open_at(at)) or list(before.upcoming(at, NEXT))[:1]
    cuts = {w.id: at for w in taken if w.ends_at > at}
    return tuple(_without(item, cuts) for item in announced)


def _meant(before: Calendar, plan: Plan) -> Iterable[Window]:
    """Yield the windows that begin within a cancelled interval."""
    overlapping = before.between(plan.starts_at, plan.ends_at)
    return (window for window in overlapping if window.starts_at >= plan.starts_at)


def _without(item: Published, cuts: Mapping[str, datetime]) -> Published:
    own = tuple(
        (window, at)
        for window, at in cuts.items()
        if window == item.id or window.startswith(f"{item.id}/")
    )
    return replace(item, cuts=(*item.cuts, *own)) if own else item
