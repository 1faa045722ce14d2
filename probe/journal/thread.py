"""The journal behind the one thread that uses it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from probe.journal.history import Journal

P = ParamSpec("P")
T = TypeVar("T")


class JournalThread:
    """The journal behind the one thread that uses it: an event loop must not wait for disks."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")

    async def do(
        self,
        what: Callable[Concatenate[Journal, P], T],
        *arguments: P.args,
        **keywords: P.kwargs,
    ) -> T:
        """Do one of the journal's methods: `await thread.do(Journal.record, observation)`."""
        return await asyncio.wrap_future(self._begin(what, *arguments, **keywords))

    def wait(
        self,
        what: Callable[Concatenate[Journal, P], T],
        *arguments: P.args,
        **keywords: P.kwargs,
    ) -> T:
        """Do one of the journal's methods where no event loop has to go on meanwhile."""
        return self._begin(what, *arguments, **keywords).result()

    def _begin(
        self,
        what: Callable[Concatenate[Journal, P], T],
        *arguments: P.args,
        **keywords: P.kwargs,
    ) -> Future[T]:
        return self._thread.submit(what, self._journal, *arguments, **keywords)

    def close(self) -> None:
        """Finish what was begun and close the file."""
        self.wait(Journal.close)
        self._thread.shutdown()
