"""One request with its redirects, as a value: whatever happens is an Exchange."""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from probe.prober import body, dial, trust
from probe.prober.detail import said
from probe.prober.proxied import ProxiedTransport
from probe.prober.reasons import NotFollowed, OutOfBounds, reason
from probe.prober.redirect import Hop, follow, headers_for, reachable, same_place
from probe.prober.trace import Trace
from probe.prober.transport import Transport
from probe.types import Exchange, Http, Reason, Tls

Clock = Callable[[], datetime]

_LOG = logging.getLogger(__name__)
_MOST_AGE_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked and within which bounds; built once by `prepare`, used again and again."""

    url: str
    context: ssl.SSLContext
    server_name: str | None
    http: Http
    timeout: timedelta
    user_agent: str


def prepare(url: str, *, http: Http, tls: Tls, timeout: timedelta, user_agent: str) -> Request:
    """Build the request and its TLS context; a ValueError says which file or value is at fault.

    `timeout` is that of the whole exchange; a User-Agent among `http.headers` goes before ours.
    """
    _reachable("url", url)
    if http.proxy is not None:
        _reachable("proxy", http.proxy)
        if tls.server_name is not None:
            raise ValueError(f"server_name {tls.server_name}: cannot be chosen through a proxy")
    return Request(
        url=url,
        context=trust.context(tls),
        server_name=tls.server_name,
        http=http,
        timeout=timeout,
        user_agent=user_agent,
    )


def _reachable(key: str, url: str) -> None:
    with contextlib.suppress(httpx.InvalidURL, ValueError):
        if reachable(httpx.URL(url)):
            return
    shown = url.rpartition("@")[2]  # a proxy's password is nobody's business
    raise ValueError(f"{key} {shown}: not of the form http(s)://host")


@dataclass(slots=True)
class _Answer:
    """What has been read so far; it stands when the rest fails."""

    status_code: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    final_url: str = ""
    redirects: int = 0
    clock_skew_seconds: float | None = None


async def exchange(
    request: Request, *, clock: Clock, resolve: dial.Resolve = dial.getaddrinfo
) -> Exchange:
    """Ask once, redirects included, within the deadline; only cancellation raises.

    The clock is read once, at the start; `resolve` turns names into addresses.
    """
    started_at = clock()
    trace = Trace()
    answer = _Answer(final_url=request.url)
    why: Reason | None = None
    detail = ""
    try:
        async with asyncio.timeout(request.timeout.total_seconds()) as deadline:
            await _converse(request, trace, answer, started_at, resolve)
    except Exception as error:  # noqa: BLE001 - a failed probe is a value; bugs are logged below
        why = reason(error, trace.phase)
        detail = said(error, trace.phase, request.timeout if deadline.expired() else None)
        trace.enter(None)
        if why is None:
            why = Reason.INTERNAL
            _LOG.exception("a fault of ours while asking %s", request.url)
    return Exchange(
        started_at=started_at,
        duration_seconds=trace.elapsed,
        phases=trace.phases,
        reason=why,
        detail=detail,
        status_code=answer.status_code,
        headers=answer.headers,
        body=answer.body,
        final_url=answer.final_url,
        redirects=answer.redirects,
        ip_protocol=trace.ip_protocol,
        tls_version=trace.tls_version,
        certificate_expires_at=trace.certificate_expires_at,
        clock_skew_seconds=answer.clock_skew_seconds,
    )


async def _converse(
    request: Request, trace: Trace, answer: _Answer, started_at: datetime, resolve: dial.Resolve
) -> None:
    """Follow redirects until an answer is none, and read that one's body."""
    http = request.http
    hop = Hop(httpx.URL(request.url), http.method, http.body.encode() if http.body else None)
    cookies = httpx.Cookies()
    been: set[tuple[Hop, str]] = set()
    async with _transport(request, trace, resolve) as transport:
        while True:
            sent = _message(request, hop, cookies)
            here = (hop, sent.headers.get("cookie", ""))
            if here in been:
                raise NotFollowed(f"redirected in a circle, back to {hop.url}")
            been.add(here)
            response = await transport.handle_async_request(sent)
            try:
                _note(response, answer, started_at + timedelta(seconds=trace.elapsed))
                _bound(response, http.max_header)
                step = _next(http, hop, response)
                if step is None:
                    answer.body = await body.read(response, http.max_body)
                    trace.enter(None)  # the last byte, not the goodbyes, ends the attempt
                    return
            finally:
                await response.aclose()
            if answer.redirects == http.max_redirects:
                raise NotFollowed(f"redirected more than {http.max_redirects} times")
            response.request = sent
            cookies.extract_cookies(response)
            hop = step
            answer.redirects += 1
            answer.final_url = str(hop.url)


def _transport(request: Request, trace: Trace, resolve: dial.Resolve) -> httpx.AsyncBaseTransport:
    http = request.http
    if http.proxy is not None:
        return ProxiedTransport(trace=trace, context=request.context, proxy=http.proxy)
    return Transport(
        trace=trace,
        context=request.context,
        ip=http.ip,
        max_header=http.max_header,
        resolve=resolve,
    )


def _message(request: Request, hop: Hop, cookies: httpx.Cookies) -> httpx.Request:
    target = httpx.URL(request.url)
    headers = httpx.Headers(
        {
            "User-Agent": request.user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }
    )
    headers.update(headers_for(hop.url, target, request.http.headers))
    message = httpx.Request(hop.method, hop.url, headers=headers, content=hop.body)
    if "cookie" not in headers:
        cookies.set_cookie_header(message)
    if request.server_name is not None and same_place(hop.url, target):
        message.extensions["sni_hostname"] = request.server_name
    return message


def _note(response: httpx.Response, answer: _Answer, now: datetime) -> None:
    answer.status_code = response.status_code
    answer.headers = dict(response.headers.items())
    answer.clock_skew_seconds = _skew(answer.headers, now)


def _skew(headers: dict[str, str], now: datetime) -> float | None:
    """Seconds by which the server's clock is ahead of `now`; a cache's Age is added (RFC 9111)."""
    age = headers.get("age", "0")
    if not (age.isascii() and age.isdecimal() and len(age) <= _MOST_AGE_DIGITS):
        return None
    try:
        date = parsedate_to_datetime(headers["date"])
        date = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
        return (date - now).total_seconds() + int(age)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError):
        return None


def _bound(response: httpx.Response, most: int) -> None:
    size = sum(len(name) + len(value) + 4 for name, value in response.headers.raw)
    if size > most:
        raise OutOfBounds(f"headers of more than {most} bytes")


def _next(http: Http, hop: Hop, response: httpx.Response) -> Hop | None:
    if not http.follow_redirects:
        return None
    return follow(hop, response.status_code, response.headers.get("location"))
