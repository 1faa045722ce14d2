"""Server-sent events: bounded, quick to change, and gone when the program stops."""

import asyncio
import socket

import httpx
import pytest

from probe.web.events import Changes
from probe.web.server import server
from probe.web.toolkit import WebConfig
from tests.web.stage import Stage

pytestmark = pytest.mark.anyio


async def test_a_listener_hears_of_a_change() -> None:
    """One event for what happens at once, whatever has happened before."""
    changes = Changes()
    changes.tell()
    stream = changes.stream(breath=0)
    assert await anext(stream) == "retry: 3000\n\n"
    following = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    changes.tell()
    changes.tell()
    assert await following == "event: change\ndata: 3\n\n"


async def test_what_changes_while_nobody_reads_is_told_once() -> None:
    """A slow listener has nothing queued up for it."""
    changes = Changes()
    stream = changes.stream(heartbeat=0.001, breath=0)
    await anext(stream)
    assert await anext(stream) == ": still here\n\n"
    for _ in range(100):
        changes.tell()
    assert await anext(stream) == "event: change\ndata: 100\n\n"
    assert await anext(stream) == ": still here\n\n"


async def test_closing_lets_every_listener_go() -> None:
    """And nobody else may begin."""
    changes = Changes()
    stream = changes.stream()
    await anext(stream)
    following = asyncio.ensure_future(anext(stream, None))
    await asyncio.sleep(0)
    changes.close()
    assert await following is None
    assert changes.full


async def test_a_real_listener_counts_while_it_listens_and_holds_up_no_end() -> None:
    """Over a socket: too many are refused, one who leaves makes room, the end comes at once."""
    stage = Stage(changes=Changes(most=1))
    with socket.create_server(("127.0.0.1", 0)) as place:
        place.setblocking(False)  # noqa: FBT003  (the socket's own signature)
        running = server(stage.app(), WebConfig())
        serving = asyncio.create_task(running.serve(sockets=[place]))
        base = f"http://127.0.0.1:{place.getsockname()[1]}"
        async with asyncio.timeout(20), httpx.AsyncClient(base_url=base) as client:
            async with client.stream("GET", "/events") as listening:
                lines = listening.aiter_lines()
                assert listening.headers["content-type"].startswith("text/event-stream")
                assert await anext(lines) == "retry: 3000"
                refused = await client.get("/events")
                assert refused.status_code == 503
                assert refused.headers["retry-after"] == "30"
                stage.changes.tell()
                assert [await anext(lines) for _ in range(3)] == ["", "event: change", "data: 1"]
            while stage.changes.listeners:  # noqa: ASYNC110  (a count has no event)
                await asyncio.sleep(0)
            async with client.stream("GET", "/events") as listening:
                lines = listening.aiter_lines()
                await anext(lines)
                running.should_exit = True
                stage.changes.close()
                assert [line async for line in lines] == [""]
        async with asyncio.timeout(5):
            await serving
    assert stage.changes.listeners == 0


async def test_a_head_request_does_not_listen() -> None:
    """It gets the headers and goes."""
    stage = Stage()
    transport = httpx.ASGITransport(stage.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://probe.test") as client:
        answer = await client.head("/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert stage.changes.listeners == 0
