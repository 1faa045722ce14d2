"""Every kind of answer that a target may give, and what must come of it, on real sockets."""

import gzip
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from probe.prober.names import Names
from probe.prober.probe import prober
from probe.types import Reason, Result
from tests.prober.vantages import vantage
from tests.samples import EXPECT, HTTP, TARGET
from tests.servers import (
    Conversation,
    answering,
    closing,
    halting,
    message,
    resetting,
    serving,
)

pytestmark = pytest.mark.anyio

PAGE = b"<html><head><title>Sign In</title></head><body>" + b"welcome " * 50 + b"</body></html>"
SIZE = b"%d" % len(PAGE)
CRLF = b"\r\n"
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LARGE = 1 << 16
HALF = len(PAGE) // 2


def head(*lines: bytes) -> bytes:
    """Build the head of a 200."""
    return OK + b"".join(line + CRLF for line in lines) + CRLF


def chunks(body: bytes, size: int, line: bytes = b"%x\r\n", end: bytes = b"0\r\n\r\n") -> bytes:
    """Frame a body in chunks of a size, each behind such a line."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(line % len(piece) + piece + CRLF for piece in pieces) + end


def moved(*lines: str) -> bytes:
    """Build a redirect with these headers."""
    return "\r\n".join(["HTTP/1.1 302 Found", "Content-Length: 0", *lines, "", ""]).encode()


def titled(title: str, before: str = "", **headers: str) -> Conversation:
    """Answer with a page of that title."""
    page = f"<html><head>{before}<title>{title}</title></head><body>welcome</body></html>"
    return answering(message(page.encode(), **headers))


UP: list[tuple[str, Conversation]] = [
    ("a length", answering(message(PAGE))),
    ("chunks", closing(CHUNKED + chunks(PAGE, 100))),
    ("an end by closing", closing(b"HTTP/1.0 200 OK\r\n\r\n" + PAGE)),
    (
        "lines that end in a bare LF",
        closing(b"HTTP/1.1 200 OK\nContent-Length: " + SIZE + b"\n\n" + PAGE),
    ),
    ("blank lines before the status line", closing(b"\r\n\r\n" + message(PAGE))),
    ("a status line without reason", closing(b"HTTP/1.1 200\r\n\r\n" + PAGE)),
    ("a status line with more blanks", closing(b"HTTP/1.1  200\tOK\r\n\r\n" + PAGE)),
    ("a version of 1 that is not known yet", closing(b"HTTP/1.2 200 OK\r\n\r\n" + PAGE)),
    ("a folded header", closing(head(b"X-Long: one", b"  two", b"Content-Length: " + SIZE) + PAGE)),
    ("a blank line that begins with a blank", closing(head(b" X-Lost: one") + PAGE)),
    (
        "a blank before a colon",
        closing(head(b"X-Powered-By : ASP", b"Content-Length : " + SIZE) + PAGE),
    ),
    ("a header in Latin-1", closing(head(b"X-Name: M\xfcller") + PAGE)),
    ("the same length twice", closing(head(*[b"Content-Length: " + SIZE] * 2) + PAGE)),
    ("the same length in a list", closing(head(b"Content-Length: %s, %s" % (SIZE, SIZE)) + PAGE)),
    (
        "a length beside chunks",
        closing(head(b"Transfer-Encoding: chunked", b"Content-Length: 7") + chunks(PAGE, 100)),
    ),
    ("identity", halting(head(b"Transfer-Encoding: identity", b"Content-Length: " + SIZE) + PAGE)),
    (
        "chunked named twice",
        closing(head(*[b"Transfer-Encoding: chunked"] * 2) + chunks(PAGE, 100)),
    ),
    ("chunked, chunked", closing(head(b"Transfer-Encoding: chunked, Chunked") + chunks(PAGE, 100))),
    ("a blank before an extension", closing(CHUNKED + chunks(PAGE, 100, b"%x ;name=value\r\n"))),
    ("blanks behind a size", closing(CHUNKED + chunks(PAGE, 100, b"%x   \r\n"))),
    ("sizes with zeros before", closing(CHUNKED + chunks(PAGE, 100, b"000%x\r\n", b"000\r\n\r\n"))),
    (
        "chunks that end in a bare LF",
        closing(OK + b"Transfer-Encoding: chunked\n\n" + chunks(PAGE, 999).replace(CRLF, b"\n")),
    ),
    ("a trailer", closing(CHUNKED + chunks(PAGE, 100, end=b"0\r\nX-Sum: 1\r\n\r\n"))),
    ("a trailer that never comes", halting(CHUNKED + chunks(PAGE, 100, end=b"0\r\n"))),
    ("one-byte chunks", closing(CHUNKED + chunks(PAGE, 1))),
    (
        "hints and another 1xx",
        closing(b"HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 102 On it\r\n\r\n" + message(PAGE)),
    ),
    ("a reset behind the length", resetting(message(PAGE))),
    ("a reset behind the last chunk", resetting(CHUNKED + chunks(PAGE, 100))),
    ("more behind the end", closing(message(PAGE) + b"HTTP/1.1 500 Next\r\n\r\n")),
    ("a connection kept open", halting(message(PAGE, Connection="keep-alive"))),
    ("gzip", answering(message(gzip.compress(PAGE), Content_Encoding="gzip"))),
    (
        "gzip in two members",
        answering(
            message(
                gzip.compress(PAGE[:HALF]) + gzip.compress(PAGE[HALF:]), Content_Encoding="gzip"
            )
        ),
    ),
    (
        "gzip with padding behind",
        answering(message(gzip.compress(PAGE) + b"\0" * 99, Content_Encoding="gzip")),
    ),
    ("deflate", answering(message(zlib.compress(PAGE), Content_Encoding="deflate"))),
    (
        "a redirect there and back",
        answering(moved("Location: /check"), moved("Location: /"), message(PAGE)),
    ),
    ("the same place twice", answering(moved("Location: /in", "Location: /in"), message(PAGE))),
    (
        "cookies of an older kind",
        answering(
            moved("Location: /", 'Set-Cookie: a="b c"; Version=1; Path="/"; Port='), message(PAGE)
        ),
    ),
    (
        "a path without a slash",
        answering(moved("Location: /", "Set-Cookie: a=b; Path=app"), message(PAGE)),
    ),
    ("a cookie in UTF-8", answering(moved("Location: /", "Set-Cookie: stadt=Köln"), message(PAGE))),
    ("an unread notice below a title", titled("Sign In", "<!-- <title>Maintenance</title> -->")),
    ("a drawing's title", titled("Sign In", "<svg><title>Maintenance</title></svg>")),
    ("a script's title", titled("Sign In", "<script>'<title>Outage</title>'</script>")),
    ("a word within a word", titled("Maintenanceplan - Sign In")),
    ("a title that is no page's", titled("Maintenance", Content_Type="text/plain")),
]

DOWN: list[tuple[str, Conversation, Reason]] = [
    ("nothing", closing(), Reason.PROTOCOL),
    ("a reset", resetting(), Reason.PROTOCOL),
    ("silence", halting(), Reason.TIMEOUT),
    ("half a head and silence", halting(b"HTTP/1.1 200 OK\r\nA:"), Reason.TIMEOUT),
    ("another protocol", closing(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), Reason.PROTOCOL),
    ("lower-case HTTP", closing(b"http/1.1 200 OK\r\n\r\n" + PAGE), Reason.PROTOCOL),
    ("HTTP/2", closing(b"HTTP/2 200\r\n\r\n" + PAGE), Reason.PROTOCOL),
    ("a status of four figures", closing(b"HTTP/1.1 2000 OK\r\n\r\n"), Reason.PROTOCOL),
    ("a line without a colon", closing(head(b"junk") + PAGE), Reason.PROTOCOL),
    ("a header without a name", closing(head(b": value") + PAGE), Reason.PROTOCOL),
    ("a header with a blank in its name", closing(head(b"a b: value") + PAGE), Reason.PROTOCOL),
    ("a NUL in a header", closing(head(b"a: b\0c") + PAGE), Reason.PROTOCOL),
    (
        "two lengths",
        closing(head(b"Content-Length: 1", b"Content-Length: 2") + b"ab"),
        Reason.PROTOCOL,
    ),
    ("a length below zero", closing(head(b"Content-Length: -1") + b"ab"), Reason.PROTOCOL),
    (
        "a length beyond counting",
        closing(head(b"Content-Length: " + b"9" * 99) + b"ab"),
        Reason.PROTOCOL,
    ),
    (
        "a coding that was not asked for",
        closing(head(b"Transfer-Encoding: gzip, chunked") + chunks(b"ab", 1)),
        Reason.PROTOCOL,
    ),
    ("less than promised", closing(message(b"four", Content_Length="10")), Reason.PROTOCOL),
    ("a reset within the body", resetting(message(b"four", Content_Length="10")), Reason.PROTOCOL),
    (
        "a reset of what only closing ends",
        resetting(b"HTTP/1.0 200 OK\r\n\r\n" + PAGE),
        Reason.PROTOCOL,
    ),
    ("no last chunk", closing(CHUNKED + chunks(PAGE, 100, end=b"")), Reason.PROTOCOL),
    ("a size that is none", closing(CHUNKED + b"zz\r\nfour\r\n"), Reason.PROTOCOL),
    ("a chunk longer than its size", closing(CHUNKED + b"2\r\nfour\r\n0\r\n\r\n"), Reason.PROTOCOL),
    ("a size without end", closing(CHUNKED + b"1" * (1 << 20)), Reason.PROTOCOL),
    ("an extension without end", closing(CHUNKED + b"1;" + b"x" * (1 << 20)), Reason.PROTOCOL),
    (
        "more framing than body",
        closing(CHUNKED + (b"1;" + b"x" * 999 + b"\r\nx\r\n") * 999),
        Reason.PROTOCOL,
    ),
    ("1xx without end", closing(b"HTTP/1.1 100 Continue\r\n\r\n" * 9999), Reason.PROTOCOL),
    ("blank lines without end", closing(CRLF * LARGE), Reason.PROTOCOL),
    (
        "another protocol unasked",
        closing(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"),
        Reason.PROTOCOL,
    ),
    ("headers over the bound", answering(message(X_Long="x" * LARGE)), Reason.PROTOCOL),
    ("a body over the bound", answering(message(b"x" * (LARGE + 1))), Reason.PROTOCOL),
    (
        "a bomb",
        answering(message(gzip.compress(bytes(1 << 24)), Content_Encoding="gzip")),
        Reason.PROTOCOL,
    ),
    (
        "a bomb of many members",
        answering(message(gzip.compress(b"x") * 2000, Content_Encoding="gzip")),
        Reason.PROTOCOL,
    ),
    ("gzip that is none", answering(message(b"plain", Content_Encoding="gzip")), Reason.PROTOCOL),
    (
        "gzip cut short",
        answering(message(gzip.compress(PAGE)[:-4], Content_Encoding="gzip")),
        Reason.PROTOCOL,
    ),
    (
        "a second member cut short",
        answering(
            message(
                gzip.compress(PAGE) * 2,
                Content_Length=str(2 * len(gzip.compress(PAGE)) - 9),
                Content_Encoding="gzip",
            )
        ),
        Reason.PROTOCOL,
    ),
    ("two places", answering(moved("Location: /a", "Location: /b")), Reason.REDIRECT),
    ("a circle without end", answering(moved("Location: /")), Reason.REDIRECT),
    ("a place that is none", answering(moved("Location: ftp://127.0.0.1/")), Reason.REDIRECT),
    ("an error", answering(message(PAGE, "503 Service Unavailable")), Reason.STATUS),
    ("a gateway's refusal", answering(message(PAGE, "403 Forbidden")), Reason.BLOCKED),
    ("a splash of maintenance", titled("SPOT - Scheduled  MAINTENANCE"), Reason.CONTENT),
    ("a splash with entities", titled("Service&nbsp;is not&#32;available"), Reason.CONTENT),
    ("a splash over lines", titled("\n We are\n Temporarily\n  Down \n"), Reason.CONTENT),
    (
        "a splash behind a drawing",
        titled("Outage", "<svg viewBox='0'><title>Logo</title></svg>"),
        Reason.CONTENT,
    ),
    (
        "a splash that says it is XHTML",
        titled("Unavailable", Content_Type="application/xhtml+xml; charset=utf-8"),
        Reason.CONTENT,
    ),
]


async def probed(behave: Conversation) -> Result:
    """Probe such a server once."""
    async with serving(behave) as server:
        http = replace(HTTP, max_body=LARGE, max_header=LARGE)
        target = replace(TARGET, url=server.url, attempts=1, http=http, expect=EXPECT)
        target = replace(target, timeout=timedelta(seconds=0.5))
        probe = prober(
            [target], user_agent="x", clock=lambda: datetime.now(UTC), vantage=vantage(Names())
        )
        return await probe(target)


@pytest.mark.parametrize("behave", [row[1] for row in UP], ids=[row[0] for row in UP])
async def test_what_browsers_open_is_up(behave: Conversation) -> None:
    """Whatever RFC 9112 lets a client accept, and browsers and curl show, is up."""
    result = await probed(behave)
    assert (result.reason, result.detail) == (None, "")


@pytest.mark.parametrize(
    ("behave", "reason"), [row[1:] for row in DOWN], ids=[row[0] for row in DOWN]
)
async def test_what_is_no_answer_keeps_its_reason(behave: Conversation, reason: Reason) -> None:
    """What no client may accept, what is hostile, and what says that nothing is there."""
    result = await probed(behave)
    assert result.reason is reason, result.detail
    assert result.detail


def test_how_many_there_are(capsys: Any) -> None:
    """Say how many kinds the tables above hold."""
    assert len({row[0] for row in (*UP, *DOWN)}) == len(UP) + len(DOWN)
    with capsys.disabled():
        print(f"\n{len(UP)} kinds of answers that are up, {len(DOWN)} that are not")  # noqa: T201
