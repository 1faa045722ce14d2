"""What a failing answer said, kept for people."""

from collections.abc import Sequence

from probe.prober.body import text
from probe.prober.exchange import Request
from probe.types import Evidence, Exchange

_MOST_TEXT = 2 << 10
_MOST_VALUE = 200
_LEAST_SECRET = 4
HIDDEN = "<hidden>"

#: The headers that tell who answered and why. Any other may be a secret of somebody's.
_TELLING = frozenset(
    {
        "age",
        "akamai-grn",
        "allow",
        "cache-control",
        "cf-cache-status",
        "cf-ray",
        "connection",
        "content-encoding",
        "content-language",
        "content-length",
        "content-type",
        "date",
        "etag",
        "expires",
        "last-modified",
        "location",
        "retry-after",
        "server",
        "server-timing",
        "strict-transport-security",
        "transfer-encoding",
        "vary",
        "via",
        "warning",
        "www-authenticate",
        "x-amz-cf-id",
        "x-amz-cf-pop",
        "x-azure-ref",
        "x-cache",
        "x-cdn",
        "x-iinfo",
        "x-powered-by",
        "x-request-id",
        "x-served-by",
        "x-varnish",
    }
)


def evidence(tried: Sequence[Exchange], request: Request) -> Evidence | None:
    """Return what the last answer of a probe that failed said; None where there is none.

    What the request carried that is nobody's business is hidden where it is echoed.
    """
    answered = [one for one in tried if one.status_code is not None]
    if tried[-1].reason is None or not answered:
        return None
    last = answered[-1]
    assert last.status_code is not None  # noqa: S101 - the line above has seen to it
    headers = {
        name: shown(_without_query(value) if name == "location" else value, request)[:_MOST_VALUE]
        for name, value in last.headers.items()
        if name in _TELLING
    }
    # More than is shown, so that a secret at the end is not cut in two and missed.
    beginning = text(last.body, last.headers)[: 2 * _MOST_TEXT]
    return Evidence(
        status_code=last.status_code,
        headers=headers,
        text=shown(beginning, request)[:_MOST_TEXT],
    )


def shown(received: str, request: Request) -> str:
    """Return words of a server's as they may be shown: control characters escaped, no secrets."""
    for secret in request.secrets:
        received = received.replace(secret, HIDDEN)
    return "".join(
        letter if letter.isprintable() or letter in "\n\t" else _escaped(letter)
        for letter in received.replace("\r\n", "\n")
    )


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode()


def _without_query(location: str) -> str:
    place, mark, _ = location.partition("?")
    return f"{place}{mark}..." if mark else place
