"""Real servers that misbehave, and the reason that each must give."""

import asyncio
import socket
import threading
import zlib
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest
import uvloop

from probe.prober.dial import Address
from probe.types import Exchange, Phase, Reason
from tests.prober.conftest import Ask
from tests.servers import (
    NO_NAME,
    Authority,
    Conversation,
    answering,
    closing,
    dripping,
    full,
    halting,
    message,
    refusing,
    resetting,
    serving,
)

pytestmark = pytest.mark.anyio

SHORT = 0.25
LARGE = 1 << 16

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BEFORE, WITHIN = Phase.PROCESSING, Phase.TRANSFER

BEHAVIOUR: list[tuple[str, Conversation, Phase]] = [
    ("closes without a word", closing(), BEFORE),
    ("resets instead of answering", resetting(), BEFORE),
    ("says what is no HTTP", closing(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), WITHIN),
    ("sends noise", closing(bytes(range(256)) * 8), WITHIN),
    ("sends noise without a line's end", closing(b"\x00" * (1 << 18)), WITHIN),
    ("closes within the status line", closing(b"HTTP/1.1 20"), WITHIN),
    ("closes within the headers", closing(b"HTTP/1.1 200 OK\r\nA: b\r\n"), WITHIN),
    ("promises ten bytes, sends four", closing(message(b"four", Content_Length="10")), WITHIN),
    ("resets within the body", resetting(message(b"four", Content_Length="10")), WITHIN),
    ("closes within a chunk", closing(CHUNKED + b"a\r\nfour"), WITHIN),
    ("closes before the last chunk", closing(CHUNKED + b"4\r\nfour\r\n"), WITHIN),
    ("sends a chunk without a size", closing(CHUNKED + b"zz\r\nfour"), WITHIN),
    (
        "has two lengths",
        closing(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        WITHIN,
    ),
    (
        "switches the protocol unasked",
        closing(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"),
        WITHIN,
    ),
    ("sends a header over the bound", answering(message(X_Long="x" * LARGE)), WITHIN),
    (
        "sends headers over the bound",
        answering(message(b"", **{f"X_{n}": "x" * 999 for n in range(66)})),
        WITHIN,
    ),
    ("sends a body one byte over the bound", answering(message(b"x" * (LARGE + 1))), WITHIN),
    (
        "compresses a body over the bound",
        answering(message(zlib.compress(b"\0" * (1 << 26)), Content_Encoding="deflate")),
        WITHIN,
    ),
    (
        "says gzip of what is none",
        answering(message(b"plain", Content_Encoding="gzip")),
        WITHIN,
    ),
    (
        "cuts the compressed body short",
        answering(message(zlib.compress(b"words" * 99)[:-9], Content_Encoding="deflate")),
        WITHIN,
    ),
    (
        "compresses a hundred times",
        answering(message(b"x", Content_Encoding=", ".join(["gzip"] * 100))),
        WITHIN,
    ),
]

SILENCE: list[tuple[str, Conversation, Phase]] = [
    ("never answers", halting(), Phase.PROCESSING),
    (
        "sends 100 Continue and nothing else",
        halting(b"HTTP/1.1 100 Continue\r\n\r\n"),
        Phase.PROCESSING,
    ),
    ("stops within the headers", halting(b"HTTP/1.1 200 OK\r\nA:"), Phase.TRANSFER),
    ("stops within the body", halting(message(b"four", Content_Length="10")), Phase.TRANSFER),
    ("drips its answer", dripping(message(b"x" * 1000), 0.005), Phase.TRANSFER),
    (
        "drips hints for ever",
        dripping(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100, 0.005),
        Phase.TRANSFER,
    ),
]


@pytest.mark.parametrize(
    ("behave", "phase"), [row[1:] for row in BEHAVIOUR], ids=[row[0] for row in BEHAVIOUR]
)
async def test_a_server_that(behave: Conversation, phase: Phase, ask: Ask) -> None:
    """A server that does this is a `protocol` failure in this phase."""
    async with serving(behave) as server:
        done = await ask(server.url, max_body=LARGE, max_header=LARGE)
    assert (done.reason, list(done.phases)[-1]) == (Reason.PROTOCOL, phase)
    assert done.detail


@pytest.mark.parametrize(
    ("behave", "phase"), [row[1:] for row in BEHAVIOUR], ids=[row[0] for row in BEHAVIOUR]
)
async def test_over_tls_a_server_that(
    behave: Conversation, phase: Phase, ask: Ask, authority: Authority
) -> None:
    """Over TLS the same misbehaviour has the same reason."""
    async with serving(behave, tls=authority.server()) as server:
        done = await ask(server.url, max_body=LARGE, max_header=LARGE)
    assert (done.reason, list(done.phases)[-1]) == (Reason.PROTOCOL, phase)


@pytest.mark.parametrize(
    ("behave", "phase"), [row[1:] for row in SILENCE], ids=[row[0] for row in SILENCE]
)
async def test_the_deadline_ends_a_server_that(
    behave: Conversation, phase: Phase, ask: Ask
) -> None:
    """Silence is a timeout, whatever had been said before it."""
    async with serving(behave) as server:
        done = await ask(server.url, seconds=SHORT)
        await server.gone.get()
    assert done.reason is Reason.TIMEOUT
    assert "deadline of 0.25 s" in done.detail
    assert phase in done.phases


async def test_a_redirect_does_not_prolong_the_deadline(ask: Ask) -> None:
    """One deadline stands around the whole chain: each hop is quick, all together are not."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(SHORT / 3)
        writer.write(message(b"", "302 Found", Location=f"/{len(server.heads)}"))
        await writer.drain()

    async with serving(behave) as server:
        done = await ask(server.url, seconds=SHORT)
    assert done.reason is Reason.TIMEOUT
    assert done.status_code == 302


async def test_a_closed_port_is_connect(ask: Ask) -> None:
    """A refused connection has no phase after connecting."""
    with refusing() as url:
        done = await ask(url)
    assert done.reason is Reason.CONNECT
    assert list(done.phases) == [Phase.RESOLVE, Phase.CONNECT]
    assert (done.status_code, done.ip_protocol) == (None, None)


async def test_a_filtered_port_is_a_timeout(ask: Ask) -> None:
    """A connect that is never answered is a timeout, not a refusal."""
    with full() as url:
        done = await ask(url, seconds=SHORT)
    assert done.reason is Reason.TIMEOUT
    assert list(done.phases) == [Phase.RESOLVE, Phase.CONNECT]
    assert "while connecting" in done.detail


async def test_an_unknown_name_is_dns(ask: Ask) -> None:
    """`.invalid` is reserved for names that do not resolve (RFC 6761)."""
    done = await ask("https://name.invalid/", seconds=1)
    assert done.reason is Reason.DNS
    assert list(done.phases) == [Phase.RESOLVE]


@pytest.mark.parametrize("name", ["x" * 64 + ".test", NO_NAME, "a..b"])
async def test_a_name_that_dns_cannot_hold_is_dns(name: str, ask: Ask) -> None:
    """A label over 63 bytes, a name over 255 or an empty label is no fault of ours."""
    assert (await ask(f"http://{name}/")).reason is Reason.DNS


async def test_a_resolver_that_hangs_is_dns(ask: Ask) -> None:
    """Resolving that takes the whole deadline is `dns` and no timeout."""

    async def resolve(*_: object) -> Sequence[Address]:
        await asyncio.Event().wait()
        return []

    done = await ask("http://slow.test/", seconds=SHORT, resolve=resolve)
    assert done.reason is Reason.DNS
    assert "while resolving" in done.detail


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_a_hung_name_server_does_not_hold_the_loop(
    run: Callable[[Coroutine[Any, Any, Exchange]], Exchange],
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The event loop ends although the system's resolver has not come back."""
    release, released = threading.Event(), threading.Event()
    really = socket.getaddrinfo

    def getaddrinfo(*wanted: Any, **how: Any) -> Any:
        if how.get("flags") != socket.AI_NUMERICHOST:
            release.wait(10)
            released.set()
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return really(*wanted, **how)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    done = run(ask("http://slow.test/", seconds=SHORT))
    assert not released.is_set()
    release.set()
    released.wait(10)
    assert done.reason is Reason.DNS


async def test_no_address_of_the_family_is_dns(ask: Ask) -> None:
    """A resolver that finds nothing of the wanted family has not resolved the name."""

    async def resolve(*_: object) -> Sequence[Address]:
        return []

    assert (await ask("http://none.test/", resolve=resolve)).reason is Reason.DNS


async def test_a_fault_of_ours_is_internal_and_logged(
    ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug ends in a value too, with its type in the detail and its traceback in the log."""

    async def resolve(*_: object) -> Sequence[Address]:
        raise KeyError("bug")

    done = await ask("http://any.test/", resolve=resolve)
    assert done.reason is Reason.INTERNAL
    assert "KeyError" in done.detail
    assert caplog.records[0].exc_info is not None


async def test_cancelling_passes_through_and_closes_the_socket(ask: Ask) -> None:
    """A cancelled exchange raises CancelledError, and the server sees its connection end."""
    async with serving(halting()) as server:
        task = asyncio.create_task(_asking(ask, server.url))
        await server.asked.get()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.gone.get(), 5)


async def _asking(ask: Ask, url: str) -> None:
    await ask(url)
