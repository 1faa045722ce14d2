"""The states in which a journal's file is found, each made of a real one."""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from probe.journal import FILE

#: A condition that has not come about by then never will.
PATIENCE_SECONDS = 30


def until(condition: Callable[[], object]) -> None:
    """Wait for a condition."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.01)


def merged(path: Path) -> None:
    """Merge the log of a journal that somebody may use into its file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def spoilt(path: Path) -> None:
    """Turn the bits of all pages but the first two; schema and version stay readable."""
    content = bytearray(path.read_bytes())
    content[8192:] = bytes(byte ^ 0xFF for byte in content[8192:])
    with path.open("r+b") as file:
        file.write(content)


def headless(path: Path) -> None:
    """Turn the bits of its beginning."""
    content = path.read_bytes()
    path.write_bytes(bytes(byte ^ 0xFF for byte in content[:4096]) + content[4096:])


def cut(path: Path) -> None:
    """Cut it in half."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def text(path: Path) -> None:
    """Put a text in its place."""
    path.write_text("not a database, but long enough to be read as one\n" * 100, encoding="utf-8")


def directory(path: Path) -> None:
    """Put a directory in its place."""
    path.unlink()
    path.mkdir()
    (path / "something").touch()


def later(path: Path) -> None:
    """Let a later version have written it."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")


def others(path: Path) -> None:
    """Let another program have written it."""
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE observation (id)")


def lacking(path: Path) -> None:
    """Take a table away."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE span")


def looped(path: Path) -> None:
    """Put a link to itself in its place."""
    path.unlink()
    path.symlink_to(path)


def pipe(path: Path) -> None:
    """Put a named pipe in its place, which waits for ever when it is opened."""
    path.unlink()
    os.mkfifo(path)


UNREADABLE = {
    "spoilt": spoilt,
    "headless": headless,
    "cut": cut,
    "text": text,
    "directory": directory,
    "looped": looped,
    "pipe": pipe,
    "later": later,
    "others": others,
    "lacking": lacking,
}


def aside(path: Path, kind: str = "") -> list[Path]:
    """Return what was set aside of a journal, its logs left out."""
    found = sorted(path.parent.glob(f"{FILE}.{kind}*"))
    return [one for one in found if not one.name.endswith(("-wal", "-shm"))]
