"""What the journal, the configuration and the calendar say of a span of time, as a report."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from probe.classify import affects
from probe.config import Config
from probe.history.availability import DAY, availability, clip, divide, midnight
from probe.history.hindsight import Announcements, Hindsight, announcements, hindsight, may_differ
from probe.journal import History
from probe.maintenance.calendar import Calendar
from probe.report.figures import (
    Period,
    Report,
    TargetFigures,
    WindowFigures,
    incident_figures,
    target_figures,
    window_figures,
)
from probe.snapshot import Snapshot
from probe.types import Availability, Impact, Incident, Span, Target, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A report, and the spans of each of its targets, from which charts are drawn."""

    report: Report
    spans: Mapping[str, tuple[Span, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """An incident with its failing spans, and what it was as known now."""

    incident: Incident
    spans: tuple[Span, ...]
    known_now: Hindsight


def gather(
    config: Config, history: History, said: Snapshot, period: Period, now: datetime
) -> Gathered:
    """Return the report over a period, which reaches no further than now."""
    period = Period(start=period.start, end=max(period.start, min(period.end, now)))
    start, end, zone = period.start, period.end, config.timezone
    targets = {target.name: target for target in config.targets}
    names = tuple(dict.fromkeys([*targets, *history.targets(start, end)]))
    spans = {name: clip(history.spans(name, start, end), now) for name in names}
    found = [
        one
        for name in names
        for one in history.incidents(target=name, start=start, end=end, until=now)
    ]
    earliest = min([start, *(one.started_at for one in found)])
    about = announcements(said.calendar, earliest, now)
    failed = [_failed(history, one, targets.get(one.target), about, now) for one in found]
    windows = _distinct(said.calendar, spans, period)
    report = Report(
        start=start,
        end=end,
        made_at=now,
        timezone=zone.key,
        targets=tuple(_target(name, spans[name], failed, period, zone) for name in names),
        incidents=tuple(
            incident_figures(one.incident, one.known_now)
            for one in sorted(failed, key=lambda one: one.incident.started_at)
        ),
        windows=tuple(
            sorted(
                _windows(history, config.targets, windows, end),
                key=lambda one: (one.window.starts_at, one.window.id),
            )
        ),
    )
    return Gathered(report=report, spans=spans)


def _failed(
    history: History,
    incident: Incident,
    target: Target | None,
    said: Announcements,
    now: datetime,
) -> Failed:
    """Return an incident with what is known of it now; of a former target that is what it was."""
    spans = clip(history.streak(incident.target, incident.started_at), now)
    known_now = Hindsight(spans=spans)
    if target is not None and may_differ(spans, target, said):
        failures = history.failures(incident.target, incident.started_at)
        known_now = hindsight(spans, failures, target, said)
    return Failed(incident=incident, spans=spans, known_now=known_now)


def _target(
    name: str, spans: Sequence[Span], failed: Sequence[Failed], period: Period, zone: ZoneInfo
) -> TargetFigures:
    own = [one for one in failed if one.incident.target == name]
    return target_figures(
        name,
        availability(spans, period.start, period.end),
        availability(_known_now(spans, own), period.start, period.end),
        _days(spans, period, zone),
        [one.incident for one in own],
    )


def _days(spans: Sequence[Span], period: Period, zone: ZoneInfo) -> dict[date, Availability]:
    """Return how each local day divides; the first and the last one are cut to the period."""
    days = [period.start.astimezone(zone).date()]
    while midnight(days[-1] + DAY, zone) < period.end:
        days.append(days[-1] + DAY)
    edges = [period.start, *(midnight(day, zone) for day in days[1:]), period.end]
    return dict(zip(days, divide(spans, edges), strict=True))


def _known_now(spans: Iterable[Span], failed: Iterable[Failed]) -> tuple[Span, ...]:
    """Return a target's spans, with those of incidents replaced that are another thing now."""
    other = {one.incident.started_at: one.known_now for one in failed if one.known_now.windows}
    unchanged = (span for span in spans if span.since is None or span.since not in other)
    return (*unchanged, *(span for known_now in other.values() for span in known_now.spans))


def _windows(
    history: History, targets: Sequence[Target], windows: Sequence[Window], end: datetime
) -> Iterator[WindowFigures]:
    """Yield each window with what each of its targets did in it, and after it while it overran."""
    begin = min((window.starts_at for window in windows), default=end)
    for target in targets:
        spans = clip(history.spans(target.name, begin, end), end)
        for window in windows:
            if affects(window, target):
                yield window_figures(window, target.name, spans, end)


def _distinct(
    calendar: Calendar, spans: Mapping[str, Sequence[Span]], period: Period
) -> list[Window]:
    """Return the outages that were announced, in order; one that was published twice is one.

    Those relied on are among them, even where the calendar no longer has them.
    """
    relied_on = (span.window for own in spans.values() for span in own if span.window)
    known = [*calendar.between(period.start, period.end), *relied_on]
    found: dict[object, Window] = {}
    for window in sorted(known, key=_published):
        key = (window.components, window.starts_at, window.ends_at)
        if window.impact is Impact.OUTAGE:
            found.setdefault(key, window)
    return sorted(found.values(), key=lambda window: (window.starts_at, window.id))


def _published(window: Window) -> float:
    """Return by when a window was published: what was configured, always."""
    return window.published_at.timestamp() if window.published_at else 0.0
