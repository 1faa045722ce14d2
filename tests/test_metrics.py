"""What Prometheus sees: every name, label and first value of the contract, and their changes."""

import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import choose_encoder
from prometheus_client.parser import text_string_to_metric_families

from probe.metrics import JournalCollector, KnownCollector, Metrics, Registry, encoder
from probe.types import (
    Because,
    Cause,
    FeedFailure,
    Impact,
    JournalState,
    Known,
    NoticeState,
    Observation,
    Phase,
    PublishedStatus,
    Reason,
    Streak,
    Verdict,
)
from tests.debian import needs
from tests.samples import DOWN, HOUR, NOON, OBSERVED_UP, PLAN, SEEN, TARGET, UP, WINDOW

KNOWN = Known(
    at=NOON,
    components=("spot", "idm"),
    feeds=("page",),
    cutoff_at=NOON + 6 * HOUR,
    windows={("spot", Impact.OUTAGE): WINDOW},
    status={"spot": PublishedStatus.AVAILABLE},
    notices={("page", NoticeState.REFUSED): 2},
)
JOURNAL = JournalState(
    queued=3, trouble="locked", trouble_since=NOON, write_failures=2, read_failures=1, dropped=4
)
IDM = replace(TARGET, name="idm", components=("idm",))


@pytest.fixture
def metrics() -> Metrics:
    """Return the registry of two targets and a feed."""
    made = Metrics(CollectorRegistry(), "1.2.3", "3.11.0")
    made.registry.register(KnownCollector(lambda: KNOWN))
    made.registry.register(JournalCollector(lambda: JOURNAL))
    made.expose([TARGET, IDM], ["page"])
    return made


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    """Return one sample."""
    return metrics.registry.get_sample_value(name, labels)


def series(metrics: Metrics, name: str) -> dict[tuple[tuple[str, str], ...], float]:
    """Return every sample of a name by its labels."""
    return {
        tuple(sorted(sample.labels.items())): sample.value
        for family in metrics.registry.collect()
        for sample in family.samples
        if sample.name == name
    }


def test_every_verdict_of_every_target_is_0_at_first(metrics: Metrics) -> None:
    """Nothing is known yet, and nothing is missing either."""
    assert series(metrics, "probe_verdict") == {
        (("target", target), ("verdict", verdict)): 0
        for target in ("spot", "idm")
        for verdict in Verdict
    }
    assert series(metrics, "probe_unexpected_because") == {
        (("because", because), ("target", target)): 0
        for target in ("spot", "idm")
        for because in Because
    }


def test_every_counter_exists_at_0(metrics: Metrics) -> None:
    """A rate over a counter that appears with its first failure would miss that failure."""
    assert series(metrics, "probe_failures_total") == {
        (("expectation", expectation), ("reason", reason), ("target", target)): 0
        for target in ("spot", "idm")
        for expectation in ("expected", "unexpected")
        for reason in Reason
    }
    for name in (
        "probe_observations_total",
        "probe_attempts_total",
        "probe_ticks_skipped_total",
    ):
        assert series(metrics, name) == {(("target", "spot"),): 0, (("target", "idm"),): 0}
    assert series(metrics, "probe_inconclusive_total") == {
        (("cause", cause), ("target", target)): 0 for target in ("spot", "idm") for cause in Cause
    }
    assert len(series(metrics, "probe_attempt_failures_total")) == 2 * len(Reason)
    assert series(metrics, "probe_feed_fetches_total") == {(("feed", "page"),): 0}
    assert len(series(metrics, "probe_feed_failures_total")) == len(FeedFailure)
    assert value(metrics, "probe_notices_refused_total", feed="page") == 0
    assert value(metrics, "probe_journal_write_failures_total") == 2
    assert value(metrics, "probe_loop_stall_seconds_count") == 0


def test_last_value_gauges_appear_with_the_first_observation(metrics: Metrics) -> None:
    """Success, duration and status of nothing would be a lie."""
    for name in ("probe_success", "probe_duration_seconds", "probe_http_status_code"):
        assert series(metrics, name) == {}
    metrics.record(OBSERVED_UP)
    assert value(metrics, "probe_success", target="spot") == 1
    assert series(metrics, "probe_success") == {(("target", "spot"),): 1}


def test_a_success_is_shown_as_blackbox_shows_it(metrics: Metrics) -> None:
    """With `target` for its `instance`."""
    metrics.record(OBSERVED_UP)
    assert value(metrics, "probe_duration_seconds", target="spot") == 0.25
    assert value(metrics, "probe_http_duration_seconds", target="spot", phase="tls") == 0.03
    assert value(metrics, "probe_http_duration_seconds", target="spot", phase="transfer") == 0
    assert len(series(metrics, "probe_http_duration_seconds")) == len(Phase)
    assert value(metrics, "probe_http_status_code", target="spot") == 200
    assert value(metrics, "probe_ip_protocol", target="spot") == 4
    assert value(metrics, "probe_tls_version_info", target="spot", version="TLS 1.3") == 1
    assert value(metrics, "probe_http_uncompressed_body_length", target="spot") == 100
    assert value(metrics, "probe_response_duration_seconds_count", target="spot") == 1
    assert value(metrics, "probe_clock_skew_seconds", target="spot") == 0.5
    expiry = (NOON + 1000 * HOUR).timestamp()
    assert value(metrics, "probe_ssl_earliest_cert_expiry", target="spot") == expiry
    assert value(metrics, "probe_failing_since_timestamp_seconds", target="spot") == 0
    last = value(metrics, "probe_last_observation_timestamp_seconds", target="spot")
    assert last == NOON.timestamp()


def test_a_failure_counts_by_expectation_and_reason(metrics: Metrics) -> None:
    """Its verdict is the only 1, its because as well, and every attempt counts."""
    metrics.record(
        Observation(
            result=DOWN,
            verdict=Verdict.UNEXPECTED,
            because=Because.EARLY,
            streak=Streak(since=NOON - HOUR),
        )
    )
    labels = {"target": "spot", "reason": "connect"}
    assert value(metrics, "probe_failures_total", expectation="unexpected", **labels) == 1
    assert value(metrics, "probe_failures_total", expectation="expected", **labels) == 0
    assert value(metrics, "probe_attempts_total", target="spot") == 3
    assert value(metrics, "probe_attempt_failures_total", **labels) == 2
    assert value(metrics, "probe_attempt_failures_total", target="spot", reason="timeout") == 1
    verdicts = series(metrics, "probe_verdict")
    assert [key for key, one in verdicts.items() if one] == [
        (("target", "spot"), ("verdict", "unexpected"))
    ]
    assert value(metrics, "probe_unexpected_because", target="spot", because="early") == 1
    since = value(metrics, "probe_failing_since_timestamp_seconds", target="spot")
    assert since == (NOON - HOUR).timestamp()
    assert value(metrics, "probe_success", target="spot") == 0
    assert value(metrics, "probe_response_duration_seconds_count", target="spot") == 0


def test_a_recovery_leaves_no_because_behind(metrics: Metrics) -> None:
    """Up is up: every because is 0 again, and so is since."""
    failed = Observation(
        result=DOWN,
        verdict=Verdict.UNEXPECTED,
        because=Because.OVERRUN,
        streak=Streak(since=NOON),
    )
    metrics.record(failed)
    metrics.record(OBSERVED_UP)
    assert set(series(metrics, "probe_unexpected_because").values()) == {0}
    assert value(metrics, "probe_verdict", target="spot", verdict="up") == 1
    assert value(metrics, "probe_failing_since_timestamp_seconds", target="spot") == 0


def test_an_inconclusive_failure_is_no_failure_of_the_target(metrics: Metrics) -> None:
    """It is counted by itself, and by what was at fault on our side."""
    failed = Observation(result=DOWN, verdict=Verdict.INCONCLUSIVE, cause=Cause.STARVED)
    metrics.record(failed)
    metrics.record(replace(failed, cause=Cause.NETWORK))
    metrics.record(failed)
    assert value(metrics, "probe_inconclusive_total", target="spot", cause="starved") == 2
    assert value(metrics, "probe_inconclusive_total", target="spot", cause="network") == 1
    assert set(series(metrics, "probe_failures_total").values()) == {0}


def test_another_tls_version_takes_the_place_of_the_old(metrics: Metrics) -> None:
    """There is one version at a time."""
    metrics.record(OBSERVED_UP)
    metrics.record(Observation(result=replace(UP, tls_version="TLS 1.2"), verdict=Verdict.UP))
    assert series(metrics, "probe_tls_version_info") == {
        (("target", "spot"), ("version", "TLS 1.2")): 1
    }


def test_a_target_says_where_it_is_and_whom_to_call(metrics: Metrics) -> None:
    """For messages; without what may be secret in its address, and as the last reload has it."""
    secret = replace(TARGET, url="https://me:word@spot.example:8443/login?token=1#top")
    metrics.expose([secret, IDM], ["page"], {"spot": "First Coast, 1-800-555-0100"})
    assert set(series(metrics, "probe_target_info")) == {
        (
            ("contact", "First Coast, 1-800-555-0100"),
            ("target", "spot"),
            ("url", "https://spot.example:8443/login"),
        ),
        (("contact", ""), ("target", "idm"), ("url", "https://spot.example/")),
    }
    assert value(metrics, "probe_interval_seconds", target="spot") == 30


STARTS = "Tue Nov 24, 12:00 PM EST (17:00 UTC)"
ENDS = "Tue Nov 24, 2:00 PM EST (19:00 UTC)"


@pytest.mark.parametrize(
    "observed",
    [
        Observation(result=DOWN, verdict=Verdict.EXPECTED, window=WINDOW),
        Observation(
            result=DOWN,
            verdict=Verdict.UNEXPECTED,
            because=Because.OVERRUN,
            streak=Streak(since=NOON, window=WINDOW),
        ),
    ],
    ids=["excused", "overrun"],
)
def test_the_window_that_counted_is_told(metrics: Metrics, observed: Observation) -> None:
    """The one that excuses a failure or was overrun, in its zone and in UTC, until it is over."""
    metrics.record(observed)
    labels = {"starts": STARTS, "ends": ENDS, "words": "unavailable"}
    assert value(metrics, "probe_window_info", target="spot", **labels) == 1
    metrics.record(OBSERVED_UP)
    assert series(metrics, "probe_window_info") == {}


def test_the_published_window_is_told_in_words() -> None:
    """With the beginning of what was published, on one line, and nothing that calls a channel."""
    quote = "SPOT <!channel>\n will\x00be " + "unavailable " * 100
    metrics = Metrics(CollectorRegistry(), "0", "3")
    known = replace(KNOWN, windows={("spot", Impact.OUTAGE): replace(WINDOW, quote=quote)})
    metrics.registry.register(KnownCollector(lambda: known))
    ((labels, one),) = series(metrics, "probe_maintenance_info").items()
    shown = dict(labels)
    words = shown.pop("words")
    assert one == 1
    assert shown == {"component": "spot", "impact": "outage", "starts": STARTS, "ends": ENDS}
    assert words.startswith("SPOT !channel will be unavailable")
    assert words.endswith("unavailable …")
    assert len(words) <= 162


def test_a_notice_that_waits_is_told_with_its_words() -> None:
    """By the signs by which commands find it."""
    metrics = Metrics(CollectorRegistry(), "0", "3")
    metrics.registry.register(KnownCollector(lambda: replace(KNOWN, waiting=(SEEN,))))
    labels = {"feed": "page", "fingerprint": "f" * 12, "words": SEEN.notice.quote}
    assert series(metrics, "probe_notice_waiting_info") == {tuple(sorted(labels.items())): 1}


def test_a_notice_that_may_explain_a_failure_is_told_by_target() -> None:
    """With its words and what it may mean, for the text of a page."""
    waiting = replace(SEEN, notice=replace(SEEN.notice, proposals=(PLAN,)))
    known = replace(KNOWN, unread={"spot": waiting}, timezone=ZoneInfo("America/New_York"))
    metrics = Metrics(CollectorRegistry(), "0", "3")
    metrics.registry.register(KnownCollector(lambda: known))
    ((labels, one),) = series(metrics, "probe_unread_notice_info").items()
    shown = dict(labels)
    assert shown.pop("proposed").startswith("outage of spot, Tue Nov 24, 1:00 PM EST (18:00 UTC)")
    assert one == 1
    assert shown == {"target": "spot", "fingerprint": "f" * 12, "words": SEEN.notice.quote}


def test_the_clocks_of_the_configured_zone_are_known() -> None:
    """In winter five hours behind, in summer four."""
    metrics = Metrics(CollectorRegistry(), "0", "3")
    at = [NOON]
    zone = ZoneInfo("America/New_York")
    known = replace(KNOWN, timezone=zone)
    metrics.registry.register(KnownCollector(lambda: replace(known, at=at[0])))
    name = "probe_timezone_offset_seconds"
    assert series(metrics, name) == {(("abbreviation", "EST"),): -18_000}
    at[0] = NOON + 4000 * HOUR
    assert series(metrics, name) == {(("abbreviation", "EDT"),): -14_400}


def test_what_is_published_is_that_of_the_scrape(metrics: Metrics) -> None:
    """Active while open; start and end of the open or else the next."""
    labels = {"component": "spot", "impact": "outage"}
    assert value(metrics, "probe_maintenance_active", **labels) == 1
    assert value(metrics, "probe_maintenance_active", component="idm", impact="outage") == 0
    start = value(metrics, "probe_maintenance_start_timestamp_seconds", **labels)
    assert start == WINDOW.starts_at.timestamp()
    end = value(metrics, "probe_maintenance_end_timestamp_seconds", **labels)
    assert end == WINDOW.ends_at.timestamp()
    assert len(series(metrics, "probe_maintenance_start_timestamp_seconds")) == 1
    assert value(metrics, "probe_published_status", component="spot", status="available") == 1
    assert value(metrics, "probe_published_status", component="idm", status="unknown") == 1
    assert value(metrics, "probe_notices", feed="page", state="refused") == 2
    assert value(metrics, "probe_notices", feed="page", state="understood") == 0
    cutoff = value(metrics, "probe_receipt_cutoff_timestamp_seconds")
    assert cutoff == (NOON + 6 * HOUR).timestamp()


def test_a_window_that_is_not_open_yet_is_not_active() -> None:
    """It has a start and an end already."""
    later = replace(WINDOW, starts_at=NOON + timedelta(microseconds=1))
    metrics = Metrics(CollectorRegistry(), "0", "3")
    known = replace(KNOWN, windows={("spot", Impact.OUTAGE): later})
    metrics.registry.register(KnownCollector(lambda: known))
    assert value(metrics, "probe_maintenance_active", component="spot", impact="outage") == 0


def test_a_target_that_is_gone_leaves_no_series(metrics: Metrics) -> None:
    """After a reload; what is kept keeps its counts, and feeds go likewise."""
    metrics.record(OBSERVED_UP)
    metrics.expose([TARGET], [])
    left = {
        sample.labels["target"]
        for family in metrics.registry.collect()
        for sample in family.samples
        if "target" in sample.labels
    }
    assert left == {"spot"}
    assert value(metrics, "probe_observations_total", target="spot") == 1
    assert series(metrics, "probe_feed_fetches_total") == {}


def test_a_reload_forgets_no_verdict(metrics: Metrics) -> None:
    """The last one stands until the next observation."""
    metrics.record(OBSERVED_UP)
    metrics.expose([TARGET, IDM], ["page"])
    assert value(metrics, "probe_verdict", target="spot", verdict="up") == 1


def test_two_registries_share_nothing(metrics: Metrics) -> None:
    """The families are declared once and made anew for each."""
    other = Metrics(CollectorRegistry(), "1.2.3", "3.11.0")
    other.expose([TARGET], [])
    metrics.record(OBSERVED_UP)
    assert value(other, "probe_observations_total", target="spot") == 0
    assert value(other, "probe_feed_fetches_total", feed="page") is None


def test_the_text_is_what_prometheus_parses(metrics: Metrics) -> None:
    """Process and Python metrics are there, and the program's own version."""
    metrics.record(OBSERVED_UP)
    text = generate_latest(metrics.registry).decode()
    names = {family.name for family in text_string_to_metric_families(text)}
    assert {"process_cpu_seconds", "python_gc_objects_collected", "probe_build_info"} <= names
    assert 'probe_build_info{python="3.11.0",version="1.2.3"} 1.0' in text


@needs("promtool", package="prometheus")
def test_promtool_has_nothing_to_say(metrics: Metrics) -> None:
    """Names, units and help texts are as the conventions want them."""
    metrics.record(OBSERVED_UP)
    done = subprocess.run(
        [str(shutil.which("promtool")), "check", "metrics"],
        input=generate_latest(metrics.registry),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, b"")


ACCEPTED = (
    "",
    "text/plain;version=0.0.4",
    "text/plain;version=1.0.0;escaping=allow-utf-8",
    "text/plain;version=1.0.0;escaping=values",
    "application/openmetrics-text;version=1.0.0",
    "application/openmetrics-text;version=1.0.0;escaping=dots",
    "application/openmetrics-text;version=none",
)


def of_targets(text: str) -> list[str]:
    """Return the lines that targets write themselves."""
    published = "probe_unread_notice_info"
    return [line for line in text.splitlines() if "target" in line and published not in line]


@pytest.mark.parametrize("accepted", ACCEPTED)
def test_a_scrape_says_what_prometheus_client_would(accepted: str) -> None:
    """Line for line, in each format: targets write themselves, and only the order is their own."""
    metrics = Metrics(Registry(), "1.2.3", "3.11.0")
    metrics.registry.register(KnownCollector(lambda: KNOWN))
    odd = replace(TARGET, name='a "quoted" \\ name')
    metrics.expose([TARGET, IDM, odd], ["page"])
    metrics.record(OBSERVED_UP)
    for seconds in (0.05, 0.3, 4.0, 12345678.9):
        metrics.record(replace(OBSERVED_UP, result=replace(UP, duration_seconds=seconds)))
    down = replace(DOWN, target=odd.name)
    metrics.record(Observation(result=down, verdict=Verdict.UNEXPECTED, because=Because.EARLY))
    encode, content_type = encoder(accepted)
    try:
        theirs, their_type = choose_encoder(accepted)
    except TypeError:
        theirs, their_type = choose_encoder("")
    assert content_type == their_type
    said, expected = encode(metrics.registry).decode(), theirs(metrics.registry).decode()
    assert len(of_targets(expected)) > 200
    assert of_targets(said) == of_targets(expected)
    moving = ("process_", "python_gc_", "python__gc__")  # it goes on between the two
    assert sorted(line for line in said.splitlines() if not line.startswith(moving)) == sorted(
        line for line in expected.splitlines() if not line.startswith(moving)
    )
    assert said.endswith(expected[-6:]) or "openmetrics" not in content_type


def test_single_names_of_a_scrape(metrics: Metrics) -> None:
    """`name[]` finds the series of targets as well as the others."""
    some = metrics.registry.restricted_registry(["probe_verdict", "probe_build_info"])
    text = encoder("")[0](some).decode()
    assert {line.split("{")[0] for line in text.splitlines() if line[0] != "#"} == {
        "probe_verdict",
        "probe_build_info",
    }


def test_a_scrape_sees_a_target_as_it_was_at_one_moment(metrics: Metrics) -> None:
    """A record that comes in the middle of a collection shows in the next."""
    families = metrics.registry.collect()
    seen = {}
    for family in families:
        for sample in family.samples:
            if sample.labels.get("target") == "spot":
                seen[sample.name, tuple(sample.labels.values())] = sample.value
        if family.name == "probe_timeout_seconds":
            metrics.record(OBSERVED_UP)
    assert seen["probe_observations_total", ("spot",)] == 0
    assert not any(name == "probe_success" for name, _ in seen)
    assert value(metrics, "probe_observations_total", target="spot") == 1


def test_the_journal_says_what_waits_and_what_failed(metrics: Metrics) -> None:
    """Counters and gauges of its file, whatever its state."""
    found = {
        name: value(metrics, f"probe_journal_{name}")
        for name in (
            "queue_length",
            "trouble_since_timestamp_seconds",
            "write_failures_total",
            "read_failures_total",
            "dropped_observations_total",
            "files_set_aside_total",
        )
    }
    assert list(found.values()) == [3, NOON.timestamp(), 2, 1, 4, 0]
