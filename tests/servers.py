"""Real servers on loopback, well behaved and not; each takes a free port and one way to behave."""

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


#: Longer than a name can be (255 bytes), so that no name server is asked whether it exists.
NO_NAME = "x." * 130 + "test"


# --- being one -------------------------------------------------------------------------------


@dataclass(slots=True)
class Served:
    """A server that runs: where it is, and the request heads that it was sent."""

    host: str
    port: int
    scheme: str
    heads: list[str] = field(default_factory=list)
    asked: asyncio.Queue[None] = field(default_factory=asyncio.Queue)
    """Gets an entry with each of them."""
    gone: asyncio.Queue[None] = field(default_factory=asyncio.Queue)
    """Gets an entry whenever a client's connection has ended on the server's side."""

    @property
    def url(self) -> str:
        """Its root."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}/"


@contextlib.asynccontextmanager
async def serving(
    behave: Conversation, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[Served]:
    """Serve on a free port until the block ends; every connection is then torn down."""
    running: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await behave(_Noting(reader, served), writer)
        finally:
            with contextlib.suppress(OSError, asyncio.CancelledError):
                writer.close()
                writer.transport.abort()
                await writer.wait_closed()
            running.discard(task)
            served.gone.put_nowait(None)

    server = await asyncio.start_server(connected, host, 0, ssl=tls)
    served = Served(host, server.sockets[0].getsockname()[1], "https" if tls else "http")
    try:
        yield served
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await server.wait_closed()


class _Noting(asyncio.StreamReader):
    """A reader that keeps each request head that is read from it."""

    def __init__(self, reader: asyncio.StreamReader, served: Served) -> None:
        self._reader = reader
        self._served = served

    async def readuntil(self, separator: Any = b"\n") -> bytes:
        head = await self._reader.readuntil(separator)
        self._served.heads.append(head.decode("latin-1"))
        self._served.asked.put_nowait(None)
        return head

    async def read(self, n: int = -1) -> bytes:
        return await self._reader.read(n)

    async def readexactly(self, n: int) -> bytes:
        return await self._reader.readexactly(n)


@contextlib.contextmanager
def refusing() -> Iterator[str]:
    """Yield a URL on a port that is taken and not listened on: connections are refused."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/"


@contextlib.contextmanager
def full() -> Iterator[str]:
    """Yield a URL whose accept queue is full: as behind a filter, a connect is never answered."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)  # noqa: FBT003 - the signature is socket's
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


@contextlib.contextmanager
def shaking_hands(tls: ssl.SSLContext) -> Iterator[str]:
    """Yield the URL of a blocking server that does handshakes, alerts included, and closes.

    asyncio's own server drops the alert by which OpenSSL says why it refused.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def shake() -> None:
            while True:
                try:
                    connected, _ = listener.accept()
                except OSError:  # it was shut down
                    return
                with connected, contextlib.suppress(OSError):
                    with contextlib.suppress(ssl.SSLError):
                        tls.wrap_socket(connected.dup(), server_side=True).close()
                    # A close with something unread would reset, and could overtake the alert.
                    connected.shutdown(socket.SHUT_WR)
                    while connected.recv(1 << 16):
                        pass

        thread = threading.Thread(target=shake)
        thread.start()
        try:
            yield f"https://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@contextlib.contextmanager
def blocking(answer: bytes) -> Iterator[str]:
    """Yield the URL of a server, in a thread of its own, that answers one request."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def answering_once() -> None:
            connected, _ = listener.accept()
            with connected:
                connected.recv(1 << 16)
                connected.sendall(answer)

        thread = threading.Thread(target=answering_once, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        thread.join(10)


@contextlib.asynccontextmanager
async def proxying(
    names: Mapping[str, int] = MappingProxyType({}), *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Served]:
    """Run a small HTTP proxy that tunnels (CONNECT) and forwards; tunnels are all it can refuse.

    A CONNECT to a host that it cannot reach is answered with 502. These names it resolves itself,
    to ports of loopback.
    """

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while received := await reader.read(1 << 16):
            writer.write(received)
            await writer.drain()
        writer.write_eof() if writer.can_write_eof() else writer.close()

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, where, _ = head.split(b"\r\n")[0].decode().split(" ")
        parts = urlsplit(where if "://" in where else f"//{where}")
        try:
            known = names.get(parts.hostname or "")
            there = ("127.0.0.1", known) if known else (parts.hostname, parts.port)
            upstream, onward = await asyncio.open_connection(*there)
        except OSError:
            writer.write(message(b"", "502 Bad Gateway"))
            await writer.drain()
            return
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            onward.write(head.replace(where.encode(), (parts.path or "/").encode(), 1))
        try:
            await asyncio.gather(pipe(reader, onward), pipe(upstream, writer))
        finally:
            onward.transport.abort()
            with contextlib.suppress(OSError):
                await onward.wait_closed()

    async with serving(behave, tls=tls) as served:
        yield served


# --- ways to behave --------------------------------------------------------------------------


def message(body: bytes = b"", status: str = "200 OK", /, **headers: str) -> bytes:
    """Build a whole answer; a header's underscores are written as dashes."""
    fields = {"Content-Length": str(len(body))} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def answering(*answers: bytes) -> Conversation:
    """Answer the requests of all connections with these in turn, and the last ever after."""
    left = list(answers)

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(left.pop(0) if len(left) > 1 else left[0])
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    return behave


def by_path(answers: dict[str, bytes]) -> Conversation:
    """Answer by the request's path; any other is 404."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ")[1].decode()
        writer.write(answers.get(path, message(b"", "404 Not Found")))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    return behave


def dripping(answer: bytes, gap: float) -> Conversation:
    """Answer one byte at a time, `gap` seconds apart."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for byte in answer:
            if writer.is_closing():
                break
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(gap)

    return behave


def halting(first: bytes = b"", *, after_request: bool = True) -> Conversation:
    """Send the first bytes and then nothing, never."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if after_request:
            await reader.readuntil(b"\r\n\r\n")
        writer.write(first)
        await writer.drain()
        await reader.read()  # until the client has gone

    return behave


def resetting(first: bytes = b"", *, after_request: bool = True) -> Conversation:
    """Send the first bytes and reset the connection."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if after_request:
            await reader.readuntil(b"\r\n\r\n")
        writer.write(first)
        await writer.drain()
        plainly: socket.socket | None = writer.get_extra_info("socket")
        if plainly is None:  # the client was quicker
            return
        plainly.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return behave


def closing(first: bytes = b"") -> Conversation:
    """Send the first bytes to whoever connects, unasked, and close."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(first)
        await writer.drain()
        writer.write_eof() if writer.can_write_eof() else writer.close()
        await reader.read()

    return behave


def hanging_up() -> Conversation:
    """Read what comes first and close without a word, as a load balancer without a backend."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1 << 16)
        writer.close()
        await writer.wait_closed()

    return behave


def pouring(first: bytes, again: bytes) -> Conversation:
    """Send the first bytes and then others, again and again, as fast as they are taken."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(first)
        while not writer.is_closing():
            writer.write(again)
            await writer.drain()

    return behave


# --- certificates ----------------------------------------------------------------------------


class Authority:
    """A certificate authority of the tests' own; its `file` is what a client is to trust."""

    def __init__(self, folder: Path) -> None:
        self._ca = trustme.CA()
        self._folder = folder
        self.file = str(folder / "authority.pem")
        self._ca.cert_pem.write_to_path(self.file)

    def server(
        self,
        *names: str,
        not_after: datetime | None = None,
        not_before: datetime | None = None,
        asks_clients: bool = False,
    ) -> ssl.SSLContext:
        """Return a server's side of TLS, by default for every loopback address and localhost."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        issued = self._ca.issue_cert(
            *(names or ("127.0.0.1", "::1", "localhost")),
            not_before=not_before,
            not_after=not_after,
        )
        issued.configure_cert(context)
        if asks_clients:
            self._ca.configure_trust(context)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def issue(self, *names: str) -> trustme.LeafCert:
        """Issue a certificate for a server that is not ours to run."""
        return self._ca.issue_cert(*names)

    def client(self) -> tuple[str, str]:
        """Issue a client certificate; the files of it and of its key."""
        issued = self._ca.issue_cert("client@probe.test")
        certificate, key = self._folder / "client.pem", self._folder / "client.key"
        issued.cert_chain_pems[0].write_to_path(certificate)
        issued.private_key_pem.write_to_path(key)
        return str(certificate), str(key)

    def locked_key(self, folder: Path) -> str:
        """Write a private key that is encrypted; return its file."""
        key = serialization.load_pem_private_key(self._ca.private_key_pem.bytes(), None)
        locked = folder / "locked.key"
        locked.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(b"secret"),
            )
        )
        return str(locked)

    def server_with_needless(self, *, not_after: datetime) -> ssl.SSLContext:
        """Return a server's side of TLS that also presents our root, cross-signed and expired."""
        issued = self._ca.issue_cert("127.0.0.1", not_after=not_after)
        root = x509.load_pem_x509_certificate(self._ca.cert_pem.bytes())
        key = ec.generate_private_key(ec.SECP256R1())
        old = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an older root")])
        crossed = (
            x509.CertificateBuilder()
            .subject_name(root.subject)
            .issuer_name(old)
            .public_key(root.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime(2019, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2021, 1, 1, tzinfo=UTC))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        file = self._folder / "needless.pem"
        file.write_bytes(
            issued.private_key_pem.bytes()
            + issued.cert_chain_pems[0].bytes()
            + crossed.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(file)
        return context

    def server_below_intermediate(
        self, *, not_after: datetime, intermediate_not_after: datetime
    ) -> ssl.SSLContext:
        """Return a server's side of TLS whose chain has an intermediate with an end of its own."""
        root = x509.load_pem_x509_certificate(self._ca.cert_pem.bytes())
        root_key = serialization.load_pem_private_key(self._ca.private_key_pem.bytes(), None)
        assert isinstance(root_key, ec.EllipticCurvePrivateKey)
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "intermediate")])
        middle = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(root.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(root.not_valid_before_utc)
            .not_valid_after(intermediate_not_after)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .sign(root_key, hashes.SHA256())
        )
        below = trustme.CA.from_pem(
            middle.public_bytes(serialization.Encoding.PEM),
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.NoEncryption(),
            ),
        )
        issued = below.issue_cert("127.0.0.1", not_after=not_after)
        chain = issued.cert_chain_pems[0].bytes() + middle.public_bytes(serialization.Encoding.PEM)
        file = self._folder / "chain.pem"
        file.write_bytes(issued.private_key_pem.bytes() + chain)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(file)
        return context
