# ruff: noqa: INP001 - a script, not a package
"""How quick the page and the API answer over a journal of 400 days.

Run it as `python benchmarks/web.py [DIRECTORY]`. It builds the journal of `benchmarks/journal.py`
(once, if a directory is named), serves it on loopback and prints what each address takes, from the
request to the last byte of the answer.
"""

import asyncio
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

import httpx
from journal import CONFIG, NOW, build, say
from prometheus_client import CollectorRegistry

from probe import config as configuration
from probe.config import Config
from probe.journal import FILE, Journal, JournalThread
from probe.snapshot import snapshot
from probe.types import Incident
from probe.web.app import app
from probe.web.events import Changes
from probe.web.limits import Limits
from probe.web.server import Server, listen
from probe.web.site import Site
from probe.web.toolkit import WebConfig
from probe.web.view import Present, past, reviewed, view

PATHS = (
    "/",
    "/api/v1/status",
    "/api/v1/windows?days=400",
    "/api/v1/incidents",
    "/api/v1/notices",
    "/api/v1/openapi.json",
    "/maintenance.ics",
    "/badge/spot.svg",
    "/metrics",
)
ROUNDS = 30


def site(config: Config, thread: JournalThread) -> Site:
    """Return what the service shows, looked at when the journal ends."""
    said = thread.wait(lambda journal: snapshot(config, journal))
    last = {t.name: thread.wait(Journal.last, t.name, NOW) for t in config.targets}
    present = Present(
        latest={name: one for name, one in last.items() if one}, outcomes={}, feeds={}
    )

    async def incidents(start: datetime, end: datetime, most: int) -> tuple[Incident, ...]:
        return await thread.do(Journal.incidents, most, start=start, end=end, until=NOW)

    async def reload() -> None:
        return None

    return Site(
        registry=CollectorRegistry(),
        changes=Changes(),
        now=lambda: NOW,
        zone=lambda: config.timezone,
        calendar=lambda: said.calendar,
        waiting=tuple,
        view=lambda before: view(config, said, present, before, NOW),
        refuse=lambda _: None,
        reload=reload,
        past=lambda: thread.do(lambda journal: past(journal, config, NOW)),
        incidents=incidents,
        notices=lambda: thread.do(reviewed),
    )


async def measure(shown: Site) -> None:
    """Print the median and the worst of twenty of each address."""
    place = listen(["127.0.0.1:0"])[0]
    running = Server(
        app(shown.beside(asyncio.get_running_loop()), WebConfig),
        [place],
        WebConfig,
        limits=Limits(connections=10),
        refuse=shown.refuse,
    )
    serving = asyncio.create_task(running.serve())
    base = f"http://127.0.0.1:{place.getsockname()[1]}"
    async with httpx.AsyncClient(base_url=base) as client:
        for path in PATHS:
            took = []
            for _ in range(ROUNDS):
                shown.changes.tell()  # so that no page is kept from before
                began = time.perf_counter()
                answer = await client.get(path)
                took.append((time.perf_counter() - began) * 1000)
                answer.raise_for_status()
            late = quantiles(took, n=20)[-1]
            size = len(answer.content) / 1000
            say(f"{median(took):7.1f} ms  95 %: {late:7.1f} ms {size:8.1f} kB  {path}")
    running.stop()
    await serving


def main() -> None:
    """Build, serve and measure."""
    config = configuration.parse(CONFIG, "benchmark")
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(sys.argv[1] if len(sys.argv) > 1 else temporary)
        if not (directory / FILE).exists():
            build(directory, config)
        thread = JournalThread(Journal(directory))
        asyncio.run(measure(site(config, thread)))
        thread.close()


if __name__ == "__main__":
    main()
