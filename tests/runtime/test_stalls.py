"""The loop's pulse: how long it stood still, told by a clock of the test's own."""

import asyncio

import pytest

from probe.runtime.stalls import PULSE, Stalls

pytestmark = pytest.mark.anyio


async def test_late_pulses_are_summed_and_told() -> None:
    """A pulse that is in time adds nothing."""
    now, late, told = 0.0, [0.0, 2.0, 0.0, 0.5], list[float]()

    def clock() -> float:
        return now

    async def sleep(seconds: float) -> None:
        nonlocal now
        if not late:
            raise asyncio.CancelledError
        now += seconds + late.pop(0)

    stalls = Stalls(clock)
    with pytest.raises(asyncio.CancelledError):
        await stalls.watch(told.append, sleep)
    assert [round(one, 9) for one in told] == [0, 2, 0, 0.5]
    assert stalls.total() == pytest.approx(2.5)


async def test_a_stall_counts_before_its_pulse_has_come() -> None:
    """A timeout that fires first after a standstill must see it, too."""
    now = 0.0
    stalls = Stalls(lambda: now)
    assert stalls.total() == 0
    pulse = asyncio.create_task(stalls.watch(lambda _: None))
    await asyncio.sleep(0)
    now = PULSE + 3
    assert stalls.total() == pytest.approx(3)
    pulse.cancel()
    await asyncio.gather(pulse, return_exceptions=True)
