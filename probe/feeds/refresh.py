"""One refresh of a feed, and the loop that keeps it fresh."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from probe.feeds.answer import Answer, ReadOn
from probe.feeds.source import Sources
from probe.journal import Notices
from probe.types import Feed, FeedFailure, FeedKind, Reading

log = logging.getLogger(__name__)

#: A feed that failed is asked again after this, then twice as long, up to its own refresh.
FIRST_RETRY = timedelta(minutes=1)

Read = Callable[[Feed, str, date, ReadOn], Reading]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one refresh came to; `changed` when the feed says something else than before."""

    changed: bool = False
    failure: FeedFailure | None = None
    detail: str = ""
    not_before: datetime | None = None


UNREADABLE = Outcome(failure=FeedFailure.UNREADABLE, detail="it is not what this kind of feed is")
HEADLESS = Outcome(
    failure=FeedFailure.NO_HEADINGS, detail="the page has none of a status page's headings"
)
UNINFORMATIVE = {FeedKind.PAGE: HEADLESS, FeedKind.FILE: HEADLESS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresher:
    """Asks a feed and notes what it says; a failure changes nothing of what is known.

    `edition` tells what reads a feed: another program, other words, another zone. A new one reads
    everything anew, since it may understand something else.
    """

    sources: Sources
    read: Read
    notices: Notices
    clock: Callable[[], datetime]
    edition: Callable[[Feed], str]

    async def refresh(self, feed: Feed) -> Outcome:
        """Ask a feed once."""
        state = self.notices.board.feeds.get(feed.name)
        validators = dict(state.validators) if state else {}
        if validators.pop("edition", None) != self.edition(feed):
            validators = {}
        answer = await self.sources[feed.kind](feed, validators, self.clock())
        if answer.failure:
            return Outcome(
                failure=answer.failure, detail=answer.detail, not_before=answer.not_before
            )
        if answer.text is None:
            self.notices.confirm(feed.name, self.clock())
            return Outcome()
        return await self._publish(feed, answer)

    async def _publish(self, feed: Feed, answer: Answer) -> Outcome:
        now = self.clock()  # what is read now was not known when it was asked for
        today = now.astimezone(ZoneInfo(feed.timezone)).date()
        read_on = self.notices.board.read_on(feed.name)
        reading = await asyncio.to_thread(self.read, feed, answer.text or "", today, read_on)
        if not reading.informative:
            return UNINFORMATIVE.get(feed.kind, UNREADABLE)
        day = (reading.day, True) if reading.day else (today, False)
        validators = {**answer.validators, "edition": self.edition(feed)}
        return Outcome(changed=self.notices.publish(feed.name, reading, now, day, validators))


async def follow(
    feed: Feed,
    refreshed: Callable[[Feed], Awaitable[Outcome]],
    now: Callable[[], datetime],
    *,
    not_before: datetime | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Refresh a feed on its own clock, for ever; one that fails is asked again sooner.

    `not_before` is when a server that asked for patience wants to be asked again.
    """
    retry = FIRST_RETRY
    if not_before is not None:
        await sleep(max(0.0, (not_before - now()) / timedelta(seconds=1)))
    while True:
        outcome = await refreshed(feed)
        if outcome.failure is None:
            wait, retry = feed.refresh, FIRST_RETRY
        else:
            log.warning("feed %s: %s: %s", feed.name, outcome.failure, outcome.detail)
            wait, retry = min(retry, feed.refresh), retry * 2
        if outcome.not_before:
            wait = max(wait, outcome.not_before - now())
        await sleep(wait / timedelta(seconds=1))
