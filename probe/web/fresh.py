"""One answer for all who ask at once: a change wakes every open page in the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

#: A page may be so old, if nothing has changed since.
LONGEST = timedelta(seconds=1)


class Fresh:
    """Makes a text anew when something has changed or a moment has passed, and once for all.

    `count` grows with every change; `now` is an aware clock.
    """

    def __init__(
        self,
        make: Callable[[], Awaitable[str]],
        count: Callable[[], int],
        now: Callable[[], datetime],
    ) -> None:
        self._make = make
        self._count = count
        self._now = now
        self._lock = asyncio.Lock()
        self._made: tuple[int, datetime, str] | None = None

    async def text(self) -> str:
        """Return the text as it is now."""
        async with self._lock:
            count, at = self._count(), self._now()
            if self._made:
                then, since, text = self._made
                if then == count and timedelta() <= at - since < LONGEST:
                    return text
            text = await self._make()
            self._made = (count, at, text)
            return text
