"""What has been published, as one value: what the service, `once` and `explain` judge by."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from probe.config import Config
from probe.journal import Noticeboard, latest_statuses
from probe.maintenance import publication
from probe.maintenance.calendar import Calendar
from probe.maintenance.reviews import reviewed
from probe.maintenance.waiting import explaining
from probe.receipt import FederalHolidays, receipt_date
from probe.types import (
    AddedWindow,
    Because,
    Bounds,
    Impact,
    Known,
    NoticeState,
    Observation,
    Published,
    PublishedStatus,
    ReceiptDate,
    Review,
    Seen,
    Target,
    Window,
)

#: How the ids of windows begin that a person added; no feed may be called so.
ADDED = "added/"
#: How far ahead the next window is looked for: most are near, none is believed that is further.
AHEAD = (timedelta(days=8), timedelta(days=32), Bounds().furthest)
#: What is known is worked out anew after so long, whatever else happens.
LONGEST = timedelta(minutes=1)

#: How many of the notices that wait for a person the metrics show, the newest first.
MOST_WAITING = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The calendar, the status that was last published of each component, and the notices seen."""

    calendar: Calendar
    status: Mapping[str, PublishedStatus]
    seen: tuple[Seen, ...]
    reviews: Mapping[Seen, Review]
    """The reviews that hold, by the sighting of the notice."""

    @property
    def standing(self) -> tuple[Seen, ...]:
        """The notices that still stand in their feeds."""
        return tuple(seen for seen in self.seen if seen.vanished_at is None)

    @property
    def waiting(self) -> tuple[Seen, ...]:
        """The notices that still stand and wait for a person."""
        return tuple(s for s in self.standing if self.state(s) is NoticeState.REFUSED)

    def explaining(self, observation: Observation, target: Target) -> Seen | None:
        """Return the notice that a failure is put down to that waits for a person, if it is."""
        if observation.because is not Because.UNREAD_NOTICE:
            return None
        return explaining(self.waiting, target.components, observation.result.started_at)

    def state(self, seen: Seen) -> NoticeState:
        """Return a notice's state, a person's review included: `refused` is what waits for one."""
        review = self.reviews.get(seen)
        if review is not None:
            return NoticeState.UNDERSTOOD if review.accepted else NoticeState.IRRELEVANT
        return NoticeState.REFUSED if seen.notice.needs_review else seen.notice.state


def snapshot(config: Config, board: Noticeboard) -> Snapshot:
    """Return what counts from an instant on, by the configuration and what is known."""
    feeds = {feed.name for feed in config.feeds}
    seen = tuple(one for one in board.seen if one.feed in feeds)
    by_people = (*config.published, *map(added, board.windows))
    calendar = publication.calendar(by_people, seen, board.reviews, config.off_peak)
    return Snapshot(
        calendar=calendar,
        status=latest_statuses(board.statuses, feeds),
        seen=seen,
        reviews={one: review for one, review in reviewed(seen, board.reviews) if review},
    )


def added(window: AddedWindow) -> Published:
    """Return the publication of a window that a person added."""
    return Published(
        id=f"{ADDED}{window.id}",
        plan=window.plan,
        source=f"added by {window.added_by}",
        quote=window.note,
        published_at=window.added_at,
        ended_at=window.ended_at,
    )


def receipt(config: Config, at: datetime) -> ReceiptDate:
    """Return the receipt date of a submission at an instant, by the configured rule."""
    return receipt_date(
        at,
        cutoff=config.receipt.cutoff,
        zone=config.timezone,
        holidays=FederalHolidays() if config.receipt.federal_holidays else (),
        closed=config.receipt.closed,
    )


class Knowing:
    """What the metrics show of what is published, worked out anew only when it may have changed.

    `current` returns the configuration and what is announced now; it must be the same value for as
    long as nothing was learned.
    """

    def __init__(
        self, current: Callable[[], tuple[Config, Snapshot]], clock: Callable[[], datetime]
    ) -> None:
        self._current = current
        self._clock = clock
        self._made: tuple[Config, Snapshot, datetime, Known] | None = None

    def __call__(self) -> Known:
        """Return what is known now."""
        (config, said), at = self._current(), self._clock()
        if self._made is not None:
            config_then, said_then, until, found = self._made
            if config is config_then and said is said_then and found.at <= at < until:
                return replace(found, at=at)
        found = known(config, said, at)
        self._made = config, said, _until(found), found
        return found


def _until(found: Known) -> datetime:
    """Return until when what is known stays as it is, if nothing is learned."""
    starts = (window.starts_at for window in found.windows.values())
    ends = (window.ends_at for window in found.windows.values())
    changes = [at for at in (*starts, *ends, found.cutoff_at) if at > found.at]
    return min([*changes, found.at + LONGEST])


def known(config: Config, said: Snapshot, at: datetime) -> Known:
    """Return what the metrics show of it at an instant."""
    components = config.components
    wanted = {(component, impact) for component in components for impact in Impact}
    windows: dict[tuple[str, Impact], Window] = {}
    for window in _coming(said.calendar, at):
        for component in window.components:
            if (component, window.impact) in wanted:
                windows.setdefault((component, window.impact), window)
        if len(windows) == len(wanted):
            break
    waiting = sorted(said.waiting, key=lambda seen: seen.first_seen_at, reverse=True)
    unread = {
        parts: explaining(waiting, parts, at) for parts in {t.components for t in config.targets}
    }
    return Known(
        at=at,
        components=components,
        feeds=tuple(feed.name for feed in config.feeds),
        cutoff_at=receipt(config, at).cutoff_at,
        windows=windows,
        status=said.status,
        notices=Counter((seen.feed, said.state(seen)) for seen in said.standing),
        waiting=tuple(waiting[:MOST_WAITING]),
        unread={t.name: it for t in config.targets if (it := unread[t.components])},
        timezone=config.timezone,
    )


def _coming(calendar: Calendar, at: datetime) -> Iterator[Window]:
    """Yield the open windows, the longest open first, and then those that start later, in order."""
    yield from calendar.open_at(at)
    begin = at
    for within in AHEAD:
        yield from calendar.upcoming(begin, at + within - begin)
        begin = at + within
