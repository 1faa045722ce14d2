"""Tells open pages that something has changed, by server-sent events."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

MOST_LISTENERS = 100
#: A comment is sent this often, so that proxies and dead connections are noticed.
HEARTBEAT_SECONDS = 15
#: What happens within this time is told once.
BREATH_SECONDS = 0.5
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
KIND = "text/event-stream"


class Changes:
    """A count of changes that many may wait on; nothing queues up for one who is slow."""

    def __init__(self, most: int = MOST_LISTENERS) -> None:
        self.count = 0
        self.listeners = 0
        self.closed = False
        self._most = most
        self._next = asyncio.Event()

    @property
    def full(self) -> bool:
        """Whether no other may listen."""
        return self.closed or self.listeners >= self._most

    def tell(self) -> None:
        """Wake all who listen."""
        self.count += 1
        self._next.set()
        self._next = asyncio.Event()

    def close(self) -> None:
        """Let every listener go: the program stops."""
        self.closed = True
        self.tell()

    async def stream(
        self, heartbeat: float = HEARTBEAT_SECONDS, breath: float = BREATH_SECONDS
    ) -> AsyncIterator[str]:
        """Yield server-sent events until closed; seconds between heartbeats, and after a change."""
        yield "retry: 3000\n\n"
        told = self.count
        while not self.closed:
            if told == self.count and not await self._waited(heartbeat):
                yield ": still here\n\n"
            elif not self.closed:
                await asyncio.sleep(breath)
                told = self.count
                yield f"event: change\ndata: {told}\n\n"

    async def _waited(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._next.wait()
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


def events(changes: Changes, request: Request) -> Response:
    """Answer with the stream, or 503 when too many listen."""
    if changes.full:
        return PlainTextResponse("too many listen; ask again later\n", 503, {"Retry-After": "30"})
    if request.method == "HEAD":
        return Response(media_type=KIND, headers=HEADERS)
    return Listening(changes)
