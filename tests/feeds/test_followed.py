"""Which feeds are followed over a reload, and when each was asked once."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from probe.feeds import Followed, Outcome
from probe.runtime.supervision import Work
from probe.types import Feed
from tests.samples import FEED, NOON

pytestmark = pytest.mark.anyio

MAIL = replace(FEED, name="mail")


@dataclass
class Stage:
    """Feeds that answer when a test lets them; nothing of it takes real time."""

    asking: asyncio.Event = field(default_factory=asyncio.Event)
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[str] = field(default_factory=list)

    def begin(self, name: str, work: Work) -> asyncio.Task[None]:
        """Begin work, and remember its name."""

        async def run() -> None:
            await work()

        self.begun.append(name)
        return asyncio.create_task(run())

    async def refresh(self, _: Feed) -> Outcome:
        """Answer once a test says so."""
        self.asking.set()
        await self.answers.wait()
        return Outcome()

    def followed(self) -> Followed:
        """Return what follows them."""
        return Followed(self.begin, self.refresh, lambda _: None, lambda: NOON)


async def test_a_reload_leaves_alone_what_it_has_not_changed() -> None:
    """What is gone, or is read in another way, is asked no longer; only that is begun anew."""
    stage = Stage()
    followed = stage.followed()
    followed.follow([FEED, MAIL], {"page": "1", "mail": "1"})
    page, mail = followed.tasks
    followed.follow([FEED, MAIL], {"page": "1", "mail": "2"})
    await asyncio.sleep(0)
    assert followed.tasks[0] is page
    assert followed.tasks[1] is not mail
    assert stage.begun == ["feed page", "feed mail", "feed mail"]
    followed.follow([], {})
    await asyncio.gather(page, mail, return_exceptions=True)
    assert page.cancelled()
    assert mail.cancelled()
    assert followed.tasks == []


async def test_it_is_known_when_each_was_asked_once() -> None:
    """Those that are known from before are not waited for."""
    stage = Stage()
    followed = stage.followed()
    followed.follow([FEED, MAIL], {"page": "1", "mail": "1"})
    await followed.asked_once({"page", "mail"})
    waiting = asyncio.create_task(followed.asked_once({"page"}))
    await stage.asking.wait()
    assert not waiting.done()
    stage.answers.set()
    await waiting
    followed.follow([], {})
