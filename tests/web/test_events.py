"""Server-sent events: bounded, quick to change, and gone when the program stops."""

import asyncio

import httpx
import pytest

from probe.types import Refused
from probe.web.events import Changes
from tests.web.serving import serving, until
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


async def test_it_may_be_told_from_another_thread() -> None:
    """What is observed and what is served have a thread each."""
    changes = Changes()
    stream = changes.stream(breath=0)
    await anext(stream)
    following = asyncio.ensure_future(anext(stream))
    await asyncio.to_thread(changes.tell)
    async with asyncio.timeout(20):
        assert await following == "event: change\ndata: 1\n\n"


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
    async with serving(stage.app()) as place, httpx.AsyncClient(base_url=place.url) as client:
        async with client.stream("GET", "/events") as listening:
            lines = listening.aiter_lines()
            assert listening.headers["content-type"].startswith("text/event-stream")
            assert await anext(lines) == "retry: 3000"
            refused = await client.get("/events")
            assert refused.status_code == 503
            assert refused.headers["retry-after"] == "30"
            stage.changes.tell()
            assert [await anext(lines) for _ in range(3)] == ["", "event: change", "data: 1"]
        await until(lambda: not stage.changes.listeners)
        async with client.stream("GET", "/events") as listening:
            lines = listening.aiter_lines()
            await anext(lines)
            stage.changes.close()
            place.server.stop()
            assert [line async for line in lines] == [""]
    assert stage.changes.listeners == 0
    assert stage.refused == [Refused.LISTENERS]


async def test_a_head_request_does_not_listen() -> None:
    """It gets the headers and goes."""
    stage = Stage()
    transport = httpx.ASGITransport(stage.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://probe.test") as client:
        answer = await client.head("/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert stage.changes.listeners == 0
