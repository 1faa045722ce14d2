"""The real command under attack, with a healthy target beside whatever is tried."""

import asyncio
import contextlib
import json
import re
import shlex
import ssl
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.stage import until
from tests.faults.healthy import healthy

HEALTHY = "healthy"
#: The healthy target is probed once each two seconds; a failure of it is never confirmed away.
BESIDE = {"components": ["beside"], "interval": "2s", "timeout": "1s", "attempts": 1}
PROGRAM = str(Path(sys.executable).with_name("spot-probe"))

#: One sample of the text format, and one label of it; quicker than the library's own reader, so
#: that looking on disturbs nothing.
SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')

Sample = tuple[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Samples:
    """One scrape."""

    values: Mapping[Sample, float]

    def one(self, name: str, **labels: str) -> float:
        """Return one sample; 0 where there is none."""
        return self.values.get((name, frozenset(labels.items())), 0.0)

    def every(self, name: str, **labels: str) -> Iterable[tuple[Mapping[str, str], float]]:
        """Yield the samples of a name that have these labels, among others."""
        for (found, having), value in self.values.items():
            if found == name and labels.items() <= having:
                yield dict(having), value


@dataclass(slots=True, kw_only=True)
class Watched:
    """The running command: where it listens, what it logs, and what it says of the healthy one."""

    process: Process
    folder: Path
    client: httpx.AsyncClient
    url: str
    told: int = 0
    """How much of its log has been looked at."""

    @property
    def config(self) -> Path:
        """Where its configuration is."""
        return self.folder / "probe.yml"

    @property
    def journal(self) -> Path:
        """Where its journal is."""
        return self.folder / "data" / "journal.db"

    @property
    def log(self) -> str:
        """What it has logged so far."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    @property
    def place(self) -> tuple[str, int]:
        """Host and port."""
        host, _, port = self.url.partition("://")[2].partition(":")
        return host, int(port)

    async def get(self, path: str, **given: Any) -> httpx.Response:
        """Ask for a path."""
        return await self.client.get(f"{self.url}{path}", **given)

    async def reload(self) -> httpx.Response:
        """Ask for a reload, as a program does."""
        return await self.client.post(f"{self.url}/-/reload")

    async def samples(self) -> Samples:
        """Scrape it."""
        text = (await self.get("/metrics")).raise_for_status().text
        return Samples(
            {
                (name, frozenset(LABEL.findall(labels))): float(value)
                for name, labels, value in SAMPLE.findall(text)
            }
        )

    async def targets(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what `/api/v1/status` says of each target."""
        said = json.loads((await self.get("/api/v1/status")).raise_for_status().text)
        return {one["target"]: one for one in said["targets"]}

    async def undisturbed(self) -> Samples:
        """Check that it lives, and that the healthy target is, and always was, up and on time.

        A machine that is busy with other things starves everybody now and then; that is said, and
        once in ten observations it may be.
        """
        assert self.process.returncode is None, self.log[-3000:]
        found = await self.samples()
        failures = found.every("probe_failures_total", target=HEALTHY)
        assert {labels["reason"]: value for labels, value in failures if value} == {}
        causes = found.every("probe_inconclusive_total", target=HEALTHY)
        observed = found.one("probe_observations_total", target=HEALTHY)
        assert sum(value for _, value in causes) <= max(1, observed / 10)
        assert found.one("probe_ticks_skipped_total", target=HEALTHY) == 0
        restarts = found.every("probe_task_restarts_total")
        assert {labels["task"]: value for labels, value in restarts if value} == {}
        new, self.told = self.log[self.told :], len(self.log)
        assert "Traceback" not in new
        return found

    async def observed(self, target: str = HEALTHY) -> float:
        """Return how many observations of a target there are."""
        return (await self.samples()).one("probe_observations_total", target=target)

    async def goes_on(self, rounds: int = 2) -> None:
        """Wait until the healthy target was observed so often again, and check it."""
        begun = await self.observed()

        async def enough() -> bool:
            return await self.observed() >= begun + rounds

        await until(enough, "more observations")
        await self.undisturbed()

    async def failures(self, **labels: str) -> float:
        """Return how many failures were counted, of every target or of some."""
        counted = (await self.samples()).every("probe_failures_total", **labels)
        return sum(value for _, value in counted)

    async def command(self, *arguments: str) -> tuple[int, str]:
        """Run another command on the same configuration and journal; its status and words."""
        process = await asyncio.create_subprocess_exec(
            *(PROGRAM, *arguments, *flags(self.folder)),
            stdin=DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, said.decode(errors="replace")


def flags(folder: Path) -> tuple[str, str]:
    """Return what every command is told."""
    return f"--config.file={folder / 'probe.yml'}", f"--storage.path={folder / 'data'}"


def written(healthy: str, configuration: Mapping[str, Any]) -> str:
    """Return a configuration with the healthy target before all others, as YAML."""
    first = {"name": HEALTHY, "url": healthy, **BESIDE}
    whole = {"feeds": [], "connectivity": [], **configuration}
    whole["targets"] = [first, *whole.get("targets", [])]
    named = {name for target in whole["targets"] for name in target["components"]}
    whole["components"] = {name: {"words": [name]} for name in named} | whole.get("components", {})
    return json.dumps(whole, indent=1) + "\n"


@asynccontextmanager
async def watching(  # noqa: PLR0913 - the ways in which a start differs
    folder: Path,
    configuration: Mapping[str, Any] | None = None,
    *more: str,
    shell: str = "",
    environment: Mapping[str, str] | None = None,
    client: Mapping[str, Any] | None = None,
    ready: bool = True,
    before: Callable[[Path], object] | None = None,
) -> AsyncIterator[Watched]:
    """Run the service beside a healthy target; `shell` is done in its process before it begins.

    `before` may change what is in its folder.
    """
    folder.mkdir(exist_ok=True)
    async with healthy() as up:
        asking = httpx.AsyncClient(timeout=60, **(client or {}))
        (folder / "probe.yml").write_text(written(up, configuration or {}), encoding="utf-8")
        if before is not None:
            before(folder)
        process = await begun(folder, *more, shell=shell, environment=environment)
        try:
            url = await listens(process, folder)
            made = Watched(process=process, folder=folder, client=asking, url=url)
            if ready:
                await until(made.observed, "the first observation")
            yield made
        finally:
            await asking.aclose()
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), 20)
            except TimeoutError:
                process.kill()
                raise AssertionError("SIGTERM was not obeyed in 20 s") from None


async def begun(
    folder: Path,
    *more: str,
    shell: str = "",
    environment: Mapping[str, str] | None = None,
) -> Process:
    """Start the command; its log goes to a file."""
    command = [PROGRAM, "run", "--web.listen-address=127.0.0.1:0", *flags(folder), *more]
    environ = dict(environment or {})
    assignments = " ".join(f"{name}={shlex.quote(value)}" for name, value in environ.items())
    line = f"{shell or ':'}; exec env {assignments} {shlex.join(command)}"
    with (folder / "log").open("wb") as log:
        return await asyncio.create_subprocess_exec(
            *("sh", "-c", line), stdin=DEVNULL, stdout=log, stderr=log, cwd=folder
        )


async def listens(process: Process, folder: Path) -> str:
    """Wait until it listens; return where."""

    async def found() -> str | None:
        text = (folder / "log").read_text(encoding="utf-8", errors="replace")
        match = re.search(r"listens on (https?://127\.0\.0\.1:\d+)", text)
        assert match or process.returncode is None, text
        return match[1] if match else None

    where: str = await until(found, "its address")
    return where


async def raw(
    place: tuple[str, int],
    *sent: bytes,
    tls: ssl.SSLContext | None = None,
    seconds: float = 15,
) -> bytes:
    """Send bytes as they are and return what comes back until the end, or for so long."""
    reader, writer = await asyncio.open_connection(*place, ssl=tls)
    answer = b""
    try:
        async with asyncio.timeout(seconds):
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                for one in sent:
                    writer.write(one)
                    await writer.drain()
                while received := await reader.read(1 << 16):
                    answer += received
    except TimeoutError:
        pass
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    return answer


def ids(rows: Sequence[Any]) -> list[str]:
    """Return the names of rows."""
    return [row.name for row in rows]
