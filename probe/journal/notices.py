"""What was published: notices and their sightings, feeds, reviews."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from probe.journal.codec import dump, instant, load, micros
from probe.journal.database import Database
from probe.maintenance.budget import keeps_its_sighting
from probe.types import Notice, Plan, PublishedStatus, Reading, Review, Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """When a feed was last read well and last changed, and what a conditional request needs."""

    succeeded_at: datetime
    changed_at: datetime
    validators: Mapping[str, str]


class Notices(Database):
    """The part of the journal that holds what was published."""

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
                notice=load(Notice, notice),
                day=date.fromisoformat(day),
                day_is_borne=bool(borne),
                first_seen_at=instant(first),
                last_seen_at=instant(last),
                vanished_at=instant(vanished) if vanished is not None else None,
            )
            for feed, notice, day, borne, first, last, vanished in rows
            if wanted is None or feed in wanted
        )

    def standing(self, feed: str) -> tuple[Seen, ...]:
        """Return the notices that stand in a feed."""
        return tuple(seen for seen in self.seen([feed]) if seen.vanished_at is None)

    def read_on(self, feed: str) -> dict[str, tuple[date, bool]]:
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
        with self.transaction():
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
        comes back, or is read to mean something else, is seen anew. Its reading is today's, as of
        the day on which it was first read.
        """
        now = {notice.fingerprint: notice for notice in reading.notices}
        before = self.read_on(feed)
        as_before = {
            mark
            for mark, notice in ((s.notice.fingerprint, s.notice) for s in self.standing(feed))
            if mark in now and keeps_its_sighting(notice, now[mark])
        }
        with self.transaction():
            standing = {
                row[0]: row[1]
                for row in self._db.execute(
                    "SELECT fingerprint, id FROM notice WHERE feed = ? AND vanished_at IS NULL",
                    (feed,),
                )
            }
            gone, new = standing.keys() - as_before, now.keys() - as_before
            for mark in gone:
                self._db.execute(
                    "UPDATE notice SET vanished_at = ? WHERE id = ?", (micros(at), standing[mark])
                )
            for mark, notice in now.items():
                text = dump(Notice, notice)
                if mark in new:
                    read_on, borne = before.get(mark, day)
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
                dump(tuple[Plan, ...], review.windows),
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
                windows=load(tuple[Plan, ...], windows),
                reviewer=reviewer,
                reviewed_at=instant(at),
            )
            for mark, accepted, windows, reviewer, at in rows
        )
