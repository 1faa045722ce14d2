"""The page as markup: what no browser is needed for."""

import functools
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.types import Availability, Because, Verdict
from probe.web.pages import MOST_WORDS, apart, coming, content, page, span
from tests.samples import HOUR, NOON
from tests.views import ALL_UP, OPEN, REFUSED, STATES, WEEKLY, failing, with_spot

RENDER = functools.partial(page, may_write=False)


class Tags(HTMLParser):
    """Every element that a page opens, with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.met: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.met.append((tag, dict(attrs)))


@pytest.mark.parametrize("state", STATES)
def test_nothing_stands_in_the_page_that_its_policy_forbids(state: str) -> None:
    """No inline style or script, and every address of ours is relative."""
    for tag, attributes in Tags(RENDER(STATES[state])).met:
        assert tag != "style"
        assert tag != "script" or attributes.get("src") == "static/page.js"
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        for name in ("href", "src"):
            address = attributes.get(name) or ""
            assert not address.startswith("/"), address
            assert "//" not in address or address == "https://page.example/status"


@pytest.mark.parametrize("state", STATES)
def test_an_id_stands_once_and_what_refers_to_it_finds_it(state: str) -> None:
    """Links within the page and labels lead somewhere."""
    met = Tags(RENDER(STATES[state])).met
    ids = [attributes["id"] for _, attributes in met if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in met:
        for wanted in (attributes.get("aria-labelledby"), (attributes.get("href") or "")[1:]):
            if wanted and (attributes.get("href") or "#").startswith("#"):
                assert wanted in ids


hostile = st.text(max_size=40) | st.sampled_from(
    ["<script>", "</title><img src=x>", "{{ 7 * 7 }}", "' onload='x", '"><svg onload=x>']
)


@settings(max_examples=40, deadline=None)
@given(hostile)
def test_words_of_others_add_no_element(text: str) -> None:
    """A name, a quote, a detail, a source or a reason is text and nothing else."""

    def shown(words: str) -> list[str]:
        down = failing(Verdict.UNEXPECTED, Because.UNANNOUNCED)
        assert down.observation is not None
        result = replace(down.observation.result, detail=words)
        notice = replace(REFUSED.notice, text=words, reason=words, fingerprint=words)
        view = with_spot(
            replace(down, name=words, observation=replace(down.observation, result=result)),
            open=(replace(OPEN, id=words, quote=words, source=words, components=(words,)),),
            waiting=(replace(REFUSED, notice=notice, feed=words),),
        )
        return [tag for tag, _ in Tags(RENDER(view)).met]

    assert shown(text or "x") == shown("words")


def test_very_many_words_are_cut() -> None:
    """A page of words does not bury the page."""
    notice = replace(REFUSED.notice, text="word " * 10_000)
    text = RENDER(replace(ALL_UP, waiting=(replace(REFUSED, notice=notice),)))
    assert text.count("word ") < MOST_WORDS
    assert "word …" in text


def test_much_of_everything_is_bounded() -> None:
    """Hundreds of incidents and notices do not make a page of megabytes."""
    waiting = tuple(
        replace(REFUSED, notice=replace(REFUSED.notice, fingerprint=f"{n:064}")) for n in range(500)
    )
    text = RENDER(replace(ALL_UP, waiting=waiting, incidents=ALL_UP.incidents * 100))
    assert "500 notices wait for a person" in text
    assert 'href="incidents"' in text
    assert len(text) < 100_000


def text_of(state: str) -> str:
    """Return the page in a state, in ordinary spaces."""
    return " ".join(RENDER(STATES[state]).split()).replace("\N{NO-BREAK SPACE}", " ")


def test_what_recurs_is_told_once() -> None:
    """A rule in words with its next day, and how many follow."""
    shown = text_of("all-up")
    assert shown.count("Every Thursday, 9:00 p.m. to 11:00 p.m. EST") == 1
    assert re.search("Next <time[^>]*>Thu, Nov 26</time> .in 2 d 9 h., 1 more in 30 days", shown)
    assert [(one.window.id, one.more) for one in coming(ALL_UP)] == [
        (WEEKLY.id, 1),
        (ALL_UP.upcoming[2].id, 0),
    ]


@pytest.mark.parametrize("state", ["nothing-known", "perhaps-announced"])
def test_nothing_known_is_not_nothing_announced(state: str) -> None:
    """No list says that there is nothing, or that all was understood."""
    shown = text_of(state)
    assert "It is not known what first-coast announces: it was never read." in shown
    for wrong in ("Nothing is announced", "No maintenance is open", "Every notice was", "not ann"):
        assert wrong not in shown


def test_what_cannot_be_read_now_is_told_beside_what_is_announced() -> None:
    """What it says since is not known."""
    assert "first-coast was last read 5:00 a.m. EST. What it has" in text_of("feed-away")


def test_the_words_that_were_overrun_stay() -> None:
    """With what is still down."""
    shown = text_of("overrun")
    assert "Ended 20 min ago; still down: SPOT" in shown
    assert "SPOT will be unavailable Tuesday, November 24, from 11 a.m. to 2 p.m. ET." in shown


def test_incidents_and_maintenance_stand_apart() -> None:
    """What was announced whole is no incident."""
    incidents, maintenance = apart(ALL_UP.incidents)
    assert [one.target for one in incidents] == ["spot", "idm"]
    assert [one.started_at for one in maintenance] == [ALL_UP.incidents[1].started_at]


def test_the_worst_of_many_stand_first_and_the_others_have_a_row() -> None:
    """Thirty targets do not make a page of thirty cards."""
    found = content(STATES["many"])
    assert [one.name for one in found["cards"]] == ["portal-07", "portal-19"]
    assert len(found["rows"]) == 28
    assert [len(found["strips"]), len(found["other_strips"])] == [4, 26]
    down = replace(STATES["many"], targets=STATES["many"].targets[7:8] * 9)
    assert [len(content(down)[name]) for name in ("cards", "rows")] == [4, 5]


@pytest.mark.parametrize(
    ("probed", "says"), [(86_400.0, "</strong> of all time"), (600.0, "of the 10 min probed")]
)
def test_a_share_says_of_what(probed: float, says: str) -> None:
    """On day one the whole is what was probed, not ninety days."""
    part = Availability(
        up=probed, expected=0, unexpected=0, inconclusive=0, unknown=86_400 - probed
    )
    today = {"spot": {NOON.date(): part}}
    assert says in " ".join(RENDER(replace(ALL_UP, days=today)).split()).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        (2, "Thu, Nov 26, 9:00 p.m. to 11:00 p.m. EST"),
        (4, "Thu, Nov 26, 9:00 p.m. to Fri, Nov 27, 1:00 a.m. EST"),
    ],
)
def test_a_window_names_its_second_day_where_there_is_one(hours: int, says: str) -> None:
    """Across midnight the reader need not think."""
    window = replace(WEEKLY, ends_at=WEEKLY.starts_at + hours * HOUR)
    assert span(window, ALL_UP).replace("\N{NO-BREAK SPACE}", " ") == says


def test_a_window_across_a_clock_change_names_both_zones() -> None:
    """EDT to EST."""
    starts_at = WEEKLY.starts_at.replace(month=11, day=1, hour=4)
    window = replace(WEEKLY, starts_at=starts_at, ends_at=starts_at + 4 * HOUR)
    said = span(window, ALL_UP).replace("\N{NO-BREAK SPACE}", " ")
    assert said == "Sun, Nov 1, 12:00 a.m. EDT to 3:00 a.m. EST"
    assert re.search("EDT.*EST", said)


def test_trouble_with_the_journal_stands_on_the_page() -> None:
    """Since when it cannot be written, that the past cannot be read, what was set aside."""
    text = " ".join(RENDER(STATES["journal-in-trouble"]).split())
    for words in (
        "The journal cannot be written",
        "What happens is kept in memory and written later",
        "The past cannot be read",
        "It was set aside as journal.db.torn-20261124T160000Z, and a new one was begun.",
    ):
        assert words in text
    assert "None on record" not in text
    assert "Nothing is on record" not in text
    assert "malformed" not in text
    assert "journal" not in RENDER(ALL_UP)
