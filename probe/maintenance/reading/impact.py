"""What a window does, and the words that name what it does it to."""

import re

from probe.maintenance.reading.assembly import Piece
from probe.maintenance.reading.components import is_of_part
from probe.maintenance.reading.draft import Draft
from probe.maintenance.reading.names import mentions
from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.signs import Signs
from probe.types import Impact

#: "SPOT will also be down", "SPOT will be down during this time"
_TOO = re.compile(
    r"\b(?:also|as well|both|too|during (?:this|that|these|the)|as a result)\b", re.IGNORECASE
)
_VERB = re.compile(r"\b(?:will|is|are|cannot|may)\b", re.IGNORECASE)
#: A name as systems have it: SPOT, myCGS, P-ELP.
_NAME = re.compile(r"\b[\w-]*[A-Z][\w-]*[A-Z][\w-]*")


def impact_of(draft: Draft, piece: Piece, followers: list[Segment]) -> Impact | None:
    """Return what a window does; None where nothing is to be noticed.

    The words of its own segment decide, and else those of the segments that follow it.
    """
    own = piece.segment
    if own.signs.any("degraded", "harmless", "spared", "outage"):
        impact = _by_own(own.signs)
    else:
        impact = _by_followers(own, followers)
    is_less = any(_denies(s.signs) for s in followers) or _is_of_part(draft, own, followers)
    is_less = is_less or _holds_outage(draft, piece)
    return Impact.DEGRADED if impact is Impact.OUTAGE and is_less else impact


def _is_of_part(draft: Draft, own: Segment, followers: list[Segment]) -> bool:
    """Whether what is out is a part, and the login and the pages are not: claim status in SPOT."""
    out = [own] if "outage" in own.signs else [s for s in followers if "outage" in s.signs]
    parts = [s for s in out if "part" in s.signs and is_of_part(s.words, draft.context)]
    return bool(out) and len(parts) == len(out)


def _holds_outage(draft: Draft, piece: Piece) -> bool:
    """Whether it is the time of some work, in which a later sentence tells a shorter outage."""
    own = piece.segment
    if not {"outage", "outage_noun", "degraded"}.isdisjoint(own.signs.found):
        return False
    first, last = piece.span.minutes
    return any(
        p.segment.number > own.number
        and "outage" in p.segment.signs
        and p.span.day == piece.span.day
        and p.span.rule == piece.span.rule
        and first <= p.span.minutes[0] < p.span.minutes[1] <= last
        and p.span.minutes != piece.span.minutes
        for p in draft.assembly.pieces
    )


def also_out(draft: Draft, followers: list[Segment]) -> tuple[str, ...]:
    """Return the components of ours that sentences behind its own say are out, too."""
    told = [
        s
        for s in followers
        if "outage" in s.signs and not s.signs.any("part", "other", "past", "conditional")
        if _TOO.search(s.words)
    ]
    subjects = (_VERB.split(s.words, maxsplit=1)[0] for s in told)
    named = (name for words in subjects for name in mentions(words, draft.context))
    return tuple(name for name in named if name in draft.context.words)


def _denies(signs: Signs) -> bool:
    """Whether it says that nothing is to be noticed, whatever was said before."""
    return "harmless" in signs and not signs.any("outage", "other", "degraded")


def _by_own(signs: Signs) -> Impact | None:
    if "degraded" in signs:
        return Impact.DEGRADED
    if "harmless" in signs:
        return Impact.DEGRADED if "outage" in signs else None
    return Impact.OUTAGE if "outage" in signs else None


def _by_followers(own: Segment, followers: list[Segment]) -> Impact | None:
    told = [s.signs for s in followers]
    if any("degraded" in signs for signs in told):
        return Impact.DEGRADED
    if any("harmless" in signs and "outage" not in signs for signs in told):
        return None
    goes_on = any("spared" in s.signs and _is_itself(own, s) for s in followers)
    is_out = any("outage" in signs for signs in told)
    return Impact.DEGRADED if goes_on and not is_out else Impact.OUTAGE


def _is_itself(own: Segment, follower: Segment) -> bool:
    """Whether what goes on is what the maintenance is of, and not something else."""
    named = set(_NAME.findall(own.words))
    return "itself" in follower.signs or not named.isdisjoint(_NAME.findall(follower.words))


def followers_of(draft: Draft, segment: Segment) -> list[Segment]:
    """Return the segments without windows that speak of this one's window."""
    busy = {p.segment.number for p in draft.assembly.pieces}
    found = []
    for other in draft.segments[segment.number + 1 :]:
        if other.number in busy and not other.signs.announces:
            continue
        if other.number in busy:
            break
        found.append(other)
    if not any(n in busy for n in range(segment.number)):
        found += draft.segments[: segment.number]
    return found


def words_of(draft: Draft, piece: Piece) -> str:
    """Return the words that name what a window is of: of several, those beside it."""
    segment, tile = piece.segment, piece.span.tile
    beside = [p.span.tile for p in draft.assembly.pieces if p.segment is segment and p.span.tile]
    places = sorted({(t.start, t.end) for t in beside})
    is_one = len(places) <= 1 or len(mentions(segment.words, draft.context)) <= 1
    if tile is None or is_one or (tile.start, tile.end) not in places:
        return segment.words
    at = places.index((tile.start, tile.end))
    before = draft.folded[places[at - 1][1] if at else segment.start : tile.start]
    after = draft.folded[tile.end : places[at + 1][0] if at + 1 < len(places) else segment.end]
    leads = bool(mentions(draft.folded[segment.start : places[0][0]], draft.context))
    words = before if leads else after
    return words if mentions(words, draft.context) else segment.words
