"""Whether the probe's own network is up."""

import asyncio
import contextlib
import socket
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from probe.prober import dial


async def online(
    addresses: Sequence[str], within: timedelta, *, resolve: dial.Resolve
) -> bool | None:
    """Whether any of the `tcp://host:port` addresses accepts a connection within a time.

    All are asked at once, and the first that accepts is enough; None when there are none to ask.
    """
    if not addresses:
        return None
    asked = [asyncio.create_task(_reached(address, within, resolve)) for address in addresses]
    try:
        for answer in asyncio.as_completed(asked):
            if await answer:
                return True
    finally:
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
    return False


async def _reached(address: str, within: timedelta, resolve: dial.Resolve) -> bool:
    host, port = parsed(address)
    with contextlib.suppress(OSError, UnicodeError):
        async with asyncio.timeout(within.total_seconds()):
            found = await resolve(host, port, socket.AF_UNSPEC)
            (await dial.connect(found)).close()
            return True
    return False


def parsed(address: str) -> tuple[str, int]:
    """Split `tcp://host:port`, an IPv6 host in brackets; a ValueError quotes what is neither."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(address)
        if parts.scheme == "tcp" and parts.hostname and parts.port and not parts.path.strip("/"):
            return parts.hostname, parts.port
    raise ValueError(f"{address!r} is not of the form tcp://host:port")
