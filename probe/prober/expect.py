"""An exchange held against what was expected of it; pure."""

import re
from urllib.parse import urlsplit

from probe.prober.body import text
from probe.prober.detail import plain
from probe.types import Exchange, Expect, Reason

#: What a gateway answers that takes us for a robot.
_BLOCKED = frozenset({403, 429})


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
    host = urlsplit(exchange.final_url).hostname or ""
    if expect.final_host is None or host == expect.final_host.lower():
        return None, ""
    return Reason.REDIRECT, f"ended at {plain(host)}, expected {expect.final_host}"


def _content(exchange: Exchange, expect: Expect) -> tuple[Reason | None, str]:
    body = text(exchange.body, exchange.headers)
    for words in expect.body_contains:
        if words not in body:
            return Reason.CONTENT, f"the body does not contain {words!r}"
    for words in expect.body_lacks:
        if words in body:
            return Reason.CONTENT, f"the body contains {words!r}"
    for pattern in expect.body_matches:
        if re.search(pattern, body) is None:
            return Reason.CONTENT, f"the body does not match {pattern!r}"
    return None, ""
