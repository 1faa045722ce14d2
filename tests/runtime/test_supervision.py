"""Work that must not end: begun again after whatever ends it, with waits that have a cap."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.runtime.supervision import LONGEST_WAIT, doubled, forever

pytestmark = pytest.mark.anyio
TURNS = 1000


class Time:
    """A clock that moves only by waiting; it ends the test after so many waits."""

    def __init__(self, turns: int) -> None:
        self.now = 0.0
        self.waits: list[float] = []
        self._turns = turns

    async def sleep(self, seconds: float) -> None:
        """Wait without waiting."""
        self.waits.append(seconds)
        self.now += seconds
        if len(self.waits) == self._turns:
            raise asyncio.CancelledError


async def test_a_thousand_failures_in_a_row_end_nothing() -> None:
    """Each is counted, and no wait is longer than the cap."""
    time, counted = Time(TURNS), list[int]()

    async def work() -> None:
        if len(counted) % 2:
            raise OSError("no disk")

    with pytest.raises(asyncio.CancelledError):
        await forever(
            "w",
            work,
            ended=lambda: counted.append(1),
            clock=lambda: time.now,
            sleep=time.sleep,
        )
    assert len(counted) == TURNS
    assert time.waits[:3] == [1, 2, 4]
    assert max(time.waits) == LONGEST_WAIT.total_seconds()


async def test_work_that_went_on_for_long_is_soon_begun_again() -> None:
    """What failed at night does not slow down what fails at noon."""
    time = Time(12)

    async def work() -> None:
        if len(time.waits) == 10:
            time.now += 3600
        raise OSError

    with pytest.raises(asyncio.CancelledError):
        await forever("w", work, ended=lambda: None, clock=lambda: time.now, sleep=time.sleep)
    assert time.waits[9:] == [60, 1, 2]


async def test_a_cancellation_ends_it() -> None:
    """The program stops."""

    async def work() -> None:
        await asyncio.Event().wait()

    task = asyncio.create_task(forever("w", work, ended=lambda: None, clock=lambda: 0.0))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=1)), st.integers(0, 2000))
def test_a_doubled_wait_never_passes_its_cap(first: timedelta, times: int) -> None:
    """However often it is doubled."""
    wait, cap = first, timedelta(days=1)
    for _ in range(times):
        wait = doubled(wait, cap)
    assert first <= wait <= cap
