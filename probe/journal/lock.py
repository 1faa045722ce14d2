"""One service to a journal: two would both observe, and every figure would count twice."""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from probe.journal.database import JournalError

LOCK = "run.lock"
#: A command that asks whether a service runs holds the lock for that moment.
TRIES, BETWEEN_SECONDS = 5, 0.05


class InUseError(JournalError):
    """Another service uses the storage directory; says which."""


class Lock:
    """The lock of a storage directory, held until it is let go.

    The kernel lets go of it when the process ends, however it ends; commands ask for none.
    """

    def __init__(self, directory: Path) -> None:
        """Raise InUseError while another service holds it, OSError where there can be none."""
        self._path = directory / LOCK
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            self._take()
        except BlockingIOError:
            pid = os.pread(self._descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            self.let_go()
            raise InUseError(
                f"another spot-probe run uses {directory} (pid {pid});"
                " stop it or give this one its own --storage.path"
            ) from None
        except OSError:  # a file system that knows no locks: nobody can be kept out
            return
        with suppress(OSError):  # a full disk has no room for a number; the lock holds all the same
            os.truncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def _take(self) -> None:
        for tries_left in reversed(range(TRIES)):
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not tries_left:
                    raise
                time.sleep(BETWEEN_SECONDS)
            else:
                break

    def stands(self) -> bool:
        """Return whether it is still the directory's: it goes with a directory that is removed."""
        try:
            return os.path.samestat(os.fstat(self._descriptor), self._path.stat())
        except OSError:
            return False

    def let_go(self) -> None:
        """Let another service have it."""
        os.close(self._descriptor)


def in_use(directory: str | Path) -> bool:
    """Return whether a service uses a storage directory now; nothing is written there."""
    try:
        descriptor = os.open(Path(directory) / LOCK, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False
