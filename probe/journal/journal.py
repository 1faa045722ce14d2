"""The journal of the running service: known in memory at once, written to its file behind."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from probe.journal.database import FILE
from probe.journal.noticeboard import Noticeboard
from probe.journal.observationtables import Record, ongoing
from probe.journal.published import Notices
from probe.journal.queries import History
from probe.journal.reader import Reader
from probe.journal.writer import Writer
from probe.types import JournalState, Observation, Streak, Verdict

P = ParamSpec("P")
T = TypeVar("T")

#: How long the start waits for the file; a disk that does not answer holds nothing up for longer.
START_SECONDS = 5.0


class Journal:
    """What the service knows and keeps; nothing here but `read` ever waits for the disk."""

    def __init__(self, directory: str | Path, clock: Callable[[], datetime]) -> None:
        path = Path(directory) / FILE
        self._lasts: dict[str, Record] = {}
        self._began: dict[str, Record] = {}
        self._adopted: dict[str, tuple[Streak | None, Streak]] = {}
        self._observing = threading.Lock()
        self._hearing: list[Callable[[], None]] = []
        self._writer = Writer(path, clock=clock, opened=self._adopt, told=self._tell)
        self._reader = Reader(path, self._writer.found_torn)

    def start(self) -> None:
        """Open the file, or go on without it; raises InUseError when another service has it."""
        self._writer.start(START_SECONDS)

    def close(self) -> None:
        """Write what waits, not for ever, and close the file."""
        self._writer.stop()
        self._reader.close()

    def listen(self, hearing: Callable[[], None]) -> None:
        """Call this, in the writer's thread, when something is known by other ways than from us.

        That is: the file was opened, a person told a command something, or `state` changed.
        """
        self._hearing.append(hearing)

    @property
    def notices(self) -> Notices:
        """Where what is published is told, and what people make of it."""
        return self._writer.notices

    @property
    def board(self) -> Noticeboard:
        """All that may still matter of what was published."""
        return self.notices.board

    @property
    def state(self) -> JournalState:
        """How it stands with the file."""
        return replace(self._writer.state, read_failures=self._reader.failures)

    async def read(
        self,
        what: Callable[Concatenate[History, P], T],
        *arguments: P.args,
        **keywords: P.kwargs,
    ) -> T:
        """Ask the past: `await journal.read(History.incidents, 50)`; raises UnreadError."""
        return await self._reader.read(what, *arguments, **keywords)

    # --- what was observed -------------------------------------------------------------------

    def record(self, observation: Observation, stands: timedelta) -> None:
        """Keep an observation, which stands so long when no other follows."""
        with self._observing:
            record = self._joined(Record(observation=observation, stands=stands))
            if observation.verdict is Verdict.UP:
                self._began.pop(record.target, None)
                self._adopted.pop(record.target, None)
            elif record.target not in self._lasts:
                self._began[record.target] = record
            self._lasts[record.target] = record
            self._writer.add(record)

    def last(self, target: str) -> Observation | None:
        """Return the last observation of a target, None if it was never observed."""
        last = self._lasts.get(target)
        return last.observation if last else None

    def ongoing(self, target: str, at: datetime) -> Streak | None:
        """Return the streak that a failure at an instant goes on with, None for one of its own."""
        return ongoing(self._lasts.get(target), at)

    def thin(self, before: datetime, whole_from: datetime) -> None:
        """Forget what ended before an instant, and single successes from before another."""
        self._writer.thin(before, whole_from)

    def _adopt(self, lasts: Mapping[str, Record]) -> None:
        """Go on where the file ended: what failed from the start on may go on with its streak."""
        with self._observing:
            for target, last in lasts.items():
                began, now = self._began.pop(target, None), self._lasts.get(target)
                if now is None:
                    self._lasts[target] = last
                elif began and (streak := ongoing(last, began.at)):
                    self._adopted[target] = (now.observation.streak, streak)
                    self._lasts[target] = self._joined(now)
            self._writer.rewrite_queued(self._joined)

    def _joined(self, record: Record) -> Record:
        """Return a record with the streak that it belongs to since the file is known."""
        own, adopted = self._adopted.get(record.target, (None, None))
        observation = record.observation
        up = observation.verdict is Verdict.UP
        if not adopted or up or observation.streak not in {None, own}:
            return record
        return replace(record, observation=replace(observation, streak=adopted))

    def _tell(self) -> None:
        for hearing in self._hearing:
            hearing()
