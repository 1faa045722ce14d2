"""One refresh of a feed, and the loop that keeps it fresh."""

import asyncio
import logging
import textwrap
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from probe.feeds.answer import Answer, Outcome, Validators
from probe.feeds.kinds import Kinds
from probe.journal import Notices
from probe.maintenance.budget import Budget
from probe.maintenance.reading.context import Context
from probe.types import Bounds, Feed, FeedFailure, Notice, Seen

log = logging.getLogger(__name__)

#: A feed that failed is asked again after this, then twice as long, up to its own refresh.
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(days=1)
#: So many characters of a notice's words stand in the log.
MOST_TOLD = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresher:
    """Asks a feed and notes what it says; a failure changes nothing of what is known.

    `edition` tells what reads a feed: another program, other words, another zone. A new one reads
    everything anew, since it may understand something else.
    """

    kinds: Kinds
    context: Callable[[Feed, date], Context]
    notices: Notices
    clock: Callable[[], datetime]
    edition: Callable[[Feed], str]
    bounds: Bounds = field(default_factory=Bounds)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Whose text is read: each in a thread, and one after the other, since all of them take turns
    with the probes."""

    async def refresh(self, feed: Feed) -> Outcome:
        """Ask a feed once."""
        state = self.notices.board.feeds.get(feed.name)
        validators = dict(state.validators) if state else {}
        if validators.pop("edition", None) != self.edition(feed):
            validators = {}
        answer = await self._asked(feed, validators)
        if answer.failure:
            return Outcome(
                failure=answer.failure, detail=answer.detail, not_before=answer.not_before
            )
        if answer.text is None:
            self.notices.confirm(feed.name, self.clock())
            return Outcome()
        async with self.turn:
            return await self._publish(feed, answer)

    async def _asked(self, feed: Feed, validators: Validators) -> Answer:
        """Return what a feed answers within its one deadline; what it was sent by then is lost."""
        kind = self.kinds[feed.kind]
        deadline = feed.timeout * kind.timeouts
        try:
            async with asyncio.timeout(deadline / timedelta(seconds=1)):
                return await kind.ask(feed, validators, self.clock())
        except TimeoutError:
            seconds = deadline / timedelta(seconds=1)
            return Answer(failure=FeedFailure.FETCH, detail=f"no whole answer in {seconds:g} s")

    async def _publish(self, feed: Feed, answer: Answer) -> Outcome:
        now = self.clock()  # what is read now was not known when it was asked for
        today = now.astimezone(ZoneInfo(feed.timezone)).date()
        read_on = self.notices.board.read_on(feed.name)
        kind, context = self.kinds[feed.kind], self.context(feed, today)
        reading = await asyncio.to_thread(kind.read, answer.text or "", context, read_on, feed)
        if not reading.informative:
            return kind.uninformative
        day = (reading.day, True) if reading.day else (today, False)
        validators = {**answer.validators, "edition": self.edition(feed)}
        board = self.notices.board
        budget = Budget(bounds=self.bounds, seen=board.seen, reviews=board.reviews)
        granted = replace(reading, notices=budget.grant(feed.name, reading.notices, now))
        changed = self.notices.publish(feed.name, granted, now, day, validators)
        for line in changes(self.notices.board.seen, feed.name, now):
            log.info("feed %s: %s", feed.name, line)
        return Outcome(changed=changed)


def changes(seen: Iterable[Seen], feed: str, at: datetime) -> Iterator[str]:
    """Yield, for the log, each notice of a feed that came or went at an instant."""
    for one in seen:
        if one.feed != feed:
            continue
        notice = one.notice
        if one.first_seen_at == at:
            word = "needs review" if notice.needs_review else notice.state
            why = f" ({notice.reason})" if notice.reason else ""
            yield f"notice {notice.fingerprint} {word}{why}: {_beginning(notice)}"
        if one.vanished_at == at:
            yield f"notice {notice.fingerprint} withdrawn: {_beginning(notice)}"


def _beginning(notice: Notice) -> str:
    return textwrap.shorten(notice.quote or notice.text, MOST_TOLD, placeholder=" ...")


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
    retry, trouble = FIRST_RETRY, ""
    if not_before is not None:
        await sleep(max(0.0, (not_before - now()) / timedelta(seconds=1)))
    while True:
        outcome = await refreshed(feed)
        if outcome.failure is None:
            wait, retry = feed.refresh, FIRST_RETRY
        else:
            wait = min(retry, feed.refresh)
            retry = min(retry * 2, LONGEST_RETRY)
        trouble = _tell(feed, outcome, trouble)
        if outcome.not_before:
            wait = max(wait, outcome.not_before - now())
        await sleep(wait / timedelta(seconds=1))


def _tell(feed: Feed, outcome: Outcome, before: str) -> str:
    """Log that a feed begins to fail, fails otherwise than before, or is well again."""
    trouble = f"{outcome.failure}: {outcome.detail}" if outcome.failure else ""
    if trouble and trouble != before:
        log.warning("feed %s: %s", feed.name, trouble)
    elif before and not trouble:
        log.info("feed %s: it can be read again", feed.name)
    return trouble
