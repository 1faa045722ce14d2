"""What a window does, and the words that name what it does it to."""

from probe.maintenance.reading.assemble import Piece
from probe.maintenance.reading.components import mentions
from probe.maintenance.reading.draft import Draft
from probe.maintenance.reading.scope import Signs
from probe.maintenance.reading.segments import Segment
from probe.types import Impact


def impact_of(draft: Draft, piece: Piece) -> Impact | None:
    own = piece.segment.signs
    followers = _followers(draft, piece.segment)
    if "harmless" in own and "degraded" not in own:
        return None if "outage" not in own else Impact.DEGRADED
    if "degraded" in own:
        return Impact.DEGRADED
    if "spared" in own and "outage" not in own:
        return None
    if "outage" in own:
        return Impact.OUTAGE
    if any("degraded" in s for s in followers):
        return Impact.DEGRADED
    if any("harmless" in s and "outage" not in s for s in followers):
        return None
    if any("outage" in s for s in followers):
        return Impact.OUTAGE
    if any("spared" in s and "itself" in s for s in followers):
        return Impact.DEGRADED
    return Impact.OUTAGE


def _followers(draft: Draft, segment: Segment) -> list[Signs]:
    """Return the signs of segments without windows that speak of this one's window."""
    busy = {p.segment.number for p in draft.assembly.pieces}
    found = []
    for other in draft.segments[segment.number + 1 :]:
        if other.number in busy:
            break
        found.append(other.signs)
    if not any(n in busy for n in range(segment.number)):
        found += [s.signs for s in draft.segments[: segment.number]]
    return found


def words_of(draft: Draft, piece: Piece) -> str:
    """Return the words that name what a window is of: of several, those beside it."""
    segment, tile = piece.segment, piece.span.tile
    beside = [p.span.tile for p in draft.assembly.pieces if p.segment is segment and p.span.tile]
    places = sorted({(t.start, t.end) for t in beside})
    if tile is None or len(places) < 2 or len(mentions(segment.words, draft.context)) < 2:
        return segment.words
    if (tile.start, tile.end) not in places:
        return segment.words
    at = places.index((tile.start, tile.end))
    before = draft.folded[places[at - 1][1] if at else segment.start : tile.start]
    after = draft.folded[tile.end : places[at + 1][0] if at + 1 < len(places) else segment.end]
    leads = bool(mentions(draft.folded[segment.start : places[0][0]], draft.context))
    words = before if leads else after
    return words if mentions(words, draft.context) else segment.words
