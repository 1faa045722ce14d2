"""Windows that contradict each other, or what stands beside them."""

from itertools import pairwise

from probe.maintenance.reading.assembly import Assembly
from probe.maintenance.reading.placed import Placed
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
