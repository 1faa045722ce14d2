"""From a probe through the real Prometheus and Alertmanager to whoever is told."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from probe.metrics import Metrics
from probe.types import Because, Observation, Streak, Verdict
from tests.dashboards import stack
from tests.dashboards.e2e import DOWN, Pager
from tests.dashboards.expressions import of_panels, selectors
from tests.dashboards.test_names import FOREIGN
from tests.dashboards.test_queries import ALERTMANAGERS, QUICK, scraping
from tests.debian import needs
from tests.samples import DOWN as FAILED
from tests.samples import TARGET, UP
from tests.servers import serving

pytestmark = [
    pytest.mark.anyio,
    needs("prometheus", package="prometheus"),
    needs("prometheus-alertmanager", package="prometheus-alertmanager"),
]
SOLO = replace(TARGET, name="solo")
#: Prometheus takes five seconds to find Alertmanager, and sends what it could not only a minute on.
LATER = {
    "expr: vector(1)": 'expr: vector(1) and on () count_over_time(up{job="alertmanager"}[1m]) > 12'
}


@dataclass(slots=True)
class Flapping:
    """A probe whose target is down in two of six scrapes, until it stays down or is removed."""

    metrics: Metrics = field(default_factory=lambda: Metrics(CollectorRegistry(), "1", "3"))
    scrapes: int = 0
    stays: bool = False

    def page(self) -> bytes:
        """Observe once more and show it."""
        self.scrapes += 1
        now = datetime.now(UTC)
        down = self.stays or self.scrapes % 6 in {4, 5}
        if self.metrics.registry.get_sample_value("probe_interval_seconds", {"target": "solo"}):
            self.metrics.record(
                Observation(
                    result=replace(FAILED if down else UP, target="solo", started_at=now),
                    verdict=Verdict.UNEXPECTED if down else Verdict.UP,
                    because=Because.UNANNOUNCED if down else None,
                    streak=Streak(since=now) if down else None,
                )
            )
        return generate_latest(self.metrics.registry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """All of it, running."""

    probe: Flapping
    pager: Pager
    switch: Pager
    url: str


@contextlib.asynccontextmanager
async def chain(folder: Path) -> AsyncIterator[Chain]:
    """Run a probe, Prometheus, whose intervals are short, and Alertmanager with its own waits."""
    pager, switch, probe = Pager(), Pager(), Flapping()
    probe.metrics.expose([SOLO], [])
    address = stack.free_address()
    async with serving(pager.behave) as paged, serving(switch.behave) as switched:
        with (
            scraping(probe.page) as scraped,
            stack.alertmanager(
                folder, address, PAGE_WEBHOOK_URL=paged.url, WATCHDOG_WEBHOOK_URL=switched.url
            ) as alertmanager,
        ):
            await stack.answering(f"{alertmanager}/-/ready", 30)
            with stack.prometheus(folder, [scraped], address, QUICK | LATER) as url:
                yield Chain(probe=probe, pager=pager, switch=switch, url=url)


async def test_flapping_is_one_page_until_the_target_is_removed(tmp_path: Path) -> None:
    """It is down for a third of the time that Alertmanager waits, again and again."""
    async with chain(tmp_path) as on:
        await on.pager.wait("firing", DOWN, "solo", 60)
        flapped = f'probe_observations_total{{target="solo"}} >= {on.probe.scrapes + 4 * 6}'
        await stack.until(on.url, flapped, 60)
        assert [status for _, status, _ in on.pager.told_of("solo")] == ["firing"]
        on.probe.stays = True
        firing = f'ALERTS{{alertname="{DOWN}",alertstate="firing"}}'
        stays = (
            f"count_over_time({firing}[5s]) >= 9 and on (target) target:probe_unexpected:bool == 1"
        )
        await stack.until(on.url, stays, 60)
        on.probe.metrics.expose([], [])
        await stack.until(on.url, f"absent({firing})", 10)


async def test_the_dead_mans_switch_is_posted_and_the_watchers_are_seen(tmp_path: Path) -> None:
    """The names of what they export are those that rules and panels use."""
    async with chain(tmp_path) as on:
        await on.switch.wait("firing", "Watchdog", "", 60)
        assert on.pager.told_of("") == []
        await stack.until(on.url, 'sum(up{job=~"prometheus|alertmanager"}) == 2', 30)
        for name, labels in FOREIGN.items():
            having = ",".join(f'{label}!=""' for label in labels)
            await stack.until(on.url, f"{name}{{{having}}}", 30)
        asked = [
            one.text
            for one in of_panels()
            if {name for name, _ in selectors(one.text)} & ALERTMANAGERS
        ]
        assert asked
        for text in asked:
            await stack.until(on.url, text, 30)
