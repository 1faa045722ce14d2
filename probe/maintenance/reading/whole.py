"""Days without times that are windows as a whole, from the first midnight to the last."""

import re

from probe.maintenance.reading.atoms import Atom
from probe.maintenance.reading.clocks import DAY, UncertainError
from probe.maintenance.reading.days import SHORT, Dates, dates_of, weekdays_of, weekly
from probe.maintenance.reading.rewrite import kinds
from probe.maintenance.reading.shapes import Tile
from probe.maintenance.reading.span import Span


def whole_days(tile: Tile, days: list[Atom], dates: Dates, *, repeats: bool) -> list[Span]:
    """Return the spans of some days; raises UncertainError where which they are is not said."""
    letters = kinds(days)
    if "D" in letters:
        if re.search("[WN]", letters):
            raise UncertainError("a date beside a weekday")
        return [span for part in _parts(days) for span in _all_of(tile, part, dates)]
    weekdays, every, relative, rule = weekdays_of(days)
    if rule or relative or not (every or repeats) or not weekdays:
        raise UncertainError("which days it is all of is not said")
    run = _consecutive(weekdays)
    if run is not None and ("-" in letters or "R" in letters):
        name = weekly((run,))
        return [Span(None, (0, len(weekdays) * DAY), name, tile=tile, whole=True)]
    return [Span(None, (0, DAY), weekly(weekdays), tile=tile, whole=True)]


def _all_of(tile: Tile, days: list[Atom], dates: Dates) -> list[Span]:
    found, through = dates_of(days, dates)
    if through:
        length = ((found[1] - found[0]).days + 1) * DAY
        return [Span(found[0], (0, length), tile=tile, whole=True)]
    return [Span(day, (0, DAY), tile=tile, whole=True) for day in found]


def _parts(days: list[Atom]) -> list[list[Atom]]:
    """Return the ranges of dates that are listed: December 27-28 and January 3-4."""
    if not all(a.kind in "CA" or (a.kind == "D" and a.value.through) for a in days):
        return [days]
    return [[a] for a in days if a.kind == "D"]


def _consecutive(weekdays: tuple[int, ...]) -> int | None:
    """Return the first of weekdays that follow each other, or None where they do not."""
    for first in weekdays:
        if {(first + n) % 7 for n in range(len(weekdays))} == set(weekdays):
            return first if len(weekdays) < len(SHORT) else 0
    return None
