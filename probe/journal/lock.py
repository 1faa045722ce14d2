"""One service to a journal: two would both observe, and every figure would count twice."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from probe.journal.database import JournalError, unopened

LOCK = "run.lock"


@contextmanager
def sole(directory: str | Path) -> Iterator[None]:
    """Be the only service of a storage directory; while another is, raise JournalError.

    The kernel lets go of the lock when the process ends, however it ends; commands ask for none.
    """
    path = Path(directory) / LOCK
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise unopened(path, error.strerror) from error
    try:
        _take(lock, directory)
        yield
    finally:
        os.close(lock)


def _take(lock: int, directory: str | Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.pread(lock, 20, 0).decode(errors="replace").strip() or "unknown"
        raise JournalError(
            f"another spot-probe run uses {directory} (pid {pid});"
            " stop it or give this one its own --storage.path"
        ) from None
    except OSError as error:
        raise JournalError(f"{directory}: cannot be locked: {error.strerror}") from error
    with suppress(OSError):  # a full disk has no room for a number; the lock holds all the same
        os.truncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
