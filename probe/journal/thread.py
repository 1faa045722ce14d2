"""The journal behind the one thread that uses it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from probe.journal.history import Journal

P = ParamSpec("P")
T = TypeVar("T")


class JournalThread:
    """The journal behind the one thread that uses it: an event loop must not wait for disks.

    `journal` itself is only for whoever has nothing under way there: before, after and between.
    """

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")

    async def do(
        self,
        what: Callable[Concatenate[Journal, P], T],
        *arguments: P.args,
        **keywords: P.kwargs,
    ) -> T:
        """Do one of the journal's methods: `await thread.do(Journal.record, observation)`."""
        done = partial(what, self.journal, *arguments, **keywords)
        return await asyncio.get_running_loop().run_in_executor(self._thread, done)

    def close(self) -> None:
        """Finish what was begun and close the file."""
        self._thread.shutdown(wait=True)
        self.journal.close()
