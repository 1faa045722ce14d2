"""Moments that stand alone: which is a start, which an end, and which two are one window."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from probe.maintenance.reading.names import mentions
from probe.maintenance.reading.placed import Placed, begins, is_limit
from probe.maintenance.reading.rewrite import kinds
from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.shapes import Tile

#: How far apart, in characters and in segments, a start and its end may stand.
_NEAR, _SOON = 60, 2
_ELSEWHERE = ("other", "past", "available", "conditional")
_RETURNS = re.compile(
    r"\b(?:re-?started|back (?:on-?line|up|in service|to normal)|up and running|restor\w+"
    r"|resum\w+|return\w*|re-?open\w*|complet\w+|finish\w*|conclud\w+"
    r"|(?:available|accessible|operational|on-?line) again"
    r"|become available|again be available|resolution)\b[^.;]{0,40}$"
)
#: "Monday at 8 a.m., all services will be available."
_RETURNS_THEN = re.compile(
    r"[^.;:]{0,60}\b(?:it|they|everything|access|services?|systems?|(?:web)?sites?|portal|platform)"
    r" (?:will|should) (?:again |then |all |once again )?"
    r"(?:be (?:available|back|restored|up|on-?line|accessible)|resume|return|re-?open)\b"
)
#: What is the least, or only if all goes well, is no end.
_NO_END = re.compile(
    r"(?:\bnot|n't)\b[^.;]{0,40}\bbefore\b|\b(?:best|worst) case\b|\bearliest\b|\bif\b|\bunless\b"
)
_END_FIELD = re.compile(r"\b(?:end(?:ing)? (?:date|time)\b[^.;]{0,40}|end\b[^.;:]{0,30}:\s*)$")
_START_FIELD = re.compile(
    r"\b(?:start(?:ing)? (?:date|time)\b[^.;]{0,40}|start\b[^.;:]{0,30}:\s*)$"
)
_BY = re.compile(r"\bby\W*$")


@dataclass(frozen=True, slots=True)
class Pair:
    """A start, its place and segment, and the end that belongs to it."""

    place: int
    segment: Segment
    start: Tile
    end: Tile


def is_end(placed: Placed, segment: Segment, tile: Tile) -> bool:
    """Whether the words before a moment make it the end of something."""
    left = tile.parts["left"]
    length = tile.parts.get("length")
    if length is not None and length[0].start < left[0].start:
        return "toward" in tile.parts or "U" in kinds(left)
    said = _before(placed, segment, tile)
    if _NO_END.search(said):
        return False
    if re.search("[UR]", tile.lead):
        return True
    if begins(tile):
        return False
    if _RETURNS.search(said) or _END_FIELD.search(said):
        return True
    after = placed.folded[tile.end : segment.end].lower()
    return "outage" not in segment.signs and _RETURNS_THEN.match(after) is not None


def _before(placed: Placed, segment: Segment, tile: Tile) -> str:
    """Return the words of its segment that stand before a moment, behind any other time."""
    told = [t.end for s, t in placed.listed if s is segment and t.end <= tile.start]
    start = max(told, default=segment.start)
    return placed.folded[start : tile.parts["left"][0].start].lower()


def _is_start(placed: Placed, segment: Segment, tile: Tile) -> bool:
    return begins(tile) or _START_FIELD.search(_before(placed, segment, tile)) is not None


def pairs(placed: Placed, is_denied: Callable[[Segment, Tile], bool]) -> Iterator[Pair]:
    """Yield each start with the end that follows it, other words or a label between them."""
    waiting: tuple[int, Segment, Tile] | None = None
    ended: tuple[Segment, Tile] | None = None
    for place, (segment, tile) in enumerate(placed.listed):
        if tile.shape in {"zone", "length", "days"} or is_denied(segment, tile):
            continue
        if tile.shape not in {"moment", "lasting"}:
            waiting = waiting if is_limit(tile) else None
            continue
        ends = is_end(placed, segment, tile)
        if is_limit(tile) and not (ends and _is_by(placed, tile)):
            continue
        if tile.shape == "lasting" and not ends:
            waiting = None
            continue
        if waiting is not None and ends and _belong(placed, waiting, segment, tile):
            yield Pair(*waiting, tile)
            waiting = None
        elif ended is not None and begins(tile) and segment.number == ended[0].number + 1:
            yield Pair(place, segment, tile, ended[1])
            ended = None
        else:
            ended = (segment, tile) if ends and "U" in tile.lead else None
            waiting = None if ends else (place, segment, tile)


def _is_by(placed: Placed, tile: Tile) -> bool:
    return _BY.search(placed.folded[: tile.parts["left"][0].start].lower()) is not None


def _is_of_other(placed: Placed, first: Segment, segment: Segment) -> bool:
    """Whether the second of two sentences names a component, and none that the first names."""
    named = set(mentions(segment.words, placed.context))
    return bool(named) and named.isdisjoint(mentions(first.words, placed.context))


def _belong(
    placed: Placed, waiting: tuple[int, Segment, Tile], segment: Segment, tile: Tile
) -> bool:
    _, first, start = waiting
    if first.sentence == segment.sentence:
        near = start.end + _NEAR > tile.start
        if "U" in tile.lead or _is_start(placed, first, start):
            return True
        returns = _RETURNS.search(_before(placed, segment, tile)) is not None
        return near and ("R" in tile.lead or (returns and "outage" in first.signs))
    if "part" in segment.signs or _is_of_other(placed, first, segment):
        return False
    between = placed.segments[first.number : segment.number + 1]
    if len(between) > _SOON + 1 or any(s.signs.any(*_ELSEWHERE) for s in between):
        return False
    if "R" in tile.lead:
        has_day = any(a.kind in "DWN" for a in tile.parts["left"])
        is_start = _is_start(placed, first, start)
        return "outage" in segment.signs and first.signs.announces and (is_start or not has_day)
    return _is_start(placed, first, start) or first.signs.announces
