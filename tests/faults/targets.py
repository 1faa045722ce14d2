"""Targets that misbehave, all at once, and a healthy one beside them.

Each row is a target of one running service. What must come of it holds for each of its observations:
no other reason is ever counted.
"""

import asyncio
import contextlib
import shutil
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from probe.types import Because, Reason, Verdict
from tests.debian import needs
from tests.e2e.stage import until
from tests.faults.watched import HEALTHY, Samples, Watched, watching
from tests.faults.world import METADATA, PRIVATE, PUBLIC, THERE, needs_world
from tests.prober.test_prober_failures import BEHAVIOUR, SILENCE
from tests.prober.test_prober_hostile import POURING
from tests.prober.test_prober_kinds import DOWN, PAGE, UP
from tests.prober.test_prober_places import INSIDE
from tests.prober.test_prober_tls import BROKEN
from tests.servers import (
    Authority,
    Conversation,
    answering,
    closing,
    full,
    halting,
    hanging_up,
    message,
    pouring,
    proxying,
    refusing,
    resetting,
    serving,
    shaking_hands,
)

GOOD = answering(message(b"welcome"))
#: What each has where its row says nothing else: the bounds are those of the tables that are taken.
USUAL = {
    "components": ["tried"],
    "interval": "10s",
    "timeout": "2s",
    "attempts": 1,
    "http": {"max_body": "64KiB", "max_header": "64KiB"},
}
#: All these must be seen of each: what comes of it the second time is no accident.
ROUNDS = 2
#: Looking on takes the machine that the servers run on.
LOOK_SECONDS = 1
PAST = datetime(2021, 1, 1, tzinfo=UTC)
COMING = datetime(2090, 1, 1, tzinfo=UTC)
ENDLESS = {"expect": {"body_matches": ["^(a|aa)+$"]}}


@dataclass(frozen=True, slots=True)
class Ground:
    """What servers are made of."""

    folder: Path
    ours: Authority
    strangers: Authority


Serve = Callable[[Ground], AbstractAsyncContextManager[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A target that misbehaves: its server, and what must come of it; no reason: it is up."""

    name: str
    serve: Serve
    reason: Reason | None
    verdict: Verdict = Verdict.UNEXPECTED
    because: Because | None = Because.OTHER_COMPONENT  # windows are open for those at the end
    target: Mapping[str, Any] = field(default_factory=dict)
    marks: tuple[pytest.MarkDecorator, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether this machine has what it needs."""
        return not any(mark.name == "skipif" and mark.args[0] for mark in self.marks)


# --- servers ---------------------------------------------------------------------------------


def plain(behave: Conversation, host: str = "127.0.0.1", port_of: str = "") -> Serve:
    """Serve without TLS; `port_of` is the name by which the server is asked for."""

    @asynccontextmanager
    async def serve(_: Ground) -> AsyncIterator[str]:
        async with serving(behave, host=host) as server:
            yield f"http://{port_of}:{server.port}/" if port_of else server.url

    return serve


def secured(
    behave: Conversation, tls: Callable[[Ground], ssl.SSLContext] = lambda on: on.ours.server()
) -> Serve:
    """Serve with TLS."""

    @asynccontextmanager
    async def serve(on: Ground) -> AsyncIterator[str]:
        async with serving(behave, tls=tls(on)) as server:
            yield server.url

    return serve


def unsecured(behave: Conversation) -> Serve:
    """Serve without TLS what is asked for with it."""

    @asynccontextmanager
    async def serve(_: Ground) -> AsyncIterator[str]:
        async with serving(behave) as server:
            yield server.url.replace("http://", "https://")

    return serve


def blocking(made: Callable[[Ground], contextlib.AbstractContextManager[str]]) -> Serve:
    """Serve what is not asyncio's."""

    @asynccontextmanager
    async def serve(on: Ground) -> AsyncIterator[str]:
        with contextlib.ExitStack() as stack:
            yield stack.enter_context(made(on))
            await asyncio.to_thread(stack.close)

    return serve


def asking_clients(version: ssl.TLSVersion) -> Callable[[Ground], Any]:
    """Shake hands only with clients that have a certificate."""

    def made(on: Ground) -> contextlib.AbstractContextManager[str]:
        context = on.ours.server(asks_clients=True)
        context.maximum_version = version
        return shaking_hands(context)

    return made


def old_ciphers(on: Ground) -> contextlib.AbstractContextManager[str]:
    """Shake hands only in a way that nobody else does any longer."""
    context = on.ours.server()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-SHA@SECLEVEL=0")
    return shaking_hands(context)


def through(proxy: Conversation, url: str = "https://portal.test/") -> Serve:
    """Serve a proxy that misbehaves; the target's address is what follows the blank."""

    @asynccontextmanager
    async def serve(_: Ground) -> AsyncIterator[str]:
        async with serving(proxy) as server:
            yield f"{server.url} {url}"

    return serve


def tunnelled(behave: Conversation, tls: Callable[[Ground], ssl.SSLContext] | None = None) -> Serve:
    """Serve what misbehaves behind a proxy that does not."""

    @asynccontextmanager
    async def serve(on: Ground) -> AsyncIterator[str]:
        async with proxying() as proxy, serving(behave, tls=tls(on) if tls else None) as server:
            yield f"{proxy.url} {server.url}"

    return serve


@asynccontextmanager
async def proxied_nowhere(_: Ground) -> AsyncIterator[str]:
    """Serve a good proxy, and no target."""
    with refusing() as url:
        async with proxying() as proxy:
            yield f"{proxy.url} {url.replace('http://', 'https://')}"


@asynccontextmanager
async def no_proxy(_: Ground) -> AsyncIterator[str]:
    """Serve no proxy."""
    with refusing() as url:
        yield f"{url} https://portal.test/"


def tunnelling_only(first: bytes, then: Conversation) -> Conversation:
    """Open every tunnel, and be at its end something else."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(first)
        await writer.drain()
        await then(reader, writer)

    return behave


def redirecting(place: str, host: str = PUBLIC) -> Serve:
    """Redirect from a public address to a place."""
    return plain(answering(message(b"", "302 Found", Location=place)), host)


@asynccontextmanager
async def rebound(_: Ground) -> AsyncIterator[str]:
    """Redirect to a name that is public when it is looked at and inside when it is asked."""
    inside = serving(GOOD)
    async with inside as server:
        moved = answering(
            message(b"", "302 Found", Location=f"http://loopback.test:{server.port}/")
        )
        async with serving(moved, host=PUBLIC) as outside:
            yield outside.url


# --- programs of others ----------------------------------------------------------------------


def free_port() -> int:
    """Return a port that was free just now: these programs cannot choose one themselves."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


@asynccontextmanager
async def started(*command: str, port: int) -> AsyncIterator[None]:
    """Run a program until the block ends; wait until it listens."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )

    async def listening() -> bool:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            await writer.wait_closed()
            return True
        return False

    try:
        await until(listening, command[0])
        yield
    finally:
        process.terminate()
        await process.wait()


def tinyproxy(more: str, url: str, behave: Conversation | None = None) -> Serve:
    """Run tinyproxy with some settings; `{port}` of the address is that of a server behind."""

    @asynccontextmanager
    async def serve(on: Ground) -> AsyncIterator[str]:
        port = free_port()
        made = on.folder / f"tinyproxy-{port}.conf"
        made.write_text(f"Port {port}\nListen 127.0.0.1\nTimeout 10\n{more}\n", encoding="ascii")
        async with serving(behave or GOOD, tls=on.ours.server()) as behind:
            async with started(str(shutil.which("tinyproxy")), "-d", "-c", str(made), port=port):
                yield f"http://127.0.0.1:{port}/ {url.format(port=behind.port)}"

    return serve


NGINX = """
daemon off; master_process off; pid {folder}/nginx-{port}.pid; error_log /dev/null;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  limit_req_zone $server_name zone=one:1m rate=1r/m;
  server {{ listen 127.0.0.1:{port} {listens}; ssl_certificate {folder}/nginx.pem;
            ssl_certificate_key {folder}/nginx.pem; {says} }}
}}
"""


def nginx(says: str, *, listens: str = "", scheme: str = "http") -> Serve:
    """Run nginx with a server that does this; `{nowhere}` is a port on which nobody listens."""

    @asynccontextmanager
    async def serve(on: Ground) -> AsyncIterator[str]:
        port = free_port()
        issued = on.ours.issue("127.0.0.1").private_key_and_cert_chain_pem
        issued.write_to_path(on.folder / "nginx.pem")
        with refusing() as nowhere, full() as silent:
            said = says.replace("{nowhere}", nowhere).replace("{silent}", silent)
            text = NGINX.format(folder=on.folder, port=port, listens=listens, says=said)
            made = on.folder / f"nginx-{port}.conf"
            made.write_text(text, encoding="ascii")
            command = (str(shutil.which("nginx")), "-c", str(made), "-e", "/dev/null")
            async with started(*command, port=port):
                yield f"{scheme}://127.0.0.1:{port}/"

    return serve


# --- the table -------------------------------------------------------------------------------


def browsers_open() -> Iterator[Fault]:
    """Answers that are odd, and up."""
    for name, behave in UP:
        yield Fault(name=f"answer: {name}", serve=plain(behave), reason=None)


def answers() -> Iterator[Fault]:
    """Answers that are none, over TLS as well."""
    for name, behave, reason in DOWN:
        yield Fault(name=f"answer: {name}", serve=plain(behave), reason=reason)
    for name, behave, _ in BEHAVIOUR:
        yield Fault(name=f"server: {name}", serve=plain(behave), reason=Reason.PROTOCOL)
        yield Fault(name=f"TLS server: {name}", serve=secured(behave), reason=Reason.PROTOCOL)
    for name, behave, _ in SILENCE:
        yield Fault(name=f"server: {name}", serve=plain(behave), reason=Reason.TIMEOUT)
        yield Fault(name=f"TLS server: {name}", serve=secured(behave), reason=Reason.TIMEOUT)
    for name, behave in POURING:
        yield Fault(name=f"pours {name}", serve=plain(behave), reason=Reason.PROTOCOL)
    body = answering(message(b"a" * 64 + b"b"))
    yield Fault(
        name="a pattern that backtracks",
        serve=plain(body),
        reason=Reason.INTERNAL,
        target=ENDLESS,
    )
    # It asks to be left alone for longer than this takes, so its one observation is waited for.
    for words in ("9" * 40, "-1", "soon", "Thu, 01 Jan 2099 00:00:00 GMT", "Thu, 99 Foo"):
        refused = message(b"no", "429 Too Many Requests", Retry_After=words)
        yield Fault(
            name=f"429, Retry-After: {words[:12]}",
            serve=plain(answering(refused)),
            reason=Reason.BLOCKED,
        )


def handshakes() -> Iterator[Fault]:
    """Certificates and handshakes."""
    for name, behave, reason in BROKEN:
        yield Fault(name=f"TLS: {name}", serve=unsecured(behave), reason=reason)
    made: list[tuple[str, Callable[[Ground], ssl.SSLContext]]] = [
        ("expired", lambda on: on.ours.server(not_before=PAST - timedelta(9), not_after=PAST)),
        ("not yet valid", lambda on: on.ours.server(not_before=COMING)),
        ("for another name", lambda on: on.ours.server("other.test")),
        ("of a stranger", lambda on: on.strangers.server()),
        (
            "below an expired intermediate",
            lambda on: on.ours.server_below_intermediate(
                not_after=COMING, intermediate_not_after=PAST
            ),
        ),
    ]
    for name, context in made:
        yield Fault(name=f"certificate: {name}", serve=secured(GOOD, context), reason=Reason.TLS)
        yield Fault(
            name=f"certificate behind a proxy: {name}",
            serve=tunnelled(GOOD, context),
            reason=Reason.TLS,
        )
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        yield Fault(
            name=f"a client certificate is wanted in {version.name}",
            serve=blocking(asking_clients(version)),
            reason=Reason.TLS,
        )
    yield Fault(name="ciphers of old", serve=blocking(old_ciphers), reason=Reason.TLS)
    yield Fault(
        name="a needless certificate that has expired",
        serve=secured(GOOD, lambda on: on.ours.server_with_needless(not_after=COMING)),
        reason=None,
    )
    noise = closing(b"\x16\x03\x03\xff\xff" + b"\0" * 999)
    yield Fault(name="noise in the handshake", serve=unsecured(noise), reason=Reason.TLS)
    alert = closing(b"\x15\x03\x03\x00\x02\x02\x28")
    yield Fault(name="an alert in place of a hello", serve=unsecured(alert), reason=Reason.TLS)


def connections() -> Iterator[Fault]:
    """No connection."""
    yield Fault(name="refused", serve=blocking(lambda _: refusing()), reason=Reason.CONNECT)
    yield Fault(name="filtered", serve=blocking(lambda _: full()), reason=Reason.TIMEOUT)
    yield Fault(
        name="no route",
        serve=_elsewhere("http://203.0.113.7/"),
        reason=Reason.CONNECT,
        marks=(needs_world,),
    )


def _elsewhere(url: str) -> Serve:
    @asynccontextmanager
    async def serve(_: Ground) -> AsyncIterator[str]:
        yield url

    return serve


def proxies() -> Iterator[Fault]:
    """Proxies that deny, die and lie."""
    connected = b"HTTP/1.1 200 Connected\r\n\r\n"
    rows: list[tuple[str, Conversation, Reason]] = [
        ("asks for a password", answering(message(b"", "407 Who are you")), Reason.CONNECT),
        ("denies", answering(message(b"denied", "403 Forbidden")), Reason.CONNECT),
        ("reaches nobody", answering(message(b"", "502 Bad Gateway")), Reason.CONNECT),
        ("redirects", answering(message(b"", "302 Found", Location="http://x/")), Reason.CONNECT),
        ("is silent", halting(), Reason.TIMEOUT),
        ("is silent within its answer", halting(b"HTTP/1.1 200 Conn"), Reason.TIMEOUT),
        ("connects and is silent", halting(connected), Reason.TIMEOUT),
        ("connects and closes", tunnelling_only(connected, hanging_up()), Reason.CONNECT),
        (
            "connects and resets",
            tunnelling_only(connected, resetting(after_request=False)),
            Reason.CONNECT,
        ),
        (
            "connects and is the target itself, without TLS",
            tunnelling_only(connected, closing(message(b"welcome"))),
            Reason.TLS,
        ),
        ("closes", closing(), Reason.CONNECT),
        ("resets", resetting(), Reason.CONNECT),
        ("is none", closing(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), Reason.PROTOCOL),
        ("sends noise", closing(bytes(range(256)) * 8), Reason.PROTOCOL),
        (
            "pours headers",
            pouring(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 10_000),
            Reason.PROTOCOL,
        ),
        (
            "pours hints",
            pouring(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 10_000),
            Reason.PROTOCOL,
        ),
    ]
    for name, behave, reason in rows:
        yield Fault(name=f"a proxy that {name}", serve=through(behave), reason=reason)
    yield Fault(name="a proxy that is away", serve=no_proxy, reason=Reason.CONNECT)
    yield Fault(name="a proxy without a target", serve=proxied_nowhere, reason=Reason.CONNECT)
    forward = "http://portal.test/"
    error = answering(message(b"no", "504 Gateway Timeout"))
    yield Fault(
        name="a forwarding proxy that gives up", serve=through(error, forward), reason=Reason.STATUS
    )
    for name, behave, reason in [
        ("hangs up", hanging_up(), Reason.CONNECT),
        ("is silent", halting(after_request=False), Reason.TIMEOUT),
    ]:
        yield Fault(
            name=f"behind a proxy what {name}",
            serve=_https(tunnelled(behave)),
            reason=reason,
        )
    has = (needs("tinyproxy", package="tinyproxy"),)
    for name, more, url, why in [
        ("lets through", "", "https://127.0.0.1:{port}/", None),
        ("allows no such port", "ConnectPort 1", "https://127.0.0.1:{port}/", Reason.CONNECT),
        ("allows no such client", "Allow 10.0.0.1", "https://127.0.0.1:{port}/", Reason.CONNECT),
        ("wants a password", "BasicAuth me secret", "https://127.0.0.1:{port}/", Reason.CONNECT),
        ("reaches nobody", "", "https://127.0.0.1:1/", Reason.CONNECT),
        ("reaches nobody to forward to", "", "http://127.0.0.1:1/", Reason.STATUS),
    ]:
        yield Fault(name=f"tinyproxy {name}", serve=tinyproxy(more, url), reason=why, marks=has)


def _https(made: Serve) -> Serve:
    @asynccontextmanager
    async def serve(on: Ground) -> AsyncIterator[str]:
        async with made(on) as url:
            proxy, _, target = url.partition(" ")
            yield f"{proxy} {target.replace('http://', 'https://')}"

    return serve


def real_servers() -> Iterator[Fault]:
    """What nginx does when told to."""
    has = (needs("nginx", package="nginx"),)
    rows: list[tuple[str, Serve, Reason | None]] = [
        ("answers", nginx('return 200 "welcome";'), None),
        ("closes without a word", nginx("return 444;"), Reason.PROTOCOL),
        ("has no backend", nginx("location / { proxy_pass {nowhere}; }"), Reason.STATUS),
        (
            "has a backend that is silent",
            nginx("location / { proxy_pass {silent}; proxy_connect_timeout 300ms; }"),
            Reason.STATUS,
        ),
        ("denies", nginx("deny all;"), Reason.BLOCKED),
        (
            "asks for a password",
            nginx("location / { auth_basic x; auth_basic_user_file /x; }"),
            Reason.STATUS,
        ),
        ("is closed for the night", nginx("return 503;"), Reason.STATUS),
        ("redirects for ever", nginx("return 302 /;"), Reason.REDIRECT),
        (
            "refuses the handshake",
            nginx("ssl_reject_handshake on;", listens="ssl", scheme="https"),
            Reason.TLS,
        ),
        ("speaks TLS where none is asked for", nginx("return 200;", listens="ssl"), Reason.STATUS),
        ("speaks none where TLS is asked for", nginx("return 200;", scheme="https"), Reason.TLS),
    ]
    for name, serve, reason in rows:
        yield Fault(name=f"nginx {name}", serve=serve, reason=reason, marks=has)


def names() -> Iterator[Fault]:
    """Names that are not resolved, or only just."""
    for name, reason, host in [
        ("silent.test", Reason.DNS, "127.0.0.1"),
        ("unknown.test", Reason.DNS, "127.0.0.1"),
        ("failing.test", Reason.DNS, "127.0.0.1"),
        ("refused.test", Reason.DNS, "127.0.0.1"),
        ("empty.test", Reason.DNS, "127.0.0.1"),
        ("noise.test", Reason.DNS, "127.0.0.1"),
        ("short.test", Reason.DNS, "127.0.0.1"),
        ("forged.test", Reason.DNS, "127.0.0.1"),
        ("cut.test", Reason.DNS, "127.0.0.1"),
        ("circle.test", Reason.DNS, "127.0.0.1"),
        ("six-silent.test", None, "127.0.0.1"),
        ("four-silent.test", None, "::1"),
        ("six-failing.test", None, "127.0.0.1"),
        ("late.test", None, "127.0.0.1"),
        ("twice.test", None, "127.0.0.1"),
        ("good.test", None, "127.0.0.1"),
    ]:
        serve = plain(GOOD, host, port_of=name)
        yield Fault(
            name=f"a name: {name.removesuffix('.test')}",
            serve=serve,
            reason=reason,
            marks=(needs_world,),
        )


def redirects() -> Iterator[Fault]:
    """From a public address to places inside."""
    figures = [f"[{one}]" if ":" in one else one for one in INSIDE]
    others = ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "[::ffff:7f00:1]", "localhost"]
    named = ["loopback.test", "inside.test", "metadata.test", "x.loopback.test."]
    for host in [*figures, *others, *named[:3]]:
        yield Fault(
            name=f"a redirect to {host}",
            serve=redirecting(f"http://{host}/latest/meta-data/"),
            reason=Reason.REDIRECT,
            marks=(needs_world,),
        )
    yield Fault(
        name="a redirect to a port of ours",
        serve=rebound,
        reason=Reason.REDIRECT,
        marks=(needs_world,),
    )
    for place in ("javascript:alert(1)", "file:///etc/passwd", "//", "http://[junk", "gopher://x/"):
        yield Fault(
            name=f"a redirect to {place}",
            serve=plain(answering(message(b"", "302 Found", Location=place))),
            reason=Reason.REDIRECT,
        )
    yield Fault(
        name="a redirect to where redirects may go",
        serve=_allowed,
        reason=None,
        target={"http": {"redirect_to": [f"{PRIVATE}/32"]}},
        marks=(needs_world,),
    )


@asynccontextmanager
async def _allowed(_: Ground) -> AsyncIterator[str]:
    async with serving(GOOD, host=PRIVATE) as inside:
        moved = answering(message(b"", "302 Found", Location=inside.url))
        async with serving(moved, host=PUBLIC) as outside:
            yield outside.url


def announced() -> Iterator[Fault]:
    """What a published window excuses, and what it does not."""
    rows: list[tuple[str, Serve, Reason, Mapping[str, Any]]] = [
        ("connect", blocking(lambda _: refusing()), Reason.CONNECT, {}),
        ("timeout", plain(halting()), Reason.TIMEOUT, {}),
        ("protocol", plain(closing()), Reason.PROTOCOL, {}),
        ("status", plain(answering(message(b"", "503 Away"))), Reason.STATUS, {}),
        (
            "content",
            plain(answering(message(PAGE))),
            Reason.CONTENT,
            {"expect": {"body_contains": ["no"]}},
        ),
        (
            "redirect",
            plain(answering(message(b"", "302 Found", Location="/"))),
            Reason.REDIRECT,
            {},
        ),
        ("tls", secured(GOOD, lambda on: on.strangers.server()), Reason.TLS, {}),
        ("blocked", plain(answering(message(b"", "403 Forbidden"))), Reason.BLOCKED, {}),
    ]
    for name, serve, reason, more in rows:
        excused = reason not in {Reason.TLS, Reason.BLOCKED}
        yield Fault(
            name=f"announced: {name}",
            serve=serve,
            reason=reason,
            verdict=Verdict.EXPECTED if excused else Verdict.UNEXPECTED,
            because=None if excused else Because.NOT_EXCUSED,
            target={"components": ["announced"], **more},
        )
        yield Fault(
            name=f"announced as degraded: {name}",
            serve=serve,
            reason=reason,
            because=Because.NOT_EXCUSED,
            target={"components": ["slow"], **more},
        )


FAULTS = [
    *(*browsers_open(), *answers(), *handshakes(), *connections(), *proxies(), *real_servers()),
    *(*names(), *redirects(), *announced()),
]


# --- the scene -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the service said of all of them, when each had been observed so often."""

    targets: Mapping[str, Mapping[str, Any]]
    samples: Samples
    disturbed: str
    """What was wrong with the healthy target, empty where nothing was."""
    told_inside: tuple[str, ...]
    """The requests that reached a place inside."""


def configured(fault: Fault, number: int, url: str, authority: Authority) -> Mapping[str, Any]:
    """Return a target's configuration."""
    proxy, _, target = url.rpartition(" ")
    more = {"proxy": proxy} if proxy else {}
    http = {**USUAL["http"], **fault.target.get("http", {}), **more}  # type: ignore[dict-item]
    given = {**USUAL, "tls": {"ca_file": authority.file}, **fault.target}
    return {"name": f"t{number}", "url": target, **given, "http": http}


async def play(folder: Path) -> Found:
    """Probe them all at once."""
    ground = Ground(folder, Authority(folder), _authority(folder / "strangers"))
    targets = []
    async with contextlib.AsyncExitStack() as stack:
        secret = await stack.enter_async_context(_inside())
        for number, fault in enumerate(FAULTS):
            if fault.runs:
                url = await stack.enter_async_context(fault.serve(ground))
                targets.append(configured(fault, number, url, ground.ours))
        probe = await stack.enter_async_context(watching(folder, _configuration(targets)))
        with contextlib.suppress(AssertionError):  # each row says what is missing of it
            await until(lambda: _seen(probe, {str(one["name"]) for one in targets}), "all of them")
        disturbed = ""
        try:
            await probe.undisturbed()
        except AssertionError as error:
            disturbed = str(error)
        return Found(
            targets=await probe.targets(),
            samples=await probe.samples(),
            disturbed=disturbed,
            told_inside=tuple(secret),
        )


def _authority(folder: Path) -> Authority:
    folder.mkdir()
    return Authority(folder)


@asynccontextmanager
async def _inside() -> AsyncIterator[list[str]]:
    """Listen where a cloud's secrets are, if we may; yield whatever is asked there."""
    heads: list[str] = []

    async def told(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(message(b"secret"))
        writer.close()

    places = (METADATA, PRIVATE, "127.0.0.1") if THERE else ()
    servers = [await asyncio.start_server(told, host, 80) for host in places]
    try:
        yield heads
    finally:
        for server in servers:
            server.close()


def _configuration(targets: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    now, hour = datetime.now(UTC).replace(microsecond=0), timedelta(hours=1)
    times = {"starts_at": (now - hour).isoformat(), "ends_at": (now + hour).isoformat()}
    windows = [
        {"components": ["announced"], **times},
        {"components": ["slow"], "impact": "degraded", **times},
    ]
    return {"targets": targets, "maintenance": {"windows": windows}}


async def _seen(probe: Watched, wanted: set[str]) -> bool:
    """Whether each was observed often enough, and judged the last time; a patient one once."""
    await asyncio.sleep(LOOK_SECONDS)
    samples, told = await probe.samples(), await probe.targets()
    for name in wanted:
        said = told[name]
        enough = 1 if said["reason"] == Reason.BLOCKED else ROUNDS
        if samples.one("probe_observations_total", target=name) < enough:
            return False
        if said["verdict"] in {None, Verdict.INCONCLUSIVE}:
            return False
    return True


@pytest.fixture(scope="module")
def found(portal: BlockingPortal, folder: Path) -> Found:
    """Play the scene once, for all rows."""
    return portal.call(play, folder)


ROWS = [
    pytest.param(number, fault, marks=fault.marks, id=fault.name)
    for number, fault in enumerate(FAULTS)
]


@pytest.mark.parametrize(("number", "fault"), ROWS)
def test_a_target(number: int, fault: Fault, found: Found) -> None:
    """Its verdict and its reason are these, in each of its observations."""
    name = f"t{number}"
    said = found.targets[name]
    assert said["reason"] == fault.reason, said["detail"]
    verdict, because = (fault.verdict, fault.because) if fault.reason else (Verdict.UP, None)
    assert (said["verdict"], said["because"]) == (verdict, because), said["detail"]
    counted = found.samples.every("probe_failures_total", target=name)
    reasons = {labels["reason"] for labels, value in counted if value}
    assert reasons == ({fault.reason} if fault.reason else set())


def test_the_healthy_one_beside_them(found: Found) -> None:
    """It was up and on time throughout."""
    assert found.disturbed == ""
    assert found.targets[HEALTHY]["verdict"] == Verdict.UP


@needs_world
def test_nobody_inside(found: Found) -> None:
    """No redirect of all these has led to a request."""
    assert found.told_inside == ()
