"""What is told of an attempt: its sentence and its times."""

from datetime import timedelta

import pytest

from probe.prober.detail import plain, said
from probe.prober.reasons import NotFollowed, OutOfBounds
from probe.prober.trace import Trace
from probe.types import Phase

SENTENCES = [
    (
        "an error of the system's",
        ConnectionRefusedError(111, "Connection refused"),
        Phase.CONNECT,
        "while connecting: Connection refused (ConnectionRefusedError)",
    ),
    (
        "an error of OpenSSL's",
        OSError("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"),
        Phase.TLS,
        "while securing the connection: wrong version number (OSError)",
    ),
    (
        "brackets of a server's",
        ValueError("[Server] is away"),
        Phase.TRANSFER,
        "while reading the answer: [Server] is away (ValueError)",
    ),
    ("an error without words", EOFError(), Phase.TLS, "while securing the connection: EOFError"),
    ("a refusal of ours", NotFollowed("redirected to x"), Phase.TRANSFER, "redirected to x"),
    ("a bound of ours", OutOfBounds("too much"), Phase.TRANSFER, "too much"),
    ("a bug", KeyError("x"), None, "before anything was sent: 'x' (KeyError)"),
    (
        "words of a server's that would break the line",
        ValueError("a\r\nb\x1b[31m\u202e"),
        Phase.TRANSFER,
        r"while reading the answer: a\r\nb\x1b[31m\u202e (ValueError)",
    ),
]


@pytest.mark.parametrize(
    ("error", "phase", "sentence"),
    [row[1:] for row in SENTENCES],
    ids=[row[0] for row in SENTENCES],
)
def test_the_sentence(error: Exception, phase: Phase | None, sentence: str) -> None:
    """What failed, and during what."""
    assert said(error, phase, None) == sentence


@pytest.mark.parametrize("phase", Phase)
def test_the_deadline_is_named(phase: Phase) -> None:
    """A deadline that passed is told with its length, whatever was raised."""
    words = said(TimeoutError(), phase, timedelta(milliseconds=800))
    assert words.startswith("the deadline of 0.8 s passed while ")


def test_long_words_are_cut() -> None:
    """A detail that is too long ends in dots; one that just fits does not."""
    assert plain("x" * 10, 10) == "x" * 10
    assert plain("x" * 11, 10) == "x" * 7 + "..."


def test_phases_follow_each_other_and_are_summed() -> None:
    """A phase lasts until the next; entered again, as after a redirect, its times add up."""
    times = iter([0.0, 1.0, 3.0, 6.0, 10.0, 15.0])
    trace = Trace(lambda: next(times))
    for phase in (Phase.RESOLVE, Phase.CONNECT, Phase.RESOLVE, Phase.CONNECT, None):
        trace.enter(phase)
    assert trace.phases == {Phase.RESOLVE: 2.0 + 4.0, Phase.CONNECT: 3.0 + 5.0}
    assert trace.elapsed == 15.0
    assert trace.phase is None
