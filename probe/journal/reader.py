"""Reads of the past, on a thread and a connection of their own: no read delays a write."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from probe.journal.database import JournalError, identity, readable, snapshot, torn
from probe.journal.queries import History

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

#: Nobody waits longer for an answer from a disk.
READ_SECONDS = 10


class UnreadError(JournalError):
    """The past cannot be read now; says why."""


class Reader:
    """Reads one file, whichever stands in its place at the time."""

    def __init__(self, path: Path, found_torn: Callable[[tuple[object, ...]], None]) -> None:
        self.failures = 0
        self._failing = False
        self._path = path
        self._found_torn = found_torn
        self._db: sqlite3.Connection | None = None
        self._opened: tuple[object, ...] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal reader")

    async def read(
        self,
        what: Callable[Concatenate[History, P], T],
        *arguments: P.args,
        **keywords: P.kwargs,
    ) -> T:
        """Ask the past: `await reader.read(History.incidents, 50)`; raises UnreadError."""
        loop = asyncio.get_running_loop()
        asked = loop.run_in_executor(self._thread, lambda: self._ask(what, *arguments, **keywords))
        try:
            async with asyncio.timeout(READ_SECONDS):
                answer = await asked
            self._failing = False
            return answer  # noqa: TRY300  (what follows is for every failure)
        except TimeoutError:
            db = self._db
            if db:
                with suppress(sqlite3.ProgrammingError):  # it was closed meanwhile
                    db.interrupt()
            error: Exception = TimeoutError(f"there was no answer within {READ_SECONDS} s")
        except (sqlite3.Error, OSError, JournalError) as caught:
            error = caught
        self.failures += 1
        if not self._failing:
            log.warning("the past cannot be read of the journal %s: %s", self._path, error)
        self._failing = True
        raise UnreadError(f"the history cannot be read: {error}") from error

    def close(self) -> None:
        """Close the file when the read that is under way has ended; wait for none."""
        self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    def _ask(
        self,
        what: Callable[Concatenate[History, P], T],
        *arguments: P.args,
        **keywords: P.kwargs,
    ) -> T:
        stands = identity(self._path)
        if self._db is None or stands is None or stands != self._opened:
            self._close()
            self._db = readable(self._path)
            self._opened = identity(self._path)
        try:
            with snapshot(self._db):
                return what(History(self._db), *arguments, **keywords)
        except sqlite3.Error as error:
            opened = self._opened
            self._close()
            if torn(error) and opened:
                self._found_torn(opened)
            raise

    def _close(self) -> None:
        if self._db:
            self._db.close()
        self._db = self._opened = None
