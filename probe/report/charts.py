"""The geometry of a report's charts: what is drawn where, in the units of their viewBox. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from probe.availability import DAY, divide, midnight
from probe.report.figures import Period, WindowFigures
from probe.types import Availability, Span

#: A day is drawn in cells of five minutes, each as the worst that was in it: what lasted for a
#: minute is still seen, and a page has an upper bound.
CELLS = 288
#: With more days than these a chart has a row for a week, not for a day.
MOST_ROWS = 62
WORST_FIRST = ("unexpected", "expected", "inconclusive", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A piece of a row: what it says, where it begins and how long it is, as parts of 1."""

    says: str
    begins: float
    length: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a chart; `marked` rows have their label in bold."""

    label: str
    marked: bool
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A window as planned and as it was, as parts of the strip's own time."""

    planned: Bar
    failing: Bar | None
    overran: Bar | None


def rows(spans: Sequence[Span], period: Period, zone: ZoneInfo) -> tuple[Row, ...]:
    """Return a period's rows from one target's spans: a day each, or seven of a long period.

    A row is as long as what it shows, so that a day of 23 hours fills it, too.
    """
    first = period.start.astimezone(zone).date()
    days = (period.end - period.start) // DAY + 1
    step = 1 if days <= MOST_ROWS else 7
    return tuple(_rows(spans, period, zone, first, step))


def _rows(
    spans: Sequence[Span], period: Period, zone: ZoneInfo, first: date, step: int
) -> Iterator[Row]:
    day = first
    while midnight(day, zone) < period.end:
        start, end = midnight(day, zone), midnight(day + step * DAY, zone)
        within = [span for span in spans if span.started_at < end and span.ends_at > start]
        edges = [start + (end - start) * number / CELLS for number in range(CELLS + 1)]
        cells = [
            _worst(part) if edge < period.end and following > period.start else "outside"
            for part, edge, following in zip(divide(within, edges), edges, edges[1:], strict=False)
        ]
        label = f"{day:%a %d}" if step == 1 else f"{day:%b %d}"
        marked = day.weekday() == 0 if step == 1 else day.day <= step
        yield Row(label=label, marked=marked, bars=tuple(_bars(cells)))
        day += step * DAY


def _worst(part: Availability) -> str:
    return next((says for says in WORST_FIRST if getattr(part, says) > 0), "up")


def _bars(cells: Iterable[str]) -> Iterator[Bar]:
    at = 0
    for says, run in groupby(cells):
        length = len(list(run))
        yield Bar(says=says, begins=at / CELLS, length=length / CELLS)
        at += length


def strip(one: WindowFigures) -> Strip:
    """Return a window's strip, with a tenth of room at both sides."""
    window = one.window
    overran_until = window.ends_at + timedelta(seconds=one.overrun_seconds)
    room = (overran_until - window.starts_at) / 10
    begin, whole = window.starts_at - room, (overran_until - window.starts_at) + 2 * room

    def bar(says: str, start: datetime, end: datetime) -> Bar:
        return Bar(says=says, begins=(start - begin) / whole, length=(end - start) / whole)

    failing = None
    if one.failing_from and one.failing_until:
        failing = bar("expected", one.failing_from, one.failing_until)
    overran = None
    if one.overrun_seconds:
        overran = bar("unexpected", window.ends_at, overran_until)
    return Strip(
        planned=bar("planned", window.starts_at, window.ends_at), failing=failing, overran=overran
    )
