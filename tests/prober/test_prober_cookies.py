"""Cookies as browsers keep them: what is set, and what is sent back."""

from datetime import UTC, datetime

import httpx
import pytest

from probe.prober.cookies import Jar
from tests.prober.conftest import Ask
from tests.servers import answering, message, serving

NOW = datetime(2026, 3, 8, 7, 0, tzinfo=UTC)

#: A sentence, what https://www.spot.test/app/login sets, where one goes then, what is sent there.
ROWS: list[tuple[str, list[bytes], str, bytes]] = [
    ("a plain one", [b"a=b"], "https://www.spot.test/app/x", b"a=b"),
    ("several, in their order", [b"a=1", b"b=2"], "https://www.spot.test/app/", b"a=1; b=2"),
    ("the last of one name", [b"a=1", b"b=2", b"a=3"], "https://www.spot.test/app/", b"a=3; b=2"),
    ("the default path", [b"a=b"], "https://www.spot.test/", b""),
    ("the default path is no prefix of words", [b"a=b"], "https://www.spot.test/apple", b""),
    ("its own path", [b"a=b; Path=/"], "https://www.spot.test/", b"a=b"),
    ("a path in quotes is none", [b'a=b; Path="/"'], "https://www.spot.test/app/", b"a=b"),
    ("a path without a slash is none", [b"a=b; Path=app"], "https://www.spot.test/app/", b"a=b"),
    ("longer paths first", [b"a=1; Path=/", b"b=2"], "https://www.spot.test/app/", b"b=2; a=1"),
    ("unknown attributes", [b"a=b; Version=1; Port=; X"], "https://www.spot.test/app/", b"a=b"),
    ("quotes come back", [b'a="b c"'], "https://www.spot.test/app/", b'a="b c"'),
    ("UTF-8 comes back", ["a=Köln".encode()], "https://www.spot.test/app/", "a=Köln".encode()),
    ("Latin-1 comes back", [b"a\xe9=K\xf6ln"], "https://www.spot.test/app/", b"a\xe9=K\xf6ln"),
    ("equals signs and commas", [b"a=b=c,d"], "https://www.spot.test/app/", b"a=b=c,d"),
    ("no name", [b"=b"], "https://www.spot.test/app/", b"b"),
    ("no equals sign", [b"b"], "https://www.spot.test/app/", b"b"),
    ("nothing at all", [b"=", b"; Path=/"], "https://www.spot.test/app/", b""),
    ("blanks around", [b" a = b ; Path=/"], "https://www.spot.test/", b"a=b"),
    ("a control character", [b"a=b\x01"], "https://www.spot.test/app/", b""),
    ("no domain stays with its host", [b"a=b; Path=/"], "https://spot.test/", b""),
    ("a domain", [b"a=b; Path=/; Domain=spot.test"], "https://idm.spot.test/", b"a=b"),
    ("a domain with a dot", [b"a=b; Path=/; Domain=.Spot.Test"], "https://spot.test/", b"a=b"),
    ("another's domain", [b"a=b; Domain=idm.test"], "https://www.spot.test/app/", b""),
    ("a host below", [b"a=b; Domain=x.www.spot.test"], "https://www.spot.test/app/", b""),
    ("the end of another name", [b"a=b; Domain=ot.test"], "https://www.spot.test/app/", b""),
    ("a whole suffix", [b"a=b; Domain=test"], "https://www.spot.test/app/", b""),
    ("an empty domain is none", [b"a=b; Path=/; Domain="], "https://www.spot.test/", b"a=b"),
    ("secure goes to https", [b"a=b; Secure; Path=/"], "https://www.spot.test/", b"a=b"),
    ("secure does not go to http", [b"a=b; Secure; Path=/"], "http://www.spot.test/", b""),
    ("a host prefix", [b"__Host-a=b; Secure; Path=/"], "https://www.spot.test/", b"__Host-a=b"),
    (
        "a host prefix with a domain",
        [b"__Host-a=b; Secure; Path=/; Domain=www.spot.test"],
        "https://www.spot.test/",
        b"",
    ),
    ("a secure prefix that is not", [b"__Secure-a=b; Path=/"], "https://www.spot.test/", b""),
    ("an age", [b"a=b; Max-Age=9; Path=/"], "https://www.spot.test/", b"a=b"),
    (
        "an age of nothing ends it",
        [b"a=b; Path=/", b"a=; Path=/; Max-Age=0"],
        "https://www.spot.test/",
        b"",
    ),
    ("an age below nothing", [b"a=b; Max-Age=-1"], "https://www.spot.test/app/", b""),
    ("an age that is none", [b"a=b; Max-Age=soon"], "https://www.spot.test/app/", b"a=b"),
    (
        "age before date",
        [b"a=b; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
        "https://www.spot.test/app/",
        b"a=b",
    ),
    (
        "a date that has passed",
        [b"a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
        "https://www.spot.test/app/",
        b"",
    ),
    (
        "a date with dashes",
        [b"a=b; Expires=Thu, 01-Jan-70 00:00:01 GMT"],
        "https://www.spot.test/app/",
        b"",
    ),
    (
        "the second before now",
        [b"a=b; Expires=Sun, 08 Mar 2026 07:00:00 GMT"],
        "https://www.spot.test/app/",
        b"",
    ),
    (
        "the second after now",
        [b"a=b; Expires=Sun, 08 Mar 2026 07:00:01 GMT"],
        "https://www.spot.test/app/",
        b"a=b",
    ),
    (
        "a date that is none",
        [b"a=b; Expires=Mon, 32 Foo 99999"],
        "https://www.spot.test/app/",
        b"a=b",
    ),
    ("one that is too long", [b"a=" + b"x" * 4096], "https://www.spot.test/app/", b""),
    (
        "one that just fits",
        [b"a=" + b"x" * 4095],
        "https://www.spot.test/app/",
        b"a=" + b"x" * 4095,
    ),
]


@pytest.mark.parametrize(
    ("sets", "then", "sent"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_what_is_sent_back(sets: list[bytes], then: str, sent: bytes) -> None:
    """A page sets cookies, and one goes on to another page (RFC 6265bis, sections 5.6 to 5.8)."""
    jar = Jar()
    jar.take(httpx.URL("https://www.spot.test/app/login?a=/b/"), sets, NOW)
    assert jar.header(httpx.URL(then)) == sent


def test_http_sets_nothing_secure_and_an_address_has_no_subdomains() -> None:
    """A secure cookie needs https; `Domain` means nothing below an address in figures."""
    jar = Jar()
    jar.take(httpx.URL("http://a.test/"), [b"a=b; Secure"], NOW)
    jar.take(httpx.URL("http://127.0.0.1/"), [b"c=d; Domain=0.0.1"], NOW)
    jar.take(httpx.URL("http://127.0.0.1/"), [b"e=f; Domain=127.0.0.1"], NOW)
    assert jar.header(httpx.URL("https://a.test/")) == b""
    assert jar.header(httpx.URL("http://127.0.0.1/")) == b"e=f"


def test_a_jar_is_bounded() -> None:
    """What a hostile page sets beyond a hundred cookies is not kept."""
    jar = Jar()
    jar.take(httpx.URL("http://a.test/"), [b"%d=x" % n for n in range(1000)], NOW)
    assert jar.header(httpx.URL("http://a.test/")).count(b"=") == 100


@pytest.mark.anyio
async def test_the_users_own_cookie_goes_with_them(ask: Ask) -> None:
    """A configured Cookie is sent beside what the target sets."""
    first = message(b"", "302 Found", Location="/", Set_Cookie='b="2"; Version=1')
    async with serving(answering(first, message(b"in"))) as server:
        done = await ask(server.url, headers={"Cookie": "a=1"})
    assert done.reason is None
    assert "cookie: a=1\r\n" in server.heads[0].lower()
    assert 'cookie: a=1; b="2"\r\n' in server.heads[1].lower()
