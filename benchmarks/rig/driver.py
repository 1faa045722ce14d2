"""Asks blackbox_exporter for probes at a steady rate, in a process whose CPU nobody counts."""

import asyncio
import contextlib
import multiprocessing
import time
import urllib.parse
import zlib
from collections.abc import Iterator, Sequence

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@contextlib.contextmanager
def driving(port: int, urls: Sequence[str], interval: float) -> Iterator[None]:
    """Ask for every URL once an interval, spread over it, until the block ends."""
    process = multiprocessing.get_context("spawn").Process(
        target=_run, args=(port, list(urls), interval), daemon=True
    )
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _run(port: int, urls: list[str], interval: float) -> None:
    asyncio.run(_drive(port, urls, interval))


async def _drive(port: int, urls: list[str], interval: float) -> None:
    idle: list[Streams] = []
    async with asyncio.TaskGroup() as group:
        for url in urls:
            group.create_task(_follow(port, url, interval, idle))


async def _follow(port: int, url: str, interval: float, idle: list[Streams]) -> None:
    place = zlib.crc32(url.encode()) / (1 << 32)
    due = (time.time() // interval + place) * interval
    query = urllib.parse.urlencode({"module": "page", "target": url})
    asked = f"GET /probe?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    while True:
        due += interval
        await asyncio.sleep(due - time.time())
        streams = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", port)
        try:
            await _ask(streams, asked)
            idle.append(streams)
        except (OSError, EOFError):
            streams[1].close()


async def _ask(streams: Streams, asked: bytes) -> None:
    """Send a request over a connection that is kept, and read its answer to the end."""
    reader, writer = streams
    writer.write(asked)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, found, rest = head.partition(b"content-length: ")
    if found:
        await reader.readexactly(int(rest.split(b"\r\n")[0]))
        return
    while size := int((await reader.readline()).split(b";")[0], 16):
        await reader.readexactly(size + 2)
    await reader.readline()
