"""Who is told over a reload, and what goes on waiting for them."""

import asyncio
from datetime import timedelta

import pytest

from probe.notify import Message, Receivers
from probe.runtime.supervision import Work
from probe.types import Heartbeat, Notify, NotifyKind

pytestmark = pytest.mark.anyio

TEAM = Notify(name="team", kind=NotifyKind.WEBHOOK, url="https://hook.example/")
BEAT = Heartbeat(url="https://beat.example/", every=timedelta(minutes=1))


def begin(_: str, work: Work) -> asyncio.Task[None]:
    """Begin work."""

    async def run() -> None:
        await work()

    return asyncio.create_task(run())


async def send(_: Message) -> None:
    """Send nothing."""


async def beat() -> None:
    """Beat for ever."""
    await asyncio.Event().wait()


async def test_what_waits_for_a_receiver_that_a_reload_has_not_changed_goes_on_waiting() -> None:
    """Another one begins with nothing, and one that is gone is told no longer."""
    receivers = Receivers(begin, lambda *_: None, lambda: 0.0)
    (first,) = receivers.follow([TEAM, BEAT, None], {"team": send}, beat)
    team, heart = receivers.tasks
    (again,) = receivers.follow([TEAM, None], {"team": send}, beat)
    assert again is first
    assert receivers.tasks == [team]
    await asyncio.gather(heart, return_exceptions=True)
    assert heart.cancelled()
    assert receivers.follow([], {}, beat) == []
    await asyncio.gather(team, return_exceptions=True)
    assert team.cancelled()
