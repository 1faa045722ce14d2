"""What counts: the calendar that follows from the configuration, the notices seen, and reviews.

Pure. Nothing is forgotten: a notice that is gone still explains what it excused while it stood.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from probe.maintenance.calendar import INSTANT, Calendar
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

#: How far ahead an undated cancellation is looked for, and one of a whole series.
NEXT, YEAR = timedelta(days=31), timedelta(days=366)
#: How the id of a window ends that a person gave.
REVIEWED = "/reviewed"


def calendar(
    configured: Iterable[Published],
    seen: Sequence[Seen],
    reviews: Sequence[Review] = (),
    off_peak: Iterable[OffPeak] = (),
) -> Calendar:
    """Return the calendar; of several reviews of one notice the last obeys."""
    judged = reviewed(seen, reviews)
    return Calendar(
        published=announced(configured, seen, reviews),
        unread=tuple(_standing(s, r) for s, r in judged if s.notice.needs_review),
        advisories=tuple(
            _standing(s, r) for s, r in judged if s.notice.state is NoticeState.ADVISORY
        ),
        off_peak=tuple(off_peak),
    )


def announced(
    configured: Iterable[Published], seen: Sequence[Seen], reviews: Sequence[Review] = ()
) -> tuple[Published, ...]:
    """Return all that was configured, read or accepted, as withdrawal and cancellation left it."""
    ends = _superseded(seen)
    said: list[_Said] = []
    for sighting, review in reviewed(seen, reviews):
        said += (_Said(item, sighting) for item in _published(sighting, review, ends))
        said += (_Said(item) for item in _accepted(sighting, review))
    read = [one.item for one in said]
    said[:0] = (_Said(item) for item in _until_told(configured, read))
    for cancelling in sorted(seen, key=lambda s: s.first_seen_at):
        said = _cancel(said, cancelling)
    return tuple(one.item for one in said)


def is_by_person(item: Published) -> bool:
    """Return whether a person said it: it was configured, or a review gave it."""
    return item.published_at is None or item.id.endswith(REVIEWED)


def window_id(seen: Seen, index: int) -> str:
    """Return the standing id of a notice's window: feed, notice, the day it was first seen."""
    return f"{_id(seen)}{index}"


def _id(seen: Seen) -> str:
    """Return how the ids of a notice's windows begin."""
    first = seen.first_seen_at
    return f"{seen.feed}/{seen.notice.fingerprint[:12]}/{first:%Y%m%dT%H%M%S}/"


def _published(
    seen: Seen, review: Review | None, ends: Mapping[int, datetime]
) -> Iterable[Published]:
    """Yield the windows of a notice as they were read; a dismissal or a new version ends them."""
    ended = [at for at in (review and review.reviewed_at, ends.get(id(seen))) if at]
    for index, plan in enumerate(seen.notice.windows):
        yield Published(
            id=window_id(seen, index),
            plan=plan,
            source=seen.feed,
            quote=seen.notice.quote or seen.notice.text,
            published_at=seen.first_seen_at,
            withdrawn_at=seen.vanished_at,
            ended_at=min(ended, default=None),
        )


def _accepted(seen: Seen, review: Review | None) -> Iterable[Published]:
    """Yield the windows that a person made of a notice; they count from the review on."""
    if review and review.accepted:
        for index, plan in enumerate(review.windows or seen.notice.windows):
            yield Published(
                id=f"{window_id(seen, index)}{REVIEWED}",
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


# --- the order in which things were said -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Said:
    """A window, and the sighting of the notice in which it was read, None for a person's own."""

    item: Published
    seen: Seen | None = None


def _said_between(seen: Seen) -> tuple[datetime, datetime]:
    """Return the first and the last instant at which a notice may have been said.

    It was not said later than it was seen, whatever it claims.
    """
    first = last = seen.first_seen_at
    if seen.notice.said_at is not None:
        first = last = min(seen.notice.said_at, seen.first_seen_at)
    elif seen.day_is_borne:
        day = datetime.combine(seen.day, time(), UTC)
        first, last = min(day, first), min(day + timedelta(days=1), last)
    return first, last


def _was_said_before(one: Seen, other: Seen) -> bool:
    """Return whether a notice was said no later than another; in doubt what was seen first was."""
    if _is_version_of(one, other) and one.notice.version != other.notice.version:
        return one.notice.version < other.notice.version
    (first, last), (others_first, others_last) = _said_between(one), _said_between(other)
    if last < others_first or others_last < first:
        return last < others_first
    return one.first_seen_at <= other.first_seen_at


def _is_version_of(one: Seen, other: Seen) -> bool:
    """Return whether two sightings are of one thing, by the name that its publisher gives it."""
    mine = (one.feed, one.notice.identity)
    return bool(one.notice.identity) and mine == (other.feed, other.notice.identity)


def _superseded(seen: Sequence[Seen]) -> Mapping[int, datetime]:
    """Return when a sighting ended because a later version of the same thing was seen, by `id`."""
    versions: dict[tuple[str, str], list[Seen]] = {}
    for one in seen:
        if one.notice.identity:
            versions.setdefault((one.feed, one.notice.identity), []).append(one)
    ends: dict[int, datetime] = {}
    for same in versions.values():
        for one in same:
            later = [
                max(one.first_seen_at, other.first_seen_at)
                for other in same
                if other is not one
                and _was_said_before(one, other)
                and (not _was_said_before(other, one) or same.index(one) < same.index(other))
            ]
            if later:
                ends[id(one)] = min(later)
    return ends


# --- what is taken back ----------------------------------------------------------------------


def _cancel(said: list[_Said], seen: Seen) -> list[_Said]:
    """Return what is left when a notice takes back what was said before it, or beside it.

    Without dates it ends what is open for its components, or else what begins next: in doubt a
    failure is unexpected.
    """
    notice, at, (_, said_at) = seen.notice, seen.first_seen_at, _said_between(seen)
    if not notice.cancels and notice.state is not NoticeState.CANCELLED:
        return said
    before = Calendar(published=tuple(one.item for one in said if _is_meant(one, seen)))
    if notice.cancels:
        taken = [w for plan in notice.cancels for w in _meant(before, plan, at)]
    else:
        opened = before.between(said_at, said_at + INSTANT)
        taken = list(opened or before.upcoming(said_at, NEXT)[:1])
    cuts = {w.id: max(at, w.published_at or at) for w in taken if w.ends_at > at}
    return [replace(one, item=_without(one.item, cuts)) for one in said]


def _is_meant(one: _Said, cancelling: Seen) -> bool:
    """Return whether a cancellation may be of a window.

    Two things to which one publisher gave two names are two: the one that is made anew stands.
    """
    about = cancelling.notice.components
    if about and set(one.item.plan.components).isdisjoint(about):
        return False
    if one.seen is None:
        said_at = one.item.published_at
        return said_at is None or said_at <= cancelling.first_seen_at
    if one.seen is cancelling:
        return False
    names = (one.seen.notice.identity, cancelling.notice.identity)
    if one.seen.feed == cancelling.feed and all(names) and names[0] != names[1]:
        return False
    return _was_said_before(one.seen, cancelling)


def _meant(before: Calendar, plan: Plan, at: datetime) -> Iterable[Window]:
    """Yield the windows that begin within a cancelled interval, or within one of a series."""
    taken = Calendar(published=(Published(id="", plan=plan, source=""),))
    start = plan.starts_at if plan.recurrence is None else max(plan.starts_at, at - NEXT)
    for interval in taken.between(start, max(plan.ends_at, at + YEAR)):
        overlapping = before.between(interval.starts_at, interval.ends_at)
        yield from (window for window in overlapping if window.starts_at >= interval.starts_at)


def _without(item: Published, cuts: Mapping[str, datetime]) -> Published:
    own = tuple(
        (window, at)
        for window, at in cuts.items()
        if window == item.id or window.startswith(f"{item.id}/")
    )
    return replace(item, cuts=(*item.cuts, *own)) if own else item
