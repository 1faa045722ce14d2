"""The journal of the running service: nothing waits for its file, and nothing ends with it."""

import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from probe.journal import (
    ABSENCE,
    FILE,
    History,
    InUseError,
    Journal,
    NoJournalError,
    Noticeboard,
    UnreadError,
    reading,
    writing,
)
from probe.types import AddedWindow, Observation, Phase, Reading, Review, Streak, Verdict
from tests.journal import states
from tests.journal.states import until
from tests.observed import STAND, STEP, observed
from tests.samples import HOUR, NOON, NOTICE, PLAN, READING
from tests.written import written

pytestmark = pytest.mark.anyio

DAY = (date(2026, 11, 24), False)
LINE = observed(".xx?e..")
#: More than fits into the first pages of a file.
MANY = observed("." * 500 + "x" * 500)
REVIEW = Review(
    fingerprint=NOTICE.fingerprint, accepted=False, reviewer="ann", reviewed_at=NOON + HOUR
)


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nothing as long as the service does."""
    monkeypatch.setattr("probe.journal.writer.PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr("probe.journal.writer.FIRST_RETRY_SECONDS", 0.05)
    monkeypatch.setattr("probe.journal.writer.POLL_SECONDS", 0.1)


@contextmanager
def running(directory: Path, lines: Iterable[Observation] = ()) -> Iterator[Journal]:
    """Give a journal that runs, and what it has recorded."""
    with closing(Journal(directory, lambda: NOON)) as journal:
        journal.start()
        record(journal, lines)
        yield journal


def record(journal: Journal, observations: Iterable[Observation]) -> None:
    """Record observations as the service does."""
    for one in observations:
        journal.record(one, STAND)


def publish(journal: Journal, reading: Reading = READING, hours: int = 0) -> None:
    """Publish what a page says, so many hours after noon."""
    journal.notices.publish("page", reading, NOON + hours * HOUR, DAY, {"etag": str(hours)})


def kept(directory: Path) -> tuple[int, Noticeboard]:
    """Return how many observations a file has, each once, and what was published by it."""
    with suppress(NoJournalError):
        return _kept(directory)
    return 0, Noticeboard()


def _kept(directory: Path) -> tuple[int, Noticeboard]:
    with reading(directory) as history, closing(sqlite3.connect(directory / FILE)) as db:
        db.execute("BEGIN")  # all that follows is of one instant: it may be written meanwhile
        (count,) = db.execute("SELECT count(*) FROM observation").fetchone()
        (spanned,) = db.execute("SELECT ifnull(sum(observations), 0) FROM span").fetchone()
        starts = [at for (at,) in db.execute("SELECT started_at FROM observation ORDER BY id")]
        assert count == spanned
        assert starts == sorted(set(starts)), "in order, and none twice"
        return count, history.noticeboard()


@contextmanager
def held(directory: Path, *, wholly: bool = False) -> Iterator[None]:
    """Let somebody else hold the write lock of a journal, or all of the file."""
    with closing(sqlite3.connect(directory / FILE, isolation_level=None)) as db:
        if wholly:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")
        db.execute("UPDATE feed SET feed = feed")
        yield
        db.execute("ROLLBACK")


# --- all is well ------------------------------------------------------------------------------


def test_the_file_follows_what_is_known(tmp_path: Path) -> None:
    """Observations and notices, soon after they came about; the end waits for the rest."""
    with running(tmp_path, LINE) as journal:
        publish(journal)
        until(lambda: kept(tmp_path) == (len(LINE), journal.board))
        journal.notices.confirm("page", NOON + HOUR)
        journal.notices.review(REVIEW)
        board = journal.board
    assert kept(tmp_path) == (len(LINE), board)
    assert board.reviews == (REVIEW,)


def test_a_feeds_validators_are_written_with_its_notices(tmp_path: Path) -> None:
    """Else a kill in between would leave a page that answers 304 and whose notices are lost."""
    with running(tmp_path) as journal:
        for hours in range(1, 20):
            publish(journal, replace(READING, notices=(replace(NOTICE, text=str(hours)),)), hours)
            board = kept(tmp_path)[1]
            assert [one.notice.text for one in board.seen] == [
                state.validators["etag"] for state in board.feeds.values()
            ]


def test_what_was_known_is_known_after_a_restart(tmp_path: Path) -> None:
    """Notices, and the streak of every target that goes on."""
    with running(tmp_path, observed(".x")) as journal:
        publish(journal)
        board, streak = journal.board, journal.ongoing("spot", NOON + HOUR)
    with running(tmp_path) as journal:
        assert journal.board == board
        assert journal.ongoing("spot", NOON + HOUR) == streak == Streak(since=NOON + STEP)
        assert journal.ongoing("spot", NOON + STEP + ABSENCE + STEP) is None
        assert journal.ongoing("idm", NOON) is None
        last = journal.last("spot")
        assert last is not None
        assert last.verdict is Verdict.UNEXPECTED


async def test_the_past_is_read_beside_the_writer(tmp_path: Path) -> None:
    """Even while somebody holds the write lock."""
    with running(tmp_path, LINE) as journal:
        until(lambda: not journal.state.queued and kept(tmp_path)[0])
        with held(tmp_path):
            found = await journal.read(History.incidents, until=NOON + HOUR)
            assert [one.started_at for one in found] == [NOON + STEP]


def test_what_people_told_a_command_is_heard(tmp_path: Path) -> None:
    """A review and a window, written by another connection, without a question about the tables."""
    heard = list[Noticeboard]()
    with running(tmp_path) as journal:
        publish(journal)
        until(lambda: kept(tmp_path)[1].seen)
        journal.listen(lambda: heard.append(journal.board))
        with writing(tmp_path) as notices:
            notices.review(REVIEW)
        until(lambda: journal.board.reviews == (REVIEW,))
        window = AddedWindow(id="a", plan=PLAN, added_by="ann", added_at=NOON)
        with writing(tmp_path) as notices:
            notices.put_window(window)
        until(lambda: journal.board.windows == (window,))
        until(lambda: heard and heard[-1] == journal.board)


def test_a_second_service_is_refused(tmp_path: Path) -> None:
    """It would observe the same a second time; what it is told says who the first is."""
    with (
        running(tmp_path),
        closing(Journal(tmp_path, lambda: NOON)) as second,
        pytest.raises(InUseError, match=r"run uses .* \(pid \d+\); stop it or .*storage\.path"),
    ):
        second.start()
    with running(tmp_path):
        pass


def test_old_observations_are_thinned(tmp_path: Path) -> None:
    """When there is time; single successes before the rest."""
    with running(tmp_path, MANY) as journal:
        journal.thin(NOON - HOUR, NOON + HOUR)
        until(lambda: not journal.state.queued)
        until(lambda: count(tmp_path) == len(MANY) - 120)


def count(directory: Path) -> int:
    """Return how many observations there are."""
    with closing(sqlite3.connect(directory / FILE)) as db:
        (found,) = db.execute("SELECT count(*) FROM observation").fetchone()
        return int(found)


# --- it cannot be written ---------------------------------------------------------------------


def test_while_another_process_holds_the_lock_all_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What is recorded waits and is written later, in order and once; it is said twice."""
    caplog.set_level(logging.INFO)
    with running(tmp_path, LINE[:2]) as journal:
        until(lambda: kept(tmp_path)[0] == 2)
        with held(tmp_path):
            record(journal, LINE[2:])
            publish(journal)
            until(lambda: journal.state.write_failures > 1)
            state = journal.state
            assert (state.trouble, state.trouble_since) == ("database is locked", NOON)
            assert state.queued == len(LINE) - 2
            assert journal.board.seen
        until(lambda: not journal.state.trouble)
        assert kept(tmp_path) == (len(LINE), journal.board)
        assert (journal.state.queued, journal.state.trouble_since) == (0, None)
    said = [one.getMessage() for one in caplog.records]
    assert [("cannot be written" in one, "written again" in one) for one in said] == [
        (True, False),
        (False, True),
    ]


def test_a_journal_that_cannot_be_written_at_the_start_is_read_at_least(tmp_path: Path) -> None:
    """What was published counts from the start, and later all is written."""
    with running(tmp_path, LINE[:3]) as journal:
        publish(journal)
        board = journal.board
    with ExitStack() as stack:
        with held(tmp_path):
            journal = stack.enter_context(running(tmp_path, LINE[3:]))
            assert journal.state.trouble
            assert journal.board == board
            assert journal.state.queued == len(LINE) - 3
        until(lambda: not journal.state.trouble)
        assert kept(tmp_path) == (len(LINE), board)


def test_what_came_about_before_the_file_could_be_read_is_joined_with_it(tmp_path: Path) -> None:
    """The outage that went on is one, and the notice keeps its first sighting."""
    with running(tmp_path, observed(".xx")) as journal:
        publish(journal)
    own = observed("?xx", start=NOON + 5 * STEP)
    with ExitStack() as stack:
        with held(tmp_path, wholly=True):
            journal = stack.enter_context(running(tmp_path, own[:2]))
            publish(journal, hours=1)
            assert journal.ongoing("spot", NOON + 6 * STEP) == own[1].streak
            assert journal.board.seen[0].first_seen_at == NOON + HOUR
        until(lambda: not journal.state.trouble)
        assert journal.ongoing("spot", NOON + 6 * STEP) == Streak(since=NOON + STEP)
        record(journal, own[2:])  # it was under way when the file could be read again
        record(journal, observed(".", start=NOON + 8 * STEP))
        until(lambda: kept(tmp_path)[0] == 7)
        assert kept(tmp_path)[1] == journal.board
        (seen,) = journal.board.seen
        assert (seen.first_seen_at, seen.last_seen_at) == (NOON, NOON + HOUR)
    with reading(tmp_path) as history:
        (one,) = history.incidents()
    assert (one.started_at, one.ended_at) == (NOON + STEP, NOON + 8 * STEP)
    assert one.failures == 4


def test_a_folder_that_cannot_be_made_holds_nothing_up(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand attempts fail; two lines are said, and then all is written."""
    caplog.set_level(logging.INFO)
    monkeypatch.setattr("probe.journal.writer.LAST_RETRY_SECONDS", 0)
    place = tmp_path / "place"
    place.touch()
    with running(place / "data", LINE) as journal:
        publish(journal)
        assert "place" in journal.state.trouble
        until(lambda: journal.state.write_failures > 1000)
        assert len(caplog.records) == 1
        place.unlink()
        until(lambda: not journal.state.trouble)
        assert kept(place / "data") == (len(LINE), journal.board)
    assert len(caplog.records) == 2


def test_a_queue_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest observations are dropped and counted; no notice and no review ever is."""
    monkeypatch.setattr("probe.journal.writer.MOST_QUEUED", 3)
    with running(tmp_path) as journal:
        publish(journal)
        until(lambda: kept(tmp_path)[1].seen)
        with held(tmp_path):
            record(journal, LINE)
            for hours in range(9):
                publish(
                    journal, replace(READING, notices=(replace(NOTICE, text=str(hours)),)), hours
                )
            journal.notices.review(REVIEW)
            until(lambda: journal.state.write_failures)
            assert (journal.state.queued, journal.state.dropped) == (3, len(LINE) - 3)
        until(lambda: not journal.state.trouble)
        assert kept(tmp_path) == (3, journal.board)
    with reading(tmp_path) as history:
        last = history.last("spot", NOON + HOUR)
    assert last is not None
    assert last.result.started_at == LINE[-1].result.started_at


def test_an_observation_that_no_file_can_take_holds_up_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It would be a fault of ours: it is told, dropped and counted, and the rest is written."""
    phases = {Phase.CONNECT: object()}
    bad = replace(LINE[0], result=replace(LINE[0].result, phases=phases))  # type: ignore[arg-type]
    with running(tmp_path, (LINE[0], bad, *LINE[1:])) as journal:
        until(lambda: kept(tmp_path)[0] == len(LINE))
        until(lambda: not journal.state.trouble)
        assert (journal.state.dropped, journal.state.queued) == (1, 0)
    assert "a fault of ours" in caplog.records[0].getMessage()


SCRIPT = """
import os, resource, sys, time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from probe.journal import Journal
from tests.journal.states import until
from tests.journal.test_journal import LINE, MANY, NOON, kept, publish, record, running
"""


def script(lines: str, directory: Path) -> str:
    """Run lines in a process of their own; return what they print."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT + dedent(lines), str(directory)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_on_a_full_disk_all_goes_on(tmp_path: Path) -> None:
    """No file may grow; once there is room, all is written."""
    script(
        """
        path = Path(sys.argv[1])
        with running(path, LINE) as journal:
            until(lambda: not journal.state.queued and kept(path)[0])
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
            later = [LINE[0].__class__(result=one.result, verdict=one.verdict) for one in MANY]
            publish(journal)
            record(journal, later[len(LINE):])
            until(lambda: journal.state.write_failures > 1)
            assert journal.state.queued == len(MANY) - len(LINE), journal.state
            assert journal.board.seen
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            until(lambda: not journal.state.trouble)
            assert kept(path) == (len(MANY), journal.board)
        """,
        tmp_path,
    )


def test_on_a_full_disk_it_starts(tmp_path: Path) -> None:
    """Nothing can be made at all; once there is room, all is written."""
    script(
        """
        path = Path(sys.argv[1])
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        with running(path / "new", LINE) as journal:
            publish(journal)
            assert journal.state.trouble
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            until(lambda: not journal.state.trouble)
            assert kept(path / "new") == (len(LINE), journal.board)
        """,
        tmp_path,
    )


@pytest.mark.parametrize(
    ("directory", "file"),
    [(0o555, 0o444), (0o555, 0o666), (0o777, 0o444), (0o000, 0o000)],
    ids=["neither", "the file only", "the directory only", "nor read"],
)
def test_without_permission_it_starts_and_goes_on(directory: int, file: int) -> None:
    """What can be read is known, and once it can be written, all is written."""
    with tempfile.TemporaryDirectory() as name:
        public = Path(name)
        public.chmod(0o755)
        path = public / "data"
        with running(path, LINE[:3]) as journal:
            publish(journal)
        for one in path.iterdir():
            one.chmod(file)
        path.chmod(directory)
        owner = 65534 if os.geteuid() == 0 else os.geteuid()
        for one in (*path.iterdir(), path):
            os.chown(one, owner, -1)
        said = script(
            """
            path = Path(sys.argv[1])
            if os.geteuid() == 0:
                os.setuid(65534)
            with running(path, LINE[3:]) as journal:
                assert journal.state.trouble
                print(len(journal.board.seen))
                path.chmod(0o755)
                for one in path.iterdir():
                    one.chmod(0o644)
                until(lambda: not journal.state.trouble)
                assert kept(path) == (len(LINE), journal.board)
                assert journal.board.seen
            """,
            path,
        )
    assert int(said) == (directory != 0)


# --- it is gone, or cannot be read ------------------------------------------------------------


@pytest.mark.parametrize("what", ["file", "folder", "replaced"])
def test_a_file_that_is_taken_away_is_begun_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    """With all that is known, and with a line in the log; and what is recorded from then on."""
    path = tmp_path / "data"
    with running(path, LINE[:3]) as journal:
        publish(journal)
        until(lambda: kept(path) == (3, journal.board))
        if what == "folder":
            shutil.rmtree(path)
        else:
            for one in path.glob(f"{FILE}*"):
                one.unlink()
        if what == "replaced":
            with written(path) as other:
                other.publish("mail", READING, NOON - HOUR, DAY, {})
        until(lambda: len(caplog.records))
        record(journal, LINE[3:])
        until(lambda: path.exists() and kept(path)[0] == len(LINE) - 3)
        assert kept(path)[1] == journal.board
        assert [one.feed for one in journal.board.seen][-1] == "page"
        assert len(journal.board.seen) == 1 + (what == "replaced")
        with closing(Journal(path, lambda: NOON)) as second, pytest.raises(InUseError):
            second.start()
    assert ["removed or replaced" in one.getMessage() for one in caplog.records] == [True]


@pytest.mark.parametrize("state", states.UNREADABLE)
async def test_a_file_that_is_no_journal_is_set_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, state: str
) -> None:
    """Under a name that says so and when; a new one is begun, and it is said."""
    with running(tmp_path, MANY) as journal:
        publish(journal)
    path = tmp_path / FILE
    states.UNREADABLE[state](path)
    before = path.read_bytes() if path.is_file() else None
    with running(tmp_path, LINE) as journal:
        publish(journal)
        assert journal.state.trouble == ""
        assert journal.state.files_set_aside == 1
        assert journal.state.write_failures == 1
        kind = "newer-schema" if state == "later" else "torn"
        assert journal.state.set_aside == f"{FILE}.{kind}-20261124T170000Z"
        until(lambda: kept(tmp_path) == (len(LINE), journal.board))
        assert len(await journal.read(History.incidents)) == 1
    (kept_aside,) = states.aside(path)
    assert kept_aside.name == journal.state.set_aside
    if before is not None:
        assert kept_aside.read_bytes() == before
    (said,) = caplog.records
    assert kept_aside.name in said.getMessage()


async def test_a_file_that_is_damaged_while_it_runs_is_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read finds it; it is told that there is no past, and a new file has all that is known."""
    monkeypatch.setattr("probe.journal.writer.POLL_SECONDS", 3600)  # else the writer is quicker
    with running(tmp_path, MANY) as journal:
        publish(journal)
        until(lambda: kept(tmp_path) == (len(MANY), journal.board))
        states.merged(tmp_path / FILE)
        states.spoilt(tmp_path / FILE)
        with pytest.raises(UnreadError, match=r"the history cannot be read: .* malformed"):
            await journal.read(History.spans, "spot", NOON, NOON + 9 * HOUR)
        assert journal.state.read_failures == 1
        until(lambda: journal.state.files_set_aside == 1)
        record(journal, LINE)
        until(lambda: kept(tmp_path) == (len(LINE), journal.board))
        assert journal.board.seen
        assert journal.ongoing("spot", NOON + HOUR) is None
        assert len(await journal.read(History.incidents)) == 1


def test_a_second_torn_file_has_a_name_of_its_own(tmp_path: Path) -> None:
    """In the same second, too."""
    for _ in range(2):
        (tmp_path / FILE).write_text("torn" * 1000, encoding="utf-8")
        with running(tmp_path):
            pass
    assert [one.name for one in states.aside(tmp_path / FILE)] == [
        f"{FILE}.torn-20261124T170000Z",
        f"{FILE}.torn-20261124T170000Z-1",
    ]


KILLED = """
path = Path(sys.argv[1])
journal = Journal(path, lambda: NOON)
journal.start()
publish(journal)
record(journal, MANY[:700])
until(lambda: kept(path)[0] == 700)
until(lambda: kept(path)[1].seen)
print("written", flush=True)
record(journal, MANY[700:])
sys.stdin.read()
"""


def test_what_was_written_survives_a_kill(tmp_path: Path) -> None:
    """`kill -9`: what had time to be written is there, in order, and the outage goes on."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT + KILLED, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.kill()
    found, board = kept(tmp_path)
    assert found in {700, len(MANY)}
    assert len(board.seen) == 1
    with running(tmp_path) as journal:
        last = journal.last("spot")
        assert last is not None
        assert journal.ongoing("spot", last.result.started_at + STEP) == MANY[-1].streak
