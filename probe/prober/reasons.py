"""From what others raise to a reason: one table, most specific first."""

import errno
import socket
import ssl
import zlib
from collections.abc import Mapping

import httpx

from probe.types import Phase, Reason


class OutOfBounds(Exception):  # noqa: N818 - it says what the answer was, like the reasons do
    """An answer larger than we read."""


class NotFollowed(Exception):  # noqa: N818 - as above
    """A redirect that we do not follow."""


class BadAnswer(Exception):  # noqa: N818 - as above
    """Bytes that are no HTTP/1 answer, or one that was cut short."""


class ProxyRefused(Exception):  # noqa: N818 - as above
    """A proxy that opens no tunnel to the target."""


#: What the system says when our own process or machine has reached its limits.
_OUR_LIMITS = frozenset(
    {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EADDRNOTAVAIL, errno.EAGAIN}
)


def _always(reason: Reason) -> dict[Phase, Reason]:
    return dict.fromkeys(Phase, reason)


#: A load balancer without a backend cuts the handshake, so that is no fault of TLS.
_LOST = {
    Phase.RESOLVE: Reason.DNS,
    Phase.CONNECT: Reason.CONNECT,
    Phase.TLS: Reason.CONNECT,
    Phase.PROCESSING: Reason.PROTOCOL,
    Phase.TRANSFER: Reason.PROTOCOL,
}
_LATE = _always(Reason.TIMEOUT) | {Phase.RESOLVE: Reason.DNS}

#: By exception and by the phase in which it came; what is not here is a fault of ours.
TABLE: tuple[tuple[type[BaseException], Mapping[Phase, Reason]], ...] = (
    (NotFollowed, _always(Reason.REDIRECT)),
    (OutOfBounds, _always(Reason.PROTOCOL)),
    (BadAnswer, _always(Reason.PROTOCOL)),
    (ProxyRefused, _always(Reason.CONNECT)),
    (socket.gaierror, _always(Reason.DNS)),
    (socket.herror, _always(Reason.DNS)),
    (ssl.SSLEOFError, _LOST),
    (ssl.SSLZeroReturnError, _LOST),
    (ssl.SSLSyscallError, _LOST),
    # In TLS 1.3 a server refuses a client's certificate only after the handshake, so the phase
    # does not tell.
    (ssl.SSLError, _always(Reason.TLS)),
    (TimeoutError, _LATE),  # also the kernel's ETIMEDOUT
    (OSError, _LOST),
    (EOFError, _LOST),
    # A name that has no form in DNS; anything else that cannot be written is refused at start.
    (UnicodeError, _always(Reason.INTERNAL) | {Phase.RESOLVE: Reason.DNS}),
    (zlib.error, _always(Reason.PROTOCOL)),
    (httpx.InvalidURL, _always(Reason.REDIRECT)),
    (MemoryError, _always(Reason.INTERNAL)),
)


def reason(error: BaseException, phase: Phase | None) -> Reason | None:
    """Find the reason of an error or of what caused it; None when the table has none of them.

    Whatever happens in no phase happens before anything was sent, and is a fault of ours.
    """
    chain = _causes(error)
    if any(map(exhausted, chain)):
        return Reason.INTERNAL
    for kind, reasons in TABLE:
        if any(isinstance(link, kind) for link in chain):
            return Reason.INTERNAL if phase is None else reasons[phase]
    return None


def exhausted(error: BaseException) -> bool:
    """Whether an error says that our own descriptors, memory, ports or threads have run out."""
    if isinstance(error, MemoryError):
        return True
    resolved = isinstance(error, socket.gaierror | socket.herror)  # they number by themselves
    return isinstance(error, OSError) and not resolved and error.errno in _OUR_LIMITS


def _causes(error: BaseException) -> list[BaseException]:
    chain = [error]
    while (cause := chain[-1].__cause__) is not None and cause not in chain:
        chain.append(cause)
    return chain
