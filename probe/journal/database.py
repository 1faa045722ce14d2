"""The file, `journal.db` below the storage path: opened, brought up to date, set aside.

It is in WAL mode, so that readers, in this process or another, delay no write.
"""

import errno
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from probe.journal.schema import SCHEMA, migrate
from probe.runtime.refusal import Refusal

FILE = "journal.db"
#: A bigger file is not read through when it is opened: that would take longer than a start may.
CHECKED_WHOLE = 64 << 20
#: How long a command waits for another process's write, and how long the service's writer does.
PATIENCE_SECONDS = 5.0

UNWRITABLE = frozenset(
    {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}
)
UNREADABLE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
PRIMARY = 0xFF

COLUMNS = (
    "SELECT own.name, column.name FROM sqlite_schema AS own, pragma_table_info(own.name) AS column"
    " WHERE own.type = 'table'"
)


class JournalError(Refusal):
    """The journal cannot be used; says the file, why, and what to do."""


class NoJournalError(JournalError):
    """There is no journal in a directory; says how one begins."""

    def __init__(self, directory: Path) -> None:
        super().__init__(f"{directory} holds no journal; `spot-probe run` begins one")


class TornError(Exception):
    """A file is no journal that this version can read; `kind` is what it is set aside as."""

    def __init__(self, reason: str, kind: str = "torn") -> None:
        super().__init__(reason)
        self.kind = kind


def torn(error: BaseException) -> bool:
    """Return whether an error says that a file is damaged, not that it cannot be used now."""
    if isinstance(error, TornError):
        return True
    return isinstance(error, sqlite3.Error) and _code(error) in UNREADABLE


def busy(error: BaseException) -> bool:
    """Return whether an error says that another process has the file to itself for now."""
    locked = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return isinstance(error, sqlite3.Error) and _code(error) in locked


def _code(error: sqlite3.Error) -> int:
    """Return what SQLite said, without its details; 0 where it was asked nothing."""
    return getattr(error, "sqlite_errorcode", 0) & PRIMARY


# --- to write ---------------------------------------------------------------------------------


def writable(path: Path, patience: float = PATIENCE_SECONDS) -> sqlite3.Connection:
    """Open a journal to write, make it if there is none, and bring it up to date.

    Raises TornError, OSError or sqlite3.Error. A commit is on the disk when it returns, so that a
    power cut loses no more than `kill -9` does.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _check_place(path)
    db = _connect(path, "rwc", patience)
    with _closed_on_failure(db):
        _check(db, path)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        migrate(db, transaction)
        _compare(db)
        with transaction(db):  # whoever cannot write shall know it now
            db.execute(f"PRAGMA user_version = {len(SCHEMA)}")
    return db


@contextmanager
def _closed_on_failure(db: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        db.close()
        raise


def _check_place(path: Path) -> None:
    """Raise TornError where something else than a file stands in its place."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise TornError("it is a link that leads to itself") from error
    if stat.S_ISDIR(mode):
        raise TornError("it is a directory")
    if not stat.S_ISREG(mode):
        raise TornError("it is no file")


def _check(db: sqlite3.Connection, path: Path) -> None:
    """Raise TornError for a file that is no journal, is damaged, or of a later version."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > len(SCHEMA):
        raise TornError(_later(version), "newer-schema")
    (tables,) = db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if version < 0 or (tables and not version):
        raise TornError("it is another program's")
    if path.stat().st_size <= CHECKED_WHOLE:
        (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise TornError(found)


def _later(version: int) -> str:
    return f"it was written by a later version (schema {version}, known {len(SCHEMA)})"


def _compare(db: sqlite3.Connection) -> None:
    """Raise TornError where a file lacks tables or columns that it should have by now."""
    known = sqlite3.connect(":memory:")
    for statement in chain.from_iterable(step.split(";") for step in SCHEMA):
        known.execute(statement)
    lacking = set(known.execute(COLUMNS)) - {tuple(row) for row in db.execute(COLUMNS)}
    known.close()
    if lacking:
        raise TornError(f"it lacks {' and '.join(sorted({table for table, _ in lacking}))}")


def _connect(path: Path, mode: str, patience: float) -> sqlite3.Connection:
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=patience,
        check_same_thread=False,
    )
    db.row_factory = sqlite3.Row
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Do all of a block or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # A full disk may have ended the transaction already, and a broken one may not end it.
        if db.in_transaction:
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(db: sqlite3.Connection) -> Iterator[None]:
    """Let all reads of a block see the file as it was at the first one."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        if db.in_transaction:
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")


# --- to read ----------------------------------------------------------------------------------


def readable(path: Path, patience: float = PATIENCE_SECONDS) -> sqlite3.Connection:
    """Open a journal to read; nothing is made, written or brought up to date.

    Raises NoJournalError where there is none, JournalError where it is of another version, and
    sqlite3.Error.
    """
    if not path.exists():
        raise NoJournalError(path.parent)
    try:
        return _readable(path, "ro", patience)
    except sqlite3.OperationalError as error:
        if _code(error) not in UNWRITABLE:
            raise
    # Without a log to merge, SQLite needs no file of its own beside the journal.
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise sqlite3.OperationalError("its directory cannot be written, and its log must be")
    return _readable(path, "ro&immutable=1", patience)


def _readable(path: Path, mode: str, patience: float) -> sqlite3.Connection:
    db = _connect(path, mode, patience)
    with _closed_on_failure(db):
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if not version:
            raise NoJournalError(path.parent)
        if version != len(SCHEMA):
            earlier = (
                f"it was written by an earlier version (schema {version}, known {len(SCHEMA)});"
                " `spot-probe run` brings it up to date"
            )
            raise JournalError(f"{path}: {_later(version) if version > len(SCHEMA) else earlier}")
    return db


# --- the file itself --------------------------------------------------------------------------


def identity(path: Path) -> tuple[tuple[int, int], ...] | None:
    """Return what tells a journal's files from others in their place, None where they are gone."""
    try:
        found = [path.stat(), path.with_name(f"{path.name}-wal").stat()]
    except OSError:
        return None
    return tuple((one.st_dev, one.st_ino) for one in found)


def set_aside(path: Path, kind: str, at: datetime) -> Path:
    """Rename a journal with its log, so that a new one can be begun; return its new name."""
    stamp = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = (f"{path.name}.{kind}-{stamp}{'-' if n else ''}{n or ''}" for n in count())
    name = next(name for name in names if not path.with_name(name).exists())
    for suffix in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            path.with_name(f"{path.name}{suffix}").rename(path.with_name(f"{name}{suffix}"))
    return path.with_name(name)
