"""A few at once, and a bounded number that wait."""

import asyncio

import pytest

from probe.web.turns import Busy, Turns

pytestmark = pytest.mark.anyio


async def test_whoever_came_last_goes_first_and_the_first_is_turned_away() -> None:
    """One at once, two that wait."""
    turns, order, hold = Turns(1, 2), list[str](), asyncio.Event()

    async def take(name: str) -> str:
        async with turns:
            order.append(name)
            await hold.wait()
        return name

    tasks = [asyncio.create_task(take(name)) for name in "abcd"]
    await asyncio.sleep(0)
    hold.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert order == ["a", "d", "c"]
    assert [type(one) for one in found] == [str, Busy, str, str]


async def test_one_that_gives_up_takes_nobodys_turn() -> None:
    """Neither while it waits, nor when it has just been let in and does not know yet."""
    turns = Turns(1, 5)
    await turns.__aenter__()
    waiting, let_in = (asyncio.create_task(turns.__aenter__()) for _ in range(2))
    await asyncio.sleep(0)
    await turns.__aexit__(None, None, None)  # which lets in the last
    waiting.cancel()
    let_in.cancel()
    found = await asyncio.gather(waiting, let_in, return_exceptions=True)
    assert [type(one) for one in found] == [asyncio.CancelledError] * 2
    async with asyncio.timeout(5), turns:
        pass


async def test_a_failure_gives_its_turn_back() -> None:
    """And is not swallowed."""
    turns = Turns(1, 0)
    for _ in range(2):
        with pytest.raises(ValueError, match="failed"):
            async with turns:
                raise ValueError("failed")
