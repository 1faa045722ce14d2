"""A stage on loopback: a SPOT, an IDM and a published page, and the real programs before it."""

import asyncio
import contextlib
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.forked import Program, forked, said
from tests.servers import Authority, Conversation, Served, message, serving

HEADINGS = """Last Modified: {today}

SPOT system status and scheduled maintenance

Current system status

SPOT is available.

Regular maintenance schedule

Routine maintenance is announced below.

Additional upcoming SPOT maintenance schedule

{notice}

Identity Management (IDM) System

Stay informed
"""
PATIENCE_SECONDS = 60

Start = Callable[..., Awaitable[Process | Program]]


def page(notice: str) -> bytes:
    """Return a published page that has one notice."""
    today = datetime.now(UTC).strftime("%-m/%-d/%Y")
    return HEADINGS.format(today=today, notice=notice).encode()


def announcing(starts_at: datetime, ends_at: datetime) -> str:
    """Return the words that announce an outage of SPOT."""
    start, end = (at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in (starts_at, ends_at))
    return f"SPOT will be unavailable for maintenance: start {start}, end {end}."


@dataclass(slots=True)
class Endpoint:
    """A server that can be taken down and brought back."""

    body: bytes = b"sign in"
    up: bool = True
    takes_seconds: float = 0.0
    asked: int = 0

    def behave(self) -> Conversation:
        """Answer 200, or 503 while down."""

        async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            self.asked += 1
            await asyncio.sleep(self.takes_seconds)
            status = "200 OK" if self.up else "503 Service Unavailable"
            writer.write(message(self.body if self.up else b"away", status))
            await writer.drain()
            writer.close()
            await writer.wait_closed()

        return conversation


@dataclass(slots=True, kw_only=True)
class Stage:
    """Where everything is."""

    path: Path
    spot: Endpoint = field(default_factory=Endpoint)
    idm: Endpoint = field(default_factory=Endpoint)
    page: Endpoint = field(default_factory=Endpoint)
    urls: dict[str, str] = field(default_factory=dict)
    ca_file: str = ""

    @property
    def storage(self) -> str:
        """Where the journal is."""
        return str(self.path / "data")

    @property
    def config(self) -> Path:
        """Where the configuration is."""
        return self.path / "probe.yml"

    @property
    def flags(self) -> tuple[str, str]:
        """What every command is told."""
        return f"--config.file={self.config}", f"--storage.path={self.storage}"

    def configure(self) -> None:
        """Write the configuration."""
        self.config.write_text(
            f"""
targets:
  - {{name: spot, url: "{self.urls["spot"]}", components: [spot, idm], interval: 1s,
      timeout: 400ms, attempts: 2, tls: {{ca_file: "{self.ca_file}"}}}}
  - {{name: idm, url: "{self.urls["idm"]}", components: [idm], interval: 1s,
      timeout: 400ms, attempts: 2, tls: {{ca_file: "{self.ca_file}"}}}}
feeds:
  - {{name: page, kind: page, url: "{self.urls["page"]}", component: spot, refresh: 1s,
      tls: {{ca_file: "{self.ca_file}"}}}}
connectivity: []
""",
            encoding="utf-8",
        )


@contextlib.asynccontextmanager
async def staged(path: Path) -> AsyncIterator[Stage]:
    """Serve a SPOT, an IDM and a page, all with TLS."""
    authority = Authority(path)
    stage = Stage(path=path, ca_file=authority.file)
    async with contextlib.AsyncExitStack() as stack:
        for name in ("spot", "idm", "page"):
            endpoint: Endpoint = getattr(stage, name)
            tls = authority.server()
            served: Served = await stack.enter_async_context(serving(endpoint.behave(), tls=tls))
            stage.urls[name] = served.url
        stage.configure()
        yield stage


async def executed(*command: str) -> Process:
    """Start a program."""
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def installed(*arguments: str) -> Process:
    """Start one of the commands by the script that a user has."""
    return await executed(str(Path(sys.executable).with_name("spot-probe")), *arguments)


@contextlib.asynccontextmanager
async def running(process: Process | Program, listens: str) -> AsyncIterator[str]:
    """Yield what matched in the line by which a program says it is ready; end it afterwards."""
    assert process.stdout is not None
    assert process.stderr is not None
    lines: list[str] = []
    draining: asyncio.Future[tuple[bytes, bytes]] | None = None
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                line = (await process.stderr.readline()).decode()
                assert line, f"it ended: {''.join(lines)}"
                lines.append(line)
                match = re.search(listens, line)
                if match:
                    break
        draining = asyncio.gather(process.stdout.read(), process.stderr.read())
        yield match[1]
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        if draining is not None:
            await draining


@contextlib.asynccontextmanager
async def probing(
    *flags: str, start: Start = forked
) -> AsyncIterator[tuple[Process | Program, str]]:
    """Run the service; yield it with its address."""
    process = await start("run", "--web.listen-address=127.0.0.1:0", *flags)
    listens = r"listens on (https?://127\.0\.0\.1:\d+)"
    async with running(process, listens) as url:
        yield process, url


async def command(*arguments: str, start: Start = forked) -> tuple[int, str, str]:
    """Run one of the commands to its end; return its status and what it said."""
    return await said(await start(*arguments))


async def get(url: str, *, method: str = "GET") -> tuple[int, str]:
    """Ask for an address; return status and text, 0 and nothing where nobody answers."""

    def ask() -> tuple[int, str]:
        request = urllib.request.Request(url, method=method)  # noqa: S310  (our own server)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    return await asyncio.to_thread(ask)


async def samples(prometheus: str, query: str) -> list[tuple[dict[str, str], float]]:
    """Return what a query of Prometheus gives now."""
    quoted = urllib.parse.quote(query)
    status, text = await get(f"{prometheus}/api/v1/query?query={quoted}")
    if status != 200:
        return []
    result: list[dict[str, Any]] = json.loads(text)["data"]["result"]
    return [(one["metric"], float(one["value"][1])) for one in result]


async def until(
    holds: Callable[[], Any], what: str, patience: timedelta = timedelta(seconds=PATIENCE_SECONDS)
) -> Any:
    """Ask again and again until a condition holds; return what it gave."""
    give_up = asyncio.get_running_loop().time() + patience.total_seconds()
    while True:
        given = await holds()
        if given:
            return given
        assert asyncio.get_running_loop().time() < give_up, f"waited in vain for: {what}"
        await asyncio.sleep(0.1)
