"""A stage on loopback: a SPOT, an IDM and a published page, and the real programs before it."""

import asyncio
import contextlib
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

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

    def behave(self) -> Conversation:
        """Answer 200, or 503 while down."""

        async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
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


@contextlib.asynccontextmanager
async def running(
    *command: str, said: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Start a program; yield it with what matched in the line that says it is ready."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    lines: list[str] = []
    draining: asyncio.Task[None] | None = None
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                line = (await process.stderr.readline()).decode()
                assert line, f"{command[0]} ended: {''.join(lines)}"
                lines.append(line)
                match = re.search(said, line)
                if match:
                    break
        draining = asyncio.create_task(_drain(process.stderr, lines))
        yield process, match[1]
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        if draining is not None:
            await draining


async def _drain(reader: asyncio.StreamReader, lines: list[str]) -> None:
    lines.extend([line.decode() async for line in reader])


@contextlib.asynccontextmanager
async def probing(*flags: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Run the real command, as a user would; yield it with its address."""
    program = str(Path(sys.executable).with_name("spot-probe"))
    said = r"listens on (https?://127\.0\.0\.1:\d+)"
    listen = "--web.listen-address=127.0.0.1:0"
    async with running(program, "run", listen, *flags, said=said) as (process, url):
        yield process, url


async def command(*arguments: str) -> tuple[int, str, str]:
    """Run one of the commands to its end; return its status and what it said."""
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("spot-probe")),
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


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
