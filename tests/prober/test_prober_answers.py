"""Whole answers: how they may be framed, encoded and reached."""

import gzip
import socket
import zlib
from collections.abc import Sequence
from datetime import timedelta

import pytest

from probe.prober.dial import Address
from probe.types import Phase, Reason
from tests.prober.conftest import NOW, Ask
from tests.servers import (
    Conversation,
    answering,
    closing,
    full,
    message,
    refusing,
    serving,
)

pytestmark = pytest.mark.anyio

BODY = b"welcome " * 100
RAW = zlib.compressobj(wbits=-15)
DEFLATED = RAW.compress(BODY) + RAW.flush()

WHOLE: list[tuple[str, Conversation]] = [
    ("with a length", answering(message(BODY))),
    ("until the connection closes", closing(b"HTTP/1.0 200 OK\r\n\r\n" + BODY)),
    (
        "in chunks, with extension and trailer",
        closing(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n320;x=y\r\n"
            + BODY
            + b"\r\n0\r\nTrailer: x\r\n\r\n"
        ),
    ),
    (
        "after 100 and 103",
        answering(
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
            + message(BODY)
        ),
    ),
    ("compressed by gzip", answering(message(gzip.compress(BODY), Content_Encoding="gzip"))),
    ("compressed by x-gzip", answering(message(gzip.compress(BODY), Content_Encoding="X-GZip"))),
    ("compressed by deflate", answering(message(zlib.compress(BODY), Content_Encoding="deflate"))),
    ("compressed by raw deflate", answering(message(DEFLATED, Content_Encoding="deflate"))),
    (
        "compressed twice",
        answering(message(gzip.compress(zlib.compress(BODY)), Content_Encoding="deflate, gzip")),
    ),
    ("in an encoding that is identity", answering(message(BODY, Content_Encoding="identity"))),
    ("with more after its end", closing(message(BODY) + b"HTTP/1.1 500 Next\r\n\r\n")),
    (
        "with a lower-case name and no reason phrase",
        closing(b"HTTP/1.1 200\r\ncontent-length:800\r\n\r\n" + BODY),
    ),
]


@pytest.mark.parametrize("behave", [row[1] for row in WHOLE], ids=[row[0] for row in WHOLE])
async def test_an_answer_is_whole(behave: Conversation, ask: Ask) -> None:
    """However it is framed and encoded, the same body is read."""
    async with serving(behave) as server:
        done = await ask(server.url)
    assert (done.reason, done.detail, done.status_code, done.body) == (None, "", 200, BODY)
    assert list(done.phases) == [
        Phase.RESOLVE,
        Phase.CONNECT,
        Phase.PROCESSING,
        Phase.TRANSFER,
    ]


@pytest.mark.parametrize("size", [0, 1, 999, 1000])
async def test_a_body_up_to_the_bound_is_read(size: int, ask: Ask) -> None:
    """The bound is inclusive; one byte more is tested among the failures."""
    async with serving(answering(message(b"x" * size))) as server:
        assert len((await ask(server.url, max_body=1000)).body) == size


async def test_the_phases_fill_the_duration(ask: Ask) -> None:
    """No time between two phases is lost: together they are at most the whole."""
    async with serving(answering(message(BODY))) as server:
        done = await ask(server.url)
    assert 0 < sum(done.phases.values()) <= done.duration_seconds
    assert done.started_at == NOW


@pytest.mark.parametrize("status", [403, 429, 503, 304, 204, 404])
async def test_any_status_is_an_answer(status: int, ask: Ask) -> None:
    """An exchange judges nothing: whatever status was read is a whole answer."""
    answer = message(b"", f"{status} Whatever", Retry_After="120", ETag='"v1"')
    async with serving(answering(answer)) as server:
        done = await ask(server.url)
    assert (done.reason, done.status_code) == (None, status)
    assert (done.headers["retry-after"], done.headers["etag"]) == ("120", '"v1"')


async def test_head_has_no_body(ask: Ask) -> None:
    """The length that a HEAD announces is not waited for."""
    async with serving(answering(message(b"", Content_Length="800"))) as server:
        done = await ask(server.url, method="HEAD")
        assert server.heads[0].startswith("HEAD / HTTP/1.1\r\n")
    assert (done.reason, done.body) == (None, b"")


async def test_we_say_who_we_are_and_close(ask: Ask) -> None:
    """One connection per request, and our own User-Agent, once each."""
    async with serving(answering(message())) as server:
        await ask(server.url)
        await server.gone.get()
    head = server.heads[0].lower()
    assert "user-agent: spot-probe/0 (+https://probe.test/)\r\n" in head
    assert "connection: close\r\n" in head
    assert head.count("user-agent:") == head.count("host:") == 1


async def test_the_users_headers_win(ask: Ask) -> None:
    """What the configuration says of a header replaces ours, in any case of letters."""
    headers = {"user-agent": "mine", "HOST": "portal.test", "If-None-Match": '"v1"'}
    async with serving(answering(message())) as server:
        await ask(server.url, headers=headers)
    head = server.heads[0].lower()
    assert "user-agent: mine\r\n" in head
    assert "host: portal.test\r\n" in head
    assert 'if-none-match: "v1"\r\n' in head
    assert head.count("user-agent:") == head.count("host:") == 1


async def test_a_body_is_sent(ask: Ask) -> None:
    """A configured body goes out in UTF-8 with its length."""
    async with serving(answering(message())) as server:
        done = await ask(server.url, method="POST", body="né")
    assert done.reason is None
    assert "content-length: 3\r\n" in server.heads[0].lower()


# --- the clock -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "skew"),
    [
        ({"Date": "Sun, 08 Mar 2026 07:00:30 GMT"}, 30),
        ({"Date": "Sun, 08 Mar 2026 06:59:30 GMT"}, -30),
        ({"Date": "Sun, 08 Mar 2026 06:50:00 GMT", "Age": "600"}, 0),
        ({"Date": "Sun, 08 Mar 2026 07:00:30 -0000"}, 30),
        ({"Date": "yesterday"}, None),
        ({"Date": "Sun, 08 Mar 99999 07:00:30 GMT"}, None),
        ({"Date": "Sun, 08 Mar 2026 07:00:30 GMT", "Age": "a while"}, None),
        ({}, None),
    ],
)
async def test_the_clock_skew(headers: dict[str, str], skew: int | None, ask: Ask) -> None:
    """The server's Date, aged by caches, minus our clock when the headers came."""
    async with serving(answering(message(**headers))) as server:
        done = await ask(server.url)
    assert done.clock_skew_seconds == (None if skew is None else pytest.approx(skew, abs=5))


# --- addresses -------------------------------------------------------------------------------


def resolving(*ports: tuple[str, int]) -> object:
    """Return a resolver that answers with these addresses, whatever is asked."""

    async def resolve(*_: object) -> Sequence[Address]:
        return [
            (socket.AF_INET6 if ":" in host else socket.AF_INET, (host, port))
            for host, port in ports
        ]

    return resolve


async def test_ipv6_and_ipv4_are_told_apart(ask: Ask) -> None:
    """The family is that of the connection; a literal of the other family is not resolved."""
    async with serving(answering(message()), host="::1") as six:
        assert (await ask(six.url)).ip_protocol == 6
        assert (await ask(six.url, ip="6")).ip_protocol == 6
        assert (await ask(six.url, ip="4")).reason is Reason.DNS
    async with serving(answering(message())) as four:
        assert (await ask(four.url)).ip_protocol == 4
        assert (await ask(four.url, ip="4")).ip_protocol == 4
        assert (await ask(four.url, ip="6")).reason is Reason.DNS


async def test_the_family_is_asked_of_the_resolver(ask: Ask) -> None:
    """`ip` chooses what is looked up; a name beyond ASCII is looked up in its DNS form."""
    asked: list[object] = []

    async def resolve(host: str, port: int, family: socket.AddressFamily) -> Sequence[Address]:
        asked.append((host, port, family))
        return []

    for ip in ("any", "4", "6"):
        await ask("https://bücher.test/", ip=ip, resolve=resolve)
    families = (socket.AF_UNSPEC, socket.AF_INET, socket.AF_INET6)
    assert asked == [("xn--bcher-kva.test", 443, family) for family in families]


async def test_a_refused_address_is_followed_by_the_next(ask: Ask) -> None:
    """A name with a dead address and a live one is up."""
    async with serving(answering(message(BODY))) as server:
        with refusing() as dead:
            port = int(dead.rsplit(":", 1)[1].strip("/"))
            resolve = resolving(("::1", port), ("127.0.0.1", port), (server.host, server.port))
            done = await ask("http://portal.test/", resolve=resolve)
    assert (done.reason, done.ip_protocol) == (None, 4)


async def test_a_silent_address_does_not_use_up_the_deadline(ask: Ask) -> None:
    """Beside an address that is filtered the next one is tried."""
    async with serving(answering(message(BODY))) as server:
        with full() as dead:
            port = int(dead.rsplit(":", 1)[1].strip("/"))
            resolve = resolving(("127.0.0.1", port), (server.host, server.port))
            done = await ask("http://portal.test/", resolve=resolve)
    assert done.reason is None
    assert done.duration_seconds < timedelta(seconds=5).total_seconds()


async def test_all_addresses_dead_is_connect(ask: Ask) -> None:
    """When none accepts the first one's error is told."""
    with refusing() as dead, refusing() as other:
        ports = [int(url.rsplit(":", 1)[1].strip("/")) for url in (dead, other)]
        resolve = resolving(("127.0.0.1", ports[0]), ("127.0.0.1", ports[1]))
        done = await ask("http://portal.test/", resolve=resolve)
    assert done.reason is Reason.CONNECT
    assert str(ports[0]) in done.detail
