"""Mailboxes that hold on to whoever asks them: each ends, and takes little memory."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from probe.feeds import Answer
from probe.feeds.imap import MOST_BYTES, mailbox
from probe.types import Feed, FeedFailure, FeedKind
from tests.samples import FEED, NOON

pytestmark = pytest.mark.anyio

Play = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
GREETING = b"* OK [CAPABILITY IMAP4rev1] ready\r\n"


@asynccontextmanager
async def playing(play: Play) -> AsyncIterator[Feed]:
    """Serve one way to behave; yield the mailbox as a feed."""
    server = await asyncio.start_server(play, "127.0.0.1", 0)
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


async def answering(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, replies: dict[str, bytes]
) -> None:
    """Greet and answer each command as it is told, or else that it is done."""
    writer.write(GREETING)
    while line := await reader.readline():
        tag, command, *_ = line.decode().split()
        writer.write(replies.get(command.upper(), b"") + f"{tag} OK done\r\n".encode())
        await writer.drain()
    writer.close()


async def ended(name: str) -> None:
    """Wait until no thread of a name is left."""
    async with asyncio.timeout(10):
        while any(thread.name == name for thread in threading.enumerate()):
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("drop", [b"* OK", b"x"])
async def test_one_that_dribbles_is_left_when_nobody_waits_any_longer(drop: bytes) -> None:
    """And its thread ends with it."""
    begun = asyncio.Event()

    async def dribble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(drop)
                await writer.drain()
                begun.set()
                await asyncio.sleep(0.01)
        except ConnectionError:
            writer.close()

    async with playing(dribble) as feed:
        asking = asyncio.create_task(mailbox(feed, {}, NOON))
        await begun.wait()
        assert any(thread.name == "mailbox hostile" for thread in threading.enumerate())
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await ended("mailbox hostile")


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
        try:
            while True:
                writer.write(b"* 1 EXISTS\r\n" * 1000)
                await writer.drain()
        except ConnectionError:
            writer.close()

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
