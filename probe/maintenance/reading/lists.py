"""Lists of outages: what announces them, and their items, each a name and its times."""

import re

from probe.maintenance.reading.draft import Draft
from probe.maintenance.reading.segments import Segment

#: What makes it doubtful whose times are told.
ELSEWHERE = (
    *("other", "past", "available", "conditional", "permanent", "pointer"),
    *("cancelled", "done", "none", "moved", "extended", "sample"),
)
#: The name before the times of an item, and what announces several.
_ITEM = re.compile(
    r"(?:^|[:-])\W*(?:(?:in|for|at) [\w. ]{2,30},)?\s*(?:(?:the|every|each|on) ?)?$", re.IGNORECASE
)
_LISTING = re.compile(
    r"\b(?:schedules?|calendar|windows|periods|outages|downtimes|following|dates"
    r"|what (?:will|is))\b",
    re.IGNORECASE,
)
#: A heading of a few words.
_HEADING = re.compile(r"^\W*(?:[\w/&()'-]+\s*){1,5}\W*$")
_NAME = re.compile(r"\w{3}")


def head_of(draft: Draft, segment: Segment) -> Segment | None:
    """Return what announces the list of outages that it is an item of: a name and its times."""
    if not _is_listed(draft, segment):
        return None
    is_named = _NAME.search(_before_times(draft, segment)) is not None
    following = draft.segments[segment.number + 1 :][:1]
    items = 1 + sum(_is_listed(draft, s) for s in following)
    for other in reversed(draft.segments[: segment.number]):
        if other.signs.any(*ELSEWHERE):
            return None
        is_listing = other.signs.announces and (
            _LISTING.search(other.words) is not None or _HEADING.match(other.words) is not None
        )
        if not other.has("TDWN"):
            is_head = other.signs.announces and items > 1 and not is_named
            return other if is_listing or is_head else None
        if not _is_listed(draft, other):
            return None
        if is_listing:
            return other
        items += 1
    return None


def _is_listed(draft: Draft, segment: Segment) -> bool:
    """Whether its times stand at its beginning, or after a name."""
    return bool(segment.tiles) and _ITEM.search(_before_times(draft, segment)) is not None


def _before_times(draft: Draft, segment: Segment) -> str:
    return draft.folded[segment.start : segment.tiles[0].start]
