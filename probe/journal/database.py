"""The file, `journal.db` below the storage path.

It is in WAL mode, so that commands read beside the running service.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from probe.journal.schema import SCHEMA

FILE = "journal.db"


class JournalError(Exception):
    """The journal cannot be opened; says the file and what to do."""


class Database:
    """An open file with its schema up to date; used by one thread at a time."""

    def __init__(self, directory: str | Path) -> None:
        self.path = Path(directory) / FILE
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(
                self.path, isolation_level=None, timeout=5, check_same_thread=False
            )
            self._db.row_factory = sqlite3.Row
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
        with self.transaction():
            version: int = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version > len(SCHEMA):
                raise sqlite3.DatabaseError(
                    f"it was written by a later version (schema {version}, known {len(SCHEMA)})"
                )
            for step in SCHEMA[version:]:
                for statement in filter(str.strip, step.split(";")):
                    self._db.execute(statement)
            self._derive(version)
            self._db.execute(f"PRAGMA user_version = {len(SCHEMA)}")

    def _derive(self, version: int) -> None:
        """Fill what the steps after a version have added, from what was there."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all of a block or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            # A full disk may have ended the transaction already.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
