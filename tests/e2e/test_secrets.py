"""Secrets in the configuration, the environment and files, and servers that repeat each of them.

The real commands run, and everything that they show, log and keep is searched.
"""

import asyncio
import base64
import contextlib
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from typer.testing import CliRunner

from probe.cli import app as main
from tests.e2e.stage import PATIENCE_SECONDS, get, page, until
from tests.servers import Served, message, serving

pytestmark = pytest.mark.anyio

#: Whatever is planted begins so; this is looked for, also in base64 and percent-encoded.
SIGN = "pl4nted/"
USER = "somebody"


def planted(name: str) -> str:
    """Return a secret of its own for a place."""
    return f"{SIGN}{name}-0123456789"


ENVIRONMENT = {
    "SPOT_PATH": planted("environment"),
    "SPOT_WORD": planted("word"),
    "BROKEN": f"{planted('broken')}\u00fc",
    "CONTACT": "mailto:oncall@example.org",
}
CONFIGURATION = """
contact: ${{CONTACT}}
targets:
  - name: spot
    url: {spot}${{SPOT_PATH}}?token={query}
    components: [spot, idm]
    interval: 1s
    timeout: 400ms
    attempts: 2
    expect: {{body_contains: ["${{SPOT_WORD}}"]}}
    http: {{headers: {{X-Api-Key: "{header}", Cookie: "session={cookie}"}}}}
  - name: idm
    url: {spot}idm
    components: [idm]
    interval: 1s
    timeout: 400ms
    attempts: 2
    http: {{method: POST, body: "password={body}",
      headers: {{Authorization: "Bearer ${{file:token}}"}}}}
  - name: proxied
    url: {spot}proxied
    components: [spot]
    interval: 1s
    timeout: 400ms
    attempts: 2
    http: {{proxy: "http://somebody:{proxy}@{proxy_host}"}}
feeds:
  - {{name: page, kind: page, url: "{spot}page?token={feed}", component: spot, refresh: 10m,
      username: somebody, password: "{basic}"}}
  - {{name: calendar, kind: ics, url: "{spot}ical/{calendar}/basic.ics", component: spot,
      refresh: 10m}}
  - {{name: list, kind: imap, url: "imap://{imap}/INBOX", component: spot, refresh: 10m,
      username: somebody, password: "{imap_password}", senders: [listserv@fcso.example]}}
heartbeat: {{url: "{spot}beat/{heartbeat}", every: 1m}}
notify:
  - {{name: ops, kind: webhook, url: "{spot}hook/{notify}"}}
connectivity: []
"""
NAMES = (
    *("query", "header", "cookie", "body", "proxy", "feed", "basic", "calendar", "imap_password"),
    *("heartbeat", "notify"),
)


@dataclass(slots=True)
class Echo:
    """A server that says back whatever it is told, in every way it can."""

    heads: list[str] = field(default_factory=list)

    async def http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Repeat the request: in status line, headers and body, and in where it redirects."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.heads.append(head)
        path = head.split(" ")[1]
        length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        body = (await reader.readexactly(int(length[1])) if length else b"").decode()
        said = f"{head}\n{body}".replace("\r\n", " | ")
        if path.startswith("/page"):
            basic = re.search(r"authorization: basic (\S+)", head, re.IGNORECASE)
            known = base64.b64decode(basic[1]).decode() if basic else ""
            answer = message(page(f"SPOT is down {known}: {said}"), "200 OK")
        elif "proxied" in path:
            answer = message(said.encode(), f"407 No {head.split('asic ')[-1].split()[0]}")
        elif len(self.heads) % 2:
            answer = message(said.encode(), "302 Found", Location=f"gopher://host/{quote(said)}")
        else:
            answer = message(said.encode(), f"503 {said}", X_Echo=said)
        writer.write(answer)
        await writer.drain()

    async def imap(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Refuse the login with the words of the client."""
        writer.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        while line := (await reader.readline()).decode().strip():
            tag, command = line.split(" ")[:2]
            refused = command == "LOGIN"
            words = f"{tag} NO [AUTHENTICATIONFAILED] {line}" if refused else f"{tag} OK done"
            told = "* CAPABILITY IMAP4rev1\r\n" if command == "CAPABILITY" else ""
            writer.write(f"{told}{words}\r\n".encode())
            await writer.drain()


@dataclass(slots=True, kw_only=True)
class Scene:
    """Where everything is: the files, and what was shown so far."""

    path: Path
    echo: Echo
    text: str
    shown: dict[str, str] = field(default_factory=dict)

    @property
    def flags(self) -> tuple[str, str]:
        """What every command is told."""
        return f"--config.file={self.path / 'probe.yml'}", f"--storage.path={self.path / 'data'}"

    def write(self, text: str) -> None:
        """Write the configuration whole."""
        new = self.path / "new.yml"
        new.write_text(text, encoding="utf-8")
        new.replace(self.path / "probe.yml")

    async def command(self, *arguments: str) -> int:
        """Run a command to its end and keep what it shows."""
        flags = self.flags[:1] if arguments[0] in {"check-config", "config"} else self.flags
        run = CliRunner(env=ENVIRONMENT).invoke
        done = await asyncio.to_thread(run, main, [*arguments, *flags])
        shown = "" if isinstance(done.exception, SystemExit | None) else str(done.exception)
        self.shown[" ".join(map(str, arguments))] = f"{done.output}{shown}"
        return done.exit_code

    def leaks(self) -> dict[str, list[str]]:
        """Return what was shown of the secrets, by where."""
        found = {where: leaked(text) for where, text in self.shown.items()}
        return {where: words for where, words in found.items() if words}


def leaked(text: str) -> list[str]:
    """Return the secrets that a text repeats, in whatever spelling."""
    plain = re.findall(r"pl4nted(?:/|%2F)[\w-]+", text, re.IGNORECASE)
    coded = [
        word for word in re.findall(r"[A-Za-z0-9+/]{16,}={0,2}", text) if SIGN in decoded(word)
    ]
    return plain + coded


def decoded(word: str) -> str:
    """Return what base64 stands for, wherever it begins; nothing for what is none."""
    with contextlib.suppress(ValueError):
        return base64.b64decode(word + "=" * (-len(word) % 4)).decode("latin-1")
    return ""


async def started(*arguments: str, cwd: Path) -> Process:
    """Start a command with the secrets in its environment."""
    program = str(Path(sys.executable).with_name("spot-probe"))
    environment = {**os.environ, **ENVIRONMENT}
    return await asyncio.create_subprocess_exec(
        program, *arguments, stdout=PIPE, stderr=PIPE, cwd=cwd, env=environment
    )


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """Serve what repeats everything, and write a configuration that is full of secrets."""
    echo = Echo()
    async with serving(echo.http) as spot, serving(echo.imap) as imap:
        (tmp_path / "token").write_text(planted("file"), encoding="utf-8")
        text = CONFIGURATION.format(
            spot=spot.url, proxy_host=host(spot), imap=host(imap),
            **{name: quote(planted(name), "" if name == "proxy" else "/") for name in NAMES},
        )  # fmt: skip
        scene = Scene(path=tmp_path, echo=echo, text=text)
        scene.write(text)
        yield scene


def host(served: Served) -> str:
    """Return a server's host and port."""
    return f"{served.host}:{served.port}"


#: How a file is broken: what is replaced by what. Each is tried at a start and at a reload.
BROKEN = {
    "a header": ('X-Api-Key: "', 'X-Api-Key: "\u00fc'),
    "a header's name": ('X-Api-Key: "', '"X-Api-Key: '),
    "a proxy": ('proxy: "http://', 'proxy: "'),
    "a section": ('http: {method: POST, body: "', 'http: "{method: POST, body: '),
    "a variable that is not set": ("?token=", "?token=${NOT_SET}"),
    "a variable that cannot be sent": ("senders: [", 'senders: ["${BROKEN}", '),
    "an interval": ("interval: 1s", "interval: ${SPOT_WORD}"),
    "a zone": ("\ncontact:", "\ntimezone: ${SPOT_WORD}\ncontact:"),
    "a name": ("- name: idm", "- name: ${SPOT_PATH}"),
    "a pattern": ("{body_contains:", '{body_matches: ["(?P<${SPOT_WORD}"], body_contains:'),
    "a user in an address": ('heartbeat: {url: "http://', 'heartbeat: {url: "http://me:pl4nted/user@'),
    "a brace": ("every: 1m}", "every: 1m"),
    "an alias": ("notify:", "notify: *pl4nted/alias\nx:"),
    "a tag": ("notify:", "notify: !pl4nted/tag a\nx:"),
}  # fmt: skip


async def test_no_secret_is_shown_logged_or_kept(scene: Scene) -> None:
    """On the page, in the API, the metrics, the log, the journal, by any command or reload."""
    process = await started(
        "run", "--web.listen-address=127.0.0.1:0", "--log.level=debug", *scene.flags, cwd=scene.path
    )
    assert process.stderr is not None
    log = Log(process.stderr)
    try:
        url = await log.address()
        await until(lambda: told(url, "list"), "each feed was asked")
        await until(lambda: ready(url), "each target was observed")
        for path in (
            *("/", "/metrics", "/api/v1/status", "/api/v1/windows", "/api/v1/incidents"),
            *("/api/v1/notices?all=true", "/maintenance.ics", "/-/ready", "/badge/spot.svg"),
        ):
            status, scene.shown[path] = await get(url + path)
            assert status == 200, path
        for how, (before, after) in BROKEN.items():
            scene.write(scene.text.replace(before, after, 1))
            assert scene.text != (scene.path / "probe.yml").read_text(encoding="utf-8"), how
            status, scene.shown[f"reload of {how}"] = await get(f"{url}/-/reload", method="POST")
            assert status == 500, how
            assert await scene.command("check-config") != 0
            scene.shown[f"check-config of {how}"] = scene.shown["check-config"]
        scene.write(scene.text)
        assert (await get(f"{url}/-/reload", method="POST"))[0] == 200
        assert await scene.command("check-config") == 0
        assert await scene.command("config") == 0
        assert await scene.command("once") == 1
        assert await scene.command("once", "--format=json") == 1
        for command in (["windows"], ["explain", "spot"], ["notices", "list", "--all"], ["report"]):
            await scene.command(*command)
        await scene.command("notices", "list", "--all", "--format=json")
        await scene.command("report", "--format=html")
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()
    scene.shown["log"] = await log.rest()
    for file in (scene.path / "data").iterdir():
        scene.shown[file.name] = file.read_bytes().decode("latin-1")
    sent = "\n".join(scene.echo.heads)
    assert planted("header") in sent, "the secrets are really used"
    assert planted("environment") in sent
    assert f"Bearer {planted('file')}" in sent
    for how in BROKEN:
        assert "probe.yml:" in scene.shown[f"check-config of {how}"], how
    assert "is not set" in scene.shown["reload of a variable that is not set"]
    assert scene.leaks() == {}


class Log:
    """What a process writes to standard error, line by line and to its end."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream
        self._lines: list[str] = []
        self._reading: asyncio.Task[bytes] | None = None

    async def address(self) -> str:
        """Return where the service listens."""
        while line := (await self._stream.readline()).decode():
            self._lines.append(line)
            if found := re.search(r"listens on (http://127\.0\.0\.1:\d+)", line):
                self._reading = asyncio.create_task(self._stream.read())
                return found[1]
        raise AssertionError(f"it ended: {''.join(self._lines)}")

    async def rest(self) -> str:
        """Return all of it."""
        assert self._reading is not None
        return "".join(self._lines) + (await self._reading).decode()


async def ready(url: str) -> bool:
    """Whether each target has been observed."""
    return (await get(f"{url}/-/ready"))[0] == 200


async def told(url: str, feed: str) -> bool:
    """Whether a feed is known to have failed."""
    return (
        f'probe_feed_failures_total{{feed="{feed}",reason="status"}} 0.0'
        not in (await get(f"{url}/metrics"))[1]
    )


async def test_an_external_url_with_a_password_is_refused(scene: Scene) -> None:
    """It would stand in every User-Agent; the message does not repeat it, either."""
    for user in (f"admin:{planted('url')}@", f"{planted('url')}@"):
        flag = f"--web.external-url=http://{user}probe.example/"
        run = await started("run", flag, *scene.flags, cwd=scene.path)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                _, said = await run.communicate()
        finally:
            with contextlib.suppress(ProcessLookupError):
                run.kill()
        assert run.returncode == 2
        assert "--web.external-url: write" in said.decode()
        assert leaked(said.decode()) == []
