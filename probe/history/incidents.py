"""Failing spans become an incident: one streak is one, whatever windows it crosses. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from probe.history.availability import FAILURES, SECOND
from probe.types import Incident, PublishedStatus, Span, Verdict


def incident(
    own: Sequence[Span],
    ended_at: datetime | None,
    published: Mapping[str, PublishedStatus] | None = None,
) -> Incident:
    """Return the incident of a streak's failing spans, which come in order.

    Inconclusive spans between them add nothing, and neither does time in which nothing was probed.
    """
    first, last = own[0], own[-1]
    windows = {span.window.id: span.window for span in own if span.window}
    return Incident(
        target=first.target,
        started_at=first.since or first.started_at,
        confirmed_at=first.decided_at,
        last_failure_at=last.last_at,
        ended_at=ended_at,
        reasons=tuple(dict.fromkeys(span.reason for span in own if span.reason)),
        because=tuple(dict.fromkeys(span.because for span in own if span.because)),
        seconds={verdict: seconds(own, verdict) for verdict in sorted(FAILURES)},
        failures=sum(span.observations for span in own),
        windows=tuple(windows.values()),
        published=published or {},
    )


def seconds(own: Iterable[Span], verdict: Verdict) -> float:
    """Return how long spans of a verdict are together."""
    return sum(
        ((span.ends_at - span.started_at) / SECOND for span in own if span.verdict is verdict), 0.0
    )
