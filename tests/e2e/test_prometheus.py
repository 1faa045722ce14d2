"""The whole of it with the real Prometheus: poll, read what was published, label, export."""

import asyncio
import contextlib
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from probe.journal import micros
from tests.debian import needs
from tests.e2e.stage import (
    Stage,
    announcing,
    command,
    executed,
    installed,
    page,
    probing,
    running,
    samples,
    staged,
    until,
)

pytestmark = pytest.mark.anyio

#: From the first look at the page to the window's end; long enough for three seconds inside it.
OPEN_SECONDS = 20
LISTENS = r'msg="Listening on".* address=(127\.0\.0\.1:\d+)'


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Serve the stage."""
    async with staged(tmp_path) as made:
        yield made


def scraping(path: Path, url: str) -> list[str]:
    """Return the command of a Prometheus that scrapes a probe every second."""
    config = path / "prometheus.yml"
    host = url.removeprefix("http://")
    config.write_text(
        "global: {scrape_interval: 1s}\n"
        "scrape_configs:\n"
        "  - job_name: spot-probe\n"
        f"    static_configs: [{{targets: ['{host}']}}]\n",
        encoding="utf-8",
    )
    return [
        str(shutil.which("prometheus")),
        f"--config.file={config}",
        f"--storage.tsdb.path={path / 'tsdb'}",
        "--web.listen-address=127.0.0.1:0",
        "--log.level=info",
    ]


async def increased(prometheus: str, query: str) -> bool:
    """Whether a query has a sample above 0."""
    return any(value > 0 for _, value in await samples(prometheus, query))


@needs("prometheus", package="prometheus")
async def test_a_failure_is_expected_inside_the_published_window_and_an_overrun_after_it(
    stage: Stage,
) -> None:
    """SPOT fails in its window and stays away; IDM fails with nothing announced."""
    ends_at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=OPEN_SECONDS)
    stage.page.body = page(announcing(ends_at - timedelta(minutes=5), ends_at))
    async with (
        probing(*stage.flags, start=installed) as (_, probe),
        running(await executed(*scraping(stage.path, probe)), LISTENS) as where,
    ):
        prometheus = f"http://{where}"
        up = 'probe_verdict{verdict="up"} == 1'
        await until(lambda: samples(prometheus, up), "the first observation")

        stage.spot.up = stage.idm.up = False
        expected = 'probe_failures_total{target="spot",expectation="expected",reason="status"}'
        await until(lambda: increased(prometheus, expected), "an expected failure")
        unexpected = 'probe_failures_total{target="idm",expectation="unexpected",reason="status"}'
        await until(lambda: increased(prometheus, unexpected), "an unexpected failure")
        elsewhere = 'probe_unexpected_because{target="idm",because="other_component"}'
        assert await increased(prometheus, elsewhere)
        assert datetime.now(UTC) < ends_at

        overrun = 'probe_unexpected_because{target="spot",because="overrun"} == 1'
        await until(lambda: samples(prometheus, overrun), "the overrun")
        labels = 'target="spot",expectation="unexpected",reason="status"'
        assert await increased(prometheus, f"probe_failures_total{{{labels}}}")
        assert await samples(prometheus, 'probe_maintenance_active{component="spot"} == 0')

    explain = ("explain", "spot", "--reason=status", "--format=json", *stage.flags)
    code, out, _ = await command(*explain, start=installed)
    assert code == 0
    assert json.loads(out)["because"] == "overrun"
    first = await first_after(stage, ends_at)
    assert first == ("unexpected", "overrun")


async def first_after(stage: Stage, at: datetime) -> tuple[str, str]:
    """Return verdict and because of the first observation of SPOT from an instant on."""
    query = (
        "SELECT verdict, because FROM observation WHERE target = 'spot' AND started_at >= ?"
        " ORDER BY started_at LIMIT 1"
    )

    def look() -> tuple[str, str]:
        with contextlib.closing(sqlite3.connect(f"{stage.storage}/journal.db")) as journal:
            verdict, because = journal.execute(query, (micros(at),)).fetchone()
            return verdict, because

    return await asyncio.to_thread(look)
