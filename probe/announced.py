"""What has been published, as one value: what the service, `once` and `explain` judge by."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from probe.config import Config
from probe.journal import Noticeboard, latest_statuses
from probe.maintenance import publication
from probe.maintenance.calendar import Calendar
from probe.receipt import federal_holidays, receipt_date
from probe.types import (
    AddedWindow,
    Impact,
    Known,
    NoticeState,
    Published,
    PublishedStatus,
    ReceiptDate,
    Review,
    Seen,
)

DAY = timedelta(days=1)
#: How the ids of windows begin that a person added; no feed may be called so.
ADDED = "added/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """The calendar, the status that was last published of each component, and the notices seen."""

    calendar: Calendar
    next_of: Mapping[tuple[str, Impact], Calendar]
    """By component and impact what may still be open: all that a scrape has to look through."""
    status: Mapping[str, PublishedStatus]
    seen: tuple[Seen, ...]
    reviews: Mapping[str, Review]

    @property
    def standing(self) -> tuple[Seen, ...]:
        """The notices that still stand in their feeds."""
        return tuple(seen for seen in self.seen if seen.vanished_at is None)

    def state(self, seen: Seen) -> NoticeState:
        """Return a notice's state, a person's review included: `refused` is what waits for one."""
        review = self.reviews.get(seen.notice.fingerprint)
        if review is not None:
            return NoticeState.UNDERSTOOD if review.accepted else NoticeState.IRRELEVANT
        return NoticeState.REFUSED if seen.notice.needs_review else seen.notice.state


def announced(config: Config, board: Noticeboard, at: datetime) -> Announced:
    """Return what counts from an instant on, by the configuration and what is known."""
    feeds = {feed.name for feed in config.feeds}
    seen = tuple(one for one in board.seen if one.feed in feeds)
    by_people = (*config.published, *map(added, board.windows))
    calendar = publication.calendar(by_people, seen, board.reviews, config.off_peak)
    return Announced(
        calendar=calendar,
        next_of=_next_of(calendar, config.components, at),
        status=latest_statuses(board.statuses, feeds),
        seen=seen,
        reviews={review.fingerprint: review for review in board.reviews},
    )


def _next_of(
    calendar: Calendar, components: Iterable[str], at: datetime
) -> dict[tuple[str, Impact], Calendar]:
    current = [item for item in calendar.published if not over(item, at)]
    return {
        (component, impact): Calendar(
            published=tuple(
                item
                for item in current
                if component in item.plan.components and item.plan.impact is impact
            )
        )
        for component in components
        for impact in Impact
    }


def over(item: Published, at: datetime) -> bool:
    """Return whether none of a publication's windows is open at an instant or later."""
    plan = item.plan
    ends = [item.ended_at] if item.ended_at else []
    if plan.recurrence is None:
        ends.append(plan.ends_at)
    elif item.withdrawn_at:  # one that had begun by then runs on; a clock change adds an hour
        ends.append(item.withdrawn_at + (plan.ends_at - plan.starts_at) + DAY)
    return any(end <= at for end in ends)


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
        holidays=federal_holidays() if config.receipt.federal_holidays else (),
        closed=config.receipt.closed,
    )


def known(config: Config, said: Announced, at: datetime) -> Known:
    """Return what the metrics show of it at an instant."""
    windows = {
        (component, impact): window
        for (component, impact), calendar in said.next_of.items()
        if (window := calendar.open_or_next(at)) is not None
    }
    return Known(
        at=at,
        components=config.components,
        feeds=tuple(feed.name for feed in config.feeds),
        cutoff_at=receipt(config, at).cutoff_at,
        windows=windows,
        status=said.status,
        notices=Counter((seen.feed, said.state(seen)) for seen in said.standing),
    )
