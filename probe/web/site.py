"""What the routes show and do, handed in as one value, so that they hold no state."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar

from prometheus_client import CollectorRegistry

from probe.config import Config
from probe.journal import History, Noticeboard
from probe.maintenance.calendar import Calendar
from probe.snapshot import Snapshot
from probe.types import AddedWindow, Incident, Refused, Review, Seen
from probe.web.events import Changes
from probe.web.view import Past, View

P = ParamSpec("P")
T = TypeVar("T")
#: What is asked of the past: the journal's file, the configuration, what is published, and now.
Ask = Callable[[History, Config, Snapshot, datetime], T]


class Read(Protocol):
    """Answers what is asked of the past; raises UnreadError where it cannot be read."""

    def __call__(self, ask: Ask[T], /) -> Awaitable[T]:
        """Return the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the routes show and do.

    The plain calls answer at once, from memory, in whichever thread. The awaitable ones belong to
    the loop that probes; `beside` makes them safe to await in another.

    `waiting` names the targets that have no observation yet; `view` is what is shown now, with what
    the journal says of the past, which `past` reads; `read` answers whatever else is
    asked of it. `reload` returns None, or what is wrong with
    the file. `incidents` are those that overlap a span, the latest first, so many at most;
    `notices` are every sighting, the oldest first, with the last review of it. `refuse` counts what
    the web server did not do. `board` is what is known of all that was published; `act` takes over
    what a person said: a review, or a window that was added or ended.
    """

    registry: CollectorRegistry
    changes: Changes
    now: Callable[[], datetime]
    config: Callable[[], Config]
    board: Callable[[], Noticeboard]
    calendar: Callable[[], Calendar]
    waiting: Callable[[], tuple[str, ...]]
    view: Callable[[Past], View]
    refuse: Callable[[Refused], None]
    reload: Callable[[], Awaitable[str | None]]
    past: Callable[[], Awaitable[Past]]
    read: Read
    incidents: Callable[[datetime, datetime, int], Awaitable[tuple[Incident, ...]]]
    notices: Callable[[], Awaitable[tuple[tuple[Seen, Review | None], ...]]]
    act: Callable[[Review | AddedWindow], Awaitable[None]]

    def beside(self, loop: asyncio.AbstractEventLoop) -> "Site":
        """Return the same for another thread: what is awaited runs in a loop, and only there."""
        return replace(
            self,
            reload=_across(loop, self.reload),
            past=_across(loop, self.past),
            read=_across(loop, self.read),
            incidents=_across(loop, self.incidents),
            notices=_across(loop, self.notices),
            act=_across(loop, self.act),
        )


def _across(
    loop: asyncio.AbstractEventLoop, call: Callable[P, Awaitable[T]]
) -> Callable[P, Awaitable[T]]:
    async def here(*arguments: P.args, **keywords: P.kwargs) -> T:
        return await call(*arguments, **keywords)

    async def across(*arguments: P.args, **keywords: P.kwargs) -> T:
        asked = asyncio.run_coroutine_threadsafe(here(*arguments, **keywords), loop)
        return await asyncio.wrap_future(asked)

    return across
