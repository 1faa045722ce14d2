"""Who is due when: one loop and one timer for all targets; and one probe from tick to record."""

import asyncio
import heapq
import itertools
import logging
import math
import zlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from probe.metrics import Metrics
from probe.types import Target

log = logging.getLogger(__name__)

#: So many targets are probed at once when they are new; the others wait for their own due time.
AT_ONCE = 20
#: So many probes may be under way; those that are due beyond it wait, and are late.
MOST_UNDER_WAY = 400
#: A new target's first due time on its grid is left out if it comes this soon, as part of the
#: interval, after the probe that was made at once.
TOO_SOON = 0.5
#: An event loop that counts in milliseconds wakes up to so many seconds early, finds nothing due,
#: and would be woken at once again and again.
EARLY = 0.0015


@dataclass(frozen=True, slots=True, kw_only=True)
class Monotonic:
    """The monotonic clock in seconds, and a wait until one of its instants or until woken."""

    now: Callable[[], float]
    until: Callable[[float | None, asyncio.Event], Awaitable[None]]


def monotonic() -> Monotonic:
    """Return the running loop's clock."""
    loop = asyncio.get_running_loop()

    async def until(due: float | None, woken: asyncio.Event) -> None:
        timer = None if due is None else loop.call_at(due + EARLY, woken.set)
        try:
            await woken.wait()
        finally:
            if timer is not None:
                timer.cancel()

    return Monotonic(now=loop.time, until=until)


def place(name: str) -> float:
    """Return a target's own place within its interval, in [0, 1): the same in every run."""
    return zlib.crc32(name.encode()) / (1 << 32)


def next_due(target: Target, after: float) -> float:
    """Return the first due time of a target after an instant of the monotonic clock.

    Due times are `(n + place) * interval`: they depend on nothing that a reload or a long probe
    could change.
    """
    interval = target.interval / timedelta(seconds=1)
    here = place(target.name)
    number = math.floor(after / interval - here) + 1
    due = (number + here) * interval
    return due if due > after else due + interval


class Scheduler:
    """Begins each target's probe at its due times, one probe of a target at a time.

    `observe` makes one probe and returns for how many seconds the target wants to be left alone.
    """

    def __init__(
        self,
        observe: Callable[[Target], Awaitable[float]],
        metrics: Metrics,
        clock: Monotonic,
        most: int = MOST_UNDER_WAY,
    ) -> None:
        self._observe = observe
        self._metrics = metrics
        self._clock = clock
        self._most = most
        self._targets: dict[str, Target] = {}
        self._due: list[tuple[float, int, str]] = []
        self._order = itertools.count()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._alone_until: dict[str, float] = {}
        self._woken = asyncio.Event()
        metrics.under_way.set_function(lambda: len(self._running))

    def follow(self, targets: Iterable[Target]) -> None:
        """Probe these targets from now on; what is under way goes on to its end."""
        now = self._clock.now()
        before, self._targets = self._targets, {target.name: target for target in targets}
        kept = {name: due for due, _, name in self._due}
        changed = [name for name, target in self._targets.items() if before.get(name) != target]
        new = {name: next_due(self._targets[name], now) for name in changed}
        at_once = dict.fromkeys(changed[:AT_ONCE], now)
        due = kept | new | at_once
        self._due = []
        for name in self._targets:
            self._push(name, due[name])
        self._alone_until = {
            name: at for name, at in self._alone_until.items() if name in self._targets
        }
        self._woken.set()

    async def run(self) -> None:
        """Begin what is due, for ever."""
        while True:
            self._woken.clear()
            while self._due and self._due[0][0] <= self._clock.now():
                if len(self._running) >= self._most:
                    break
                due, _, name = heapq.heappop(self._due)
                self._tick(self._targets[name], due)
            waits = bool(self._due) and len(self._running) < self._most
            await self._clock.until(self._due[0][0] if waits else None, self._woken)

    async def stop(self) -> None:
        """Give up what is under way."""
        running = tuple(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _push(self, name: str, due: float) -> None:
        heapq.heappush(self._due, (due, next(self._order), name))

    def _tick(self, target: Target, due: float) -> None:
        """Begin a probe that is due, unless the last one still runs; work out the next due time."""
        name, now = target.name, self._clock.now()
        interval = target.interval / timedelta(seconds=1)
        following = next_due(target, due)
        if following - due < TOO_SOON * interval:
            following += interval
        passed = max(0, math.floor((now - following) / interval) + 1)
        self._push(name, following + passed * interval)
        if now < self._alone_until.get(name, -math.inf):
            return
        busy = name in self._running
        if busy or passed:
            self._metrics.skip(target, busy + passed)
        if not busy:
            self._metrics.schedule_delay.observe(max(0.0, now - due))
            self._running[name] = asyncio.create_task(self._probe(target), name=f"target {name}")

    async def _probe(self, target: Target) -> None:
        try:
            patience = await self._observe(target)
            if patience > 0:
                log.warning("target %s asks to be left alone for %.0f s", target.name, patience)
                self._alone_until[target.name] = self._clock.now() + patience
        except Exception:  # one target's bug must not end the others; its silence pages
            log.exception("a fault of ours while observing %s", target.name)
        finally:
            del self._running[target.name]
            if len(self._running) == self._most - 1:  # somebody may have waited for a place
                self._woken.set()
