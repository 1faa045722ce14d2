"""What is built from files, built again when they change."""

import logging
import os
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

_LOG = logging.getLogger(__name__)

#: When a file was changed, how long it is and which one it is; None where there is none.
_Stamp = tuple[int, int, int] | None


class Renewed(Generic[T]):
    """A value that was built from files and follows them, such as a certificate that is renewed.

    Building raises ValueError or OSError for files that cannot be used. At the beginning that is
    raised; later it is logged once, and the old value stays until the files change again.
    """

    def __init__(self, files: Sequence[str], build: Callable[[], T]) -> None:
        self._files = tuple(files)
        self._build = build
        self._stamps = self._look()
        self._value = build()

    def get(self) -> T:
        """Return the value of the files as they are now; this costs one look at each of them."""
        stamps = self._look()  # before they are read: what changes meanwhile is seen next time
        if stamps != self._stamps:
            self._stamps = stamps
            try:
                self._value = self._build()
            except (ValueError, OSError) as error:
                _LOG.error("changed files cannot be used, the old ones stay: %s", error)
            else:
                _LOG.info("took over the changed %s", " and ".join(self._files))
        return self._value

    def _look(self) -> tuple[_Stamp, ...]:
        return tuple(_stamp(file) for file in self._files)


def _stamp(file: str) -> _Stamp:
    try:
        found = os.stat(file)  # noqa: PTH116 - done at every probe, and Path would double its cost
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
