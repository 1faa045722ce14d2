"""One HTTP server on every listening address, beside the loop that probes."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator, Sequence
from email.utils import formatdate

import uvicorn
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from probe.runtime.threads import in_thread
from probe.web.connections import Connection, Door, Refuse, Room
from probe.web.external import AddressError
from probe.web.limits import MOST_HEADER_BYTES, Limits
from probe.web.toolkit import WebConfig

#: How long a request may still take when the program stops; SIGTERM to exit stays under 2 s.
GRACE_SECONDS = 1
BACKLOG = 128
LAST_PORT = 65_535


class Server:
    """Serves an application from a thread of its own, so that no answer holds up a probe.

    What the application shows of the rest of the program must be immutable, or safe to ask from
    another thread.
    """

    def __init__(
        self,
        application: ASGIApp,
        sockets: Sequence[socket.socket],
        web: Callable[[], WebConfig],
        *,
        limits: Limits,
        refuse: Refuse,
    ) -> None:
        self._application = application
        self._sockets = sockets
        self._web = web
        self._limits = limits
        self._refuse = refuse
        self._asked_to_stop = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Let `serve` return, from whichever thread."""
        self._asked_to_stop = True
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self._stopped.set)

    async def serve(self) -> None:
        """Serve until `stop` or until cancelled; raises what ended the thread otherwise."""
        served = asyncio.ensure_future(in_thread(self._run, "web"))
        try:
            await asyncio.shield(served)
        except asyncio.CancelledError:
            self.stop()
            await asyncio.wait([served], timeout=2 * GRACE_SECONDS)
            raise

    # --- in the thread -----------------------------------------------------------------------

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        if self._asked_to_stop:
            self._stopped.set()
        config = self._config()
        state = ServerState()
        room = Room(self._limits.connections, self._refuse)
        doors = [
            Door(
                place,
                room,
                lambda: Connection(config, state, room, self._limits),
                lambda: self._web().tls,
            )
            for place in self._sockets
        ]
        try:
            while not self._stopped.is_set():
                state.default_headers = [(b"date", formatdate(usegmt=True).encode())]
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(1):
                        await self._stopped.wait()
        finally:
            for door in doors:
                door.close()
            for place in self._sockets:
                place.close()
            await self._end(room, state)

    async def _end(self, room: Room, state: ServerState) -> None:
        """Let answers that are being given end, and close all."""
        for connection in list(state.connections):
            connection.shutdown()
        if state.tasks:
            await asyncio.wait(state.tasks, timeout=GRACE_SECONDS)
        await asyncio.sleep(0)  # what was written last goes out
        for left in room.everybody:
            left.end()
        for task in list(state.tasks):
            task.cancel()
        if state.tasks:
            await asyncio.wait(state.tasks, timeout=GRACE_SECONDS)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        # An answer that is cut off at the end is no fault that a log should tell.
        with contextlib.suppress(asyncio.CancelledError):
            await self._application(scope, receive, send)

    def _config(self) -> uvicorn.Config:
        config = uvicorn.Config(
            self._answer,
            interface="asgi3",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",  # what a stranger sends is no news
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=self._limits.idle,
            h11_max_incomplete_event_size=MOST_HEADER_BYTES,
        )
        config.load()
        return config


# --- addresses -------------------------------------------------------------------------------


def listen(addresses: Sequence[str]) -> list[socket.socket]:
    """Return a bound socket for each `host:port`; raises AddressError and leaves none open."""
    opened: list[socket.socket] = []
    try:
        for address in addresses:
            opened.extend(_bind(address))
    except (OSError, ValueError, OverflowError) as error:
        for one in opened:
            one.close()
        words = f"--web.listen-address={address}: {error}; write host:port with a free port"
        raise AddressError(words) from error
    return opened


def _bind(address: str) -> Iterator[socket.socket]:
    host, colon, port = address.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > LAST_PORT:
        raise ValueError(f"{port!r} is no port")
    host = host.removeprefix("[").removesuffix("]")
    flags = socket.AI_PASSIVE
    found = socket.getaddrinfo(host or None, int(port), type=socket.SOCK_STREAM, flags=flags)
    for family, kind, protocol, _, place in dict.fromkeys(found):
        bound = socket.socket(family, kind, protocol)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            bound.bind(place)
            bound.listen(BACKLOG)
            bound.setblocking(False)  # noqa: FBT003  (the socket's own signature)
        except BaseException:
            bound.close()
            raise
        yield bound
