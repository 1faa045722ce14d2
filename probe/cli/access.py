"""The same configuration and journal as the service's, for the commands that work beside it."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

import typer

from probe import config as configuration
from probe.config import WHOLE, Config, Shard
from probe.journal import History, JournalError, Noticeboard, Notices, in_use, keep, reading
from probe.runtime.clock import now
from probe.snapshot import Snapshot, snapshot
from probe.types import Feed, Streak
from probe.wiring import Wiring, wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The wiring of a configuration, what has been published, and the past if there is any."""

    wiring: Wiring
    snapshot: Snapshot
    history: History | None

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self.wiring.config

    def ongoing(self, target: str, at: datetime) -> Streak | None:
        """Return the streak that a failure at an instant goes on with."""
        return self.history.ongoing(target, at) if self.history else None


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
        if history and notices.board is not known:
            _keep(storage_path, known, notices.board)
        yield Access(wiring=using, snapshot=snapshot(config, notices.board), history=history)


def _history(stack: ExitStack, storage_path: str) -> tuple[History | None, Noticeboard]:
    """Return what a journal holds, None and nothing where it cannot be read."""
    try:
        history = stack.enter_context(reading(storage_path))
        return history, history.noticeboard(now())
    except JournalError as error:
        typer.echo(f"{error}; what is published is read now and kept nowhere", err=True)
        return None, Noticeboard()


def _keep(storage_path: str, before: Noticeboard, after: Noticeboard) -> None:
    """Keep what was read, so that the next command need not ask; a service keeps it itself."""
    if in_use(storage_path):
        return
    try:
        keep(storage_path, before, after)
    except JournalError as error:
        typer.echo(f"what was read of the feeds is not kept: {error}", err=True)


async def _read(using: Wiring, feeds: list[Feed]) -> None:
    outcomes = await asyncio.gather(*map(using.refresher.refresh, feeds))
    for feed, outcome in zip(feeds, outcomes, strict=True):
        if outcome.failure:
            words = f"could not be read: {outcome.failure}: {outcome.detail}"
            typer.echo(f"feed {feed.name} {words}", err=True)
