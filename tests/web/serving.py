"""The web server on a real socket, in its own thread, as the program runs it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp

from probe.types import Refused
from probe.web.limits import Limits
from probe.web.server import Server, listen
from probe.web.toolkit import WebConfig

LIMITS = Limits(connections=50)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A server that runs: where it is, and what it refused."""

    server: Server
    port: int
    scheme: str
    refused: list[Refused] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its root, without a slash."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    async def connect(
        self, first: bytes = b""
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection and send the first bytes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(first)
        await writer.drain()
        return reader, writer


@contextlib.asynccontextmanager
async def serving(
    app: ASGIApp,
    web: Callable[[], WebConfig] = WebConfig,
    *,
    limits: Limits = LIMITS,
    patience: float = 60,
) -> AsyncIterator[Place]:
    """Serve an application until the block ends, which it must in so many seconds."""
    (listening,) = listen(["127.0.0.1:0"])
    refused: list[Refused] = []
    server = Server(app, [listening], web, limits=limits, refuse=refused.append)
    port = listening.getsockname()[1]
    running = asyncio.create_task(server.serve())
    scheme = "https" if web().tls else "http"
    try:
        async with asyncio.timeout(patience):
            yield Place(server=server, port=port, scheme=scheme, refused=refused)
    finally:
        server.stop()
        async with asyncio.timeout(10):
            await running


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds that another thread brings about."""
    while not holds():  # noqa: ASYNC110  (a count has no event)
        await asyncio.sleep(0.001)
