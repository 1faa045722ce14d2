"""One failing streak is one incident, whatever windows, restarts and gaps it crosses."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.types import Because, Incident, Observation, Reason, Verdict
from tests.observed import STEP, observed
from tests.samples import NOON, WINDOW
from tests.written import in_memory


def incidents(*observations: Observation) -> tuple[Incident, ...]:
    """Return the incidents of a journal of observations, the oldest first."""
    with in_memory() as journal:
        journal.record(*observations)
        return journal.incidents()[::-1]


def found(line: str) -> tuple[Incident, ...]:
    """Return the incidents of a line of signs."""
    return incidents(*observed(line))


def at(number: int | None) -> datetime | None:
    """Return the instant of a sign, None for none."""
    return None if number is None else NOON + number * STEP


#: Sentence, line, and of each incident: first, last failure, end, expected and unexpected seconds.
ROWS = [
    ("nothing failed", "....", []),
    ("a failure and its recovery", "..xx..", [(2, 3, 4, 0, 60)]),
    ("one that goes on has no end", "..xx", [(2, 3, None, 0, 90)]),
    ("two failures apart are two", ".x.x.", [(1, 1, 2, 0, 30), (3, 3, 4, 0, 30)]),
    ("over a window's beginning it is one, in two parts", ".xxee.", [(1, 4, 5, 60, 60)]),
    ("over a window's end it is one, in two parts", ".eexx.", [(1, 4, 5, 60, 60)]),
    ("before, in and after a window it is one", ".xex.", [(1, 3, 4, 30, 60)]),
    ("an inconclusive observation opens none", ".??.", []),
    ("nor does it close one", ".x?x.", [(1, 3, 4, 0, 60)]),
    ("nor does it make one longer", ".x??.", [(1, 1, 4, 0, 30)]),
    ("the probe was off in the middle: still one, and that time is in neither part",
     ".x      x.", [(1, 8, 9, 0, 90)]),
    ("the probe was off at the end: it ends with the first success seen",
     ".x      .", [(1, 1, 8, 0, 60)]),
]  # fmt: skip


@pytest.mark.parametrize(("_", "line", "expected"), ROWS, ids=[r[0] for r in ROWS])
def test_a_streak_is_one_incident(
    _: str, line: str, expected: list[tuple[int | None, ...]]
) -> None:
    """First and last failure, recovery, and how long it was failing under each verdict."""
    assert [
        (
            one.started_at,
            one.last_failure_at,
            one.ended_at,
            one.seconds[Verdict.EXPECTED],
            one.seconds[Verdict.UNEXPECTED],
        )
        for one in found(line)
    ] == [
        (at(first), at(last), at(end), planned, unplanned)
        for first, last, end, planned, unplanned in expected
    ]


@pytest.mark.parametrize(
    ("before", "within", "after"), list(itertools.product(("up", "down"), repeat=3))
)
def test_every_way_across_a_window(before: str, within: str, after: str) -> None:
    """Down or up before, in and after a window: the recovery is never lost, the parts are right."""
    signs = {"up": ".", "down": "x"}
    middle = "." if within == "up" else "e"
    line = f".{signs[before]}{middle}{signs[after]}."
    states = [before, within, after]
    streaks = [len(list(run)) for state, run in itertools.groupby(states) if state == "down"]
    got = found(line)
    assert [one.failures for one in got] == streaks
    assert all(one.ended_at is not None for one in got)
    expected = sum(one.seconds[Verdict.EXPECTED] for one in got)
    unexpected = sum(one.seconds[Verdict.UNEXPECTED] for one in got)
    assert expected == (30 if within == "down" else 0)
    assert unexpected == 30 * [before, after].count("down")


def test_what_it_relied_on_and_why_it_failed_stand_in_order() -> None:
    """Reasons, because and windows by their first occurrence, each once."""
    first = observed("xe", reason=Reason.TIMEOUT)
    streak = first[0].streak
    more = [
        replace(one, because=Because.OVERRUN, streak=streak)
        for one in observed("x", start=NOON + 2 * STEP)
    ]
    (one,) = incidents(*first, *more)
    assert one.reasons == (Reason.TIMEOUT, Reason.CONNECT)
    assert one.because == (Because.UNANNOUNCED, Because.OVERRUN)
    assert one.windows == (WINDOW,)
    assert one.failures == 3
    assert one.confirmed_at == NOON + timedelta(seconds=0.1)


@given(line=st.text(alphabet=".xe? ", max_size=40))
def test_incidents_are_the_streaks(line: str) -> None:
    """As many as runs of failures between successes; all failures are in one of them."""
    runs = [run for run in line.replace("?", "").replace(" ", "").split(".") if run]
    got = found(line)
    assert [one.failures for one in got] == [len(run) for run in runs]
    for one, following in itertools.pairwise(got):
        assert one.ended_at is not None
        assert one.last_failure_at < one.ended_at <= following.started_at
