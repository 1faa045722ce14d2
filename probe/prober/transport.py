"""Asks one server over a connection of its own, and notes each phase where it happens."""

import base64
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass

import httpx

from probe.prober import dial, trust
from probe.prober.http1 import Answer, Field, Head
from probe.prober.places import Gate
from probe.prober.reasons import ProxyRefused
from probe.prober.redirect import Hop, port
from probe.prober.trace import Trace
from probe.prober.wire import Plain, Secure, Wire
from probe.types import Phase

_FAMILIES = {"any": socket.AF_UNSPEC, "4": socket.AF_INET, "6": socket.AF_INET6}
_TUNNEL = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """What connects in our place."""

    host: str
    port: int
    secure: bool
    login: bytes
    """The header that says who we are, its line's end included; empty for none."""


def proxied(url: httpx.URL) -> Proxy:
    """Return the proxy that a URL describes."""
    given = base64.b64encode(f"{url.username}:{url.password}".encode())
    return Proxy(
        host=host(url),
        port=port(url),
        secure=url.scheme == "https",
        login=b"Proxy-Authorization: Basic %s\r\n" % given if url.userinfo else b"",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A request as it goes out, and where to; `name` is the one by which TLS knows the server."""

    hop: Hop
    address: str
    host: str
    port: int
    secure: bool
    name: str
    bodiless: bool
    """Whether its answer has no body, whatever its headers say."""
    written: bytes


def written(hop: Hop, fields: Iterable[Field], proxy: Proxy | None) -> bytes:
    """Return a request's bytes; a proxy is told the whole address where it forwards them."""
    url = hop.url
    forwarding = proxy if url.scheme == "http" else None
    target = b"http://" + url.netloc + url.raw_path if forwarding else url.raw_path
    lines = [b"%s %s HTTP/1.1\r\n" % (hop.method.encode("ascii"), target)]
    lines += [b"%s: %s\r\n" % field for field in fields]
    if forwarding:
        lines.append(forwarding.login)
    return b"".join([*lines, b"\r\n", hop.body or b""])


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer whose head has been read; its body is still on its way."""

    head: Head
    rest: Answer
    wire: Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """Resolves, connects, does TLS, sends and reads; raises what these raise.

    With a proxy, resolving and connecting are the proxy's, and all until the tunnel through it
    stands is told as connecting.
    """

    trace: Trace
    context: ssl.SSLContext
    resolve: dial.Resolve
    gate: Gate
    ip: str
    max_header: int
    proxy: Proxy | None

    async def ask(self, message: Message) -> Response:
        """Answer with the head read; whoever has read enough closes the wire."""
        if self.proxy is None:
            wire = await self._connect(message)
        else:
            wire = await self._connect_through(self.proxy, message)
        try:
            if message.secure:
                self.trace.enter(Phase.TLS)
                wire = secured = Secure(wire, self.context, message.name)
                await secured.agree()
                tls = secured.tls
                self.trace.secured(trust.version(tls), trust.earliest_expiry(tls))
            return await self._answer(wire, message)
        except BaseException:
            wire.close()
            raise

    async def _connect(self, message: Message) -> Wire:
        self.trace.enter(Phase.RESOLVE)
        found = await self.resolve(message.host, message.port, _FAMILIES[self.ip])
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "no address of that family")
        addresses = self.gate.admit(message.host, found)
        self.trace.enter(Phase.CONNECT)
        connected, address = await dial.connect(addresses)
        self.gate.arrived(address)
        self.trace.ip_protocol = 6 if address[0] == socket.AF_INET6 else 4
        return Plain(connected)

    async def _connect_through(self, proxy: Proxy, message: Message) -> Wire:
        self.gate.admit_name(message.host)
        self.trace.enter(Phase.CONNECT)
        found = await self.resolve(proxy.host, proxy.port, socket.AF_UNSPEC)
        connected, _ = await dial.connect(found)
        wire: Wire = Plain(connected)
        try:
            if proxy.secure:
                wire = secured = Secure(wire, self.context, proxy.host)
                await secured.agree()
            if message.secure:
                await self._tunnel(wire, proxy, message)
        except BaseException:
            wire.close()
            raise
        return wire

    async def _tunnel(self, wire: Wire, proxy: Proxy, message: Message) -> None:
        bare = message.host.encode("ascii")
        there = b"%s:%d" % (b"[%s]" % bare if b":" in bare else bare, message.port)
        head = b"CONNECT %s HTTP/1.1\r\nHost: %s\r\n" % (there, there)
        wire.write(head + proxy.login + b"\r\n")
        answer = await Answer(wire.read, self.max_header, bodiless=True).final()
        if answer.status != _TUNNEL:
            raise ProxyRefused(f"the proxy answered {answer.status} to CONNECT")

    async def _answer(self, wire: Wire, message: Message) -> Response:
        trace = self.trace
        trace.enter(Phase.PROCESSING)
        wire.write(message.written)

        async def read() -> bytes:
            received = await wire.read()
            if received and trace.phase is not Phase.TRANSFER:
                trace.enter(Phase.TRANSFER)
            return received

        answer = Answer(read, self.max_header, bodiless=message.bodiless)
        head = await answer.final(lambda: trace.enter(Phase.PROCESSING))
        return Response(head=head, rest=answer, wire=wire)


def host(url: httpx.URL) -> str:
    """Return the host of a URL as it is resolved."""
    return url.raw_host.decode("ascii")
