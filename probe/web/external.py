"""Where people reach the probe, and which requests may have been sent from there."""

import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from probe.runtime.refusal import Refusal

Endpoint = Callable[[Request], Awaitable[Response]]

PORTS = {"http": 80, "https": 443}
FLAG = "--web.external-url"


class AddressError(Refusal):
    """An address of ours cannot be used; says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """The address under which people reach us, as its parts; all empty where none is known.

    `url` has neither a query nor a fragment; `prefix` is its path, without a slash at its end.
    """

    url: str = ""
    origin: str = ""
    prefix: str = ""


UNKNOWN = External()


def external(url: str | None) -> External:
    """Read `--web.external-url`; raises AddressError, which does not repeat what may be secret."""
    if url is None:
        return UNKNOWN
    parts = _split(url)
    origin = parts and _origin(parts)
    if not parts or not origin or set(parts.path) & set("{}") or not url.isascii():
        raise AddressError(f"{FLAG}: write an address such as http://host/probe/")
    if "@" in url:  # a slash in a password makes the rest of it a path
        raise AddressError(f"{FLAG}: write it without a user and a password; it is shown to others")
    return External(
        url=parts._replace(query="", fragment="").geturl(),
        origin=origin,
        prefix=parts.path.rstrip("/"),
    )


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # which is read only now
    except ValueError:
        return None
    return parts if url.isprintable() else None


def _origin(parts: SplitResult) -> str:
    """Return scheme, host and port; empty for what has none."""
    if parts.scheme not in PORTS or not parts.hostname:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{parts.port or PORTS[parts.scheme]}"


# --- who may change something ----------------------------------------------------------------


def meant(endpoint: Endpoint, outside: External) -> Endpoint:
    """Wrap what changes something: 403 unless the request was meant by whoever sends it.

    Any page in an operator's browser can send requests to us. A browser says from where it does;
    what says nothing of the kind is a program, and does what it was told.
    """

    async def guarded(request: Request) -> Response:
        wrong = _foreign(request, outside)
        if wrong is not None:
            return PlainTextResponse(f"refused: {wrong}\n", 403)
        return await endpoint(request)

    return guarded


def _foreign(request: Request, outside: External) -> str | None:
    """Return what is wrong with where a request comes from, None for what may pass."""
    sites, origins = (request.headers.getlist(name) for name in ("sec-fetch-site", "origin"))
    if not sites and not origins:
        return None
    if any(site not in {"same-origin", "none"} for site in sites):
        return "it was sent by a page of another site"
    shown = f"{request.url.scheme}://{request.headers.get('host', '')}"
    told = {_origin(parts) if (parts := _split(one)) else "" for one in origins or [shown]}
    if told == {outside.origin} and outside.origin:
        return None
    ours = _split(shown)
    # A name is no proof: any site may let its own name lead to our address.
    if not ours or not _is_literal(ours.hostname):
        return f"set {FLAG} to the address by which people reach this probe"
    hosts = {one.partition("://")[2] for one in told}
    if hosts != {_origin(ours).partition("://")[2]}:
        return "it was sent by a page of another origin"
    return None


def _is_literal(host: str | None) -> bool:
    """Return whether a host is an address, or this machine, rather than a name."""
    if host == "localhost":
        return True
    try:
        ipaddress.ip_address(host or "")
    except ValueError:
        return False
    return True
