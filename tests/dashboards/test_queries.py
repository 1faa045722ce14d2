"""Every query of every rule, message and panel is asked of a real Prometheus and answers.

Vantage points are made up from the program's own registry, in all the states that the queries
are for; time is compressed by the intervals only.
"""

import contextlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from probe.metrics import JournalCollector, Known, KnownCollector, Metrics
from probe.types import (
    Because,
    Cause,
    FeedFailure,
    Impact,
    JournalState,
    NoticeState,
    Observation,
    PublishedStatus,
    Reason,
    Streak,
    Verdict,
    Window,
)
from tests.dashboards import stack
from tests.dashboards.expressions import Expression, of_panels, of_rules, selectors
from tests.dashboards.promtool import alerts
from tests.debian import needs
from tests.samples import DOWN, SEEN, TARGET, UP, WINDOW

pytestmark = needs("prometheus", package="prometheus")

HOUR = timedelta(hours=1)
#: How long IDM is down and a window is open, from the first scrape on.
LASTS = timedelta(seconds=3)
#: What is wrong with a vantage point that is blind.
CAUSES = {"c": Cause.NETWORK, "d": Cause.STARVED}
#: target -> what a healthy vantage point says of it, unless the one in question says otherwise.
TARGETS: dict[str, tuple[Verdict, Because | None]] = {
    "spot": (Verdict.UNEXPECTED, Because.UNANNOUNCED),
    "portal": (Verdict.UNEXPECTED, Because.UNREAD_NOTICE),
    "late": (Verdict.UNEXPECTED, Because.OVERRUN),
    "planned": (Verdict.EXPECTED, None),
    "flaky": (Verdict.UP, None),
    "idm": (Verdict.UP, None),
    "quiet": (Verdict.UP, None),
}
#: All intervals, so that sums over minutes fill within seconds.
QUICK = {
    "scrape_interval: 5s": "scrape_interval: 500ms",
    "scrape_timeout: 4s": "scrape_timeout: 500ms",
    "evaluation_interval: 5s": "evaluation_interval: 500ms",
    "interval: 1m": "interval: 100ms",
    "interval: 30s": "interval: 500ms",
    "interval: 15s": "interval: 500ms",
    "    interval: 5s": "    interval: 500ms",
    "[2m]": "[5s]",
    "[90s]": "[5s]",
    # A rule that cannot be evaluated: several probes have this job.
    "  - name: spot-watchers": (
        '  - {name: broken, rules: [{record: "a:b", expr: "up * on (job) up"}]}\n'
        "  - name: spot-watchers"
    ),
}
CONTACTS = {name: f"the owner of {name}" for name in TARGETS}


class VantagePoint:
    """A probe that is made up: its registry moves on with each scrape."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.blind = True
        self.scrapes = 0
        self.start = datetime.now(UTC)
        self.metrics = Metrics(CollectorRegistry(), "1.2.3", "3.11.0")
        self.metrics.registry.register(KnownCollector(self.known))
        self.journal = JournalState()
        self.metrics.registry.register(JournalCollector(lambda: self.journal))
        targets = [replace(TARGET, name=name) for name in TARGETS]
        self.metrics.expose(targets, ["page", "never"], CONTACTS)

    def known(self) -> Known:
        """Return what was published: one window open, one to come, one that ends."""
        at = datetime.now(UTC)

        def window(start: datetime, end: datetime) -> Window:
            return replace(WINDOW, starts_at=start, ends_at=end)

        windows = {
            ("mfa_email", Impact.OUTAGE): window(self.start - HOUR, self.start + HOUR),
            ("spot", Impact.OUTAGE): window(self.start + HOUR, self.start + 2 * HOUR),
            ("planned", Impact.OUTAGE): window(self.start - HOUR, self.start + HOUR),
        }
        if at < self.start + LASTS:
            windows["quiet", Impact.OUTAGE] = window(self.start - HOUR, self.start + LASTS)
        return Known(
            at=at,
            components=(*TARGETS, "mfa_email"),
            feeds=("page", "never"),
            cutoff_at=at + HOUR,
            windows=windows,
            status={"spot": PublishedStatus.AVAILABLE, "idm": PublishedStatus.UNAVAILABLE},
            notices={("page", NoticeState.REFUSED): 2},
            waiting=(SEEN,),
            timezone=ZoneInfo("America/New_York"),
        )

    def scraped(self) -> bytes:
        """Observe all targets once more, fail at everything once more, and show it."""
        now = datetime.now(UTC)
        if not self.scrapes:
            self.start = now
        self.scrapes += 1
        for target in TARGETS:
            self.metrics.record(self.observation(target, now))
        metrics = self.metrics
        for feed in ("page", "never"):
            metrics.feed_fetches.labels(feed).inc()
            metrics.feed_failures.labels(feed, FeedFailure.NO_HEADINGS).inc()
        metrics.feed_success.labels("page").set((now - 2 * HOUR).timestamp())
        metrics.feed_change.labels("page").set(now.timestamp())
        metrics.schedule_delay.observe(0.002)
        metrics.skip(replace(TARGET, name="spot"), 1)
        failures = self.journal.write_failures + 1
        self.journal = replace(self.journal, write_failures=failures, files_set_aside=1)
        metrics.loop_stall.observe(0.02)
        metrics.notices_refused.labels("page").inc()
        metrics.task_restarts.labels("web").inc()
        metrics.reload_successful.set(0)
        return generate_latest(metrics.registry)

    def observation(self, target: str, now: datetime) -> Observation:
        """Return what this vantage point says of a target at an instant."""
        verdict, because = TARGETS[target]
        if self.name == "a" and target == "flaky":
            verdict, because = Verdict.UNEXPECTED, Because.ADVISORY
        if target == "idm" and now < self.start + LASTS:
            verdict, because = Verdict.UNEXPECTED, Because.UNANNOUNCED
        if self.blind and self.name == "b" and target == "late":
            now -= HOUR
        cause = CAUSES.get(self.name) if self.blind and target == "late" else None
        if cause:
            verdict, because = Verdict.INCONCLUSIVE, None
        measured = replace(
            UP if verdict is Verdict.UP else DOWN,
            target=target,
            started_at=now,
            duration_seconds=4.0,
            attempt_failures=(Reason.BLOCKED,) if target == "spot" else DOWN.attempt_failures,
            status_code=200 if verdict is Verdict.UP else 503,
            tls_version="TLS 1.3",
            certificate_expires_at=self.start + timedelta(days=5),
            clock_skew_seconds=60.0,
        )
        return Observation(
            result=measured,
            verdict=verdict,
            because=because,
            cause=cause,
            window=WINDOW if verdict is Verdict.EXPECTED else None,
            streak=None if verdict is Verdict.UP else Streak(since=self.start, window=WINDOW),
        )


@contextlib.contextmanager
def scraping(page: Callable[[], bytes]) -> Iterator[str]:
    """Serve a page of metrics; yields its address."""

    class Shown(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.end_headers()
            self.wfile.write(page())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Shown) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def wait_for(url: str, expression: str) -> None:
    """Wait until a query answers; after half a minute it fails with the query."""
    end = time.monotonic() + 30
    while True:
        with contextlib.suppress(OSError):
            if stack.ask(url, expression):
                return
        assert time.monotonic() < end, f"nothing came of {expression}"
        time.sleep(0.2)


Answers = dict[tuple[str, str], int]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Answers, list[dict[str, Any]]]:
    """Ask all queries, first with four of five vantage points blind, then with one.

    The result is how many samples each gave at most, and the alerts of both times.
    """
    folder = tmp_path_factory.mktemp("queries")
    points = [VantagePoint(name) for name in "abcd"]
    answers: Answers = {(one.where, one.text): 0 for one in EVERY}
    active: list[dict[str, Any]] = []
    with contextlib.ExitStack() as on:
        addresses = [on.enter_context(scraping(point.scraped)) for point in points]
        probes = [*addresses, stack.free_address()]
        url = on.enter_context(stack.prometheus(folder, probes, stack.free_address(), QUICK))

        def ask(within: float) -> None:
            """Ask what has not answered yet, until nothing is left to ask or for so long."""
            end = time.monotonic() + within
            while time.monotonic() < end and not (all(answers.values()) and told()):
                for one in EVERY:
                    if not answers[one.where, one.text]:
                        answers[one.where, one.text] = len(stack.ask(url, one.text))
                active.extend(json.loads(stack.get(f"{url}/api/v1/alerts"))["data"]["alerts"])

        def told() -> bool:
            return {one["labels"]["alertname"] for one in active} >= set(alerts())

        for name in ("WindowWithoutFailure", "FastBudgetBurn", "SlowBudgetBurn"):
            wait_for(url, f'ALERTS{{alertname="{name}"}}')
        ask(5)
        for point in points:
            point.blind = False
        ask(60)
    return answers, active


#: There is no Alertmanager here; test_chain.py asks for what it alone exports.
ALERTMANAGERS = {"alertmanager_notifications_total", "alertmanager_notifications_failed_total"}
EVERY = [
    one
    for one in [*of_rules(), *of_panels()]
    if not {name for name, _ in selectors(one.text)} & ALERTMANAGERS or "or" in one.text.split()
]


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.where)
def test_a_query_answers(one: Expression, asked: tuple[Answers, object]) -> None:
    """In the state that it is for."""
    assert asked[0][one.where, one.text] > 0


@pytest.mark.parametrize("name", alerts())
def test_an_alert_comes_with_all_its_words(
    name: str, asked: tuple[object, list[dict[str, Any]]]
) -> None:
    """Every query of its message answered: no part of it is missing or says that it is."""
    found = [one for one in asked[1] if one["labels"]["alertname"] == name]
    assert found
    for one in found:
        said = " ".join(one["annotations"].values())
        assert "<error" not in said
        assert not re.search(r"not known|see the dashboard|not configured| {2}|: \.", said), said


def test_the_runbook_is_served(tmp_path: Path) -> None:
    """Where the links of all messages lead."""
    with stack.prometheus(tmp_path, [], stack.free_address()) as url:
        wait_for(url, "vector(1)")
        assert '<h2 id="targetunexpectedlydown">' in stack.get(f"{url}/user/RUNBOOK.html")
