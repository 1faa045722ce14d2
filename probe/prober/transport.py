"""An httpx transport that measures each phase where it happens; one connection per request."""

import asyncio
import base64
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx

from probe.prober import dial, trust
from probe.prober.http1 import Answer
from probe.prober.places import Gate
from probe.prober.reasons import ProxyRefused
from probe.prober.redirect import port
from probe.prober.trace import Trace
from probe.prober.wire import Wire
from probe.types import Phase

_FAMILIES = {"any": socket.AF_UNSPEC, "4": socket.AF_INET, "6": socket.AF_INET6}
_TUNNEL = 200

#: Seconds; asyncio wants one, and the deadline that counts stands around the whole attempt.
_HANDSHAKE = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport(httpx.AsyncBaseTransport):
    """Resolves, connects, does TLS, sends and reads; raises what these raise.

    With a proxy, resolving and connecting are the proxy's, and all until the tunnel through it
    stands is told as connecting.
    """

    trace: Trace
    context: ssl.SSLContext
    resolve: dial.Resolve
    gate: Gate
    ip: str = "any"
    max_header: int = 64 << 10
    proxy: httpx.URL | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer with the head read and the body still in the socket."""
        wire = Wire()
        try:
            secure = request.url.scheme == "https"
            if self.proxy is None:
                await self._connect(wire, request.url)
            else:
                await self._connect_through(wire, request.url, self.proxy)
            if secure:
                await self._secure(wire, request)
            forwarded = self.proxy if not secure else None
            return await self._ask(wire, request, forwarded)
        except BaseException:
            wire.close()
            raise

    async def _connect(self, wire: Wire, url: httpx.URL) -> None:
        self.trace.enter(Phase.RESOLVE)
        host = _host(url)
        found = await self.resolve(host, port(url), _FAMILIES[self.ip])
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "no address of that family")
        addresses = self.gate.admit(host, found)
        self.trace.enter(Phase.CONNECT)
        connected = await dial.connect(addresses)
        self.gate.arrived((connected.family, connected.getpeername()))
        self.trace.ip_protocol = 6 if connected.family == socket.AF_INET6 else 4
        await _take_over(wire, connected)

    async def _connect_through(self, wire: Wire, url: httpx.URL, proxy: httpx.URL) -> None:
        self.gate.admit_name(_host(url))
        self.trace.enter(Phase.CONNECT)
        found = await self.resolve(_host(proxy), port(proxy), socket.AF_UNSPEC)
        await _take_over(wire, await dial.connect(found))
        if proxy.scheme == "https":
            await wire.secure(self.context, _host(proxy), _HANDSHAKE)
        if url.scheme == "https":
            there = b"%s:%d" % (_bracketed(url), port(url))
            head = [b"CONNECT %s HTTP/1.1" % there, b"Host: " + there, *_credentials(proxy)]
            wire.write(b"\r\n".join([*head, b"", b""]))
            answer = await Answer(wire.read, self.max_header, bodiless=True).final()
            if answer.status != _TUNNEL:
                raise ProxyRefused(f"the proxy answered {answer.status} to CONNECT")

    async def _secure(self, wire: Wire, request: httpx.Request) -> None:
        self.trace.enter(Phase.TLS)
        name = request.extensions.get("sni_hostname") or _host(request.url)
        secured = await wire.secure(self.context, name.rstrip("."), _HANDSHAKE)
        self.trace.secured(trust.version(secured), trust.earliest_expiry(secured))

    async def _ask(
        self, wire: Wire, request: httpx.Request, proxy: httpx.URL | None
    ) -> httpx.Response:
        self.trace.enter(Phase.PROCESSING)
        wire.write(_written(request, proxy))

        async def read() -> bytes:
            received = await wire.read()
            if received:
                self.trace.enter(Phase.TRANSFER)
            return received

        answer = Answer(read, self.max_header, bodiless=request.method == "HEAD")
        head = await answer.final(lambda: self.trace.enter(Phase.PROCESSING))
        return httpx.Response(
            head.status, headers=list(head.fields), stream=_Body(answer.body(), wire)
        )


class _Body(httpx.AsyncByteStream):
    """The body as it was sent, without its framing; closing it closes the connection."""

    def __init__(self, pieces: AsyncIterator[bytes], wire: Wire) -> None:
        self._pieces = pieces
        self._wire = wire

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces

    async def aclose(self) -> None:
        self._wire.close()


async def _take_over(wire: Wire, connected: socket.socket) -> None:
    try:
        await asyncio.get_running_loop().create_connection(lambda: wire, sock=connected)
    except BaseException:
        connected.close()
        raise


def _written(request: httpx.Request, proxy: httpx.URL | None) -> bytes:
    target = request.url.raw_path
    fields = request.headers.raw
    if proxy is not None:
        target = b"http://" + request.url.netloc + target
    lines = [b"%s %s HTTP/1.1" % (request.method.encode("ascii"), target)]
    lines += [b"%s: %s" % field for field in fields]
    if proxy is not None:
        lines += _credentials(proxy)
    return b"\r\n".join([*lines, b"", b""]) + request.content


def _credentials(proxy: httpx.URL) -> list[bytes]:
    if not proxy.userinfo:
        return []
    given = f"{proxy.username}:{proxy.password}".encode()
    return [b"Proxy-Authorization: Basic " + base64.b64encode(given)]


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii")


def _bracketed(url: httpx.URL) -> bytes:
    return b"[%s]" % url.raw_host if b":" in url.raw_host else url.raw_host
