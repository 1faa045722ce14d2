"""What comes to the port: too much, too slowly, or nothing that is HTTP; probing goes on."""

import asyncio
import contextlib
import itertools
import os
import resource
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import bcrypt
import httpx
import pytest
from anyio.from_thread import BlockingPortal

from tests.e2e.stage import until
from tests.faults.watched import Watched, ids, raw, watching
from tests.servers import Authority

END = b"Host: probe\r\nConnection: close\r\n\r\n"
LONG = b"x" * (1 << 20)
#: How many clients there are where there are many: more than the connections that are let in.
MANY = 1060
FLOOD_SECONDS = 4


@pytest.fixture(scope="module")
def probe(portal: BlockingPortal, folder: Path) -> Iterator[Watched]:
    """Run one service for all rows."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    limits = {"limits": httpx.Limits(max_connections=None, max_keepalive_connections=0)}
    with portal.wrap_async_context_manager(watching(folder, client=limits)) as made:
        yield made


# --- requests --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Bytes that somebody sends, and the statuses with which they may be answered.

    None: the connection may be closed without a word.
    """

    name: str
    sent: bytes
    statuses: tuple[int | None, ...] = (400, None)


def line(first: str, more: bytes = b"") -> bytes:
    """Return a request with such a first line."""
    return first.encode("latin-1") + b" HTTP/1.1\r\n" + more + END


def header(more: bytes, path: str = "/-/healthy") -> bytes:
    """Return a good request with more headers."""
    return line(f"GET {path}", more)


REQUESTS = [
    Request(
        name="a TLS hello", sent=b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x11" * 512
    ),
    Request(name="noise", sent=bytes(range(256)) * 64),
    Request(name="nulls", sent=b"\0" * 4096 + b"\r\n\r\n"),
    Request(name="blank lines", sent=b"\r\n" * 40_000),
    Request(name="HTTP/0.9", sent=b"GET /\r\n\r\n"),
    Request(
        name="HTTP/2",
        sent=b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
        statuses=(400, 404),
    ),
    Request(
        name="HTTP/3.7",
        sent=b"GET / HTTP/3.7\r\nHost: probe\r\nConnection: close\r\n\r\n",
        statuses=(200, 400),
    ),
    Request(name="lower case", sent=b"get / http/1.1\r\nhost: probe\r\n\r\n"),
    Request(name="SSH", sent=b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    Request(name="SMTP", sent=b"EHLO evil.example\r\nMAIL FROM:<a@b>\r\n\r\n"),
    Request(name="no path", sent=b"GET  HTTP/1.1\r\n" + END),
    Request(name="no host", sent=b"GET /-/healthy HTTP/1.1\r\n\r\n"),
    Request(name="two hosts", sent=header(b"Host: other\r\n")),
    Request(
        name="a host with a blank",
        sent=b"GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n",
        statuses=(200, 400),
    ),
    Request(
        name="a host that is markup",
        sent=b"GET / HTTP/1.1\r\nHost: <script>\r\nConnection: close\r\n\r\n",
        statuses=(200, 400),
    ),
    Request(name="a header without a colon", sent=header(b"junk\r\n")),
    Request(name="a header without a name", sent=header(b": value\r\n")),
    Request(name="a header with a null", sent=header(b"X: a\0b\r\n")),
    Request(name="a header with a bare CR", sent=header(b"X: a\rY: b\r\n")),
    Request(name="a blank before a colon", sent=header(b"X : a\r\n")),
    Request(name="a folded header", sent=header(b"X: a\r\n b\r\n"), statuses=(200, 400)),
    Request(name="a header of 18 KiB", sent=header(b"X: " + b"x" * 18_000 + b"\r\n")),
    Request(name="a header of 1 MiB", sent=header(b"X: " + LONG + b"\r\n"), statuses=(400, None)),
    Request(name="ten thousand headers", sent=header(b"X: y\r\n" * 10_000)),
    Request(name="a path of 1 MiB", sent=line("GET /" + "x" * (1 << 20))),
    Request(name="a method of 1 MiB", sent=line("G" * (1 << 20) + " /")),
    Request(
        name="a cookie of 15 KiB",
        sent=header(b"Cookie: a=" + b"b" * 15_000 + b"\r\n"),
        statuses=(200,),
    ),
    Request(
        name="two lengths",
        sent=line("POST /-/reload", b"Content-Length: 1\r\nContent-Length: 2\r\n") + b"ab",
    ),
    Request(name="a length below zero", sent=line("POST /metrics", b"Content-Length: -1\r\n")),
    Request(
        name="a length beyond counting",
        sent=line("POST /metrics", b"Content-Length: " + b"9" * 99 + b"\r\n"),
        statuses=(400, 405, None),
    ),
    Request(
        name="a length beside chunks",
        sent=line("POST /metrics", b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n")
        + b"0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
        statuses=(400, 405),
    ),
    Request(
        name="a coding that is unknown",
        sent=line("POST /metrics", b"Transfer-Encoding: xchunked\r\n"),
        statuses=(400, 405, 501),
    ),
    Request(
        name="a chunk's size that is none",
        sent=line("POST /metrics", b"Transfer-Encoding: chunked\r\n") + b"zz\r\n",
        statuses=(400, 405, None),
    ),
    Request(
        name="a chunk's size without end",
        sent=line("POST /metrics", b"Transfer-Encoding: chunked\r\n") + b"1" * 100_000,
        statuses=(400, 405, None),
    ),
    Request(
        name="a body of 1 MiB",
        sent=line("POST /metrics", b"Content-Length: 1048576\r\n") + LONG,
        statuses=(400, 405, 413, None),
    ),
    Request(
        name="chunks of 1 MiB",
        sent=line("POST /metrics", b"Transfer-Encoding: chunked\r\n") + b"1\r\nx\r\n" * 200_000,
        statuses=(400, 405, 413, None),
    ),
    *(
        Request(name=f"{method} on what is read", sent=line(f"{method} /metrics"), statuses=(405,))
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "X-Y")
    ),
    Request(
        name="CONNECT",
        sent=b"CONNECT evil.example:443 HTTP/1.1\r\n" + END,
        statuses=(400, 404, 405),
    ),
    Request(name="GET of what changes", sent=line("GET /-/reload"), statuses=(405,)),
    Request(name="HEAD", sent=line("HEAD /metrics"), statuses=(200, 405)),
    Request(
        name="another's address", sent=line("GET http://evil.example/"), statuses=(200, 400, 404)
    ),
    *(
        Request(name=f"the path {path}", sent=line(f"GET {path}"), statuses=(400, 404))
        for path in (
            "/static/../../../../etc/passwd",
            "/static/%2e%2e/%2e%2e/etc/passwd",
            "/static/..%2f..%2fetc%2fpasswd",
            "/static//etc/passwd",
            "/static/page.css%00.js",
            "/%00",
            "/%ff%fe",
            "/badge/%3Cscript%3E.svg",
            "/badge/../metrics.svg",
            "/api/v1/../../metrics",
            "//metrics",
            "/metrics/",
            "/-/quit",
            "/.git/config",
            "/" + "a/" * 2000,
        )
    ),
    *(
        Request(name=f"the query {path}", sent=line(f"GET {path}"), statuses=(400,))
        for path in (
            "/api/v1/windows?days=1000000000",
            "/api/v1/windows?days=-1",
            "/api/v1/windows?days=nan",
            "/api/v1/windows?days=1&days=2",
            "/api/v1/windows?at=9999-12-31T23:59:59Z",
            "/api/v1/windows?at=0001-01-01T00:00:00%2B14:00",
            "/api/v1/windows?at=tonight",
            "/api/v1/windows?other=1",
            "/api/v1/incidents?limit=1e9",
            "/api/v1/incidents?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
            "/api/v1/notices?all=perhaps",
            "/api/v1/notices?limit=" + "9" * 5000,
            "/maintenance.ics?reminder=99999d",
            "/maintenance.ics?reminder=1m%0d%0aX:1",
            "/maintenance.ics?" + "&".join(["a=b"] * 2000),
        )
    ),
    Request(
        name="a hundred requests at once",
        sent=line("GET /metrics").replace(b"Connection: close\r\n", b"") * 100
        + line("GET /-/healthy"),
        statuses=(200,),
    ),
    Request(
        name="another protocol wanted",
        sent=header(b"Upgrade: h2c\r\nConnection: Upgrade\r\nHTTP2-Settings: AAA\r\n"),
        statuses=(200, 400),
    ),
    Request(
        name="a web socket wanted",
        sent=header(
            b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n",
            "/metrics",
        ),
        statuses=(200, 400, 403, 426),
    ),
    Request(
        name="an answer in advance",
        sent=line("POST /metrics", b"Content-Length: 5\r\nExpect: 100-continue\r\n"),
        statuses=(400, 405),
    ),
    Request(
        name="ranges",
        sent=header(b"Range: bytes=" + b"0-1," * 2000 + b"0-1\r\n", "/static/page.css"),
        statuses=(200, 206, 416),
    ),
    Request(
        name="ten thousand codings",
        sent=header(b"Accept-Encoding: " + b"gzip;q=0.1," * 1000 + b"\r\n", "/metrics"),
        statuses=(200,),
    ),
    Request(
        name="ten thousand types",
        sent=header(b"Accept: " + b"a/b;q=0.1," * 1000 + b"\r\n", "/metrics"),
        statuses=(200,),
    ),
    Request(
        name="ten thousand marks",
        sent=header(b"If-None-Match: " + b'"a",' * 2000 + b"\r\n", "/maintenance.ics"),
        statuses=(200,),
    ),
    Request(
        name="a time that is none",
        sent=header(b"If-Modified-Since: Fri, 99 Nov 99999\r\n", "/maintenance.ics"),
        statuses=(200,),
    ),
    Request(
        name="a user without a password",
        sent=header(b"Authorization: Basic ####\r\n"),
        statuses=(200,),
    ),
    Request(
        name="where it came from",
        sent=header(
            b'X-Forwarded-For: <script>, 127.0.0.1\r\nForwarded: for="_x"\r\nX-Forwarded-Prefix: //evil\r\n',
            "/",
        ),
        statuses=(200,),
    ),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=ids(REQUESTS))
def test_a_request(request_: Request, portal: BlockingPortal, probe: Watched) -> None:
    """It is refused or answered, and never a fault of ours; nothing of it is said back as markup."""
    answer = portal.call(raw, probe.place, request_.sent)
    status = int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None
    assert status in request_.statuses, answer[:300]
    assert b"<script>" not in answer.partition(b"\r\n\r\n")[2]
    assert b"root:" not in answer
    portal.call(probe.undisturbed)


# --- other sites -----------------------------------------------------------------------------

SITES = (None, "same-origin", "none", "same-site", "cross-site", "", "junk")
ORIGINS = (
    None,
    "own",
    "null",
    "https://evil.example",
    "http://127.0.0.1:1",
    "",
    "own.evil.example",
)
HOSTS = ("own", "evil.example")


def may(site: str | None, origin: str | None, host: str) -> bool:
    """Whether a reload was meant by who sends it: a program, or a page of ours at our address."""
    if site is None and origin is None:
        return True
    return site in {None, "same-origin", "none"} and origin in {None, "own"} and host == "own"


@pytest.mark.parametrize(
    ("site", "origin", "host"),
    list(itertools.product(SITES, ORIGINS, HOSTS)),
    ids=lambda given: repr(given),
)
def test_a_reload_from_another_site(
    site: str | None, origin: str | None, host: str, portal: BlockingPortal, probe: Watched
) -> None:
    """403 unless it is same-origin, or comes from no browser."""
    own = f"{probe.place[0]}:{probe.place[1]}"
    headers = {"Host": own if host == "own" else host}
    if site is not None:
        headers["Sec-Fetch-Site"] = site
    if origin is not None:
        headers["Origin"] = origin.replace("own", f"http://{own}")

    async def ask() -> int:
        answer = await probe.client.post(f"{probe.url}/-/reload", headers=headers)
        return answer.status_code

    assert portal.call(ask) == (200 if may(site, origin, host) else 403)
    portal.call(probe.undisturbed)


# --- crowds ----------------------------------------------------------------------------------


@asynccontextmanager
async def held(probe: Watched, number: int, first: bytes = b"") -> AsyncIterator[None]:
    """Hold so many connections on which such bytes were sent and nothing is read."""
    writers = []
    try:
        for _ in range(number):
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(*probe.place, limit=1024)
                writers.append(writer)
                cast("asyncio.Transport", writer.transport).pause_reading()
                writer.write(first)
        yield
    finally:
        for writer in writers:
            writer.transport.abort()


CROWDS = {
    "idle": b"",
    "half a line": b"GET /met",
    "half a header": b"GET /metrics HTTP/1.1\r\nHost: ",
    "half a body": line("POST /-/reload", b"Content-Length: 9\r\n") + b"a",
    "that read nothing": line("GET /metrics").replace(b"Connection: close\r\n", b"") * 20,
    "that listen": line("GET /events"),
    "that read no page": line("GET /").replace(b"Connection: close\r\n", b"") * 20,
}


@pytest.mark.parametrize("what", CROWDS)
def test_a_thousand_connections(what: str, portal: BlockingPortal, probe: Watched) -> None:
    """Probing goes on, and whoever scrapes is answered."""

    async def crowd() -> None:
        async with held(probe, MANY, CROWDS[what]):
            await probe.goes_on()

    portal.call(crowd)
    portal.call(probe.undisturbed)


async def flood(probe: Watched, path: str, clients: int, method: str = "GET") -> None:
    """Let so many clients ask as fast as they can for some seconds, while probing goes on."""

    async def one() -> None:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                await probe.client.request(method, f"{probe.url}{path}")

    tasks = [asyncio.create_task(one()) for _ in range(clients)]
    try:
        await asyncio.sleep(FLOOD_SECONDS)  # how long it lasts
        await until(lambda: answered(probe), "a scrape")
        await probe.goes_on()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def answered(probe: Watched) -> bool:
    """Whether a scrape is answered."""
    return (await probe.get("/metrics")).status_code == 200


FLOODS = [
    ("/metrics", 60, "GET"),
    ("/", 40, "GET"),
    ("/maintenance.ics", 40, "GET"),
    ("/api/v1/status", 40, "GET"),
    ("/api/v1/incidents", 40, "GET"),
    ("/badge/healthy.svg", 40, "GET"),
    ("/nowhere", 60, "GET"),
    ("/-/reload", 30, "POST"),
]


@pytest.mark.parametrize(("path", "clients", "method"), FLOODS, ids=[row[0] for row in FLOODS])
def test_a_flood(
    path: str, clients: int, method: str, portal: BlockingPortal, probe: Watched
) -> None:
    """Whatever is asked for again and again holds up no probe."""
    portal.call(flood, probe, path, clients, method)


def test_connections_that_come_and_go(portal: BlockingPortal, probe: Watched) -> None:
    """Two thousand, each closed or reset at once, leave nothing behind."""

    async def churn() -> None:
        descriptors = f"/proc/{probe.process.pid}/fd"
        before = len(os.listdir(descriptors))  # noqa: PTH208
        for number in range(2000):
            _, writer = await asyncio.open_connection(*probe.place)
            writer.transport.abort() if number % 2 else writer.close()
        await probe.goes_on(1)

        async def settled() -> bool:
            return len(os.listdir(descriptors)) <= before + 5  # noqa: PTH208

        await until(settled, "the descriptors of before")

    portal.call(churn)


# --- passwords and TLS -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded(portal: BlockingPortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Run a service with TLS and users."""
    folder = tmp_path_factory.mktemp("guarded")
    authority = Authority(folder)
    authority.issue("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    hashed = bcrypt.hashpw(b"secret", bcrypt.gensalt(8)).decode()
    web = folder / "web.yml"
    web.write_text(
        "tls_server_config: {cert_file: server.pem, key_file: server.pem}\n"
        f"basic_auth_users: {{ann: {hashed}}}\n",
        encoding="utf-8",
    )
    client = {
        "auth": ("ann", "secret"),
        "verify": ssl.create_default_context(cafile=authority.file),
        "limits": httpx.Limits(max_connections=None, max_keepalive_connections=0),
    }
    made = watching(folder, None, f"--web.config.file={web}", client=client)
    with portal.wrap_async_context_manager(made) as probe:
        yield probe


WRONG = {
    "a wrong password": ("ann", "x"),
    "an unknown user": ("eve", "secret"),
    "no user": ("", "secret"),
    "a password of 1 KiB": ("ann", "x" * 1024),
    "a password with a null": ("ann", "secret\0"),
    "a password behind the right one": ("ann", "secretx"),
    "another case": ("ANN", "secret"),
    "not ASCII": ("änn", "sécret"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_login(what: str, portal: BlockingPortal, guarded: Watched) -> None:
    """Nobody but the right one is let in, anywhere but where no password is asked for."""

    async def ask(path: str, method: str = "GET") -> int:
        answer = await guarded.client.request(method, guarded.url + path, auth=WRONG[what])
        return answer.status_code

    for path in ("/", "/metrics", "/events", "/api/v1/status", "/maintenance.ics", "/nowhere"):
        assert portal.call(ask, path) == 401
    assert portal.call(ask, "/-/reload", "POST") == 401
    assert portal.call(ask, "/-/healthy") == 200
    portal.call(guarded.undisturbed)


HEADERS = {
    "no scheme": "YW5uOnNlY3JldA==",
    "another scheme": "Bearer YW5uOnNlY3JldA==",
    "no base64": "Basic ####",
    "no colon": "Basic YW5u",
    "nothing": "Basic",
    "too much": "Basic " + "A" * 15_000,
    "no text": "Basic /////w==",
}


@pytest.mark.parametrize("what", HEADERS)
def test_an_authorization_that_is_none(what: str, portal: BlockingPortal, guarded: Watched) -> None:
    """It is a wrong password."""

    async def ask() -> int:
        request = guarded.client.build_request("GET", f"{guarded.url}/metrics")
        request.headers["Authorization"] = HEADERS[what]
        return (await guarded.client.send(request, auth=None)).status_code

    assert portal.call(ask) == 401
    portal.call(guarded.undisturbed)


@pytest.mark.parametrize("user", ["ann", "eve"])
def test_sixty_that_guess(user: str, portal: BlockingPortal, guarded: Watched) -> None:
    """The right one is let in all the same, and probing goes on."""

    async def guess(number: int) -> None:
        for one in itertools.count():
            with contextlib.suppress(httpx.HTTPError):
                await guarded.client.get(f"{guarded.url}/metrics", auth=(user, f"{number} {one}"))

    async def guessing() -> None:
        await guarded.get("/metrics")
        tasks = [asyncio.create_task(guess(number)) for number in range(60)]
        try:
            await asyncio.sleep(FLOOD_SECONDS)  # how long it lasts
            await until(lambda: answered(guarded), "the right password")
            await guarded.goes_on(1)
            assert (await guarded.reload()).status_code == 200
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    portal.call(guessing)


SHAKEN = {
    "nothing": b"",
    "plain HTTP": line("GET /metrics"),
    "noise": bytes(range(256)) * 64,
    "half a hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x11" * 99,
    "a hello of nonsense": b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00",
    "an alert": b"\x15\x03\x03\x00\x02\x02\x28",
    "SSL 2": b"\x80\x2e\x01\x00\x02" + b"\0" * 41,
}


@pytest.mark.parametrize("what", SHAKEN)
def test_three_hundred_handshakes(what: str, portal: BlockingPortal, guarded: Watched) -> None:
    """Those that never come to an end keep nobody out."""

    async def shake() -> None:
        async with held(guarded, 300, SHAKEN[what]):
            await guarded.goes_on(1)

    portal.call(shake)
