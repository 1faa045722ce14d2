"""A few at once, a bounded number that wait, and nobody else."""

import asyncio
from collections import deque
from types import TracebackType


class Busy(Exception):  # noqa: N818  (it is no fault of anybody's)
    """Too many wait already; ask again later."""


class Turns:
    """Lets so many in at once: `async with turns:`, which raises Busy for one who cannot wait.

    The turn goes to whoever came last and to whoever came first, by turns: under a flood a newcomer
    is mostly answered at once, and nobody is passed over for ever. Where too many wait, the one who
    came first is turned away, who has most likely given up.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._free = at_once
        self._most = waiting
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._last_goes_first = True

    async def __aenter__(self) -> None:
        """Wait for a turn."""
        if self._free:
            self._free -= 1
            return
        if len(self._waiting) >= self._most:
            self._turn_away()
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn in self._waiting:
                self._waiting.remove(turn)
            elif turn.done() and not turn.cancelled() and turn.exception() is None:
                self._next()
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the turn to the next."""
        self._next()

    def _turn_away(self) -> None:
        if not self._waiting:
            raise Busy
        first = self._waiting.popleft()
        if not first.done():  # else it has given up by itself
            first.set_exception(Busy)

    def _next(self) -> None:
        while self._waiting:
            turn = self._waiting.pop() if self._last_goes_first else self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                self._last_goes_first = not self._last_goes_first
                return
        self._free += 1
