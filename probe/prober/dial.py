"""From a host name to a connected socket."""

import asyncio
import errno
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

#: A family and the address that a socket of it connects to.
Address = tuple[socket.AddressFamily, tuple[Any, ...]]

Connected = tuple[socket.socket, Address]

#: Host, port and wanted family to addresses, best first; raises OSError when there are none.
Resolve = Callable[[str, int, socket.AddressFamily], Awaitable[Sequence[Address]]]

#: Either family.
ANY = socket.AF_UNSPEC

#: Seconds until the next address is tried beside one that is silent (RFC 8305, section 5).
STAGGER = 0.25


#: What our own side lacks for an address, such as IPv6: it tells least of why no other did.
_NOT_OURS = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})


async def connect(addresses: Sequence[Address]) -> Connected:
    """Return the first socket that connects, and its address; raises an OSError if none does.

    It is the first address's, unless that failed for a lack on our side and another did not.

    Addresses are tried in order, the next as soon as one fails or has been silent for STAGGER.
    """
    if len(addresses) == 1:
        return await _open(addresses[0])
    waiting = list(reversed(addresses))
    running: set[asyncio.Task[Connected]] = set()
    errors: list[OSError] = []
    try:
        while waiting or running:
            if waiting:
                running.add(asyncio.create_task(_open(waiting.pop())))
            done, running = await asyncio.wait(
                running,
                timeout=STAGGER if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            opened = [task.result() for task in done if not _failed(task, errors)]
            for spare in opened[1:]:
                spare[0].close()
            if opened:
                return opened[0]
    finally:
        for task in running:
            task.add_done_callback(_discard)
            task.cancel()
    told = sorted(errors, key=lambda error: error.errno in _NOT_OURS)
    raise told[0] if told else OSError("no address to connect to")


async def _open(address: Address) -> Connected:
    family, where = address
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.settimeout(0)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        error = opened.connect_ex(where)
        if error == errno.EINPROGRESS:
            await _writable(opened)
            error = opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            place = f"{where[0]} port {where[1]}"
            raise OSError(error, f"{os.strerror(error)}: {place}")  # noqa: TRY301 - it closes the socket
    except BaseException:
        opened.close()
        raise
    return opened, address


async def _writable(connecting: socket.socket) -> None:
    """Wait until a connection stands or has failed.

    An event loop's own `sock_connect` would do, but uvloop's resolves the address once more, in a
    thread, even where it is written in figures.
    """
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_writer(connecting, _set, ready)
    try:
        await ready
    finally:
        loop.remove_writer(connecting)


def _set(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


def _failed(task: asyncio.Task[Connected], errors: list[OSError]) -> bool:
    error = task.exception()
    if error is None:
        return False
    if not isinstance(error, OSError):
        raise error
    errors.append(error)
    return True


def _discard(task: asyncio.Task[Connected]) -> None:
    if not task.cancelled() and task.exception() is None:
        task.result()[0].close()
