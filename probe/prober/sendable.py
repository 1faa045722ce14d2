"""Whether a request can be sent at all: known at the start, and not in the first probe."""

import contextlib
import re
from collections.abc import Mapping
from ipaddress import ip_network

import httpx

from probe.prober.redirect import reachable
from probe.types import Http

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_ASCII = re.compile(r"[\t\x20-\x7e]*")
#: What frames the request's body is ours to say.
_FRAMING = frozenset({"content-length", "transfer-encoding"})


def check(url: str, http: Http, user_agent: str) -> None:
    """Raise a ValueError that says what cannot be sent, and why; no header's value is shown."""
    _reachable("url", url)
    if http.proxy is not None:
        _reachable("proxy", http.proxy)
    if not _ASCII.fullmatch(user_agent):
        raise ValueError(
            "User-Agent: cannot be sent; write the contact, or the --web.external-url that stands "
            "for it, on one line and in ASCII"
        )
    if not _TOKEN.fullmatch(http.method):
        raise ValueError(f"method {http.method!r}: cannot be sent; write one word such as GET")
    _headers(http.headers)
    try:
        (http.body or "").encode()
    except UnicodeEncodeError as error:
        raise ValueError("body: cannot be sent; it is no Unicode text") from error
    for network in http.redirect_to:
        try:
            ip_network(network)
        except ValueError as error:
            raise ValueError(f"redirect_to {network}: {error}") from error


def _headers(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"header {name!r}: cannot be sent; write a name of letters and '-'")
        if name.lower() in _FRAMING:
            raise ValueError(f"header {name}: leave it out; it is made from the body")
        if not _VALUE.fullmatch(value):
            raise ValueError(
                f"header {name}: its value cannot be sent; write one line of ISO 8859-1, "
                "without control characters"
            )


def written(value: str) -> bytes:
    """Return a header's value as it is sent."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()  # what a server said, and is said back to it


def _reachable(key: str, url: str) -> None:
    with contextlib.suppress(httpx.InvalidURL, ValueError):
        if reachable(httpx.URL(url)):
            return
    shown = url.rpartition("@")[2]  # a proxy's password is nobody's business
    raise ValueError(f"{key} {shown}: not of the form http(s)://host")
