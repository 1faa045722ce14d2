"""The geometry of a report's charts: what is drawn where, in the units of their viewBox. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from probe.history.availability import DAY, midnight
from probe.report.figures import Period, WindowFigures
from probe.types import Span

#: A row is drawn in cells, five minutes of a day, each as the worst that was in it: what lasted
#: for a minute is still seen, and a page has an upper bound.
CELLS = 288
#: With more days than these a chart has a row for a week, not for a day.
MOST_ROWS = 62
BEST_FIRST = ("up", "unknown", "inconclusive", "expected", "unexpected")


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
class Tick:
    """A label below the rows, at a part of their length."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Rows with the labels below them."""

    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]


HOURS = tuple(Tick(at=hour / 24, label=f"{hour:02}:00") for hour in (0, 6, 12, 18, 24))


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A window as planned and as it was, as parts of the strip's own time."""

    planned: Bar
    failing: Bar | None
    overran: Bar | None


def chart(spans: Sequence[Span], period: Period, zone: ZoneInfo) -> Chart:
    """Return a period's chart from one target's spans.

    Its rows are a day each, or seven of a long period; less than a day is one row. A row is as long
    as what it shows, so that a day of 23 hours fills it, too.
    """
    if period.end - period.start < DAY:
        row = Row(label="", marked=False, bars=_bars(spans, period.start, period.end, period))
        return Chart(rows=(row,), ticks=_ends(period, zone))
    days = (period.end - period.start) // DAY + 1
    if days <= MOST_ROWS:
        return Chart(rows=tuple(_rows(spans, period, zone, 1)), ticks=HOURS)
    return Chart(rows=tuple(_rows(spans, period, zone, 7)), ticks=())


def _ends(period: Period, zone: ZoneInfo) -> tuple[Tick, ...]:
    ends = ((0.0, period.start), (1.0, period.end))
    return tuple(Tick(at=at, label=f"{end.astimezone(zone):%H:%M:%S}") for at, end in ends)


def _rows(spans: Sequence[Span], period: Period, zone: ZoneInfo, step: int) -> Iterator[Row]:
    day = period.start.astimezone(zone).date()
    while midnight(day, zone) < period.end:
        bars = _bars(spans, midnight(day, zone), midnight(day + step * DAY, zone), period)
        if step == 1:
            yield Row(label=f"{day:%a %d}", marked=day.weekday() == 0, bars=bars)
        else:
            yield Row(label=f"{day:%b %d}", marked=day.day <= step, bars=bars)
        day += step * DAY


def _bars(spans: Iterable[Span], start: datetime, end: datetime, period: Period) -> tuple[Bar, ...]:
    """Return a row's bars; what lies outside the period has none."""
    cells = _cells(spans, start, end)
    cell = (end - start) / CELLS
    first = max(0, (period.start - start) // cell)
    last = min(CELLS, -((start - period.end) // cell))
    found, at = [], first
    for says, run in groupby(cells[first:last]):
        length = len(list(run))
        found.append(Bar(says=says, begins=at / CELLS, length=length / CELLS))
        at += length
    return tuple(found)


def _cells(spans: Iterable[Span], start: datetime, end: datetime) -> list[str]:
    """Return the worst that was in each cell of a row; where no span is, nothing is known."""
    cells, cell = [BEST_FIRST[0]] * CELLS, (end - start) / CELLS

    def paint(says: str, begins: datetime, ends: datetime) -> None:
        first, last = (begins - start) // cell, -((start - ends) // cell)
        for number in range(max(0, first), min(CELLS, last)):
            cells[number] = max(says, cells[number], key=BEST_FIRST.index)

    known_until = start
    for span in spans:
        if span.ends_at > start and span.started_at < end:
            if span.started_at > known_until:
                paint("unknown", known_until, span.started_at)
            paint(span.verdict, max(start, span.started_at), min(end, span.ends_at))
            known_until = span.ends_at
    if known_until < end:
        paint("unknown", known_until, end)
    return cells


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
