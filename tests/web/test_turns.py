"""A few at once, and a bounded number that wait."""

import asyncio

import pytest

from probe.web.turns import Busy, Turns

pytestmark = pytest.mark.anyio


async def test_the_last_and_the_first_go_by_turns_and_too_many_are_turned_away() -> None:
    """One at once, four that wait: of six who come, the one who has waited longest goes."""
    turns, order, hold = Turns(1, 4), list[str](), asyncio.Event()

    async def take(name: str) -> str:
        async with turns:
            order.append(name)
            await hold.wait()
        return name

    tasks = [asyncio.create_task(take(name)) for name in "abcdef"]
    await asyncio.sleep(0)
    hold.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert order == ["a", "f", "c", "e", "d"]
    assert [type(one) for one in found] == [str, Busy, str, str, str, str]


async def test_nobody_waits_for_ever_while_others_keep_coming() -> None:
    """Each who goes comes again at once, and still everybody has had a turn."""
    turns, served = Turns(1, 10), set[str]()

    async def insist(name: str) -> None:
        while len(served) < 8:
            async with turns:
                served.add(name)
                await asyncio.sleep(0)

    async with asyncio.timeout(20):
        await asyncio.gather(*(insist(name) for name in "abcdefgh"))


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
