"""How it stands with the journal's file, at each scrape."""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from probe.types import JournalState


class JournalCollector(Collector):
    """Says at each scrape what waits to be written, and what could not be written or read."""

    def __init__(self, state: Callable[[], JournalState]) -> None:
        self._state = state

    def describe(self) -> Iterable[Metric]:
        """Return no families: nothing is asked when the collector is registered."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield the queue, the trouble and the failures."""
        state = self._state()
        since = state.trouble_since.timestamp() if state.trouble_since else 0
        for name, told, value in (
            ("queue_length", "Observations that wait to be written to the journal.", state.queued),
            (
                "healthy",
                "Whether the journal can be written.",
                not state.trouble,
            ),
            (
                "trouble_since_timestamp_seconds",
                "Since when the journal cannot be written, 0 when it can.",
                since,
            ),
        ):
            yield GaugeMetricFamily(f"probe_journal_{name}", told, value=value)
        for name, told, value in (
            (
                "write_failures",
                "Attempts to write the journal that failed; what was to be written waits.",
                state.write_failures,
            ),
            ("read_failures", "Reads of the journal's past that failed.", state.read_failures),
            (
                "dropped_observations",
                "Observations that were lost because too many waited to be written.",
                state.dropped,
            ),
            (
                "files_set_aside",
                "Times the journal could not be read, was set aside and begun anew.",
                state.files_set_aside,
            ),
        ):
            yield CounterMetricFamily(f"probe_journal_{name}", told, value=value)
