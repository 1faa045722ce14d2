"""A report as rows: one an interval, which a spreadsheet can filter and sum up."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from probe.history.availability import DAY, midnight
from probe.report.figures import IncidentFigures, Report, TargetFigures, WindowFigures
from probe.types import Availability, Verdict

COLUMNS = (
    "kind",
    "target",
    "starts_at",
    "ends_at",
    "up_seconds",
    "expected_seconds",
    "unexpected_seconds",
    "inconclusive_seconds",
    "unknown_seconds",
    "of_all_time",
    "of_unplanned_time",
    "expected_seconds_known_now",
    "unexpected_seconds_known_now",
    "failing_from",
    "failing_until",
    "overrun_seconds",
    "detection_seconds",
    "published_late_seconds",
    "outcome",
    "because",
    "reasons",
    "window",
    "source",
    "words",
)
#: A cell that begins with one of these is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(report: Report) -> str:
    """Return the report as CSV (RFC 4180); seconds, shares from 0 to 1, instants in the zone.

    `kind` is `period`, `day`, `incident` or `window`. A cell that a spreadsheet would take for a
    formula gets an apostrophe before it.
    """
    zone = ZoneInfo(report.timezone)
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(report, zone):
        writer.writerow({name: _cell(value, zone) for name, value in row.items()})
    return written.getvalue()


def _rows(report: Report, zone: ZoneInfo) -> Iterator[dict[str, object]]:
    for target in report.targets:
        yield {
            "kind": "period",
            "target": target.target,
            "starts_at": report.start,
            "ends_at": report.end,
            "expected_seconds_known_now": target.availability_known_now.expected,
            "unexpected_seconds_known_now": target.availability_known_now.unexpected,
            "detection_seconds": target.median_detection_seconds,
            **_parts(target.availability),
        }
        yield from _days(report, target, zone)
    yield from map(_incident, report.incidents)
    yield from map(_window, report.windows)


def _days(report: Report, target: TargetFigures, zone: ZoneInfo) -> Iterator[dict[str, object]]:
    for day, parts in target.days.items():
        yield {
            "kind": "day",
            "target": target.target,
            "starts_at": max(midnight(day, zone), report.start),
            "ends_at": min(midnight(day + DAY, zone), report.end),
            **_parts(parts),
        }


def _parts(parts: Availability) -> dict[str, object]:
    return {
        "up_seconds": parts.up,
        "expected_seconds": parts.expected,
        "unexpected_seconds": parts.unexpected,
        "inconclusive_seconds": parts.inconclusive,
        "unknown_seconds": parts.unknown,
        "of_all_time": parts.of_all_time,
        "of_unplanned_time": parts.of_unplanned_time,
    }


def _incident(one: IncidentFigures) -> dict[str, object]:
    incident = one.incident
    return {
        "kind": "incident",
        "target": incident.target,
        "starts_at": incident.started_at,
        "ends_at": incident.ended_at,
        "expected_seconds": incident.seconds[Verdict.EXPECTED],
        "unexpected_seconds": incident.seconds[Verdict.UNEXPECTED],
        "expected_seconds_known_now": one.known_now[Verdict.EXPECTED],
        "unexpected_seconds_known_now": one.known_now[Verdict.UNEXPECTED],
        "failing_from": incident.started_at,
        "failing_until": incident.last_failure_at,
        "detection_seconds": one.detection_seconds,
        "published_late_seconds": one.published_late_seconds,
        "because": " ".join(incident.because),
        "reasons": " ".join(incident.reasons),
        "window": " ".join(window.id for window in incident.windows),
        "source": " ".join(dict.fromkeys(window.source for window in incident.windows)),
        "words": " / ".join(dict.fromkeys(window.quote for window in incident.windows)),
    }


def _window(one: WindowFigures) -> dict[str, object]:
    window = one.window
    return {
        "kind": "window",
        "target": one.target,
        "starts_at": window.starts_at,
        "ends_at": window.ends_at,
        "unknown_seconds": one.unknown_seconds,
        "failing_from": one.failing_from,
        "failing_until": one.failing_until,
        "overrun_seconds": one.overrun_seconds,
        "published_late_seconds": one.published_late_seconds,
        "outcome": one.outcome,
        "window": window.id,
        "source": window.source,
        "words": window.quote,
    }


def _cell(value: object, zone: ZoneInfo) -> object:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
