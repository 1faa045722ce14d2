"""The status page as people meet it: in a real browser, in each state."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, expect

from probe.types import Because, Verdict
from tests.browser.conftest import Reader, Shown
from tests.debian import needs
from tests.views import ALL_UP, OPEN, REFUSED, SPOT_UP, STATES, failing, with_spot

pytestmark = needs("chromium", package="chromium")

PICTURES = Path(__file__).parents[2] / "artifacts"
SIZES = {"wide": (1280, 900), "narrow": (360, 740)}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
#: What axe looks at: everything once, and what depends on size and scheme at the other end.
RULES: dict[tuple[str, Scheme], dict[str, list[str]]] = {
    ("wide", "light"): {"resultTypes": ["violations"]},
    ("narrow", "dark"): {
        "resultTypes": ["violations"],
        "runOnly": ["color-contrast", "target-size", "scrollable-region-focusable"],
    },
}
HOSTILE = "</blockquote><script>document.title='taken'</script><img src=x onerror=alert(1)>"


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_sound_in_every_size_and_scheme(
    reader: Reader, shown: Shown, state: str
) -> None:
    """Nothing for axe to find, nothing sticks out, nothing loads from elsewhere, no script errs."""
    PICTURES.mkdir(exist_ok=True)
    shown.show(STATES[state])
    page = reader.page
    page.goto(shown.url)
    expect(page.locator("#live")).to_have_text("live")
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=PICTURES / f"{state}-{size}-{scheme}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if rules := RULES.get((size, scheme)):
                found = Axe().run(page, options=rules)
                assert found.violations_count == 0, found.generate_report()
    assert [url for url in reader.asked if not url.startswith(shown.url)] == []
    assert reader.wrong == []


SAID = {
    "all-up": ("SPOT and IDM can be reached.", "Can be reached", "Next maintenance"),
    "announced": ("SPOT is down, as announced. IDM can", "Down, as announced", "Yes, until 2:00"),
    "unannounced": ("SPOT is down, and it was not announced.", "Down, unannounced", "Not now"),
    "overrun": ("SPOT is still down after the announced", "Down, past its", "Only until 11:40"),
    "inconclusive": ("Our own network is down", "Cannot be told", "Next maintenance"),
    "nothing-known": ("Whether SPOT and IDM can be", "Not known yet", "Not known"),
    "perhaps-announced": ("SPOT is down; whether it was", "Down, perhaps", "Not known"),
    "degraded": ("SPOT and IDM can be reached.", "Can be reached", "Degraded service, until 2"),
    "through-idm": ("SPOT and IDM are down", "Down, unannounced", "Not now"),
    "feed-away": ("SPOT and IDM can be reached.", "Can be reached", "Next maintenance"),
}


@pytest.mark.parametrize("state", SAID)
def test_the_first_two_seconds_tell_it(reader: Reader, shown: Shown, state: str) -> None:
    """Without scrolling on a telephone: what is down, whether it was announced, until when."""
    shown.show(STATES[state])
    page = reader.page
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(shown.url)
    headline, label, announced = SAID[state]
    expect(page.get_by_role("heading", level=1)).to_contain_text(headline)
    expect(page).to_have_title(re.compile(re.escape(headline)))
    card = page.get_by_role("article", name="SPOT")
    expect(card).to_contain_text(label)
    expect(card).to_contain_text(announced)
    box = card.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 740
    assert page.locator("link[rel=icon]").get_attribute("href") is not None


def test_hostile_words_show_as_words(reader: Reader, shown: Shown) -> None:
    """What a notice, its source or a server says is never markup."""
    notice = replace(REFUSED.notice, text=HOSTILE, reason=HOSTILE)
    down = failing(Verdict.UNEXPECTED, Because.UNANNOUNCED)
    assert down.observation is not None
    result = replace(down.observation.result, detail=HOSTILE)
    hostile = with_spot(
        replace(down, name=HOSTILE, observation=replace(down.observation, result=result)),
        open=(replace(OPEN, quote=HOSTILE, source=HOSTILE),),
        upcoming=(replace(OPEN, id=HOSTILE, quote=HOSTILE),),
        waiting=(replace(REFUSED, notice=notice, feed=HOSTILE),),
    )
    shown.show(hostile)
    page = reader.page
    page.goto(shown.url)
    expect(page.locator("#live")).to_have_text("live")
    expect(page.locator("blockquote").first).to_have_text(HOSTILE)
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1
    assert page.title() != "taken"
    assert reader.wrong == []


def test_a_change_appears_without_a_reload(reader: Reader, shown: Shown) -> None:
    """The same document says something else; what was opened stays open, the focus stays."""
    page = reader.page
    page.goto(shown.url)
    expect(page.locator("#live")).to_have_text("live")
    page.evaluate("window.same = true")
    words = page.locator("details summary").first
    words.focus()
    words.press("Enter")
    expect(page.locator("details").first).to_have_attribute("open", "")
    shown.show(STATES["announced"])
    expect(page.get_by_role("heading", level=1)).to_contain_text("SPOT is down, as announced.")
    expect(page.get_by_role("article", name="SPOT")).to_contain_text("Down, as announced")
    expect(page).to_have_title(re.compile("SPOT is down, as announced"))
    assert page.evaluate("window.same") is True
    expect(page.locator("details[open]")).to_have_count(1)
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    icon = page.locator("link[rel=icon]").get_attribute("href")
    assert icon is not None
    assert icon.endswith("icon/expected.svg")


def test_a_page_that_is_no_longer_fresh_says_so(reader: Reader, shown: Shown) -> None:
    """Nobody takes yesterday's green for today's."""
    page = reader.page
    page.goto(shown.url)
    expect(page.locator("#live")).to_have_text("live")
    page.route("**/*", lambda route: route.abort())
    shown.show(STATES["announced"])
    expect(page.locator("#live")).to_contain_text("not live")
    expect(page.locator("#stale")).to_contain_text("Not live since ")
    expect(page).to_have_title(re.compile("^Not live: SPOT and IDM can be reached"))
    expect(page.locator("h1")).to_have_text("SPOT and IDM can be reached.")
    colour = page.evaluate("getComputedStyle(document.querySelector('.state')).color")
    assert colour == "rgb(91, 97, 104)"  # of what is not known
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    page.unroute_all()
    shown.show(STATES["announced"])
    page.evaluate("refresh()")
    expect(page.locator("#stale")).to_be_hidden()
    expect(page).to_have_title(re.compile("^SPOT is down, as announced"))


def test_the_readers_own_time_stands_beside_the_published(reader: Reader, shown: Shown) -> None:
    """Eastern as published, and the browser's zone by name."""
    reader.page.goto(shown.url)
    first = reader.page.locator(".next > li").first
    expect(first).to_contain_text("Every Thursday, 9:00 p.m. to 11:00 p.m. EST")
    expect(first).to_contain_text("Next Thu, Nov 26")
    expect(first).to_contain_text("Your time (America/Los_Angeles): Thu, Nov 26, 6:00")
    expect(first.locator(".yours")).to_contain_text("8:00 PM PST")


def test_a_reader_in_the_published_zone_is_told_once(browser: Browser, shown: Shown) -> None:
    """The same time twice would only be more to read."""
    context = browser.new_context(timezone_id="America/New_York")
    page = context.new_page()
    page.goto(shown.url)
    expect(page.locator("#live")).to_have_text("live")
    assert page.locator(".yours:visible").count() == 0
    context.close()


def test_it_is_whole_without_scripts(browser: Browser, shown: Shown) -> None:
    """Everything but the comfort is there, and the page comes again by itself."""
    shown.show(STATES["unannounced"])
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(shown.url)
    expect(page.get_by_role("article", name="SPOT")).to_contain_text("Down, unannounced")
    expect(page.locator("#waiting")).to_be_visible()
    assert page.locator(".yours:visible").count() == 0
    assert page.locator("meta[http-equiv=refresh]").get_attribute("content") == "60"
    context.close()


def test_everything_is_reached_by_keyboard(reader: Reader, shown: Shown) -> None:
    """Tab goes first to the link that skips, then to every link and summary, in their order."""
    shown.show(STATES["unannounced"])
    page = reader.page
    page.goto(shown.url)
    expect(page.locator("#live")).to_have_text("live")
    count = page.locator("a:visible, summary:visible").count()
    met = []
    for _ in range(count):
        page.keyboard.press("Tab")
        met.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert met[0] == "Skip to what is announced"
    assert met == [text.strip() for text in page.locator("a, summary").all_text_contents()]


def test_links_work_below_a_path_prefix(reader: Reader, shown: Shown) -> None:
    """A proxy may serve it anywhere: no link begins at the root, and each one answers."""
    page = reader.page
    page.goto(shown.url)
    links = page.eval_on_selector_all(
        "footer a, link, script", "all => all.map((one) => one.href || one.src)"
    )
    assert len(links) > 6
    for link in links:
        assert link.startswith(shown.url)
        assert page.request.get(link).ok


def test_it_prints_on_white(reader: Reader, shown: Shown) -> None:
    """Links and controls are gone, the state is there, and no page is wasted."""
    shown.show(replace(ALL_UP, targets=(SPOT_UP,)))
    page = reader.page
    page.goto(shown.url)
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator("nav")).to_be_hidden()
    expect(page.get_by_role("article", name="SPOT")).to_be_visible()
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(255, 255, 255)"
    assert page.pdf(format="Letter").startswith(b"%PDF")
