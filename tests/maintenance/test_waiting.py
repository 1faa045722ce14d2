"""Which notice may explain a failure, and what people are told of it."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from probe.maintenance.waiting import accepting, explaining, proposed, told
from probe.types import NoticeState
from tests.samples import HOUR, NOON, NOTICE, PLAN, SEEN

EASTERN = ZoneInfo("America/New_York")
NIGHT = replace(PLAN, recurrence="RRULE:FREQ=DAILY")
#: One that waits, and proposes 1 to 3 p.m. on the day.
WAITING = replace(
    SEEN,
    notice=replace(NOTICE, state=NoticeState.REFUSED, windows=(), proposals=(PLAN,)),
)
#: The same without a time that could be read, seen later.
VAGUE = replace(
    WAITING,
    notice=replace(WAITING.notice, fingerprint="e" * 64, proposals=()),
    first_seen_at=NOON + timedelta(minutes=1),
)


def test_one_whose_proposed_times_hold_goes_before_a_newer_one() -> None:
    """Outside them the newest is told."""
    both = (WAITING, VAGUE)
    assert explaining(both, ("spot",), PLAN.starts_at) is WAITING
    assert explaining(both, ("spot",), PLAN.ends_at) is VAGUE
    assert explaining(reversed(both), ("idm", "spot"), NOON + HOUR / 2) is VAGUE


def test_one_that_repeats_holds_on_every_day() -> None:
    """Its proposals are worked out as windows are."""
    nightly = replace(WAITING, notice=replace(WAITING.notice, proposals=(NIGHT,)))
    assert explaining((nightly, VAGUE), ("spot",), PLAN.starts_at + timedelta(days=3)) is nightly


def test_what_is_of_another_component_or_was_not_seen_yet_explains_nothing() -> None:
    """Nor does nothing."""
    assert explaining((WAITING,), ("idm",), PLAN.starts_at) is None
    assert explaining((WAITING,), ("spot",), NOON - HOUR) is None
    assert explaining((), ("spot",), NOON) is None


@given(st.text(max_size=400))
def test_a_strangers_words_are_told_bounded_and_on_one_line(words: str) -> None:
    """No sign of them can call everybody in a chat, or go on in a line of its own."""
    seen = replace(WAITING, notice=replace(WAITING.notice, quote=words, text=words))
    first, *_ = told(seen, EASTERN)
    said = first.removeprefix('A notice that waits for review may explain this: "')
    assert len(said) <= 170
    assert said.isprintable()
    assert not {"<", ">"} & set(said)


def test_what_it_may_mean_is_told_in_local_time_and_how_to_take_it_over() -> None:
    """One without times needs the person's own."""
    meaning = "outage of spot, Tue Nov 24, 1:00 PM EST (18:00 UTC) to Tue Nov 24, 3:00 PM EST"
    assert proposed(WAITING, EASTERN).startswith(meaning)
    assert told(WAITING, EASTERN)[1] == f"It may mean: {proposed(WAITING, EASTERN)}."
    assert len(told(VAGUE, EASTERN)) == 1
    assert accepting(WAITING) == "Take it over: spot-probe notices accept ffffffffffff"
    assert accepting(VAGUE).endswith("accept eeeeeeeeeeee --window START/END")
    repeating = replace(WAITING, notice=replace(WAITING.notice, proposals=(NIGHT,)))
    assert proposed(repeating, EASTERN) == "outage of spot, every day 13:00-15:00 America/New_York"
