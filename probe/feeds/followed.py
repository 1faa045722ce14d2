"""The feeds that are followed, each on its own clock, over one configuration after the other."""

import asyncio
from collections.abc import Awaitable, Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from probe.feeds.answer import Outcome
from probe.feeds.refresh import follow
from probe.runtime.supervision import Begin
from probe.types import Feed


@dataclass(slots=True, kw_only=True)
class _Following:
    """A feed as it is configured, how it is read, and the task that asks it."""

    feed: Feed
    edition: str
    task: asyncio.Task[None]
    asked: asyncio.Event


class Followed:
    """Follows feeds; one that a reload has not changed goes on undisturbed.

    `refresh` asks a feed once, and `last` returns what came of asking it before, by its name.
    """

    def __init__(
        self,
        begin: Begin,
        refresh: Callable[[Feed], Awaitable[Outcome]],
        last: Callable[[str], Outcome | None],
        clock: Callable[[], datetime],
    ) -> None:
        self._begin = begin
        self._refresh = refresh
        self._last = last
        self._clock = clock
        self._feeds: dict[str, _Following] = {}

    @property
    def tasks(self) -> list[asyncio.Task[None]]:
        """The tasks that ask them."""
        return [one.task for one in self._feeds.values()]

    def follow(self, feeds: Iterable[Feed], editions: Mapping[str, str]) -> None:
        """Follow these and no others; `editions` say, by name, how each is read."""
        before, self._feeds = self._feeds, {}
        for feed in feeds:
            known, edition = before.get(feed.name), editions[feed.name]
            if known and (known.feed, known.edition) == (feed, edition):
                self._feeds[feed.name] = before.pop(feed.name)
                continue
            asked = asyncio.Event()
            task = self._begin(f"feed {feed.name}", partial(self._ask, feed, asked))
            self._feeds[feed.name] = _Following(feed=feed, edition=edition, task=task, asked=asked)
        for gone in before.values():
            gone.task.cancel()

    async def asked_once(self, known: Container[str]) -> None:
        """Wait until each of them was asked once, but for those that are `known`."""
        never = [one.asked.wait() for name, one in self._feeds.items() if name not in known]
        await asyncio.gather(*never)

    async def _ask(self, feed: Feed, asked: asyncio.Event) -> None:
        async def refreshed(feed: Feed) -> Outcome:
            try:
                return await self._refresh(feed)
            finally:
                asked.set()

        last = self._last(feed.name)
        await follow(feed, refreshed, self._clock, not_before=last.not_before if last else None)
