"""As labelled then, and as known now: a late notice and a review change the second alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from hypothesis import given
from hypothesis import strategies as st

from probe.classify import classify
from probe.history.availability import SECOND
from probe.history.hindsight import Announcements, announcements, hindsight, may_differ
from probe.history.incidents import seconds
from probe.maintenance.calendar import Calendar
from probe.types import (
    Because,
    Observation,
    Plan,
    Published,
    Reason,
    Span,
    Streak,
    Verdict,
)
from tests.observed import STAND, spans
from tests.samples import DOWN, HOUR, NOON, PLAN, TARGET, UP

STEP = timedelta(minutes=10)
LONG = timedelta(minutes=20)


def published(
    starts: int, ends: int, *, published_at: datetime | None, plan: Plan = PLAN, name: str = "late"
) -> Published:
    """Return a window, in hours after noon."""
    plan = replace(plan, starts_at=NOON + starts * HOUR, ends_at=NOON + ends * HOUR)
    return Published(id=name, plan=plan, source="page", quote="words", published_at=published_at)


def failing(
    calendar: Calendar, start: datetime, end: datetime, reason: Reason = Reason.CONNECT
) -> tuple[Observation, ...]:
    """Return the observations of an outage in [start, end), labelled then, and the recovery."""
    streak: Streak | None = None
    found = []
    at = start
    while at < end:
        result = replace(DOWN, started_at=at, reason=reason)
        found.append(classify(result, TARGET, calendar, streak))
        streak = found[-1].streak
        at += STEP
    return (*found, classify(replace(UP, started_at=end), TARGET, calendar, streak))


def about(calendar: Calendar, own: Sequence[Span]) -> Announcements:
    """Return what a calendar has of a streak, and of much before and after it."""
    day = 24 * HOUR
    return announcements(calendar, own[0].started_at - day, own[-1].ends_at + day)


def minutes(found: Sequence[Span]) -> list[tuple[Verdict, Because | None, float]]:
    """Return what the failing spans say in turn, and for how many minutes."""
    runs = groupby((span for span in found if span.since), lambda one: (one.verdict, one.because))
    return [
        (verdict, because, sum((s.ends_at - s.started_at) / (60 * SECOND) for s in run))
        for (verdict, because), run in runs
    ]


def both(
    calendar: Calendar, observations: Sequence[Observation]
) -> tuple[list[tuple[Verdict, Because | None, float]], ...]:
    """Return the minutes as labelled then and as known now."""
    own = [span for span in spans(observations, LONG) if span.since]
    failures = [one for one in observations if one.result.reason]
    return minutes(own), minutes(hindsight(own, failures, TARGET, about(calendar, own)).spans)


def test_a_late_notice_excuses_from_its_start_in_hindsight() -> None:
    """Found an hour into its window: then unexpected for that hour, now expected from the start."""
    calendar = Calendar(published=(published(1, 4, published_at=NOON + 2 * HOUR),))
    observations = failing(calendar, NOON + HOUR, NOON + 5 * HOUR)
    then, now = both(calendar, observations)
    assert then == [
        (Verdict.UNEXPECTED, Because.UNANNOUNCED, 60),
        (Verdict.EXPECTED, None, 120),
        (Verdict.UNEXPECTED, Because.UNANNOUNCED, 60),
    ]
    assert now == [
        (Verdict.EXPECTED, None, 180),
        (Verdict.UNEXPECTED, Because.OVERRUN, 60),
    ]


def test_the_notice_that_makes_the_difference_is_named_with_its_publication() -> None:
    """The window carries the instant at which it really was published."""
    late = published(1, 4, published_at=NOON + 2 * HOUR)
    calendar = Calendar(published=(late,))
    observations = failing(calendar, NOON + HOUR, NOON + 3 * HOUR)
    own = [span for span in spans(observations, LONG) if span.since]
    failures = [one for one in observations if one.result.reason]
    (window,) = hindsight(own, failures, TARGET, about(calendar, own)).windows
    assert (window.id, window.published_at, window.quote) == ("late", NOON + 2 * HOUR, "words")


def test_what_was_published_in_time_is_the_same_now() -> None:
    """Nothing may differ, and nothing does."""
    calendar = Calendar(published=(published(1, 3, published_at=NOON),))
    observations = failing(calendar, NOON, NOON + 4 * HOUR)
    own = [span for span in spans(observations, LONG) if span.since]
    assert not may_differ(own, TARGET, about(calendar, own))
    then, now = both(calendar, observations)
    assert then == now


def test_a_dismissed_window_excuses_nothing_in_hindsight() -> None:
    """It excused for an hour, then a person said that it was none."""
    window = replace(published(1, 4, published_at=NOON), ended_at=NOON + 2 * HOUR)
    calendar = Calendar(published=(window,))
    observations = failing(calendar, NOON + HOUR, NOON + 3 * HOUR)
    own = [span for span in spans(observations, LONG) if span.since]
    assert may_differ(own, TARGET, about(calendar, own))
    then, now = both(calendar, observations)
    assert then == [
        (Verdict.EXPECTED, None, 60),
        (Verdict.UNEXPECTED, Because.OVERRUN, 60),
    ]
    assert now == [(Verdict.UNEXPECTED, Because.UNANNOUNCED, 120)]


def test_a_reviewed_window_counts_from_its_start_in_hindsight() -> None:
    """A person accepted it a day later, with other hours than were read."""
    read = replace(published(1, 2, published_at=NOON), ended_at=NOON + 24 * HOUR)
    person = published(1, 3, published_at=NOON + 24 * HOUR, name="late/reviewed")
    calendar = Calendar(published=(read, person))
    observations = failing(Calendar(published=(read,)), NOON + HOUR, NOON + 3 * HOUR)
    then, now = both(calendar, observations)
    assert then == [
        (Verdict.EXPECTED, None, 60),
        (Verdict.UNEXPECTED, Because.OVERRUN, 60),
    ]
    assert now == [(Verdict.EXPECTED, None, 120)]


def test_what_no_window_excuses_stays_unexpected() -> None:
    """A name that is gone is not explained by maintenance, late or not."""
    calendar = Calendar(published=(published(1, 4, published_at=NOON + 2 * HOUR),))
    observations = failing(calendar, NOON + HOUR, NOON + 3 * HOUR, Reason.DNS)
    _, now = both(calendar, observations)
    assert {verdict for verdict, _, _ in now} == {Verdict.UNEXPECTED}


def test_a_window_that_the_configuration_has_lost_keeps_its_label() -> None:
    """What was configured then and is no longer is not called unexpected today."""
    then_configured = Calendar(published=(published(1, 3, published_at=None, name="own"),))
    late = Calendar(published=(published(3, 4, published_at=NOON + 4 * HOUR),))
    observations = failing(then_configured, NOON + HOUR, NOON + 4 * HOUR)
    _, now = both(late, observations)
    assert now == [(Verdict.EXPECTED, None, 180)]


def test_without_its_observations_a_span_stays_as_it_was() -> None:
    """Retention may have dropped them."""
    calendar = Calendar(published=(published(1, 4, published_at=NOON + 2 * HOUR),))
    observations = failing(calendar, NOON + HOUR, NOON + 3 * HOUR)
    own = [span for span in spans(observations, STAND) if span.since]
    assert hindsight(own, (), TARGET, about(calendar, own)).spans == tuple(own)


SLOTS = st.integers(-2, 8)
WINDOWS = st.lists(
    st.tuples(SLOTS, st.integers(1, 4), st.none() | SLOTS, st.none() | SLOTS), max_size=4
)


def drawn(rows: Sequence[tuple[int, int, int | None, int | None]]) -> Calendar:
    """Return windows: start, length, publication and dismissal in hours after noon."""
    return Calendar(
        published=tuple(
            replace(
                published(
                    start,
                    start + length,
                    published_at=None if said is None else NOON + said * HOUR,
                    name=f"w{number}",
                ),
                ended_at=None if ended is None else NOON + ended * HOUR,
            )
            for number, (start, length, said, ended) in enumerate(rows)
        )
    )


@given(rows=WINDOWS, length=st.integers(1, 30))
def test_hindsight_loses_no_second(
    rows: Sequence[tuple[int, int, int | None, int | None]], length: int
) -> None:
    """Whatever was published, late or dismissed: the pieces tile the very same time."""
    calendar = drawn(rows)
    observations = failing(calendar, NOON, NOON + length * STEP)
    own = [span for span in spans(observations, LONG) if span.since]
    found = hindsight(own, observations[:-1], TARGET, about(calendar, own)).spans
    assert found[0].started_at == own[0].started_at
    assert found[-1].ends_at == own[-1].ends_at
    for one, following in pairwise(found):
        assert one.ends_at == following.started_at
    assert sum(span.observations for span in found) == length


@given(rows=WINDOWS, length=st.integers(1, 30))
def test_what_cannot_differ_does_not(
    rows: Sequence[tuple[int, int, int | None, int | None]], length: int
) -> None:
    """Where nothing came late and nothing was dismissed, every verdict is what it was."""
    calendar = drawn(rows)
    observations = failing(calendar, NOON, NOON + length * STEP)
    own = [span for span in spans(observations, LONG) if span.since]
    if not may_differ(own, TARGET, about(calendar, own)):
        found = hindsight(own, observations[:-1], TARGET, about(calendar, own))
        assert found.windows == ()
        for verdict in Verdict:
            assert seconds(found.spans, verdict) == seconds(own, verdict)
