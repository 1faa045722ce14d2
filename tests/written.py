"""A journal's file that tests fill at once, with the functions that the service's writer uses."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from probe.journal import FILE, History, Noticeboard, Notices, noticetables, observationtables
from probe.journal.database import transaction, writable
from probe.journal.noticeboard import ReadOn
from probe.journal.observationtables import Record
from probe.journal.schema import migrate
from probe.types import Observation, Reading, Review
from tests.observed import STAND


class Written(History):
    """A journal that is written when a call returns, and asked with the service's own queries."""

    def __init__(self, db: sqlite3.Connection) -> None:
        super().__init__(db)
        self.db = db
        self.notices = Notices(noticetables.read(db))

    @property
    def board(self) -> Noticeboard:
        """What is known."""
        return self.notices.board

    def record(self, *observations: Observation, stands: timedelta = STAND) -> None:
        """Write observations, one batch of them."""
        records = [Record(observation=one, stands=stands) for one in observations]
        with transaction(self.db):
            observationtables.write(self.db, records)

    def publish(
        self, feed: str, reading: Reading, at: datetime, day: ReadOn, validators: Mapping[str, str]
    ) -> bool:
        """Publish, and write what is known then."""
        before = self.board
        changed = self.notices.publish(feed, reading, at, day, validators)
        self._follow(before)
        return changed

    def confirm(self, feed: str, at: datetime) -> None:
        """Confirm a feed, and write it."""
        before = self.board
        self.notices.confirm(feed, at)
        self._follow(before)

    def review(self, review: Review) -> None:
        """Review, and write it."""
        before = self.board
        self.notices.review(review)
        self._follow(before)

    def thin(self, before: datetime, whole_from: datetime) -> None:
        """Thin to the end."""
        steps = observationtables.thin(self.db, before, whole_from)
        more = True
        while more:
            with transaction(self.db):
                more = next(steps, False)

    def _follow(self, before: Noticeboard) -> None:
        with transaction(self.db):
            noticetables.write(self.db, before, self.board)


@contextmanager
def written(directory: Path) -> Iterator[Written]:
    """Open the journal of a directory; it is made where there is none."""
    db = writable(directory / FILE)
    yield Written(db)
    db.close()


@contextmanager
def in_memory() -> Iterator[Written]:
    """Open a journal without a file."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.row_factory = sqlite3.Row
    migrate(db, transaction)
    yield Written(db)
    db.close()
