"""What was observed, in the file: every observation for a while, failures longer, spans of all.

Spans are derived from observations in one place, `append`, in the same transaction. All that is
reported comes from them, so that thinning changes no figure.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from probe.history.availability import append
from probe.journal.codec import MICROSECOND, dump_window, instant, load_window, micros, text
from probe.types import (
    Because,
    Cause,
    Evidence,
    Observation,
    Phase,
    Reason,
    Result,
    Span,
    Streak,
    Verdict,
)

#: How long nobody may have watched for a failing target to be in the same outage still: that spans
#: a restart or an upgrade of the probe. What came about in a longer absence is unknown.
ABSENCE = timedelta(hours=1)
#: How many rows are looked at in one transaction while thinning, so that no write waits for long.
THINNED_AT_ONCE = 10_000

OBSERVATION = (
    "INSERT INTO observation (target, started_at, verdict, because, cause, reason, detail,"
    " attempts, duration_seconds, status_code, phases, window, failing_since, streak_window,"
    " decided_at, stands, evidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
WRITTEN = "SELECT 1 FROM observation WHERE target = ? AND started_at = ?"
#: The last observation of every target: each name is found from the one before it, by the index.
LAST = (
    "WITH RECURSIVE known (target) AS (SELECT min(target) FROM observation UNION ALL SELECT"
    " (SELECT min(target) FROM observation WHERE target > known.target) FROM known"
    " WHERE known.target IS NOT NULL)"
    " SELECT observation.* FROM known JOIN observation ON observation.id = (SELECT id"
    " FROM observation WHERE target = known.target ORDER BY started_at DESC, id DESC LIMIT 1)"
)
SPAN = (
    "INSERT INTO span (target, verdict, because, reason, window, since, started_at,"
    " last_at, ends_at, decided_at, observations) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
LONGER = "UPDATE span SET last_at = ?, ends_at = ?, observations = ? WHERE id = ?"
LAST_SPAN = (
    "SELECT * FROM span WHERE target = ? AND started_at <= ? ORDER BY started_at DESC, id DESC"
    " LIMIT 1"
)
NEXT_SPAN = "SELECT min(started_at) FROM span WHERE target = ? AND started_at > ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An observation, and how long it stands when no other follows."""

    observation: Observation
    stands: timedelta

    @property
    def target(self) -> str:
        """The target's name."""
        return self.observation.result.target

    @property
    def at(self) -> datetime:
        """When its probe started."""
        return self.observation.result.started_at


def ongoing(last: Record | None, at: datetime) -> Streak | None:
    """Return the streak that a failure at an instant goes on with, None if it begins its own.

    It goes on as long as its last observation stands, and through an absence of an hour.
    """
    if last is None or at - last.at > max(last.stands, ABSENCE):
        return None
    return last.observation.streak


# --- write ------------------------------------------------------------------------------------


def write(db: sqlite3.Connection, records: Iterable[Record]) -> None:
    """Append observations, and extend the spans by them."""
    records = tuple(records)
    db.executemany(OBSERVATION, map(row, records))
    by_target: dict[str, list[Record]] = {}
    for one in records:
        by_target.setdefault(one.target, []).append(one)
    for target, own in by_target.items():
        extend(db, target, own)


def missing(db: sqlite3.Connection, records: Iterable[Record]) -> tuple[Record, ...]:
    """Return those that the file does not have, where it is not known how a write ended."""
    return tuple(
        one for one in records if not db.execute(WRITTEN, (one.target, micros(one.at))).fetchone()
    )


def extend(db: sqlite3.Connection, target: str, records: Iterable[Record]) -> None:
    """Extend one target's spans; each is written once, however many observations it grows by."""
    key: int | None = None
    last: Span | None = None
    following: datetime | None = None
    for one in records:
        if last is None or following is not None or one.at < last.started_at:
            _write_span(db, key, last)  # only a clock that was set back comes here again
            key, last, following = _around(db, target, micros(one.at))
        first, *more = append(last, one.observation, one.stands, following)
        if more:
            _write_span(db, key, first)
            key, last = None, more[0]
        else:
            last = first
    _write_span(db, key, last)


def _around(
    db: sqlite3.Connection, target: str, at: int
) -> tuple[int | None, Span | None, datetime | None]:
    """Return the span that began last before an instant, with its id, and when the next begins."""
    found = db.execute(LAST_SPAN, (target, at)).fetchone()
    (following,) = db.execute(NEXT_SPAN, (target, at)).fetchone()
    before = instant(following) if following is not None else None
    return (found["id"], span(found), before) if found else (None, None, before)


def _write_span(db: sqlite3.Connection, key: int | None, one: Span | None) -> None:
    if one is None:
        return
    if key is None:
        add_spans(db, [one])
    else:
        db.execute(LONGER, (micros(one.last_at), micros(one.ends_at), one.observations, key))


def add_spans(db: sqlite3.Connection, new: Iterable[Span]) -> None:
    """Append spans."""
    db.executemany(
        SPAN,
        (
            (
                one.target,
                one.verdict,
                one.because,
                one.reason,
                dump_window(one.window),
                micros(one.since) if one.since else None,
                micros(one.started_at),
                micros(one.last_at),
                micros(one.ends_at),
                micros(one.decided_at),
                one.observations,
            )
            for one in new
        ),
    )


def thin(db: sqlite3.Connection, before: datetime, whole_from: datetime) -> Iterator[bool]:
    """Forget what ended before an instant, and of what came before another, single successes.

    Each step is to be a transaction of its own. Failures are kept one by one until then, so that
    they can be judged again; of successes and inconclusive observations only the spans. The last of
    a target stays. A span that reaches beyond the edge stays whole, and so does an incident.
    """
    last = json.dumps([one["id"] for one in db.execute(LAST)])
    first, end = db.execute("SELECT min(id), max(id) FROM observation").fetchone()
    for begin in range(first or 0, (end or -1) + 1, THINNED_AT_ONCE):
        db.execute(
            "DELETE FROM observation WHERE id >= ?1 AND id < ?2 AND (started_at < ?3"
            " OR (started_at < ?4 AND verdict IN ('up', 'inconclusive')"
            " AND id NOT IN (SELECT value FROM json_each(?5))))",
            (begin, begin + THINNED_AT_ONCE, micros(before), micros(whole_from), last),
        )
        yield True
    db.execute(
        "DELETE FROM span WHERE ends_at <= ?1 AND (since IS NULL OR NOT EXISTS (SELECT 1"
        " FROM span AS own WHERE own.since = span.since AND own.target = span.target"
        " AND own.ends_at > ?1))",
        (micros(before),),
    )
    yield True


# --- rows -------------------------------------------------------------------------------------


def row(record: Record) -> tuple[object, ...]:
    """Return the row of an observation."""
    observation = record.observation
    result, streak = observation.result, observation.streak
    return (
        result.target,
        micros(result.started_at),
        observation.verdict,
        observation.because,
        observation.cause,
        result.reason,
        text(result.detail),
        result.attempts,
        result.duration_seconds,
        result.status_code,
        json.dumps(result.phases),
        dump_window(observation.window),
        micros(streak.since) if streak else None,
        dump_window(streak.window) if streak else None,
        micros(result.decided_at) if result.decided_at else None,
        record.stands // MICROSECOND,
        _dump_evidence(result.evidence) if result.evidence else None,
    )


def is_writable(record: Record) -> bool:
    """Return whether an observation has a row; one that has none is a fault of ours."""
    try:
        row(record)
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        return False
    return True


def record(row: sqlite3.Row) -> Record:
    """Return an observation, and how long it stands, from its row."""
    because, reason, since = row["because"], row["reason"], row["failing_since"]
    cause, evidence = row["cause"], row["evidence"]
    decided, phases = row["decided_at"], json.loads(row["phases"])
    observation = Observation(
        result=Result(
            target=row["target"],
            started_at=instant(row["started_at"]),
            duration_seconds=row["duration_seconds"],
            phases={Phase(name): seconds for name, seconds in phases.items()},
            reason=Reason(reason) if reason else None,
            detail=row["detail"],
            attempts=row["attempts"],
            status_code=row["status_code"],
            decided_at=instant(decided) if decided is not None else None,
            evidence=Evidence(**json.loads(evidence)) if evidence else None,
        ),
        verdict=Verdict(row["verdict"]),
        because=Because(because) if because else None,
        cause=Cause(cause) if cause else None,
        window=load_window(row["window"]),
        streak=None
        if since is None
        else Streak(since=instant(since), window=load_window(row["streak_window"])),
    )
    return Record(observation=observation, stands=row["stands"] * MICROSECOND)


def span(row: sqlite3.Row) -> Span:
    """Return a span from its row."""
    because, reason, since = row["because"], row["reason"], row["since"]
    return Span(
        target=row["target"],
        verdict=Verdict(row["verdict"]),
        because=Because(because) if because else None,
        reason=Reason(reason) if reason else None,
        window=load_window(row["window"]),
        since=instant(since) if since is not None else None,
        started_at=instant(row["started_at"]),
        last_at=instant(row["last_at"]),
        ends_at=instant(row["ends_at"]),
        decided_at=instant(row["decided_at"]),
        observations=row["observations"],
    )


def _dump_evidence(evidence: Evidence) -> str:
    shown = {
        "status_code": evidence.status_code,
        "headers": dict(evidence.headers),
        "text": evidence.text,
    }
    return text(json.dumps(shown, ensure_ascii=False))
