"""Days without times beside what repeats: from when, until when and when not it holds."""

import re
from dataclasses import replace

from probe.maintenance.reading.assembly import Assembly, Piece
from probe.maintenance.reading.atoms import Atom
from probe.maintenance.reading.clocks import UncertainError
from probe.maintenance.reading.days import SHORT, Dates, dates_of, every_day, weekdays_of, weekly
from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.shapes import Tile
from probe.maintenance.reading.span import Limits

_BESIDE = 6
_WEEKLY = "FREQ=WEEKLY;BYDAY="


def is_final(segment: Segment, tile: Tile) -> bool:
    """Whether a date is called the last one."""
    return any(a.kind == "V" and 0 <= a.start - tile.end < _BESIDE for a in segment.atoms)


def except_days(
    made: Assembly, segment: Segment, days: list[Atom], dates: Dates, *, final: bool
) -> None:
    """Take days out of all that repeats; after a `final` one it repeats no more."""
    repeating = [p for p in made.pieces if p.span.rule]
    if not repeating:
        return
    if any(a.kind in "WN" for a in days):
        for piece in repeating:
            _remove(piece, days)
        made.exceptions.append((segment, ()))
        return
    found, through = dates_of(days, dates)
    if through:
        found = list(every_day(*found))
    made.exceptions.append((segment, tuple(found)))
    for piece in repeating:
        old = piece.span.limits
        limits = Limits(old.since, found[-1] if final else old.until, (*old.excepted, *found))
        piece.span = replace(piece.span, limits=limits)


def limit(
    made: Assembly, repeating: list[Piece], tile: Tile, days: list[Atom], dates: Dates
) -> None:
    """Let what repeats hold from, until or on dates only."""
    found, through = dates_of(days, dates)
    for piece in repeating:
        old = piece.span.limits
        if through:
            limits = Limits(found[0], found[1], old.excepted)
        elif piece.span.rule == "FREQ=DAILY" and not tile.lead.strip("A"):
            made.pieces.remove(piece)
            made.pieces += [
                Piece(replace(piece.span, rule="", day=day), piece.segment) for day in found
            ]
            continue
        elif len(found) == 1 and re.search("[RU-]", tile.lead):
            limits = Limits(old.since, found[0], old.excepted)
        elif len(found) == 1 and "F" in tile.lead:
            limits = Limits(found[0], old.until, old.excepted)
        else:
            made.pieces.remove(piece)
            raise UncertainError("a date beside a repetition")
        piece.span = replace(piece.span, limits=limits)


def is_their_name(repeating: list[Piece], days: list[Atom]) -> bool:
    """Whether days only name what repeats on them: "our Saturday maintenance (every Saturday)"."""
    if any(a.kind != "W" for a in days):
        return False
    weekdays, _, _, rule = weekdays_of(days)
    return not rule and {p.span.rule for p in repeating} == {weekly(weekdays)}


def on_weekdays(pieces: list[Piece], days: list[Atom]) -> bool:
    """Let what comes daily come on weekdays only: daily from 3 to 6, Monday to Friday."""
    weekdays, _, _, rule = weekdays_of(days)
    daily = [p for p in pieces if p.span.rule == "FREQ=DAILY"]
    if rule or not weekdays or not daily:
        return False
    for piece in daily:
        piece.span = replace(piece.span, rule=weekly(weekdays))
    return True


def _remove(piece: Piece, days: list[Atom]) -> None:
    """Take weekdays out of a rule: every day except Sunday."""
    weekdays, _, _, rule = weekdays_of(days)
    span = piece.span
    kept: list[int] = []
    if weekdays and not rule:
        if span.rule == "FREQ=DAILY":
            kept = [n for n in range(len(SHORT)) if n not in weekdays]
        elif span.rule.startswith(_WEEKLY):
            named = [SHORT.index(name) for name in span.rule.removeprefix(_WEEKLY).split(",")]
            kept = [n for n in named if n not in weekdays]
    if not kept:
        raise UncertainError("which days are excepted is not certain")
    piece.span = replace(span, rule=weekly(tuple(kept)))
