"""Where redirects are followed to, and where they are not."""

import asyncio

import httpx
import pytest

from probe.prober.reasons import NotFollowed
from probe.prober.redirect import Hop, follow, headers_for, same_place
from probe.types import Phase, Reason
from tests.prober.conftest import Ask
from tests.servers import NO_NAME, Authority, answering, by_path, message, serving

pytestmark = pytest.mark.anyio

LOGIN = message(b"log in")


def to(place: str, status: str = "302 Found", **headers: str) -> bytes:
    """Build a redirect."""
    return message(b"", status, Location=place, **headers)


async def test_a_chain_is_followed_and_its_phases_summed(ask: Ask, authority: Authority) -> None:
    """Each hop is a connection of its own, and a phase is the sum over all of them."""
    chain = by_path({"/": to("/a"), "/a": to("b"), "/b": to("?login"), "/b?login": LOGIN})
    async with serving(chain, tls=authority.server()) as server:
        done = await ask(server.url)
    assert (done.reason, done.body, done.redirects) == (None, b"log in", 3)
    assert done.final_url == f"{server.url}b?login"
    assert len(server.heads) == 4
    assert list(done.phases) == list(Phase)
    assert 0 < sum(done.phases.values()) <= done.duration_seconds


async def test_a_slow_hop_is_in_the_sum(ask: Ask) -> None:
    """The wait for the first hop's answer is in `processing`, though the last hop was quick."""
    waited = 0.05

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"GET / "):
            await asyncio.sleep(waited)
        writer.write(to("/login") if head.startswith(b"GET / ") else LOGIN)
        await writer.drain()

    async with serving(behave) as server:
        done = await ask(server.url)
    assert done.reason is None
    assert done.phases[Phase.PROCESSING] >= waited


async def test_to_another_host_is_followed(ask: Ask) -> None:
    """A login that lives on another host is reached, and told by the final URL."""
    async with serving(answering(LOGIN)) as idm, serving(answering(to(idm.url))) as spot:
        done = await ask(spot.url)
    assert (done.reason, done.final_url, done.redirects) == (None, idm.url, 1)


async def test_switched_off_the_redirect_is_the_answer(ask: Ask) -> None:
    """Without `follow_redirects` even a place that is no URL is nobody's business."""
    async with serving(answering(to("http://[junk"))) as server:
        done = await ask(server.url, follow_redirects=False)
    assert (done.reason, done.status_code, done.redirects) == (None, 302, 0)
    assert done.headers["location"] == "http://[junk"


async def test_without_a_location_the_redirect_is_the_answer(ask: Ask) -> None:
    """A 302 that leads nowhere is a status like another."""
    async with serving(answering(message(b"", "302 Found"))) as server:
        done = await ask(server.url)
    assert (done.reason, done.status_code) == (None, 302)


@pytest.mark.parametrize("allowed", [0, 1, 10])
async def test_too_many(allowed: int, ask: Ask) -> None:
    """`max_redirects` are followed and one more is not."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(to(f"/{len(server.heads)}"))
        await writer.drain()

    async with serving(behave) as server:
        done = await ask(server.url, max_redirects=allowed)
        assert len(server.heads) == allowed + 1
    assert (done.reason, done.redirects) == (Reason.REDIRECT, allowed)
    assert done.status_code == 302
    assert f"more than {allowed} times" in done.detail


async def test_exactly_as_many_as_allowed(ask: Ask) -> None:
    """The bound is inclusive."""
    async with serving(by_path({"/": to("/login"), "/login": LOGIN})) as server:
        assert (await ask(server.url, max_redirects=1)).reason is None


async def test_only_the_bound_ends_a_circle(ask: Ask) -> None:
    """A page may have changed when one comes back to it, so coming back is no failure."""
    back = answering(to("/check"), to("/"), LOGIN)
    async with serving(back) as server:
        done = await ask(server.url)
    assert (done.reason, done.body, done.redirects) == (None, b"log in", 2)
    async with serving(by_path({"/": to("/a"), "/a": to("/")})) as server:
        done = await ask(server.url, max_redirects=4)
        assert len(server.heads) == 5
    assert done.reason is Reason.REDIRECT


@pytest.mark.parametrize(
    ("locations", "reason"),
    [
        ("Location: /login\r\nLocation: /login", None),
        ("Location: /login\r\nLocation:", None),
        ("Location: /login\r\nLocation: /other", Reason.REDIRECT),
        ("Location: \\login", None),
        ("Location:  /lo\tgin ", None),
    ],
)
async def test_several_locations(locations: str, reason: Reason | None, ask: Ask) -> None:
    """The same place twice is one; two places are none that is known."""
    first = f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n{locations}\r\n\r\n".encode()
    async with serving(by_path({"/": first, "/login": LOGIN})) as server:
        assert (await ask(server.url)).reason is reason


async def test_an_empty_location_is_no_redirect(ask: Ask) -> None:
    """A browser shows the page that came with it."""
    async with serving(answering(message(b"here", "302 Found", Location=""))) as server:
        done = await ask(server.url)
    assert (done.reason, done.status_code, done.body) == (None, 302, b"here")


async def test_a_cookie_makes_the_same_place_another(ask: Ask) -> None:
    """A page that sets a cookie and asks to come again is not a circle."""
    first = to("/", Set_Cookie="session=1; Path=/")
    async with serving(answering(first, LOGIN)) as server:
        done = await ask(server.url)
    assert (done.reason, done.body) == (None, b"log in")
    assert "cookie: session=1\r\n" in server.heads[1].lower()


async def test_cookies_stay_with_their_host(ask: Ask) -> None:
    """A cookie of one host is not sent to the next."""
    async with (
        serving(answering(LOGIN), host="::1") as idm,
        serving(answering(to(idm.url, Set_Cookie="session=1"))) as spot,
    ):
        await ask(spot.url)
    assert "cookie" not in idm.heads[0].lower()


REFUSED = [
    ("another scheme", "ftp://127.0.0.1/", "no place for HTTP"),
    ("a script", "javascript:alert(1)", "no place for HTTP"),
    ("a file", "file:///etc/passwd", "no place for HTTP"),
    ("a host that no certificate can name", "https://.test/", "no place for HTTP"),
    ("port zero", "http://127.0.0.1:0/", "no place for HTTP"),
    ("a port that is none", "http://127.0.0.1:70000/", ""),
    ("no URL", "http://[::1", "no URL"),
    ("half a bracket", "http://[junk", "no place for HTTP"),
    ("a blank in the host", "http://sp ot.test/", "no place for HTTP"),
]


@pytest.mark.parametrize(
    ("place", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
async def test_not_followed_to(place: str, words: str, ask: Ask) -> None:
    """A place that is not allowed is a `redirect` failure which quotes it."""
    async with serving(answering(to(place))) as server:
        done = await ask(server.url)
    assert (done.reason, done.status_code) == (Reason.REDIRECT, 302)
    assert words in done.detail


async def test_from_https_to_http_is_refused(ask: Ask, authority: Authority) -> None:
    """A login page without TLS is not followed, even on the same host."""
    async with (
        serving(answering(LOGIN)) as plain,
        serving(answering(to(plain.url)), tls=authority.server()) as secure,
    ):
        done = await ask(secure.url)
    assert done.reason is Reason.REDIRECT
    assert "from https to http://" in done.detail
    assert plain.heads == []


async def test_from_http_to_https_is_followed(ask: Ask, authority: Authority) -> None:
    """The usual upgrade."""
    async with (
        serving(answering(LOGIN), tls=authority.server()) as secure,
        serving(answering(to(secure.url))) as plain,
    ):
        done = await ask(plain.url)
    assert (done.reason, done.tls_version) == (None, "TLS 1.3")


async def test_a_failure_after_a_redirect_keeps_what_was_read(ask: Ask) -> None:
    """The last status that was read stands beside the reason."""
    async with serving(answering(to(f"http://{NO_NAME}/"))) as server:
        done = await ask(server.url)
    assert (done.reason, done.status_code, done.redirects) == (Reason.DNS, 302, 1)
    assert done.final_url == f"http://{NO_NAME}/"


async def test_secrets_stay_with_the_target(ask: Ask) -> None:
    """The user's headers go to the target and not to another host; who we are goes everywhere."""
    headers = {"Authorization": "Bearer x", "X-Key": "y", "User-Agent": "mine", "Host": "spot.test"}
    async with serving(answering(LOGIN), host="::1") as idm:
        answers = by_path({"/": to("/again"), "/again": to(idm.url)})
        async with serving(answers) as spot:
            await ask(spot.url, headers=headers)
    for head in spot.heads:
        assert "authorization: bearer x\r\n" in head.lower()
        assert "x-key: y\r\n" in head.lower()
    (elsewhere,) = idm.heads
    assert "user-agent: mine\r\n" in elsewhere.lower()
    for secret in ("authorization", "x-key", "spot.test"):
        assert secret not in elsewhere.lower()


METHODS = [
    ("302 Found", "POST", "GET", False),
    ("301 Moved", "POST", "GET", False),
    ("303 See Other", "PUT", "GET", False),
    ("303 See Other", "HEAD", "HEAD", False),
    ("307 Temporary", "POST", "POST", True),
    ("308 Permanent", "POST", "POST", True),
]


@pytest.mark.parametrize(("status", "method", "then", "keeps_body"), METHODS)
async def test_the_method_after(
    status: str,
    method: str,
    then: str,
    keeps_body: bool,  # noqa: FBT001 - a row of the table
    ask: Ask,
) -> None:
    """Only 307 and 308 repeat method and body (RFC 9110, section 15.4)."""
    body = None if method == "HEAD" else "form"
    async with serving(answering(to("/next", status), LOGIN)) as server:
        await ask(server.url, method=method, body=body)
    assert server.heads[1].startswith(f"{then} /next ")
    assert ("content-length: 4" in server.heads[1].lower()) is keeps_body


async def test_a_body_is_not_sent_elsewhere(ask: Ask) -> None:
    """What was meant for the target is not repeated to another server."""
    async with (
        serving(answering(LOGIN)) as idm,
        serving(answering(to(idm.url, "307 Temporary"))) as spot,
    ):
        done = await ask(spot.url, method="POST", body="form")
    assert done.reason is Reason.REDIRECT
    assert idm.heads == []


PLACES = [
    ("the path does not matter", "https://a.test/", "https://a.test/b?c", True),
    ("a written port is the implied one", "https://a.test/", "https://a.test:443/", True),
    ("the usual upgrade", "http://a.test/", "https://a.test/", True),
    ("another host", "https://a.test/", "https://b.test/", False),
    ("a host below", "https://a.test/", "https://www.a.test/", False),
    ("another port", "https://a.test/", "https://a.test:444/", False),
    ("an upgrade to another port", "http://a.test:8080/", "https://a.test/", False),
]


@pytest.mark.parametrize(
    ("one", "other", "same"), [row[1:] for row in PLACES], ids=[row[0] for row in PLACES]
)
def test_the_same_place(one: str, other: str, same: bool) -> None:  # noqa: FBT001 - as above
    """Whether two URLs are one server."""
    assert same_place(httpx.URL(one), httpx.URL(other)) is same
    secret = headers_for(httpx.URL(other), httpx.URL(one), {"Cookie": "x"})
    assert ("Cookie" in secret) is same


@pytest.mark.parametrize(
    "locations",
    [
        [b"ftp://me:secret@a.test/x?code=secret#secret"],
        [b"http://me:secret@a.test/?code=secret"],
        [b"https://a.test/?a=secret", b"https://b.test/?b=secret#secret"],
        [b"https://[?secret"],
    ],
)
def test_what_a_redirect_carries_is_not_repeated(locations: list[bytes]) -> None:
    """A code in its query signs somebody in."""
    hop = Hop(httpx.URL("https://spot.test/"), "GET", None)
    with pytest.raises(NotFollowed) as caught:
        follow(hop, 302, locations)
    assert "secret" not in str(caught.value)
