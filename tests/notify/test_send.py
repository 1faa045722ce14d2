"""How each receiver is told, on real sockets."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from probe.notify import Message, SendError, beat, senders
from probe.prober.names import Names
from probe.types import Heartbeat, Notify, NotifyKind
from tests.servers import Conversation, message, refusing, serving

pytestmark = pytest.mark.anyio

TOLD = Message(
    target="spot", headline="SPOT is <down>.", lines=("Call & tell.",), fields={"target": "spot"}
)


def taking(bodies: list[dict[str, Any]], status: str = "200 OK") -> Conversation:
    """Return a server that keeps what is posted to it."""

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length:")[1].split("\r\n")[0])
        bodies.append(json.loads(await reader.readexactly(length)))
        writer.write(message(b"ok", status))
        await writer.drain()
        writer.close()

    return conversation


def telling(kind: NotifyKind, url: str) -> Callable[[Message], Awaitable[None]]:
    """Return what sends to an address."""
    return senders(Notify(name="ops", kind=kind, url=url), "spot-probe/0", Names())


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (NotifyKind.WEBHOOK, lambda body: (body["title"], body["target"])),
        (NotifyKind.SLACK, lambda body: body["text"]),
        (NotifyKind.TEAMS, lambda body: body["attachments"][0]["content"]["body"][0]["text"]),
    ],
)
async def test_a_post_has_the_form_that_its_receiver_reads(
    kind: NotifyKind, says: Callable[[dict[str, Any]], Any]
) -> None:
    """A webhook has fields, a chat has text that nobody takes for markup."""
    bodies: list[dict[str, Any]] = []
    async with serving(taking(bodies)) as server:
        await telling(kind, server.url)(TOLD)
    (body,) = bodies
    expected = {
        NotifyKind.WEBHOOK: ("SPOT is <down>.", "spot"),
        NotifyKind.SLACK: "SPOT is &lt;down&gt;.\nCall &amp; tell.",
        NotifyKind.TEAMS: "SPOT is <down>.",
    }
    assert says(body) == expected[kind]


async def test_what_is_not_taken_is_told() -> None:
    """An error status, and nobody there."""
    async with serving(taking([], "500 Oh")) as server:
        with pytest.raises(SendError, match="status 500"):
            await telling(NotifyKind.WEBHOOK, server.url)(TOLD)
    with refusing() as url, pytest.raises(SendError, match="connect"):
        await telling(NotifyKind.WEBHOOK, url)(TOLD)


async def test_a_letter_never_goes_out_in_clear() -> None:
    """A mail server that offers no TLS is told nothing."""
    heard: list[str] = []

    async def server(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail\r\n")
        while line := (await reader.readline()).decode().strip():
            heard.append(line.split()[0])
            writer.write(b"221 bye\r\n" if line.startswith("QUIT") else b"250 mail\r\n")
        writer.close()

    async with serving(server) as mail:
        receiver = Notify(
            name="oncall",
            kind=NotifyKind.EMAIL,
            url=f"smtp+starttls://127.0.0.1:{mail.port}",
            sender="probe@a.example",
            recipients=("oncall@a.example",),
        )
        send = senders(receiver, "spot-probe/0", Names())
        with pytest.raises(SendError, match="STARTTLS"):
            await send(TOLD)
    assert "MAIL" not in heard  # nothing goes out in clear


async def test_a_heartbeat_is_heard_only_while_we_live(caplog: pytest.LogCaptureFixture) -> None:
    """A thousand turns: asked while we do our work, silent while we do not."""
    caplog.set_level("INFO", logger="probe.notify.heartbeat")
    turns, asked = 0, list[int]()

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.append(turns)
        writer.write(message(b"ok", "200 OK" if len(asked) != 2 else "500 Oh"))
        await writer.drain()
        writer.close()

    async def sleep(_: float) -> None:
        nonlocal turns
        turns += 1
        if turns == 1000:
            raise asyncio.CancelledError

    async with serving(conversation) as server:
        with pytest.raises(asyncio.CancelledError):
            await beat(
                Heartbeat(url=server.url, every=timedelta(seconds=1)),
                lambda: turns % 100 == 0,
                agent="spot-probe/0",
                resolve=Names(),
                sleep=sleep,
            )
    assert asked == list(range(0, 1000, 100))
    assert [record.getMessage() for record in caplog.records] == [
        "heartbeat: status 500",
        "heartbeat: it is heard again",
    ]
