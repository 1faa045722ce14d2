"""A probe: attempts, their counting and their waits."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.prober.dial import Address
from probe.prober.names import Names
from probe.prober.probe import prober, waits
from probe.types import Phase, Reason, Result, Target, Tls, asking
from tests.prober.vantages import vantage
from tests.samples import EXPECT, HTTP, TARGET, TLS
from tests.servers import answering, halting, message, refusing, serving

NOW = datetime(2026, 3, 8, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def target(url: str, **changes: Any) -> Target:
    """Build a target whose attempts are quick."""
    return replace(TARGET, url=url, **changes)


async def probed(spot: Target, slept: list[float] | None = None, **handed: Any) -> Result:
    """Probe once; waits are noted and not waited for, the clock ticks a second per reading."""
    readings = iter(NOW + timedelta(seconds=n) for n in range(100))

    async def sleep(seconds: float) -> None:
        if slept is not None:
            slept.append(seconds)

    probe = prober(
        [spot],
        user_agent="spot-probe/0",
        clock=lambda: next(readings),
        sleep=sleep,
        **({"vantage": vantage()} | handed),
    )
    return await probe(spot)


@pytest.mark.anyio
async def test_success_needs_one_attempt() -> None:
    """A target that is up is asked once, and measured."""
    slept: list[float] = []
    async with serving(answering(message(b"log in"))) as server:
        result = await probed(target(server.url), slept)
    assert result.success
    assert (result.target, result.attempts, result.attempt_failures) == ("spot", 1, ())
    assert (result.status_code, result.body_length, result.ip_protocol) == (200, 6, 4)
    assert (result.started_at, result.detail, slept) == (NOW, "", [])
    assert list(result.phases)[-1] is Phase.TRANSFER


@pytest.mark.anyio
async def test_a_blink_does_not_count_as_a_failure() -> None:
    """Two failed attempts and a good one are a success, with both failures in the record."""
    answers = [message(b"", "503 Busy"), message(b"", "404 No"), message(b"log in")]
    slept: list[float] = []
    async with serving(answering(*answers)) as server:
        result = await probed(target(server.url, attempts=3), slept)
    assert result.success
    assert result.attempts == 3
    assert result.attempt_failures == (Reason.STATUS, Reason.STATUS)
    assert result.status_code == 200
    assert result.started_at == NOW, "the first attempt's start decides which window is open"
    assert len(slept) == 2
    assert all(0.1 <= seconds <= 0.5 for seconds in slept)


@pytest.mark.anyio
async def test_the_last_attempt_decides() -> None:
    """When all fail, the reason and the measurements are the last one's."""
    answers = [message(b"", "503 No"), message(b"", "500 Oh"), message(b"wrong", "200 OK")]
    async with serving(answering(*answers)) as server:
        spot = target(server.url, attempts=3, expect=replace(EXPECT, body_contains=("log in",)))
        result = await probed(spot)
        assert len(server.heads) == 3
    assert result.reason is Reason.CONTENT
    assert result.attempt_failures == (Reason.STATUS, Reason.STATUS, Reason.CONTENT)
    assert (result.status_code, result.body_length) == (200, 5)
    assert "log in" in result.detail


@pytest.mark.anyio
async def test_one_attempt_switches_confirmation_off() -> None:
    """With `attempts: 1` the first failure counts."""
    slept: list[float] = []
    with refusing() as url:
        result = await probed(target(url, attempts=1), slept)
    assert (result.reason, result.attempts, slept) == (Reason.CONNECT, 1, [])
    assert result.attempt_failures == (Reason.CONNECT,)


@pytest.mark.anyio
async def test_a_bug_is_internal_with_its_type(caplog: pytest.LogCaptureFixture) -> None:
    """A pattern that cannot be compiled is a fault of ours, logged, and still a result."""
    async with serving(answering(message(b"log in"))) as server:
        spot = target(server.url, attempts=2, expect=replace(EXPECT, body_matches=("(",)))
        with caplog.at_level(logging.ERROR):
            result = await probed(spot)
    assert (result.reason, result.attempts) == (Reason.INTERNAL, 2)
    assert "error" in result.detail.lower()
    assert caplog.records[0].exc_info is not None


@pytest.mark.anyio
async def test_a_resolver_can_be_handed_in() -> None:
    """Names are resolved by what was handed in."""

    async def resolve(*_: object) -> Sequence[Address]:
        raise OSError("no resolver")

    result = await probed(target("http://spot.test/", attempts=1), vantage=vantage(resolve))
    assert result.reason is Reason.DNS


@pytest.mark.anyio
async def test_cancelling_is_not_a_failure() -> None:
    """CancelledError passes through, is not repeated, and closes the socket."""
    async with serving(halting()) as server:
        task = asyncio.ensure_future(probed(target(server.url, attempts=3)))
        await server.asked.get()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.gone.get(), 5)
        assert len(server.heads) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"tls": replace(TLS, ca_file="/no/such.pem")},
            "target spot: ca_file /no/such.pem: No such file",
        ),
        (
            {"http": replace(HTTP, proxy="ftp://a.test")},
            "target spot: proxy ftp://a.test: not of the",
        ),
        ({"url": "ftp://a.test"}, "target spot: url ftp://a.test: not of the form http(s)://host"),
        ({"url": "https://.test"}, "target spot: url https://.test: not of the form"),
        ({"url": "https://a.test:0"}, "target spot: url https://a.test:0: not of the form"),
        ({"url": "https://a:x"}, "target spot: url https://a:x: not of the form"),
        (
            {"http": replace(HTTP, proxy="ftp://me:secret@a.test")},
            "target spot: proxy a.test: not of the",
        ),
    ],
)
def test_what_cannot_work_is_refused_at_the_start(changes: dict[str, Any], words: str) -> None:
    """The error names the target, the key and the file."""
    with pytest.raises(ValueError, match="target spot") as caught:
        prober(
            [target(**{"url": "https://a.test/"} | changes)],
            user_agent="x",
            clock=lambda: NOW,
            vantage=vantage(Names()),
        )
    assert str(caught.value).startswith(words)


def test_contexts_are_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is read again by a probe: what was removed meanwhile is not missed."""
    built: list[Tls] = []
    monkeypatch.setattr("probe.prober.trust.context", built.append)
    several = [
        target("https://a.test/"),
        target("https://a.test/", tls=replace(TLS, ca_file=str(tmp_path))),
    ]
    prober(several, user_agent="x", clock=lambda: NOW, vantage=vantage(Names()))
    assert built == [one.tls for one in several]


SECONDS = st.integers(1, 60).map(lambda seconds: timedelta(seconds=seconds))


@given(interval=SECONDS, timeout=SECONDS, attempts=st.integers(1, 5))
def test_attempts_and_waits_fit_into_the_interval(
    interval: timedelta, timeout: timedelta, attempts: int
) -> None:
    """Waits are jittered within their bounds and give way to a tight interval, down to none."""
    spot = target("http://a.test/", interval=interval, timeout=timeout, attempts=attempts)
    shortest, longest = waits(spot)
    assert 0 <= shortest <= longest <= 0.5
    slack = (interval - attempts * timeout - asking(timeout)).total_seconds()
    assert (attempts - 1) * longest <= max(slack, 0) + 1e-9
    if slack >= 0.5 * attempts:
        assert shortest >= 0.1


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("status", "header", "patience"),
    [
        ("403 No", "", None),
        ("429 Slowly", "90", timedelta(seconds=90)),
        ("403 No", "Sun, 08 Mar 2026 07:02:00 GMT", timedelta(minutes=2)),
        ("429 Slowly", "99999999999", timedelta(minutes=5)),
        ("429 Slowly", "soon", None),
    ],
)
async def test_a_target_that_turns_us_away_is_asked_once(
    status: str, header: str, patience: timedelta | None
) -> None:
    """Asking again at once is what it complains of; for how long it wants peace is noted."""
    async with serving(answering(message(b"", status, Retry_After=header))) as server:
        result = await probed(target(server.url, attempts=3))
    assert (result.reason, result.attempts, result.answered) == (Reason.BLOCKED, 1, True)
    if patience is None:
        assert result.not_before is None
    else:
        assert result.not_before is not None
        assert abs(result.not_before - NOW - patience) < timedelta(seconds=10)


@pytest.mark.anyio
@pytest.mark.parametrize(("stall", "starved"), [(0.9, False), (1.1, True)])
async def test_an_attempt_that_we_were_too_late_for_is_starved(
    *, stall: float, starved: bool
) -> None:
    """A loop that stood still for more than a quarter of the deadline measured itself."""
    stalls = iter((10.0, 10.0 + stall))
    with refusing() as url:
        spot = target(url, attempts=1, timeout=timedelta(seconds=4))
        result = await probed(spot, vantage=vantage(stalled=lambda: next(stalls)))
    assert result.starved is starved


class Asked:
    """Our own network, which counts how often it is asked."""

    def __init__(self, *, up: bool | None = True) -> None:
        self.proxies: list[str | None] = []
        self.now = 0.0
        self.up = up
        self.vantage = vantage(clock=lambda: self.now, ask=self.ask)

    async def ask(self, *_: object, proxy: str | None, **__: object) -> bool | None:
        """Answer as the test says."""
        self.proxies.append(proxy)
        return self.up


@pytest.mark.anyio
@pytest.mark.parametrize("up", [True, False, None])
async def test_our_own_network_is_asked_where_nothing_answered(*, up: bool | None) -> None:
    """What it says stands in the result."""
    asked = Asked(up=up)
    with refusing() as url:
        result = await probed(target(url, attempts=2), vantage=asked.vantage)
    assert asked.proxies == [None]
    assert (result.online, result.answered) == (up, False)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "answer", [b"503 Service Unavailable", b"200 OK", b"302 Found\r\nLocation: ftp://x/"]
)
async def test_an_answer_proves_the_network(answer: bytes) -> None:
    """A status or a redirect: the network is not asked, whatever stands in a firewall's way."""
    asked = Asked(up=False)
    async with serving(answering(b"HTTP/1.1 " + answer + b"\r\nContent-Length: 0\r\n\r\n")) as s:
        result = await probed(target(s.url, attempts=1), vantage=asked.vantage)
    assert asked.proxies == []
    assert (result.online, result.answered) == (None, True)


@pytest.mark.anyio
async def test_an_earlier_attempts_answer_counts() -> None:
    """A 503 and then silence: the network was there."""
    asked = Asked(up=False)
    async with serving(answering(message(b"", "503 Busy"), b"")) as server:
        result = await probed(target(server.url, attempts=2), vantage=asked.vantage)
    assert result.reason is Reason.PROTOCOL
    assert result.answered
    assert asked.proxies == []


@pytest.mark.anyio
async def test_another_targets_answer_proves_the_network() -> None:
    """One that came while the failing probe ran, or while the network was asked."""
    asked = Asked(up=False)
    asked.vantage.answered()
    assert await asked.vantage.is_online(0.0, None, MINUTE) is True
    assert await asked.vantage.is_online(0.5, None, MINUTE) is False
    assert len(asked.proxies) == 1

    async def meanwhile(*_: object, **__: object) -> bool | None:
        place.answered()
        return False

    place = vantage(clock=lambda: 1.0, ask=meanwhile)
    assert await place.is_online(0.5, None, MINUTE) is True
