"""The probe's own network, asked on real sockets."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from probe.prober.connectivity import online, parsed
from probe.prober.dial import Address
from probe.prober.names import Names
from tests.servers import NO_NAME, answering, full, halting, refusing, serving

WITHIN = timedelta(seconds=0.2)


def tcp(url: str) -> str:
    """Rewrite a server's URL as an address to ask."""
    return url.replace("http://", "tcp://").rstrip("/")


@pytest.mark.anyio
async def test_one_that_accepts_is_enough() -> None:
    """A dead address and a filtered one beside a live one do not matter, nor does their order."""
    async with serving(halting(after_request=False)) as alive:
        with refusing() as dead, full() as filtered:
            addresses = [tcp(filtered), tcp(dead), tcp(alive.url)]
            assert await online(addresses, timedelta(seconds=5), resolve=Names()) is True
            assert await online(addresses[::-1], timedelta(seconds=5), resolve=Names()) is True
        await asyncio.wait_for(alive.gone.get(), 5)


@pytest.mark.anyio
async def test_none_that_accepts_is_offline() -> None:
    """Refused, filtered and unknown: all of them away."""
    with refusing() as dead, full() as filtered:
        addresses = [tcp(dead), tcp(filtered), f"tcp://{NO_NAME}:443"]
        assert await online(addresses, WITHIN, resolve=Names()) is False


@pytest.mark.anyio
async def test_nobody_to_ask_is_unknown() -> None:
    """An empty list is neither online nor offline."""
    assert await online([], WITHIN, resolve=Names()) is None


@pytest.mark.anyio
async def test_ipv6_in_brackets() -> None:
    """An IPv6 address is asked as it is written in a URL."""
    async with serving(halting(after_request=False), host="::1") as alive:
        assert (
            await online([f"tcp://[::1]:{alive.port}"], timedelta(seconds=5), resolve=Names())
            is True
        )


@pytest.mark.anyio
async def test_a_resolver_that_hangs_is_offline() -> None:
    """Resolving is within the time too."""

    async def resolve(*_: object) -> Sequence[Address]:
        await asyncio.Event().wait()
        return []

    assert await online(["tcp://slow.test:53"], WITHIN, resolve=resolve) is False


@pytest.mark.anyio
async def test_cancelling_leaves_nothing_behind() -> None:
    """A cancelled question cancels what it asked."""
    running = asyncio.Event()
    ended = asyncio.Event()

    async def resolve(*_: object) -> Sequence[Address]:
        running.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return []

    task = asyncio.ensure_future(online(["tcp://slow.test:53"], timedelta(9), resolve=resolve))
    await running.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("tcp://1.1.1.1:443", ("1.1.1.1", 443)),
        ("tcp://dns.test:53", ("dns.test", 53)),
        ("tcp://[2606:4700::1111]:443", ("2606:4700::1111", 443)),
        ("TCP://a.test:1/", ("a.test", 1)),
    ],
)
def test_addresses(address: str, expected: tuple[str, int]) -> None:
    """The forms that are understood."""
    assert parsed(address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "",
        "1.1.1.1:443",
        "udp://a.test:53",
        "tcp://a.test",
        "tcp://:53",
        "tcp://a.test:0",
        "tcp://a.test:70000",
        "tcp://a.test:x",
        "tcp://[::1:53",
        "tcp://a.test:53/path",
    ],
)
def test_addresses_that_are_none(address: str) -> None:
    """The message quotes what was given and says what would be right."""
    with pytest.raises(ValueError, match="not of the form tcp://host:port") as caught:
        parsed(address)
    assert repr(address) in str(caught.value)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("answer", "up"),
    [
        (b"HTTP/1.1 200 Connection established\r\n\r\n", True),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", False),
        (b"HTTP/1.1 504 Gateway Timeout\r\n\r\n", False),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", None),
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", None),
        (b"", False),
        (b"SSH-2.0-OpenSSH\r\n", False),
        (b"\r\n", False),
    ],
)
async def test_through_a_proxy(answer: bytes, *, up: bool | None) -> None:
    """The proxy is asked for a tunnel; one that forbids it says nothing of the network."""
    async with serving(answering(answer)) as proxy:
        url = proxy.url.replace("http://", "http://me:se%20cret@")
        assert (
            await online(["tcp://1.1.1.1:443"], timedelta(seconds=5), resolve=Names(), proxy=url)
            is up
        )
    (head,) = proxy.heads
    assert head.startswith("CONNECT 1.1.1.1:443 HTTP/1.1\r\nHost: 1.1.1.1:443\r\n")
    assert "Proxy-Authorization: Basic bWU6c2UgY3JldA==" in head


@pytest.mark.anyio
async def test_a_proxy_that_is_away_is_our_network_that_is_down() -> None:
    """It is the only way out."""
    with refusing() as dead:
        assert await online(["tcp://1.1.1.1:443"], WITHIN, resolve=Names(), proxy=dead) is False
