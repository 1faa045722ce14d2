"""The other pages as people meet them: the past, and what a signed-in person says."""

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from probe.types import AddedWindow, Review
from tests.browser.conftest import Signed
from tests.browser.test_page import PICTURES, RULES, SCHEMES, SIZES
from tests.debian import needs
from tests.views import PROPOSED

pytestmark = needs("chromium", package="chromium")

REVIEW = f"review/{PROPOSED.notice.fingerprint}"
SHEETS = {
    "incident": "incidents/spot/20261124T153000.000000Z",
    "month": "incidents",
    "target": "targets/spot",
    "report": "report",
    "review": REVIEW,
    "announce": "announce",
}


@pytest.mark.parametrize("name", SHEETS)
def test_every_page_is_sound_in_every_size_and_scheme(signed: Signed, name: str) -> None:
    """Nothing for axe to find, nothing sticks out, nothing is forbidden by its own policy."""
    PICTURES.mkdir(exist_ok=True)
    page, wrong = signed.page, []
    page.on("console", lambda message: wrong.append(message.text))
    answer = page.goto(signed.url + SHEETS[name])
    assert answer is not None
    assert answer.ok
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=PICTURES / f"{name}-{size}-{scheme}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if (rules := RULES.get((size, scheme))) and name != "report":  # a sheet for printers
                found = Axe().run(page, options=rules)
                assert found.violations_count == 0, found.generate_report()
    assert wrong == []


def test_a_person_reviews_a_notice(signed: Signed) -> None:
    """From the page to the form and back, by plain links and buttons."""
    page = signed.page
    signed.stage.acted.clear()
    page.goto(signed.url)
    page.get_by_role("link", name="Review it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What does this notice mean?")
    page.get_by_label("Until").first.fill("2026-11-24T16:00")
    page.get_by_role("button", name="Accept the chosen windows").click()
    expect(page.locator("h1")).to_contain_text("can be reached")
    (review,) = signed.stage.acted
    assert isinstance(review, Review)
    assert (review.reviewer, review.accepted) == ("ann", True)
    assert [f"{plan.ends_at:%H:%M}" for plan in review.windows] == ["16:00"]


def test_a_person_announces_a_window_and_ends_it(signed: Signed) -> None:
    """A form that lacks something says so, and keeps what was written."""
    page = signed.page
    signed.stage.acted.clear()
    page.goto(signed.url)
    page.get_by_role("link", name="Announce maintenance").click()
    page.get_by_label("Why, or who said so").fill("told by telephone")
    page.get_by_role("button", name="Announce it").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed: choose what")
    expect(page.get_by_label("Why, or who said so")).to_have_value("told by telephone")
    page.get_by_label("SPOT").check()
    page.get_by_label("Until").fill("2026-11-24T14:00")
    page.get_by_role("button", name="Announce it").click()
    expect(page.get_by_text("told by telephone")).to_be_visible()
    page.get_by_role("button", name="End it now").click()
    expect(page.get_by_text("No window that was added by hand")).to_be_visible()
    added, ended = signed.stage.acted
    assert isinstance(added, AddedWindow)
    assert isinstance(ended, AddedWindow)
    assert (added.added_by, ended.ended_by) == ("ann", "ann")
