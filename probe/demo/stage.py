"""A SPOT, an IDM and a published page on loopback, each on a free port."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from probe.demo.script import Scene, Trouble, page

Answer = Callable[[], Awaitable[bytes | None]]

SIGN_IN = "<!doctype html><title>Sign in</title><h1>Sign in</h1>"
ELSEWHERE = "<!doctype html><title>Notice</title><h1>We will be back soon</h1>"
LONGEST_HEAD_SECONDS = 5

CONFIG = """# The configuration of the demonstration: everything is as usual, only quicker.
contact: spot-probe demo
targets:
  - {{name: spot, url: "{spot}", components: [spot, idm], interval: 1s, timeout: 300ms, attempts: 2,
      expect: {{body_contains: [Sign in]}}}}
  - {{name: idm, url: "{idm}", components: [idm], interval: 1s, timeout: 300ms, attempts: 2,
      expect: {{body_contains: [Sign in]}}}}
feeds:
  - {{name: page, kind: page, url: "{page}", component: spot, refresh: 1s}}
connectivity: []
"""


@dataclass(slots=True, kw_only=True)
class Stage:
    """What is the case on the stage now, and where its servers are."""

    beginning: datetime
    scene: Scene
    urls: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> str:
        """The configuration that watches this stage."""
        return CONFIG.format(**self.urls)

    async def spot(self) -> bytes | None:
        """Answer as SPOT: it sends people to IDM to sign in."""
        trouble = self.scene.troubles.get("spot")
        if trouble is None:
            return message("302 Found", "", f"Location: {self.urls['idm']}\r\n")
        return TROUBLES[trouble]

    async def idm(self) -> bytes | None:
        """Answer as IDM: the page that asks for a name and a password."""
        trouble = self.scene.troubles.get("idm")
        return message("200 OK", SIGN_IN) if trouble is None else TROUBLES[trouble]

    async def page(self) -> bytes | None:
        """Answer with what is published."""
        return message("200 OK", page(self.scene, self.beginning))


def message(status: str, body: str, headers: str = "") -> bytes:
    """Return a whole answer."""
    data = body.encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(data)}\r\nConnection: close\r\n{headers}\r\n"
    )
    return head.encode() + data


#: What a server answers in trouble; None: nothing, until the client has gone.
TROUBLES = {
    Trouble.AWAY: message("503 Service Unavailable", ELSEWHERE),
    Trouble.SILENT: None,
    Trouble.ANOTHER_PAGE: message("200 OK", ELSEWHERE),
}


@contextlib.asynccontextmanager
async def staged(beginning: datetime, scene: Scene) -> AsyncIterator[Stage]:
    """Serve the stage until the block ends."""
    stage = Stage(beginning=beginning, scene=scene)
    answers: dict[str, Answer] = {"spot": stage.spot, "idm": stage.idm, "page": stage.page}
    async with contextlib.AsyncExitStack() as stack:
        for name, answer in answers.items():
            stage.urls[name] = await stack.enter_async_context(_serving(answer))
        yield stage


@contextlib.asynccontextmanager
async def _serving(answer: Answer) -> AsyncIterator[str]:
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            async with asyncio.timeout(LONGEST_HEAD_SECONDS):
                await reader.readuntil(b"\r\n\r\n")
                said = await answer()
                if said is None:
                    await reader.read()
                else:
                    writer.write(said)
                    await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
