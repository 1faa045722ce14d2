"""What happened, kept in SQLite: observations, notices and their versions, feeds, reviews.

One file, `journal.db` below the storage path, in WAL mode, so that commands read beside the running
service. Instants are integers, microseconds since 1970 in UTC: exact, and quick to compare.
"""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from pydantic import TypeAdapter

from probe.types import (
    Because,
    Notice,
    Observation,
    Phase,
    Plan,
    PublishedStatus,
    Reading,
    Reason,
    Result,
    Review,
    Seen,
    Streak,
    Verdict,
    Window,
)

P = ParamSpec("P")
T = TypeVar("T")

FILE = "journal.db"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: Each step brings the schema from its index to the next version; steps are only ever appended.
SCHEMA = (
    """
    CREATE TABLE observation (
        id INTEGER PRIMARY KEY,
        target TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        verdict TEXT NOT NULL,
        because TEXT,
        reason TEXT,
        detail TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        duration_seconds REAL NOT NULL,
        status_code INTEGER,
        phases TEXT NOT NULL,
        window TEXT,
        failing_since INTEGER,
        streak_window TEXT
    ) STRICT;
    CREATE INDEX observation_by_target ON observation (target, started_at);
    CREATE TABLE notice (
        id INTEGER PRIMARY KEY,
        feed TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        state TEXT NOT NULL,
        notice TEXT NOT NULL,
        day TEXT NOT NULL,
        day_is_borne INTEGER NOT NULL,
        first_seen_at INTEGER NOT NULL,
        last_seen_at INTEGER NOT NULL,
        vanished_at INTEGER
    ) STRICT;
    CREATE INDEX notice_by_feed ON notice (feed, fingerprint, first_seen_at);
    CREATE TABLE status (
        id INTEGER PRIMARY KEY,
        feed TEXT NOT NULL,
        component TEXT NOT NULL,
        status TEXT NOT NULL,
        since INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE feed (
        feed TEXT PRIMARY KEY,
        succeeded_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL,
        validators TEXT NOT NULL
    ) STRICT;
    CREATE TABLE review (
        id INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        accepted INTEGER NOT NULL,
        windows TEXT NOT NULL,
        reviewer TEXT NOT NULL,
        reviewed_at INTEGER NOT NULL
    ) STRICT;
    """,
)


class JournalError(Exception):
    """The journal cannot be opened; says the file and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """When a feed was last read well and last changed, and what a conditional request needs."""

    succeeded_at: datetime
    changed_at: datetime
    validators: Mapping[str, str]


class Journal:
    """An open journal; used by one thread at a time."""

    def __init__(self, directory: str | Path) -> None:
        self.path = Path(directory) / FILE
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(
                self.path, isolation_level=None, timeout=5, check_same_thread=False
            )
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._migrate()
        except (OSError, sqlite3.Error) as error:
            remedy = "name a directory that can be written with --storage.path"
            raise JournalError(f"{self.path}: cannot be opened: {error}; {remedy}") from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _migrate(self) -> None:
        """Bring the schema up to date; a journal of a later version is left alone."""
        with self._transaction():
            version: int = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version > len(SCHEMA):
                raise sqlite3.DatabaseError(
                    f"it was written by a later version (schema {version}, known {len(SCHEMA)})"
                )
            for step in SCHEMA[version:]:
                for statement in filter(str.strip, step.split(";")):
                    self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {len(SCHEMA)}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # --- observations ------------------------------------------------------------------------

    def record(self, observation: Observation) -> None:
        """Append an observation."""
        result, streak = observation.result, observation.streak
        self._db.execute(
            "INSERT INTO observation (target, started_at, verdict, because, reason, detail,"
            " attempts, duration_seconds, status_code, phases, window, failing_since,"
            " streak_window) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                result.target,
                micros(result.started_at),
                observation.verdict,
                observation.because,
                result.reason,
                result.detail,
                result.attempts,
                result.duration_seconds,
                result.status_code,
                json.dumps(result.phases),
                _dump(Window | None, observation.window) if observation.window else None,
                micros(streak.since) if streak else None,
                _dump(Window | None, streak.window) if streak and streak.window else None,
            ),
        )

    def last(self, target: str, before: datetime) -> Observation | None:
        """Return the last observation of a target that started before an instant."""
        row = self._db.execute(
            "SELECT started_at, verdict, because, reason, detail, attempts, duration_seconds,"
            " status_code, phases, window, failing_since, streak_window FROM observation"
            " WHERE target = ? AND started_at < ? ORDER BY started_at DESC, id DESC LIMIT 1",
            (target, micros(before)),
        ).fetchone()
        return _observation(target, row) if row else None

    def thin(self, before: datetime) -> None:
        """Forget observations that started before an instant."""
        self._db.execute("DELETE FROM observation WHERE started_at < ?", (micros(before),))

    # --- notices and feeds -------------------------------------------------------------------

    def seen(self, feeds: Iterable[str] | None = None) -> tuple[Seen, ...]:
        """Return every sighting of a notice, of some feeds or of all, oldest first."""
        rows = self._db.execute(
            "SELECT feed, notice, day, day_is_borne, first_seen_at, last_seen_at, vanished_at"
            " FROM notice ORDER BY first_seen_at, id"
        )
        wanted = None if feeds is None else set(feeds)
        return tuple(
            Seen(
                feed=feed,
                notice=_load(Notice, notice),
                day=date.fromisoformat(day),
                day_is_borne=bool(borne),
                first_seen_at=instant(first),
                last_seen_at=instant(last),
                vanished_at=instant(vanished) if vanished is not None else None,
            )
            for feed, notice, day, borne, first, last, vanished in rows
            if wanted is None or feed in wanted
        )

    def known(self, feed: str) -> dict[str, tuple[date, bool]]:
        """Return as of which day each notice of a feed was read when it was first seen."""
        rows = self._db.execute(
            "SELECT fingerprint, day, day_is_borne FROM notice WHERE feed = ?"
            " ORDER BY first_seen_at DESC",
            (feed,),
        )
        return {mark: (date.fromisoformat(day), bool(borne)) for mark, day, borne in rows}

    def feed(self, name: str) -> FeedState | None:
        """Return what is known of a feed, None if it was never read."""
        row = self._db.execute(
            "SELECT succeeded_at, changed_at, validators FROM feed WHERE feed = ?", (name,)
        ).fetchone()
        if row is None:
            return None
        return FeedState(
            succeeded_at=instant(row[0]), changed_at=instant(row[1]), validators=json.loads(row[2])
        )

    def status(self, feeds: Iterable[str]) -> dict[str, tuple[PublishedStatus, datetime]]:
        """Return the status that each component has by what was last published, and since when."""
        latest: dict[str, tuple[PublishedStatus, datetime]] = {}
        for feed in feeds:
            for component, status, since in self._db.execute(
                "SELECT component, status, max(since) FROM status WHERE feed = ?"
                " GROUP BY component",
                (feed,),
            ):
                latest[component] = (PublishedStatus(status), instant(since))
        return latest

    def confirm(self, feed: str, at: datetime) -> None:
        """Note that a feed was asked and has not changed."""
        with self._transaction():
            self._db.execute("UPDATE feed SET succeeded_at = ? WHERE feed = ?", (micros(at), feed))
            self._db.execute(
                "UPDATE notice SET last_seen_at = ? WHERE feed = ? AND vanished_at IS NULL",
                (micros(at), feed),
            )

    def publish(
        self,
        feed: str,
        reading: Reading,
        at: datetime,
        day: tuple[date, bool],
        validators: Mapping[str, str],
    ) -> bool:
        """Note what a feed says now; return whether it says something else than before.

        A notice that was there keeps its first sighting, one that is gone gets its end, one that
        comes back is seen anew. Its reading is today's, as of the day on which it was first read.
        """
        now = {notice.fingerprint: notice for notice in reading.notices}
        known = self.known(feed)
        with self._transaction():
            standing = {
                row[0]: row[1]
                for row in self._db.execute(
                    "SELECT fingerprint, id FROM notice WHERE feed = ? AND vanished_at IS NULL",
                    (feed,),
                )
            }
            gone, new = standing.keys() - now.keys(), now.keys() - standing.keys()
            for mark in gone:
                self._db.execute(
                    "UPDATE notice SET vanished_at = ? WHERE id = ?", (micros(at), standing[mark])
                )
            for mark, notice in now.items():
                text = _dump(Notice, notice)
                if mark in new:
                    read_on, borne = known.get(mark, day)
                    self._db.execute(
                        "INSERT INTO notice (feed, fingerprint, state, notice, day, day_is_borne,"
                        " first_seen_at, last_seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
                        (feed, mark, notice.state, text, read_on.isoformat(), borne, micros(at)),
                    )
                else:
                    self._db.execute(
                        "UPDATE notice SET last_seen_at = ?, state = ?, notice = ? WHERE id = ?",
                        (micros(at), notice.state, text, standing[mark]),
                    )
            turned = self._note_status(feed, reading.status, at)
            changed = bool(gone or new or turned)
            self._db.execute(
                "INSERT INTO feed (feed, succeeded_at, changed_at, validators) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (feed) DO UPDATE SET succeeded_at = excluded.succeeded_at,"
                " validators = excluded.validators,"
                " changed_at = CASE WHEN ? THEN excluded.changed_at ELSE changed_at END",
                (feed, micros(at), micros(at), json.dumps(dict(validators)), changed),
            )
        return changed

    def _note_status(self, feed: str, status: Mapping[str, PublishedStatus], at: datetime) -> bool:
        before = {c: s for c, (s, _) in self.status([feed]).items()}
        said = dict.fromkeys(before, PublishedStatus.UNKNOWN) | dict(status)
        turned = {c: s for c, s in said.items() if before.get(c) != s}
        self._db.executemany(
            "INSERT INTO status (feed, component, status, since) VALUES (?, ?, ?, ?)",
            [(feed, component, value, micros(at)) for component, value in turned.items()],
        )
        return bool(turned)

    # --- reviews -----------------------------------------------------------------------------

    def review(self, review: Review) -> None:
        """Append what a person made of a notice."""
        self._db.execute(
            "INSERT INTO review (fingerprint, accepted, windows, reviewer, reviewed_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                review.fingerprint,
                review.accepted,
                _dump(tuple[Plan, ...], review.windows),
                review.reviewer,
                micros(review.reviewed_at),
            ),
        )

    def reviews(self) -> tuple[Review, ...]:
        """Return every review, oldest first."""
        rows = self._db.execute(
            "SELECT fingerprint, accepted, windows, reviewer, reviewed_at FROM review ORDER BY id"
        )
        return tuple(
            Review(
                fingerprint=mark,
                accepted=bool(accepted),
                windows=_load(tuple[Plan, ...], windows),
                reviewer=reviewer,
                reviewed_at=instant(at),
            )
            for mark, accepted, windows, reviewer, at in rows
        )


class JournalThread:
    """The journal behind the one thread that uses it: an event loop must not wait for disks."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")

    async def do(
        self,
        what: Callable[Concatenate[Journal, P], T],
        *arguments: P.args,
        **keywords: P.kwargs,
    ) -> T:
        """Do one of the journal's methods: `await thread.do(Journal.record, observation)`."""
        done = partial(what, self.journal, *arguments, **keywords)
        return await asyncio.get_running_loop().run_in_executor(self._thread, done)

    def close(self) -> None:
        """Finish what was begun and close the file."""
        self._thread.shutdown(wait=True)
        self.journal.close()


def micros(at: datetime) -> int:
    """Return an aware instant as the journal keeps it."""
    return (at - EPOCH) // timedelta(microseconds=1)


def instant(value: int) -> datetime:
    """Return an instant of the journal, in UTC."""
    return EPOCH + timedelta(microseconds=value)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _dump(kind: Any, value: Any) -> str:
    return _adapter(kind).dump_json(value).decode()


def _load(kind: Any, text: str) -> Any:
    return _adapter(kind).validate_json(text)


def _observation(target: str, row: Sequence[Any]) -> Observation:
    (started, verdict, because, reason, detail, attempts, duration, status, phases) = row[:9]
    window, since, streak_window = row[9:]
    return Observation(
        result=Result(
            target=target,
            started_at=instant(started),
            duration_seconds=duration,
            phases={Phase(name): seconds for name, seconds in json.loads(phases).items()},
            reason=Reason(reason) if reason else None,
            detail=detail,
            attempts=attempts,
            status_code=status,
        ),
        verdict=Verdict(verdict),
        because=Because(because) if because else None,
        window=_load(Window, window) if window else None,
        streak=None
        if since is None
        else Streak(
            since=instant(since), window=_load(Window, streak_window) if streak_window else None
        ),
    )
