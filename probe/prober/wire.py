"""A connection's two directions: bytes are read in the order in which things happened."""

import asyncio
import ssl
from typing import Any

#: Bytes given out at once, so that whoever takes them apart holds up nobody for long.
PIECE = 32 << 10
_MOST_WAITING = 4 * PIECE


class Wire(asyncio.Protocol):
    """What asyncio tells of one connection, for a single reader.

    asyncio's own streams forget what has come as soon as the connection is reset; here everything
    that came is read before the error that came after it is raised.
    """

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._ended = False
        self._error: Exception | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._paused = False

    async def read(self) -> bytes:
        """Return bytes that have come, empty at the end; raises what cut the connection off."""
        if self._received or self._ended:
            await asyncio.sleep(0)  # a sender that is quicker than us must not hold up the others
        else:
            self._waiting = asyncio.get_running_loop().create_future()
            try:
                await self._waiting
            finally:
                self._waiting = None
        piece = bytes(self._received[:PIECE])
        del self._received[:PIECE]
        if not piece and self._error is not None:
            raise self._error
        if self._paused and len(self._received) <= PIECE and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
        return piece

    def write(self, sent: bytes) -> None:
        """Send, unless the other side is gone; what it said before that can still be read."""
        if self._transport is not None and not self._ended:
            self._transport.write(sent)
        elif not self._received:
            raise self._error or ConnectionResetError("closed before the request was sent")

    def close(self) -> None:
        """Close at once: say goodbye, and do not wait for the other side to say it too."""
        if self._transport is not None:
            self._transport.close()
            self._transport.abort()

    async def secure(self, context: ssl.SSLContext, name: str, within: float) -> ssl.SSLObject:
        """Agree on TLS; raises what ssl raises, or that the connection was cut meanwhile."""
        secured = await asyncio.get_running_loop().start_tls(
            self._transport,  # type: ignore[arg-type]  # it stands since the connection was made
            self,
            context,
            server_hostname=name,
            ssl_handshake_timeout=within,
        )
        if secured is None:
            raise ConnectionResetError("closed in the handshake")
        self._transport = secured
        found: ssl.SSLObject = secured.get_extra_info("ssl_object")
        return found

    # --- what asyncio calls ------------------------------------------------------------------

    def connection_made(self, transport: Any) -> None:
        """Keep what writes and closes."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Keep what has come, and let no more come than is read."""
        self._received += data
        if len(self._received) > _MOST_WAITING and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        """Note that the other side has said all."""
        self._ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end, and what it was if it was no ordinary one."""
        if not self._ended:
            self._error = exc
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
