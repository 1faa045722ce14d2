"""A connection's two directions: bytes are read in the order in which things happened.

Python's own ssl speaks over buffers in memory, so that TLS runs on whatever carries its bytes: a
socket, or a tunnel that is TLS already. An event loop's transports would do all this too, but what
they keep for long connections (buffers, timers, the certificate written out) costs more than
everything else that a probe does in Python.
"""

import asyncio
import contextlib
import socket
import ssl
from typing import Protocol

#: Bytes given out at once, so that whoever takes them apart holds up nobody for long.
PIECE = 32 << 10


class Wire(Protocol):
    """A connection that stands, for a single reader."""

    async def read(self) -> bytes:
        """Return bytes that have come, empty at the end; raises what cut the connection off.

        What came before that is returned first.
        """

    def write(self, sent: bytes) -> None:
        """Send; where the other side is gone, `read` tells, after what it said before."""

    def close(self) -> None:
        """Close at once: say goodbye, and do not wait for the other side to say it too."""


class Plain:
    """A connected socket; it is closed with the wire."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] | None = None
        self._watched = False
        self._unsent = b""
        self._error: OSError | None = None

    async def read(self) -> bytes:
        """Wait until there is something, so that a quick sender does not hold up the others."""
        while True:
            self._ready = self._loop.create_future()
            if not self._watched:
                self._loop.add_reader(self._socket, self._readable)
                self._watched = True
            try:
                await self._ready
            finally:
                self._ready = None
            with contextlib.suppress(BlockingIOError):
                received = self._socket.recv(PIECE)
                if not received and self._error is not None:
                    raise self._error
                return received

    def write(self, sent: bytes) -> None:
        """Send what goes at once, and the rest whenever there is room."""
        waiting = bool(self._unsent)
        self._unsent += sent
        if not waiting and not self._send():
            self._loop.add_writer(self._socket, self._send_rest)

    def close(self) -> None:
        """Let the socket go; what has not been sent yet is not."""
        if self._socket.fileno() == -1:
            return
        if self._watched:
            self._loop.remove_reader(self._socket)
        if self._unsent:
            self._loop.remove_writer(self._socket)
        self._socket.close()

    def _readable(self) -> None:
        """Wake who reads, once for each wait.

        Where bytes and a reset come together, libuv stops watching by itself and the loop does not
        say so: whoever went on relying on it would wait until the deadline.
        """
        self._loop.remove_reader(self._socket)
        self._watched = False
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(None)

    def _send_rest(self) -> None:
        if self._send():
            self._loop.remove_writer(self._socket)

    def _send(self) -> bool:
        """Send what goes; return whether nothing is left."""
        try:
            self._unsent = self._unsent[self._socket.send(self._unsent) :]
        except BlockingIOError:
            return False
        except OSError as error:
            self._error, self._unsent = error, b""
        return not self._unsent


class Secure:
    """TLS on another wire, which it closes with itself."""

    def __init__(self, below: Wire, context: ssl.SSLContext, name: str) -> None:
        self._below = below
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        self._agreed = False

    async def agree(self) -> None:
        """Shake hands; raises what ssl raises, or that the connection was cut meanwhile.

        In TLS 1.3 our last word is sent with what is written first: the server waits for both.
        """
        while not self._agreed:
            try:
                self.tls.do_handshake()
                self._agreed = True
            except ssl.SSLWantReadError:
                if not await self._more():
                    raise ConnectionResetError("closed in the handshake") from None
            except ssl.SSLError:
                self._flush()  # the alert that says why
                raise

    async def read(self) -> bytes:
        """Return what came in one record; an end without a goodbye is an end."""
        while True:
            try:
                return self.tls.read(PIECE)
            except ssl.SSLWantReadError:
                if not await self._more():
                    return b""

    def write(self, sent: bytes) -> None:
        """Encrypt and send."""
        self.tls.write(sent)
        self._flush()

    def close(self) -> None:
        """Say goodbye and close what is below."""
        if self._agreed:
            with contextlib.suppress(ssl.SSLError):
                self.tls.unwrap()
            self._flush()
        self._below.close()

    async def _more(self) -> bool:
        self._flush()
        received = await self._below.read()
        self._incoming.write(received)
        return bool(received)

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._below.write(self._outgoing.read())
