"""An httpx transport that measures each phase where it happens; one connection per request."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass

import h11
import httpx

from probe.prober import dial, trust
from probe.prober.redirect import port
from probe.prober.trace import Trace
from probe.types import Phase

_CHUNK = 64 << 10
_FAMILIES = {"any": socket.AF_UNSPEC, "4": socket.AF_INET, "6": socket.AF_INET6}

#: Seconds; asyncio wants one, and the deadline that counts stands around the whole attempt.
_HANDSHAKE = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport(httpx.AsyncBaseTransport):
    """Resolves, connects, does TLS, sends and reads; raises what asyncio, ssl and h11 raise."""

    trace: Trace
    context: ssl.SSLContext
    ip: str = "any"
    max_header: int = 64 << 10
    resolve: dial.Resolve = dial.getaddrinfo

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer with the head read and the body still in the socket."""
        self.trace.enter(Phase.RESOLVE)
        host = request.url.raw_host.decode("ascii")
        addresses = await self.resolve(host, port(request.url), _FAMILIES[self.ip])
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no address of that family")
        self.trace.enter(Phase.CONNECT)
        connected = await dial.connect(addresses)
        self.trace.ip_protocol = 6 if connected.family == socket.AF_INET6 else 4
        reader, writer = await self._open(connected, request)
        connection = Connection(reader, writer, self.trace, self.max_header)
        try:
            head = await connection.ask(request)
        except BaseException:
            await connection.aclose()
            raise
        return httpx.Response(head.status_code, headers=list(head.headers), stream=connection)

    async def _open(
        self, connected: socket.socket, request: httpx.Request
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if request.url.scheme == "http":
            return await asyncio.open_connection(sock=connected)
        self.trace.enter(Phase.TLS)
        name = request.extensions.get("sni_hostname") or request.url.raw_host.decode("ascii")
        reader, writer = await asyncio.open_connection(
            sock=connected,
            ssl=self.context,
            server_hostname=name.rstrip("."),
            ssl_handshake_timeout=_HANDSHAKE,
        )
        secured: ssl.SSLObject = writer.get_extra_info("ssl_object")
        self.trace.tls_version = trust.version(secured)
        self.trace.certificate_expires_at = trust.earliest_expiry(secured)
        return reader, writer


class Connection(httpx.AsyncByteStream):
    """One request and its answer over an open stream; iterating it gives the body as sent."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        trace: Trace,
        max_header: int,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._trace = trace
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=max_header)

    async def ask(self, request: httpx.Request) -> h11.Response:
        """Send the request and read the head of its answer, past any 1xx."""
        self._trace.enter(Phase.PROCESSING)
        if self._writer.is_closing():  # uvloop calls a write to it a programmer's error
            raise ConnectionResetError("closed before the request was sent")
        for part in (
            h11.Request(
                method=request.method,
                target=request.url.raw_path,
                headers=request.headers.raw,
            ),
            h11.Data(data=request.content),
            h11.EndOfMessage(),
        ):
            self._writer.write(self._http.send(part) or b"")
        await self._writer.drain()
        while not isinstance(event := await self._next(), h11.Response):
            if not isinstance(event, h11.InformationalResponse):
                raise h11.RemoteProtocolError(f"{type(event).__name__} in place of an answer")
            self._trace.enter(Phase.PROCESSING)
        self._trace.enter(Phase.TRANSFER)
        return event

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while isinstance(event := await self._next(), h11.Data):
            yield bytes(event.data)

    async def aclose(self) -> None:
        """Close at once: say goodbye, and do not wait for the other side to say it too."""
        self._writer.close()
        self._writer.transport.abort()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _next(self) -> h11.Event:
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.Event):
                return event
            if event is h11.PAUSED:
                raise h11.RemoteProtocolError("switched to another protocol")
            received = await self._reader.read(_CHUNK)
            if not received and self._trace.phase is Phase.PROCESSING:
                raise EOFError("closed without an answer")
            self._trace.enter(Phase.TRANSFER)
            self._http.receive_data(received)
