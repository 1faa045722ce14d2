"""One HTTP server on every listening address."""

import contextlib
import socket
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from probe.runtime.refusal import Refusal
from probe.web.toolkit import WebConfig

#: How long a request may still take when the program stops; SIGTERM to exit stays under 2 s.
GRACE_SECONDS = 1
LAST_PORT = 65_535


class AddressError(Refusal):
    """An address cannot be listened on; says which and why."""


class Server(uvicorn.Server):
    """uvicorn, with the signals left to the service."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def listen(addresses: Sequence[str]) -> list[socket.socket]:
    """Return a bound socket for each `host:port`; raises AddressError and leaves none open."""
    opened: list[socket.socket] = []
    try:
        for address in addresses:
            opened.extend(_bind(address))
    except (OSError, ValueError, OverflowError) as error:
        for one in opened:
            one.close()
        words = f"--web.listen-address={address}: {error}; write host:port with a free port"
        raise AddressError(words) from error
    return opened


def prefix(external_url: str | None) -> str:
    """Return the path below which people reach us, without a slash at its end; may be empty.

    Raises AddressError for what is no address.
    """
    if external_url is None:
        return ""
    try:
        parts = urlsplit(external_url)
    except ValueError:
        parts = urlsplit("")
    known = parts.scheme in {"http", "https"} and parts.hostname and external_url.isascii()
    if not known or not external_url.isprintable() or set(external_url) & set("{}?# @"):
        raise AddressError(
            "--web.external-url: write an address such as http://host/probe/, without a user: "
            "every site that is asked reads it"
        )
    return parts.path.rstrip("/")


def _bind(address: str) -> Iterator[socket.socket]:
    host, colon, port = address.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > LAST_PORT:
        raise ValueError(f"{port!r} is no port")
    host = host.removeprefix("[").removesuffix("]")
    flags = socket.AI_PASSIVE
    found = socket.getaddrinfo(host or None, int(port), type=socket.SOCK_STREAM, flags=flags)
    for family, kind, protocol, _, place in dict.fromkeys(found):
        bound = socket.socket(family, kind, protocol)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            bound.bind(place)
            bound.listen(128)
            bound.setblocking(False)  # noqa: FBT003  (the socket's own signature)
        except BaseException:
            bound.close()
            raise
        yield bound


def server(application: ASGIApp, web: WebConfig) -> Server:
    """Return the server; `serve(sockets=...)` runs it until `should_exit`."""
    config = uvicorn.Config(
        application,
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        proxy_headers=False,
    )
    config.load()
    config.ssl = web.tls
    return Server(config)
