"""Whatever a server sends, an exchange is what comes of it."""

import contextlib
import gzip
import zlib

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probe.prober import body
from probe.prober.detail import plain
from probe.prober.reasons import NotFollowed, OutOfBounds
from probe.prober.redirect import Hop, follow
from probe.types import Reason
from tests.prober.conftest import Ask
from tests.servers import closing, serving

LINES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK",
        b"HTTP/1.0 302 Found",
        b"HTTP/1.1 100 Continue",
        b"HTTP/1.1 999 ?",
        b"Content-Length: 5",
        b"Content-Length: -1",
        b"Content-Length: 99999999999999999999999",
        b"Transfer-Encoding: chunked",
        b"Transfer-Encoding: gzip, chunked",
        b"Content-Encoding: gzip",
        b"Content-Encoding: deflate, ,gzip",
        b"Connection: keep-alive",
        b"Location: /",
        b"Location: http://[",
        b"Location: //\xff\xfe:99999/\x00",
        b"Date: Mon, 32 Foo 99999 99:99:99 +9999",
        b"Set-Cookie: a=b; Expires=Mon, 32 Foo 99999; Path=\xff; Domain=.",
        b"Age: \xb2",
        b"Upgrade: h2c",
        b" folded",
        b": nameless",
        b"",
        b"5",
        b"fffffffffffffffffff",
        b"0",
        b"hello",
    ]
)
ANSWERS = st.one_of(
    st.binary(max_size=300),
    st.lists(st.one_of(LINES, st.binary(max_size=20)), max_size=12).map(b"\r\n".join),
    st.lists(LINES, max_size=10).map(lambda lines: b"HTTP/1.1 200 OK\r\n" + b"\r\n".join(lines)),
)


@pytest.mark.anyio
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sent=ANSWERS)
async def test_any_bytes_are_an_answer_or_a_reason(sent: bytes, ask: Ask) -> None:
    """Arbitrary bytes never raise, and are never taken for a fault of ours."""
    async with serving(closing(sent)) as server:
        done = await ask(server.url, max_redirects=2, max_body=1 << 12)
    if done.reason is None:
        assert done.status_code is not None
    elif not sent.count(b"Location"):
        assert done.reason is Reason.PROTOCOL
    else:
        assert done.reason is not Reason.INTERNAL


@given(
    sent=st.binary(max_size=200),
    codings=st.lists(st.sampled_from(["gzip", "deflate", "x-gzip", "br", ""]), max_size=6),
)
def test_any_body_is_bounded(sent: bytes, codings: list[str]) -> None:
    """Decompressing gives at most the bound, or one of two errors."""
    with contextlib.suppress(OutOfBounds, zlib.error):
        assert len(body.decompressed(sent, ",".join(codings), 1000)) <= 1000


@given(sent=st.binary(max_size=500))
def test_what_was_compressed_comes_back(sent: bytes) -> None:
    """Each coding is undone, alone and one upon the other."""
    assert body.decompressed(gzip.compress(sent), "gzip", 500) == sent
    assert body.decompressed(zlib.compress(sent), "deflate", 500) == sent
    twice = zlib.compress(gzip.compress(sent))
    assert body.decompressed(twice, "gzip, deflate", 1 << 10) == sent


@given(
    sent=st.binary(max_size=100),
    charset=st.one_of(
        st.sampled_from(
            ["utf-8", "latin1", '"utf-16"', "x-none", "hex", "idna", "punycode", "undefined", "\0"]
        ),
        st.text(max_size=8),
    ),
)
def test_any_charset_decodes(sent: bytes, charset: str) -> None:
    """A charset that is unknown or no charset at all is read as UTF-8, with replacements."""
    assert isinstance(body.text(sent, {"content-type": f"text/html; charset={charset}"}), str)


@given(text=st.text(max_size=600), longest=st.integers(3, 400))
def test_details_are_bounded_and_print(text: str, longest: int) -> None:
    """Text from a server cannot break a line, turn the writing round or grow."""
    shown = plain(text, longest)
    assert len(shown) <= longest
    assert shown.isprintable()


@given(
    location=st.one_of(
        st.text(max_size=40).map(str.encode),
        st.binary(max_size=40),
        st.builds(
            "{}:{}{}".format,
            st.sampled_from(["http", "https", "HTTP", "ftp", "data", ""]),
            st.sampled_from(["//", "///", "/", "//a@b", "//[", "//[::1]:", "//xn--", "//a.."]),
            st.text(max_size=20),
        ).map(str.encode),
    )
)
def test_any_location_is_followed_within_http_or_refused(location: bytes) -> None:
    """From https, whatever the Location, one gets to https or to NotFollowed."""
    hop = Hop(httpx.URL("https://spot.test/a"), "GET", None)
    try:
        then = follow(hop, 302, [location])
    except NotFollowed:
        return
    if then is None:  # nothing but blanks
        return
    assert then.url.scheme == "https"
    assert then.url.raw_host
    assert not then.url.userinfo
