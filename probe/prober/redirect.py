"""Where a redirect leads, and what may be sent there; pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import httpx

from probe.prober.reasons import NotFollowed

_STATUSES = frozenset({301, 302, 303, 307, 308})
_KEEPING_METHOD = frozenset({307, 308})
_PORTS = {"http": 80, "https": 443}
#: What the URL Standard strips from both ends: C0 controls and blanks.
_AROUND = "".join(map(chr, range(0x21)))

#: Of the headers given by the user, those that tell nothing to a host they were not meant for.
HARMLESS = frozenset({"accept", "accept-encoding", "accept-language", "user-agent"})


@dataclass(frozen=True, slots=True)
class Hop:
    """One request of an exchange: what is asked, and of whom."""

    url: httpx.URL
    method: str
    body: bytes | None


def port(url: httpx.URL) -> int:
    """Return the port that is connected to, written or implied by http or https."""
    return url.port if url.port is not None else _PORTS[url.scheme]


def reachable(url: httpx.URL) -> bool:
    """Whether a connection to it can be tried at all: http or https, a host and a port.

    A host with characters that none has (a blank, half a bracket) is no host; httpx encodes them.
    """
    host = url.raw_host
    if url.scheme not in _PORTS or not host or host.startswith(b"."):
        return False
    if b"%" in host and b":" not in host:  # beside a colon it begins a zone of IPv6
        return False
    return 0 < port(url) < 1 << 16


def same_place(url: httpx.URL, other: httpx.URL) -> bool:
    """Whether both are one server: host and port agree, or http was upgraded to https."""
    if url.raw_host != other.raw_host:
        return False
    return port(url) == port(other) or {(u.scheme, port(u)) for u in (url, other)} == set(
        _PORTS.items()
    )


def headers_for(url: httpx.URL, target: httpx.URL, headers: Mapping[str, str]) -> dict[str, str]:
    """Leave out what the user gave for the target when the request goes elsewhere."""
    if same_place(url, target):
        return dict(headers)
    return {name: value for name, value in headers.items() if name.lower() in HARMLESS}


def follow(hop: Hop, status: int, locations: Sequence[bytes]) -> Hop | None:
    """Return the next hop, or None when the answer is no redirect; an empty Location is none.

    Raises NotFollowed for a place that is not allowed: no http(s), from https to http, nothing
    that is a URL, several, or another server that would be sent the body.
    """
    places = {place for one in locations if (place := _text(one))}
    if status not in _STATUSES or not places:
        return None
    if len(places) > 1:
        raise NotFollowed(
            f"redirected to several places: {' and '.join(sorted(map(_shown, places)))}"
        )
    url = _place(hop.url, places.pop())
    if status in _KEEPING_METHOD:
        if hop.body is not None and not same_place(url, hop.url):
            raise NotFollowed(f"redirected with the request's body to {_shown(str(url))}")
        return replace(hop, url=url)
    method = "HEAD" if hop.method == "HEAD" else "GET"
    return Hop(url, method, None)


def _text(location: bytes) -> str:
    """Read a Location as browsers do: UTF-8, tabs dropped, a backslash before the query as `/`."""
    text = location.decode(errors="replace").strip(_AROUND).replace("\t", "")
    before, mark, query = text.partition("?")
    return before.replace("\\", "/") + mark + query


def _shown(place: str) -> str:
    """Return a place as people may read it: what a query or a user says may be a secret."""
    bare = re.split(r"[?#]", place, maxsplit=1)[0]
    return re.sub(r"^([^/]*//)[^/@]*@", r"\1", bare)


def _place(base: httpx.URL, location: str) -> httpx.URL:
    try:
        url = base.join(location).copy_with(userinfo=b"", fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise NotFollowed(f"redirected to what is no URL: {_shown(location)}") from error
    if not reachable(url):
        raise NotFollowed(f"redirected to {_shown(str(url))}, which is no place for HTTP")
    if (base.scheme, url.scheme) == ("https", "http"):
        raise NotFollowed(f"redirected from https to {_shown(str(url))}")
    return url
