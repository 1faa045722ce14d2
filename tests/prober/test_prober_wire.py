"""Requests larger than what the network takes at once, and bytes that a reset comes with."""

import asyncio
import hashlib
import socket
import struct

import pytest
import uvloop

from probe.prober.wire import Plain
from probe.types import Reason
from tests.prober.conftest import Ask
from tests.servers import Authority, halting, message, resetting, serving

pytestmark = pytest.mark.anyio

#: More than the buffers of both sides hold.
LARGE = "0123456789abcdef" * (1 << 20)
PATIENCE_SECONDS = 5


async def digesting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the whole request, and answer with a digest of its body."""
    await reader.readuntil(b"\r\n\r\n")
    body = await reader.readexactly(len(LARGE))
    writer.write(message(hashlib.sha256(body).hexdigest().encode()))
    await writer.drain()


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
async def test_a_large_request_arrives_whole(ask: Ask, authority: Authority, secure: bool) -> None:  # noqa: FBT001
    """What the socket does not take at once is sent as soon as it does."""
    async with serving(digesting, tls=authority.server() if secure else None) as server:
        done = await ask(server.url, method="POST", body=LARGE, seconds=60)
    assert done.reason is None, done.detail
    assert done.body == hashlib.sha256(LARGE.encode()).hexdigest().encode()


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
async def test_an_answer_before_the_request_is_sent_counts(
    ask: Ask,
    authority: Authority,
    secure: bool,  # noqa: FBT001
) -> None:
    """A server that refuses a body need not read it first."""
    refusal = halting(message(b"too much", "413 Content Too Large"))
    async with serving(refusal, tls=authority.server() if secure else None) as server:
        done = await ask(server.url, method="POST", body=LARGE, seconds=60)
    assert (done.reason, done.status_code, done.body) == (None, 413, b"too much")


async def test_an_answer_before_a_reset_counts(ask: Ask) -> None:
    """What a server said is read, although the rest of the request can no longer be sent."""
    async with serving(resetting(message(b"too much", "413 Content Too Large"))) as server:
        done = await ask(server.url, method="POST", body=LARGE, seconds=60)
    assert (done.reason, done.status_code, done.body) == (None, 413, b"too much")


async def test_a_reset_before_any_answer_is_protocol(ask: Ask) -> None:
    """There is nothing to read, and the rest cannot be sent."""
    async with serving(resetting()) as server:
        done = await ask(server.url, method="POST", body=LARGE, seconds=60)
    assert done.reason is Reason.PROTOCOL


def test_bytes_and_a_reset_that_come_together_are_both_told() -> None:
    """The loop stops watching a socket with an error; the read after the bytes must not wait."""

    async def read_twice() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            ours = socket.create_connection(listener.getsockname())
            theirs, _ = listener.accept()
        ours.settimeout(0)
        wire = Plain(ours)
        first = asyncio.ensure_future(wire.read())
        await asyncio.sleep(0)  # it waits now, and the loop has not looked since
        theirs.sendall(b"said before")
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        theirs.close()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                assert await first == b"said before"
                with pytest.raises(ConnectionResetError):
                    await wire.read()
        finally:
            wire.close()

    uvloop.run(read_twice())
