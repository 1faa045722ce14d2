"""Where redirects may lead: by the address that is connected to."""

import asyncio
import ctypes
import os
import socket
import subprocess
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from probe.prober.dial import Address
from probe.prober.names import Names
from probe.prober.places import Gate, literal, public
from probe.prober.reasons import NotFollowed
from probe.types import Reason
from tests.prober.conftest import Ask, asking
from tests.servers import answering, message, proxying, serving

INSIDE = [
    *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1"),
    *("192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "192.0.0.1"),
    *("::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "fec0::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "::127.0.0.1"),
    *("64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1"),
    *("100::1", "2001::1"),
]
OUTSIDE = [
    *("1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "169.253.0.1", "192.169.0.1"),
    *("2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_not_public(address: str) -> None:
    """Loopback, link-local, private, shared, reserved, multicast, however it is written."""
    assert not public(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_public(address: str) -> None:
    """Their neighbours are the Internet's."""
    assert public(ip_address(address))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("[::1]", "::1"),
        ("::1", "::1"),
        ("spot.test", None),
        ("1.test", None),
        ("", None),
    ],
)
def test_addresses_in_figures(host: str, address: str | None) -> None:
    """As C libraries read them."""
    assert literal(host) == (None if address is None else ip_address(address))


def at(*hosts: str) -> Sequence[Address]:
    """Return these addresses as a resolver does."""
    families = {True: socket.AF_INET6, False: socket.AF_INET}
    return [(families[":" in host], (host, 443)) for host in hosts]


def test_from_a_public_address_only_public_ones_are_left() -> None:
    """Of the addresses of a name those that are not public are not connected to."""
    gate = Gate()
    assert gate.admit("first.test", at("10.0.0.1")) == at("10.0.0.1")
    gate.arrived(at("8.8.8.8")[0])
    assert gate.admit("next.test", at("::1", "1.1.1.1")) == at("1.1.1.1")
    with pytest.raises(NotFollowed, match=r"next.test, whose address fe80::1 is not public"):
        gate.admit("next.test", at("fe80::1%1", "10.0.0.1"))


def test_from_an_address_that_is_not_public_anything_goes() -> None:
    """An internal portal may redirect to its internal identity provider."""
    gate = Gate()
    gate.arrived(at("10.0.0.1")[0])
    gate.arrived(at("8.8.8.8")[0])
    assert gate.admit("next.test", at("192.168.0.1")) == at("192.168.0.1")


def test_configured_networks_are_allowed() -> None:
    """`redirect_to`, mapped addresses included."""
    gate = Gate(["10.0.0.0/8", "fd00::/8"])
    gate.arrived(at("8.8.8.8")[0])
    inside = at("10.1.1.1", "::ffff:10.1.1.1", "fd00::1")
    assert gate.admit("next.test", inside) == inside
    with pytest.raises(NotFollowed):
        gate.admit("next.test", at("11.0.0.0", "192.168.0.1")[1:])


@pytest.mark.anyio
@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "localhost", "x.localhost.", "[::1]"])
async def test_through_a_proxy_by_the_name(host: str, ask: Ask) -> None:
    """The proxy resolves; what is plainly not public is refused all the same."""
    moved = answering(message(b"", "302 Found", Location=f"http://{host}:9/"))
    async with serving(moved) as server, proxying({"spot.test": server.port}) as proxy:
        done = await ask("http://spot.test/", proxy=proxy.url)
    assert (done.reason, len(proxy.heads)) == (Reason.REDIRECT, 1)
    assert "not public" in done.detail


# --- on real public addresses, which a network of our own gives to loopback -------------------


_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # of sched.h; os.unshare is there from 3.12 on


def _unshared(ended: Connection, play: Callable[[], list[str]]) -> None:
    """Do something in a network of our own, where a public address is one of loopback's."""
    try:
        _unshare()
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        subprocess.run(["ip", "address", "add", "8.8.8.8/32", "dev", "lo"], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        ended.send(str(error))
    else:
        ended.send(play())


def _unshare() -> None:
    libc, user = ctypes.CDLL(None, use_errno=True), os.getuid()
    if not libc.unshare(_NEW_NETWORK):
        return
    if libc.unshare(_NEW_USER | _NEW_NETWORK):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    Path("/proc/self/uid_map").write_text(f"0 {user} 1", encoding="ascii")


async def _redirected() -> list[str]:
    """Redirect from a public address to places inside, and say what came of each."""
    told = []
    async with serving(answering(message(b"secret"))) as inside:
        port = inside.port
        for place in (f"127.0.0.1:{port}", f"rebound.test:{port}", f"[::ffff:127.0.0.1]:{port}"):
            moved = answering(message(b"", "302 Found", Location=f"http://{place}/"))
            async with serving(moved, host="8.8.8.8") as outside:
                for besides in ((), ("127.0.0.0/8",)):
                    done = await asking(outside.url, None, resolve=_rebinding, redirect_to=besides)
                    told.append(f"{done.reason} {done.body.decode()}")
    return told


async def _rebinding(host: str, port: int, family: socket.AddressFamily) -> Sequence[Address]:
    if host == "rebound.test":
        return [(socket.AF_INET, ("127.0.0.1", port))]
    return await Names()(host, port, family)


def _play() -> list[str]:
    return asyncio.run(_redirected())


def test_a_public_address_leads_to_no_private_one() -> None:
    """Figures, a name that resolves to loopback, a mapped address; configured, it may."""
    context = get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_unshared, args=(theirs, _play))
    process.start()
    assert ours.poll(30)
    told = ours.recv()
    process.join()
    if isinstance(told, str):
        pytest.skip(f"no network of our own: {told}")
    assert told == ["redirect ", "None secret"] * 3
