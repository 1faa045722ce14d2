"""What is published, as it stands at each scrape; time passes between observations, too."""

import itertools
from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from probe.types import Impact, Known, NoticeState, PublishedStatus


class KnownCollector(Collector):
    """Says at each scrape what is published then; time passes between observations, too."""

    def __init__(self, known: Callable[[], Known]) -> None:
        self._known = known

    def describe(self) -> Iterable[Metric]:
        """Return no families: nothing is computed when the collector is registered."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield the published schedule, status and notices."""
        known = self._known()
        yield from _schedule(known)
        status = GaugeMetricFamily(
            "probe_published_status",
            "1 for the status that was last published of a component.",
            labels=("component", "status"),
        )
        for component, choice in itertools.product(known.components, PublishedStatus):
            said = known.status.get(component, PublishedStatus.UNKNOWN)
            status.add_metric((component, choice), said is choice)
        yield status
        notices = GaugeMetricFamily(
            "probe_notices", "Notices that stand in a feed, by state.", labels=("feed", "state")
        )
        for feed, state in itertools.product(known.feeds, NoticeState):
            notices.add_metric((feed, state), known.notices.get((feed, state), 0))
        yield notices
        yield GaugeMetricFamily(
            "probe_receipt_cutoff_timestamp_seconds",
            "When the current receipt day ends.",
            value=known.cutoff_at.timestamp(),
        )


def _schedule(known: Known) -> Iterator[Metric]:
    labels = ("component", "impact")
    active = GaugeMetricFamily(
        "probe_maintenance_active", "Whether a published window is open.", labels=labels
    )
    start = GaugeMetricFamily(
        "probe_maintenance_start_timestamp_seconds",
        "When the open or else the next published window starts.",
        labels=labels,
    )
    end = GaugeMetricFamily(
        "probe_maintenance_end_timestamp_seconds",
        "When the open or else the next published window ends.",
        labels=labels,
    )
    for component, impact in itertools.product(known.components, Impact):
        window = known.windows.get((component, impact))
        active.add_metric((component, impact), window is not None and window.starts_at <= known.at)
        if window is not None:
            start.add_metric((component, impact), window.starts_at.timestamp())
            end.add_metric((component, impact), window.ends_at.timestamp())
    yield from (active, start, end)
