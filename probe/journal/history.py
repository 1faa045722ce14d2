"""What is asked of the journal by the pages and the report: uptime by day, incidents."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from probe.availability import DAY, clip, days, midnight
from probe.incidents import incident
from probe.journal.codec import instant, micros
from probe.journal.notices import Notices
from probe.journal.observations import Observations, span
from probe.types import Availability, Incident, PublishedStatus, Span

FOREVER = datetime.max.replace(tzinfo=UTC)


class Journal(Observations, Notices):
    """An open journal; used by one thread at a time. The past is answered from spans."""

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

    def status_at(self, at: datetime) -> dict[str, PublishedStatus]:
        """Return what was said of each component, by the latest word at an instant."""
        rows = self._db.execute(
            "SELECT component, status, max(since) FROM status WHERE since <= ?"
            " GROUP BY component ORDER BY component",
            (micros(at),),
        )
        return {component: PublishedStatus(status) for component, status, _ in rows}
