"""One request with its redirects, as a value: whatever happens is an Exchange."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from probe.prober import body, dial, sendable, trust
from probe.prober.cookies import Jar
from probe.prober.detail import said
from probe.prober.places import Gate
from probe.prober.reasons import NotFollowed, OutOfBounds, exhausted, reason
from probe.prober.redirect import HARMLESS, Hop, follow, headers_for, same_place
from probe.prober.trace import Trace
from probe.prober.transport import Transport
from probe.runtime.renewed import Renewed
from probe.types import Exchange, Http, Reason, Tls

Clock = Callable[[], datetime]
#: Gives the TLS context for some settings.
Trusting = Callable[[Tls], Renewed[ssl.SSLContext]]

_LOG = logging.getLogger(__name__)
_MOST_AGE_DIGITS = 9
_LEAST_SECRET = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes the messages of an exchange; what was given for the target does not go elsewhere."""

    target: httpx.URL
    http: Http
    user_agent: str
    server_name: str | None

    @property
    def hop(self) -> Hop:
        """The first hop."""
        body = self.http.body
        return Hop(self.target, self.http.method, body.encode() if body else None)

    def message(self, hop: Hop, cookies: bytes = b"") -> httpx.Request:
        """Write the request of a hop."""
        fields = {
            "user-agent": ("User-Agent", self.user_agent.encode("ascii")),
            "accept": ("Accept", b"*/*"),
            "accept-encoding": ("Accept-Encoding", b"gzip, deflate"),
            "connection": ("Connection", b"close"),
        }
        for name, value in headers_for(hop.url, self.target, self.http.headers).items():
            fields[name.lower()] = name, sendable.written(value)
        if cookies:
            given = fields.get("cookie", ("Cookie", b""))[1]
            fields["cookie"] = "Cookie", b"; ".join(filter(None, (given, cookies)))
        raw = [(name.encode("ascii"), value) for name, value in fields.values()]
        message = httpx.Request(hop.method, hop.url, headers=raw, content=hop.body)
        if self.server_name is not None and same_place(hop.url, self.target):
            message.extensions["sni_hostname"] = self.server_name
        return message


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked and within which bounds; built once by `prepare`, used again and again.

    `first` is the message that an exchange begins with. `secrets` are words that it carries and
    that nobody is to read where a server echoes them.
    """

    writer: Writer
    first: httpx.Request
    context: Renewed[ssl.SSLContext]
    proxy: httpx.URL | None
    timeout: timedelta
    secrets: tuple[str, ...]


def prepare(  # noqa: PLR0913 - a request is all of this
    url: str,
    *,
    http: Http,
    tls: Tls,
    timeout: timedelta,
    user_agent: str,
    trusting: Trusting = trust.renewed,
) -> Request:
    """Build the request and its TLS context; a ValueError says which file or value is at fault.

    `timeout` is that of the whole exchange; a User-Agent among `http.headers` goes before ours.
    """
    sendable.check(url, http, user_agent)
    if http.proxy is not None and tls.server_name is not None:
        raise ValueError(f"server_name {tls.server_name}: cannot be chosen through a proxy")
    target = httpx.URL(url)
    writer = Writer(target=target, http=http, user_agent=user_agent, server_name=tls.server_name)
    return Request(
        writer=writer,
        first=writer.message(writer.hop),
        context=trusting(tls),
        proxy=httpx.URL(http.proxy) if http.proxy is not None else None,
        timeout=timeout,
        secrets=_secrets(target, http),
    )


def also(request: Request, url: str, headers: Mapping[str, str]) -> Request:
    """Return the same request for another address, with these headers too."""
    http = replace(request.writer.http, headers={**request.writer.http.headers, **headers})
    writer = replace(request.writer, target=httpx.URL(url), http=http)
    return replace(request, writer=writer, first=writer.message(writer.hop))


def _secrets(target: httpx.URL, http: Http) -> tuple[str, ...]:
    """Return what only the target may know, the longest first."""
    values = [value for name, value in http.headers.items() if name.lower() not in HARMLESS]
    values += [word for value in values for word in value.split()]
    values += [value for _, value in target.params.multi_items()]
    values += [http.body or "", httpx.URL(http.proxy).password if http.proxy else ""]
    return tuple(
        sorted({one for one in values if len(one) >= _LEAST_SECRET}, key=len, reverse=True)
    )


@dataclass(slots=True)
class _Answer:
    """What has been read so far; it stands when the rest fails."""

    status_code: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    final_url: str = ""
    redirects: int = 0
    clock_skew_seconds: float | None = None


async def exchange(request: Request, *, clock: Clock, resolve: dial.Resolve) -> Exchange:
    """Ask once, redirects included, within the deadline; only cancellation raises.

    The clock is read once, at the start; `resolve` turns names into addresses.
    """
    started_at = clock()
    trace = Trace()
    answer = _Answer(final_url=str(request.first.url))
    why: Reason | None = None
    detail, ours = "", False
    try:
        async with asyncio.timeout(request.timeout.total_seconds()) as deadline:
            await _converse(request, trace, answer, started_at, resolve)
    except Exception as error:  # noqa: BLE001 - a failed probe is a value; bugs are logged below
        why = reason(error, trace.phase)
        detail = said(error, trace.phase, request.timeout if deadline.expired() else None)
        trace.enter(None)
        ours = exhausted(error)
        if why is None:
            why = Reason.INTERNAL
            _LOG.exception("a fault of ours while asking %s", request.first.url.host)
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
        exhausted=ours,
    )


async def _converse(
    request: Request, trace: Trace, answer: _Answer, started_at: datetime, resolve: dial.Resolve
) -> None:
    """Follow redirects until an answer is none, and read that one's body."""
    writer, sent, jar = request.writer, request.first, Jar()
    http, hop = writer.http, writer.hop
    transport = Transport(
        trace=trace,
        context=request.context.get(),
        resolve=resolve,
        gate=Gate(http.redirect_to),
        ip=http.ip,
        max_header=http.max_header,
        proxy=request.proxy,
    )
    while True:
        response = await transport.handle_async_request(sent)
        now = started_at + timedelta(seconds=trace.elapsed)
        try:
            _note(response, answer, now)
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
        jar.take(hop.url, _values(response, b"set-cookie"), now)
        hop = step
        answer.redirects += 1
        answer.final_url = str(hop.url)
        sent = writer.message(hop, jar.header(hop.url))


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
    return follow(hop, response.status_code, _values(response, b"location"))


def _values(response: httpx.Response, name: bytes) -> list[bytes]:
    """Return the values of each header of a lower-case name, as they came."""
    return [value for key, value in response.headers.raw if key.lower() == name]
