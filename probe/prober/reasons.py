"""From what others raise to a reason: one table, most specific first."""

import socket
import ssl
import zlib
from collections.abc import Mapping

import h11
import httpx

from probe.types import Phase, Reason


class OutOfBounds(Exception):  # noqa: N818 - it says what the answer was, like the reasons do
    """An answer larger than we read."""


class NotFollowed(Exception):  # noqa: N818 - as above
    """A redirect that we do not follow."""


def _always(reason: Reason) -> dict[Phase, Reason]:
    return dict.fromkeys(Phase, reason)


_LOST = {
    Phase.RESOLVE: Reason.DNS,
    Phase.CONNECT: Reason.CONNECT,
    Phase.TLS: Reason.TLS,
    Phase.PROCESSING: Reason.PROTOCOL,
    Phase.TRANSFER: Reason.PROTOCOL,
}
_LATE = _always(Reason.TIMEOUT) | {Phase.RESOLVE: Reason.DNS}

#: By exception and by the phase in which it came; what is not here is a fault of ours.
TABLE: tuple[tuple[type[BaseException], Mapping[Phase, Reason]], ...] = (
    (NotFollowed, _always(Reason.REDIRECT)),
    (OutOfBounds, _always(Reason.PROTOCOL)),
    (socket.gaierror, _always(Reason.DNS)),
    (socket.herror, _always(Reason.DNS)),
    # In TLS 1.3 a server refuses a client's certificate only after the handshake, so the phase
    # does not tell.
    (ssl.SSLError, _always(Reason.TLS)),
    (TimeoutError, _LATE),  # also the kernel's ETIMEDOUT
    (httpx.ProxyError, _always(Reason.CONNECT)),
    (OSError, _LOST),
    (EOFError, _LOST),
    (UnicodeError, _LOST),  # a name that has no form in DNS
    (zlib.error, _always(Reason.PROTOCOL)),
    (h11.LocalProtocolError, _always(Reason.INTERNAL)),
    (h11.ProtocolError, _always(Reason.PROTOCOL)),
    (httpx.TimeoutException, _LATE),
    (httpx.LocalProtocolError, _always(Reason.INTERNAL)),
    (httpx.UnsupportedProtocol, _always(Reason.INTERNAL)),
    (httpx.TransportError, _LOST),
    (httpx.TooManyRedirects, _always(Reason.REDIRECT)),
    (httpx.InvalidURL, _always(Reason.REDIRECT)),
    (httpx.DecodingError, _always(Reason.PROTOCOL)),
    (httpx.HTTPStatusError, _always(Reason.STATUS)),
    (httpx.HTTPError, _always(Reason.PROTOCOL)),
    (httpx.StreamError, _always(Reason.INTERNAL)),
    (httpx.CookieConflict, _always(Reason.INTERNAL)),
)


def reason(error: BaseException, phase: Phase | None) -> Reason | None:
    """Find the reason of an error or of what caused it; None when the table has none of them.

    httpx has one class for a name that is unknown, a port that is closed and a certificate that
    is wrong, so the table is held against the whole chain of causes.
    """
    chain = _causes(error)
    for kind, reasons in TABLE:
        if any(isinstance(link, kind) for link in chain):
            return reasons[phase or Phase.PROCESSING]
    return None


def _causes(error: BaseException) -> list[BaseException]:
    chain = [error]
    while (cause := _cause(chain[-1])) is not None and cause not in chain:
        chain.append(cause)
    return chain


def _cause(error: BaseException) -> BaseException | None:
    # httpcore's pool raises again `from None`, which cuts the cause off and leaves the context.
    return (
        error.__context__ if error.__suppress_context__ and not error.__cause__ else error.__cause__
    )
