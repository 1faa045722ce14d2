"""A network of our own: its name server, its addresses, and what to do where there is none."""

import asyncio
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import pytest

#: Says where the files of the network of our own are, or why there is none.
WORLD, ABSENT = "SPOT_PROBE_FAULTS_WORLD", "SPOT_PROBE_FAULTS_NO_WORLD"
NAME_SERVER = "127.0.0.53"
PUBLIC, METADATA, PRIVATE = "8.8.8.8", "169.254.169.254", "10.1.2.3"
#: What loopback has besides its own.
ADDRESSES = (PUBLIC, METADATA, PRIVATE)

THERE = bool(os.environ.get(WORLD))
needs_world = pytest.mark.skipif(
    not THERE, reason=f"no network of our own: {os.environ.get(ABSENT, 'run make faults')}"
)

_A, _AAAA, _CNAME = 1, 28, 5
_OK, _SERVER_FAILURE, _NO_NAME, _REFUSED = 0, 2, 3, 5

#: From a query's packet and its type to the packets that answer it, each after so many seconds.
Answers = list[tuple[float, bytes]]


@dataclass(slots=True)
class Query:
    """A question for the name server."""

    packet: bytes
    name: str
    kind: int

    def answered(self, *records: tuple[int, bytes], code: int = _OK, flags: int = 0) -> bytes:
        """Build an answer with such records of this name."""
        question = self.packet[12:]
        head = struct.pack(
            "!2sHHHHH", self.packet[:2], 0x8180 | flags | code, 1, len(records), 0, 0
        )
        body = b"".join(
            b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(data)) + data
            for kind, data in records
        )
        return head + question[: question.index(b"\0") + 5] + body

    def four(self, address: str = "127.0.0.1") -> bytes:
        """Answer with an address of IPv4, and of IPv6 with none."""
        if self.kind != _A:
            return self.answered()
        return self.answered((_A, socket.inet_aton(address)))

    def six(self) -> bytes:
        """Answer with loopback's IPv6, and of IPv4 with none."""
        if self.kind != _AAAA:
            return self.answered()
        return self.answered((_AAAA, socket.inet_pton(socket.AF_INET6, "::1")))


def at_once(*packets: bytes) -> Answers:
    """Send these without delay."""
    return [(0, packet) for packet in packets]


def _labels(name: str) -> bytes:
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


#: By name, how it is answered.
NAMES: Mapping[str, Callable[[Query], Answers]] = {
    "good.test": lambda query: at_once(query.four()),
    "silent.test": lambda _: [],
    "unknown.test": lambda query: at_once(query.answered(code=_NO_NAME)),
    "failing.test": lambda query: at_once(query.answered(code=_SERVER_FAILURE)),
    "refused.test": lambda query: at_once(query.answered(code=_REFUSED)),
    "empty.test": lambda query: at_once(query.answered()),
    "noise.test": lambda _: at_once(os.urandom(300)),
    "short.test": lambda query: at_once(query.packet[:5]),
    "forged.test": lambda query: at_once(b"\xff\xff" + query.four()[2:]),
    "cut.test": lambda query: at_once(query.answered(flags=0x0200)),
    "circle.test": lambda query: at_once(query.answered((_CNAME, _labels("circle.test")))),
    "six-silent.test": lambda query: at_once(query.four()) if query.kind == _A else [],
    "four-silent.test": lambda query: at_once(query.six()) if query.kind == _AAAA else [],
    "six-failing.test": lambda query: at_once(
        query.four() if query.kind == _A else query.answered(code=_SERVER_FAILURE)
    ),
    "late.test": lambda query: [(0.4, query.four())],
    "twice.test": lambda query: at_once(query.four(), query.four()),
    "public.test": lambda query: at_once(query.four(PUBLIC)),
    "inside.test": lambda query: at_once(query.four(PRIVATE)),
    "loopback.test": lambda query: at_once(query.four()),
    "metadata.test": lambda query: at_once(query.four(METADATA)),
}


@dataclass(slots=True)
class NameServer(asyncio.DatagramProtocol):
    """Answers for NAMES; any other name is unknown."""

    transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers are sent by."""
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer a query."""
        name, at = [], 12
        while data[at]:
            name.append(data[at + 1 : at + 1 + data[at]].decode())
            at += 1 + data[at]
        (kind,) = struct.unpack("!H", data[at + 1 : at + 3])
        query = Query(data, ".".join(name).lower(), kind)
        answer = NAMES.get(query.name, NAMES["unknown.test"])
        for delay, packet in answer(query):
            asyncio.get_running_loop().call_later(delay, self._send, packet, addr)

    def _send(self, packet: bytes, addr: tuple[str, int]) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.sendto(packet, addr)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(NameServer, local_addr=(NAME_SERVER, 53))
    print(NAME_SERVER, flush=True)  # noqa: T201  # whoever started it waits for this line
    await asyncio.Event().wait()


@contextmanager
def naming() -> Iterator[None]:
    """Serve the names from a process of its own, for as long as the world is there."""
    command = [sys.executable, "-m", "tests.faults.world"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        try:
            if server.stdout is None or not server.stdout.readline():
                raise OSError(f"the name server at {NAME_SERVER} does not start")
            yield
        finally:
            server.terminate()


if __name__ == "__main__":
    asyncio.run(_serve())
