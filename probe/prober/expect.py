"""An exchange held against what was expected of it."""

import asyncio
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import regex

from probe.prober.body import is_html, text
from probe.prober.detail import plain
from probe.prober.title import says, title
from probe.types import Exchange, Expect, Reason

#: What a gateway answers that takes us for a robot.
_BLOCKED = frozenset({403, 429})

#: What all patterns of a target may take together: some never end on bodies made for it.
PATTERN_SECONDS = 1.0
_LEAST_SECONDS = 0.001
#: Seconds that the patterns may wait for a thread.
_LONGEST_WAIT = 2.0


async def judge(exchange: Exchange, expect: Expect) -> tuple[Reason | None, str]:
    """Return what `unmet` does; patterns are sought in a thread, where they hold up nobody."""
    if not expect.body_matches:
        return unmet(exchange, expect)
    try:
        async with asyncio.timeout(PATTERN_SECONDS + _LONGEST_WAIT):
            return await asyncio.to_thread(unmet, exchange, expect)
    except TimeoutError:
        return Reason.INTERNAL, "no thread was free to seek the patterns in time"


def unmet(exchange: Exchange, expect: Expect) -> tuple[Reason | None, str]:
    """Return the first thing that is not as expected, with a sentence; None when all is.

    The status comes first, because an error page is what it is on whatever host and with
    whatever words; then the host, because the words of another host's page say nothing.
    """
    if exchange.reason is not None:
        return exchange.reason, exchange.detail
    for check in (_status, _host, _content):
        reason, detail = check(exchange, expect)
        if reason is not None:
            return reason, detail
    return None, ""


def _status(exchange: Exchange, expect: Expect) -> tuple[Reason | None, str]:
    status = exchange.status_code
    if not expect.status or status in expect.status:
        return None, ""
    wanted = " or ".join(map(str, expect.status))
    reason = Reason.BLOCKED if status in _BLOCKED else Reason.STATUS
    return reason, f"status {status}, expected {wanted}"


def _host(exchange: Exchange, expect: Expect) -> tuple[Reason | None, str]:
    if expect.final_host is None:
        return None, ""
    host = urlsplit(exchange.final_url).hostname or ""
    if host == expect.final_host.lower():
        return None, ""
    return Reason.REDIRECT, f"ended at {plain(host)}, expected {expect.final_host}"


def _content(exchange: Exchange, expect: Expect) -> tuple[Reason | None, str]:
    if not (expect.body_contains or expect.body_lacks or expect.body_matches or expect.title_lacks):
        return None, ""
    body = text(exchange.body, exchange.headers)
    for words in expect.body_contains:
        if words not in body:
            return Reason.CONTENT, f"the body does not contain {words!r}"
    for words in expect.body_lacks:
        if words in body:
            return Reason.CONTENT, f"the body contains {words!r}"
    if expect.title_lacks and is_html(exchange.body, exchange.headers):
        found = title(body)
        if said := says(found, expect.title_lacks):
            return Reason.CONTENT, f"the title {plain(found)!r} says {said!r}"
    return unmatched(body, expect.body_matches)


def unmatched(body: str, patterns: Sequence[str]) -> tuple[Reason | None, str]:
    """Return the first pattern that is not found, or is not found in time."""
    left = PATTERN_SECONDS
    for pattern in patterns:
        began = time.perf_counter()
        try:
            found = regex.search(pattern, body, timeout=left, concurrent=True)
        except TimeoutError:
            return Reason.INTERNAL, f"the pattern {pattern!r} took longer than {PATTERN_SECONDS} s"
        if found is None:
            return Reason.CONTENT, f"the body does not match {pattern!r}"
        left = max(left - (time.perf_counter() - began), _LEAST_SECONDS)
    return None, ""
