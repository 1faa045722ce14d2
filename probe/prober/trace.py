"""What the network told during one exchange, noted as it happens."""

import time
from collections.abc import Callable
from datetime import datetime

from probe.types import Phase


class Trace:
    """Time per phase in seconds, summed over redirects, and facts about the connections.

    A phase lasts until the next is entered, so that no time between two is lost and a failure
    is known by the phase in which it happened. The certificate's end is the earliest of all
    connections, the rest the last one's.
    """

    def __init__(self, timer: Callable[[], float] = time.perf_counter) -> None:
        self._timer = timer
        self._began = self._since = timer()
        self.phase: Phase | None = None
        self.phases: dict[Phase, float] = {}
        self.ip_protocol: int | None = None
        self.tls_version: str | None = None
        self.certificate_expires_at: datetime | None = None

    @property
    def elapsed(self) -> float:
        """Seconds from the beginning to the last change of phase."""
        return self._since - self._began

    def enter(self, phase: Phase | None) -> None:
        """End the phase that runs and begin another; None begins none."""
        now = self._timer()
        if self.phase is not None:
            self.phases[self.phase] = self.phases.get(self.phase, 0.0) + now - self._since
        self.phase, self._since = phase, now

    def secured(self, version: str | None, expires_at: datetime | None) -> None:
        """Note what a handshake agreed on, and when the first of its certificates expires."""
        self.tls_version = version
        ends = [end for end in (self.certificate_expires_at, expires_at) if end is not None]
        self.certificate_expires_at = min(ends, default=None)
