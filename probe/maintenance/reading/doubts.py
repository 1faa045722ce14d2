"""Pieces beside something that was not understood, and which may be of it."""

import re
from contextlib import suppress

from probe.maintenance.reading.assembly import Assembly, Piece
from probe.maintenance.reading.clocks import DAY, UncertainError, alone
from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.shapes import Tile

_BESIDE = "a day beside its times is not understood"


def drop_doubtful(made: Assembly) -> None:
    """Drop the pieces of a notice whose day or times may be others, and note why."""
    doubts = [(piece, _doubt(made, piece)) for piece in made.pieces]
    made.pieces = [piece for piece, doubt in doubts if not doubt]
    made.problems += [(piece.segment, doubt) for piece, doubt in doubts if doubt]


def _doubt(made: Assembly, piece: Piece) -> str:
    """Return why a piece may be of another day, or nothing."""
    if _is_shifted(piece.segment):
        return "its dates may belong to the times before or behind them"
    if _is_after_night(made, piece):
        return "times after those of a night may be of either of two days"
    if piece.span.lasting and _has_other_end(made, piece):
        return "its length is not the one up to its end"
    is_beside = any(segment is piece.segment for segment, _ in made.problems)
    if is_beside or _is_behind_month(piece) or (piece.borrowed and _has_open_day(made, piece)):
        return _BESIDE
    return ""


def _has_other_end(made: Assembly, piece: Piece) -> bool:
    """Whether an end is told right behind a start with its length, and is another one."""
    tile = piece.span.tile
    told = [
        atom.value
        for segment, end in made.moments
        if tile is not None and segment is piece.segment and end.start >= tile.end
        if re.search("[RU]", end.lead)
        for atom in end.parts.get("left", [])
        if atom.kind == "T"
    ]
    last = piece.span.minutes[1] % DAY
    with suppress(UncertainError):
        return bool(told) and alone(told[0], end=True, clear=True) % DAY != last
    return True


def _has_open_day(made: Assembly, piece: Piece) -> bool:
    """Whether a day of its segment, or a repetition before it, was taken by nothing."""
    at = piece.segment.number
    return any(
        _has(tile, "DWN") if segment.number == at else segment.number < at and _has(tile, "N")
        for segment, tile in made.moments
    )


def _is_after_night(made: Assembly, piece: Piece) -> bool:
    """Whether its day is that of times before it which go on into the next day.

    "From 10 p.m. on June 8 for four hours it is down; from 2 to 6 a.m. it is slow."
    """
    start = piece.span.minutes[0]
    is_apart = piece.span.tile is None or piece.span.tile.follows != "("
    return (
        piece.borrowed
        and is_apart
        and any(
            p.segment.sentence == piece.segment.sentence
            and p.segment.number <= piece.segment.number
            and p.span.day == piece.span.day is not None
            and p.span.minutes[1] > DAY
            and start < p.span.minutes[0] - DAY // 2
            for p in made.pieces
            if p is not piece
        )
    )


def _is_shifted(segment: Segment) -> bool:
    """Whether a list begins with a date, ends with times, and has times before dates between.

    "June 15, 9-11 a.m. June 16, 1-3 p.m." is a list of dates with their times, unless a word
    behind the first date makes the times of each that of the next.
    """
    listed = [tile for tile in segment.tiles if tile.shape in {"days", "times"}]
    if len(listed) < len("DTT") or listed[0].shape != "days" or "days" in listed[-1].parts:
        return False
    between = [t for t in listed[1:-1] if t.shape == "times" and "days" in t.parts]
    return any(t.parts["days"][0].start > t.parts["times"][0].start for t in between)


def _is_behind_month(piece: Piece) -> bool:
    """Whether a month without its day stands right before its weekday, so that a date was lost."""
    tile = piece.span.tile
    if tile is None:
        return False
    days = tile.parts.get("days", tile.parts.get("left", []))
    named = [a for a in days if a.kind in "DWN"]
    is_bare = bool(named) and all(a.kind == "W" and not a.value.every for a in named)
    return is_bare and any(
        a.kind == "u" and 0 <= tile.start - a.end <= len(" - (") for a in piece.segment.atoms
    )


def _has(tile: Tile, kinds: str) -> bool:
    return any(atom.kind in kinds for part in tile.parts.values() for atom in part)
