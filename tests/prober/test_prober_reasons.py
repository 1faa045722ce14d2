"""The one table: no foreign exception is missing from it."""

import errno
import socket
import ssl
import zlib
from collections.abc import Iterator

import httpx
import pytest

from probe.prober.reasons import (
    TABLE,
    BadAnswer,
    NotFollowed,
    OutOfBounds,
    ProxyRefused,
    exhausted,
    reason,
)
from probe.types import Phase, Reason


def below(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    """Yield a class and all that derive from it."""
    yield kind
    for child in kind.__subclasses__():
        yield from below(child)


def raised(kind: type[BaseException]) -> BaseException:
    """Make one without the constructor that each has differently."""
    return kind.__new__(kind)


FOREIGN = sorted(
    {
        kind
        for module in (socket, ssl, zlib)
        for name, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, Exception) and not name.startswith("_")
    }
    | set(below(OSError))
    | {httpx.InvalidURL, MemoryError, UnicodeError},
    key=lambda kind: (kind.__module__, kind.__qualname__),
)


@pytest.mark.parametrize("kind", FOREIGN, ids=lambda kind: kind.__name__)
def test_every_foreign_exception_is_mapped(kind: type[Exception]) -> None:
    """Whatever ssl, zlib, a socket or a URL of httpx raise, in whatever phase, has its reason."""
    assert None not in {reason(raised(kind), phase) for phase in (*Phase, None)}


def test_no_row_hides_another() -> None:
    """The table goes from the special to the general."""
    for place, (kind, _) in enumerate(TABLE):
        for earlier, _ in TABLE[:place]:
            assert not issubclass(kind, earlier), f"{kind} is never reached after {earlier}"


def test_every_row_knows_every_phase() -> None:
    """A row that left a phase out would raise in the middle of a failure."""
    for _, reasons in TABLE:
        assert set(reasons) == set(Phase)


REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "refused")
RESET = ConnectionResetError(errno.ECONNRESET, "reset")

ROWS = [
    ("a name that is unknown", socket.gaierror(-2, "unknown"), Phase.RESOLVE, Reason.DNS),
    ("a resolver that takes the deadline", TimeoutError(), Phase.RESOLVE, Reason.DNS),
    ("a resolver that cannot be reached", REFUSED, Phase.RESOLVE, Reason.DNS),
    ("a port that is closed", REFUSED, Phase.CONNECT, Reason.CONNECT),
    ("no route", OSError(errno.EHOSTUNREACH, "no route"), Phase.CONNECT, Reason.CONNECT),
    ("a filter", TimeoutError(), Phase.CONNECT, Reason.TIMEOUT),
    ("the kernel gave up", OSError(errno.ETIMEDOUT, "timed out"), Phase.CONNECT, Reason.TIMEOUT),
    *(
        (f"our own limit, {name}", OSError(getattr(errno, name), "x"), phase, Reason.INTERNAL)
        for name in ("EMFILE", "ENFILE", "ENOMEM", "ENOBUFS", "EADDRNOTAVAIL")
        for phase in Phase
    ),
    ("no memory left", MemoryError(), Phase.TRANSFER, Reason.INTERNAL),
    ("a certificate", ssl.SSLCertVerificationError(1, "expired"), Phase.TLS, Reason.TLS),
    ("a reset in the handshake", RESET, Phase.TLS, Reason.CONNECT),
    ("an end in the handshake", ssl.SSLEOFError(8, "eof"), Phase.TLS, Reason.CONNECT),
    ("a slow handshake", TimeoutError(), Phase.TLS, Reason.TIMEOUT),
    ("an alert after it", ssl.SSLError(1, "alert"), Phase.PROCESSING, Reason.TLS),
    ("a reset before the answer", RESET, Phase.PROCESSING, Reason.PROTOCOL),
    ("a reset in the answer", RESET, Phase.TRANSFER, Reason.PROTOCOL),
    ("a broken pipe", BrokenPipeError(), Phase.PROCESSING, Reason.PROTOCOL),
    ("a slow answer", TimeoutError(), Phase.TRANSFER, Reason.TIMEOUT),
    ("no HTTP", BadAnswer("junk"), Phase.TRANSFER, Reason.PROTOCOL),
    ("a fault before anything was sent", UnicodeError(), None, Reason.INTERNAL),
    ("what cannot be written", UnicodeError(), Phase.PROCESSING, Reason.INTERNAL),
    ("a name without a form in DNS", UnicodeError(), Phase.RESOLVE, Reason.DNS),
    ("too much", OutOfBounds("body"), Phase.TRANSFER, Reason.PROTOCOL),
    ("a forbidden place", NotFollowed("ftp"), Phase.TRANSFER, Reason.REDIRECT),
    ("broken compression", zlib.error(), Phase.TRANSFER, Reason.PROTOCOL),
    ("a proxy that refuses", ProxyRefused("407"), Phase.CONNECT, Reason.CONNECT),
]


@pytest.mark.parametrize(
    ("error", "phase", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_the_reason_of(error: Exception, phase: Phase | None, expected: Reason) -> None:
    """The reason of an error in a phase."""
    assert reason(error, phase) is expected


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (socket.gaierror(-2, "unknown"), Reason.DNS),
        (ssl.SSLCertVerificationError(1, "expired"), Reason.TLS),
        (REFUSED, Reason.CONNECT),
        (OSError(errno.ETIMEDOUT, "timed out"), Reason.TIMEOUT),
    ],
)
def test_the_cause_tells_what_its_wrapping_does_not(cause: Exception, expected: Reason) -> None:
    """The chain of causes is walked to its end."""
    between = OSError("all attempts failed")
    between.__cause__ = cause
    outer = OSError("failed")
    outer.__cause__ = between
    assert reason(outer, Phase.CONNECT) is expected


def test_a_chain_that_bites_its_tail_ends() -> None:
    """Causes can be a circle."""
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert reason(one, None) is None


@pytest.mark.parametrize("kind", [KeyError, ValueError, TypeError, AssertionError, RecursionError])
def test_our_own_bugs_are_not_in_it(kind: type[Exception]) -> None:
    """What is not mapped is a fault of ours, in any phase."""
    assert {reason(kind(), phase) for phase in (*Phase, None)} == {None}


def test_what_is_exhausted_is_told_apart() -> None:
    """Our own limits are known as such; a resolver's numbers mean something else."""
    assert exhausted(OSError(errno.EMFILE, "too many files"))
    assert exhausted(MemoryError())
    assert not exhausted(socket.gaierror(errno.EMFILE, "a number of the resolver's"))
    assert not exhausted(REFUSED)
