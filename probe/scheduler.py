"""Who is due when: absolute due times on the monotonic clock, one probe of a target at a time."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from probe.classify import classify
from probe.maintenance.calendar import Calendar
from probe.metrics import Metrics
from probe.prober.probe import Probe
from probe.types import Observation, Streak, Target

log = logging.getLogger(__name__)

#: The first probe of a target starts within this part of its interval, so that targets spread.
JITTER = 0.1

Online = Callable[[], Awaitable[bool | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Monotonic:
    """The monotonic clock in seconds, and a wait until one of its instants."""

    now: Callable[[], float]
    until: Callable[[float], Awaitable[None]]


def monotonic() -> Monotonic:
    """Return the running loop's clock."""
    loop = asyncio.get_running_loop()

    async def until(due: float) -> None:
        await asyncio.sleep(max(0.0, due - loop.time()))

    return Monotonic(now=loop.time, until=until)


async def observe(
    target: Target,
    streak: Streak | None,
    probe: Probe,
    online: Online,
    calendar: Callable[[], Calendar],
) -> Observation:
    """Probe a target once and judge what came of it; our own network is asked only on failure."""
    result = await probe(target)
    if not result.success:
        result = replace(result, online=await online())
    return classify(result, target, calendar(), streak)


async def watch(
    target: Target,
    observed: Callable[[], Awaitable[object]],
    metrics: Metrics,
    clock: Monotonic,
    jitter: float,
) -> None:
    """Observe a target at each of its due times, for ever.

    Due times are `first + n * interval`, whatever a probe takes; those that pass while one still
    runs are skipped and counted. `jitter` in [0, 1) places the first.
    """
    interval = target.interval / timedelta(seconds=1)
    first = clock.now() + jitter * JITTER * interval
    number = 0
    while True:
        due = first + number * interval
        await clock.until(due)
        metrics.schedule_delay.observe(max(0.0, clock.now() - due))
        await observed()
        following = max(number + 1, math.ceil((clock.now() - first) / interval))
        skipped = following - number - 1
        if skipped:
            log.warning(
                "target=%s skipped %d due times: its probe took too long", target.name, skipped
            )
            metrics.ticks_skipped.labels(target.name).inc(skipped)
        number = following
