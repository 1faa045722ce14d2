"""The journal for commands that work beside the service, or without one."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from probe.journal import noticetables
from probe.journal.database import (
    FILE,
    JournalError,
    NoJournalError,
    TornError,
    readable,
    snapshot,
    transaction,
    writable,
)
from probe.journal.noticeboard import Noticeboard
from probe.journal.published import Notices
from probe.journal.queries import History

REMEDY = "name a directory that can be written with --storage.path"


@contextmanager
def reading(directory: str | Path) -> Iterator[History]:
    """Ask the past; makes and changes nothing, and raises JournalError where it cannot be read."""
    path = Path(directory) / FILE
    try:
        with closing(readable(path)) as db, snapshot(db):
            yield History(db)
    except (OSError, sqlite3.Error) as error:
        raise JournalError(f"{path}: cannot be read: {error}") from error


@contextmanager
def writing(directory: str | Path, *, make: bool = False) -> Iterator[Notices]:
    """Change what was published, and write it in the end; the running service obeys within seconds.

    Raises JournalError where it cannot be written; a journal is only made where that is said.
    """
    path = Path(directory) / FILE
    if not make and not path.exists():
        raise NoJournalError(path.parent)
    with _open(path) as db:
        notices = Notices(noticetables.read(db))
        before = notices.board
        yield notices
        with transaction(db):
            noticetables.write(db, before, notices.board)


def keep(directory: str | Path, before: Noticeboard, after: Noticeboard) -> None:
    """Write what is known now over what was known before; raises JournalError."""
    with _open(Path(directory) / FILE) as db, transaction(db):
        noticetables.write(db, before, after)


@contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(writable(path)) as db:
            yield db
    except (OSError, sqlite3.Error, TornError) as error:
        raise JournalError(f"{path}: cannot be written: {error}; {REMEDY}") from error
