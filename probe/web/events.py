"""Tells open pages that something has changed, by server-sent events."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from probe.types import Refused
from probe.web.limits import MOST_LISTENERS

#: A comment is sent this often, so that proxies and dead connections are noticed.
HEARTBEAT_SECONDS = 15
#: What happens within this time is told once.
BREATH_SECONDS = 0.5
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
KIND = "text/event-stream"


class Changes:
    """A count of changes that many may wait on; nothing queues up for one who is slow.

    It may be told from any thread; those who listen share one event loop.
    """

    def __init__(self, most: int = MOST_LISTENERS) -> None:
        self.count = 0
        self.listeners = 0
        self.closed = False
        self._most = most
        self._next = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def full(self) -> bool:
        """Whether no other may listen."""
        return self.closed or self.listeners >= self._most

    def tell(self) -> None:
        """Wake all who listen."""
        self.count += 1
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended, and nobody listens
                self._loop.call_soon_threadsafe(self._wake)

    def close(self) -> None:
        """Let every listener go: the program stops."""
        self.closed = True
        self.tell()

    def _wake(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def stream(
        self, heartbeat: float = HEARTBEAT_SECONDS, breath: float = BREATH_SECONDS
    ) -> AsyncIterator[str]:
        """Yield server-sent events until closed; seconds between heartbeats, and after a change."""
        self._loop = asyncio.get_running_loop()
        yield "retry: 3000\n\n"
        told = self.count
        while not self.closed:
            if not await self._waited(told, heartbeat):
                yield ": still here\n\n"
            elif not self.closed:
                await asyncio.sleep(breath)
                told = self.count
                yield f"event: change\ndata: {told}\n\n"

    async def _waited(self, told: int, seconds: float) -> bool:
        """Wait for a change that was not told; return False if there was none for so long."""
        awaited = self._next  # before the count: a change in between wakes it
        try:
            async with asyncio.timeout(seconds):
                if told == self.count and not self.closed:
                    await awaited.wait()
        except TimeoutError:
            return False
        return True


class Listening(StreamingResponse):
    """The stream of one listener, who counts as long as it is sent."""

    def __init__(self, changes: Changes) -> None:
        super().__init__(changes.stream(), media_type=KIND, headers=HEADERS)
        self._changes = changes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the listener or the program goes."""
        self._changes.listeners += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._changes.listeners -= 1


def events(changes: Changes, request: Request, refuse: Callable[[Refused], None]) -> Response:
    """Answer with the stream, or 503 when too many listen."""
    if changes.full:
        refuse(Refused.LISTENERS)
        return PlainTextResponse("too many listen; ask again later\n", 503, {"Retry-After": "30"})
    if request.method == "HEAD":
        return Response(media_type=KIND, headers=HEADERS)
    return Listening(changes)
