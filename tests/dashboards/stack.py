"""The programs of docker-compose.yml from Debian, with its flags and its files, on free ports."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.dashboards.promtool import DASHBOARDS

ROOT = DASHBOARDS.parent


def compose() -> dict[str, Any]:
    """Return docker-compose.yml."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return read


def free_address() -> str:
    """Return a loopback address that nobody listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{bound.getsockname()[1]}"


def command(service: str, places: Mapping[str, Path | str]) -> list[str]:
    """Return a service's flags with the container's places replaced by ours, the longest first."""
    flags: list[str] = []
    for given in compose()["services"][service]["command"]:
        flag = str(given)
        for place in sorted(places, key=len, reverse=True):
            if flag.partition("=")[2].startswith(place):
                flag = flag.replace(place, str(places[place]), 1)
                break
        flags.append(flag)
    return flags


@contextlib.contextmanager
def running(
    arguments: Sequence[str], log: Path, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until the block ends; its output goes into a file."""
    with log.open("wb") as output:
        program = subprocess.Popen(
            arguments, stdout=output, stderr=output, env=os.environ | environment
        )
        try:
            yield program
        finally:
            program.terminate()
            program.wait(30)


@contextlib.contextmanager
def prometheus(
    folder: Path, probes: Sequence[str], alertmanager: str, edits: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Run Prometheus over some probes; yields its URL. `edits` are texts of the files, replaced."""
    address = free_address()
    files = folder / "etc-prometheus"
    shutil.copytree(DASHBOARDS / "prometheus", files)
    for file in [files / "prometheus.yml", *files.glob("rules/*.yml")]:
        text = file.read_text()
        text = text.replace("[probe:7768]", json.dumps(list(probes)))
        text = text.replace("alertmanager:9093", alertmanager).replace("localhost:9090", address)
        for old, new in (edits or {}).items():
            text = text.replace(old, new)
        file.write_text(text)
    runbook = folder / "etc-runbook"
    runbook.mkdir()
    shutil.copy(DASHBOARDS / "RUNBOOK.html", runbook)
    places = {
        "/etc/prometheus": files,
        "/etc/runbook": runbook,
        "/prometheus": folder / "prometheus-data",
    }
    flags = [*command("prometheus", places), f"--web.listen-address={address}"]
    with running(["prometheus", *flags], folder / "prometheus.log"):
        yield f"http://{address}"


@contextlib.contextmanager
def alertmanager(
    folder: Path, address: str, edits: Mapping[str, str] | None = None, **environment: str
) -> Iterator[str]:
    """Run Alertmanager by its start script, with receivers from the environment.

    `edits` are patterns in its configuration, and what is put in their place.
    """
    flags = command("alertmanager", {"/alertmanager": folder / "alertmanager-data"})
    files = folder / "etc-alertmanager"
    shutil.copytree(DASHBOARDS / "alertmanager", files)
    for old, new in (edits or {}).items():
        file = files / "alertmanager.yml"
        file.write_text(re.sub(old, new, file.read_text()))
    made = folder / "alertmanager"
    made.mkdir()
    environment |= {"ALERTMANAGER": "prometheus-alertmanager", "TMPDIR": str(made)}
    arguments = ["sh", str(files / "start.sh"), *flags, f"--web.listen-address={address}"]
    with running(arguments, folder / "alertmanager.log", **environment):
        yield f"http://{address}"


@contextlib.contextmanager
def spot_probe(folder: Path, name: str, configuration: object) -> Iterator[str]:
    """Run the probe with a configuration; yields its address."""
    file = folder / f"{name}.yml"
    file.write_text(yaml.safe_dump(configuration))
    address = free_address()
    arguments = [
        *(sys.executable, "-m", "probe", "run"),
        f"--config.file={file}",
        f"--storage.path={folder / name}",
        f"--web.listen-address={address}",
    ]
    with running(arguments, folder / f"{name}.log"):
        yield address


# --- asking ----------------------------------------------------------------------------------


def get(url: str, **parameters: str) -> str:
    """Get a URL."""
    query = f"?{urllib.parse.urlencode(parameters)}" if parameters else ""
    with urllib.request.urlopen(url + query, timeout=10) as answer:  # noqa: S310 - loopback
        text: bytes = answer.read()
    return text.decode()


def ask(url: str, expression: str) -> list[dict[str, Any]]:
    """Ask Prometheus a query; the samples of its answer. A ValueError says what is wrong."""
    try:
        answer = json.loads(get(f"{url}/api/v1/query", query=expression))
    except urllib.error.HTTPError as error:
        if error.code >= 500:  # it has only just been started
            raise
        raise ValueError(f"{expression}: {error.read().decode()}") from error
    result: list[dict[str, Any]] = answer["data"]["result"]
    return result


async def until(url: str, expression: str, within: float) -> list[dict[str, Any]]:
    """Wait until a query returns something; fails with the query after `within` seconds."""
    end = time.monotonic() + within
    while True:
        with contextlib.suppress(OSError):
            found = await asyncio.to_thread(ask, url, expression)
            if found:
                return found
        assert time.monotonic() < end, f"nothing came of {expression} within {within} s"
        await asyncio.sleep(0.25)


async def answering(url: str, within: float) -> None:
    """Wait until a program answers; fails with its address after `within` seconds."""
    end = time.monotonic() + within
    while True:
        with contextlib.suppress(OSError):
            await asyncio.to_thread(get, url)
            return
        assert time.monotonic() < end, f"{url} did not answer within {within} s"
        await asyncio.sleep(0.1)
