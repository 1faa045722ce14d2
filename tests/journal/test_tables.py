"""What is written to the file is read back as it was."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from probe.journal import FILE, Noticeboard, instant, micros, noticetables
from probe.types import (
    AddedWindow,
    Because,
    Cause,
    Evidence,
    Observation,
    PublishedStatus,
    Reading,
    Reason,
    Review,
    Streak,
    Verdict,
)
from tests.samples import DOWN, HOUR, NOON, NOTICE, OBSERVED_UP, PLAN, READING, UP, WINDOW
from tests.written import Written, written

DAY = (date(2026, 11, 24), False)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Written]:
    """Give an empty journal."""
    with written(tmp_path) as opened:
        yield opened


def test_an_observation_is_read_back_as_it_was(journal: Written) -> None:
    """Verdict, because, window, phases and streak survive, to the microsecond."""
    began = NOON + timedelta(microseconds=1)
    failed = Observation(
        result=replace(DOWN, started_at=began),
        verdict=Verdict.UNEXPECTED,
        because=Because.OVERRUN,
        streak=Streak(since=NOON - HOUR, window=WINDOW),
    )
    journal.record(OBSERVED_UP, failed)
    last = journal.last("spot", NOON + HOUR)
    assert last is not None
    assert (last.verdict, last.because, last.streak) == (
        failed.verdict,
        failed.because,
        failed.streak,
    )
    assert (last.result.started_at, last.result.reason) == (began, Reason.CONNECT)
    before = journal.last("spot", began)
    assert before is not None
    assert before.result.phases == UP.phases
    assert before.streak is None


def test_what_was_answered_and_whose_fault_it_was_are_kept(journal: Written) -> None:
    """The evidence of a failure, and the cause of one that is none."""
    evidence = Evidence(status_code=503, headers={"server": "x"}, text="Zurück um 9 Uhr ☂")
    answered = Observation(
        result=replace(DOWN, reason=Reason.STATUS, evidence=evidence), verdict=Verdict.UNEXPECTED
    )
    starved = Observation(
        result=replace(DOWN, started_at=NOON + HOUR),
        verdict=Verdict.INCONCLUSIVE,
        cause=Cause.STARVED,
    )
    journal.record(answered, starved)
    first, second = (journal.last("spot", NOON + n * HOUR) for n in (1, 2))
    assert first is not None
    assert second is not None
    assert (first.result.evidence, first.cause) == (evidence, None)
    assert (second.result.evidence, second.cause) == (None, Cause.STARVED)


def test_what_utf_8_cannot_hold_is_kept_all_the_same(journal: Written) -> None:
    """Half a surrogate pair comes from a hostile page or message, and must not stop the journal."""
    half = "half of a pair: \ud83d."
    evidence = Evidence(status_code=200, headers={"x": half}, text=half)
    result = replace(DOWN, detail=half, evidence=evidence)
    journal.record(Observation(result=result, verdict=Verdict.UNEXPECTED))
    reading = Reading(status={}, notices=(replace(NOTICE, text=half, quote=half),))
    journal.publish("page", reading, NOON, DAY, {"etag": half})
    last = journal.last("spot", NOON + HOUR)
    assert last is not None
    assert last.result.evidence is not None
    assert {last.result.detail, last.result.evidence.text} == {"half of a pair: ?."}
    (seen,) = journal.noticeboard().seen
    assert seen.notice.text == "half of a pair: ?."


def test_the_last_observation_is_the_one_before_an_instant(journal: Written) -> None:
    """Exactly at an instant is not before it; another target's is not its own."""
    journal.record(OBSERVED_UP)
    assert journal.last("spot", NOON) is None
    assert journal.last("spot", NOON + timedelta(microseconds=1)) is not None
    assert journal.last("idm", NOON + HOUR) is None


def test_the_last_of_every_target_are_found_at_once(journal: Written) -> None:
    """The latest by its start, not by when it was written."""
    assert journal.lasts() == {}
    later = replace(OBSERVED_UP, result=replace(UP, started_at=NOON + HOUR))
    other = replace(OBSERVED_UP, result=replace(UP, target="idm"))
    journal.record(later, OBSERVED_UP, other)
    assert {name: one.at for name, one in journal.lasts().items()} == {
        "idm": NOON,
        "spot": NOON + HOUR,
    }


def test_an_expected_observation_keeps_its_window(journal: Written) -> None:
    """The window relied on is read back whole."""
    expected = Observation(
        result=DOWN, verdict=Verdict.EXPECTED, window=WINDOW, streak=Streak(since=NOON)
    )
    journal.record(expected)
    last = journal.last("spot", NOON + HOUR)
    assert last is not None
    assert last.window == WINDOW


def test_everything_published_is_read_back_as_it_was(journal: Written) -> None:
    """Notices, feeds, statuses, reviews in order, windows and who ended them."""
    status = {"spot": PublishedStatus.AVAILABLE}
    journal.publish("page", replace(READING, status=status), NOON, DAY, {"etag": '"1"'})
    journal.publish("mail", Reading(status={}, notices=()), NOON, DAY, {})
    journal.confirm("page", NOON + HOUR)
    first = Review(
        fingerprint="f", accepted=True, windows=(PLAN,), reviewer="ann", reviewed_at=NOON
    )
    journal.review(first)
    journal.review(replace(first, accepted=False, windows=(), reviewed_at=NOON + HOUR))
    window = AddedWindow(id="a", plan=PLAN, note="told", added_by="ann", added_at=NOON)
    for one in (window, replace(window, ended_by="bob", ended_at=NOON + HOUR)):
        before = journal.board
        journal.notices.put_window(one)
        noticetables.write(journal.db, before, journal.board)
    assert journal.noticeboard() == journal.board
    assert journal.noticeboard(NOON + 2 * HOUR) == journal.board


def test_a_window_ends_once(journal: Written) -> None:
    """Who was second does not put off what the first has ended."""
    window = AddedWindow(id="a", plan=PLAN, note="", added_by="ann", added_at=NOON)
    for who, hours in (("bob", 1), ("eve", 2)):
        ended = replace(window, ended_by=who, ended_at=NOON + hours * HOUR)
        noticetables.write(journal.db, Noticeboard(), Noticeboard(windows=(ended,)))
    (found,) = journal.noticeboard().windows
    assert (found.ended_by, found.ended_at) == ("bob", NOON + HOUR)


def test_what_no_longer_matters_is_not_read_at_start(journal: Written) -> None:
    """But it is there for the report, and as of which day it was read is never forgotten."""
    journal.publish("page", READING, NOON, DAY, {})
    journal.publish("page", Reading(status={}, notices=()), NOON + HOUR, DAY, {})
    years = NOON + 9999 * HOUR
    assert journal.noticeboard(years).seen == ()
    assert journal.noticeboard(years).read_on("page") == {NOTICE.fingerprint: DAY}
    assert len(journal.noticeboard().seen) == 1


def test_old_observations_are_forgotten(journal: Written) -> None:
    """Exactly at the edge is kept."""
    journal.record(OBSERVED_UP)
    journal.thin(NOON, NOON)
    assert journal.last("spot", NOON + HOUR) is not None
    journal.thin(NOON + timedelta(microseconds=1), NOON)
    assert journal.last("spot", NOON + HOUR) is None


def test_thinning_looks_at_few_rows_at_a_time(
    journal: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that no write waits for long; in the end all is thinned, and the last one stays."""
    monkeypatch.setattr("probe.journal.observationtables.THINNED_AT_ONCE", 3)
    journal.record(
        *(
            replace(OBSERVED_UP, result=replace(UP, started_at=NOON + n * HOUR / 100))
            for n in range(20)
        )
    )
    journal.thin(NOON, NOON + HOUR)
    (count,) = journal.db.execute("SELECT count(*) FROM observation").fetchone()
    assert count == 1
    assert journal.last("spot", NOON + HOUR) is not None


def test_two_processes_write_one_file(tmp_path: Path) -> None:
    """Two connections see each other's records."""
    with written(tmp_path) as one, written(tmp_path) as other:
        one.record(OBSERVED_UP)
        other.publish("page", READING, NOON, DAY, {})
        assert other.last("spot", NOON + HOUR) is not None
        assert len(one.noticeboard().seen) == 1
    assert (tmp_path / FILE).exists()


def test_instants_are_exact() -> None:
    """Microseconds survive; floats would lose them."""
    at = NOON + timedelta(microseconds=999_999)
    assert instant(micros(at)) == at
