"""The port of the real program under those who mean it no good: probing and scrapes go on."""

import asyncio
import contextlib
import functools
import resource
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import bcrypt
import httpx
import pytest

from tests.e2e.stage import Stage, get, probing, staged, until
from tests.forked import forked
from tests.servers import Authority

pytestmark = pytest.mark.anyio


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Serve the stage."""
    async with staged(tmp_path) as made:
        yield made


async def value(probe: str, name: str) -> float:
    """Return one sample of the metrics, from a connection of its own; 0 where there is none."""
    return sample((await get(f"{probe}/metrics"))[1], name)


def sample(text: str, name: str) -> float:
    """Return one sample of a text; 0 where there is none."""
    found = (float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))
    return next(found, 0)


async def goes_on(probe: str, rounds: int = 3) -> None:
    """Wait until the targets were observed so often again, and are up."""
    observed = 'probe_observations_total{target="spot"}'
    begun = await value(probe, observed)

    async def enough() -> bool:
        text = (await get(f"{probe}/metrics"))[1]
        up = [
            sample(text, f'probe_verdict{{target="{target}",verdict="up"}}')
            for target in ("spot", "idm")
        ]
        return sample(text, observed) >= begun + rounds and all(up)

    await until(enough, "more observations, and good ones")
    for target in ("spot", "idm"):
        assert await value(probe, f'probe_inconclusive_total{{target="{target}"') == 0


@contextlib.asynccontextmanager
async def idle(probe: str, number: int, first: bytes = b"") -> AsyncIterator[None]:
    """Hold so many connections on which no request is ever whole."""
    host, port = probe.partition("://")[2].split(":")
    writers = []
    try:
        for _ in range(number):
            _, writer = await asyncio.open_connection(host, int(port))
            writer.write(first)
            writers.append(writer)
        yield
    finally:
        for writer in writers:
            writer.close()
        for writer in writers:
            with contextlib.suppress(OSError):
                await writer.wait_closed()


@pytest.fixture
def many_descriptors() -> None:
    """Let this process hold the connections of many clients."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2000:
        pytest.skip("this needs 2,000 descriptors; ulimit -Hn allows fewer")
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))


@pytest.mark.usefixtures("many_descriptors")
@pytest.mark.parametrize("first", [b"", b"GET /metrics HTTP/1.1\r\nHost: "], ids=["idle", "half"])
async def test_a_thousand_idle_connections_change_nothing(stage: Stage, first: bytes) -> None:
    """They are more than there are descriptors, and scrapes are answered all the same."""
    async with probing(*stage.flags) as (_, probe), idle(probe, 1060, first):
        await goes_on(probe)
        assert await value(probe, 'probe_web_refused_total{cause="displaced"}') > 500


async def test_with_few_descriptors_most_are_left_for_probing(stage: Stage) -> None:
    """64 idle connections, and no more than 48 descriptors in all."""
    start = functools.partial(forked, descriptors=48)
    async with probing(*stage.flags, start=start) as (_, probe), idle(probe, 64):
        await goes_on(probe)
        assert (
            await value(probe, 'probe_attempt_failures_total{reason="internal",target="spot"}') == 0
        )


async def test_wrong_passwords_keep_neither_scrapes_nor_reloads_waiting(stage: Stage) -> None:
    """60 clients try one after the other; the right one is let in, feeds and probes go on."""
    web = stage.path / "web.yml"
    hashed = bcrypt.hashpw(b"secret", bcrypt.gensalt(8)).decode()
    web.write_text(f"basic_auth_users: {{ann: {hashed}}}\n", encoding="utf-8")
    async with (
        probing(*stage.flags, f"--web.config.file={web}") as (_, probe),
        httpx.AsyncClient(base_url=probe, timeout=30) as client,
    ):

        async def attack(number: int) -> None:
            async with httpx.AsyncClient(base_url=probe, timeout=60) as attacker:
                for one in range(100_000):
                    await attacker.get("/metrics", auth=("ann", f"{number} {one}"))

        flood = [asyncio.create_task(attack(number)) for number in range(60)]
        try:
            right = ("ann", "secret")

            async def in_at_last() -> bool:
                return (await client.get("/metrics", auth=right)).status_code == 200

            await until(in_at_last, "the right password")

            async def observations() -> float:
                answer = await client.get("/metrics", auth=right)
                assert answer.status_code == 200
                return sample(answer.text, 'probe_observations_total{target="spot"}')

            begun = await observations()

            async def more() -> bool:
                return await observations() >= begun + 3

            await until(more, "more observations")
            assert (await client.post("/-/reload", auth=right)).status_code == 200
            assert (await client.post("/-/reload")).status_code == 401
            assert (await client.get("/-/ready")).status_code == 200
        finally:
            for task in flood:
                task.cancel()
            await asyncio.gather(*flood, return_exceptions=True)


async def test_another_sites_page_reloads_nothing(stage: Stage) -> None:
    """By whichever header a browser tells; and nobody does over HTTP where it is switched off."""
    reloaded = "probe_config_last_reload_success_timestamp_seconds"
    async with (
        probing(*stage.flags) as (_, probe),
        httpx.AsyncClient(base_url=probe) as client,
    ):
        before = await value(probe, reloaded)
        for header in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
        ):
            assert (await client.post("/-/reload", headers=header)).status_code == 403
        assert await value(probe, reloaded) == before
        own = {"Sec-Fetch-Site": "same-origin", "Origin": probe}
        assert (await client.post("/-/reload", headers=own)).status_code == 200
        assert await value(probe, reloaded) > before
    async with (
        probing(*stage.flags, "--web.enable-lifecycle=false") as (_, probe),
        httpx.AsyncClient(base_url=probe) as client,
    ):
        answer = await client.post("/-/reload")
        assert (answer.status_code, "--web.enable-lifecycle" in answer.text) == (403, True)


async def test_certificates_and_users_are_renewed_without_a_restart(stage: Stage) -> None:
    """The new ones hold at once, and the old ones no longer."""
    first, second = Authority(stage.path), None
    web = stage.path / "web.yml"

    def protect(authority: Authority, password: bytes) -> None:
        issued = authority.issue("127.0.0.1")
        issued.private_key_and_cert_chain_pem.write_to_path(stage.path / "server.pem")
        hashed = bcrypt.hashpw(password, bcrypt.gensalt(4)).decode()
        web.write_text(
            "tls_server_config: {cert_file: server.pem, key_file: server.pem}\n"
            f"basic_auth_users: {{ann: {hashed}}}\n",
            encoding="utf-8",
        )

    async def asked(probe: str, authority: str, password: str) -> int:
        trusted = ssl.create_default_context(cafile=authority)
        async with httpx.AsyncClient(base_url=probe, verify=trusted) as client:
            return (await client.get("/metrics", auth=("ann", password))).status_code

    protect(first, b"old")
    async with probing(*stage.flags, f"--web.config.file={web}") as (_, probe):
        assert await asked(probe, first.file, "old") == 200
        (stage.path / "new").mkdir()
        second = Authority(stage.path / "new")
        protect(second, b"new")
        assert await asked(probe, second.file, "new") == 200
        assert await asked(probe, second.file, "old") == 401
        with pytest.raises(httpx.ConnectError):
            await asked(probe, first.file, "new")


async def test_the_calendar_is_not_sent_to_who_has_it(stage: Stage) -> None:
    """304, though configured windows bear no time at which they were said."""
    text = stage.config.read_text(encoding="utf-8")
    weekly = (
        "maintenance: {weekly: [{component: spot, day: thursday, from: '21:00', until: '23:00'}]}\n"
    )
    stage.config.write_text(text + weekly, encoding="utf-8")
    async with (
        probing(*stage.flags) as (_, probe),
        httpx.AsyncClient(base_url=probe) as client,
    ):
        first = await client.get("/maintenance.ics")
        assert "BEGIN:VEVENT" in first.text
        known = {"If-None-Match": first.headers["etag"]}
        assert (await client.get("/maintenance.ics", headers=known)).status_code == 304
