"""`/metrics`: shared by all who scrape at once, and small where the scraper unpacks."""

import asyncio
import gzip
from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from probe.web.scrape import Shared, takes_gzip
from tests.web.serving import serving
from tests.web.stage import Stage


class Counting(Collector):
    """Counts how often it was collected, and shows that."""

    def __init__(self) -> None:
        self.times = 0

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing: nobody has asked yet."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Count."""
        self.times += 1
        yield GaugeMetricFamily("probe_times", "How often.", self.times)


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("gzip; q=1.0, *;q=0", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("x-gzipped", False),
    ],
)
def test_gzip_is_sent_to_who_takes_it(accepted: str, takes: bool) -> None:  # noqa: FBT001  (a row's)
    """And to nobody else; caches are told that it depends."""
    assert takes_gzip(accepted) is takes
    registry = CollectorRegistry()
    Gauge("probe_other", "Another.", registry=registry).set(2)
    client = Stage(registry=registry).client()
    answer = client.get("/metrics", headers={"Accept-Encoding": accepted})
    assert "probe_other 2.0" in answer.text  # unpacked where it was packed
    assert answer.headers.get("content-encoding") == ("gzip" if takes else None)
    assert answer.headers["vary"] == "Accept, Accept-Encoding"
    single = client.get("/metrics?name[]=probe_other", headers={"Accept-Encoding": accepted})
    assert single.headers.get("content-encoding") == ("gzip" if takes else None)


def test_a_head_request_has_the_same_headers_and_no_body() -> None:
    """Over a socket as well, where a body would be the next answer's beginning."""
    asked = b"HEAD /metrics HTTP/1.1\r\nHost: probe\r\n\r\n"
    then = b"GET /-/healthy HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n"

    async def ask() -> bytes:
        async with serving(Stage().app()) as place:
            reader, writer = await place.connect(asked + then)
            try:
                return await reader.read()
            finally:
                writer.close()

    first, second = asyncio.run(ask()).split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert first.endswith(b"\r\n\r\n")
    assert b"content-type: text/plain; version=" in first
    assert second.endswith(b"spot-probe is healthy.\n")


@pytest.mark.parametrize("version", ["x", "1.0.0x", "", "99999999999.0.0"])
def test_a_version_that_is_none_is_no_fault_of_ours(version: str) -> None:
    """It gets what everybody gets."""
    accept = f"application/openmetrics-text;version={version}"
    assert Stage().client().get("/metrics", headers={"Accept": accept}).status_code == 200


@pytest.mark.anyio
async def test_all_who_ask_at_once_share_one() -> None:
    """Of what was begun after they asked; the next gets the next."""
    made: list[int] = []

    def make() -> bytes:
        made.append(len(made) + 1)
        return str(made[-1]).encode()

    shared = Shared(make, pace=0)
    assert set(await asyncio.gather(*(shared.get() for _ in range(100)))) == {b"1"}
    first, second = asyncio.create_task(shared.get()), asyncio.create_task(shared.get())
    assert [await first, await second, await shared.get()] == [b"2", b"2", b"3"]


@pytest.mark.anyio
async def test_one_that_could_not_be_made_is_nobody_elses_fault() -> None:
    """All who share it are told, and the next tries again; one who goes takes nothing along."""
    fails = [True]

    def make() -> bytes:
        if fails[0]:
            raise OSError("away")
        return b"good"

    shared = Shared(make, pace=0)
    found = await asyncio.gather(shared.get(), shared.get(), return_exceptions=True)
    assert [type(one) for one in found] == [OSError, OSError]
    fails[0] = False
    going, staying = asyncio.create_task(shared.get()), asyncio.create_task(shared.get())
    await asyncio.sleep(0)
    going.cancel()
    assert await staying == b"good"


@pytest.mark.anyio
async def test_a_storm_of_scrapes_is_few_renderings() -> None:
    """A hundred at once over sockets, each with a whole answer."""
    registry, counting = CollectorRegistry(), Counting()
    registry.register(counting)
    asked = (
        b"GET /metrics HTTP/1.1\r\nHost: p\r\nConnection: close\r\nAccept-Encoding: gzip\r\n\r\n"
    )

    async def scrape(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(asked)
        answer = await reader.read()
        writer.close()
        return gzip.decompress(answer.partition(b"\r\n\r\n")[2])

    async with serving(Stage(registry=registry).app()) as place:
        answers = await asyncio.gather(*(scrape(place.port) for _ in range(40)))
    assert all(b"probe_times " in answer for answer in answers)
    assert counting.times < 40
