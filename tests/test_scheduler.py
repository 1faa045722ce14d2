"""Who is due when, told by a clock of the test's own."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from probe.metrics import Metrics
from probe.scheduler import AT_ONCE, TOO_SOON, Monotonic, Scheduler, monotonic, next_due, place
from probe.types import Target
from tests.samples import TARGET

pytestmark = pytest.mark.anyio


class EndError(BaseException):
    """The time that the test has is over; no Exception, so that nothing takes it for a fault."""


class World:
    """A clock that moves to the next thing that happens: a due time, or the end of a probe."""

    def __init__(self, targets: Iterable[Target], *, end: float, most: int = 400) -> None:
        self.now = 1000.0
        self.metrics = Metrics(CollectorRegistry(), "0", "3")
        self.begun: list[tuple[float, str]] = []
        self.takes: dict[str, list[float]] = {}
        self.patience: dict[str, list[float]] = {}
        self._end = end
        self._ends: list[tuple[float, asyncio.Event]] = []
        clock = Monotonic(now=lambda: self.now, until=self._until)
        self.scheduler = Scheduler(self._observe, self.metrics, clock, most)
        self.follow(targets)

    def follow(self, targets: Iterable[Target]) -> None:
        """Let the scheduler have these targets."""
        targets = tuple(targets)
        self.metrics.expose(targets, [])
        self.scheduler.follow(targets)

    async def run(self) -> None:
        """Let time pass to the end."""
        with pytest.raises(EndError):
            await self.scheduler.run()
        await self.scheduler.stop()

    def times(self, name: str) -> list[float]:
        """Return when a target's probes began."""
        return [at for at, who in self.begun if who == name]

    def counted(self, name: str, **labels: str) -> float:
        """Return a sample."""
        value = self.metrics.registry.get_sample_value(name, labels)
        assert value is not None
        return value

    async def _observe(self, target: Target) -> float:
        self.begun.append((self.now, target.name))
        takes = self.takes.get(target.name, [])
        if takes:
            ended = asyncio.Event()
            self._ends.append((self.now + takes.pop(0), ended))
            await ended.wait()
        patience = self.patience.get(target.name, [])
        return patience.pop(0) if patience else 0.0

    async def _until(self, due: float | None, woken: asyncio.Event) -> None:
        for _ in range(3):  # what has just begun or ended says so
            await asyncio.sleep(0)
        if woken.is_set():
            return
        self._ends.sort(key=lambda end: end[0])
        if self._ends and (due is None or self._ends[0][0] <= due):
            at, ended = self._ends.pop(0)
            ended.set()
            for _ in range(3):
                await asyncio.sleep(0)
        else:
            assert due is not None, "it waits for nothing"
            at = due
        self.now = max(self.now, at)
        if self.now > self._end:
            raise EndError


def ten(name: str = "spot") -> Target:
    """Return a target that is due every ten seconds."""
    return replace(TARGET, name=name, interval=timedelta(seconds=10))


async def test_probes_begin_on_a_grid_that_nothing_moves() -> None:
    """Once at once, then at the target's own place in each interval, whatever a probe takes."""
    world = World([ten()], end=1060)
    world.takes["spot"] = [0, 1, 9.5, 3, 0, 0, 0]
    await world.run()
    first, *others = world.times("spot")
    assert first == 1000
    assert others == [others[0] + 10 * n for n in range(len(others))]
    assert len(others) >= 5
    assert others[0] == pytest.approx(next_due(ten(), 1000 + 10 * TOO_SOON))
    assert world.counted("probe_ticks_skipped_total", target="spot") == 0
    assert world.counted("probe_schedule_delay_seconds_count") == len(others) + 1


async def test_due_times_that_pass_meanwhile_are_skipped_and_counted() -> None:
    """A probe of 25 s: two due times pass."""
    world = World([ten()], end=1080)
    world.takes["spot"] = [0, 25, 0, 0, 0]
    await world.run()
    _, long, after, *_ = world.times("spot")
    assert after - long == 30
    assert world.counted("probe_ticks_skipped_total", target="spot") == 2


async def test_a_suspended_machine_is_late_once() -> None:
    """The clock jumps by a minute: one probe, the due times between are skipped, the grid holds."""
    world = World([ten()], end=1150)
    await_jump = [True]
    until = world.scheduler._clock.until  # noqa: SLF001  (the machine, not the program, is suspended)

    async def jump(due: float | None, woken: asyncio.Event) -> None:
        await until(due, woken)
        if world.now > 1030 and await_jump:
            await_jump.clear()
            world.now += 61

    world.scheduler._clock = Monotonic(now=lambda: world.now, until=jump)  # noqa: SLF001
    await world.run()
    times = world.times("spot")
    gaps = [round(b - a, 6) for a, b in itertools.pairwise(times[1:])]
    assert [gap for gap in gaps if gap != 10] == [71, 9]
    assert world.counted("probe_ticks_skipped_total", target="spot") == 6


async def test_a_hanging_target_holds_up_no_other() -> None:
    """One waits for its answer, the other is probed at each due time."""
    world = World([ten("a"), ten("b")], end=1050)
    world.takes["a"] = [60]
    await world.run()
    assert len(world.times("b")) >= 5
    assert len(world.times("a")) == 1


async def test_many_targets_are_spread_over_their_interval() -> None:
    """The first few at once, the others at their own places; none bunched."""
    targets = [ten(f"t{n}") for n in range(1000)]
    world = World(targets, end=1010)
    await world.run()
    at_once = [name for at, name in world.begun if at == 1000]
    assert len(at_once) == AT_ONCE
    assert {name for _, name in world.begun} == {target.name for target in targets}
    a_second = Counter(int(at) for at, _ in world.begun if at > 1000)
    assert max(a_second.values()) < 150


async def test_only_so_many_are_under_way() -> None:
    """The others are late, which is measured, and none is lost."""
    targets = [ten(f"t{n}") for n in range(6)]
    world = World(targets, end=1005.5, most=2)
    for target in targets:
        world.takes[target.name] = [1, 0, 0]
    await world.run()
    assert [at for at, _ in world.begun[:6]] == [1000, 1000, 1001, 1001, 1002, 1002]


async def test_a_target_that_asks_for_patience_is_left_alone() -> None:
    """Its due times pass unused until then; they are not skipped for want of time."""
    world = World([ten()], end=1080)
    world.patience["spot"] = [0, 35]
    await world.run()
    _, second, third, fourth, *_ = world.times("spot")
    assert third - second == 40
    assert fourth - third == 10
    assert world.counted("probe_ticks_skipped_total", target="spot") == 0


async def test_a_reload_moves_no_due_time_and_ends_no_probe() -> None:
    """A thousand reloads in a minute: the same probes at the same times."""
    quiet, busy = World([ten()], end=1060), World([ten()], end=1060)
    for world in (quiet, busy):
        world.takes["spot"] = [0, 15, 0, 0, 0, 0, 0]
    until = busy.scheduler._clock.until  # noqa: SLF001

    async def reloading(due: float | None, woken: asyncio.Event) -> None:
        for _ in range(100):
            busy.follow([ten()])
        woken.clear()
        await until(due, woken)

    busy.scheduler._clock = Monotonic(now=lambda: busy.now, until=reloading)  # noqa: SLF001
    await quiet.run()
    await busy.run()
    assert busy.begun == quiet.begun


async def test_a_reload_brings_targets_and_takes_them_away() -> None:
    """A new or changed one is probed at once, one that is gone never again."""
    world = World([ten("a"), ten("b")], end=1060)
    observe = world.scheduler._observe  # noqa: SLF001

    async def observed(target: Target) -> float:
        if world.now > 1030 and world.times("c") == []:
            changed = replace(ten("b"), url="https://elsewhere.example/")
            world.begun.append((world.now, "c"))
            world.follow([changed, ten("c")])
            world.begun.pop()
            world.begun.append((world.now, "reload"))
        return await observe(target)

    world.scheduler._observe = observed  # noqa: SLF001
    await world.run()
    (reload, *_) = world.times("reload")
    assert [at for at in world.times("a") if at > reload] == []
    assert world.times("c")[0] == reload
    assert reload in world.times("b")


async def test_a_thousand_bugs_in_a_row_end_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Each is logged; the next due time comes all the same."""
    world = World([ten()], end=1000 + 10_000)

    async def broken(target: Target) -> float:
        world.begun.append((world.now, target.name))
        raise RuntimeError("a bug")

    world.scheduler._observe = broken  # noqa: SLF001
    await world.run()
    assert len(world.begun) >= 1000
    assert caplog.text.count("a fault of ours while observing spot") == len(world.begun)


@given(
    st.text(min_size=1),
    st.integers(1, 86_400_000),
    st.floats(0, 1e9, allow_nan=False),
)
def test_a_due_time_is_the_next_of_its_grid(name: str, milliseconds: int, after: float) -> None:
    """It lies after the instant, no further than an interval, and depends on nothing else."""
    target = replace(TARGET, name=name, interval=timedelta(milliseconds=milliseconds))
    interval = milliseconds / 1000
    due = next_due(target, after)
    assert after < due <= after + interval * (1 + 1e-6) + 1e-6
    assert next_due(target, due) - due == pytest.approx(interval, rel=1e-6, abs=1e-6)
    assert 0 <= place(name) < 1


@pytest.mark.parametrize(
    "anyio_backend",
    [("asyncio", {"use_uvloop": False}), ("asyncio", {"use_uvloop": True})],
    ids=["asyncio", "uvloop"],
)
@pytest.mark.usefixtures("anyio_backend")
async def test_the_clock_never_wakes_early() -> None:
    """A loop that counts in milliseconds would find nothing due, and be woken again and again."""
    clock, woken = monotonic(), asyncio.Event()
    for part in range(20):
        woken.clear()
        due = clock.now() + 0.001 + part / 10_000
        await clock.until(due, woken)
        assert clock.now() >= due
