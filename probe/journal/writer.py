"""The one thread that writes the file: it follows, in order, what is known in memory.

What is published is a value, so what has to be written of it is what differs from the file;
observations wait in a queue. Both are written together, in one transaction, a fraction of a second
after they came about. While the file cannot be written they wait, and the disk is tried again.
"""

import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from probe.journal import noticetables, observationtables
from probe.journal.database import (
    JournalError,
    TornError,
    busy,
    identity,
    readable,
    set_aside,
    snapshot,
    torn,
    transaction,
    writable,
)
from probe.journal.lock import InUseError, Lock
from probe.journal.noticeboard import Noticeboard, heard, merge
from probe.journal.observationtables import Record
from probe.journal.published import Notices
from probe.journal.queries import History
from probe.types import JournalState

log = logging.getLogger(__name__)

#: So many observations wait in memory at the most; then the oldest are dropped.
MOST_QUEUED = 20_000
#: How long an observation waits for more, and how many are one transaction: that is what `kill -9`
#: and a power cut may lose.
LINGER_SECONDS = 0.5
BATCH = 1_000
#: How often the file is looked at for what others did: a command's review, a folder deleted.
POLL_SECONDS = 1.0
#: How long another process's write is waited for, and after a failure the next attempt.
PATIENCE_SECONDS = 1.0
FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 0.5, 30.0
#: How long the end of the program waits for the last write.
LAST_WRITE_SECONDS = 5.0

Opened = Callable[[Mapping[str, Record]], None]


class Writer:
    """Writes one file; `opened` hears the last observation of each target that the file had."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime],
        opened: Opened,
        told: Callable[[], None],
    ) -> None:
        self.notices = Notices(changed=self.hurry)
        self._path, self._clock = path, clock
        self._opened, self._told = opened, told
        self._db: sqlite3.Connection | None = None
        self._lock: Lock | None = None
        self._identity: tuple[tuple[int, int], ...] | None = None
        self._version = 0
        self._written = Noticeboard()
        self._queue: deque[Record] = deque()
        self._queueing = threading.Lock()
        self._uncertain = False
        self._thinning: Iterator[bool] | None = None
        self._thin_asked: tuple[datetime, datetime] | None = None
        self._found_torn: tuple[object, ...] | None = None
        self._work, self._hurry, self._tried = (threading.Event() for _ in range(3))
        self._ending = threading.Event()
        self._loaded = False
        self._retry = FIRST_RETRY_SECONDS
        self._in_use: InUseError | None = None
        self._trouble = ""
        self._trouble_since: datetime | None = None
        self._write_failures = self._dropped = self._files_set_aside = 0
        self._set_aside: str | None = None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    # --- from other threads ------------------------------------------------------------------

    def start(self, seconds: float) -> None:
        """Begin, and wait so long for the file; raises InUseError when another service has it."""
        self._thread.start()
        self._tried.wait(seconds)
        if self._in_use:
            raise self._in_use

    def add(self, record: Record) -> None:
        """Let an observation be written next."""
        with self._queueing:
            self._queue.append(record)
            self._trim()
        if not self._work.is_set():
            self._work.set()

    def hurry(self) -> None:
        """Let what is known now be written at once: it is rare, and matters more than one probe."""
        self._hurry.set()
        self._work.set()

    def rewrite_queued(self, change: Callable[[Record], Record]) -> None:
        """Change what waits to be written."""
        with self._queueing:
            self._queue = deque(map(change, self._queue))

    def thin(self, before: datetime, whole_from: datetime) -> None:
        """Let what is old be thinned when there is time."""
        self._thin_asked = before, whole_from
        self._work.set()

    def found_torn(self, opened: tuple[object, ...]) -> None:
        """Set the file aside, if it is still this one: a read has found it damaged."""
        self._found_torn = opened
        self._work.set()

    def stop(self) -> None:
        """Write what waits, but not for ever, and close the file."""
        self._ending.set()
        self.hurry()
        if self._thread.ident:
            self._thread.join(LAST_WRITE_SECONDS)
        if self._queue:
            log.error("the journal ends without %s observations", len(self._queue))

    @property
    def state(self) -> JournalState:
        """How it stands with the file."""
        return JournalState(
            queued=len(self._queue),
            trouble=self._trouble,
            trouble_since=self._trouble_since,
            set_aside=self._set_aside,
            write_failures=self._write_failures,
            dropped=self._dropped,
            files_set_aside=self._files_set_aside,
        )

    # --- the thread --------------------------------------------------------------------------

    def _run(self) -> None:
        stopping = False
        while not stopping:
            stopping = self._ending.is_set()
            try:
                self._turn()
            except InUseError as error:
                if not self._tried.is_set():
                    self._in_use = error
                    self._tried.set()
                    return
                self._failed(error)
            except Exception as error:
                ours = not isinstance(error, sqlite3.Error | OSError | TornError)
                if ours and not self._trouble:
                    log.exception("a fault of ours while writing the journal")
                self._failed(error)
            else:
                self._well()
            self._tried.set()
            if not stopping:
                self._wait()
        self._close()
        if self._lock:
            self._lock.let_go()

    def _wait(self) -> None:
        """Wait until there is something to write; a moment longer, so that more goes with it."""
        if self._trouble:
            self._ending.wait(self._retry)
            self._retry = min(2 * self._retry, LAST_RETRY_SECONDS)
        elif not self._thinning and self._work.wait(POLL_SECONDS):
            self._hurry.wait(LINGER_SECONDS)
        self._work.clear()
        self._hurry.clear()

    def _turn(self) -> None:
        """Bring the file up to what is known; one that is torn makes place for a new one."""
        try:
            self._follow()
        except (sqlite3.Error, TornError) as error:
            if not torn(error):
                raise
            self._put_away(error)
            self._follow()

    def _follow(self) -> None:
        self._look()
        db = self._db or self._open()
        self._hear(db)
        self._write(db)
        self._thin(db)

    def _well(self) -> None:
        if self._trouble:
            log.info("the journal %s is written again; nothing more waits", self._path)
            self._trouble, self._trouble_since = "", None
            self._told()
        self._retry = FIRST_RETRY_SECONDS

    def _failed(self, error: Exception) -> None:
        self._write_failures += 1
        began = not self._trouble
        self._trouble = str(error) or type(error).__name__
        if began:
            log.warning(
                "the journal %s cannot be written: %s; what happens is kept in memory, the last"
                " %s observations at the most, and written later",
                self._path,
                self._trouble,
                MOST_QUEUED,
            )
            self._trouble_since = self._clock()
        if not busy(error):
            self._close()
        if not self._loaded:
            self._peek()
        if began:
            self._told()

    # --- its steps ---------------------------------------------------------------------------

    def _look(self) -> None:
        """Notice that the file is gone, or another one in its place, or that a read found it torn.

        SQLite would go on writing into files that nobody can find any longer.
        """
        if self._db is None:
            return
        now = identity(self._path)
        if now != self._identity:
            log.warning("the journal %s was removed or replaced; it is opened anew", self._path)
            self._close()
        elif self._found_torn == now:
            raise TornError("a read found it damaged")
        self._found_torn = None

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._lock and not self._lock.stands():
            self._lock.let_go()
            self._lock = None
        if self._lock is None:
            self._lock = Lock(self._path.parent)
        db = writable(self._path, PATIENCE_SECONDS)
        try:
            self._version = data_version(db)
            self._written = self._load(db)
        except BaseException:
            db.close()
            raise
        self._db, self._identity = db, identity(self._path)
        return db

    def _load(self, db: sqlite3.Connection) -> Noticeboard:
        """Join what the file has with what is known; return what the file has."""
        history = History(db)
        with snapshot(db):
            disk, lasts = history.noticeboard(self._clock()), history.lasts()
        self.notices.change(lambda board: merge(board, disk))
        self._opened(lasts)
        self._loaded = True
        self._told()
        return disk

    def _peek(self) -> None:
        """Read at least what a file says that cannot be written."""
        with suppress(sqlite3.Error, OSError, JournalError):
            db = readable(self._path, PATIENCE_SECONDS)
            with closing(db):
                self._load(db)

    def _put_away(self, error: Exception) -> None:
        """Set a file aside that cannot be read."""
        self._write_failures += 1
        self._close()
        name = set_aside(self._path, getattr(error, "kind", "torn"), self._clock())
        self._set_aside = name.name
        self._files_set_aside += 1
        self._found_torn = None
        log.error(
            "the journal %s cannot be read: %s; it is kept as %s, and a new one is begun",
            self._path,
            error,
            name,
        )
        self._told()

    def _hear(self, db: sqlite3.Connection) -> None:
        """Take over what people have told a command since."""
        version = data_version(db)
        if version == self._version:
            return
        others = noticetables.read_by_people(db)
        before, after = self.notices.change(lambda board: heard(board, others))
        self._version = version
        if before != after:
            self._told()

    def _write(self, db: sqlite3.Connection) -> None:
        """Write until nothing waits; where it is not known how a write ended, nothing twice."""
        while self._queue or self.notices.board is not self._written:
            board, batch = self.notices.board, self._take()
            try:
                with transaction(db):
                    noticetables.write(db, self._written, board)
                    new = observationtables.missing(db, batch) if self._uncertain else batch
                    observationtables.write(db, new)
            except BaseException as error:
                self._uncertain = True
                if not isinstance(error, sqlite3.Error):
                    batch = self._writable(batch)
                self._put_back(batch)
                raise
            self._uncertain, self._written = False, board

    def _writable(self, batch: list[Record]) -> list[Record]:
        """Return a batch without what no file can take: the others must not wait for it."""
        good = list(filter(observationtables.is_writable, batch))
        self._dropped += len(batch) - len(good)
        return good

    def _thin(self, db: sqlite3.Connection) -> None:
        if self._thin_asked:
            self._thinning = observationtables.thin(db, *self._thin_asked)
            self._thin_asked = None
        if self._thinning:
            try:
                with transaction(db):
                    more = next(self._thinning, False)
            except BaseException:
                self._thinning = None  # it is asked for again
                raise
            if more is False:
                self._thinning = None

    def _take(self) -> list[Record]:
        with self._queueing:
            return [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]

    def _put_back(self, batch: list[Record]) -> None:
        with self._queueing:
            self._queue.extendleft(reversed(batch))
            self._trim()

    def _trim(self) -> None:
        while len(self._queue) > MOST_QUEUED:
            self._queue.popleft()
            self._dropped += 1

    def _close(self) -> None:
        self._thinning = None
        if self._db:
            with suppress(sqlite3.Error):
                self._db.close()
        self._db = None


def data_version(db: sqlite3.Connection) -> int:
    """Return a number that changes when another connection has written."""
    version: int = db.execute("PRAGMA data_version").fetchone()[0]
    return version
