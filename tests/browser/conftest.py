"""One headless Chromium for all of these tests, and the page served to it on a free port."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import bcrypt
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.types import ASGIApp

from probe.journal import Noticeboard
from probe.web.toolkit import WebConfig
from probe.web.view import View
from tests.observed import observed
from tests.samples import HOUR, NOON
from tests.views import ALL_UP, MINUTE, PROPOSED
from tests.web.serving import serving
from tests.web.stage import Stage
from tests.written import written

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


@dataclass(frozen=True)
class Signed:
    """A stage that is served to somebody who is signed in, and that person's browser."""

    stage: Stage
    url: str
    page: Page


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


@contextlib.contextmanager
def running(stage: Stage, app: ASGIApp) -> Iterator[str]:
    """Serve a stage's application from a loop in a thread; yield its address."""
    ready, ended = threading.Event(), threading.Event()
    held: list[str] = []

    async def serve() -> None:
        async with serving(app, patience=PATIENCE_SECONDS) as place:
            held.append(place.url)
            ready.set()
            await asyncio.to_thread(ended.wait)
            stage.changes.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(10)
    yield held[0]
    ended.set()
    thread.join(10)


@pytest.fixture(scope="package")
def served() -> Iterator[Shown]:
    """Serve a stage, below a path prefix."""
    stage = Stage()
    with running(stage, stage.app(outside=f"http://ops.example{PREFIX}/")) as url:
        yield Shown(stage, f"{url}{PREFIX}/")


@pytest.fixture(scope="package")
def signed(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signed]:
    """Serve a past with an outage and a notice that waits to ann, who is signed in."""
    place = tmp_path_factory.mktemp("past")
    with written(place) as journal:
        for one in observed("." * 60 + "e" * 20 + "x" * 20 + "." * 60, start=NOON - 2 * HOUR):
            journal.record(one, stands=MINUTE)
    stage = Stage(
        journal=place,
        board=Noticeboard(seen=(PROPOSED,)),
        shown=replace(ALL_UP, waiting=(PROPOSED,)),
    )
    users = {"ann": bcrypt.hashpw(b"secret", b"$2b$04$abcdefghijklmnopqrstuu").decode()}
    with running(stage, stage.app(lambda: WebConfig(users=users))) as url:
        context = browser.new_context(
            locale="en-US",
            timezone_id="America/New_York",
            http_credentials={"username": "ann", "password": "secret"},
        )
        yield Signed(stage, f"{url}/", context.new_page())
        context.close()


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
