"""What was observed of each target.

Names and meaning follow blackbox_exporter where it has the thing. Counters and 0/1 sets exist at 0
for every label set from the start; last-value gauges appear with the first observation.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from probe.english import beginning
from probe.metrics.label import address, told
from probe.metrics.layout import Family, Layout, Values
from probe.types import (
    Because,
    Cause,
    Observation,
    Phase,
    Reason,
    Result,
    Target,
    Verdict,
    Window,
)

LATENCY = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10)
EXPECTATIONS = (Verdict.EXPECTED, Verdict.UNEXPECTED)

LAYOUT = Layout()
SUCCESS = LAYOUT.gauge("probe_success", "Whether the last probe succeeded.").place
DURATION = LAYOUT.gauge(
    "probe_duration_seconds", "How long the last probe's deciding attempt took."
).place
TIMEOUT = LAYOUT.gauge(
    "probe_timeout_seconds", "The deadline of one attempt, all of it included."
).place
INTERVAL = LAYOUT.gauge("probe_interval_seconds", "How often a probe of the target is due.").place
TARGET_INFO = LAYOUT.info(
    "probe_target_info",
    "Where the target is and whom to call about it, for messages; always 1.",
    "url",
    "contact",
).place
WINDOW_INFO = LAYOUT.info(
    "probe_window_info",
    "The window that the last observation relied on or that was overrun; always 1.",
    "starts",
    "ends",
    "words",
).place
PHASES = LAYOUT.gauge(
    "probe_http_duration_seconds",
    "The last attempt's time by phase, summed over redirects.",
    phase=Phase,
).places
STATUS_CODE = LAYOUT.gauge(
    "probe_http_status_code", "The status of the last answer, 0 if there was none."
).place
REDIRECTS = LAYOUT.gauge(
    "probe_http_redirects", "How many redirects the last attempt followed."
).place
BODY_LENGTH = LAYOUT.gauge(
    "probe_http_uncompressed_body_length", "Bytes of the last body, decoded."
).place
IP_PROTOCOL = LAYOUT.gauge(
    "probe_ip_protocol", "The last connection's address family: 4, 6, or 0 for none."
).place
CERTIFICATE = LAYOUT.gauge(
    "probe_ssl_earliest_cert_expiry",
    "When the first certificate that the target presents ends, in seconds since 1970.",
).place
TLS_VERSION = LAYOUT.info(
    "probe_tls_version_info", "The TLS version of the last connection.", "version"
).place
RESPONSE = LAYOUT.histogram(
    "probe_response_duration_seconds",
    "How long attempts that were answered took, resolve to last byte.",
    LATENCY,
)
OBSERVATIONS = LAYOUT.counter("probe_observations", "Judged probes.").place
ATTEMPTS = LAYOUT.counter("probe_attempts", "Requests made, repeats included.").place
INCONCLUSIVE = LAYOUT.counter(
    "probe_inconclusive",
    "Failed probes that say nothing of the target: our own network was down, or we were late.",
    cause=Cause,
).places
ATTEMPT_FAILURES = LAYOUT.counter(
    "probe_attempt_failures", "Requests that failed, repeats included.", reason=Reason
).places
FAILURES = LAYOUT.counter(
    "probe_failures",
    "Confirmed failures: inside a published window that excuses them, or not.",
    expectation=EXPECTATIONS,
    reason=Reason,
).places
VERDICT = LAYOUT.gauge(
    "probe_verdict", "1 for the verdict of the last observation.", first=0.0, verdict=Verdict
)
BECAUSE = LAYOUT.gauge(
    "probe_unexpected_because",
    "1 for why the last observation was unexpected; all 0 when it was not.",
    first=0.0,
    because=Because,
)
FAILING_SINCE = LAYOUT.gauge(
    "probe_failing_since_timestamp_seconds", "When the failing streak began, 0 when up."
).place
LAST_OBSERVATION = LAYOUT.gauge(
    "probe_last_observation_timestamp_seconds", "When the last probe started."
).place
CLOCK_SKEW = LAYOUT.gauge(
    "probe_clock_skew_seconds", "The target's clock minus ours, by its Date."
).place
TICKS_SKIPPED = LAYOUT.counter(
    "probe_ticks_skipped", "Due times that passed while the last probe still ran."
).place


class TargetCollector(Collector):
    """The series of every target; whoever reads them sees each target as it was at one moment.

    A change makes a new list of values and puts it in the place of the old one, so that a scrape
    in another thread needs no lock.
    """

    def __init__(self) -> None:
        self._values: dict[str, Values] = {}

    def describe(self) -> Iterable[Metric]:
        """Return the families without samples: their names are known before there is a target."""
        return LAYOUT.collect({})

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        return LAYOUT.collect(self._values.copy())

    def text(self, *, openmetrics: bool) -> str:
        """Return every family as it is written."""
        return LAYOUT.text(self._values.copy(), openmetrics=openmetrics)

    def expose(self, targets: Iterable[Target], contacts: Mapping[str, str]) -> None:
        """Let the series of these targets exist, and no other any longer."""
        exposed = {}
        for target in targets:
            known = self._values.get(target.name)
            values = LAYOUT.blank() if known is None else known.copy()
            values.figures[TIMEOUT] = target.timeout.total_seconds()
            values.figures[INTERVAL] = target.interval.total_seconds()
            contact = beginning(contacts.get(target.name, ""))
            values.words[TARGET_INFO] = address(target.url), contact
            exposed[target.name] = values
        self._values = exposed

    def skip(self, name: str, times: int) -> None:
        """Count due times of a target that passed unused."""
        values = self._values[name].copy()
        _add(values, TICKS_SKIPPED, times)
        self._values[name] = values

    def record(self, observation: Observation) -> None:
        """Show an observation of a target that is exposed."""
        name = observation.result.target
        values = self._values[name].copy()
        _count(values, observation)
        _judge(values, observation)
        _measure(values, observation.result)
        self._values[name] = values


def _count(values: Values, observation: Observation) -> None:
    result = observation.result
    _add(values, OBSERVATIONS)
    _add(values, ATTEMPTS, result.attempts)
    for reason in result.attempt_failures:
        _add(values, ATTEMPT_FAILURES[reason,])
    if observation.cause is not None:
        _add(values, INCONCLUSIVE[observation.cause,])
    elif result.reason is not None:
        _add(values, FAILURES[observation.verdict, result.reason])
    if result.status_code is not None:
        RESPONSE.observe(values, result.duration_seconds)


def _judge(values: Values, observation: Observation) -> None:
    streak, window = observation.streak, _relied_on(observation)
    _choose(values, VERDICT, observation.verdict)
    _choose(values, BECAUSE, observation.because)
    values.figures[FAILING_SINCE] = streak.since.timestamp() if streak else 0.0
    values.words[WINDOW_INFO] = told(window) if window else None


def _relied_on(observation: Observation) -> Window | None:
    """Return the window that excuses a failure, or the one that it has overrun."""
    if observation.because is Because.OVERRUN and observation.streak:
        return observation.streak.window
    return observation.window


def _measure(values: Values, result: Result) -> None:
    figures = values.figures
    figures[LAST_OBSERVATION] = result.started_at.timestamp()
    figures[SUCCESS] = float(result.success)
    figures[DURATION] = result.duration_seconds
    for phase in Phase:
        figures[PHASES[phase,]] = result.phases.get(phase, 0.0)
    figures[STATUS_CODE] = result.status_code or 0
    figures[REDIRECTS] = result.redirects
    figures[BODY_LENGTH] = result.body_length
    figures[IP_PROTOCOL] = result.ip_protocol or 0
    if result.certificate_expires_at is not None:
        figures[CERTIFICATE] = result.certificate_expires_at.timestamp()
    if result.tls_version is not None:
        values.words[TLS_VERSION] = (result.tls_version,)
    if result.clock_skew_seconds is not None:
        figures[CLOCK_SKEW] = result.clock_skew_seconds


def _add(values: Values, place: int, more: float = 1.0) -> None:
    values.figures[place] = (values.figures[place] or 0.0) + more


def _choose(values: Values, family: Family, chosen: StrEnum | None) -> None:
    """Let one of a closed set be 1, or none."""
    for (one,), place in family.places.items():
        values.figures[place] = 1.0 if one == chosen else 0.0
