"""The file, `journal.db` below the storage path.

It is in WAL mode, so that commands read beside the running service.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from probe.journal.schema import SCHEMA
from probe.runtime.refusal import Refusal

FILE = "journal.db"
#: What SQLite says where it may not or cannot write: a directory, a file, a full disk.
UNWRITABLE = frozenset(
    {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}
)
PRIMARY = 0xFF


class JournalError(Refusal):
    """The journal cannot be opened; says the file and what to do."""


def unopened(path: Path, reason: object) -> JournalError:
    """Return what is raised where a file of the storage directory cannot be opened."""
    remedy = "name a directory that can be written with --storage.path"
    return JournalError(f"{path}: cannot be opened: {reason}; {remedy}")


class Database:
    """An open file with its schema up to date; used by one thread at a time.

    One that cannot be written can be read all the same, unless it is to be `writable`.
    """

    def __init__(self, directory: str | Path, *, writable: bool = False) -> None:
        self.path = Path(directory) / FILE
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._open(writable=writable)
        except (OSError, sqlite3.Error) as error:
            raise unopened(self.path, error) from error

    def _open(self, *, writable: bool) -> None:
        self._db = self._connect("rwc")
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._migrate()
            if writable:
                self._try_to_write()
        except sqlite3.OperationalError as error:
            self._db.close()
            if writable or error.sqlite_errorcode & PRIMARY not in UNWRITABLE:
                raise
            # Without a log to merge, SQLite needs no file of its own beside the journal.
            log = self.path.with_name(f"{FILE}-wal")
            merged = not log.exists() or not log.stat().st_size
            self._db = self._connect("ro&immutable=1" if merged else "ro")
            self._migrate()

    def _try_to_write(self) -> None:
        """Raise where a write would be refused; nothing reaches the disk, so a full one will do."""
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute(f"PRAGMA user_version = {len(SCHEMA)}")
        self._db.execute("ROLLBACK")

    def _connect(self, mode: str) -> sqlite3.Connection:
        db = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=5,
            check_same_thread=False,
        )
        db.row_factory = sqlite3.Row
        return db

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _migrate(self) -> None:
        """Bring the schema up to date; a journal of a later version is left alone.

        One that is up to date is not written, so that nobody waits for whoever writes.
        """
        if self._version() == len(SCHEMA):
            return
        with self.transaction():
            version = self._version()  # somebody else may have been first
            for step in SCHEMA[version:]:
                for statement in filter(str.strip, step.split(";")):
                    self._db.execute(statement)
            self._derive(version)
            self._db.execute(f"PRAGMA user_version = {len(SCHEMA)}")

    def _version(self) -> int:
        version: int = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > len(SCHEMA):
            raise sqlite3.DatabaseError(
                f"it was written by a later version (schema {version}, known {len(SCHEMA)})"
            )
        return version

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
