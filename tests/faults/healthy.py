"""The healthy target, in a process of its own: whatever keeps the servers beside it busy."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection

from tests.forked import FORKS
from tests.servers import answering, message, serving


@asynccontextmanager
async def healthy() -> AsyncIterator[str]:
    """Serve it; yield its address. The servers of this process answer while it starts and ends."""
    ours, theirs = FORKS.Pipe()
    process = FORKS.Process(target=_begin, args=(theirs,), daemon=True)
    await asyncio.to_thread(process.start)
    try:
        yield await asyncio.to_thread(ours.recv)
    finally:
        process.kill()
        await asyncio.to_thread(process.join)


def _begin(told: Connection) -> None:
    """Be the server, in the new process."""
    asyncio.run(_serve(told))


async def _serve(told: Connection) -> None:
    async with serving(answering(message(b"sign in"))) as server:
        told.send(server.url)
        await asyncio.Event().wait()
