"""One headless Chromium for the session, and the page served to it on a free port."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, sync_playwright

from probe.web.server import Server, server
from probe.web.toolkit import WebConfig
from tests.web.stage import Stage

PREFIX = "/probe"
FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium, once."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield started
        started.close()


@dataclass(frozen=True)
class Shown:
    """A stage that is served; `url` ends with a slash, below a path prefix."""

    stage: Stage
    url: str
    loop: asyncio.AbstractEventLoop

    def change(self) -> None:
        """Tell the open pages that something has changed."""
        self.loop.call_soon_threadsafe(self.stage.changes.tell)


@pytest.fixture
def shown() -> Iterator[Shown]:
    """Serve a stage from a thread."""
    stage, ready = Stage(), threading.Event()
    place = socket.create_server(("127.0.0.1", 0))
    place.setblocking(False)  # noqa: FBT003  (the socket's own signature)
    held: dict[str, tuple[asyncio.AbstractEventLoop, Server]] = {}

    async def serve() -> None:
        served = server(stage.app(prefix=PREFIX), WebConfig())
        held["all"] = (asyncio.get_running_loop(), served)
        ready.set()
        await served.serve(sockets=[place])

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait(10)
    loop, served = held["all"]
    yield Shown(stage, f"http://127.0.0.1:{place.getsockname()[1]}{PREFIX}/", loop)

    def stop() -> None:
        served.should_exit = True
        stage.changes.close()

    loop.call_soon_threadsafe(stop)
    thread.join(10)
    place.close()
