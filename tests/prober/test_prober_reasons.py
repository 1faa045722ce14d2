"""The one table: no foreign exception is missing from it."""

import errno
import socket
import ssl
import zlib
from collections.abc import Iterator

import h11
import httpx
import pytest

from probe.prober.reasons import TABLE, NotFollowed, OutOfBounds, reason
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
        for module in (httpx, h11, socket, ssl, zlib)
        for name, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, Exception) and not name.startswith("_")
    }
    | set(below(OSError))
    | set(below(httpx.HTTPError))
    | set(below(h11.ProtocolError)),
    key=lambda kind: (kind.__module__, kind.__qualname__),
)


@pytest.mark.parametrize("kind", FOREIGN, ids=lambda kind: kind.__name__)
def test_every_foreign_exception_is_mapped(kind: type[Exception]) -> None:
    """Whatever httpx, h11, ssl, zlib or a socket raise, in whatever phase, has its reason."""
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
    ("no sockets left", OSError(errno.EMFILE, "too many files"), Phase.CONNECT, Reason.CONNECT),
    ("a certificate", ssl.SSLCertVerificationError(1, "expired"), Phase.TLS, Reason.TLS),
    ("a reset in the handshake", RESET, Phase.TLS, Reason.TLS),
    ("an end in the handshake", EOFError(), Phase.TLS, Reason.TLS),
    ("a slow handshake", TimeoutError(), Phase.TLS, Reason.TIMEOUT),
    ("an alert after it", ssl.SSLError(1, "alert"), Phase.PROCESSING, Reason.TLS),
    ("a reset before the answer", RESET, Phase.PROCESSING, Reason.PROTOCOL),
    ("a reset in the answer", RESET, Phase.TRANSFER, Reason.PROTOCOL),
    ("a broken pipe", BrokenPipeError(), Phase.PROCESSING, Reason.PROTOCOL),
    ("a slow answer", TimeoutError(), Phase.TRANSFER, Reason.TIMEOUT),
    ("no HTTP", h11.RemoteProtocolError("junk"), Phase.TRANSFER, Reason.PROTOCOL),
    ("a request that is none", h11.LocalProtocolError("x"), Phase.PROCESSING, Reason.INTERNAL),
    ("too much", OutOfBounds("body"), Phase.TRANSFER, Reason.PROTOCOL),
    ("a forbidden place", NotFollowed("ftp"), Phase.TRANSFER, Reason.REDIRECT),
    ("broken compression", zlib.error(), Phase.TRANSFER, Reason.PROTOCOL),
    ("a proxy that refuses", httpx.ProxyError("407"), Phase.CONNECT, Reason.CONNECT),
]


@pytest.mark.parametrize(
    ("error", "phase", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_the_reason_of(error: Exception, phase: Phase, expected: Reason) -> None:
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
def test_the_cause_tells_what_httpx_does_not(cause: Exception, expected: Reason) -> None:
    """One class of httpx's, four reasons: the chain of causes is walked to its end."""
    between = OSError("all attempts failed")
    between.__cause__ = cause
    outer = httpx.ConnectError("failed")
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
