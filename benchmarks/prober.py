# ruff: noqa: INP001 - a script, not a package
"""Compare one attempt with httpx's own transport and with blackbox_exporter.

Run it as `python benchmarks/prober.py`. Every request is a fresh TLS connection to one server on
loopback, in a process of its own; the contenders take turns, so that a busy machine slows all of
them. It ends within a few seconds.
"""

import asyncio
import contextlib
import multiprocessing
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
import uvloop

sys.path.insert(0, str(Path(__file__).parents[1]))

from probe import config as configuration
from probe.prober import trust
from probe.prober.exchange import exchange, prepare
from probe.prober.names import Names
from tests.servers import Authority, answering, message, serving

ROUNDS = 200
BODY = b"<h1>Log in</h1>" * 200
BLACKBOX = shutil.which("prometheus-blackbox-exporter") or shutil.which("blackbox_exporter")

Attempt = Callable[[], Awaitable[float]]


def serve(folder: str, pipe: Connection) -> None:
    """Serve one page over TLS until the parent says that it is enough."""

    async def run() -> None:
        tls = Authority(Path(folder)).server()
        async with serving(answering(message(BODY)), tls=tls) as server:
            pipe.send(server.url)
            await asyncio.to_thread(pipe.recv)

    uvloop.run(run())


@contextlib.contextmanager
def server(folder: str) -> Iterator[str]:
    """Run the server in a process of its own and give its URL."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(folder, theirs))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send(None)
        process.join()


@contextlib.contextmanager
def blackbox(folder: str, url: str, ca_file: str) -> Iterator[str | None]:
    """Run blackbox_exporter, where it is installed, and give the address that probes the URL."""
    if BLACKBOX is None:
        yield None
        return
    config = Path(folder) / "blackbox.yml"
    config.write_text(
        "modules: {tls: {prober: http, timeout: 5s, http: {preferred_ip_protocol: ip4, "
        f"tls_config: {{ca_file: {ca_file}}}}}}}}}\n"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    process = subprocess.Popen(  # noqa: S603 - found in PATH, arguments of our own
        [BLACKBOX, f"--config.file={config}", f"--web.listen-address={address}"],
        stderr=subprocess.DEVNULL,
    )
    try:
        query = urllib.parse.urlencode({"module": "tls", "target": url})
        _await_port(address)
        yield f"http://{address}/probe?{query}"
    finally:
        process.terminate()
        process.wait()


def _await_port(address: str) -> None:
    host, port = address.split(":")
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection((host, int(port))):
            return
        time.sleep(0.05)


def _must(hold: bool) -> None:  # noqa: FBT001 - it reads as a sentence where it is used
    if not hold:
        raise SystemExit("an attempt failed: there is nothing to compare")


def contenders(url: str, ca_file: str, probing: str | None) -> dict[str, Attempt]:
    """Return what is compared: each makes one attempt and gives its seconds."""
    usual = configuration.load(None, {}).targets[0]
    tls = replace(usual.tls, ca_file=ca_file)
    request = prepare(url, http=usual.http, tls=tls, timeout=timedelta(seconds=5), user_agent="b")
    context = trust.context(tls)
    names = Names()
    theirs = httpx.AsyncHTTPTransport(
        verify=context, limits=httpx.Limits(max_keepalive_connections=0)
    )

    async def ours() -> float:
        began = time.perf_counter()
        done = await exchange(request, clock=lambda: datetime.now(UTC), resolve=names)
        _must(done.body == BODY)
        return time.perf_counter() - began

    async def httpxs() -> float:
        began = time.perf_counter()
        headers = {"Connection": "close", "Accept-Encoding": "gzip, deflate"}
        response = await theirs.handle_async_request(httpx.Request("GET", url, headers=headers))
        body = await response.aread()
        await response.aclose()
        _must(body == BODY)
        return time.perf_counter() - began

    async def blackboxs() -> float:
        with await asyncio.to_thread(urllib.request.urlopen, str(probing)) as answer:
            lines = answer.read().decode().splitlines()
        measured = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        _must(measured["probe_success"] == "1")
        return float(measured["probe_duration_seconds"])

    found: dict[str, Attempt] = {"ours": ours, "httpx": httpxs}
    return found | ({"blackbox_exporter": blackboxs} if probing else {})


async def compare(attempts: dict[str, Attempt]) -> dict[str, float]:
    """Let all take turns and return each one's median, in seconds."""
    taken: dict[str, list[float]] = {name: [] for name in attempts}
    for _ in range(ROUNDS):
        for name, attempt in attempts.items():
            taken[name].append(await attempt())
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def main() -> None:
    """Compare on both event loops and print medians and ratios."""
    with tempfile.TemporaryDirectory() as folder, server(folder) as url:
        ca_file = str(Path(folder) / "authority.pem")
        with blackbox(folder, url, ca_file) as probing:
            for name, run in (("uvloop", uvloop.run), ("asyncio", asyncio.run)):
                medians = run(compare(contenders(url, ca_file, probing)))
                for contender, median in medians.items():
                    ratio = medians["ours"] / median
                    print(f"{name:8} {contender:18} {median * 1e3:7.3f} ms   ours/it {ratio:.2f}")  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
