"""The same configuration and journal as the service's, for the commands that work beside it."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import typer

from probe import config as configuration
from probe.announced import Announced, announced
from probe.config import Config
from probe.journal import Journal, JournalThread
from probe.types import Feed
from probe.wiring import Wiring, wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """An open journal, the wiring of a configuration, and what has been published."""

    wiring: Wiring
    journal: JournalThread
    announced: Announced

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self.wiring.config


@contextmanager
def access(config_file: str | None, storage_path: str) -> Iterator[Access]:
    """Open configuration and journal; a feed that was never read is read first.

    One that cannot be read or kept is told on standard error, and the rest goes on without it.
    """
    config = configuration.load(config_file)
    thread = JournalThread(Journal(storage_path))
    try:
        using = wire(config, thread, monotonic=time.monotonic)
        asyncio.run(_read_new(using, thread))
        said = thread.wait(lambda journal: announced(config, journal))
        yield Access(wiring=using, journal=thread, announced=said)
    finally:
        thread.close()


async def _read_new(using: Wiring, journal: JournalThread) -> None:
    feeds = using.config.feeds
    never = [feed for feed in feeds if await journal.do(Journal.feed, feed.name) is None]
    for failure in await asyncio.gather(*(_read(using, feed) for feed in never)):
        if failure:
            typer.echo(failure, err=True)


async def _read(using: Wiring, feed: Feed) -> str | None:
    """Read a feed into the journal; return in words why that failed, None when it did not."""
    try:
        outcome = await using.refresher.refresh(feed)
    except sqlite3.Error as error:
        return f"feed {feed.name} was read in vain: the journal cannot be written: {error}"
    if outcome.failure:
        return f"feed {feed.name} could not be read: {outcome.failure}: {outcome.detail}"
    return None
