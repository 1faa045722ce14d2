"""What was observed: every instrument that is set or counted up while the program runs."""

from collections.abc import Iterable

from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    PROCESS_COLLECTOR,
    CollectorRegistry,
)

from probe.metrics.family import counter, forget, gauge, histogram, register
<<<<<<< HEAD
from probe.metrics.targets import TargetCollector
from probe.types import FeedFailure, Observation, Refused, Target
=======
from probe.metrics.label import address, beginning, told
from probe.types import (
    Because,
    Cause,
    FeedFailure,
    Observation,
    Phase,
    Reason,
    Refused,
    Result,
    Target,
    Verdict,
    Window,
)
>>>>>>> main

DELAY = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5)
<<<<<<< HEAD
=======
STALL = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
EXPECTATIONS = (Verdict.EXPECTED, Verdict.UNEXPECTED)
>>>>>>> main


class Metrics:
    """The families of one registry, and those of the process and of Python."""

<<<<<<< HEAD
=======
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
        "Failed probes that say nothing of the target: our own network was down, or we were late.",
        "target",
        "cause",
    )
>>>>>>> main
    loop_stall = histogram(
        "probe_loop_stall_seconds",
        "How late the pulse of our own event loop was; more is our own fault, not a target's.",
        buckets=STALL,
    )
    under_way = gauge("probe_probes_under_way", "Probes that have begun and not ended.")
    task_restarts = counter(
        "probe_task_restarts", "Times a task that must not end was begun again.", "task"
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
    schedule_delay = histogram(
        "probe_schedule_delay_seconds",
        "How long after its due time a probe started.",
        buckets=DELAY,
    )
    web_refused = counter(
        "probe_web_refused",
        "Connections closed and requests refused by the web server, to keep to its limits.",
        "cause",
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
        self._targets = TargetCollector()
        registry.register(self._targets)
        self.build_info.labels(version, python).set(1)
        for cause in Refused:
            self.web_refused.labels(cause)
        self._feeds: set[str] = set()

    # --- label sets --------------------------------------------------------------------------

<<<<<<< HEAD
    def expose(self, targets: Iterable[Target], feeds: Iterable[str]) -> None:
        """Let every label set of these targets and feeds exist, at 0, and no other any longer."""
        self._targets.expose(targets)
=======
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
        for name in self._series.keys() - current.keys():
            forget(self, "target", name)
            del self._series[name]
        for name, target in current.items():
            self._expose(target, (contacts or {}).get(name, ""))
>>>>>>> main
        asked = set(feeds)
        for name in self._feeds - asked:
            forget(self, "feed", name)
        for name in asked:
            self.feed_fetches.labels(name)
            self.notices_refused.labels(name)
            for failure in FeedFailure:
                self.feed_failures.labels(name, failure)
        self._feeds = asked

    def _expose(self, target: Target, contact: str) -> None:
        name = target.name
        self.timeout.labels(name).set(target.timeout.total_seconds())
        self.interval.labels(name).set(target.interval.total_seconds())
        if name not in self._series:
            self._series[name] = _Series(self, name)
        self._series[name].introduce(address(target.url), beginning(contact))

    # --- records -----------------------------------------------------------------------------

    def skip(self, target: Target, times: int) -> None:
        """Count due times of a target that passed unused."""
        self._targets.skip(target.name, times)

    def record(self, observation: Observation) -> None:
        """Show an observation of a target that is exposed."""
        self._targets.record(observation)

    def refuse(self, cause: Refused) -> None:
        """Count a connection or a request that the web server refused; from any thread."""
        self.web_refused.labels(cause).inc()
<<<<<<< HEAD
=======


class _Series:
    """All series of one target: looked up once, since a record touches some thirty of them."""

    def __init__(self, metrics: Metrics, name: str) -> None:
        self._metrics = metrics
        self._name = name
        self._tls = Info(metrics.tls_version, name)
        self._info = Info(metrics.target_info, name)
        self._window = Info(metrics.window_info, name)
        self.ticks_skipped = metrics.ticks_skipped.labels(name)
        self._observations = metrics.observations.labels(name)
        self._attempts = metrics.attempts.labels(name)
        self._response = metrics.response.labels(name)
        self._inconclusive = {cause: metrics.inconclusive.labels(name, cause) for cause in Cause}
        self._attempt_failures = {
            reason: metrics.attempt_failures.labels(name, reason) for reason in Reason
        }
        self._failures = {
            (expectation, reason): metrics.failures.labels(name, expectation, reason)
            for expectation in EXPECTATIONS
            for reason in Reason
        }
        self._verdict = OneOf({one: metrics.verdict.labels(name, one) for one in Verdict})
        self._because = OneOf({one: metrics.because.labels(name, one) for one in Because})
        self._gauges: dict[Gauge, Gauge] = {}
        self._phases: dict[Phase, Gauge] = {}

    def introduce(self, *labels: str) -> None:
        """Say where the target is and whom to call about it."""
        self._info.show(labels)

    def record(self, observation: Observation) -> None:
        """Show an observation."""
        result, metrics = observation.result, self._metrics
        self._observations.inc()
        self._attempts.inc(result.attempts)
        for reason in result.attempt_failures:
            self._attempt_failures[reason].inc()
        if observation.cause is not None:
            self._inconclusive[observation.cause].inc()
        elif result.reason is not None:
            self._failures[observation.verdict, result.reason].inc()
        self._verdict.choose(observation.verdict)
        self._because.choose(observation.because)
        since = observation.streak.since.timestamp() if observation.streak else 0
        self._set(metrics.failing_since, since)
        self._set(metrics.last_observation, result.started_at.timestamp())
        window = _relied_on(observation)
        self._window.show(told(window) if window else None)
        self._measure(result)

    def _measure(self, result: Result) -> None:
        metrics = self._metrics
        self._set(metrics.success, result.success)
        self._set(metrics.duration, result.duration_seconds)
        if not self._phases:
            self._phases = {phase: metrics.phases.labels(self._name, phase) for phase in Phase}
        for phase, series in self._phases.items():
            series.set(result.phases.get(phase, 0))
        self._set(metrics.status_code, result.status_code or 0)
        self._set(metrics.redirects, result.redirects)
        self._set(metrics.body_length, result.body_length)
        if result.status_code is not None:
            self._response.observe(result.duration_seconds)
        self._set(metrics.ip_protocol, result.ip_protocol or 0)
        if result.certificate_expires_at is not None:
            self._set(metrics.certificate, result.certificate_expires_at.timestamp())
        if result.tls_version is not None:
            self._tls.show((result.tls_version,))
        if result.clock_skew_seconds is not None:
            self._set(metrics.clock_skew, result.clock_skew_seconds)

    def _set(self, family: Gauge, value: float) -> None:
        """Set a gauge that has nothing to say before its first value."""
        if family not in self._gauges:
            self._gauges[family] = family.labels(self._name)
        self._gauges[family].set(value)


def _relied_on(observation: Observation) -> Window | None:
    """Return the window that excuses a failure, or the one that it has overrun."""
    if observation.because is Because.OVERRUN and observation.streak:
        return observation.streak.window
    return observation.window


class Info:
    """The one series of a target that says something in its labels; it is replaced by the next."""

    def __init__(self, family: Gauge, target: str) -> None:
        self._family = family
        self._target = target
        self._shown: tuple[str, ...] | None = None

    def show(self, labels: tuple[str, ...] | None) -> None:
        """Say this from now on; None says nothing."""
        if labels == self._shown:
            return
        if self._shown is not None:
            self._family.remove(self._target, *self._shown)
        if labels is not None:
            self._family.labels(self._target, *labels).set(1)
        self._shown = labels


class OneOf:
    """A closed set of which at most one is 1 and the others are 0; none is at first."""

    def __init__(self, choices: Mapping[StrEnum, Gauge]) -> None:
        self._choices = choices
        self._chosen: StrEnum | None = None

    def choose(self, chosen: StrEnum | None) -> None:
        """Let one of them be 1, or none."""
        if chosen is self._chosen:
            return
        if self._chosen is not None:
            self._choices[self._chosen].set(0)
        if chosen is not None:
            self._choices[chosen].set(1)
        self._chosen = chosen
>>>>>>> main
