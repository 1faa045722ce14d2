"""What was observed: every instrument that is set or counted up while the program runs.

Names and meaning follow blackbox_exporter where it has the thing. Counters and 0/1 sets exist at 0
for every label set from the start; last-value gauges appear with the first observation.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    PROCESS_COLLECTOR,
    CollectorRegistry,
    Gauge,
)

from probe.metrics.family import counter, forget, gauge, histogram, register
from probe.metrics.label import address, beginning, told
from probe.types import Because, Cause, FeedFailure, Observation, Phase, Reason, Target, Verdict

LATENCY = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10)
DELAY = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5)
STALL = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
EXPECTATIONS = (Verdict.EXPECTED, Verdict.UNEXPECTED)


class Metrics:
    """The families of one registry, and those of the process and of Python."""

    success = gauge("probe_success", "Whether the last probe succeeded.", "target")
    duration = gauge(
        "probe_duration_seconds", "How long the last probe's deciding attempt took.", "target"
    )
    timeout = gauge(
        "probe_timeout_seconds", "The deadline of one attempt, all of it included.", "target"
    )
    interval = gauge("probe_interval_seconds", "How often a probe of the target is due.", "target")
    target_info = gauge(
        "probe_target_info",
        "Where the target is and whom to call about it, for messages; always 1.",
        "target",
        "url",
        "contact",
    )
    window_info = gauge(
        "probe_window_info",
        "The window that the last observation relied on or that was overrun; always 1.",
        "target",
        "starts",
        "ends",
        "words",
    )
    phases = gauge(
        "probe_http_duration_seconds",
        "The last attempt's time by phase, summed over redirects.",
        "target",
        "phase",
    )
    status_code = gauge(
        "probe_http_status_code",
        "The status of the last answer, 0 if there was none.",
        "target",
    )
    redirects = gauge(
        "probe_http_redirects", "How many redirects the last attempt followed.", "target"
    )
    body_length = gauge(
        "probe_http_uncompressed_body_length", "Bytes of the last body, decoded.", "target"
    )
    ip_protocol = gauge(
        "probe_ip_protocol",
        "The last connection's address family: 4, 6, or 0 for none.",
        "target",
    )
    certificate = gauge(
        "probe_ssl_earliest_cert_expiry",
        "When the first certificate that the target presents ends, in seconds since 1970.",
        "target",
    )
    tls_version = gauge(
        "probe_tls_version_info", "The TLS version of the last connection.", "target", "version"
    )
    response = histogram(
        "probe_response_duration_seconds",
        "How long attempts that were answered took, resolve to last byte.",
        "target",
        buckets=LATENCY,
    )
    observations = counter("probe_observations", "Judged probes.", "target")
    inconclusive = counter(
        "probe_inconclusive",
        "Failed probes that say nothing of the target, by what was at fault on our side.",
        "target",
        "cause",
    )
    attempts = counter("probe_attempts", "Requests made, repeats included.", "target")
    attempt_failures = counter(
        "probe_attempt_failures", "Requests that failed, repeats included.", "target", "reason"
    )
    failures = counter(
        "probe_failures",
        "Confirmed failures: inside a published window that excuses them, or not.",
        "target",
        "expectation",
        "reason",
    )
    verdict = gauge(
        "probe_verdict", "1 for the verdict of the last observation.", "target", "verdict"
    )
    because = gauge(
        "probe_unexpected_because",
        "1 for why the last observation was unexpected; all 0 when it was not.",
        "target",
        "because",
    )
    failing_since = gauge(
        "probe_failing_since_timestamp_seconds",
        "When the failing streak began, 0 when up.",
        "target",
    )
    last_observation = gauge(
        "probe_last_observation_timestamp_seconds", "When the last probe started.", "target"
    )
    clock_skew = gauge(
        "probe_clock_skew_seconds", "The target's clock minus ours, by its Date.", "target"
    )
    feed_fetches = counter("probe_feed_fetches", "Times a feed was asked.", "feed")
    feed_failures = counter(
        "probe_feed_failures", "Times a feed gave nothing that could be read.", "feed", "reason"
    )
    feed_success = gauge(
        "probe_feed_last_success_timestamp_seconds", "When a feed was last read well.", "feed"
    )
    feed_change = gauge(
        "probe_feed_last_change_timestamp_seconds",
        "When a feed last said something new.",
        "feed",
    )
    notices_refused = counter(
        "probe_notices_refused", "Notices that began to wait for a person.", "feed"
    )
    loop_stall = histogram(
        "probe_loop_stall_seconds",
        "How long the event loop stood still while something was due.",
        buckets=STALL,
    )
    task_restarts = counter(
        "probe_task_restarts", "Times a long-lived task ended and was begun again.", "task"
    )
    schedule_delay = histogram(
        "probe_schedule_delay_seconds",
        "How long after its due time a probe started.",
        buckets=DELAY,
    )
    ticks_skipped = counter(
        "probe_ticks_skipped", "Due times that passed while the last probe still ran.", "target"
    )
    journal_failures = counter(
        "probe_journal_write_failures", "Records that could not be written to the journal."
    )
    journal_queue = gauge(
        "probe_journal_queue_length", "Records that wait to be written to the journal."
    )
    journal_healthy = gauge(
        "probe_journal_healthy", "Whether the last write to the journal succeeded."
    )
    reload_successful = gauge(
        "probe_config_last_reload_successful", "Whether the last reload was accepted."
    )
    reload_success_at = gauge(
        "probe_config_last_reload_success_timestamp_seconds",
        "When the configuration in force was read.",
    )
    build_info = gauge("probe_build_info", "The program and what runs it.", "version", "python")

    def __init__(self, registry: CollectorRegistry, version: str, python: str) -> None:
        self.registry = registry
        for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR):
            registry.register(collector)
        register(self, registry)
        self.build_info.labels(version, python).set(1)
        self.journal_healthy.set(1)
        self._targets: set[str] = set()
        self._feeds: set[str] = set()

    # --- label sets --------------------------------------------------------------------------

    def expose(
        self,
        targets: Iterable[Target],
        feeds: Iterable[str],
        contacts: Mapping[str, str] | None = None,
    ) -> None:
        """Let every label set of these targets and feeds exist, at 0, and no other any longer.

        `contacts` say whom to call about a target, by its name.
        """
        current = {target.name: target for target in targets}
        for name in self._targets - current.keys():
            forget(self, "target", name)
        for name, target in current.items():
            self._expose(target, (contacts or {}).get(name, ""))
            if name not in self._targets:
                one_of(self.verdict, name, Verdict, None)
                one_of(self.because, name, Because, None)
        asked = set(feeds)
        for name in self._feeds - asked:
            forget(self, "feed", name)
        for name in asked:
            self.feed_fetches.labels(name)
            self.notices_refused.labels(name)
            for failure in FeedFailure:
                self.feed_failures.labels(name, failure)
        self._targets, self._feeds = set(current), asked

    def _expose(self, target: Target, contact: str) -> None:
        name = target.name
        self.timeout.labels(name).set(target.timeout.total_seconds())
        self.interval.labels(name).set(target.interval.total_seconds())
        self.target_info.remove_by_labels({"target": name})
        self.target_info.labels(name, address(target.url), beginning(contact)).set(1)
        for single in (self.observations, self.attempts, self.ticks_skipped):
            single.labels(name)
        for cause in Cause:
            self.inconclusive.labels(name, cause)
        self.response.labels(name)
        for reason in Reason:
            self.attempt_failures.labels(name, reason)
            for expectation in EXPECTATIONS:
                self.failures.labels(name, expectation, reason)

    # --- records -----------------------------------------------------------------------------

    def record(self, observation: Observation) -> None:
        """Show an observation."""
        result, name = observation.result, observation.result.target
        self.observations.labels(name).inc()
        self.attempts.labels(name).inc(result.attempts)
        for reason in result.attempt_failures:
            self.attempt_failures.labels(name, reason).inc()
        if observation.verdict is Verdict.INCONCLUSIVE:
            self.inconclusive.labels(name, observation.cause or Cause.NETWORK).inc()
        elif result.reason:
            self.failures.labels(name, observation.verdict, result.reason).inc()
        one_of(self.verdict, name, Verdict, observation.verdict)
        one_of(self.because, name, Because, observation.because)
        since = observation.streak.since.timestamp() if observation.streak else 0
        self.failing_since.labels(name).set(since)
        self.last_observation.labels(name).set(result.started_at.timestamp())
        self.window_info.remove_by_labels({"target": name})
        window = observation.window
        if observation.because is Because.OVERRUN and observation.streak:
            window = observation.streak.window
        if window is not None:
            self.window_info.labels(name, *told(window)).set(1)
        self._measure(observation)

    def _measure(self, observation: Observation) -> None:
        result, name = observation.result, observation.result.target
        self.success.labels(name).set(result.success)
        self.duration.labels(name).set(result.duration_seconds)
        for phase in Phase:
            self.phases.labels(name, phase).set(result.phases.get(phase, 0))
        self.status_code.labels(name).set(result.status_code or 0)
        self.redirects.labels(name).set(result.redirects)
        self.body_length.labels(name).set(result.body_length)
        if result.status_code is not None:
            self.response.labels(name).observe(result.duration_seconds)
        self.ip_protocol.labels(name).set(result.ip_protocol or 0)
        if result.certificate_expires_at is not None:
            self.certificate.labels(name).set(result.certificate_expires_at.timestamp())
        if result.tls_version is not None:
            self.tls_version.remove_by_labels({"target": name})
            self.tls_version.labels(name, result.tls_version).set(1)
        if result.clock_skew_seconds is not None:
            self.clock_skew.labels(name).set(result.clock_skew_seconds)


def one_of(gauge: Gauge, name: str, choices: type[StrEnum], chosen: StrEnum | None) -> None:
    """Set one of a closed set to 1 and the others to 0."""
    for choice in choices:
        gauge.labels(name, choice).set(choice is chosen)
