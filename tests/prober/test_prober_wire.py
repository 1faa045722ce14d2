"""Requests that are larger than what the network takes at once."""

import asyncio
import hashlib

import pytest

from probe.types import Reason
from tests.prober.conftest import Ask
from tests.servers import Authority, halting, message, resetting, serving

pytestmark = pytest.mark.anyio

#: More than the buffers of both sides hold.
LARGE = "0123456789abcdef" * (1 << 20)


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
