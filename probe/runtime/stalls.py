"""How long the event loop stood still: then it is us who are late, not those whom we ask."""

import asyncio
from collections.abc import Awaitable, Callable

#: How often the loop's pulse is taken, in seconds; a pulse that comes late was a stall.
PULSE = 0.05


class Stalls:
    """The time during which the event loop could do nothing, summed up since the start.

    `clock` is the loop's, in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._summed = 0.0
        self._due: float | None = None

    def total(self) -> float:
        """Return the seconds of standstill so far, one that has just ended included."""
        if self._due is None:
            return self._summed
        return self._summed + max(0.0, self._clock() - self._due)

    async def watch(
        self,
        stalled: Callable[[float], object],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the pulse for ever; `stalled` is told how late each was, in seconds."""
        while True:
            self._due = self._clock() + PULSE
            await sleep(PULSE)
            late = max(0.0, self._clock() - self._due)
            self._summed += late
            stalled(late)
