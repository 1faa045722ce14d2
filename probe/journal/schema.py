"""The tables.

Instants are integers, microseconds since 1970 in UTC: exact, and quick to compare.
"""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

from probe.journal.observationtables import extend, record

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
    """
    ALTER TABLE observation ADD COLUMN decided_at INTEGER;
    ALTER TABLE observation ADD COLUMN stands INTEGER NOT NULL DEFAULT 60000000;
    CREATE INDEX observation_failing ON observation (target, failing_since, started_at)
        WHERE verdict IN ('expected', 'unexpected');
    CREATE TABLE span (
        id INTEGER PRIMARY KEY,
        target TEXT NOT NULL,
        verdict TEXT NOT NULL,
        because TEXT,
        reason TEXT,
        window TEXT,
        since INTEGER,
        started_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        ends_at INTEGER NOT NULL,
        decided_at INTEGER NOT NULL,
        observations INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX span_by_target ON span (target, started_at);
    CREATE INDEX span_failing ON span (since, target, started_at) WHERE since IS NOT NULL;
    """,
    """
    ALTER TABLE observation ADD COLUMN cause TEXT;
    ALTER TABLE observation ADD COLUMN evidence TEXT;
    CREATE TABLE added_window (
        id TEXT PRIMARY KEY,
        plan TEXT NOT NULL,
        note TEXT NOT NULL,
        added_by TEXT NOT NULL,
        added_at INTEGER NOT NULL,
        ends_at INTEGER NOT NULL,
        ended_by TEXT NOT NULL,
        ended_at INTEGER
    ) STRICT;
    """,
)

#: The version whose observations had no spans yet.
WITHOUT_SPANS = 1


def migrate(
    db: sqlite3.Connection,
    transaction: Callable[[sqlite3.Connection], AbstractContextManager[None]],
) -> None:
    """Bring a file's schema up to date; one that is up to date is not written."""
    if _version(db) == len(SCHEMA):
        return
    with transaction(db):
        version = _version(db)  # somebody else may have been first
        for step in SCHEMA[version:]:
            for statement in filter(str.strip, step.split(";")):
                db.execute(statement)
        if version == WITHOUT_SPANS:
            for (target,) in db.execute("SELECT DISTINCT target FROM observation").fetchall():
                own = "SELECT * FROM observation WHERE target = ? ORDER BY id"
                extend(db, target, map(record, db.execute(own, (target,))))
        db.execute(f"PRAGMA user_version = {len(SCHEMA)}")


def _version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version
