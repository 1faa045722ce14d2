"""What only says again what stands beside it: other zones, whole days."""

from probe.maintenance.reading.assembly import Piece
from probe.maintenance.reading.clocks import UncertainError
from probe.maintenance.reading.draft import Draft
from probe.maintenance.reading.plans import plan_of
from probe.maintenance.reading.shapes import Tile
from probe.maintenance.reading.span import Span
from probe.types import Impact, Plan


def drop_restatements(draft: Draft) -> None:
    """Drop a range in brackets, or after a stroke, that is the one before it in another zone."""
    kept: list[Piece] = []
    for piece in draft.assembly.pieces:
        tile = piece.span.tile
        previous = [p for p in kept if p.segment is piece.segment and p.span.zones]
        is_restated = (
            tile is not None
            and piece.span.zones
            and previous
            and _is_beside(draft, previous[-1], tile)
        )
        if not is_restated or set(previous[-1].span.zones) == set(piece.span.zones):
            kept.append(piece)
            continue
        if not _agree(draft, previous, piece):
            draft.problems.append("two zones are given for one time, and they disagree")
            for it in previous:
                kept.remove(it)
    draft.assembly.pieces = kept


def _is_beside(draft: Draft, previous: Piece, tile: Tile) -> bool:
    """Whether a range stands in brackets, or after a stroke, behind one that was read."""
    if tile.follows in "(/":
        return True
    last = previous.span.tile
    between = draft.folded[last.end : tile.start] if last is not None else ""
    return "(" in between and ")" not in between


def _agree(draft: Draft, previous: list[Piece], piece: Piece) -> bool:
    try:
        again = plan_of(piece.span, draft.context, draft.home, (), Impact.OUTAGE)
        for other in previous:
            plan = plan_of(other.span, draft.context, draft.home, (), Impact.OUTAGE)
            if _week(plan, again):
                return True
    except UncertainError:
        return False
    return False


def without_summaries(draft: Draft, pieces: list[Piece]) -> list[Piece]:
    """Whole days that only announce the times given beside them are not windows of their own."""
    timed = [p.span for p in pieces if not p.span.whole]
    if len(timed) < len(pieces) and _has_unread_times(draft, timed):
        draft.problems.append("whole days are named beside times that are not understood")
        return [p for p in pieces if not p.span.whole]
    if not timed:
        return pieces
    covered = {s.at(s.day)[0].date() for s in timed if s.day}
    return [
        p
        for p in pieces
        if not p.span.whole or (p.span.day is not None and p.span.day not in covered) or p.span.rule
    ]


def _has_unread_times(draft: Draft, read: list[Span]) -> bool:
    tiles = [span.tile for span in read if span.tile is not None]
    return any(
        atom.kind == "!"
        or (
            atom.kind == "T"
            and not segment.signs.any("other", "available")
            and not any(t.start <= atom.start < t.end for t in tiles)
        )
        for segment in draft.segments
        if "past" not in segment.signs
        for atom in segment.atoms
    )


def _week(first: Plan, second: Plan) -> bool:
    """Whether two plans are the same time of the week, and as long."""
    if first.ends_at - first.starts_at != second.ends_at - second.starts_at:
        return False
    week = 7 * 24 * 3600
    apart = (second.starts_at - first.starts_at).total_seconds()
    if first.recurrence is None and second.recurrence is None:
        return apart % (24 * 3600) == 0 and abs(apart) <= 24 * 3600
    return apart % (24 * 3600) == 0 and abs(apart) <= week
