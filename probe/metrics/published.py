"""What is published, as it stands at each scrape; time passes between observations, too."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from probe.english import beginning
from probe.maintenance import waiting as waits
from probe.metrics.label import told
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
        waiting = GaugeMetricFamily(
            "probe_notice_waiting_info",
            "A notice that waits for a person, and how its words begin; always 1.",
            labels=("feed", "fingerprint", "words"),
        )
        for seen in known.waiting:
            words = beginning(seen.notice.quote or seen.notice.text)
            waiting.add_metric((seen.feed, waits.mark(seen), words), 1)
        yield waiting
        unread = GaugeMetricFamily(
            "probe_unread_notice_info",
            "A notice that waits for a person and may explain a failure of a target; always 1.",
            labels=("target", "fingerprint", "words", "proposed"),
        )
        for target, seen in known.unread.items():
            words = beginning(seen.notice.quote or seen.notice.text)
            proposed = beginning(waits.proposed(seen, known.timezone))
            unread.add_metric((target, waits.mark(seen), words, proposed), 1)
        yield unread
        local = known.at.astimezone(known.timezone)
        offset = GaugeMetricFamily(
            "probe_timezone_offset_seconds",
            "How far the clocks of the configured timezone are ahead of UTC now.",
            labels=("abbreviation",),
        )
        ahead = local.utcoffset() or timedelta()
        offset.add_metric((local.tzname() or "",), ahead.total_seconds())
        yield offset
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
    info = GaugeMetricFamily(
        "probe_maintenance_info",
        "What is published of the same window, for messages; always 1.",
        labels=(*labels, "starts", "ends", "words"),
    )
    for component, impact in itertools.product(known.components, Impact):
        window = known.windows.get((component, impact))
        active.add_metric((component, impact), window is not None and window.starts_at <= known.at)
        if window is not None:
            start.add_metric((component, impact), window.starts_at.timestamp())
            end.add_metric((component, impact), window.ends_at.timestamp())
            info.add_metric((component, impact, *told(window)), 1)
    yield from (active, start, end, info)
