"""What is asked of the file by commands, pages and the report; the past is told from spans."""

import sqlite3
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from probe.history.availability import DAY, clip, days, midnight
from probe.history.incidents import incident
from probe.journal import noticetables
from probe.journal.codec import instant, micros
from probe.journal.noticeboard import Noticeboard, StatusChange, latest_statuses
from probe.journal.observationtables import LAST, Record, ongoing, record, span
from probe.types import (
    Availability,
    Incident,
    Observation,
    PublishedStatus,
    Span,
    Streak,
)

FOREVER = datetime.max.replace(tzinfo=UTC)


class History:
    """What the file holds of the past; raises sqlite3.Error where it cannot be read.

    All that is asked within one `snapshot` is answered as of one instant.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    # --- what was published ------------------------------------------------------------------

    def noticeboard(self, at: datetime | None = None) -> Noticeboard:
        """Return what may still matter at an instant, or all that was ever published."""
        return noticetables.read(self._db, at)

    def status_at(self, at: datetime) -> dict[str, PublishedStatus]:
        """Return what was said of each component, by the latest word at an instant."""
        rows = self._db.execute(
            "SELECT feed, component, status, max(since) FROM status WHERE since <= ?"
            " GROUP BY feed, component ORDER BY component",
            (micros(at),),
        )
        return latest_statuses(
            StatusChange(
                feed=feed, component=component, status=PublishedStatus(status), since=instant(since)
            )
            for feed, component, status, since in rows
        )

    # --- what was observed -------------------------------------------------------------------

    def lasts(self) -> dict[str, Record]:
        """Return the last observation of every target."""
        return {one.target: one for one in map(record, self._db.execute(LAST))}

    def last(self, target: str, before: datetime) -> Observation | None:
        """Return the last observation of a target that started before an instant."""
        last = self._last(target, before)
        return last.observation if last else None

    def ongoing(self, target: str, at: datetime) -> Streak | None:
        """Return the streak that a failure at an instant goes on with, None for one of its own."""
        return ongoing(self._last(target, at), at)

    def _last(self, target: str, before: datetime) -> Record | None:
        row = self._db.execute(
            "SELECT * FROM observation WHERE target = ? AND started_at < ?"
            " ORDER BY started_at DESC, id DESC LIMIT 1",
            (target, micros(before)),
        ).fetchone()
        return record(row) if row else None

    def failures(self, target: str, since: datetime) -> tuple[Observation, ...]:
        """Return the failed observations of a streak, in order; inconclusive ones are none."""
        rows = self._db.execute(
            "SELECT * FROM observation WHERE target = ? AND failing_since = ?"
            " AND verdict IN ('expected', 'unexpected') ORDER BY started_at, id",
            (target, micros(since)),
        )
        return tuple(record(row).observation for row in rows)

    def latest_failures(self, target: str, since: datetime, most: int) -> tuple[Observation, ...]:
        """Return the last failed observations of a streak, the latest first."""
        rows = self._db.execute(
            "SELECT * FROM observation WHERE target = ? AND failing_since = ?"
            " AND verdict IN ('expected', 'unexpected') ORDER BY started_at DESC, id DESC LIMIT ?",
            (target, micros(since), most),
        )
        return tuple(record(row).observation for row in rows)

    def durations(
        self, target: str, start: datetime, end: datetime, most: int
    ) -> tuple[float, ...]:
        """Return how many seconds probes took that succeeded within [start, end).

        No more are looked up than so many, spread evenly, however often a target is probed.
        """
        found: dict[int, float] = {}
        first, last = micros(start), micros(end)
        for number in range(most):
            begin = first + (last - first) * number // most
            row = self._db.execute(
                "SELECT id, duration_seconds, verdict FROM observation WHERE target = ?"
                " AND started_at >= ? AND started_at < ? ORDER BY started_at LIMIT 1",
                (target, begin, last),
            ).fetchone()
            if row is None:
                break
            if row["verdict"] == "up":
                found[row["id"]] = row["duration_seconds"]
        return tuple(found.values())

    def spans(self, target: str, start: datetime, end: datetime) -> tuple[Span, ...]:
        """Return the spans of a target that overlap [start, end), in order."""
        rows = self._db.execute(
            "SELECT * FROM span WHERE target = ?1 AND started_at < ?3 AND ends_at > ?2"
            " AND started_at >= ifnull((SELECT max(started_at) FROM span"
            " WHERE target = ?1 AND started_at <= ?2), ?2) ORDER BY started_at, id",
            (target, micros(start), micros(end)),
        )
        return tuple(map(span, rows))

    def targets(self, start: datetime, end: datetime) -> tuple[str, ...]:
        """Return the names of the targets that were observed within [start, end), sorted."""
        rows = self._db.execute("SELECT DISTINCT target FROM span ORDER BY target").fetchall()
        return tuple(name for (name,) in rows if self.spans(name, start, end))

    def days(
        self, target: str, first: date, last: date, zone: ZoneInfo, until: datetime | None = None
    ) -> dict[date, Availability]:
        """Return how each local day of a target divides, first and last included.

        The present day ends at `until`, so that the future is not unknown.
        """
        start, end = midnight(first, zone), midnight(last + DAY, zone)
        found = self.spans(target, start, end)
        return days(found, first, last, zone, until)

    # --- incidents ---------------------------------------------------------------------------

    def incidents(
        self,
        limit: int | None = None,
        *,
        target: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[Incident, ...]:
        """Return the incidents that were failing within [start, end), the latest first.

        One that goes on is counted up to `until`, and no further than its last observation stands.
        """
        latest = micros(min(end or FOREVER, until or FOREVER))
        rows = self._db.execute(
            "SELECT DISTINCT since, target FROM span WHERE since IS NOT NULL"
            " AND target = ifnull(?1, target) AND since < ?2 AND started_at < ?2 AND ends_at > ?3"
            " ORDER BY since DESC, target LIMIT ?4",
            (target, latest, micros(start) if start else 0, -1 if limit is None else limit),
        ).fetchall()
        return tuple(self._incident(name, instant(since), until) for since, name in rows)

    def streak(self, target: str, since: datetime) -> tuple[Span, ...]:
        """Return the failing spans of a streak, in order."""
        rows = self._db.execute(
            "SELECT * FROM span WHERE since = ? AND target = ? ORDER BY started_at, id",
            (micros(since), target),
        )
        return tuple(map(span, rows))

    def _incident(self, target: str, since: datetime, until: datetime | None) -> Incident:
        own = self.streak(target, since)
        (ended,) = self._db.execute(
            "SELECT min(started_at) FROM span WHERE target = ?1 AND started_at > ?2"
            " AND (verdict = 'up' OR since > ?2)",
            (target, micros(since)),
        ).fetchone()
        return incident(
            clip(own, until) if until else own,
            instant(ended) if ended is not None else None,
            self.status_at(since),
        )
