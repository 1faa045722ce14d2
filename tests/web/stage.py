"""A site whose every answer a test sets, and a client that asks it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from probe.config import Config
from probe.journal import Noticeboard, UnreadError
from probe.maintenance.calendar import Calendar
from probe.snapshot import snapshot
from probe.types import AddedWindow, Incident, Refused, Review, Seen
from probe.web.app import app
from probe.web.events import Changes
from probe.web.external import external
from probe.web.site import Ask, Site, T
from probe.web.toolkit import WebConfig
from probe.web.view import NOTHING_PAST, Past, View
from tests.samples import BUILT_IN
from tests.views import ALL_UP
from tests.written import in_memory, written


class Client:
    """Asks an application without a socket, each time in a loop of its own."""

    def __init__(self, application: Starlette) -> None:
        self._transport = httpx.ASGITransport(application)

    def get(self, path: str, **how: Any) -> httpx.Response:
        """Ask for a path."""
        return self.send("GET", path, **how)

    def post(self, path: str, **how: Any) -> httpx.Response:
        """Post to a path."""
        return self.send("POST", path, **how)

    def send(self, method: str, path: str, **how: Any) -> httpx.Response:
        """Send a request."""

        async def send() -> httpx.Response:
            base = "http://probe.test"
            async with httpx.AsyncClient(transport=self._transport, base_url=base) as client:
                return await client.request(method, path, **how)

        return asyncio.run(send())


@dataclass
class Stage:
    """What the routes show in a test."""

    shown: View = ALL_UP
    calendar: Calendar = field(default_factory=lambda: Calendar(published=()))
    sightings: tuple[tuple[Seen, Review | None], ...] = ()
    waiting: tuple[str, ...] = ()
    unread: UnreadError | None = None
    wrong: str | None = None
    reloads: int = 0
    looked_back: int = 0
    config: Config = BUILT_IN
    board: Noticeboard = field(default_factory=Noticeboard)
    journal: Path | None = None
    acted: list[Review | AddedWindow] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    asked: list[tuple[datetime, datetime, int]] = field(default_factory=list)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    changes: Changes = field(default_factory=Changes)

    async def reload(self) -> str | None:
        """Count, and say what is wrong."""
        self.reloads += 1
        return self.wrong

    def view(self, _: Past) -> View:
        """Return what is shown."""
        return self.shown

    async def past(self) -> Past:
        """Count, and return nothing: the view has it all."""
        self.looked_back += 1
        return NOTHING_PAST

    async def read(self, ask: Ask[T]) -> T:
        """Ask the journal that a test has written, as of the view's instant."""
        if self.unread:
            raise self.unread
        said = snapshot(self.config, self.board)
        with written(self.journal) if self.journal else in_memory() as history:
            return ask(history, self.config, said, self.shown.at)

    async def incidents(self, start: datetime, end: datetime, most: int) -> tuple[Incident, ...]:
        """Return the incidents of the view, and remember which were asked for."""
        self.asked.append((start, end, most))
        if self.unread:
            raise self.unread
        return self.shown.incidents

    async def act(self, said: Review | AddedWindow) -> None:
        """Take over what a person said."""
        self.acted.append(said)
        if isinstance(said, Review):
            self.board = self.board.with_review(said)
        else:
            self.board = self.board.with_window(said)

    async def notices(self) -> tuple[tuple[Seen, Review | None], ...]:
        """Return the sightings."""
        return self.sightings

    def app(
        self,
        web: Callable[[], WebConfig] = WebConfig,
        outside: str | None = None,
        *,
        lifecycle: bool = True,
        beside: asyncio.AbstractEventLoop | None = None,
    ) -> Starlette:
        """Return the application, which people reach at an address from outside.

        With a loop to be beside, what is awaited runs there.
        """
        site = Site(
            registry=self.registry,
            changes=self.changes,
            now=lambda: self.shown.at,
            config=lambda: self.config,
            board=lambda: self.board,
            calendar=lambda: self.calendar,
            waiting=lambda: self.waiting,
            reload=self.reload,
            view=self.view,
            refuse=self.refused.append,
            past=self.past,
            read=self.read,
            incidents=self.incidents,
            notices=self.notices,
            act=self.act,
        )
        return app(
            site.beside(beside) if beside else site,
            web,
            version="1.2.3",
            outside=external(outside),
            lifecycle=lifecycle,
        )

    def client(
        self,
        web: Callable[[], WebConfig] = WebConfig,
        outside: str | None = None,
        *,
        lifecycle: bool = True,
    ) -> Client:
        """Return a client of the application."""
        return Client(self.app(web, outside, lifecycle=lifecycle))
