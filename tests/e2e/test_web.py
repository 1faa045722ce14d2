"""The page, the API, the feed and the badges of the real program, which all say the same."""

import asyncio
import base64
import json
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import bcrypt
import httpx
import pytest
import vobject  # type: ignore[import-untyped]

from tests.e2e.stage import Stage, announcing, command, get, page, probing, staged, until

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Serve the stage, with an outage of SPOT announced and going on."""
    async with staged(tmp_path) as made:
        now = datetime.now(UTC).replace(microsecond=0)
        made.page.body = page(announcing(now - HOUR, now + HOUR))
        made.spot.up = False
        yield made


async def test_everything_says_the_same(stage: Stage) -> None:
    """SPOT is down as announced, by the page, the API, the feed, the badge and the command."""
    async with probing(*stage.flags, "--web.external-url=http://example.org/probe/") as (_, probe):

        async def known() -> bool:
            found = json.loads((await get(f"{probe}/api/v1/status"))[1])
            return [one["verdict"] for one in found["targets"]] == ["expected", "up"]

        await until(known, "both verdicts")
        status, text = await get(f"{probe}/")
        assert status == 200
        assert "spot is down, as announced. idm can be reached." in text.lower()
        assert (await get(f"{probe}/probe/"))[0] == 200
        windows = json.loads((await get(f"{probe}/api/v1/windows?days=14"))[1])
        _, out, _ = await command("windows", *stage.flags, "--format=json")
        assert windows == json.loads(out)
        (window,) = windows
        feed = vobject.readOne((await get(f"{probe}/maintenance.ics"))[1])
        assert feed.vevent.dtend.value == datetime.fromisoformat(window["ends_at"])
        _, out, _ = await command("windows", *stage.flags, "--format=ics")
        assert vobject.readOne(out).vevent.uid.value == feed.vevent.uid.value
        assert "maintenance until" in (await get(f"{probe}/badge/spot.svg"))[1]
        (incident,) = json.loads((await get(f"{probe}/api/v1/incidents"))[1])
        assert (incident["target"], incident["ended_at"]) == ("spot", None)
        assert [one["id"] for one in incident["windows"]] == [window["id"]]
        notices = json.loads((await get(f"{probe}/api/v1/notices"))[1])
        assert [one["notice"]["quote"] for one in notices] == [window["quote"]]


async def test_who_signs_in_announces_in_the_browser(stage: Stage) -> None:
    """A failure is expected from the next probe on; the journal knows who said so."""
    hashed = bcrypt.hashpw(b"secret", bcrypt.gensalt(4)).decode()
    web = stage.path / "web.yml"
    web.write_text(f"basic_auth_users: {{ann: '{hashed}'}}", encoding="utf-8")
    stage.page.body = page("Nothing is scheduled.")
    ann = {"Authorization": f"Basic {base64.b64encode(b'ann:secret').decode()}"}
    async with (
        probing(*stage.flags, f"--web.config.file={web}") as (_, probe),
        httpx.AsyncClient(base_url=probe, headers=ann) as browser,
    ):

        async def verdict() -> str | None:
            found = (await browser.get("/api/v1/status")).json()["targets"][0]
            return str(found["verdict"])

        async def unexpected() -> bool:
            return await verdict() == "unexpected"

        async def expected() -> bool:
            return await verdict() == "expected"

        await until(unexpected, "the unannounced outage")
        end = datetime.now(ZoneInfo("America/New_York")) + HOUR
        fields = {"component": "spot", "impact": "outage", "until": f"{end:%Y-%m-%dT%H:%M}"}
        foreign = await browser.post(
            "/announce", data=fields, headers={"Origin": "http://evil.example"}
        )
        assert foreign.status_code == 403
        answer = await browser.post("/announce", data=fields, headers={"Origin": probe})
        assert answer.status_code == 303
        await until(expected, "what a person announced")
        assert "By ann" in (await browser.get("/announce")).text
        _, out, _ = await command("windows", *stage.flags, "--format=json")
        assert [one["source"] for one in json.loads(out)] == ["added by ann"]


async def test_pages_that_listen_do_not_hold_up_the_end(stage: Stage) -> None:
    """They hear of observations, and SIGTERM ends the program within two seconds."""
    async with probing(*stage.flags) as (process, probe):
        host, port = probe.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /events HTTP/1.1\r\nHost: probe\r\n\r\n")
        async with asyncio.timeout(30):
            await reader.readuntil(b"event: change\n")
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(2):
            assert await process.wait() == 0
        writer.close()
