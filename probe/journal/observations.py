"""What was observed: every observation for a while, every failing one for longer, spans of all."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from probe.availability import append
from probe.journal.codec import dump_window, instant, load_window, micros
from probe.journal.database import Database
from probe.types import (
    Because,
    Observation,
    Phase,
    Reason,
    Result,
    Span,
    Streak,
    Verdict,
)

#: How long an observation stands by default: twice the default interval.
STANDS = timedelta(seconds=60)
#: How long nobody may have watched for a failing target to be in the same outage still: that spans
#: a restart or an upgrade of the probe. What came about in a longer absence is unknown.
ABSENCE = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)


class Observations(Database):
    """The part of the journal that holds what was observed.

    Spans are derived from observations in one place, `_extend`, in the same transaction, and can
    be derived anew. All that is reported comes from them, so that thinning changes no figure.
    """

    def record(self, observation: Observation, stands: timedelta = STANDS) -> None:
        """Append an observation, which stands so long when no other follows."""
        with self.transaction():
            self.add([observation], stands)
            self._extend(observation, stands)

    def add(self, observations: Iterable[Observation], stands: timedelta) -> None:
        """Append observations whose spans are derived elsewhere."""
        self._db.executemany(
            "INSERT INTO observation (target, started_at, verdict, because, reason, detail,"
            " attempts, duration_seconds, status_code, phases, window, failing_since,"
            " streak_window, decided_at, stands)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_row(observation, stands) for observation in observations),
        )

    def last(self, target: str, before: datetime) -> Observation | None:
        """Return the last observation of a target that started before an instant."""
        row = self._last(target, before)
        return _observation(row) if row else None

    def ongoing(self, target: str, at: datetime) -> Streak | None:
        """Return the streak that a failure at an instant goes on with, None if it begins its own.

        It goes on as long as its last observation stands, and through an absence of an hour.
        """
        row = self._last(target, at)
        if row is None:
            return None
        observation, stands = _observation(row), row["stands"] * MICROSECOND
        absent = at - observation.result.started_at
        return observation.streak if absent <= max(stands, ABSENCE) else None

    def _last(self, target: str, before: datetime) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._db.execute(
            "SELECT * FROM observation WHERE target = ? AND started_at < ?"
            " ORDER BY started_at DESC, id DESC LIMIT 1",
            (target, micros(before)),
        ).fetchone()
        return row

    def failures(self, target: str, since: datetime) -> tuple[Observation, ...]:
        """Return the failed observations of a streak, in order; inconclusive ones are none."""
        rows = self._db.execute(
            "SELECT * FROM observation WHERE target = ? AND failing_since = ?"
            " AND verdict IN ('expected', 'unexpected') ORDER BY started_at, id",
            (target, micros(since)),
        )
        return tuple(_observation(row) for row in rows)

    def thin(self, before: datetime, whole_from: datetime | None = None) -> None:
        """Forget what ended before an instant, and of what came before another, single successes.

        Failures are kept one by one until then, so that they can be judged again; of successes and
        inconclusive observations only the spans. The last of a target stays. A span that reaches
        beyond the edge stays whole, and so does an incident.
        """
        with self.transaction():
            self._db.execute("DELETE FROM observation WHERE started_at < ?", (micros(before),))
            self._db.execute(
                "DELETE FROM span WHERE ends_at <= ?1 AND (since IS NULL OR NOT EXISTS (SELECT 1"
                " FROM span AS own WHERE own.since = span.since AND own.target = span.target"
                " AND own.ends_at > ?1))",
                (micros(before),),
            )
            if whole_from is not None:
                self._db.execute(
                    "DELETE FROM observation WHERE started_at < ? AND verdict IN ('up',"
                    " 'inconclusive') AND id NOT IN (SELECT max(id) FROM observation"
                    " GROUP BY target)",
                    (micros(whole_from),),
                )

    # --- spans -------------------------------------------------------------------------------

    def spans(self, target: str, start: datetime, end: datetime) -> tuple[Span, ...]:
        """Return the spans of a target that overlap [start, end), in order."""
        rows = self._db.execute(
            "SELECT * FROM span WHERE target = ?1 AND started_at < ?3 AND ends_at > ?2"
            " AND started_at >= ifnull((SELECT max(started_at) FROM span"
            " WHERE target = ?1 AND started_at <= ?2), ?2) ORDER BY started_at, id",
            (target, micros(start), micros(end)),
        )
        return tuple(map(span, rows))

    def rebuild(self) -> None:
        """Derive the spans anew from every observation; of a thinned journal that is not all."""
        with self.transaction():
            self._rebuild()

    def _derive(self, version: int) -> None:
        if version == 1:
            self._rebuild()

    def _rebuild(self) -> None:
        self._db.execute("DELETE FROM span")
        for row in self._db.execute("SELECT * FROM observation ORDER BY id"):
            self._extend(_observation(row), row["stands"] * MICROSECOND)

    def _extend(self, observation: Observation, stands: timedelta) -> None:
        target, at = observation.result.target, micros(observation.result.started_at)
        row = self._db.execute(
            "SELECT * FROM span WHERE target = ? AND started_at <= ?"
            " ORDER BY started_at DESC, id DESC LIMIT 1",
            (target, at),
        ).fetchone()
        (following,) = self._db.execute(
            "SELECT min(started_at) FROM span WHERE target = ? AND started_at > ?", (target, at)
        ).fetchone()
        last, *new = append(
            span(row) if row else None,
            observation,
            stands,
            instant(following) if following is not None else None,
        )
        if row is None:
            new = [last]
        else:
            self._db.execute(
                "UPDATE span SET last_at = ?, ends_at = ?, observations = ? WHERE id = ?",
                (micros(last.last_at), micros(last.ends_at), last.observations, row["id"]),
            )
        self.add_spans(new)

    def add_spans(self, new: Iterable[Span]) -> None:
        """Append spans."""
        self._db.executemany(
            "INSERT INTO span (target, verdict, because, reason, window, since, started_at,"
            " last_at, ends_at, decided_at, observations) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
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
            ],
        )


def _row(observation: Observation, stands: timedelta) -> tuple[object, ...]:
    result, streak = observation.result, observation.streak
    return (
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
        dump_window(observation.window),
        micros(streak.since) if streak else None,
        dump_window(streak.window) if streak else None,
        micros(result.decided_at) if result.decided_at else None,
        stands // MICROSECOND,
    )


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


def _observation(row: sqlite3.Row) -> Observation:
    because, reason, since = row["because"], row["reason"], row["failing_since"]
    decided, phases = row["decided_at"], json.loads(row["phases"])
    return Observation(
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
        ),
        verdict=Verdict(row["verdict"]),
        because=Because(because) if because else None,
        window=load_window(row["window"]),
        streak=None
        if since is None
        else Streak(since=instant(since), window=load_window(row["streak_window"])),
    )
