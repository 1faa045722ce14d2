"""What was observed: every instrument that is set or counted up while the program runs."""

from collections.abc import Iterable, Mapping

from prometheus_client import (
    GC_COLLECTOR,
    PLATFORM_COLLECTOR,
    PROCESS_COLLECTOR,
    CollectorRegistry,
)

from probe.metrics.family import counter, forget, gauge, histogram, register
from probe.metrics.targets import TargetCollector
from probe.types import FeedFailure, Observation, Refused, Target

DELAY = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5)
STALL = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """The families of one registry, and those of the process and of Python."""

    loop_stall = histogram(
        "probe_loop_stall_seconds",
        "How late the pulse of our own event loop was; more is our own fault, not a target's.",
        buckets=STALL,
    )
    notifications = counter(
        "probe_notifications",
        "Messages about changes of verdict, by whether they could be sent.",
        "receiver",
        "sent",
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

    def expose(
        self,
        targets: Iterable[Target],
        feeds: Iterable[str],
        contacts: Mapping[str, str] | None = None,
    ) -> None:
        """Let every label set of these targets and feeds exist, at 0, and no other any longer.

        `contacts` say whom to call about a target, by its name.
        """
        self._targets.expose(targets, contacts or {})
        asked = set(feeds)
        for name in self._feeds - asked:
            forget(self, "feed", name)
        for name in asked:
            self.feed_fetches.labels(name)
            self.notices_refused.labels(name)
            for failure in FeedFailure:
                self.feed_failures.labels(name, failure)
        self._feeds = asked

    # --- records -----------------------------------------------------------------------------

    def skip(self, target: Target, times: int) -> None:
        """Count due times of a target that passed unused."""
        self._targets.skip(target.name, times)

    def record(self, observation: Observation) -> None:
        """Show an observation of a target that is exposed."""
        self._targets.record(observation)

    def notified(self, receiver: str, sent: bool) -> None:  # noqa: FBT001  (what an outbox tells)
        """Count a message to a receiver."""
        self.notifications.labels(receiver, str(sent).lower()).inc()

    def refuse(self, cause: Refused) -> None:
        """Count a connection or a request that the web server refused; from any thread."""
        self.web_refused.labels(cause).inc()
