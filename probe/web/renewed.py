"""`--web.config.file` as it is now: certificates and passwords change without a restart."""

import logging
from pathlib import Path

from probe.config import DocumentError
from probe.web import toolkit
from probe.web.toolkit import WebConfig

log = logging.getLogger(__name__)

#: What tells one version of a file from another, without reading it; None: it cannot be looked at.
Mark = tuple[int, int, int, int] | None


class Renewed:
    """Reads the file at once, and again whenever it or a file that it names has changed.

    The first reading raises DocumentError. A later one that fails leaves what was in force, and
    says so once in the log.
    """

    def __init__(self, path: str | None) -> None:
        self._path = path
        # Looked at before it is read: what changes meanwhile is read again.
        self._marks = _marks((path,) if path else ())
        self._config = toolkit.load(path)
        self._marks |= _marks(self._config.files[1:])

    def __call__(self) -> WebConfig:
        """Return what is in force now."""
        marks = _marks(self._marks)
        if marks != self._marks:
            self._marks = marks
            self._read_again()
        return self._config

    def _read_again(self) -> None:
        try:
            config = toolkit.load(self._path)
        except DocumentError as error:
            log.error("--web.config.file cannot be taken over; the old one holds: %s", error)  # noqa: TRY400  (the file is wrong, not the code)
            return
        self._config = config
        self._marks = {file: self._marks.get(file) or _mark(file) for file in config.files}
        log.info("took over %s, which has changed", self._path)


def _marks(files: tuple[str, ...] | dict[str, Mark]) -> dict[str, Mark]:
    return {file: _mark(file) for file in files}


def _mark(file: str) -> Mark:
    try:
        found = Path(file).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
