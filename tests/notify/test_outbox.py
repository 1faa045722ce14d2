"""Messages wait their turn, are tried again, and are never too many."""

import asyncio

import pytest

from probe.notify import Message, Outbox, SendError
from probe.notify.outbox import ATTEMPTS, GAP_SECONDS, LONGEST_WAIT

pytestmark = pytest.mark.anyio


class EndError(BaseException):
    """The test has seen what it wanted."""


def about(target: str, headline: str = "down") -> Message:
    """Return a message."""
    return Message(target=target, headline=headline, lines=(), fields={})


class Post:
    """A receiver, with a clock that moves only by waiting."""

    def __init__(self, *, failing: int = 0) -> None:
        self.now = 0.0
        self.sent: list[tuple[float, str, int]] = []
        self.told: list[bool] = []
        self.waits: list[float] = []
        self._failing = failing
        self.outbox = Outbox(
            "ops", self.send, told=self.told.append, clock=lambda: self.now, sleep=self.sleep
        )

    async def send(self, message: Message) -> None:
        """Take a message, or fail."""
        if self._failing:
            self._failing -= 1
            raise SendError("away")
        self.sent.append((self.now, message.headline, message.changes))

    async def sleep(self, seconds: float) -> None:
        """Wait without waiting."""
        self.waits.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    async def until_quiet(self) -> None:
        """Let it send all that waits."""
        running = asyncio.create_task(self.outbox.run())
        for _ in range(20_000):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_the_first_is_sent_at_once_and_the_next_after_a_while() -> None:
    """What changes meanwhile is one message, which says how often it changed."""
    post = Post()
    post.outbox.put(about("spot", "down"))
    await post.until_quiet()
    for number in range(1000):
        post.outbox.put(about("spot", f"change {number}"))
    post.outbox.put(about("idm", "down too"))
    await post.until_quiet()
    assert post.sent == [
        (0, "down", 1),
        (0, "down too", 1),
        (GAP_SECONDS, "change 999", 1000),
    ]
    assert post.told == [True] * 3


async def test_a_receiver_that_is_away_is_tried_again() -> None:
    """With waits that have a cap."""
    post = Post(failing=ATTEMPTS - 1)
    post.outbox.put(about("spot"))
    await post.until_quiet()
    assert [headline for _, headline, _ in post.sent] == ["down"]
    assert max(post.waits) <= LONGEST_WAIT


async def test_a_thousand_messages_in_vain_end_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Each is given up in the end, and the one after it is tried."""
    post = Post(failing=ATTEMPTS * 100)
    for number in range(100):
        post.outbox.put(about(f"target {number}"))
    await post.until_quiet()
    assert post.told == [False] * 100
    assert caplog.text.count("was not sent: away") == 100
    post.outbox.put(about("spot", "at last"))
    await post.until_quiet()
    assert [headline for _, headline, _ in post.sent] == ["at last"]
