"""Who is due when, told by a clock of the test's own; and one observation from probe to verdict."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from probe.maintenance.calendar import Calendar
from probe.metrics import Metrics
from probe.prober.probe import Probe
from probe.scheduler import JITTER, Monotonic, Online, observe, watch
from probe.types import Because, Observation, Result, Streak, Target, Verdict
from tests.samples import DOWN, NOON, OBSERVED_UP, TARGET, UP

pytestmark = pytest.mark.anyio

EVERY_TEN = replace(TARGET, interval=timedelta(seconds=10))
NOTHING = Calendar(published=())


class EnoughError(Exception):
    """The test has seen what it wanted."""


class Time:
    """A monotonic clock that moves only when somebody waits or works."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.clock = Monotonic(now=lambda: self.now, until=self.until)

    async def until(self, due: float) -> None:
        """Pass the time up to an instant."""
        self.now = max(self.now, due)


async def starts(durations: list[float], jitter: float = 0.0) -> tuple[list[float], Metrics]:
    """Return when probes start that take so long, and what was counted."""
    metrics = Metrics(CollectorRegistry(), "0", "3")
    metrics.expose([EVERY_TEN], [])
    time, begun = Time(), list[float]()

    async def observed() -> Observation:
        if len(begun) == len(durations):
            raise EnoughError
        begun.append(time.now)
        time.now += durations[len(begun) - 1]
        return OBSERVED_UP

    with pytest.raises(EnoughError):
        await watch(EVERY_TEN, observed, metrics, time.clock, jitter)
    return begun, metrics


def skipped(metrics: Metrics) -> float | None:
    """Return how many ticks were counted as skipped."""
    labels = {"target": "spot"}
    return metrics.registry.get_sample_value("probe_ticks_skipped_total", labels)


async def test_probes_start_at_multiples_of_the_interval() -> None:
    """However long each takes, no start drifts."""
    begun, metrics = await starts([1, 3, 0, 9.5])
    assert begun == [1000, 1010, 1020, 1030]
    assert skipped(metrics) == 0


async def test_the_first_start_is_jittered() -> None:
    """And the others keep its distance."""
    begun, _ = await starts([1, 1], jitter=0.5)
    first = 1000 + 0.5 * JITTER * 10
    assert begun == [first, first + 10]


async def test_due_times_that_pass_meanwhile_are_skipped_and_counted() -> None:
    """A probe of 25 s: two due times pass, the next is on the grid again."""
    begun, metrics = await starts([25, 1, 1])
    assert begun == [1000, 1030, 1040]
    assert skipped(metrics) == 2


async def test_a_probe_as_long_as_the_interval_skips_nothing() -> None:
    """Its end is the next start."""
    begun, metrics = await starts([10, 10, 1])
    assert begun == [1000, 1010, 1020]
    assert skipped(metrics) == 0


async def test_how_late_a_start_is_is_measured() -> None:
    """Each start is one entry."""
    _, metrics = await starts([1, 1, 1])
    value = metrics.registry.get_sample_value("probe_schedule_delay_seconds_count")
    assert value == 4  # the one that ended the test as well


def answering(
    result: Result, asked: list[str], *, online: bool | None = True
) -> tuple[Probe, Online]:
    """Return a probe and an own network that note who asked."""

    async def probe(target: Target) -> Result:
        asked.append(target.name)
        return result

    async def network() -> bool | None:
        asked.append("network")
        return online

    return probe, network


@pytest.mark.parametrize(
    ("result", "online", "asked", "verdict"),
    [
        (UP, True, ["spot"], Verdict.UP),
        (DOWN, True, ["spot", "network"], Verdict.UNEXPECTED),
        (DOWN, None, ["spot", "network"], Verdict.UNEXPECTED),
        (DOWN, False, ["spot", "network"], Verdict.INCONCLUSIVE),
    ],
)
async def test_our_own_network_is_asked_only_when_a_target_failed(
    result: Result, *, online: bool | None, asked: list[str], verdict: Verdict
) -> None:
    """All of it away makes the failure inconclusive."""
    seen: list[str] = []
    probe, network = answering(result, seen, online=online)
    observation = await observe(TARGET, None, probe, network, lambda: NOTHING)
    assert seen == asked
    assert observation.verdict is verdict


async def test_the_calendar_is_that_of_the_moment_of_judging() -> None:
    """What was read while the probe ran is known when it is judged."""
    asked: list[str] = []
    probe, network = answering(DOWN, asked)

    def calendar() -> Calendar:
        asked.append("calendar")
        return NOTHING

    await observe(TARGET, None, probe, network, calendar)
    assert asked == ["spot", "network", "calendar"]


async def test_a_streak_goes_on() -> None:
    """The first failing instant is kept."""
    probe, network = answering(DOWN, [])
    began = Streak(since=NOON - timedelta(hours=1))
    observation = await observe(TARGET, began, probe, network, lambda: NOTHING)
    assert observation.streak == began
    assert observation.because is Because.UNANNOUNCED


async def test_two_targets_do_not_wait_for_each_other() -> None:
    """One hangs, the other goes on."""
    metrics = Metrics(CollectorRegistry(), "0", "3")
    metrics.expose([EVERY_TEN], [])
    never, counted = asyncio.Event(), list[int]()
    time = Time()

    async def hanging() -> Observation:
        await never.wait()
        return OBSERVED_UP

    async def quick() -> Observation:
        counted.append(1)
        if len(counted) == 3:
            raise EnoughError
        return OBSERVED_UP

    hung = asyncio.create_task(watch(EVERY_TEN, hanging, metrics, time.clock, 0))
    with pytest.raises(EnoughError):
        await watch(EVERY_TEN, quick, metrics, time.clock, 0)
    assert not hung.done()
    hung.cancel()
    await asyncio.gather(hung, return_exceptions=True)
