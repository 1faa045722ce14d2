"""What the pages about the past show, from the journal's file as of one instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from probe.classify import affects
from probe.config import Config
from probe.history.availability import clip
from probe.journal import History
from probe.report.month import Month, month_of
from probe.snapshot import Snapshot
from probe.types import (
    Availability,
    Evidence,
    Incident,
    Observation,
    Span,
    Target,
    Window,
)
from probe.web.view import BACK_DAYS

#: How many of an incident's failed probes are shown, the latest first.
MOST_ATTEMPTS = 50
#: How many incidents a page of a month shows, and one of a target.
MOST_INCIDENTS = 500
#: What was announced so near an incident stands on its page.
NEAR = timedelta(hours=1)
#: How far back the latency is drawn, and into how many parts each time is divided.
DAY, MONTH = timedelta(hours=24), timedelta(days=30)
PARTS = 96
#: So many successes are looked at in each part, at the most.
SAMPLES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRecord:
    """An incident with its failing spans, its latest failed probes, and what was announced.

    `answer` is what the last failing answer said, None where none is kept. `relied_on` are the
    windows that excused a part of it; `near` are others that were about the target then.
    """

    incident: Incident
    spans: tuple[Span, ...]
    attempts: tuple[Observation, ...]
    answer: Evidence | None
    relied_on: tuple[Window, ...]
    near: tuple[Window, ...]


def incident_record(
    history: History, config: Config, said: Snapshot, now: datetime, which: tuple[str, datetime]
) -> IncidentRecord | None:
    """Return what is on record of a target's streak since an instant, None for none."""
    (target, since), instant = which, datetime.resolution
    found = history.incidents(1, target=target, start=since, end=since + instant, until=now)
    if not found or found[0].started_at != since:
        return None
    (incident,) = found
    attempts = history.latest_failures(target, since, MOST_ATTEMPTS)
    begin, end = since - NEAR, (incident.ended_at or now) + NEAR
    relied_on = {window.id for window in incident.windows}
    configured = next((one for one in config.targets if one.name == target), None)
    return IncidentRecord(
        incident=incident,
        spans=clip(history.streak(target, since), now),
        attempts=attempts,
        answer=next((one.result.evidence for one in attempts if one.result.evidence), None),
        relied_on=incident.windows,
        near=tuple(
            window
            for window in said.calendar.between(begin, end)
            if window.id not in relied_on and configured and affects(window, configured)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRecord:
    """The incidents of a local month, the latest first."""

    month: Month
    incidents: tuple[Incident, ...]


def month_record(
    history: History, config: Config, _: Snapshot, now: datetime, asked: Month | None
) -> MonthRecord:
    """Return a month's incidents; of the present month where None is asked for."""
    month = asked or month_of(now, config.timezone)
    found = history.incidents(MOST_INCIDENTS, start=month.start, end=month.end, until=now)
    return MonthRecord(month=month, incidents=found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long successful probes took within a time, in seconds, by its equal parts."""

    start: datetime
    end: datetime
    parts: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRecord:
    """One target's past: its days, its incidents, the latest first, and its latency."""

    days: Mapping[date, Availability]
    incidents: tuple[Incident, ...]
    latency: tuple[Latency, ...]


def target_record(
    history: History, config: Config, _: Snapshot, now: datetime, target: Target
) -> TargetRecord:
    """Return what is on record of a target."""
    start = now - timedelta(days=BACK_DAYS)
    last = _day(now, config.timezone)
    return TargetRecord(
        days=history.days(
            target.name, last - timedelta(days=BACK_DAYS - 1), last, config.timezone, now
        ),
        incidents=history.incidents(
            MOST_INCIDENTS, target=target.name, start=start, end=now, until=now
        ),
        latency=tuple(_latency(history, target.name, now - back, now) for back in (DAY, MONTH)),
    )


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _latency(history: History, target: str, start: datetime, end: datetime) -> Latency:
    part = (end - start) / PARTS
    parts = (
        history.durations(target, start + number * part, start + (number + 1) * part, SAMPLES)
        for number in range(PARTS)
    )
    return Latency(start=start, end=end, parts=tuple(parts))
