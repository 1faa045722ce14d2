"""What people are told: which changes, and in which words."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from probe.maintenance.waiting import proposed
from probe.notify import Message, Notifier, Outbox, message
from probe.types import Because, Observation, Seen, Streak, Target, Verdict
from tests.samples import DOWN, NOON, OBSERVED_UP, PLAN, SEEN, TARGET, WINDOW

EASTERN = ZoneInfo("America/New_York")
UNANNOUNCED = Observation(
    result=DOWN,
    verdict=Verdict.UNEXPECTED,
    because=Because.UNANNOUNCED,
    streak=Streak(since=NOON),
)
OVERRUN = replace(UNANNOUNCED, because=Because.OVERRUN, streak=Streak(since=NOON, window=WINDOW))
EXPECTED = Observation(
    result=DOWN, verdict=Verdict.EXPECTED, window=WINDOW, streak=Streak(since=NOON, window=WINDOW)
)


def composed(
    observation: Observation, target: Target = TARGET, *, unread: Seen | None = None
) -> Message:
    """Return the message about an observation of SPOT."""
    return message(
        observation,
        target,
        name="SPOT",
        zone=EASTERN,
        contact="help desk, 555 0100",
        link="https://probe.example/",
        unread=unread,
    )


def test_an_outage_says_all_that_one_needs_at_night() -> None:
    """What, why, since when in local time, where, whom to call, where to look."""
    assert composed(UNANNOUNCED).text.splitlines() == [
        "SPOT is down, and that was not announced.",
        "Nothing that was published announces it.",
        "What went wrong: no connection (refused).",
        "Since Tue Nov 24, 12:00 PM EST (17:00 UTC).",
        "Address: https://spot.example/",
        "Whom to call: help desk, 555 0100",
        "Status page: https://probe.example/",
    ]


def test_an_overrun_says_what_was_overrun() -> None:
    """With the published words."""
    text = composed(OVERRUN).text
    assert "The announced window was to end Tue Nov 24, 2:00 PM EST (19:00 UTC)." in text
    assert "Published words: unavailable" in text


def test_a_notice_that_may_explain_it_is_named_with_the_way_to_accept_it() -> None:
    """Whoever is woken reads it instead of looking for it."""
    observation = replace(UNANNOUNCED, because=Because.UNREAD_NOTICE)
    waiting = replace(SEEN, notice=replace(SEEN.notice, windows=(), proposals=(PLAN,)))
    told = composed(observation, unread=waiting)
    assert told.lines[1:4] == (
        'A notice that waits for review may explain this: "unavailable from 1 p.m. to 3 p.m."',
        f"It may mean: {proposed(waiting, EASTERN)}.",
        "Take it over: spot-probe notices accept ffffffffffff",
    )
    assert told.fields["notice"] == "f" * 64


def test_what_is_announced_calls_nobody() -> None:
    """It says until when."""
    text = composed(EXPECTED).text
    assert text.startswith("SPOT is down, as announced.")
    assert "The announced window ends Tue Nov 24, 2:00 PM EST" in text
    assert "Whom to call" not in text


def test_a_recovery_says_so() -> None:
    """In one line and an address."""
    assert composed(OBSERVED_UP).text.startswith("SPOT can be reached again.")


class Kept(Outbox):
    """An outbox that keeps what is put into it."""

    def __init__(self) -> None:
        self.headlines: list[str] = []

    def put(self, message: Message) -> None:
        """Keep its headline."""
        self.headlines.append(message.headline)


@pytest.mark.parametrize(
    ("told", "seen", "headlines"),
    [
        ({}, ".", []),
        ({}, "x", ["down, and that was not announced"]),
        ({}, "xxxx.", ["down, and that was not announced", "can be reached again"]),
        ({}, "x?x", ["down, and that was not announced"]),
        ({}, "?.", []),
        ({"spot": Verdict.UNEXPECTED}, "xx", []),
        ({"spot": Verdict.UNEXPECTED}, ".", ["can be reached again"]),
        ({}, "ex.", ["down, as announced", "down, and that was", "can be reached again"]),
    ],
)
def test_each_change_is_told_once(
    told: dict[str, Verdict], seen: str, headlines: list[str]
) -> None:
    """A restart repeats nothing, and what is inconclusive says nothing."""
    kinds = {
        ".": OBSERVED_UP,
        "x": UNANNOUNCED,
        "e": EXPECTED,
        "?": Observation(result=DOWN, verdict=Verdict.INCONCLUSIVE),
    }
    notifier, kept = Notifier(told, composed), Kept()
    notifier.outboxes = [kept]
    for sign in seen:
        notifier.observed(kinds[sign], TARGET)
    assert len(kept.headlines) == len(headlines)
    for headline, words in zip(kept.headlines, headlines, strict=True):
        assert words in headline
