"""Whether the probe's own network is up."""

import asyncio
import base64
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from probe.prober import dial

#: What a proxy answers that could not reach an address: the network behind it is down. Any other
#: refusal is the proxy's policy and says nothing.
_BEHIND_IS_DOWN = frozenset({502, 503, 504})
_PORTS = {"http": 80, "https": 443}
_OK = 200


async def online(
    addresses: Sequence[str],
    within: timedelta,
    *,
    resolve: dial.Resolve,
    proxy: str | None = None,
) -> bool | None:
    """Whether any of the `tcp://host:port` addresses accepts a connection within a time.

    All are asked at once, through the proxy if one is given, and the first that accepts is enough.
    None when there are none to ask, or when a proxy forbids to ask.
    """
    asked = [asyncio.create_task(_asked(one, within, proxy, resolve)) for one in addresses]
    answers: list[bool | None] = []
    try:
        for answer in asyncio.as_completed(asked):
            answers.append(await answer)
            if answers[-1]:
                return True
    finally:
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
    return None if not answers or None in answers else False


async def _asked(
    address: str, within: timedelta, proxy: str | None, resolve: dial.Resolve
) -> bool | None:
    host, port = parsed(address)
    with contextlib.suppress(OSError, UnicodeError, EOFError, ValueError):
        async with asyncio.timeout(within.total_seconds()):
            if proxy is not None:
                return await _behind(proxy, host, port, resolve)
            connected, _ = await dial.connect(await resolve(host, port, dial.ANY))
            connected.close()
            return True
    return False


async def _behind(proxy: str, host: str, port: int, resolve: dial.Resolve) -> bool | None:
    """Ask a proxy for a tunnel to an address."""
    parts = urlsplit(proxy)
    name, at = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 80)
    connected, _ = await dial.connect(await resolve(name, at, dial.ANY))
    secure = ssl.create_default_context() if parts.scheme == "https" else None
    reader, writer = await asyncio.open_connection(
        sock=connected, ssl=secure, server_hostname=name if secure else None
    )
    try:
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
        if parts.username is not None:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            lines.append(f"Proxy-Authorization: Basic {base64.b64encode(login).decode()}")
        writer.write("\r\n".join([*lines, "", ""]).encode())
        _, status, *_ = (await reader.readline()).split()
    finally:
        writer.transport.abort()
    if int(status) == _OK:
        return True
    return False if int(status) in _BEHIND_IS_DOWN else None


def parsed(address: str) -> tuple[str, int]:
    """Split `tcp://host:port`, an IPv6 host in brackets; a ValueError quotes what is neither."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(address)
        if parts.scheme == "tcp" and parts.hostname and parts.port and not parts.path.strip("/"):
            return parts.hostname, parts.port
    raise ValueError(f"{address!r} is not of the form tcp://host:port")


class Vantage:
    """The place from which we probe: how it resolves names, whether a failure may be its own.

    `clock` is monotonic and `stalled` how long our event loop has stood still so far, in seconds.
    An answer of any target proves our network, so its `addresses` are asked, for as long as
    `within`, only where none was answered since the failing probe began.
    """

    def __init__(  # noqa: PLR0913  (what the world is made of is handed in)
        self,
        addresses: Sequence[str],
        within: timedelta,
        *,
        resolve: dial.Resolve,
        clock: Callable[[], float],
        stalled: Callable[[], float] = lambda: 0.0,
        ask: Callable[..., Awaitable[bool | None]] = online,
    ) -> None:
        self._addresses = addresses
        self._within = within
        self.resolve = resolve
        self.clock = clock
        self.stalled = stalled
        self._ask = ask
        self._answered_at = float("-inf")

    def answered(self) -> None:
        """Note that a target has just been answered."""
        self._answered_at = self.clock()

    async def is_online(self, since: float, proxy: str | None, most: timedelta) -> bool | None:
        """Return whether our network was up since an instant; None when that cannot be told.

        It is asked for `most` at the most.
        """
        if self._answered_at >= since:
            return True
        within = min(self._within, most)
        up = await self._ask(self._addresses, within, resolve=self.resolve, proxy=proxy)
        return True if self._answered_at >= since else up
