"""Asking a feed: over HTTP from a real server, and from disk."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.config.sections import ADDRESSES, NEEDS
from probe.feeds import Answer, kinds
from probe.feeds.file import MOST_BYTES
from probe.feeds.page import MOST_PATIENCE
from probe.prober.body import text as decode
from probe.prober.exchange import exchange, prepare
from probe.prober.names import Names
from probe.prober.patience import retry_after
from probe.types import Exchange, Feed, FeedFailure, FeedKind
from tests.samples import FEED, NOON
from tests.servers import answering, message, refusing, serving

pytestmark = pytest.mark.anyio


async def fetch(feed: Feed, url: str, headers: Mapping[str, str]) -> Exchange:
    """Do one exchange as the service does."""
    http = replace(feed.http, headers=headers)
    request = prepare(url, http=http, tls=feed.tls, timeout=feed.timeout, user_agent="spot-probe/0")
    return await exchange(request, clock=lambda: NOON, resolve=Names())


KINDS = kinds(fetch)


async def ask(feed: Feed, validators: Mapping[str, str] | None = None) -> Answer:
    """Ask a feed once."""
    return await KINDS[feed.kind].ask(feed, validators or {}, NOON)


async def test_a_page_is_text_with_its_validators() -> None:
    """What the next conditional request needs is kept."""
    page = message(b"maintenance", ETag='"1"', Last_Modified="Tue, 24 Nov 2026 12:00:00 GMT")
    async with serving(answering(page)) as served:
        answer = await ask(replace(FEED, url=served.url))
    assert answer.text == "maintenance"
    assert answer.validators == {
        "etag": '"1"',
        "last-modified": "Tue, 24 Nov 2026 12:00:00 GMT",
    }
    assert "if-none-match" not in served.heads[0].lower()


async def test_a_page_that_has_not_changed_is_asked_for_conditionally() -> None:
    """304 gives nothing new and keeps the validators."""
    async with serving(answering(message(b"", "304 Not Modified"))) as served:
        validators = {"etag": '"1"', "last-modified": "Tue, 24 Nov 2026 12:00:00 GMT"}
        answer = await ask(replace(FEED, url=served.url), validators)
    assert (answer.text, answer.failure, answer.validators) == (None, None, validators)
    head = served.heads[0].lower()
    assert 'if-none-match: "1"' in head
    assert "if-modified-since: tue, 24 nov 2026 12:00:00 gmt" in head


async def test_a_304_that_nobody_asked_for_is_a_failure() -> None:
    """Without a condition there is nothing that it could confirm."""
    async with serving(answering(message(b"", "304 Not Modified"))) as served:
        answer = await ask(replace(FEED, url=served.url))
    assert answer.failure is FeedFailure.STATUS


async def test_another_status_is_a_failure_that_obeys_retry_after() -> None:
    """A server that asks for patience gets it."""
    busy = message(b"later", "503 Service Unavailable", Retry_After="120")
    async with serving(answering(busy)) as served:
        answer = await ask(replace(FEED, url=served.url))
    assert (answer.failure, answer.detail) == (FeedFailure.STATUS, "status 503")
    assert answer.not_before == NOON + timedelta(minutes=2)


async def test_a_page_that_is_away_is_a_failure() -> None:
    """With the reason why."""
    with refusing() as url:
        answer = await ask(replace(FEED, url=url))
    assert answer.failure is FeedFailure.FETCH
    assert answer.detail.startswith("connect: ")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("999999999999999999", 86_400),
        (format_datetime(NOON + timedelta(hours=1)), 3600),
        (format_datetime(NOON + timedelta(days=9)), 86_400),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: int) -> None:
    """A day at the most, whatever is asked."""
    assert retry_after(value, NOON, MOST_PATIENCE) == NOON + timedelta(seconds=seconds)


@given(st.text(max_size=40))
def test_a_retry_after_of_anything_never_fails(value: str) -> None:
    """It is an instant within a day, or nothing."""
    at = retry_after(value, NOON, MOST_PATIENCE)
    assert at is None or at <= NOON + timedelta(days=1)


@given(st.binary(max_size=200), st.text(max_size=30))
def test_bytes_of_any_charset_are_text(body: bytes, charset: str) -> None:
    """Unknown and wrong character sets are read as well as can be."""
    assert isinstance(decode(body, {"content-type": f"text/html; charset={charset}"}), str)


def test_a_declared_charset_is_obeyed() -> None:
    """Windows' curly quotes survive."""
    headers = {"content-type": 'text/html; charset="windows-1252"'}
    assert decode(b"\x93SPOT\x94", headers) == "\u201cSPOT\u201d"


async def test_a_file_is_read_and_unchanged_until_it_changes(tmp_path: Path) -> None:
    """By its size, time and place on the disk."""
    path = tmp_path / "page.txt"
    path.write_text("one", encoding="utf-8")
    feed = replace(FEED, kind=FeedKind.FILE, url=str(path))
    first = await ask(feed)
    assert first.text == "one"
    again = await ask(feed, first.validators)
    assert (again.text, again.failure) == (None, None)
    path.write_text("two", encoding="utf-8")
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))
    assert (await ask(feed, first.validators)).text == "two"


async def test_a_file_that_cannot_be_read_is_a_failure(tmp_path: Path) -> None:
    """Its path and why are said."""
    answer = await ask(replace(FEED, kind=FeedKind.FILE, url=str(tmp_path / "none")))
    assert answer.failure is FeedFailure.FETCH
    assert "No such file" in answer.detail
    answer = await ask(replace(FEED, kind=FeedKind.FILE, url=str(tmp_path)))
    assert answer.failure is FeedFailure.FETCH


async def test_a_file_that_is_no_page_by_its_size_is_refused(tmp_path: Path) -> None:
    """A page has two megabytes at the most."""
    path = tmp_path / "page.txt"
    path.write_bytes(b" " * (MOST_BYTES + 1))
    answer = await ask(replace(FEED, kind=FeedKind.FILE, url=str(path)))
    assert answer.failure is FeedFailure.UNREADABLE


def test_a_date_without_a_zone_is_utc() -> None:
    """As HTTP dates are."""
    assert retry_after("Tue, 24 Nov 2026 18:00:00", NOON, MOST_PATIENCE) == datetime(
        2026, 11, 24, 18, tzinfo=UTC
    )


async def test_a_pipe_is_no_file_and_holds_nobody_up(tmp_path: Path) -> None:
    """Nobody will ever write to it."""
    pipe = tmp_path / "page.txt"
    os.mkfifo(pipe)
    answer = await ask(replace(FEED, kind=FeedKind.FILE, url=str(pipe)))
    assert (answer.failure, answer.detail) == (
        FeedFailure.FETCH,
        f"{pipe}: it is no regular file",
    )


@pytest.mark.parametrize("etag", [b'"\xe9t\xe9"', b'"a\x01"', b'"\xff\xfe"'])
async def test_an_etag_that_cannot_be_sent_back_is_not_kept(etag: bytes) -> None:
    """Else every later request would fail, and no cancellation ever be read."""
    page = b"HTTP/1.1 200 OK\r\nETag: " + etag + b"\r\nContent-Length: 1\r\n\r\nx"
    async with serving(answering(page)) as served:
        feed = replace(FEED, url=served.url)
        answer = await ask(feed)
        again = await ask(feed, answer.validators)
    assert "etag" not in answer.validators
    assert again.failure is answer.failure


def test_every_kind_of_feed_is_in_the_table() -> None:
    """And its keys are in that of the configuration."""
    assert set(KINDS) == set(FeedKind)
    assert set(NEEDS) == set(ADDRESSES) == set(FeedKind) - {FeedKind.FILE}
