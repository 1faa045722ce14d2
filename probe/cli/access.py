"""The same configuration and journal as the service's, for the commands that work beside it."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from probe import config as configuration
from probe.cli.terminal import local, tell
from probe.config import WHOLE, Config, Shard
from probe.journal import History, JournalError, Noticeboard, Notices, in_use, keep, reading
from probe.runtime.clock import now
from probe.snapshot import Snapshot, snapshot
from probe.types import Feed, Streak
from probe.wiring import Wiring, wire

#: A feed that was not read for so many of its refreshes is out of date.
STALE_REFRESHES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The wiring of a configuration, what has been published, and the past if there is any."""

    wiring: Wiring
    snapshot: Snapshot
    history: History | None
    read_at: Mapping[str, datetime]
    """When each feed was last read well; one that never was is missing."""

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self.wiring.config

    def ongoing(self, target: str, at: datetime) -> Streak | None:
        """Return the streak that a failure at an instant goes on with."""
        return self.history.ongoing(target, at) if self.history else None

    def not_known(self, now: datetime) -> tuple[str, ...]:
        """Return a sentence for each feed that was never read, or not for long."""
        return tuple(filter(None, (self._gap(feed, now) for feed in self.config.feeds)))

    def _gap(self, feed: Feed, now: datetime) -> str:
        read_at = self.read_at.get(feed.name)
        if read_at is None:
            return f"Not known: feed {feed.name} was never read, so what it announces is missing."
        if now - read_at > STALE_REFRESHES * feed.refresh:
            last = local(read_at, self.config.timezone)
            return f"Out of date: feed {feed.name} was last read {last}."
        return ""


@contextmanager
def access(config_file: str | None, storage_path: str, ours: Shard = WHOLE) -> Iterator[Access]:
    """Open configuration and journal; a feed that was never read is read first.

    A journal that cannot be read, and a feed that cannot be read or kept, is told on standard
    error, and the rest goes on without it. No journal is made.
    """
    config = configuration.load(config_file, shard=ours)
    with ExitStack() as stack:
        history, known = _history(stack, storage_path)
        notices = Notices(known)
        using = wire(config, notices, monotonic=time.monotonic)
        never = [feed for feed in config.feeds if feed.name not in known.feeds]
        asyncio.run(_read(using, never))
        board = notices.board
        if history and board is not known:
            _keep(storage_path, known, board)
        yield Access(
            wiring=using,
            snapshot=snapshot(config, board),
            history=history,
            read_at={name: state.succeeded_at for name, state in board.feeds.items()},
        )


def _history(stack: ExitStack, storage_path: str) -> tuple[History | None, Noticeboard]:
    """Return what a journal holds, None and nothing where it cannot be read."""
    try:
        history = stack.enter_context(reading(storage_path))
        return history, history.noticeboard(now())
    except JournalError as error:
        tell(f"{error}; what is published is read now and kept nowhere", err=True)
        return None, Noticeboard()


def _keep(storage_path: str, before: Noticeboard, after: Noticeboard) -> None:
    """Keep what was read, so that the next command need not ask; a service keeps it itself."""
    if in_use(storage_path):
        return
    try:
        keep(storage_path, before, after)
    except JournalError as error:
        tell(f"what was read of the feeds is not kept: {error}", err=True)


async def _read(using: Wiring, feeds: list[Feed]) -> None:
    outcomes = await asyncio.gather(*map(using.refresher.refresh, feeds))
    for feed, outcome in zip(feeds, outcomes, strict=True):
        if outcome.failure:
            words = f"could not be read: {outcome.failure}: {outcome.detail}"
            tell(f"feed {feed.name} {words}", err=True)
