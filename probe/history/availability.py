"""Observations become spans, and spans become uptime. Pure.

An observation stands until the next one, but no longer than twice its target's interval: one probe
may be late or lost, and what lies beyond that is unknown, neither up nor down.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from probe.maintenance.zones import resolve
from probe.types import Availability, Observation, Span, Target, Verdict

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
INTERVALS = 2
FAILURES = frozenset({Verdict.EXPECTED, Verdict.UNEXPECTED})


def stands(target: Target) -> timedelta:
    """Return how long an observation of a target stands when no other follows."""
    return INTERVALS * target.interval


# --- spans -----------------------------------------------------------------------------------


def append(
    last: Span | None, observation: Observation, stand: timedelta, before: datetime | None = None
) -> tuple[Span, ...]:
    """Return what an observation makes of the last span: the same, longer, or it and a new one.

    Nothing stands beyond `before`: a clock that was set back meets what it had recorded already.
    """
    new = _alone(observation, stand, before)
    if last is None:
        return (new,)
    at = new.started_at
    if alike(last, new) and at <= last.ends_at:
        longer = replace(
            last,
            last_at=max(last.last_at, at),
            ends_at=max(last.ends_at, new.ends_at),
            observations=last.observations + 1,
        )
        return (longer,)
    cut = replace(last, last_at=min(last.last_at, at), ends_at=min(last.ends_at, at))
    return (cut, new)


def alike(one: Span, other: Span) -> bool:
    """Return whether two spans say the same of their target."""
    return (
        one.verdict is other.verdict
        and one.because is other.because
        and one.reason is other.reason
        and one.since == other.since
        and (one.window and one.window.id) == (other.window and other.window.id)
    )


def _alone(observation: Observation, stand: timedelta, before: datetime | None) -> Span:
    result, failed = observation.result, observation.verdict in FAILURES
    at = result.started_at
    taken = timedelta(seconds=result.duration_seconds)
    return Span(
        target=result.target,
        verdict=observation.verdict,
        because=observation.because,
        reason=result.reason,
        window=observation.window,
        since=observation.streak.since if failed and observation.streak else None,
        started_at=at,
        last_at=at,
        ends_at=min(at + stand, before) if before else at + stand,
        decided_at=result.decided_at or at + taken,
    )


def clip(found: Iterable[Span], end: datetime) -> tuple[Span, ...]:
    """Return the spans that begin before an instant, none standing beyond it."""
    return tuple(
        span if span.ends_at <= end else replace(span, ends_at=end)
        for span in found
        if span.started_at < end
    )


# --- uptime ----------------------------------------------------------------------------------


def availability(found: Iterable[Span], start: datetime, end: datetime) -> Availability:
    """Return how [start, end) divides by one target's spans, which do not overlap."""
    return divide(found, (start, end))[0]


def days(
    found: Iterable[Span], first: date, last: date, zone: ZoneInfo, until: datetime | None = None
) -> dict[date, Availability]:
    """Return how each local day from first to last divides; one with a clock change has 23 or 25 h.

    The future is not unknown: the days end at `until`, and later ones are empty.
    """
    wanted = [first + number * DAY for number in range((last - first).days + 1)]
    edges = [midnight(day, zone) for day in [*wanted, last + DAY]]
    if until is not None:
        edges = [min(edge, until) for edge in edges]
    return dict(zip(wanted, divide(found, edges), strict=True))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local day, in UTC."""
    return resolve(datetime.combine(day, time()), zone, end=False).astimezone(UTC)


def divide(found: Iterable[Span], edges: Sequence[datetime]) -> list[Availability]:
    """Return how each interval between two neighbouring edges divides; edges do not decrease."""
    parts = [dict.fromkeys(Verdict, timedelta()) for _ in edges[1:]]
    for span in found:
        number = max(bisect_right(edges, span.started_at) - 1, 0)
        while number < len(parts) and edges[number] < span.ends_at:
            shared = min(span.ends_at, edges[number + 1]) - max(span.started_at, edges[number])
            parts[number][span.verdict] += max(shared, timedelta())
            number += 1
    return [
        _sum(part, end - start) for part, (start, end) in zip(parts, pairwise(edges), strict=True)
    ]


def _sum(part: dict[Verdict, timedelta], whole: timedelta) -> Availability:
    return Availability(
        up=part[Verdict.UP] / SECOND,
        expected=part[Verdict.EXPECTED] / SECOND,
        unexpected=part[Verdict.UNEXPECTED] / SECOND,
        inconclusive=part[Verdict.INCONCLUSIVE] / SECOND,
        unknown=(whole - sum(part.values(), timedelta())) / SECOND,
    )
