"""One request with its redirects, as a value: whatever happens is an Exchange."""

import asyncio
import functools
import logging
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from probe.prober import body, dial, sendable, trust
from probe.prober.cookies import Jar
from probe.prober.detail import said
from probe.prober.http1 import Field, Head
from probe.prober.places import Gate
from probe.prober.reasons import NotFollowed, exhausted, reason
from probe.prober.redirect import HARMLESS, Hop, follow, headers_for, port, same_place
from probe.prober.trace import Trace
from probe.prober.transport import Message, Proxy, Transport, host, proxied, written
from probe.runtime.renewed import Renewed
from probe.types import Exchange, Http, Reason, Tls

Clock = Callable[[], datetime]
#: Gives the TLS context for some settings.
Trusting = Callable[[Tls], Renewed[ssl.SSLContext]]

_LOG = logging.getLogger(__name__)
_MOST_AGE_DIGITS = 9
_LEAST_SECRET = 4
#: The methods whose requests say how long their body is even where there is none.
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes the messages of an exchange; what was given for the target does not go elsewhere."""

    target: httpx.URL
    http: Http
    user_agent: str
    server_name: str | None
    proxy: Proxy | None

    @property
    def hop(self) -> Hop:
        """The first hop."""
        body = self.http.body
        return Hop(self.target, self.http.method.upper(), body.encode() if body else None)

    def message(self, hop: Hop, cookies: bytes = b"") -> Message:
        """Write the request of a hop."""
        url = hop.url
        fields = {
            "host": (b"Host", url.netloc),
            "user-agent": (b"User-Agent", self.user_agent.encode("ascii")),
            "accept": (b"Accept", b"*/*"),
            "accept-encoding": (b"Accept-Encoding", b"gzip, deflate"),
            "connection": (b"Connection", b"close"),
        }
        for name, value in headers_for(url, self.target, self.http.headers).items():
            fields[name.lower()] = name.encode("ascii"), sendable.written(value)
        if cookies:
            given = fields.get("cookie", (b"Cookie", b""))[1]
            fields["cookie"] = b"Cookie", b"; ".join(filter(None, (given, cookies)))
        if hop.body or hop.method in _WITH_BODY:
            fields["content-length"] = b"Content-Length", b"%d" % len(hop.body or b"")
        here = self.server_name if same_place(url, self.target) else None
        return Message(
            hop=hop,
            address=str(url),
            host=host(url),
            port=port(url),
            secure=url.scheme == "https",
            name=(here or host(url)).rstrip("."),
            bodiless=hop.method == "HEAD",
            written=written(hop, fields.values(), self.proxy),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked and within which bounds; built once by `prepare`, used again and again.

    `first` is the message that an exchange begins with. `secrets` are words that it carries and
    that nobody is to read where a server echoes them.
    """

    writer: Writer
    first: Message
    context: Renewed[ssl.SSLContext]
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
    writer = Writer(
        target=target,
        http=http,
        user_agent=user_agent,
        server_name=tls.server_name,
        proxy=proxied(httpx.URL(http.proxy)) if http.proxy is not None else None,
    )
    return Request(
        writer=writer,
        first=writer.message(writer.hop),
        context=trusting(tls),
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
    answer = _Answer(final_url=request.first.address)
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
            _LOG.exception("a fault of ours while asking %s", request.first.host)
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
    http = writer.http
    transport = Transport(
        trace=trace,
        context=request.context.get(),
        resolve=resolve,
        gate=Gate(http.redirect_to),
        ip=http.ip,
        max_header=http.max_header,
        proxy=writer.proxy,
    )
    while True:
        response = await transport.ask(sent)
        head = response.head
        now = started_at + timedelta(seconds=trace.elapsed)
        try:
            answer.status_code = head.status
            answer.headers = decoded(head.fields)
            answer.clock_skew_seconds = _skew(answer.headers, now)
            step = _next(http, sent.hop, head)
            if step is None:
                codings = answer.headers.get("content-encoding", "")
                answer.body = await body.read(response.rest, codings, http.max_body)
                trace.enter(None)  # the last byte, not the goodbyes, ends the attempt
                return
        finally:
            response.wire.close()
        if answer.redirects == http.max_redirects:
            raise NotFollowed(f"redirected more than {http.max_redirects} times")
        jar.take(sent.hop.url, head.values(b"set-cookie"), now)
        answer.redirects += 1
        sent = writer.message(step, jar.header(step.url))
        answer.final_url = sent.address


def decoded(fields: Sequence[Field]) -> dict[str, str]:
    """Return headers as text, their names in lower case, the values of one name in one."""
    try:
        return _decoded(fields, "utf-8")
    except UnicodeDecodeError:
        return _decoded(fields, "latin-1")


def _decoded(fields: Sequence[Field], charset: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw, value in fields:
        name, said = raw.decode(charset).lower(), value.decode(charset)
        found[name] = f"{found[name]}, {said}" if name in found else said
    return found


def _skew(headers: dict[str, str], now: datetime) -> float | None:
    """Seconds by which the server's clock is ahead of `now`; a cache's Age is added (RFC 9111)."""
    age = headers.get("age", "0")
    if not (age.isascii() and age.isdecimal() and len(age) <= _MOST_AGE_DIGITS):
        return None
    date = _date(headers.get("date", ""))
    try:
        return (date - now).total_seconds() + int(age) if date else None
    except OverflowError:
        return None


@functools.lru_cache(maxsize=256)
def _date(said: str) -> datetime | None:
    """Read a Date; whoever keeps the time says the same within a second."""
    try:
        date = parsedate_to_datetime(said)
        return date if date.tzinfo is not None else date.replace(tzinfo=UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _next(http: Http, hop: Hop, head: Head) -> Hop | None:
    if not http.follow_redirects:
        return None
    return follow(hop, head.status, head.values(b"location"))
