"""Mailboxes that hold on to whoever asks them: each ends, and takes little memory."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from probe.feeds.imap import MOST_BYTES, mailbox
from probe.types import Feed, FeedFailure, FeedKind
from tests.samples import FEED, NOON

if TYPE_CHECKING:
    from probe.feeds import Answer

pytestmark = pytest.mark.anyio

Play = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
GREETING = b"* OK [CAPABILITY IMAP4rev1] ready\r\n"


@asynccontextmanager
async def playing(play: Play) -> AsyncIterator[Feed]:
    """Serve one way to behave; yield the mailbox as a feed."""

    async def played(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await play(reader, writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        done.set()

    done = asyncio.Event()
    server = await asyncio.start_server(played, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield replace(
            FEED,
            name="hostile",
            kind=FeedKind.IMAP,
            url=f"imap://127.0.0.1:{port}/INBOX",
            username="probe",
            password="secret",
            senders=("a@b.example",),
            timeout=timedelta(seconds=5),
        )
        await done.wait()


async def answering(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, replies: dict[str, bytes]
) -> None:
    """Greet and answer each command as it is told, or else that it is done."""
    writer.write(GREETING)
    while line := await reader.readline():
        tag, command, *_ = line.decode().split()
        writer.write(replies.get(command.upper(), b"") + f"{tag} OK done\r\n".encode())
        await writer.drain()


def asking_threads() -> list[threading.Thread]:
    """Return the threads that ask the mailbox."""
    return [one for one in threading.enumerate() if one.name == "mailbox hostile"]


@pytest.mark.parametrize("drop", [b"* OK", b"x"])
async def test_one_that_dribbles_is_left_when_nobody_waits_any_longer(drop: bytes) -> None:
    """And its thread ends with it."""
    begun = asyncio.Event()

    async def dribble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(drop)
            await writer.drain()
            begun.set()
            await asyncio.sleep(0.01)

    async with playing(dribble) as feed:
        asking = asyncio.create_task(mailbox(feed, {}, NOON))
        await begun.wait()
        (thread,) = asking_threads()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await asyncio.to_thread(thread.join, 10)
        assert not thread.is_alive()


async def test_a_literal_larger_than_was_asked_for_is_not_read() -> None:
    """Seven hundred megabytes are not waited for."""
    flags = b"* FLAGS ()\r\n* 1 EXISTS\r\n* 0 RECENT\r\n"
    literal = b"* 1 FETCH (UID 1 BODY[]<0> {700000000}\r\n"
    replies = {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
        "EXAMINE": flags,
        "UID": b"* SEARCH 1\r\n" + literal,
    }

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(reader, writer, replies)

    async with playing(play) as feed:
        answer: Answer = await mailbox(feed, {}, NOON)
    assert answer.failure is FeedFailure.FETCH
    assert f"a literal of 700000000 bytes, over {MOST_BYTES}" in answer.detail


async def test_one_that_never_stops_sending_is_left() -> None:
    """Lines without end fill no memory."""

    async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        while True:
            writer.write(b"* 1 EXISTS\r\n" * 1000)
            await writer.drain()

    async with playing(flood) as feed:
        answer = await mailbox(feed, {}, NOON)
    assert answer.failure is FeedFailure.FETCH
    assert "bytes in all" in answer.detail


async def test_one_that_answers_nonsense_is_a_failure() -> None:
    """Whatever the library makes of it."""

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(reader, writer, {})

    async with playing(play) as feed:
        answer = await mailbox(feed, {}, NOON)
    assert answer.failure is FeedFailure.FETCH
