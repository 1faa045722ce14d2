"""What is known of all that was published, as one immutable value. Pure.

The service judges by it and the journal's file follows behind, so no feed ever waits for a disk.
It holds what may still matter, not the whole past: a notice that is gone, with all that it
announced, leaves it in the end; the file keeps it.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice
from operator import attrgetter

from probe.maintenance.budget import keeps_its_sighting
from probe.types import AddedWindow, NoticeState, PublishedStatus, Reading, Review, Seen

#: How long a window may still run when its notice is gone: the longest that a person accepts.
RUNS_ON = timedelta(days=62)
#: How far back the time that was excused is added up.
LOOKS_BACK = timedelta(days=60)
#: How long one that announced nothing and is gone is kept: until the file has surely heard of it.
ANNOUNCED_NOTHING = timedelta(hours=1)
#: Of so many notices, the newest, it is kept as of which day they were read.
MOST_FIRST_READ = 20_000
#: How far ahead a cancellation without dates reaches.
NEXT = timedelta(days=31)

#: The day as of which words are read, and whether the text or its page bore it.
ReadOn = tuple[date, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """When a feed was last read well and last changed, and what a conditional request needs."""

    succeeded_at: datetime
    changed_at: datetime
    validators: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """A feed says another status of a component than before, from an instant on."""

    feed: str
    component: str
    status: PublishedStatus
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticeboard:
    """Notices seen, oldest first; feeds; statuses; reviews; windows that a person added.

    `first_read` is, by feed and fingerprint, as of which day each notice was first read, however
    long ago: one that comes back without a year must not be announced for another one.
    """

    seen: tuple[Seen, ...] = ()
    first_read: Mapping[tuple[str, str], ReadOn] = field(default_factory=dict)
    feeds: Mapping[str, FeedState] = field(default_factory=dict)
    statuses: tuple[StatusChange, ...] = ()
    reviews: tuple[Review, ...] = ()
    windows: tuple[AddedWindow, ...] = ()

    def read_on(self, feed: str) -> dict[str, ReadOn]:
        """Return as of which day each notice of a feed was read when it was first seen."""
        return {mark: day for (name, mark), day in self.first_read.items() if name == feed}

    def publish(
        self, feed: str, reading: Reading, at: datetime, day: ReadOn, validators: Mapping[str, str]
    ) -> "Noticeboard":
        """Return what is known once a feed says this.

        A notice that was there keeps its first sighting, one that is gone gets its end, one that
        comes back, or is read to mean something else, is seen anew. Its reading is today's, as of
        the day on which it was first read.
        """
        now = {notice.fingerprint: notice for notice in reading.notices}
        seen, standing = [], set()
        for one in self.seen:
            if one.feed != feed or one.vanished_at is not None:
                seen.append(one)
            elif (notice := now.get(one.notice.fingerprint)) and keeps_its_sighting(
                one.notice, notice
            ):
                seen.append(replace(one, notice=notice, last_seen_at=at))
                standing.add(notice.fingerprint)
            else:
                seen.append(replace(one, vanished_at=at))
        every = {(feed, mark): day for mark in now} | dict(self.first_read)
        first_read = dict(islice(every.items(), max(MOST_FIRST_READ, len(now))))
        reviewed = {review.fingerprint for review in self.reviews}
        for mark, notice in now.items():
            if mark not in standing:
                read_on, borne = first_read[feed, mark]
                seen.append(
                    Seen(
                        feed=feed,
                        notice=notice,
                        day=read_on,
                        day_is_borne=borne,
                        first_seen_at=at,
                        last_seen_at=at,
                    )
                )
        board = replace(
            self,
            seen=tuple(one for one in seen if matters(one, at, reviewed)),
            first_read=first_read,
            statuses=_recent((*self.statuses, *self._turned(feed, reading.status, at)), at),
        )
        before = self.feeds.get(feed)
        changed = before is None or board.says(feed) != self.says(feed)
        state = FeedState(
            succeeded_at=at,
            changed_at=at if before is None or changed else before.changed_at,
            validators=dict(validators),
        )
        return replace(board, feeds={**self.feeds, feed: state})

    def confirm(self, feed: str, at: datetime) -> "Noticeboard":
        """Return what is known once a feed was asked and has not changed."""
        state = self.feeds.get(feed)
        if state is None:
            return self
        return replace(
            self,
            feeds={**self.feeds, feed: replace(state, succeeded_at=at)},
            seen=tuple(
                replace(one, last_seen_at=at)
                if one.feed == feed and one.vanished_at is None
                else one
                for one in self.seen
            ),
        )

    def with_review(self, review: Review) -> "Noticeboard":
        """Return what is known once a person has reviewed a notice."""
        return replace(self, reviews=(*self.reviews, review))

    def with_window(self, window: AddedWindow) -> "Noticeboard":
        """Return what is known once a person has added a window, or ended one that was added."""
        others = tuple(one for one in self.windows if one.id != window.id)
        return replace(self, windows=tuple(sorted((*others, window), key=attrgetter("added_at"))))

    def says(self, feed: str) -> tuple[frozenset[str], Mapping[str, PublishedStatus]]:
        """Return what a feed says now: which notices, by fingerprint, and of which status."""
        standing = (one for one in self.seen if one.feed == feed and one.vanished_at is None)
        own = (one for one in self.statuses if one.feed == feed)
        return (
            frozenset(one.notice.fingerprint for one in standing),
            {one.component: one.status for one in own},
        )

    def _turned(
        self, feed: str, status: Mapping[str, PublishedStatus], at: datetime
    ) -> Iterable[StatusChange]:
        """Yield what a feed says differently; what it no longer says is unknown."""
        _, before = self.says(feed)
        for component, word in {**dict.fromkeys(before, PublishedStatus.UNKNOWN), **status}.items():
            if before.get(component) is not word:
                yield StatusChange(feed=feed, component=component, status=word, since=at)


def matters(seen: Seen, at: datetime, reviewed: Container[str] = ()) -> bool:
    """Return whether a sighting may still decide anything at an instant, or count in a budget.

    What it announced may run on when it is gone; what a person made of it, by the fingerprints
    that were `reviewed`, too. One that takes something back matters as long as that would have.
    """
    if seen.vanished_at is None:
        return True
    notice = seen.notice
    is_cancellation = notice.state is NoticeState.CANCELLED or bool(notice.cancels)
    if not (notice.windows or is_cancellation or notice.fingerprint in reviewed):
        return seen.vanished_at + ANNOUNCED_NOTHING > at
    ends = [seen.vanished_at + RUNS_ON, *(plan.ends_at for plan in notice.cancels)]
    if notice.state is NoticeState.CANCELLED:
        ends.append(seen.first_seen_at + NEXT + RUNS_ON)
    return max(ends) > at - LOOKS_BACK


def _recent(statuses: Iterable[StatusChange], at: datetime) -> tuple[StatusChange, ...]:
    """Return the last change of each feed and component, and those of the last weeks."""
    found = tuple(statuses)
    last = {(one.feed, one.component): one for one in found}
    return tuple(
        one for one in found if one.since > at - LOOKS_BACK or last[one.feed, one.component] is one
    )


def latest_statuses(
    statuses: Iterable[StatusChange], feeds: Iterable[str] | None = None
) -> dict[str, PublishedStatus]:
    """Return the status of each component by the latest word of some feeds, or of all.

    A feed that no longer says anything of a component takes no other feed's word back.
    """
    wanted = None if feeds is None else set(feeds)
    last: dict[tuple[str, str], StatusChange] = {}
    for one in sorted(statuses, key=attrgetter("since")):
        if wanted is None or one.feed in wanted:
            last[one.feed, one.component] = one
    said = sorted(
        last.values(), key=lambda one: (one.status is not PublishedStatus.UNKNOWN, one.since)
    )
    return {one.component: one.status for one in said}


# --- two that know different things -----------------------------------------------------------


def merge(memory: Noticeboard, disk: Noticeboard) -> Noticeboard:
    """Return what is known from memory and from a file that was written earlier, or elsewhere.

    What memory knows of a sighting holds. Of a feed that was read since, the same words that stood
    in the file keep their first sighting, and others that stood there are gone.
    """
    seen = _merged(memory, disk)
    fed = {
        feed: replace(state, validators={}) if feed in disk.feeds else state
        for feed, state in memory.feeds.items()
        if feed not in disk.feeds or state != disk.feeds[feed]
    }
    return Noticeboard(
        seen=seen,
        first_read={**memory.first_read, **disk.first_read},
        feeds={**disk.feeds, **fed},
        statuses=_statuses(memory, disk),
        reviews=_reviews(memory, disk),
        windows=_windows(memory, disk),
    )


def heard(memory: Noticeboard, disk: Noticeboard) -> Noticeboard:
    """Return what is known once other processes may have written reviews and windows."""
    return replace(memory, reviews=_reviews(memory, disk), windows=_windows(memory, disk))


def sighting(seen: Seen) -> tuple[str, str, datetime]:
    """Return what tells a sighting from every other."""
    return seen.feed, seen.notice.fingerprint, seen.first_seen_at


def _merged(memory: Noticeboard, disk: Noticeboard) -> tuple[Seen, ...]:
    known = {sighting(one): one for one in memory.seen}
    standing = {
        (one.feed, one.notice.fingerprint): one for one in memory.seen if one.vanished_at is None
    }
    for old in disk.seen:
        if sighting(old) in known:
            continue
        if old.vanished_at is None and old.feed in memory.feeds:
            again = standing.get((old.feed, old.notice.fingerprint))
            if again:
                del known[sighting(again)]
                one = replace(
                    again,
                    first_seen_at=old.first_seen_at,
                    day=old.day,
                    day_is_borne=old.day_is_borne,
                )
            else:
                gone = max(memory.feeds[old.feed].changed_at, old.last_seen_at)
                one = replace(old, vanished_at=gone)
            known[sighting(one)] = one
        else:
            known[sighting(old)] = old
    return tuple(sorted(known.values(), key=attrgetter("first_seen_at")))


def _statuses(memory: Noticeboard, disk: Noticeboard) -> tuple[StatusChange, ...]:
    """Return every change of both; what a feed no longer said when memory read it is unknown."""
    found = dict.fromkeys((*disk.statuses, *memory.statuses))
    for feed, state in memory.feeds.items():
        _, before = disk.says(feed)
        _, now = memory.says(feed)
        for component in before.keys() - now.keys():
            if before[component] is not PublishedStatus.UNKNOWN:
                unknown = PublishedStatus.UNKNOWN
                change = StatusChange(
                    feed=feed, component=component, status=unknown, since=state.changed_at
                )
                found[change] = None
    return tuple(sorted(found, key=attrgetter("since")))


def _reviews(memory: Noticeboard, disk: Noticeboard) -> tuple[Review, ...]:
    both = dict.fromkeys((*disk.reviews, *memory.reviews))
    return tuple(sorted(both, key=attrgetter("reviewed_at")))


def _windows(memory: Noticeboard, disk: Noticeboard) -> tuple[AddedWindow, ...]:
    """Return the windows of both; one that was ended in either has ended."""
    both = {one.id: one for one in memory.windows if one.ended_at is None}
    both |= {one.id: one for one in disk.windows if one.id not in both or one.ended_at is not None}
    both |= {one.id: one for one in memory.windows if one.ended_at is not None}
    return tuple(sorted(both.values(), key=attrgetter("added_at")))


def news(board: Noticeboard, before: Noticeboard) -> Iterator[str]:
    """Yield, for the log, what people have said since a board was as `before`.

    It does not matter whether they said it in the browser or on the command line.
    """
    for review in set(board.reviews) - set(before.reviews):
        what = "accepted" if review.accepted else "dismissed"
        yield f"{review.reviewer} {what} the notice {review.fingerprint}"
    for window in set(board.windows) - set(before.windows):
        ended = window.ended_at is not None
        who, what = (window.ended_by, "ended") if ended else (window.added_by, "added")
        yield f"{who} {what} the window {window.id}"
