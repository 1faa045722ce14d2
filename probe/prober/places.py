"""Which addresses a redirect may lead to."""

import functools
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from probe.prober.dial import Address
from probe.prober.reasons import NotFollowed

IP = IPv4Address | IPv6Address

_GLOBAL_UNICAST = IPv6Network("2000::/3")
#: IPv6 addresses that stand for an IPv4 address, and how many bits follow it.
_CARRYING = (
    (IPv6Network("::ffff:0:0/96"), 0),  # mapped
    (IPv6Network("::ffff:0:0:0/96"), 0),  # translated (RFC 2765)
    (IPv6Network("::/96"), 0),  # compatible, long deprecated
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64 (RFC 6052)
    (IPv6Network("2002::/16"), 80),  # 6to4
)


@functools.lru_cache(maxsize=1024)
def public(address: IP) -> bool:
    """Whether an address is one of the Internet's: not local, private, shared or reserved."""
    if isinstance(address, IPv6Address):
        for network, behind in _CARRYING:
            if address in network:
                return public(IPv4Address((int(address) >> behind) & 0xFFFFFFFF))
        if address not in _GLOBAL_UNICAST:
            return False
    return address.is_global and not address.is_multicast


def literal(host: str) -> IP | None:
    """Return the address that a URL's host writes in figures, None for a name.

    IPv4 in all forms that C libraries know: `127.1`, `0x7f000001`, `2130706433`.
    """
    host = host.rstrip(".")
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host)) if host[:1].isdigit() else None
    except (OSError, ValueError):
        return None


class Gate:
    """Keeps the redirects of one exchange that began at a public address among public ones.

    `besides` are the networks that are allowed all the same. Where the first request went to an
    address that is not public, redirects go where they like.
    """

    def __init__(self, besides: Sequence[str] = ()) -> None:
        self._besides = tuple(ip_network(one) for one in besides)
        self._open: bool | None = None  # None until the first request has found its server
        self._first: Address | None = None  # where it did; looked at when there is a redirect

    def admit(self, host: str, addresses: Sequence[Address]) -> Sequence[Address]:
        """Return those addresses of a host that may be connected to; NotFollowed if none may."""
        if self._first is not None:
            self._open, self._first = not public(_of(self._first)), None
        if self._open is not False:
            return addresses
        allowed = [one for one in addresses if self._allowed(_of(one))]
        if addresses and not allowed:
            raise NotFollowed(
                f"redirected to {host}, whose address {_of(addresses[0])} is not public"
            )
        return allowed

    def admit_name(self, host: str) -> None:
        """Refuse a host that names an address that is not public: a proxy resolves it, not we."""
        address = literal(host)
        local = host.rstrip(".").lower()
        if address is None and (local == "localhost" or local.endswith(".localhost")):
            address = IPv4Address("127.0.0.1")  # as RFC 6761 has it
        if self._open is None:
            self._open = address is not None and not public(address)
        elif not self._open and address is not None and not self._allowed(address):
            raise NotFollowed(f"redirected to {host}, which is not public")

    def arrived(self, address: Address) -> None:
        """Note where a request has been sent; the first decides about the redirects behind it."""
        if self._open is None and self._first is None:
            self._first = address

    def _allowed(self, address: IP) -> bool:
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        address = mapped or address
        return public(address) or any(address in network for network in self._besides)


def _of(address: Address) -> IP:
    return ip_address(address[1][0].partition("%")[0])
