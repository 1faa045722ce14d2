"""What is known of all that was published: a value, and functions from one to the next."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.journal import Noticeboard, latest_statuses, noticetables
from probe.journal.noticeboard import (
    LOOKS_BACK,
    MOST_FIRST_READ,
    RUNS_ON,
    FeedState,
    StatusChange,
    heard,
    matters,
    merge,
    news,
)
from probe.types import (
    AddedWindow,
    NoticeState,
    PublishedStatus,
    Reading,
    Review,
)
from tests.samples import HOUR, NOON, NOTICE, PLAN, READING, SEEN
from tests.written import in_memory

DAY = (date(2026, 11, 24), False)
EMPTY = Reading(status={}, notices=())
DAYS = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
REVIEW = Review(fingerprint="f", accepted=True, windows=(PLAN,), reviewer="ann", reviewed_at=NOON)
ADDED = AddedWindow(id="a1", plan=PLAN, note="told", added_by="ann", added_at=NOON)


def say(
    board: Noticeboard, reading: Reading = READING, hours: int = 0, feed: str = "page"
) -> Noticeboard:
    """Return what is known once a feed says something, so many hours after noon."""
    return board.publish(feed, reading, NOON + hours * HOUR, DAY, {"etag": str(hours)})


def test_a_notice_keeps_its_first_sighting() -> None:
    """Seen again it is the same one; gone it has an end; back it is seen anew."""
    board = say(say(Noticeboard()), hours=1)
    (seen,) = board.seen
    assert (seen.first_seen_at, seen.last_seen_at) == (NOON, NOON + HOUR)
    assert (seen.notice, seen.vanished_at) == (NOTICE, None)
    board = say(board, EMPTY, hours=2)
    assert [one.vanished_at for one in board.seen] == [NOON + 2 * HOUR]
    board = say(board, hours=3)
    assert [one.first_seen_at for one in board.seen] == [NOON, NOON + 3 * HOUR]


def test_a_notice_that_comes_back_is_read_as_of_its_first_day() -> None:
    """Otherwise one that names no year would be announced again a year later."""
    board = Noticeboard().publish("page", READING, NOON, (date(2026, 11, 24), True), {})
    board = say(board, EMPTY, hours=1)
    board = board.publish("page", READING, NOON + 5000 * HOUR, (date(2027, 6, 20), True), {})
    assert board.read_on("page") == {NOTICE.fingerprint: (date(2026, 11, 24), True)}
    assert {one.day for one in board.seen} == {date(2026, 11, 24)}


def test_a_notice_of_another_feed_is_another_sighting() -> None:
    """Feeds do not end each other's notices."""
    board = say(say(Noticeboard()), EMPTY, hours=1, feed="mail")
    assert [one.vanished_at for one in board.seen] == [None]


def test_a_new_reading_of_the_same_words_takes_the_old_ones_place() -> None:
    """A later version of the program may understand more; the sighting stays."""
    refused = replace(NOTICE, state=NoticeState.REFUSED, windows=(), reason="two ways")
    board = say(say(Noticeboard(), Reading(status={}, notices=(refused,))), hours=1)
    (seen,) = board.seen
    assert (seen.notice, seen.first_seen_at) == (NOTICE, NOON)


def test_the_published_status_has_its_beginning() -> None:
    """It changes when another word is published, and is unknown once it is no longer said."""
    available, unavailable = PublishedStatus.AVAILABLE, PublishedStatus.UNAVAILABLE
    board = Noticeboard()
    for hours, status in enumerate((available, available, unavailable, None)):
        said = {} if status is None else {"spot": status}
        board = say(board, Reading(status=said, notices=()), hours=hours)
    assert [(one.status, one.since) for one in board.statuses] == [
        (available, NOON),
        (unavailable, NOON + 2 * HOUR),
        (PublishedStatus.UNKNOWN, NOON + 3 * HOUR),
    ]


@pytest.mark.parametrize(
    ("words", "latest"),
    [
        ("p0available m1degraded", "degraded"),
        ("m0available p1degraded", "degraded"),
        ("p0available m1degraded m2unknown", "available"),
        ("p0available p1unknown", "unknown"),
        ("p0available m1degraded p2unavailable", "unavailable"),
    ],
)
def test_the_latest_word_of_whichever_feed_counts(words: str, latest: str) -> None:
    """One that no longer says anything takes no other's word back."""
    changes = [
        StatusChange(
            feed=word[0],
            component="spot",
            status=PublishedStatus(word[2:]),
            since=NOON + int(word[1]) * HOUR,
        )
        for word in words.split()
    ]
    assert latest_statuses(changes) == {"spot": latest}
    assert latest_statuses(changes, ["another"]) == {}


def test_a_feed_knows_when_it_was_read_and_when_it_changed() -> None:
    """A confirmation moves the first and not the second; of an unknown feed it says nothing."""
    assert Noticeboard().confirm("page", NOON) == Noticeboard()
    board = say(Noticeboard()).confirm("page", NOON + HOUR)
    assert board.feeds["page"] == FeedState(
        succeeded_at=NOON + HOUR, changed_at=NOON, validators={"etag": "0"}
    )
    assert board.seen[0].last_seen_at == NOON + HOUR
    again = say(board, hours=2).feeds["page"]
    assert (again.succeeded_at, again.changed_at) == (NOON + 2 * HOUR, NOON)


@pytest.mark.parametrize(
    ("changes", "lasts"),
    [
        ({}, RUNS_ON + LOOKS_BACK),
        ({"state": NoticeState.CANCELLED}, RUNS_ON + LOOKS_BACK + 31 * DAYS),
        ({"cancels": (replace(PLAN, ends_at=NOON + 300 * DAYS),)}, LOOKS_BACK + 300 * DAYS),
        ({"windows": ()}, HOUR),
        ({"windows": (), "fingerprint": "reviewed"}, RUNS_ON + LOOKS_BACK),
    ],
)
def test_what_is_gone_is_remembered_while_it_matters(
    changes: dict[str, object], lasts: timedelta
) -> None:
    """It may run on, count in a budget, or have taken back what would yet come."""
    seen = replace(SEEN, notice=replace(NOTICE, **changes), vanished_at=NOON)  # type: ignore[arg-type]
    assert matters(seen, NOON + lasts - MICROSECOND, {"reviewed"})
    assert not matters(seen, NOON + lasts, {"reviewed"})
    assert matters(replace(seen, vanished_at=None), NOON + 5000 * DAYS)


def test_years_of_rewording_leave_a_short_noticeboard() -> None:
    """What a scrape or a verdict looks through does not grow with the journal."""
    board = Noticeboard()
    for day in range(1000):
        notice = replace(NOTICE, fingerprint=str(day))
        status = {"spot": list(PublishedStatus)[day % 3]}
        board = say(board, Reading(status=status, notices=(notice,)), hours=24 * day)
    assert len(board.seen) == (RUNS_ON + LOOKS_BACK) / DAYS + 1
    assert len(board.statuses) == LOOKS_BACK / DAYS
    assert len(board.first_read) == 1000


def test_a_page_that_is_another_at_each_reading_fills_no_memory() -> None:
    """A clock on it: what announces nothing is forgotten once it is gone."""
    old = {("page", f"old {number}"): DAY for number in range(MOST_FIRST_READ)}
    board = Noticeboard(first_read=old)
    for reading in range(100):
        nothing = replace(
            NOTICE, fingerprint=str(reading), state=NoticeState.IRRELEVANT, windows=()
        )
        board = say(board, Reading(status={}, notices=(nothing,)), hours=reading)
    assert len(board.seen) <= 2
    assert len(board.first_read) == MOST_FIRST_READ
    assert all(("page", str(reading)) in board.first_read for reading in range(100))


# --- as the file has it -----------------------------------------------------------------------

MARKS = st.sampled_from("abcd")
NOTICES = st.lists(MARKS, unique=True).map(
    lambda marks: tuple(replace(NOTICE, fingerprint=mark, text=mark) for mark in marks)
)
READINGS = st.builds(
    Reading,
    status=st.dictionaries(
        st.sampled_from(("spot", "idm")), st.sampled_from(PublishedStatus), max_size=2
    ),
    notices=NOTICES,
)
STEPS = st.lists(st.tuples(st.sampled_from(("page", "mail")), READINGS | st.none()), max_size=12)


@settings(deadline=None)
@given(steps=STEPS)
def test_the_noticeboard_is_what_sql_would_have_made_of_it(
    steps: list[tuple[str, Reading | None]],
) -> None:
    """In whichever order feeds speak, the value and the tables of an earlier version agree."""
    board = Noticeboard()
    with former() as old:
        for hours, (feed, reading) in enumerate(steps):
            at = NOON + hours * HOUR
            if reading is None:
                old.confirm(feed, at)
                board = board.confirm(feed, at)
                continue
            before = board
            board = say(board, reading, hours, feed)
            changed = old.publish(feed, reading, at)
            assert changed == (before.says(feed) != board.says(feed))
        with in_memory() as journal:
            noticetables.write(journal.db, Noticeboard(), board)
            assert noticetables.read(journal.db) == board
            assert rows(journal.db, "notice") == rows(old.db, "notice")
            assert rows(journal.db, "status") == rows(old.db, "status")


@settings(deadline=None)
@given(steps=STEPS, written=st.sets(st.integers(0, 12)))
def test_the_file_follows_however_far_behind_it_is(
    steps: list[tuple[str, Reading | None]], written: set[int]
) -> None:
    """Written after each step, after some, or twice: in the end it has what is known."""
    board = on_disk = Noticeboard()
    with in_memory() as journal:
        for hours, (feed, reading) in enumerate(steps):
            if reading is None:
                board = board.confirm(feed, NOON + hours * HOUR)
            else:
                board = say(board, reading, hours, feed)
            if hours in written:
                noticetables.write(journal.db, on_disk, board)
                noticetables.write(journal.db, on_disk, board)
                on_disk = board
        noticetables.write(journal.db, on_disk, board)
        assert noticetables.read(journal.db) == board


@settings(deadline=None)
@given(steps=STEPS, at=st.integers(0, 12))
def test_a_file_that_is_found_later_tells_the_first_sightings(
    steps: list[tuple[str, Reading | None]], at: int
) -> None:
    """Known from memory alone since a restart, merged with the file: nothing stands twice."""

    def after(
        board: Noticeboard, first: int, some: list[tuple[str, Reading | None]]
    ) -> Noticeboard:
        for hours, (feed, reading) in enumerate(some, first):
            if reading is None:
                board = board.confirm(feed, NOON + hours * HOUR)
            else:
                board = say(board, reading, hours, feed)
        return board

    disk = after(Noticeboard(), 0, steps[:at])
    memory = after(Noticeboard(), at, steps[at:])
    merged, whole = merge(memory, disk), after(disk, at, steps[at:])
    for feed in ("page", "mail"):
        assert merged.says(feed) == whole.says(feed)
    assert merge(merged, disk) == merged

    def standing(board: Noticeboard) -> set[tuple[str, str, bool]]:
        return {
            (one.feed, one.notice.fingerprint, one.first_seen_at < NOON + at * HOUR)
            for one in board.seen
            if one.vanished_at is None
        }

    unbroken = {(one.feed, one.notice.fingerprint) for one in disk.seen if one.vanished_at is None}
    for feed, mark, early in standing(whole):
        if early:
            assert (feed, mark) in unbroken
            assert (feed, mark, True) in standing(merged)


def test_words_that_a_file_had_first_are_read_anew_as_of_their_day() -> None:
    """The next request is unconditional, since what was read was read as of another day."""
    disk = Noticeboard().publish("page", READING, NOON, (date(2026, 1, 1), True), {"etag": "1"})
    merged = merge(say(Noticeboard(), hours=5), disk)
    (seen,) = merged.seen
    assert (seen.first_seen_at, seen.last_seen_at) == (NOON, NOON + 5 * HOUR)
    assert (seen.day, merged.feeds["page"].validators) == (date(2026, 1, 1), {})
    assert merged.read_on("page") == {NOTICE.fingerprint: (date(2026, 1, 1), True)}


def test_what_people_told_a_command_is_heard() -> None:
    """A review or a window from either side, and an end from either side, once."""
    ended = replace(ADDED, ended_by="bob", ended_at=NOON + HOUR)
    memory = Noticeboard().with_review(REVIEW).with_window(ADDED)
    other = replace(REVIEW, reviewed_at=NOON + HOUR)
    disk = Noticeboard(reviews=(REVIEW, other), windows=(ended,))
    for found in (heard(memory, disk), heard(disk, memory), merge(memory, disk)):
        assert found.reviews == (REVIEW, other)
        assert found.windows == (ended,)
    assert heard(memory, Noticeboard()) == memory


# --- the tables of an earlier version ---------------------------------------------------------


class Former:
    """What published into SQL before the noticeboard was a value."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def confirm(self, feed: str, at: datetime) -> None:
        """Note that a feed was asked and has not changed."""
        self.db.execute(
            "UPDATE notice SET last_seen_at = ? WHERE feed = ? AND vanished_at IS NULL"
            " AND EXISTS (SELECT 1 FROM feed WHERE feed = ?)",
            (stamp(at), feed, feed),
        )

    def publish(self, feed: str, reading: Reading, at: datetime) -> bool:
        """Note what a feed says now; return whether it says something else than before."""
        now = {notice.fingerprint: notice for notice in reading.notices}
        standing = dict(
            self.db.execute(
                "SELECT fingerprint, id FROM notice WHERE feed = ? AND vanished_at IS NULL", (feed,)
            )
        )
        gone, new = standing.keys() - now.keys(), now.keys() - standing.keys()
        for mark in gone:
            self.db.execute(
                "UPDATE notice SET vanished_at = ? WHERE id = ?", (stamp(at), standing[mark])
            )
        for mark in now:
            if mark in new:
                self.db.execute(
                    "INSERT INTO notice (feed, fingerprint, state, notice, day, day_is_borne,"
                    " first_seen_at, last_seen_at) VALUES (?, ?, '', '', '', 0, ?, ?)",
                    (feed, mark, stamp(at), stamp(at)),
                )
            else:
                self.db.execute(
                    "UPDATE notice SET last_seen_at = ? WHERE id = ?", (stamp(at), standing[mark])
                )
        self.db.execute("INSERT OR IGNORE INTO feed VALUES (?, 0, 0, '')", (feed,))
        turned = self._turned(feed, reading)
        self.db.executemany(
            "INSERT INTO status (feed, component, status, since) VALUES (?, ?, ?, ?)",
            [(feed, component, status, stamp(at)) for component, status in turned.items()],
        )
        return bool(gone or new or turned)

    def _turned(self, feed: str, reading: Reading) -> dict[str, str]:
        before = {
            component: status
            for component, status, _ in self.db.execute(
                "SELECT component, status, max(since) FROM status WHERE feed = ?"
                " GROUP BY component",
                (feed,),
            )
        }
        said = dict.fromkeys(before, "unknown") | dict(reading.status)
        return {one: status for one, status in said.items() if before.get(one) != status}


@contextmanager
def former() -> Iterator[Former]:
    """Give the tables of an earlier version."""
    with in_memory() as journal:
        yield Former(journal.db)


def rows(db: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    """Return what both versions keep of a table."""
    query = {
        "notice": "SELECT feed, fingerprint, first_seen_at, last_seen_at, vanished_at FROM notice",
        "status": "SELECT feed, component, status, since FROM status",
    }[table]
    return sorted((tuple(row) for row in db.execute(query)), key=repr)


def stamp(at: datetime) -> int:
    """Return an instant as the journal keeps it."""
    return round((at - NOON) / MICROSECOND) + round(NOON.timestamp()) * 1_000_000


def test_what_people_say_is_news_once() -> None:
    """Whoever said it, wherever: a review, a window by hand, its end."""
    before = Noticeboard()
    after = before.with_review(REVIEW).with_window(ADDED)
    assert sorted(news(after, before)) == ["ann accepted the notice f", "ann added the window a1"]
    assert list(news(after, after)) == []
    ended = after.with_window(replace(ADDED, ended_by="eve", ended_at=NOON + HOUR))
    assert list(news(ended, after)) == ["eve ended the window a1"]
