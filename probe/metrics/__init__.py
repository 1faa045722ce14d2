"""The Prometheus registry: what was observed, and what is known at the scrape."""

from probe.metrics.exposition import Registry, encoder
from probe.metrics.journal import JournalCollector
from probe.metrics.observed import Metrics
from probe.metrics.published import KnownCollector
from probe.types import Known

__all__ = ["JournalCollector", "Known", "KnownCollector", "Metrics", "Registry", "encoder"]
