"""The status page as people meet it: in a real browser, in each state."""

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser

from tests.browser.conftest import Shown
from tests.debian import needs
from tests.views import STATES

pytestmark = needs("chromium", package="chromium")

PICTURES = Path(__file__).parents[2] / "artifacts"
SIZES = {"wide": (1280, 900), "narrow": (360, 740)}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_sound_in_every_size_and_scheme(
    browser: Browser, shown: Shown, state: str
) -> None:
    """Nothing for axe to find, nothing sticks out, nothing loads from elsewhere, no script errs."""
    PICTURES.mkdir(exist_ok=True)
    shown.stage.shown = STATES[state]
    context = browser.new_context(locale="en-US", timezone_id="Asia/Kolkata")
    page = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(shown.url)
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=PICTURES / f"{state}-{size}-{scheme}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
    context.close()
    assert [url for url in asked if not url.startswith(shown.url)] == []
    assert wrong == []
