"""Connections that are too many, too slow or too much, on real sockets."""

import asyncio
import contextlib
import errno
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from probe.types import Incident, Refused
from probe.web.events import Changes
from probe.web.limits import MOST_LISTENERS, Limits
from probe.web.server import Server, listen
from probe.web.toolkit import WebConfig
from probe.web.view import NOTHING_PAST, Past
from tests.servers import Authority
from tests.web.serving import Place, serving, until
from tests.web.stage import Stage

pytestmark = pytest.mark.anyio

FEW = Limits(connections=8)
HASTY = Limits(connections=8, request=0.2, write=0.2)
ASKED = b"GET /-/healthy HTTP/1.1\r\nHost: probe\r\n\r\n"


class Failing(socket.socket):
    """A listening socket whose first accepts find no descriptor."""

    def __init__(self, number: int, times: int) -> None:
        super().__init__(fileno=number)
        self._times = times

    def accept(self) -> tuple[socket.socket, Any]:
        """Accept, or fail as the system does."""
        if self._times:
            self._times -= 1
            raise OSError(errno.EMFILE, "Too many open files")
        return super().accept()


async def answer(reader: asyncio.StreamReader) -> bytes:
    """Read one answer with a length, and return its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    return await reader.readexactly(length)


async def ended(reader: asyncio.StreamReader) -> None:
    """Wait until the server has closed a connection, one way or the other."""
    with contextlib.suppress(ConnectionError):
        await reader.read()


# --- too many --------------------------------------------------------------------------------


async def test_however_many_are_idle_whoever_asks_is_answered() -> None:
    """Those that never asked make room, the oldest first."""
    async with serving(Stage().app(), limits=FEW) as place:
        opened = [await place.connect() for _ in range(60)]
        for _ in range(20):
            reader, writer = await place.connect(ASKED)
            assert b"healthy" in await answer(reader)
            writer.close()
        for reader, _ in opened[:52]:
            await ended(reader)
        assert set(place.refused) == {Refused.DISPLACED}
        for _, writer in opened:
            writer.close()


async def test_one_that_asked_before_stays_longer_than_those_that_never_did() -> None:
    """A scraper keeps its connection while strangers come and go."""
    async with serving(Stage().app(), limits=FEW) as place:
        reader, writer = await place.connect(ASKED)
        await answer(reader)
        strangers = [await place.connect() for _ in range(40)]
        await until(lambda: len(place.refused) == 33)
        writer.write(ASKED)
        assert b"healthy" in await answer(reader)
        for _, closing in [*strangers, (reader, writer)]:
            closing.close()


async def test_who_is_being_answered_makes_no_room() -> None:
    """Where all are, a new connection is refused at once."""
    stage = Stage(changes=Changes(most=100))
    async with serving(stage.app(), limits=Limits(connections=3)) as place:
        asking = b"GET /events HTTP/1.1\r\nHost: probe\r\n\r\n"
        listening = [await place.connect(asking) for _ in range(3)]
        for reader, _ in listening:
            await reader.readuntil(b"retry: 3000\n")
        late, writer = await place.connect()
        await ended(late)
        assert place.refused == [Refused.NO_ROOM]
        stage.changes.tell()
        for reader, _ in listening:
            await reader.readuntil(b"event: change\n")
        for _, closing in [*listening, (late, writer)]:
            closing.close()
        stage.changes.close()


async def test_without_a_descriptor_one_that_is_idle_gives_its_own() -> None:
    """Accepting fails, and then does not: nobody is shut out for good."""
    (listening,) = listen(["127.0.0.1:0"])
    refused: list[Refused] = []
    failing = Failing(listening.fileno(), times=2)
    listening.detach()
    server = Server(
        Stage().app(), [failing], WebConfig, limits=Limits(connections=50), refuse=refused.append
    )
    running = asyncio.create_task(server.serve())
    place = Place(server=server, port=failing.getsockname()[1], scheme="http")
    reader, writer = await place.connect(ASKED)
    async with asyncio.timeout(20):
        assert b"healthy" in await answer(reader)
    assert refused == [Refused.DESCRIPTORS] * 2
    writer.close()
    server.stop()
    await running


# --- too slow --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "rest"),
    [
        (b"", b""),
        (b"GET /-/healthy HTT", b""),
        (b"GET /-/healthy HTTP/1.1\r\nHost: probe\r\n", b"X-A: b\r\n"),
    ],
    ids=["nothing", "a part of a line", "one header after the other"],
)
async def test_a_request_that_is_not_whole_in_time_is_not_waited_for(
    first: bytes, rest: bytes
) -> None:
    """Neither for nothing at all, nor for a little at a time."""
    async with serving(Stage().app(), limits=HASTY) as place:
        reader, writer = await place.connect(first)
        ending = asyncio.create_task(ended(reader))
        while not ending.done():
            writer.write(rest)
            await asyncio.sleep(0.01)
        assert place.refused == [Refused.SLOW_REQUEST]
        writer.close()


async def test_one_who_has_asked_is_not_hurried() -> None:
    """An answer takes the time that it takes."""
    asked, held = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    async def slow(_: Scope, __: Receive, send: Send) -> None:
        loop.call_soon_threadsafe(asked.set)
        while not held.is_set():  # noqa: ASYNC110  (it is another thread's)
            await asyncio.sleep(0.01)
        await reply(send, b"late")

    async with serving(slow, limits=HASTY) as place:
        reader, writer = await place.connect(ASKED)
        stranger, silent = await place.connect()
        await asked.wait()
        await ended(stranger)  # whose deadline is the later one
        silent.close()
        held.set()
        assert await answer(reader) == b"late"
        writer.close()
        assert place.refused == [Refused.SLOW_REQUEST]


async def test_a_connection_that_asks_nothing_more_is_closed() -> None:
    """With a proper end, so that its client does not take it for a fault."""
    limits = Limits(connections=8, idle=0)
    async with serving(Stage().app(), limits=limits) as place:
        reader, writer = await place.connect(ASKED)
        assert b"healthy" in await answer(reader)
        assert await reader.read() == b""
        assert place.refused == []
        writer.close()


async def reply(send: Send, body: bytes) -> None:
    """Send a whole answer."""
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def whole(_: Scope, __: Receive, send: Send) -> None:
    """Answer with much, at once."""
    await reply(send, bytes(32 << 20))


async def streaming(_: Scope, _receive: Receive, send: Send) -> None:
    """Answer without an end."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for __ in range(10_000):
        await send({"type": "http.response.body", "body": bytes(1 << 16), "more_body": True})


@pytest.mark.parametrize("app", [whole, streaming])
async def test_one_who_does_not_read_is_cut_off(
    app: Callable[[Scope, Receive, Send], Awaitable[None]],
) -> None:
    """What was sent lies in memory for so long and no longer."""
    async with serving(app, limits=HASTY) as place:
        _, writer = await place.connect(ASKED)
        await until(lambda: place.refused)
        assert place.refused == [Refused.SLOW_READER]
        writer.close()


async def test_one_who_does_not_read_makes_room() -> None:
    """However many ask for much and read nothing."""
    async with serving(whole, limits=Limits(connections=4)) as place:
        greedy = [await place.connect(ASKED) for _ in range(12)]
        await until(lambda: len(place.refused) == 8)
        async with httpx.AsyncClient(base_url=place.url) as client:
            assert len((await client.get("/")).content) == 32 << 20
        assert set(place.refused) == {Refused.DISPLACED}
        for _, writer in greedy:
            writer.close()


# --- too much --------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [b"Content-Length: 10000000", b"Transfer-Encoding: chunked"])
async def test_a_body_is_not_read_without_bound(header: bytes) -> None:
    """Nothing that can be asked has a use for one."""
    async with serving(Stage().app(), limits=FEW) as place:
        head = b"POST /-/reload HTTP/1.1\r\nHost: probe\r\n" + header + b"\r\n\r\n"
        reader, writer = await place.connect(head)
        ending = asyncio.create_task(ended(reader))
        chunk = b"1000\r\n" + bytes(0x1000) + b"\r\n"
        with contextlib.suppress(ConnectionError):
            while not ending.done():
                writer.write(chunk)
                await writer.drain()
                await asyncio.sleep(0)
        await ending
        assert place.refused == [Refused.TOO_LARGE]
        writer.close()


async def test_headers_are_not_read_without_bound() -> None:
    """A request line or a header that does not end is answered with 400."""
    async with serving(Stage().app(), limits=FEW) as place:
        reader, writer = await place.connect(b"GET /" + b"x" * 17_000)
        assert (await reader.read()).startswith(b"HTTP/1.1 400 ")
        writer.close()


# --- TLS -------------------------------------------------------------------------------------


async def test_one_who_shakes_no_hands_counts_and_waits_no_longer_than_another(
    tmp_path: Path,
) -> None:
    """A handshake that is not begun, or never ends, makes room and has its deadline."""
    authority = Authority(tmp_path)
    web = WebConfig(tls=authority.server())
    trusted = ssl.create_default_context(cafile=authority.file)
    hello = b"\x16\x03\x01\x02\x00\x01\x00"
    async with (
        serving(Stage().app(), lambda: web, limits=Limits(connections=4)) as place,
        httpx.AsyncClient(base_url=place.url, verify=trusted) as client,
    ):
        silent = [await place.connect(hello if n % 2 else b"") for n in range(12)]
        assert (await client.get("/-/healthy")).status_code == 200
        for reader, _ in silent[:9]:
            await ended(reader)
        assert place.refused == [Refused.DISPLACED] * 9
        for _, writer in silent:
            writer.close()
    async with serving(Stage().app(), lambda: web, limits=HASTY) as place:
        for first in (b"", hello):
            reader, writer = await place.connect(first)
            await ended(reader)
            writer.close()
        assert place.refused == [Refused.SLOW_REQUEST] * 2


# --- beside the loop that probes -------------------------------------------------------------


async def test_what_is_served_holds_up_no_other_loop() -> None:
    """An answer that is computed for ever leaves this loop as it was."""
    entered, held = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    async def stuck(_: Scope, __: Receive, send: Send) -> None:
        loop.call_soon_threadsafe(entered.set)
        held.wait(30)
        await reply(send, b"at last")

    async with serving(stuck) as place:
        reader, writer = await place.connect(ASKED)
        await entered.wait()  # this loop runs, while the other stands
        assert not held.is_set()
        held.set()
        assert await answer(reader) == b"at last"
        writer.close()


async def test_what_ends_the_server_is_raised_where_it_is_awaited() -> None:
    """Whoever supervises it is told."""
    (listening,) = listen(["127.0.0.1:0"])
    listening.close()
    server = Server(Stage().app(), [listening], WebConfig, limits=FEW, refuse=lambda _: None)
    async with asyncio.timeout(10):
        with pytest.raises(ValueError, match="file descriptor"):
            await server.serve()


async def test_one_that_is_cancelled_or_stopped_is_gone() -> None:
    """With its sockets, whoever is connected, and before it began as well."""
    for end in ("cancel", "stop", "before"):
        (listening,) = listen(["127.0.0.1:0"])
        port = listening.getsockname()[1]
        server = Server(Stage().app(), [listening], WebConfig, limits=FEW, refuse=lambda _: None)
        if end == "before":
            server.stop()
        running = asyncio.create_task(server.serve())
        if end != "before":
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(ASKED)
            await answer(reader)
        if end == "cancel":
            running.cancel()
        server.stop()
        async with asyncio.timeout(10):
            await asyncio.wait([running])
        assert running.cancelled() is (end == "cancel")
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        if end != "before":
            await ended(reader)
            writer.close()


async def test_an_answer_that_is_cut_off_at_the_end_is_not_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It has a moment to end by itself."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def endless(_: Scope, __: Receive, ___: Send) -> None:
        loop.call_soon_threadsafe(asked.set)
        await asyncio.Event().wait()

    async with serving(endless) as place:
        reader, writer = await place.connect(ASKED)
        await asked.wait()
    await ended(reader)
    writer.close()
    assert caplog.records == []


async def test_those_who_wait_for_the_journal_leave_room_for_scrapes() -> None:
    """A disk that does not answer holds up a bounded number, and the others are told so."""
    held = asyncio.Event()

    class Waiting(Stage):
        """A stage whose journal does not answer."""

        async def past(self) -> Past:
            """Wait."""
            await held.wait()
            return NOTHING_PAST

        async def incidents(self, *_: object) -> tuple[Incident, ...]:
            """Wait."""
            await held.wait()
            return ()

    stage = Waiting()
    app = stage.app(beside=asyncio.get_running_loop())
    many = Limits(connections=400)
    async with (
        serving(app, limits=many) as place,
        httpx.AsyncClient(base_url=place.url, timeout=30, limits=httpx.Limits()) as client,
    ):
        for path, most in (("/", MOST_LISTENERS + 1), ("/api/v1/incidents", 34)):
            asking = [asyncio.create_task(client.get(path)) for _ in range(most + 20)]
            await until(lambda: stage.refused.count(Refused.BUSY) == 20)
            assert (await client.get("/metrics")).status_code == 200
            held.set()
            answers = await asyncio.gather(*asking)
            turned_away = [one for one in answers if one.status_code == 503]
            assert (len(answers), len(turned_away)) == (most + 20, 20)
            assert {one.headers["retry-after"] for one in turned_away} == {"2"}
            held.clear()
            stage.refused.clear()
    assert place.refused == []


# --- what is no request ------------------------------------------------------------------------


@pytest.mark.parametrize("size", [18_000, 60_000])
async def test_headers_over_the_bound_are_refused_however_they_arrive(size: int) -> None:
    """In one piece, too."""
    async with serving(Stage().app(), limits=FEW) as place:
        head = b"GET /-/healthy HTTP/1.1\r\nHost: probe\r\nX: " + b"x" * size + b"\r\n\r\n"
        reader, writer = await place.connect(head)
        assert (await reader.read(12)) in {b"HTTP/1.1 400", b""}
        writer.close()


@pytest.mark.parametrize("first", [b"", ASKED])
async def test_what_follows_an_answer_and_is_no_request_is_no_fault_of_ours(
    first: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """A body that breaks its framing behind the answer closes the connection, and nothing else."""
    async with serving(Stage().app(), limits=FEW) as place:
        head = b"POST /metrics HTTP/1.1\r\nHost: probe\r\nTransfer-Encoding: chunked\r\n\r\n"
        reader, writer = await place.connect(first + head)
        assert await reader.readuntil(b"HTTP/1.1 405")
        writer.write(b"zz\r\n")
        await ended(reader)
        writer.close()
    assert "Traceback" not in caplog.text
