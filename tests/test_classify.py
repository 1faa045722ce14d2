"""The verdict: what excuses a failure, and failures one after the other."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.classify import classify, excuses
from probe.maintenance.calendar import Calendar
from probe.types import (
    Because,
    Cause,
    Impact,
    Observation,
    Published,
    Reason,
    Result,
    Standing,
    Streak,
    Target,
    Verdict,
)
from tests.failures import (
    END,
    HOUR,
    NIGHTS,
    SLOW,
    START,
    TEN,
    TICK,
    WINDOW,
    calendar,
    failure,
    outage,
    success,
)
from tests.samples import IDM
from tests.samples import TARGET as SPOT

# --- what excuses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "target", "result", "verdict"),
    [
        pytest.param(WINDOW, SPOT, success(TEN), "up", id="a success in a window is a success"),
        pytest.param(WINDOW, SPOT, failure(START - TICK), "unexpected", id="just before it"),
        pytest.param(WINDOW, SPOT, failure(START), "expected", id="at its start"),
        pytest.param(WINDOW, SPOT, failure(END - TICK), "expected", id="just before its end"),
        pytest.param(WINDOW, SPOT, failure(END), "unexpected", id="at its end"),
        pytest.param(
            replace(WINDOW, published_at=TEN), SPOT, failure(TEN), "expected", id="published then"
        ),
        pytest.param(
            replace(WINDOW, published_at=TEN),
            SPOT,
            failure(TEN - TICK),
            "unexpected",
            id="published an instant later",
        ),
        pytest.param(
            outage(components=("idm",)), SPOT, failure(TEN), "expected", id="SPOT goes through IDM"
        ),
        pytest.param(WINDOW, IDM, failure(TEN), "unexpected", id="IDM does not go through SPOT"),
        pytest.param(
            outage(components=("mfa_email", "spot")),
            SPOT,
            failure(TEN),
            "expected",
            id="one of its components is enough",
        ),
        pytest.param(
            outage(components=("mfa_email",)),
            SPOT,
            failure(TEN),
            "unexpected",
            id="MFA codes by e-mail are no target's component",
        ),
        pytest.param(
            outage(components=()), SPOT, failure(TEN), "unexpected", id="a window of nothing"
        ),
        pytest.param(SLOW, SPOT, failure(TEN), "unexpected", id="degraded excuses nothing"),
        pytest.param(
            WINDOW,
            replace(SPOT, excuses=frozenset({Reason.DNS})),
            failure(TEN, Reason.DNS),
            "expected",
            id="a target may name other reasons",
        ),
        pytest.param(
            WINDOW,
            replace(SPOT, excuses=frozenset({Reason.DNS})),
            failure(TEN, Reason.CONNECT),
            "unexpected",
            id="which are then the only ones",
        ),
        pytest.param(
            WINDOW,
            SPOT,
            failure(TEN, online=False),
            "inconclusive",
            id="our own network was down, which comes before expected",
        ),
        pytest.param(
            WINDOW, SPOT, failure(END, online=False), "inconclusive", id="and before unexpected"
        ),
        pytest.param(WINDOW, SPOT, failure(TEN, online=True), "expected", id="it was not"),
        pytest.param(
            WINDOW,
            SPOT,
            failure(END, online=False, answered=True),
            "unexpected",
            id="an answer proves the network",
        ),
        pytest.param(
            WINDOW, SPOT, failure(END, starved=True), "inconclusive", id="we were late ourselves"
        ),
        pytest.param(
            WINDOW,
            SPOT,
            failure(END, starved=True, answered=True),
            "unexpected",
            id="and were answered all the same",
        ),
    ],
)
def test_a_verdict(published: Published, target: Target, result: Result, verdict: str) -> None:
    """Each condition has a row in which it alone decides."""
    assert classify(result, target, calendar(published), None).verdict == verdict


@pytest.mark.parametrize(
    ("result", "cause"),
    [
        (failure(TEN, online=False), Cause.NETWORK),
        (failure(TEN, online=False, starved=True), Cause.NETWORK),
        (failure(TEN, online=True, starved=True), Cause.STARVED),
        (failure(TEN, starved=True), Cause.STARVED),
        (failure(TEN, online=True), None),
        (success(TEN), None),
    ],
)
def test_what_is_inconclusive_says_why(result: Result, cause: Cause | None) -> None:
    """The cause stands exactly where the verdict is inconclusive."""
    found = classify(result, SPOT, calendar(), None)
    assert found.cause is cause
    assert (found.verdict is Verdict.INCONCLUSIVE) is (cause is not None)


def test_a_clock_that_is_set_back_changes_no_verdict() -> None:
    """What was read at eleven counts at ten: we hold it, so it was published."""
    held = replace(WINDOW, published_at=TEN + HOUR / 2)
    streak = Streak(since=TEN, window=calendar(WINDOW).open_at(TEN)[0])
    known = classify(failure(TEN), SPOT, calendar(held), streak, TEN + HOUR)
    assert (known.verdict, known.because) == (Verdict.EXPECTED, None)
    unknown = classify(failure(TEN), SPOT, calendar(held), streak)
    assert unknown.because is not Because.OVERRUN
    before = classify(failure(START - 2 * HOUR), SPOT, calendar(WINDOW), streak, TEN)
    assert before.because is Because.UNANNOUNCED


@pytest.mark.parametrize("reason", Reason)
def test_an_outage_excuses_the_reasons_that_planned_work_explains(reason: Reason) -> None:
    """Planned work expires no certificate, unregisters no name, and is no fault of ours."""
    unexplained = {Reason.DNS, Reason.TLS, Reason.BLOCKED, Reason.INTERNAL}
    found = classify(failure(TEN, reason), SPOT, calendar(WINDOW), None)
    expected = reason not in unexplained
    assert (found.verdict is Verdict.EXPECTED) is expected
    assert found.because == (None if expected else Because.NOT_EXCUSED)


def test_the_window_that_ends_last_is_the_one_that_is_reported() -> None:
    """Any open window is enough; of those that excuse, ties are broken by id."""
    several = calendar(
        outage(name="short"),
        outage(ends_at=END + HOUR, name="b"),
        outage(ends_at=END + HOUR, name="a"),
        outage(ends_at=END + 2 * HOUR, name="slow", impact=Impact.DEGRADED),
    )
    found = classify(failure(TEN), SPOT, several, None)
    assert found.window is not None
    assert found.window.id == "a"


def test_excuses_is_the_same_rule() -> None:
    """Components, impact and reason decide; the hour is the calendar's."""
    (window,) = calendar(WINDOW).open_at(TEN)
    assert excuses(window, SPOT, Reason.CONNECT)
    assert not excuses(window, SPOT, Reason.TLS)
    assert not excuses(window, IDM, Reason.CONNECT)
    assert not excuses(replace(window, impact=Impact.DEGRADED), SPOT, Reason.CONNECT)


def observed(results: Iterable[Result], said: Calendar, target: Target = SPOT) -> list[Observation]:
    """Return what is made of probes one after the other, as the service does."""
    streak: Streak | None = None
    found = []
    for result in results:
        observation = classify(result, target, said, streak)
        streak = observation.streak
        found.append(observation)
    return found


def judged(results: Iterable[Result], said: Calendar, target: Target = SPOT) -> list[str]:
    """Return verdicts, of the unexpected ones why."""
    return [str(one.because or one.verdict) for one in observed(results, said, target)]


# --- one after the other ---------------------------------------------------------------------

BEFORE, INSIDE, AFTER = START - 2 * HOUR, TEN, END + 2 * HOUR


def up_or_down(at: datetime, state: str) -> Result:
    """Return a probe that found the target up or down."""
    return success(at) if state == "up" else failure(at)


@pytest.mark.parametrize(
    ("states", "verdicts"),
    [
        pytest.param("up up up", "up up up", id="nothing happened"),
        pytest.param("up up down", "up up unannounced", id="it failed when all was over"),
        pytest.param("up down up", "up expected up", id="the work was done in its window"),
        pytest.param("up down down", "up expected overrun", id="the work was not done"),
        pytest.param("down up up", "unannounced up up", id="an outage that was over before"),
        pytest.param("down up down", "unannounced up unannounced", id="two outages"),
        pytest.param("down down up", "unannounced expected up", id="it went on, and ended inside"),
        pytest.param(
            "down down down",
            "unannounced expected unannounced",
            id="it began before, so what is left after is no overrun",
        ),
    ],
)
def test_before_during_and_after_a_window(states: str, verdicts: str) -> None:
    """Every observation is judged anew: neither verdict nor window is carried over."""
    instants = (BEFORE, INSIDE, AFTER)
    results = [up_or_down(at, state) for at, state in zip(instants, states.split(), strict=True)]
    assert judged(results, calendar(WINDOW)) == verdicts.split()


def test_the_overrun_begins_with_the_first_probe_after_the_end() -> None:
    """Before the start it was early, in the window expected, from its end on overrun."""
    instants = (START - HOUR, START - TICK, START, END - TICK, END, END + 5 * HOUR)
    began_before = [failure(at) for at in instants]
    assert judged(began_before, calendar(WINDOW)) == [
        *("early", "early", "expected", "expected"),
        *("unannounced", "unannounced"),
    ]
    assert judged(began_before[2:], calendar(WINDOW)) == [
        *("expected", "expected"),
        *("overrun", "overrun"),
    ]


def test_abutting_windows_keep_it_expected_and_then_it_is_an_overrun() -> None:
    """The streak remembers the window of its first failure, not of its last."""
    halves = calendar(outage(START, TEN, name="a"), outage(TEN, END, name="b"))
    probes = [failure(at) for at in (TEN - TICK, TEN, END - TICK, END)]
    assert judged(probes, halves) == ["expected", "expected", "expected", "overrun"]


def test_a_later_window_excuses_again_and_the_gap_between_is_an_overrun() -> None:
    """A streak that goes through two windows is excused in both and in nothing else."""
    both = calendar(outage(START, TEN, name="a"), outage(TEN + 2 * HOUR, TEN + 3 * HOUR, name="b"))
    probes = [failure(at) for at in (START, TEN, TEN + 2 * HOUR, TEN + 3 * HOUR)]
    assert judged(probes, both) == ["expected", "overrun", "expected", "overrun"]


def test_a_cancellation_ends_the_excuse_at_once() -> None:
    """From the instant on at which the window was taken back."""
    cut = calendar(replace(WINDOW, cuts=(("w", TEN),)))
    assert judged([failure(START), failure(TEN - TICK), failure(TEN)], cut) == [
        "expected",
        "expected",
        "overrun",
    ]


def test_a_streak_lasts_from_the_first_failure_to_the_first_success() -> None:
    """Inconclusive probes neither begin nor end nor change it."""
    offline = failure(TEN, online=False)
    found = observed(
        [
            offline,
            failure(TEN + TICK),
            offline,
            failure(END),
            success(END + TICK),
            failure(END + HOUR),
        ],
        calendar(WINDOW),
    )
    first = found[1].streak
    assert first is not None
    assert first.window is not None
    assert (first.since, first.window.id) == (TEN + TICK, "w")
    assert [one.streak for one in found] == [
        *(None, first, first, first, None),
        Streak(since=END + HOUR),
    ]
    assert [one.verdict for one in found] == [
        *("inconclusive", "expected", "inconclusive", "unexpected", "up", "unexpected")
    ]


# --- properties ------------------------------------------------------------------------------

INSTANTS = st.integers(-300, 300).map(lambda minutes: TEN + timedelta(minutes=minutes))
COMPONENTS = st.lists(st.sampled_from(["spot", "idm", "mfa_email"]), max_size=2, unique=True).map(
    tuple
)


@st.composite
def items(draw: st.DrawFn) -> Published:
    """Draw a window near TEN, with whatever may have become of it."""
    starts_at = draw(INSTANTS)
    return replace(
        outage(
            starts_at,
            starts_at + timedelta(minutes=draw(st.integers(1, 300))),
            name=draw(st.sampled_from("abc")),
            components=draw(COMPONENTS),
            impact=draw(st.sampled_from(Impact)),
        ),
        published_at=draw(st.none() | INSTANTS),
        withdrawn_at=draw(st.none() | INSTANTS),
        ended_at=draw(st.none() | INSTANTS),
    )


STANDING = st.builds(
    Standing,
    fingerprint=st.just("f"),
    components=COMPONENTS,
    published_at=INSTANTS,
    withdrawn_at=st.none() | INSTANTS,
)
CALENDARS = st.builds(
    Calendar,
    published=st.lists(items(), max_size=4).map(tuple),
    unread=st.lists(STANDING, max_size=1).map(tuple),
    advisories=st.lists(STANDING, max_size=1).map(tuple),
    off_peak=st.sampled_from([(), (NIGHTS,)]),
)
RESULTS = st.builds(
    Result,
    target=st.just("spot"),
    started_at=INSTANTS,
    duration_seconds=st.just(0.1),
    reason=st.none() | st.sampled_from(Reason),
    online=st.sampled_from([None, True, False]),
)
SEQUENCES = st.lists(RESULTS, min_size=1, max_size=6).map(
    lambda results: sorted(results, key=lambda result: result.started_at)
)


@settings(deadline=None)
@given(SEQUENCES, CALENDARS, st.sampled_from([SPOT, IDM]))
def test_every_observation_says_why(results: list[Result], said: Calendar, target: Target) -> None:
    """`because` if and only if unexpected, a window if and only if expected, and it excuses."""
    for one in observed(results, said, target):
        assert (one.because is not None) == (one.verdict is Verdict.UNEXPECTED)
        assert (one.window is not None) == (one.verdict is Verdict.EXPECTED)
        assert (one.verdict is Verdict.UP) == one.result.success
        assert one.verdict is not Verdict.UP or one.streak is None
        assert one.verdict in {Verdict.UP, Verdict.INCONCLUSIVE} or one.streak is not None
        if one.window is not None:
            at = one.result.started_at
            assert one.window.starts_at <= at < one.window.ends_at
            assert one.window.published_at is None or one.window.published_at <= at
            assert set(one.window.components) & set(target.components)
            assert one.window.impact is Impact.OUTAGE
            assert one.result.reason in SPOT.excuses


@settings(deadline=None)
@given(RESULTS, CALENDARS, st.none() | st.builds(Streak, since=INSTANTS))
def test_what_came_before_never_makes_a_failure_expected(
    result: Result, said: Calendar, streak: Streak | None
) -> None:
    """The verdict follows from the instant, the reason and what was published."""
    fresh, continued = classify(result, SPOT, said, None), classify(result, SPOT, said, streak)
    assert (fresh.verdict, fresh.window) == (continued.verdict, continued.window)
