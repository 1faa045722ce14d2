"""Messages on their way to one receiver: never more than one a target, never too many."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from tenacity import (
    AsyncRetrying,
    RetryError,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
)

from probe.notify.message import Message
from probe.notify.send import Send, SendError

log = logging.getLogger(__name__)

#: Two messages about a target are at least so many seconds apart; what changes meanwhile is told
#: in the second.
GAP_SECONDS = 60.0
#: A message that cannot be sent is tried so often, with waits that double up to so many seconds.
ATTEMPTS, LONGEST_WAIT = 8, 60

Sleep = Callable[[float], Awaitable[None]]


class Outbox:
    """Sends messages to one receiver, one after the other; a newer one replaces what waits."""

    def __init__(
        self,
        name: str,
        send: Send,
        *,
        told: Callable[[bool], object],
        clock: Callable[[], float],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`told` is called with whether each message was sent; `clock` is monotonic, in seconds."""
        self._name = name
        self._send = send
        self._told = told
        self._clock = clock
        self._sleep = sleep
        self._waiting: dict[str, Message] = {}
        self._sent_at: dict[str, float] = {}
        self._woken = asyncio.Event()

    def put(self, message: Message) -> None:
        """Let a message be sent when its turn comes."""
        before = self._waiting.pop(message.target, None)
        changes = message.changes + (before.changes if before else 0)
        self._waiting[message.target] = replace(message, changes=changes)
        self._woken.set()

    async def run(self) -> None:
        """Send what waits, for ever."""
        while True:
            await self._deliver(await self._next())

    async def _next(self) -> Message:
        while True:
            self._woken.clear()
            due = {target: self._due(target) for target in self._waiting}
            first = min(due, key=lambda target: due[target], default=None)
            if first is None:
                await self._woken.wait()
            elif due[first] <= self._clock():
                return self._waiting.pop(first)
            else:
                await self._sleep(due[first] - self._clock())

    def _due(self, target: str) -> float:
        return self._sent_at.get(target, float("-inf")) + GAP_SECONDS

    async def _deliver(self, message: Message) -> None:
        try:
            await AsyncRetrying(
                sleep=self._sleep,
                stop=stop_after_attempt(ATTEMPTS),
                wait=wait_exponential(multiplier=1, max=LONGEST_WAIT),
                retry=retry_if_exception_type(SendError),
            )(self._send, message)
        except RetryError as error:
            log.warning(
                "notify %s: %r was not sent: %s",
                self._name,
                message.headline,
                error.last_attempt.exception(),
            )
            self._told(False)  # noqa: FBT003  (it was not)
        else:
            self._told(True)  # noqa: FBT003  (it was)
        self._sent_at[message.target] = self._clock()
