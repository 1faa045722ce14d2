"""The past, asked of the journal: days, incidents, restarts, retention, thinning."""

import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.history.availability import availability
from probe.journal import ABSENCE
from probe.types import Observation, PublishedStatus, Reading, Verdict
from tests.observed import STEP, observed, spans
from tests.samples import DOWN, HOUR, NOON, UP
from tests.written import Written, in_memory, written

EASTERN = ZoneInfo("America/New_York")
TODAY = date(2026, 11, 24)
LATER = NOON + timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
LINES = st.text(alphabet=".xe? ", max_size=30)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Written]:
    """Give an empty journal."""
    with written(tmp_path) as opened:
        yield opened


def fill(journal: Written, observations: Iterable[Observation]) -> None:
    """Record observations as the service does."""
    for one in observations:
        journal.record(one)


def test_days_are_told_apart(journal: Written) -> None:
    """Two minutes of a day, by hand; the day before and the rest are unknown."""
    fill(journal, observed(".xe."))
    before, today = journal.days("spot", date(2026, 11, 23), TODAY, EASTERN).values()
    assert (before.unknown, before.up) == (86_400, 0)
    assert (today.up, today.unexpected, today.expected) == (90, 30, 30)
    assert today.unknown == 86_400 - 150
    assert journal.days("idm", TODAY, TODAY, EASTERN)[TODAY].unknown == 86_400


def test_an_outage_that_begins_before_a_window_and_ends_in_it_is_closed(journal: Written) -> None:
    """The recovery is never lost: the incident has its end, and both of its parts."""
    fill(journal, observed(".xxee..."))
    (one,) = journal.incidents()
    assert (one.started_at, one.ended_at) == (NOON + STEP, NOON + 5 * STEP)
    assert one.seconds == {Verdict.EXPECTED: 60, Verdict.UNEXPECTED: 60}


def test_a_restart_does_not_break_an_incident(tmp_path: Path) -> None:
    """Another process goes on with the streak that the journal has; the gap is in no part of it."""
    line = observed(".xx        xx.")
    with written(tmp_path) as first:
        fill(first, line[:3])
    with written(tmp_path) as second:
        assert second.ongoing("spot", line[3].result.started_at) == line[3].streak
        fill(second, line[3:])
        (one,) = second.incidents()
    assert one.started_at == NOON + STEP
    assert one.ended_at == NOON + 13 * STEP
    assert one.seconds[Verdict.UNEXPECTED] == 30 + 60 + 60


@pytest.mark.parametrize(
    ("absence", "goes_on"),
    [
        (STEP, True),
        (ABSENCE - MICROSECOND, True),
        (ABSENCE, True),
        (ABSENCE + MICROSECOND, False),
        (timedelta(days=40), False),
    ],
)
def test_a_streak_goes_on_only_after_a_short_absence(
    journal: Written, *, absence: timedelta, goes_on: bool
) -> None:
    """What nobody watched is unknown: the failure after a long absence begins its own streak."""
    (*_, last) = line = observed(".xx")
    fill(journal, line)
    at = last.result.started_at + absence
    assert journal.ongoing("spot", at) == (last.streak if goes_on else None)


@pytest.mark.parametrize(("late", "goes_on"), [(timedelta(), True), (MICROSECOND, False)])
def test_a_streak_goes_on_while_its_last_observation_stands(
    journal: Written, *, late: timedelta, goes_on: bool
) -> None:
    """A target that is probed every two hours is not absent between two probes."""
    (failure,) = observed("x")
    journal.record(failure, stands=4 * HOUR)
    assert (journal.ongoing("spot", NOON + 4 * HOUR + late) is not None) == goes_on


def test_a_success_or_nothing_at_all_leaves_no_streak(journal: Written) -> None:
    """Neither does the streak of another target."""
    fill(journal, observed("x."))
    assert journal.ongoing("spot", NOON + HOUR) is None
    assert journal.ongoing("idm", NOON + HOUR) is None


def test_after_a_long_absence_there_is_another_incident(journal: Written) -> None:
    """The first ends where the next begins, and the time between is in neither."""
    first = observed("xx")
    fill(journal, first)
    back = NOON + 5 * HOUR
    assert journal.ongoing("spot", back) is None
    fill(journal, observed("xx.", start=back))
    later, earlier = journal.incidents()
    assert (earlier.started_at, earlier.ended_at) == (NOON, back)
    assert (later.started_at, later.ended_at) == (back, back + 2 * STEP)
    assert earlier.seconds[Verdict.UNEXPECTED] == 30 + 60
    assert later.seconds[Verdict.UNEXPECTED] == 60


def test_the_latest_incidents_come_first(journal: Written) -> None:
    """As many as are asked for, of all targets or of one, within a time."""
    fill(journal, observed(".x.x.x."))
    starts = [one.started_at for one in journal.incidents(2)]
    assert starts == [NOON + 5 * STEP, NOON + 3 * STEP]
    assert journal.incidents(target="idm") == ()
    within = journal.incidents(start=NOON + 2 * STEP, end=NOON + 4 * STEP)
    assert [one.started_at for one in within] == [NOON + 3 * STEP]
    assert journal.incidents(end=NOON + STEP) == ()
    assert len(journal.incidents(start=NOON + STEP, end=NOON + STEP + STEP / 2)) == 1


def test_one_that_goes_on_is_counted_until_now(journal: Written) -> None:
    """Its last observation stands for longer than has passed."""
    fill(journal, observed(".x"))
    (one,) = journal.incidents(until=NOON + STEP + timedelta(seconds=5))
    assert one.ended_at is None
    assert one.seconds[Verdict.UNEXPECTED] == 5


def test_an_incident_knows_what_was_published_when_it_began(journal: Written) -> None:
    """What the page said before, and not what it said later."""
    for hours, status in ((-2, PublishedStatus.AVAILABLE), (1, PublishedStatus.UNAVAILABLE)):
        reading = Reading(status={"spot": status}, notices=())
        journal.publish("page", reading, NOON + hours * HOUR, (TODAY, False), {})
    fill(journal, observed("x."))
    (one,) = journal.incidents()
    assert one.published == {"spot": PublishedStatus.AVAILABLE}


def test_a_span_is_closed_by_the_next_target_of_none(journal: Written) -> None:
    """Targets do not end each other's spans."""
    fill(journal, observed(".x"))
    other = replace(observed(".", start=NOON + STEP)[0])
    journal.record(replace(other, result=replace(other.result, target="idm")))
    assert journal.targets(NOON, LATER) == ("idm", "spot")
    assert journal.spans("spot", NOON, LATER)[-1].verdict is Verdict.UNEXPECTED
    assert journal.incidents()[0].ended_at is None


def test_a_journal_of_the_first_version_gets_its_spans(tmp_path: Path) -> None:
    """Its observations are read once, and nothing of them is lost."""
    line = observed("..xx?e.   .")
    with written(tmp_path) as journal:
        fill(journal, line)
        want = journal.spans("spot", NOON, LATER)
        journal.db.executescript(
            "DROP TABLE span; DROP INDEX observation_failing; DROP TABLE added_window;"
            "ALTER TABLE observation DROP COLUMN decided_at;"
            "ALTER TABLE observation DROP COLUMN stands;"
            "ALTER TABLE observation DROP COLUMN cause;"
            "ALTER TABLE observation DROP COLUMN evidence; PRAGMA user_version = 1;"
        )
    with written(tmp_path) as journal:
        assert journal.spans("spot", NOON, LATER) == want


def test_retention_forgets_what_is_older(journal: Written) -> None:
    """What ended before the edge, to the second; a span that reaches beyond it is whole."""
    fill(journal, observed("..xx.."))
    journal.thin(NOON + 4 * STEP, whole_from=NOON)
    assert [span.verdict for span in journal.spans("spot", NOON, LATER)] == [Verdict.UP]
    assert journal.incidents() == ()
    assert journal.failures("spot", NOON + 2 * STEP) == ()


def test_retention_keeps_an_incident_whole(journal: Written) -> None:
    """One that reaches beyond the edge keeps all of its spans."""
    fill(journal, observed(".xe."))
    journal.thin(NOON + 2 * STEP, whole_from=NOON)
    (one,) = journal.incidents()
    assert one.seconds == {Verdict.EXPECTED: 30, Verdict.UNEXPECTED: 30}


def test_the_last_observation_is_never_thinned(journal: Written) -> None:
    """After a long pause of the probe the streak and the state are still known."""
    fill(journal, observed("...."))
    journal.thin(NOON, whole_from=LATER)
    last = journal.last("spot", LATER)
    assert last is not None
    assert last.result.started_at == NOON + 3 * STEP
    assert journal.last("spot", NOON + 3 * STEP) is None


def test_failures_are_kept_one_by_one(journal: Written) -> None:
    """They can be judged again; successes and inconclusive observations are not needed for that."""
    fill(journal, observed(".x?ex."))
    journal.thin(NOON, whole_from=LATER)
    kept = journal.failures("spot", NOON + STEP)
    assert [one.result.started_at for one in kept] == [NOON + n * STEP for n in (1, 3, 4)]


ALIKE = settings(max_examples=40, deadline=None)


@ALIKE
@given(line=LINES, thinned=st.integers(0, 30), cut=st.integers(0, 900))
def test_thinning_changes_no_figure(line: str, thinned: int, cut: int) -> None:
    """Whatever was observed and wherever it is thinned, days and incidents are the same."""
    with in_memory() as journal:
        fill(journal, observed(line))

        def figures() -> tuple[object, ...]:
            until = NOON + timedelta(seconds=cut)
            return (
                journal.days("spot", TODAY, TODAY, EASTERN, until),
                journal.incidents(until=until),
                journal.spans("spot", NOON, LATER),
            )

        before = figures()
        journal.thin(NOON - HOUR, whole_from=NOON + thinned * STEP)
        assert figures() == before
        fill(journal, observed(line, start=NOON + HOUR))
        journal.thin(NOON - HOUR, whole_from=LATER)
        whole = spans((*observed(line), *observed(line, start=NOON + HOUR)))
        found = journal.spans("spot", NOON, LATER)
        assert availability(found, NOON, LATER) == availability(whole, NOON, LATER)


@ALIKE
@given(line=LINES, data=st.data())
def test_observations_make_the_same_spans_in_whatever_batches(
    line: str, data: st.DataObject
) -> None:
    """One by one or many at once: each extends the last span or begins another."""
    observations = observed(line)
    with in_memory() as journal:
        while observations:
            most = data.draw(st.integers(1, len(observations)))
            journal.record(*observations[:most])
            observations = observations[most:]
        assert journal.spans("spot", NOON, LATER) == spans(observed(line))


@ALIKE
@given(seed=st.integers(0, 2**32), batch=st.integers(1, 12))
def test_a_clock_that_jumps_never_makes_spans_overlap(seed: int, batch: int) -> None:
    """However it is set, no second is counted twice, and the present heals."""
    jumps = random.Random(seed)  # noqa: S311 - a test's own
    at, waiting = NOON, list[Observation]()
    with in_memory() as journal:
        for _ in range(12):
            at += jumps.choice((STEP, STEP, STEP, -3 * STEP, 10 * STEP, STEP / 7))
            sample = jumps.choice((UP, DOWN))
            verdict = Verdict.UP if sample is UP else Verdict.INCONCLUSIVE
            result = replace(sample, started_at=at)
            waiting.append(Observation(result=result, verdict=verdict))
        for begin in range(0, len(waiting), batch):
            journal.record(*waiting[begin : begin + batch])
        found = journal.spans("spot", NOON - HOUR, LATER)
    for one, following in itertools.pairwise(found):
        assert one.started_at <= one.last_at
        assert one.ends_at <= following.started_at


def test_the_latest_failures_of_a_streak_are_few(journal: Written) -> None:
    """The latest first, and only its own."""
    for one in observed("..x.." + "x" * 9 + "."):
        journal.record(one)
    since = NOON + 5 * STEP
    found = journal.latest_failures("spot", since, 3)
    assert [one.result.started_at for one in found] == [
        NOON + number * STEP for number in (13, 12, 11)
    ]


@pytest.mark.parametrize(("most", "found"), [(1, 1), (5, 3), (100, 40)])
def test_durations_are_looked_up_evenly_and_no_more_than_so_many(
    journal: Written, most: int, found: int
) -> None:
    """However often a target is probed; failures have none."""
    for one in observed("." * 20 + "x" * 20 + "." * 20):
        journal.record(one)
    assert len(journal.durations("spot", NOON, NOON + 60 * STEP, most)) == found
    assert journal.durations("spot", NOON + 20 * STEP, NOON + 40 * STEP, most) == ()
    assert journal.durations("idm", NOON, NOON + HOUR, most) == ()
