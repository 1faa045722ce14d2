"""Through a real proxy."""

import asyncio
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from probe.prober.exchange import prepare
from probe.types import Http, Phase, Reason, Tls
from tests.prober.conftest import Ask
from tests.samples import HTTP, TLS
from tests.servers import (
    NO_NAME,
    Authority,
    answering,
    closing,
    halting,
    message,
    proxying,
    refusing,
    serving,
)

pytestmark = pytest.mark.anyio

GOOD = answering(message(b"welcome"))


async def test_https_is_tunnelled(ask: Ask, authority: Authority) -> None:
    """The target's own certificate is verified through the tunnel; resolving is the proxy's."""
    async with proxying() as proxy, serving(GOOD, tls=authority.server()) as server:
        done = await ask(server.url, proxy=proxy.url)
        assert proxy.heads[0].startswith(f"CONNECT 127.0.0.1:{server.port} ")
    assert (done.reason, done.status_code, done.body) == (None, 200, b"welcome")
    assert list(done.phases) == [Phase.CONNECT, Phase.TLS, Phase.PROCESSING, Phase.TRANSFER]
    assert done.tls_version == "TLS 1.3"
    assert done.certificate_expires_at is not None
    assert done.ip_protocol is None


async def test_http_is_forwarded(ask: Ask) -> None:
    """A plain request names its whole URL to the proxy."""
    async with proxying() as proxy, serving(GOOD) as server:
        done = await ask(server.url, proxy=proxy.url)
        assert proxy.heads[0].startswith(f"GET {server.url} HTTP/1.1")
    assert (done.reason, done.body) == (None, b"welcome")
    assert list(done.phases) == [Phase.CONNECT, Phase.PROCESSING, Phase.TRANSFER]


async def test_through_a_proxy_that_speaks_tls(ask: Ask, authority: Authority) -> None:
    """TLS to the proxy, and within it TLS to the target; only the target's is measured."""
    tls, ends = authority.server(), datetime(2031, 1, 1, tzinfo=UTC)
    async with proxying(tls=tls) as proxy:
        async with serving(GOOD, tls=authority.server(not_after=ends)) as server:
            done = await ask(server.url, proxy=proxy.url)
        assert (done.reason, done.body) == (None, b"welcome")
        assert done.certificate_expires_at == ends
        async with serving(GOOD) as server:
            done = await ask(server.url, proxy=proxy.url)
        assert (done.reason, done.body, done.tls_version) == (None, b"welcome", None)


async def test_a_proxys_password_goes_to_the_proxy(ask: Ask, authority: Authority) -> None:
    """It is sent with a tunnel's request and with a forwarded one, and not through the tunnel."""
    async with proxying() as proxy:
        given = proxy.url.replace("http://", "http://me:s%40cret@")
        async with serving(GOOD, tls=authority.server()) as server:
            assert (await ask(server.url, proxy=given)).reason is None
            assert "proxy-authorization" not in server.heads[0].lower()
        async with serving(GOOD) as server:
            assert (await ask(server.url, proxy=given)).reason is None
    wanted = f"Proxy-Authorization: Basic {b64encode(b'me:s@cret').decode()}\r\n"
    assert [wanted in head for head in proxy.heads] == [True, True]


async def test_what_browsers_open_is_opened_through_a_proxy(ask: Ask) -> None:
    """The same reader reads the answer."""
    odd = closing(b"\r\nHTTP/1.1 200\nX-Powered-By : ASP\nContent-Length: 7\n\nwelcome")
    async with proxying() as proxy, serving(odd) as server:
        done = await ask(server.url, proxy=proxy.url)
    assert (done.reason, done.body) == (None, b"welcome")


async def test_redirects_go_through_the_proxy_too(ask: Ask, authority: Authority) -> None:
    """Every hop is asked through the proxy."""
    tls = authority.server()
    async with proxying() as proxy, serving(GOOD, tls=tls) as idm:
        moved = answering(message(b"", "302 Found", Location=idm.url))
        async with serving(moved, tls=tls) as spot:
            done = await ask(spot.url, proxy=proxy.url)
    assert (done.reason, done.final_url, len(proxy.heads)) == (None, idm.url, 2)


async def test_an_untrusted_certificate_is_tls(ask: Ask, authority: Authority) -> None:
    """The cause that httpx hides behind its ConnectError is found."""
    async with proxying() as proxy, serving(GOOD, tls=authority.server("other.test")) as server:
        done = await ask(server.url, proxy=proxy.url)
    assert done.reason is Reason.TLS


async def test_a_target_that_the_proxy_cannot_reach_is_connect(ask: Ask) -> None:
    """The proxy's 502 to CONNECT is no answer of the target's."""
    async with proxying() as proxy:
        with refusing() as url:
            done = await ask(url.replace("http://", "https://"), proxy=proxy.url)
    assert done.reason is Reason.CONNECT
    assert "502" in done.detail
    assert done.status_code is None


async def test_a_proxy_that_is_down_is_connect(ask: Ask) -> None:
    """Nothing listens where the proxy should be."""
    with refusing() as url:
        done = await ask("https://portal.test/", proxy=url)
    assert (done.reason, list(done.phases)) == (Reason.CONNECT, [Phase.CONNECT])


async def test_a_proxy_without_a_name_is_dns(ask: Ask) -> None:
    """The proxy's own name does not resolve."""
    done = await ask("https://portal.test/", proxy=f"http://{NO_NAME}:3128/")
    assert done.reason is Reason.DNS


async def test_silence_behind_the_proxy_is_a_timeout(ask: Ask) -> None:
    """The deadline stands around proxied requests as well, and the socket is closed."""
    async with proxying() as proxy, serving(halting()) as server:
        done = await ask(server.url, proxy=proxy.url, seconds=0.3)
        await asyncio.wait_for(proxy.gone.get(), 5)
    assert done.reason is Reason.TIMEOUT


@pytest.mark.parametrize(
    "first", [b"", b"junk\r\n\r\n", message(b"four", Content_Length="10"), b"HTTP/1.1 200 OK\r\nA"]
)
async def test_a_broken_answer_is_protocol(first: bytes, ask: Ask) -> None:
    """The errors of httpx are mapped like ours."""
    async with proxying() as proxy, serving(closing(first)) as server:
        done = await ask(server.url, proxy=proxy.url)
    assert done.reason is Reason.PROTOCOL


async def test_the_bounds_hold(ask: Ask) -> None:
    """Header and body are bounded through a proxy too."""
    async with proxying() as proxy:
        async with serving(answering(message(b"x" * 999))) as server:
            assert (await ask(server.url, proxy=proxy.url, max_body=998)).reason is Reason.PROTOCOL
        async with serving(answering(message(X="x" * 999))) as server:
            done = await ask(server.url, proxy=proxy.url, max_header=998)
            assert done.reason is Reason.PROTOCOL


def test_what_a_proxy_cannot_do_is_refused() -> None:
    """A proxy that httpx cannot use is an error at the start, not in the first probe."""

    def attempt(http: Http, tls: Tls) -> None:
        prepare("https://a.test/", http=http, tls=tls, timeout=timedelta(1), user_agent="x")

    with pytest.raises(ValueError, match=r"^proxy socks5://a.test: not of the form http"):
        attempt(replace(HTTP, proxy="socks5://a.test"), TLS)
    with pytest.raises(ValueError, match=r"^server_name b.test: cannot be chosen"):
        attempt(replace(HTTP, proxy="http://a.test"), replace(TLS, server_name="b.test"))
