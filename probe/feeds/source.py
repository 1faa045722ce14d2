"""One small signature behind which every kind of feed is asked."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from probe.beside import beside
from probe.feeds.answer import Answer, Validators
from probe.prober import body
from probe.runtime.late import late
from probe.types import Exchange, Feed, FeedFailure, FeedKind

#: More than this is no status page.
MOST_BYTES = 2 << 20
NOT_MODIFIED = 304
OK = 200
#: What a server said of its answer, and the header in which we say it back.
CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}

Fetch = Callable[[Feed, Mapping[str, str]], Awaitable[Exchange]]

Source = Callable[[Feed, Validators, datetime], Awaitable[Answer]]
Sources = Mapping[FeedKind, Source]

ADDRESS: Callable[[str], str] = late("probe.feeds.statuspage:address")
MAILBOX: Source = late("probe.feeds.imap:mailbox")


def sources(fetch: Fetch) -> Sources:
    """Return how each kind of feed is asked; `fetch` does one HTTP exchange."""

    async def page(feed: Feed, validators: Validators, now: datetime) -> Answer:
        exchange = await fetch(feed, conditions(validators))
        return answer(exchange, validators, now)

    async def statuspage(feed: Feed, validators: Validators, now: datetime) -> Answer:
        return await page(replace(feed, url=ADDRESS(feed.url)), validators, now)

    return {
        FeedKind.PAGE: page,
        FeedKind.FILE: file,
        FeedKind.ICS: page,
        FeedKind.STATUSPAGE: statuspage,
        FeedKind.IMAP: MAILBOX,
    }


def conditions(validators: Validators) -> dict[str, str]:
    """Return the headers that ask for nothing where nothing has changed."""
    return {CONDITIONS[key]: value for key, value in validators.items() if key in CONDITIONS}


def answer(exchange: Exchange, validators: Validators, now: datetime) -> Answer:
    """Return what an exchange means for a feed."""
    if exchange.reason is not None:
        detail = f"{exchange.reason}: {exchange.detail}"
        return Answer(failure=FeedFailure.FETCH, detail=detail)
    if exchange.status_code == NOT_MODIFIED and validators:
        return Answer(validators=validators)
    if exchange.status_code != OK:
        return Answer(
            failure=FeedFailure.STATUS,
            detail=f"status {exchange.status_code}",
            not_before=retry_after(exchange.headers.get("retry-after", ""), now),
        )
    headers = exchange.headers
    kept = {name: headers[name] for name in CONDITIONS if name in headers}
    return Answer(text=body.text(exchange.body, headers), validators=kept)


def retry_after(value: str, now: datetime) -> datetime | None:
    """Return the instant that a Retry-After header names, a day ahead at the most."""
    try:
        if value.isascii() and value.isdigit():
            at = now + timedelta(seconds=min(int(value[:9]), 86_400))
        else:
            at = parsedate_to_datetime(value)
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(at, now + timedelta(days=1))


async def file(feed: Feed, validators: Validators, now: datetime) -> Answer:  # noqa: ARG001  (one signature for every kind)
    """Read a page from disk; unchanged while its size and time are."""
    return await beside(lambda: _read(Path(feed.url), validators), f"file {feed.name}")


def _read(path: Path, validators: Validators) -> Answer:
    try:
        with path.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
        found = path.stat()
    except (OSError, ValueError) as error:
        detail = f"{path}: {getattr(error, 'strerror', None) or error}"
        return Answer(failure=FeedFailure.FETCH, detail=detail)
    if len(data) > MOST_BYTES:
        return Answer(
            failure=FeedFailure.UNREADABLE, detail=f"{path}: more than {MOST_BYTES} bytes"
        )
    kept = {"changed": f"{found.st_mtime_ns}/{found.st_size}/{found.st_ino}"}
    if validators.get("changed") == kept["changed"]:
        return Answer(validators=validators)
    return Answer(text=body.text(data, {}), validators=kept)
