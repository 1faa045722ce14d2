"""From an outage to the pager, in real time: `make e2e`, about five minutes.

The real probe with its shipped intervals, Prometheus and Alertmanager with the flags and files of
docker-compose.yml. Three vantage points look at the same targets, and one of them is cut off.
"""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.dashboards import stack
from tests.debian import needs
from tests.servers import Served, answering, message, refusing, serving

pytestmark = [
    pytest.mark.anyio,
    needs("prometheus", package="prometheus"),
    needs("prometheus-alertmanager", package="prometheus-alertmanager"),
]

#: What a page may take, from the first failing answer or from the window's end, in seconds.
BOUND = 60
#: A recovered target is seen within its interval, scrape and evaluation; 90 seconds later its page
#: is over, and called off with its group's next turn.
CALLED_OFF = 30 + 5 + 5 + 90 + 30 + 5
#: Windows end this long after the start, so that probes find them over at different times.
ENDS = {"overrun-a": 20, "overrun-b": 30, "overrun-c": 40}
DOWN, OVERRUN = "TargetUnexpectedlyDown", "MaintenanceOverrun"
SHIPPED = ("spot", "idm", "solo", "hanging", *ENDS)


@dataclass(slots=True)
class Site:
    """A login page of our own: it answers, fails or hangs; and when it first did not answer."""

    mode: str = "up"
    failed_at: float | None = None

    async def behave(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        await reader.readuntil(b"\r\n\r\n")
        if self.mode != "up" and self.failed_at is None:
            self.failed_at = time.time()
        if self.mode == "hanging":
            await reader.read()
        down = self.mode != "up"
        writer.write(message(b"login", "503 Service Unavailable" if down else "200 OK"))
        await writer.drain()
        writer.close()


@dataclass(slots=True)
class Pager:
    """The webhook: what it was told, and when."""

    told: list[tuple[float, str, dict[str, str]]] = field(default_factory=list)
    """When, the status, and the labels of each alert."""
    annotations: list[dict[str, str]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def behave(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one notification."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length")
        )
        notification = json.loads(await reader.readexactly(length))
        for alert in notification["alerts"]:
            self.told.append((time.time(), alert["status"], alert["labels"]))
            self.annotations.append(alert["annotations"])
        self.news.set()
        writer.write(message(b""))
        await writer.drain()
        writer.close()

    def told_of(self, target: str) -> list[tuple[float, str, str]]:
        """Return when what was said of a target: instant, status, alert."""
        return [
            (at, status, labels["alertname"])
            for at, status, labels in self.told
            if labels.get("target", "") == target
        ]

    def alerts(self) -> set[tuple[str, str]]:
        """Return every alert and target that it was told of."""
        return {(labels["alertname"], labels.get("target", "")) for _, _, labels in self.told}

    async def wait(self, status: str, alert: str, target: str, within: float) -> float:
        """Wait until an alert was told with a status; when it was."""
        async with asyncio.timeout(within):
            while True:
                for at, said, name in self.told_of(target):
                    if (said, name) == (status, alert):
                        return at
                self.news.clear()
                await self.news.wait()


@contextlib.asynccontextmanager
async def sites() -> AsyncIterator[tuple[dict[str, Site], dict[str, Served]]]:
    """Run a login page for each target with shipped intervals."""
    every = {name: Site() for name in SHIPPED}
    async with contextlib.AsyncExitStack() as on:
        served = {
            name: await on.enter_async_context(serving(site.behave)) for name, site in every.items()
        }
        yield every, served


def configuration(urls: dict[str, str], nowhere: str, online: str, start: datetime) -> object:
    """Return a probe's configuration: defaults for intervals, deadlines and attempts."""

    def window(component: str, begins: datetime, ends: datetime) -> object:
        return {
            "components": [component],
            "starts_at": begins.isoformat(),
            "ends_at": ends.isoformat(),
        }

    hour = timedelta(hours=1)
    return {
        "targets": [
            {
                "name": name,
                "url": url,
                "components": ["spot", "idm"] if name == "spot" else [name],
            }
            for name, url in urls.items()
        ]
        + [
            {
                "name": "announced",
                "url": nowhere,
                "components": ["announced"],
                "interval": "1s",
                "timeout": "300ms",
                "attempts": 2,
            }
        ],
        "feeds": [],
        "connectivity": [online],
        "maintenance": {
            "windows": [
                window("announced", start - hour, start + hour),
                *(
                    window(name, start - hour, start + timedelta(seconds=seconds))
                    for name, seconds in ENDS.items()
                ),
            ]
        },
    }


async def test_from_an_outage_to_the_pager(tmp_path: Path) -> None:
    """What nobody announced pages within a minute, what was announced does not, and it ends.

    One vantage point of three is cut off all the time, and says nothing.
    """
    pager = Pager()
    alertmanager = stack.free_address()
    async with (
        sites() as (targets, served),
        serving(pager.behave) as webhook,
        serving(answering(message(b""))) as internet,
    ):
        on = contextlib.ExitStack()
        nowhere = on.enter_context(refusing())
        urls = {name: one.url for name, one in served.items()}
        for name in ENDS:
            targets[name].mode = "down"
        start = datetime.now(UTC)
        reachable = f"tcp://127.0.0.1:{internet.port}"
        good = configuration(urls, nowhere, reachable, start)
        cut = configuration(
            dict.fromkeys(urls, nowhere), nowhere, nowhere.replace("http", "tcp").rstrip("/"), start
        )
        with on:
            probes = [
                on.enter_context(stack.spot_probe(tmp_path, name, what))
                for name, what in (("a", good), ("b", good), ("c", cut))
            ]
            on.enter_context(
                stack.alertmanager(tmp_path, alertmanager, PAGE_WEBHOOK_URL=webhook.url)
            )
            url = on.enter_context(stack.prometheus(tmp_path, probes, alertmanager))
            await observed(url)
            story = Story(url=url, pager=pager, targets=targets, start=start.timestamp())
            assert await story.told() == {}
            assert pager.alerts() == {
                *((DOWN, name) for name in ("spot", "idm", "solo", "hanging")),
                *((OVERRUN, name) for name in ENDS),
            }
            announced = 'ratio{target="announced",verdict="expected"}'
            lasting = f"min_over_time(target_verdict:probe_vantage_points:{announced}[1m])"
            assert stack.ask(url, lasting)[0]["value"][1] == "1"
            readable(url, pager)
        text = (tmp_path / "prometheus.log").read_text()
        assert "level=error" not in text, text


async def observed(url: str) -> None:
    """Wait until Prometheus has every target's state from all three vantage points."""
    judged = 'target_verdict:probe_vantage_points:count{verdict="inconclusive"} == 1'
    await stack.until(url, f"(count({judged}) == {len(SHIPPED) + 1}) and on () sum(up) == 5", 30)
    up = 'target_verdict:probe_vantage_points:count{verdict="up"} == 2'
    await stack.until(url, f"count({up}) == {len(SHIPPED) - len(ENDS)}", 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Targets fail and come back while the pager is watched; `took` are seconds by what."""

    url: str
    pager: Pager
    targets: dict[str, Site]
    start: float
    took: dict[str, float] = field(default_factory=dict)

    async def outage(self, name: str, mode: str = "down") -> None:
        """Let one fail that nobody announced: it pages until the target is back."""
        self.targets[name].mode = mode
        at = await self.pager.wait("firing", DOWN, name, 2 * BOUND)
        failed = self.targets[name].failed_at
        assert failed is not None
        self.took[f"{name}: from the first failing answer to the pager"] = at - failed
        await self.called_off(name, DOWN)

    async def overrun(self, name: str, seconds: int) -> None:
        """Let a window end while the target stays down: it pages until the target is back."""
        at = await self.pager.wait("firing", OVERRUN, name, seconds + 2 * BOUND)
        self.took[f"{name}: from the window's end to the pager"] = at - self.start - seconds
        await self.called_off(name, OVERRUN)

    async def called_off(self, name: str, alert: str) -> None:
        """Let the target come back, and wait until the page is called off."""
        self.targets[name].mode = "up"
        back = time.time()
        at = await self.pager.wait("resolved", alert, name, 2 * CALLED_OFF)
        self.took[f"{name}: from its return to the page being called off"] = at - back

    async def spot_then_idm(self) -> None:
        """Let SPOT fail alone, which pages, and then with IDM, which pages for both."""
        await self.outage("spot")
        told = len(self.pager.told_of("spot"))
        self.targets["spot"].mode = "down"
        failing = asyncio.create_task(self.outage("idm"))
        firing = f'ALERTS{{alertname="{DOWN}",target="spot",alertstate="firing"}}'
        await stack.until(self.url, firing, BOUND)
        self.targets["spot"].mode = "up"
        await failing
        await stack.until(self.url, f"absent({firing})", CALLED_OFF)
        assert len(self.pager.told_of("spot")) == told

    async def told(self) -> dict[str, float]:
        """Tell all of it; what took too long, or came before its time."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.spot_then_idm())
            group.create_task(self.outage("solo"))
            group.create_task(self.outage("hanging", "hanging"))
            for name, seconds in ENDS.items():
                group.create_task(self.overrun(name, seconds))
        for what, lasted in sorted(self.took.items()):
            print(f"{lasted:6.1f} s  {what}")  # noqa: T201 - the measurement is the point
        return {
            what: lasted
            for what, lasted in self.took.items()
            if not 0 < lasted <= (CALLED_OFF if "called off" in what else BOUND)
        }


def readable(url: str, pager: Pager) -> None:
    """Check that every message says what is known, and that its links lead somewhere."""
    runbook = stack.get(f"{url}/user/RUNBOOK.html")
    for said in pager.annotations:
        assert "<error" not in said["description"], said
        assert "<error" not in said["resolved"], said
        assert said["description"].startswith("http://127.0.0.1:")
        assert "vantage points that can judge" in said["description"]
        assert re.search(r"since \w{3} \w{3} \d+, \d+:\d\d [AP]M E[SD]T \(", said["description"])
        page, _, heading = said["runbook_url"].partition("#")
        assert page == "http://127.0.0.1:9090/user/RUNBOOK.html"
        assert f'<h2 id="{heading}">' in runbook
        assert said["dashboard_url"].startswith("http://127.0.0.1:3000/d/spot-and-idm?")
        assert said["status_url"] == "http://127.0.0.1:7768"
        assert said["silence_url"].startswith("http://127.0.0.1:9093/#/silences/new?filter=%7B")
