"""One headless Chromium for all of these tests, and the page served to it on a free port."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from probe.web.view import View
from tests.views import ALL_UP
from tests.web.serving import serving
from tests.web.stage import Stage

PREFIX = "/probe"
#: So long all of these tests may take together.
PATIENCE_SECONDS = 900
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


@dataclass(frozen=True)
class Shown:
    """A stage that is served; `url` ends with a slash, below a path prefix."""

    stage: Stage
    url: str

    def show(self, view: View) -> None:
        """Show something else from now on, and tell the open pages."""
        self.stage.shown = view
        self.stage.changes.tell()


@dataclass
class Reader:
    """A person's browser, with what it asked for and what its scripts complained of."""

    page: Page
    asked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start Debian's Chromium, once; its event loop must be gone before other tests."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="package")
def served() -> Iterator[Shown]:
    """Serve a stage, below a path prefix, from a loop in a thread."""
    stage, ready, ended = Stage(), threading.Event(), threading.Event()
    held: list[Shown] = []

    async def serve() -> None:
        async with serving(
            stage.app(outside=f"http://ops.example{PREFIX}/"), patience=PATIENCE_SECONDS
        ) as place:
            held.append(Shown(stage, f"{place.url}{PREFIX}/"))
            ready.set()
            await asyncio.to_thread(ended.wait)
            stage.changes.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(10)
    yield held[0]
    ended.set()
    thread.join(10)


@pytest.fixture
def shown(served: Shown) -> Shown:
    """Show that all is up."""
    served.show(ALL_UP)
    return served


@pytest.fixture(scope="package")
def opened(browser: Browser) -> Iterator[Reader]:
    """Open one page for all tests that need nothing special of it: opening takes its time."""
    context = browser.new_context(locale="en-US", timezone_id="America/Los_Angeles")
    context.set_default_timeout(10_000)
    reading = Reader(context.new_page())
    reading.page.on("request", lambda request: reading.asked.append(request.url))
    reading.page.on("console", lambda message: reading.wrong.append(message.text))
    reading.page.on("pageerror", lambda error: reading.wrong.append(str(error)))
    yield reading
    context.close()


@pytest.fixture
def reader(opened: Reader) -> Iterator[Reader]:
    """Give a reader in California before an empty page."""
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    opened.page.emulate_media(media="screen", color_scheme="light")
    opened.asked.clear()
    opened.wrong.clear()
    yield opened
    opened.page.unroute_all()
    opened.page.goto("about:blank")
