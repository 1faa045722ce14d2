"""What has been published, as one value: what the service, `once` and `explain` judge by."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from probe.config import Config
from probe.journal import Journal
from probe.maintenance import publication
from probe.maintenance.calendar import Calendar
from probe.maintenance.reviews import reviewed
from probe.receipt import federal_holidays, receipt_date
from probe.types import Impact, Known, NoticeState, PublishedStatus, ReceiptDate, Review, Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
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

    def state(self, seen: Seen) -> NoticeState:
        """Return a notice's state, a person's review included: `refused` is what waits for one."""
        review = self.reviews.get(seen)
        if review is not None:
            return NoticeState.UNDERSTOOD if review.accepted else NoticeState.IRRELEVANT
        return NoticeState.REFUSED if seen.notice.needs_review else seen.notice.state


def announced(config: Config, journal: Journal) -> Announced:
    """Return what is known from the configuration and the journal, whatever network there is."""
    feeds = [feed.name for feed in config.feeds]
    seen, reviews = journal.seen(feeds), journal.reviews()
    return Announced(
        calendar=publication.calendar(config.published, seen, reviews, config.off_peak),
        status={component: status for component, (status, _) in journal.status(feeds).items()},
        seen=seen,
        reviews={one: review for one, review in reviewed(seen, reviews) if review},
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
    components = config.components
    windows = {
        (component, impact): window
        for component in components
        for impact in Impact
        if (window := said.calendar.next_for(component, impact, at)) is not None
    }
    return Known(
        at=at,
        components=components,
        feeds=tuple(feed.name for feed in config.feeds),
        cutoff_at=receipt(config, at).cutoff_at,
        windows=windows,
        status=said.status,
        notices=Counter((seen.feed, said.state(seen)) for seen in said.standing),
    )
