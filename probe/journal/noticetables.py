"""What was published, in the file: notices and their sightings, feeds, reviews, added windows."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime
from typing import TypeVar

from probe.journal.codec import dump, instant, load, micros, text
from probe.journal.noticeboard import (
    LOOKS_BACK,
    RUNS_ON,
    FeedState,
    Noticeboard,
    ReadOn,
    StatusChange,
    matters,
    sighting,
)
from probe.types import AddedWindow, Notice, Plan, PublishedStatus, Review, Seen

T = TypeVar("T")

SIGHTINGS = "SELECT feed, notice, day, day_is_borne, first_seen_at, last_seen_at, vanished_at"
#: Sightings that may still matter: those that stand, those gone not long ago, those that take back.
CURRENT = (
    " WHERE vanished_at IS NULL OR vanished_at > ?"
    " OR state = 'cancelled' OR json_array_length(notice, '$.cancels') > 0"
)
SEE_AGAIN = (
    "UPDATE notice SET last_seen_at = ?4, vanished_at = ?5, state = ?6, notice = ?7"
    " WHERE feed = ?1 AND fingerprint = ?2 AND first_seen_at = ?3"
)
SEE = (
    "INSERT INTO notice (feed, fingerprint, first_seen_at, last_seen_at, vanished_at, state,"
    " notice, day, day_is_borne) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
)
FEED = (
    "INSERT INTO feed (feed, succeeded_at, changed_at, validators) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (feed) DO UPDATE SET succeeded_at = excluded.succeeded_at,"
    " changed_at = excluded.changed_at, validators = excluded.validators"
)
STATUS = (
    "INSERT INTO status (feed, component, status, since) SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS"
    " (SELECT 1 FROM status WHERE feed = ?1 AND component = ?2 AND status = ?3 AND since = ?4)"
)
REVIEW = (
    "INSERT INTO review (fingerprint, accepted, windows, reviewer, reviewed_at)"
    " SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM review"
    " WHERE fingerprint = ?1 AND accepted = ?2 AND reviewer = ?4 AND reviewed_at = ?5)"
)
WINDOW = (
    "INSERT INTO added_window (id, plan, note, added_by, added_at, ends_at, ended_by, ended_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
    " ended_by = excluded.ended_by, ended_at = excluded.ended_at WHERE ended_at IS NULL"
)


# --- read -------------------------------------------------------------------------------------


def read(db: sqlite3.Connection, at: datetime | None = None) -> Noticeboard:
    """Return what may still matter at an instant, or all that was ever published."""
    since = micros(at - RUNS_ON - LOOKS_BACK) if at else 0
    by_people = read_by_people(db, since)
    marks = {review.fingerprint for review in by_people.reviews}
    seen = tuple(one for one in _seen(db, since) if at is None or matters(one, at, marks))
    return Noticeboard(
        seen=seen,
        first_read=dict(_first_read(db)),
        feeds=dict(_feeds(db)),
        statuses=tuple(_statuses(db)),
        reviews=by_people.reviews,
        windows=by_people.windows,
    )


def read_by_people(db: sqlite3.Connection, since: int = 0) -> Noticeboard:
    """Return the reviews, and the windows that ended after an instant: a command may write them."""
    return Noticeboard(reviews=tuple(_reviews(db)), windows=tuple(_windows(db, since)))


def _seen(db: sqlite3.Connection, since: int) -> Iterator[Seen]:
    rows = db.execute(f"{SIGHTINGS} FROM notice{CURRENT} ORDER BY first_seen_at, id", (since,))
    for feed, notice, day, borne, first, last, vanished in rows:
        yield Seen(
            feed=feed,
            notice=load(Notice, notice),
            day=date.fromisoformat(day),
            day_is_borne=bool(borne),
            first_seen_at=instant(first),
            last_seen_at=instant(last),
            vanished_at=instant(vanished) if vanished is not None else None,
        )


def _first_read(db: sqlite3.Connection) -> Iterator[tuple[tuple[str, str], ReadOn]]:
    rows = db.execute(
        "SELECT feed, fingerprint, day, day_is_borne FROM notice ORDER BY first_seen_at DESC"
    )
    for feed, mark, day, borne in rows:
        yield (feed, mark), (date.fromisoformat(day), bool(borne))


def _feeds(db: sqlite3.Connection) -> Iterator[tuple[str, FeedState]]:
    for name, succeeded, changed, validators in db.execute(
        "SELECT feed, succeeded_at, changed_at, validators FROM feed"
    ):
        state = FeedState(
            succeeded_at=instant(succeeded),
            changed_at=instant(changed),
            validators=json.loads(validators),
        )
        yield name, state


def _statuses(db: sqlite3.Connection) -> Iterator[StatusChange]:
    for feed, component, status, since in db.execute(
        "SELECT feed, component, status, since FROM status ORDER BY since, id"
    ):
        yield StatusChange(
            feed=feed, component=component, status=PublishedStatus(status), since=instant(since)
        )


def _reviews(db: sqlite3.Connection) -> Iterator[Review]:
    for mark, accepted, windows, reviewer, at in db.execute(
        "SELECT fingerprint, accepted, windows, reviewer, reviewed_at FROM review ORDER BY id"
    ):
        yield Review(
            fingerprint=mark,
            accepted=bool(accepted),
            windows=load(tuple[Plan, ...], windows),
            reviewer=reviewer,
            reviewed_at=instant(at),
        )


def _windows(db: sqlite3.Connection, since: int) -> Iterator[AddedWindow]:
    for key, plan, note, added_by, added_at, ended_by, ended_at in db.execute(
        "SELECT id, plan, note, added_by, added_at, ended_by, ended_at FROM added_window"
        " WHERE ends_at > ? ORDER BY added_at, id",
        (since,),
    ):
        yield AddedWindow(
            id=key,
            plan=load(Plan, plan),
            note=note,
            added_by=added_by,
            added_at=instant(added_at),
            ended_by=ended_by,
            ended_at=instant(ended_at) if ended_at is not None else None,
        )


# --- write ------------------------------------------------------------------------------------


def write(db: sqlite3.Connection, before: Noticeboard, after: Noticeboard) -> None:
    """Write what is known now over what the file has; the same may be written twice.

    Nothing is ever deleted: what left the noticeboard stays in the file.
    """
    written = {sighting(one): one for one in before.seen}
    for one in after.seen:
        if written.get(sighting(one)) != one:
            _write_sighting(db, one)
    for feed, state in after.feeds.items():
        if before.feeds.get(feed) != state:
            values = (micros(state.succeeded_at), micros(state.changed_at))
            db.execute(FEED, (feed, *values, text(json.dumps(dict(state.validators)))))
    for change in _more(before.statuses, after.statuses):
        db.execute(STATUS, (change.feed, change.component, change.status, micros(change.since)))
    for review in _more(before.reviews, after.reviews):
        windows = dump(tuple[Plan, ...], review.windows)
        who, at = text(review.reviewer), micros(review.reviewed_at)
        db.execute(REVIEW, (review.fingerprint, review.accepted, windows, who, at))
    for window in _more(before.windows, after.windows):
        _write_window(db, window)


def _more(before: tuple[T, ...], after: tuple[T, ...]) -> Iterator[T]:
    known = frozenset(before)
    return (one for one in after if one not in known)


def _write_sighting(db: sqlite3.Connection, one: Seen) -> None:
    row = (
        one.feed,
        one.notice.fingerprint,
        micros(one.first_seen_at),
        micros(one.last_seen_at),
        micros(one.vanished_at) if one.vanished_at else None,
        one.notice.state,
        dump(Notice, one.notice),
    )
    if not db.execute(SEE_AGAIN, row).rowcount:
        db.execute(SEE, (*row, one.day.isoformat(), one.day_is_borne))


def _write_window(db: sqlite3.Connection, window: AddedWindow) -> None:
    db.execute(
        WINDOW,
        (
            window.id,
            dump(Plan, window.plan),
            text(window.note),
            text(window.added_by),
            micros(window.added_at),
            micros(window.plan.ends_at),
            text(window.ended_by),
            micros(window.ended_at) if window.ended_at else None,
        ),
    )
