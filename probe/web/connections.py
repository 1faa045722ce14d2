"""The connections of the web server: how many, for how long, and who makes room for whom."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable

import h11
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

from probe.types import Refused
from probe.web.limits import MOST_REQUEST_BYTES, Limits

Refuse = Callable[[Refused], None]

#: What is received is looked at in pieces of so many bytes.
PIECE_BYTES = 1024

#: Without a descriptor for another connection, nobody is let in for so long.
PAUSE_SECONDS = 0.5


class Room:
    """The open connections, at most so many.

    Where there is no room for another, the one makes it that has waited longest without a whole
    request: first among those that never sent one, then among those that were answered before.
    """

    def __init__(self, most: int, refuse: Refuse) -> None:
        self._most = most
        self._refuse = refuse
        self._new: dict[Connection, None] = {}
        self._idle: dict[Connection, None] = {}
        self._busy: dict[Connection, None] = {}

    @property
    def everybody(self) -> list["Connection"]:
        """All of them."""
        return [*self._new, *self._idle, *self._busy]

    def admit(self, connection: "Connection") -> bool:
        """Let a new connection in if there is room, or if one can make it."""
        if len(self._new) + len(self._idle) + len(self._busy) >= self._most and not self.displace():
            self._refuse(Refused.NO_ROOM)
            return False
        self._new[connection] = None
        return True

    def displace(self) -> bool:
        """Close the connection that has waited longest; return whether there was one."""
        longest = next(iter(self._new), None) or next(iter(self._idle), None)
        if longest is None:
            return False
        longest.cut(Refused.DISPLACED)
        return True

    def busy(self, connection: "Connection") -> None:
        """Keep a connection whose request is being answered."""
        if self.leave(connection):
            self._busy[connection] = None

    def idle(self, connection: "Connection") -> None:
        """Let a connection make room that waits for its client, the last behind all others."""
        if self.leave(connection):
            self._idle[connection] = None

    def leave(self, connection: "Connection") -> bool:
        """Take a connection out; return whether it was in."""
        for place in (self._new, self._idle, self._busy):
            if connection in place:
                del place[connection]
                return True
        return False

    def refuse(self, cause: Refused) -> None:
        """Count what was refused."""
        self._refuse(cause)


class Connection(H11Protocol):
    """uvicorn's HTTP connection, with a deadline whenever it is the client's turn."""

    def __init__(self, config: Config, state: ServerState, room: Room, limits: Limits) -> None:
        super().__init__(config=config, server_state=state, app_state={})
        self.opening: asyncio.Task[None] | None = None
        self.opened: asyncio.BaseTransport | None = None
        self._room = room
        self._limits = limits
        self._received = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._within(limits.request)

    def cut(self, cause: Refused) -> None:
        """End the connection now, whatever it does, and count why."""
        if not self._room.leave(self):
            return
        self._room.refuse(cause)
        self._abort()

    def end(self) -> None:
        """End the connection now: the program stops."""
        self._room.leave(self)
        self._abort()

    def _abort(self) -> None:
        if self.opened is not None:
            self.transport.abort()
        elif self.opening is not None:
            self.opening.cancel()

    def gone(self) -> None:
        """Forget a connection that has ended."""
        self._room.leave(self)
        self._unhurried()

    # --- the client's turn, and ours ---------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, after the TLS handshake if there is one."""
        self.opened = transport
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self.gone()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, within bounds: h11 looks at the length of what is not whole yet."""
        for start in range(0, len(data), PIECE_BYTES):
            if self.transport.is_closing():
                return
            piece = data[start : start + PIECE_BYTES]
            self._received += len(piece)
            super().data_received(piece)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request; once an answer is under way, nothing is left to say."""
        if self.conn.our_state is h11.IDLE:
            super().send_400_response(msg)
        else:
            self.transport.close()

    def handle_events(self) -> None:
        """Take what was read; a whole request has all the time that its answer needs."""
        super().handle_events()
        if self._answering:
            self._received = 0
            self._room.busy(self)
            self._unhurried()
        elif self._received > MOST_REQUEST_BYTES:
            self.cut(Refused.TOO_LARGE)

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the client to take the answer."""
        super().on_response_complete()
        if not self._answering:
            self._received = 0
            self._wait()

    def pause_writing(self) -> None:
        """Wait for a client that takes less than it is sent."""
        super().pause_writing()
        self._wait()

    def resume_writing(self) -> None:
        """Go on: it has taken most of it."""
        super().resume_writing()
        if self._answering:
            self._room.busy(self)
            self._unhurried()
        else:
            self._wait()

    @property
    def _answering(self) -> bool:
        """Whether a whole request is here and its answer is not yet written."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            return False
        return self.conn.their_state not in {h11.IDLE, h11.SEND_BODY}

    # --- deadlines ---------------------------------------------------------------------------

    def _wait(self) -> None:
        """Wait for the client, but not for ever."""
        self._room.idle(self)
        # uvicorn closes what is idle; a request that begins just before must still end.
        allowed = self._limits
        self._within(allowed.write if self.flow.write_paused else allowed.idle + allowed.request)

    def _within(self, seconds: float) -> None:
        self._unhurried()
        self._deadline = self.loop.call_later(seconds, self._late)

    def _unhurried(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _late(self) -> None:
        unread = self.opened is not None and self.transport.get_write_buffer_size() > 0
        self.cut(Refused.SLOW_READER if unread else Refused.SLOW_REQUEST)


class Door:
    """Lets connections in on one listening socket, a TLS handshake included."""

    def __init__(
        self,
        place: socket.socket,
        room: Room,
        connection: Callable[[], Connection],
        tls: Callable[[], ssl.SSLContext | None],
    ) -> None:
        self._place = place
        self._room = room
        self._connection = connection
        self._tls = tls
        self._loop = asyncio.get_running_loop()
        self._pause: asyncio.TimerHandle | None = None
        self._open()

    def close(self) -> None:
        """Let nobody in any longer."""
        if self._pause is not None:
            self._pause.cancel()
        self._loop.remove_reader(self._place)

    def _open(self) -> None:
        self._loop.add_reader(self._place, self._accept)

    def _accept(self) -> None:
        try:
            accepted, _ = self._place.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        except OSError:  # no descriptor is left: one that is idle gives its own
            self._room.refuse(Refused.DESCRIPTORS)
            self._room.displace()
            self._loop.remove_reader(self._place)
            self._pause = self._loop.call_later(PAUSE_SECONDS, self._open)
            return
        accepted.setblocking(False)  # noqa: FBT003  (the socket's own signature)
        connection = self._connection()
        if not self._room.admit(connection):
            connection.gone()
            accepted.close()
            return
        connection.opening = self._loop.create_task(self._connect(accepted, connection))

    async def _connect(self, accepted: socket.socket, connection: Connection) -> None:
        with contextlib.suppress(OSError):  # a handshake that fails is the client's affair
            try:
                await self._loop.connect_accepted_socket(
                    lambda: connection, accepted, ssl=self._tls()
                )
            finally:
                if connection.opened is None:
                    connection.gone()
                    accepted.close()
