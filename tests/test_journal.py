"""The journal keeps what happened, across restarts and kills, beside other processes."""

import itertools
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from probe.journal import (
    FILE,
    LOCK,
    SCHEMA,
    Journal,
    JournalError,
    JournalThread,
    instant,
    micros,
    sole,
)
from probe.types import (
    Because,
    NoticeState,
    Observation,
    PublishedStatus,
    Reading,
    Reason,
    Review,
    Streak,
    Verdict,
)
from tests.samples import DOWN, HOUR, NOON, NOTICE, OBSERVED_UP, PLAN, READING, UP, WINDOW

DAY = (date(2026, 11, 24), False)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Give an empty journal."""
    opened = Journal(tmp_path)
    yield opened
    opened.close()


def test_an_observation_is_read_back_as_it_was(journal: Journal) -> None:
    """Verdict, because, window, phases and streak survive, to the microsecond."""
    began = NOON + timedelta(microseconds=1)
    failed = Observation(
        result=replace(DOWN, started_at=began),
        verdict=Verdict.UNEXPECTED,
        because=Because.OVERRUN,
        streak=Streak(since=NOON - HOUR, window=WINDOW),
    )
    journal.record(OBSERVED_UP)
    journal.record(failed)
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


def test_the_last_observation_is_the_one_before_an_instant(journal: Journal) -> None:
    """Exactly at an instant is not before it; another target's is not its own."""
    journal.record(OBSERVED_UP)
    assert journal.last("spot", NOON) is None
    assert journal.last("spot", NOON + timedelta(microseconds=1)) is not None
    assert journal.last("idm", NOON + HOUR) is None


def test_an_expected_observation_keeps_its_window(journal: Journal) -> None:
    """The window relied on is read back whole."""
    expected = Observation(
        result=DOWN, verdict=Verdict.EXPECTED, window=WINDOW, streak=Streak(since=NOON)
    )
    journal.record(expected)
    last = journal.last("spot", NOON + HOUR)
    assert last is not None
    assert last.window == WINDOW


def test_a_notice_keeps_its_first_sighting(journal: Journal) -> None:
    """Seen again it is the same one; gone it has an end; back it is seen anew."""
    assert journal.publish("page", READING, NOON, DAY, {})
    assert not journal.publish("page", READING, NOON + HOUR, DAY, {})
    (seen,) = journal.seen(["page"])
    assert (seen.first_seen_at, seen.last_seen_at) == (NOON, NOON + HOUR)
    assert seen.notice == NOTICE
    assert seen.vanished_at is None

    empty = Reading(status={}, notices=())
    assert journal.publish("page", empty, NOON + 2 * HOUR, DAY, {})
    (gone,) = journal.seen()
    assert gone.vanished_at == NOON + 2 * HOUR

    assert journal.publish("page", READING, NOON + 3 * HOUR, DAY, {})
    assert [s.first_seen_at for s in journal.seen()] == [NOON, NOON + 3 * HOUR]


def test_a_notice_that_comes_back_is_read_as_of_its_first_day(journal: Journal) -> None:
    """Otherwise one that names no year would be announced again a year later."""
    journal.publish("page", READING, NOON, (date(2026, 11, 24), True), {})
    journal.publish("page", Reading(status={}, notices=()), NOON + HOUR, DAY, {})
    journal.publish("page", READING, NOON + 5000 * HOUR, (date(2027, 6, 20), True), {})
    assert journal.read_on("page") == {NOTICE.fingerprint: (date(2026, 11, 24), True)}
    assert {s.day for s in journal.seen()} == {date(2026, 11, 24)}


def test_a_notice_of_another_feed_is_another_sighting(journal: Journal) -> None:
    """Feeds do not end each other's notices, and only those asked for are returned."""
    journal.publish("page", READING, NOON, DAY, {})
    journal.publish("mail", Reading(status={}, notices=()), NOON + HOUR, DAY, {})
    assert [s.vanished_at for s in journal.seen(["page"])] == [None]
    assert journal.seen(["mail"]) == ()


def test_a_new_reading_of_the_same_words_takes_the_old_ones_place(journal: Journal) -> None:
    """A later version of the program may understand more; the sighting stays."""
    refused = replace(NOTICE, state=NoticeState.REFUSED, windows=(), reason="two ways")
    journal.publish("page", Reading(status={}, notices=(refused,)), NOON, DAY, {})
    journal.publish("page", READING, NOON + HOUR, DAY, {})
    (seen,) = journal.seen()
    assert (seen.notice, seen.first_seen_at) == (NOTICE, NOON)


def test_the_published_status_has_its_beginning(journal: Journal) -> None:
    """It changes when another word is published, and is unknown once it is no longer said."""

    def say(status: PublishedStatus | None, hours: int) -> bool:
        said = {} if status is None else {"spot": status}
        reading = Reading(status=said, notices=())
        return journal.publish("page", reading, NOON + hours * HOUR, DAY, {})

    assert say(PublishedStatus.AVAILABLE, 0)
    assert not say(PublishedStatus.AVAILABLE, 1)
    assert journal.status(["page"]) == {"spot": (PublishedStatus.AVAILABLE, NOON)}
    assert say(PublishedStatus.UNAVAILABLE, 2)
    assert journal.status(["page"]) == {"spot": (PublishedStatus.UNAVAILABLE, NOON + 2 * HOUR)}
    assert say(None, 3)
    assert journal.status(["page"]) == {"spot": (PublishedStatus.UNKNOWN, NOON + 3 * HOUR)}


def test_the_latest_word_counts_whichever_feed_said_it(journal: Journal) -> None:
    """Not the feed that is configured last; one that falls silent leaves it to the others."""

    def say(feed: str, status: PublishedStatus | None, hours: int) -> None:
        said = {} if status is None else {"spot": status}
        journal.publish(feed, Reading(status=said, notices=()), NOON + hours * HOUR, DAY, {})

    def status() -> PublishedStatus:
        first, second = journal.status(["page", "mail"]), journal.status(["mail", "page"])
        assert first == second
        return first["spot"][0]

    say("mail", PublishedStatus.AVAILABLE, 0)
    say("page", PublishedStatus.UNAVAILABLE, 1)
    assert status() is PublishedStatus.UNAVAILABLE
    say("mail", PublishedStatus.DEGRADED, 2)
    assert status() is PublishedStatus.DEGRADED
    say("mail", None, 3)
    assert status() is PublishedStatus.UNAVAILABLE
    say("page", None, 4)
    assert status() is PublishedStatus.UNKNOWN


def test_a_feed_knows_when_it_was_read_and_when_it_changed(journal: Journal) -> None:
    """A confirmation moves the first and not the second."""
    assert journal.feed("page") is None
    journal.publish("page", READING, NOON, DAY, {"etag": '"1"'})
    journal.confirm("page", NOON + HOUR)
    state = journal.feed("page")
    assert state is not None
    assert (state.succeeded_at, state.changed_at) == (NOON + HOUR, NOON)
    assert state.validators == {"etag": '"1"'}
    assert journal.seen()[0].last_seen_at == NOON + HOUR


def test_reviews_are_kept_in_order(journal: Journal) -> None:
    """Who and when, with the windows that a person gave."""
    first = Review(
        fingerprint="f", accepted=True, windows=(PLAN,), reviewer="ann", reviewed_at=NOON
    )
    second = replace(first, accepted=False, windows=(), reviewed_at=NOON + HOUR)
    journal.review(first)
    journal.review(second)
    assert journal.reviews() == (first, second)


def test_old_observations_are_forgotten(journal: Journal) -> None:
    """Exactly at the edge is kept."""
    journal.record(OBSERVED_UP)
    journal.thin(NOON)
    assert journal.last("spot", NOON + HOUR) is not None
    journal.thin(NOON + timedelta(microseconds=1))
    assert journal.last("spot", NOON + HOUR) is None


def test_it_is_in_wal_mode_and_knows_its_version(journal: Journal) -> None:
    """Others read while the service writes, and a schema can be brought up to date."""
    with sqlite3.connect(journal.path) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA user_version").fetchone() == (len(SCHEMA),)
    db.close()


def test_a_journal_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    """Its path and what is wrong are said."""
    Journal(tmp_path).close()
    db = sqlite3.connect(tmp_path / FILE)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(JournalError, match="later version"):
        Journal(tmp_path)


def test_opening_writes_nothing_when_the_schema_is_current(tmp_path: Path) -> None:
    """A command opens and reads while the service is in the middle of a write, and waits not."""
    service = Journal(tmp_path)
    service.record(OBSERVED_UP)
    with service.transaction():
        before = sorted((one.name, one.read_bytes()) for one in tmp_path.glob(f"{FILE}*"))
        command = Journal(tmp_path)
        assert command.last("spot", NOON + HOUR) is not None
        command.close()
        after = sorted((one.name, one.read_bytes()) for one in tmp_path.glob(f"{FILE}*"))
    names = [FILE, f"{FILE}-wal"]  # the third, of shared memory, is no part of what is kept
    assert [one for one in after if one[0] in names] == [one for one in before if one[0] in names]
    service.close()


UNWRITABLE = """
import os, resource, signal, sqlite3, sys
from probe.journal import Journal, JournalError
from tests.samples import HOUR, NOON, OBSERVED_UP

def unprivileged():
    if os.geteuid() == 0:
        os.setuid(65534)

def full():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

globals()[sys.argv[2]]()
journal = Journal(sys.argv[1])
assert journal.last("spot", NOON + HOUR) is not None
try:
    journal.record(OBSERVED_UP)
except sqlite3.OperationalError as error:
    print(error)
journal.close()
try:
    Journal(sys.argv[1], writable=True)
except JournalError as error:
    print(error)
"""


@pytest.fixture
def public() -> Iterator[Path]:
    """Give a directory that an unprivileged user reaches, with a journal of one observation."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        journal = Journal(path)
        journal.record(OBSERVED_UP)
        journal.close()
        yield path
        path.chmod(0o755)


@pytest.mark.parametrize(
    ("how", "directory", "file", "beside"),
    [
        ("unprivileged", 0o555, 0o444, False),  # neither can be written
        ("unprivileged", 0o555, 0o666, False),  # a file that can, in a directory that cannot
        ("unprivileged", 0o777, 0o444, False),  # the other way round
        ("unprivileged", 0o555, 0o444, True),  # beside a service of another user
        ("full", 0o755, 0o644, False),
    ],
)
def test_what_cannot_be_written_is_read(
    public: Path, *, how: str, directory: int, file: int, beside: bool
) -> None:
    """Reading works, writing is told; who must write is refused at once, with the remedy."""
    service = Journal(public) if beside else None
    for one in public.iterdir():
        one.chmod(file)
    public.chmod(directory)
    done = subprocess.run(
        [sys.executable, "-c", UNWRITABLE, str(public), how],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if service:
        service.close()
    assert done.returncode == 0, done.stderr
    written, opened = done.stdout.splitlines()
    assert "readonly" in written
    assert "storage.path" in opened


def test_an_old_schema_that_cannot_be_written_is_told(public: Path) -> None:
    """It would have to be brought up to date first."""
    with sqlite3.connect(public / FILE) as db:
        db.execute("PRAGMA user_version = 1")
    db.close()
    for one in public.iterdir():
        one.chmod(0o444)
    public.chmod(0o555)
    done = subprocess.run(
        [sys.executable, "-c", UNWRITABLE, str(public), "unprivileged"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "JournalError" in done.stderr
    assert "readonly" in done.stderr


def test_what_is_no_journal_is_told(tmp_path: Path) -> None:
    """A file of other bytes, and a directory that cannot be made."""
    (tmp_path / FILE).write_bytes(b"not a database, but long enough to be read as one" * 100)
    with pytest.raises(JournalError, match=r"storage\.path"):
        Journal(tmp_path)
    with pytest.raises(JournalError, match=r"storage\.path"):
        Journal(tmp_path / FILE / "below")


def test_a_second_process_writes_beside_the_first(tmp_path: Path) -> None:
    """Two journals of one file see each other's records."""
    one, other = Journal(tmp_path), Journal(tmp_path)
    one.record(OBSERVED_UP)
    other.publish("page", READING, NOON, DAY, {})
    assert other.last("spot", NOON + HOUR) is not None
    assert len(one.seen()) == 1
    one.close()
    other.close()


KILLED = """
import os, signal, sys
from dataclasses import replace
from datetime import timedelta
from probe.journal import Journal
from tests.samples import OBSERVED_UP, NOON
journal = Journal(sys.argv[1])
for number in range(10**9):
    started = NOON + timedelta(seconds=number)
    result = replace(OBSERVED_UP.result, started_at=started)
    journal.record(replace(OBSERVED_UP, result=result))
    print(number, flush=True)
"""


def test_what_was_committed_survives_a_kill(tmp_path: Path) -> None:
    """`kill -9` in the middle of writing: the journal opens, and nothing confirmed is lost."""
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process, process.stdout as lines:
        confirmed = [int(next(lines)) for _ in range(50)]
        os.kill(process.pid, signal.SIGKILL)
        confirmed += [int(line) for line in lines if line.endswith("\n")]
    journal = Journal(tmp_path)
    last = journal.last("spot", NOON + timedelta(days=400))
    assert last is not None
    assert last.result.started_at >= NOON + timedelta(seconds=confirmed[-1])
    journal.record(OBSERVED_UP)
    journal.close()


LOCKED = """
import sys
from probe.journal import sole
with sole(sys.argv[1]):
    print("locked", flush=True)
    sys.stdin.read()
"""


def test_two_services_do_not_share_a_directory(tmp_path: Path) -> None:
    """The second is told who the first is; after `kill -9` of the first the next one starts."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOCKED, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        said = rf"run uses {re.escape(str(tmp_path))} \(pid {process.pid}\); stop it or .*storage"
        with pytest.raises(JournalError, match=said), sole(tmp_path):
            pass
        beside = Journal(tmp_path)
        beside.record(OBSERVED_UP)
        beside.close()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with sole(tmp_path):
        assert (tmp_path / LOCK).read_text(encoding="utf-8") == f"{os.getpid()}\n"


def test_the_lock_is_let_go_and_other_directories_have_their_own(tmp_path: Path) -> None:
    """One after the other, and two beside each other in two directories that are made."""
    for _ in range(2):
        with sole(tmp_path / "new" / "one"), sole(tmp_path / "new" / "other"):
            pass
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match=r"storage\.path"), sole(tmp_path / "file" / "below"):
        pass


def test_a_full_disk_loses_nothing_else(journal: Journal) -> None:
    """What cannot be written is told, whole or not at all; once there is room all goes on."""
    db = journal._db  # noqa: SLF001  (the only way to a full disk)
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages + 2}")
    numbers = itertools.count()

    def write() -> None:
        at = NOON + timedelta(minutes=next(numbers))
        journal.record(replace(OBSERVED_UP, result=replace(UP, started_at=at)))

    def write_on() -> None:
        while True:
            write()

    with pytest.raises(sqlite3.OperationalError, match="full"):
        write_on()
    failed = next(numbers) - 1
    db.execute("PRAGMA max_page_count = 1073741823")
    write()
    (count,) = db.execute("SELECT count(*) FROM observation").fetchone()
    (spanned,) = db.execute("SELECT sum(observations) FROM span").fetchone()
    assert count == spanned == failed + 1


@pytest.mark.anyio
async def test_one_thread_does_all_of_it(tmp_path: Path) -> None:
    """The loop awaits; the journal's errors arrive there."""
    thread = JournalThread(Journal(tmp_path))
    await thread.do(Journal.record, OBSERVED_UP)
    assert await thread.do(Journal.last, "spot", NOON + HOUR) is not None
    await thread.do(Journal.close)
    with pytest.raises(sqlite3.Error):
        await thread.do(Journal.record, OBSERVED_UP)
    thread.close()


def test_whoever_runs_no_loop_waits_for_the_same_thread(tmp_path: Path) -> None:
    """And the file is closed when nothing is under way any longer."""
    journal = Journal(tmp_path)
    thread = JournalThread(journal)
    thread.wait(Journal.record, OBSERVED_UP)
    assert thread.wait(lambda _: threading.current_thread()) is not threading.current_thread()
    assert thread.wait(Journal.last, "spot", NOON + HOUR) is not None
    thread.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        journal.last("spot", NOON + HOUR)


def test_instants_are_exact() -> None:
    """Microseconds survive; floats would lose them."""
    at = NOON + timedelta(microseconds=999_999)
    assert instant(micros(at)) == at
