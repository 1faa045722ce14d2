"""The text of a scrape: prometheus_client's for what is small, and what writes itself beside it."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector, RestrictedRegistry

OPENMETRICS = "application/openmetrics-text"
Encode = Callable[[CollectorRegistry | RestrictedRegistry], bytes]

#: How an OpenMetrics text ends.
END = b"# EOF\n"
#: Schemes that write even plain names in another way.
RENAMING = ("escaping=dots", "escaping=values")


@runtime_checkable
class Writer(Protocol):
    """A collector that writes its own text, quicker than sample by sample."""

    def text(self, *, openmetrics: bool) -> str:
        """Return its families, just as prometheus_client would write what it collects."""


class Registry(CollectorRegistry):
    """A registry that knows which of its collectors write themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.writers: list[Writer] = []
        self.others = CollectorRegistry()

    def register(self, collector: Collector) -> None:
        """Add a collector."""
        super().register(collector)
        if isinstance(collector, Writer):
            self.writers.append(collector)
        else:
            self.others.register(collector)


def encoder(accepted: str) -> tuple[Encode, str]:
    """Return what writes a registry as an Accept header asks, and the type of what it writes."""
    try:
        encode, content_type = choose_encoder(accepted)
    except (ValueError, TypeError):  # a version that is no number
        encode, content_type = choose_encoder("")
    openmetrics = content_type.startswith(OPENMETRICS)

    def whole(registry: CollectorRegistry | RestrictedRegistry) -> bytes:
        if not isinstance(registry, Registry) or content_type.endswith(RENAMING):
            return encode(registry)
        small = encode(registry.others)
        large = "".join(one.text(openmetrics=openmetrics) for one in registry.writers).encode()
        return small.removesuffix(END) + large + END if openmetrics else small + large

    return whole, content_type
