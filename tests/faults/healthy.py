"""The healthy target, in a process of its own: whatever keeps the servers beside it busy."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from tests.forked import FORKS
from tests.servers import answering, message, serving


@contextmanager
def healthy() -> Iterator[str]:
    """Serve it; yield its address."""
    ours, theirs = FORKS.Pipe()
    process = FORKS.Process(target=_begin, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()


def _begin(told: Connection) -> None:
    """Be the server, in the new process."""
    asyncio.run(_serve(told))


async def _serve(told: Connection) -> None:
    async with serving(answering(message(b"sign in"))) as server:
        told.send(server.url)
        await asyncio.Event().wait()
