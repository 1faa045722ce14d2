"""What the web server asks for: what is known now, and what the journal says of the past."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from probe.journal import History, Journal, UnreadError
from probe.state import State
from probe.types import Incident, Review, Seen
from probe.web.site import Ask
from probe.web.view import Past, Present, View, past, reviewed, view

T = TypeVar("T")


class Presenter:
    """Reads the state and the journal for whoever looks; it may be asked from any thread."""

    def __init__(self, state: State, journal: Journal, clock: Callable[[], datetime]) -> None:
        self._state = state
        self._journal = journal
        self._clock = clock

    def view(self, before: Past) -> View:
        """Return what is shown now; all that changes is copied."""
        state = self._state
        present = Present(
            latest=dict(state.latest),
            outcomes=dict(state.outcomes),
            feeds=self._journal.board.feeds,
            journal=self._journal.state,
        )
        return view(state.config, state.published, present, before, self._clock())

    async def past(self) -> Past:
        """Return what the journal says of the last days, or why it cannot be read."""
        try:
            return await self._journal.read(past, self._state.config, self._clock())
        except UnreadError as error:
            return Past(unread=str(error))

    async def read(self, ask: Ask[T]) -> T:
        """Ask the journal something; raises UnreadError where it cannot be read."""
        state = self._state
        return await self._journal.read(ask, state.config, state.published, self._clock())

    async def incidents(self, start: datetime, end: datetime, most: int) -> tuple[Incident, ...]:
        """Return the last incidents of a span; raises UnreadError where they cannot be read."""
        read, until = self._journal.read, self._clock()
        return await read(History.incidents, most, start=start, end=end, until=until)

    async def notices(self) -> tuple[tuple[Seen, Review | None], ...]:
        """Return every sighting that is on record, or else that is known, with its review."""
        try:
            board = await self._journal.read(History.noticeboard)
        except UnreadError:
            board = self._journal.board
        return reviewed(board)
