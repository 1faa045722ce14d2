"""What stands on a target's card."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from probe.types import Because, Evidence, Observation, Streak, Verdict, Window
from probe.web.cards import card
from probe.web.pages import page
from probe.web.view import TargetView
from probe.web.words import MOST_DETAIL
from tests.samples import HOUR, NOON
from tests.views import (
    ALL_UP,
    DEGRADED,
    DOWN,
    ENDED,
    OFFLINE,
    OPEN,
    SINCE,
    SPOT_UP,
    STATES,
    WEEKLY,
    failing,
)

UP_IN_WINDOW = replace(SPOT_UP, window=OPEN)
NOTHING = replace(SPOT_UP, window=None)
UNEXPECTED = failing(Verdict.UNEXPECTED, Because.UNANNOUNCED, streak=SINCE)
NOT_EXCUSED = failing(Verdict.UNEXPECTED, Because.NOT_EXCUSED, window=OPEN, streak=SINCE)
EXPECTED = failing(Verdict.EXPECTED, window=OPEN, streak=SINCE)
DEGRADED_UP = replace(SPOT_UP, degraded=DEGRADED)
DEGRADED_DOWN = replace(failing(Verdict.UNEXPECTED, Because.NOT_EXCUSED), degraded=DEGRADED)
OVERRUN = failing(Verdict.UNEXPECTED, Because.OVERRUN, streak=replace(SINCE, window=ENDED))


@pytest.mark.parametrize(
    ("target", "says", "window", "at"),
    [
        (SPOT_UP, "Next maintenance", WEEKLY, WEEKLY.starts_at),
        (UP_IN_WINDOW, "Maintenance now, until", OPEN, OPEN.ends_at),
        (NOTHING, "Nothing is announced", None, None),
        (DEGRADED_UP, "Degraded service, until", DEGRADED, DEGRADED.ends_at),
        (DEGRADED_DOWN, "Only degraded service, until", DEGRADED, DEGRADED.ends_at),
        (
            replace(UP_IN_WINDOW, degraded=DEGRADED),
            "Maintenance now, until",
            OPEN,
            OPEN.ends_at,
        ),
        (EXPECTED, "Yes, until", OPEN, OPEN.ends_at),
        (UNEXPECTED, "Not now; next", WEEKLY, WEEKLY.starts_at),
        (NOT_EXCUSED, "Not this; maintenance until", OPEN, OPEN.ends_at),
        (OVERRUN, "Only until", ENDED, ENDED.ends_at),
        (replace(SPOT_UP, observation=None), "Next maintenance", WEEKLY, WEEKLY.starts_at),
        (
            replace(SPOT_UP, observation=OFFLINE, window=OPEN),
            "Maintenance now, until",
            OPEN,
            OPEN.ends_at,
        ),
    ],
)
def test_a_card_says_whether_it_was_announced_and_until_when(
    target: TargetView, says: str, window: Window | None, at: datetime | None
) -> None:
    """The window that was relied on, that was overrun, or that is open or next."""
    found = card(target, ALL_UP)
    assert (found.announced, found.window, found.announced_at) == (says, window, at)


@pytest.mark.parametrize(
    ("target", "since"),
    [
        (SPOT_UP, NOON - 5 * 24 * HOUR),
        (replace(SPOT_UP, recovered_at=None), None),
        (UNEXPECTED, SINCE.since),
        (replace(SPOT_UP, observation=OFFLINE), NOON - timedelta(seconds=12)),
        (replace(SPOT_UP, observation=None), None),
    ],
)
def test_a_card_says_since_when(target: TargetView, since: datetime | None) -> None:
    """Since the streak began, or since the last incident ended."""
    assert card(target, ALL_UP).since == since


def test_a_card_says_what_the_last_probe_met() -> None:
    """In plain words; what the machine said is kept short, for the one who mends it."""
    up, down = card(SPOT_UP, ALL_UP), card(UNEXPECTED, ALL_UP)
    assert (up.answer, up.detail) == ("answered (200) in 243\N{NO-BREAK SPACE}ms", "")
    assert (down.answer, down.detail) == ("an error status (503)", "status 503, expected 200")
    long = Observation(
        result=replace(DOWN, detail="x" * 10_000),
        verdict=Verdict.UNEXPECTED,
        because=Because.UNANNOUNCED,
        streak=Streak(since=NOON),
    )
    assert len(card(replace(SPOT_UP, observation=long), ALL_UP).detail) == MOST_DETAIL + 2
    assert card(replace(SPOT_UP, observation=None), ALL_UP).answer == ""


def test_a_card_keeps_what_a_failing_answer_said() -> None:
    """Folded, each word of it as text; a target that is up has none."""
    said = Evidence(status_code=503, headers={"server": "<b>gw"}, text="<script>closed</script>")
    down = failing(Verdict.UNEXPECTED, Because.UNANNOUNCED, streak=SINCE)
    assert down.observation is not None
    result = replace(down.observation.result, evidence=said)
    shown = replace(down, observation=replace(down.observation, result=result))
    assert (card(shown, ALL_UP).evidence, card(SPOT_UP, ALL_UP).evidence) == (said, None)
    written = page(replace(ALL_UP, targets=(shown,)), may_write=False)
    assert "What it answered: 503" in written
    assert "server: &lt;b&gt;gw" in written
    assert "&lt;script&gt;closed&lt;/script&gt;" in written


def test_a_card_says_what_the_page_says() -> None:
    """Of the target's own name; nothing where the page says nothing."""
    assert card(SPOT_UP, ALL_UP).published == "available"
    assert card(SPOT_UP, replace(ALL_UP, status={})).published == ""


def test_a_failure_that_an_unread_notice_may_explain_names_it() -> None:
    """With its words, what it may mean, and nothing of a stranger that is not escaped."""
    shown = STATES["unread-notice"]
    why = card(shown.targets[0], shown).why
    assert why.startswith('A notice that waits for review may explain this: "SPOT may be away')
    assert "It may mean: outage of spot, Tue Nov 24, 1:00 PM EST (18:00 UTC) to" in why
    assert "may explain this: &#34;SPOT may be away 1-3 p.m.&#34;" in page(shown, may_write=False)
