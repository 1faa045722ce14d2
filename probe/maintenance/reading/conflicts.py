"""Windows that contradict each other, or what stands beside them."""

from itertools import pairwise

from probe.maintenance.reading.assembly import Assembly, Piece
from probe.maintenance.reading.clocks import DAY
from probe.maintenance.reading.placed import Placed
from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.shapes import Tile
from probe.maintenance.reading.span import Span


def wrong_lengths(made: Assembly, placed: Placed) -> set[int]:
    """Return the runs of ranges beside which brackets tell another length than they have."""
    wrong: set[int] = set()
    for (_, before), (segment, tile) in pairwise(placed.listed):
        if tile.shape != "length" or tile.follows != "(" or placed.is_taken(tile):
            continue
        length = tile.parts["length"][0].value
        told = [p.span for p in made.pieces if p.span.tile is before]
        is_exact = not (length.bound or length.approximate)
        if is_exact and any(s.minutes[1] - s.minutes[0] != length.minutes for s in told):
            made.problems.append((segment, "its length is not the one in the brackets"))
            wrong.add(before.run)
    return wrong


def drop_doubtful(made: Assembly) -> None:
    """Drop what stands beside days that were not understood, and may be of them.

    That is whatever is uncertain in the same segment, and, for times whose day is told elsewhere,
    a day of the same segment or a repetition before them that nothing else took.
    """
    made.problems += [
        (segment, "its dates may belong to the times before or behind them")
        for segment in {p.segment.number: p.segment for p in made.pieces}.values()
        if _is_shifted(segment)
    ]
    made.problems += [
        (piece.segment, "times after those of a night may be of either of two days")
        for piece in made.pieces
        if _is_after_night(made, piece)
    ]
    doubted = {segment.number for segment, _ in made.problems}
    open_days = [(s.number, tile) for s, tile in made.moments if _has(tile, "DWN")]

    def is_doubtful(piece: Piece) -> bool:
        at = piece.segment.number
        return (
            at in doubted
            or _is_behind_month(piece)
            or (
                piece.borrowed
                and any(n == at or (n < at and _has(tile, "N")) for n, tile in open_days)
            )
        )

    doubtful = [piece for piece in made.pieces if is_doubtful(piece)]
    made.pieces = [piece for piece in made.pieces if not is_doubtful(piece)]
    made.problems += [(p.segment, "a day beside its times is not understood") for p in doubtful]


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


def settle_lengths(made: Assembly) -> None:
    """Settle starts with a length beside ranges: what is told beats what is inferred."""
    lasting = [p for p in made.pieces if p.span.lasting]
    ranges = [
        p
        for p in made.pieces
        if not (p.span.lasting or p.span.whole or p.segment.signs.any("other", "past"))
    ]
    for other in [p for p in lasting if p.inferred and ranges]:
        made.problems.append((other.segment, "whose length is told is not certain"))
        made.pieces = [p for p in made.pieces if p is not other]
    for piece in ranges:
        for other in [p for p in lasting if p.span.day == piece.span.day]:
            if other.span.minutes[0] == piece.span.minutes[0]:
                made.pieces = [p for p in made.pieces if p is not other]
            elif piece.borrowed and not _is_within(other.span, piece.span):
                made.problems.append((piece.segment, "two starts are told of one day"))
                made.pieces = [p for p in made.pieces if p not in (piece, other)]


def _is_within(inner: Span, outer: Span) -> bool:
    return outer.minutes[0] <= inner.minutes[0] and inner.minutes[1] <= outer.minutes[1]
