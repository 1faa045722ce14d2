"""The figures of a report, from spans, incidents and windows. Pure; instants are in UTC."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

from probe.history.availability import FAILURES, SECOND, availability
from probe.history.hindsight import Hindsight
from probe.history.incidents import seconds
from probe.types import Availability, Because, Impact, Incident, Span, Verdict, Window

WORST_DAYS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What a report is about: `start <= t < end`."""

    start: datetime
    end: datetime


class Outcome(StrEnum):
    """What came of a window, as far as the probe saw it."""

    FAILED = "failed"
    NOTHING_FAILED = "nothing_failed"
    NOT_OBSERVED = "not_observed"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFigures:
    """An incident as labelled then, and as known now with the windows that make the difference.

    The incident is whole, also where it reaches beyond the report. `detection_seconds` lie between
    the start of the first failing attempt and its confirmation; `published_late_seconds` between
    the first failure and the publication that came after it.
    """

    incident: Incident
    known_now: Mapping[Verdict, float]
    because_now: tuple[Because, ...]
    difference: tuple[Window, ...]
    detection_seconds: float
    published_late_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFigures:
    """A window as planned, and how one target really failed in it.

    `failing_from` and `failing_until` are the first and the last instant within the window in which
    the target was failing. `overrun_seconds` are how long what began inside went on after its end.
    `published_late_seconds` lie between its start and its publication.
    """

    window: Window
    target: str
    outcome: Outcome
    failing_from: datetime | None
    failing_until: datetime | None
    failing_seconds: float
    overrun_seconds: float
    unknown_seconds: float
    published_late_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFigures:
    """A target's availability, as labelled then and as known now, and its local days."""

    target: str
    availability: Availability
    availability_known_now: Availability
    of_all_time: float | None
    of_unplanned_time: float | None
    of_unplanned_time_known_now: float | None
    unknown_share: float | None
    incidents: int
    median_detection_seconds: float | None
    days: Mapping[date, Availability]
    worst_days: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report over [start, end); `timezone` is that of its days."""

    start: datetime
    end: datetime
    made_at: datetime
    timezone: str
    targets: tuple[TargetFigures, ...]
    incidents: tuple[IncidentFigures, ...]
    windows: tuple[WindowFigures, ...]


def target_figures(
    target: str,
    labelled: Availability,
    known_now: Availability,
    days: Mapping[date, Availability],
    incidents: Sequence[Incident],
) -> TargetFigures:
    """Return a target's figures."""
    took = [detection(one) for one in incidents]
    return TargetFigures(
        target=target,
        availability=labelled,
        availability_known_now=known_now,
        of_all_time=labelled.of_all_time,
        of_unplanned_time=labelled.of_unplanned_time,
        of_unplanned_time_known_now=known_now.of_unplanned_time,
        unknown_share=labelled.unknown_share,
        incidents=len(incidents),
        median_detection_seconds=median(took) if took else None,
        days=days,
        worst_days=worst(days),
    )


def worst(days: Mapping[date, Availability]) -> tuple[date, ...]:
    """Return the days with most unexpected failing, then expected; the earlier first, of equals."""
    failing = [day for day, part in days.items() if part.unexpected or part.expected]
    ranked = sorted(failing, key=lambda day: (-days[day].unexpected, -days[day].expected, day))
    return tuple(ranked[:WORST_DAYS])


def incident_figures(incident: Incident, known_now: Hindsight) -> IncidentFigures:
    """Return an incident's figures."""
    late = [
        (window.published_at - incident.started_at) / SECOND
        for window in known_now.windows
        if window.published_at and window.published_at > incident.started_at
    ]
    return IncidentFigures(
        incident=incident,
        known_now={verdict: seconds(known_now.spans, verdict) for verdict in sorted(FAILURES)},
        because_now=tuple(dict.fromkeys(s.because for s in known_now.spans if s.because)),
        difference=known_now.windows,
        detection_seconds=detection(incident),
        published_late_seconds=min(late, default=None),
    )


def detection(incident: Incident) -> float:
    """Return the seconds from the start of the first failing attempt to its confirmation."""
    return (incident.confirmed_at - incident.started_at) / SECOND


def window_figures(
    window: Window, target: str, found: Iterable[Span], end: datetime
) -> WindowFigures:
    """Return how a target did in a window, from its spans; what is open at `end` is cut there."""
    spans = tuple(found)
    ends_at = min(window.ends_at, end)
    within = [s for s in spans if s.started_at < ends_at and s.ends_at > window.starts_at]
    failing = [span for span in within if span.verdict in FAILURES]
    parts = availability(within, window.starts_at, ends_at)
    late = (window.published_at - window.starts_at) if window.published_at else timedelta()
    return WindowFigures(
        window=window,
        target=target,
        outcome=_outcome(window, parts, end),
        failing_from=max(failing[0].started_at, window.starts_at) if failing else None,
        failing_until=min(failing[-1].ends_at, ends_at) if failing else None,
        failing_seconds=parts.expected + parts.unexpected,
        overrun_seconds=_overrun(window, spans),
        unknown_seconds=parts.unknown + parts.inconclusive,
        published_late_seconds=late / SECOND if late > timedelta() else None,
    )


def _outcome(window: Window, parts: Availability, end: datetime) -> Outcome:
    if parts.expected or parts.unexpected:
        return Outcome.FAILED
    if window.ends_at > end:
        return Outcome.OPEN
    return Outcome.NOTHING_FAILED if parts.up else Outcome.NOT_OBSERVED


def _overrun(window: Window, spans: Iterable[Span]) -> float:
    if window.impact is not Impact.OUTAGE:
        return 0.0
    after = (
        (span.ends_at - max(span.started_at, window.ends_at)) / SECOND
        for span in spans
        if span.verdict is Verdict.UNEXPECTED
        and span.since is not None
        and window.starts_at <= span.since < window.ends_at < span.ends_at
    )
    return sum(after, 0.0)
