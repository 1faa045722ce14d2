"""Work that must never end: whatever ends it is logged and counted, and it is begun again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

log = logging.getLogger(__name__)

#: The first wait before work is begun again; it doubles up to the longest.
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=1)

Sleep = Callable[[float], Awaitable[None]]
Work = Callable[[], Awaitable[object]]
#: Begins work that must never end, by its name, and returns its task.
Begin = Callable[[str, Work], asyncio.Task[None]]


def doubled(wait: timedelta, most: timedelta) -> timedelta:
    """Return twice a wait, but never more than `most`: every wait that grows has a cap."""
    return min(wait * 2, most)


async def forever(
    name: str,
    work: Work,
    *,
    ended: Callable[[], object],
    clock: Callable[[], float],
    sleep: Sleep = asyncio.sleep,
) -> None:
    """Do work that has no end of its own; when it ends all the same, do it again after a wait.

    `ended` is called each time, to count it. `clock` is monotonic, in seconds: work that
    went on for longer than the longest wait starts again with the shortest. Only a cancellation
    ends this.
    """
    wait = FIRST_WAIT
    while True:
        began = clock()
        try:
            await work()
        except Exception:
            log.exception("task %s failed and is begun again", name)
        else:
            log.error("task %s ended and is begun again", name)
        ended()
        if clock() - began > LONGEST_WAIT.total_seconds():
            wait = FIRST_WAIT
        await sleep(wait.total_seconds())
        wait = doubled(wait, LONGEST_WAIT)
