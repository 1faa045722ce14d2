"""A feed over HTTP: a conditional request, and what its answer means."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from probe.feeds.answer import Answer, Validators
from probe.prober import body
from probe.prober.patience import retry_after
from probe.types import Exchange, Feed, FeedFailure

NOT_MODIFIED = 304
OK = 200
#: A server that asks for patience is asked again after this, whatever it says.
MOST_PATIENCE = timedelta(days=1)
#: What a server said of its answer, and the header in which we say it back.
CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}

Fetch = Callable[[Feed, str, Mapping[str, str]], Awaitable[Exchange]]
Ask = Callable[[Feed, Validators, datetime], Awaitable[Answer]]


def page(fetch: Fetch, address: Callable[[str], str] = str) -> Ask:
    """Return how a page is asked; `fetch` does one HTTP exchange, `address` makes its URL."""

    async def ask(feed: Feed, validators: Validators, now: datetime) -> Answer:
        exchange = await fetch(feed, address(feed.url), conditions(validators))
        return answer(exchange, validators, now)

    return ask


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
            not_before=retry_after(exchange.headers.get("retry-after", ""), now, MOST_PATIENCE),
        )
    headers = exchange.headers
    kept = {name: headers[name] for name in CONDITIONS if _can_be_sent(headers.get(name, ""))}
    return Answer(text=body.text(exchange.body, headers), validators=kept)


def _can_be_sent(value: str) -> bool:
    """Return whether what a server said can be said back: else every later request would fail."""
    return bool(value) and value.isascii() and value.isprintable()
