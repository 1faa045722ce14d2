"""Whether the weekdays of a segment are those of every week."""

import re

from probe.maintenance.reading.draft import Draft
from probe.maintenance.reading.lists import head_of
from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.signs import joined

#: What is told of one week is not told of every week.
_THIS_TIME = re.compile(
    r"\b(?:this (?:coming |past |upcoming )?week(?:end)?|tonight|tomorrow|next week(?:end)?)\b",
    re.IGNORECASE,
)
_ONE_OF = re.compile(
    r"\bone (?:weekend|week|day|night|evening) (?:per|a|each|every|of each|of the)"
    r" (?:month|quarter)",
    re.IGNORECASE,
)
_WEEKLY = re.compile(r"\bweekly\b", re.IGNORECASE)
#: What comes so seldom does not come on every such weekday.
_RARER = re.compile(r"\b(?:monthly|quarterly|months?|quarter|year)\b", re.IGNORECASE)


def repeats(draft: Draft, segment: Segment) -> bool:
    """Whether a bare weekday here is one of every week."""
    if draft.heading.repeats:
        return True
    sentence = [s for s in draft.segments if s.sentence == segment.sentence]
    signs = joined(s.signs for s in sentence)
    same = " ".join(s.words for s in sentence)
    is_rarer = _ONE_OF.search(same) or (
        _RARER.search(segment.words) and not _WEEKLY.search(segment.words)
    )
    if "weekly" in signs and not is_rarer:
        return True
    if is_rarer:
        return False
    head = head_of(draft, segment)
    if head is not None and "weekly" in head.signs:
        return True
    told = [a for s in draft.segments if "other" not in s.signs for a in s.atoms]
    listed = [
        a
        for s in draft.segments
        if "other" not in s.signs
        for tile in s.tiles
        if tile.shape in {"times", "days"}
        for part in ("days", "more")
        for a in tile.parts.get(part, [])
        if a.kind == "W"
    ]
    several = len({day for a in listed for day in a.value.days}) > 1
    several = several or any(a.kind == "N" or (a.kind == "W" and a.value.every) for a in told)
    if _THIS_TIME.search(draft.folded):
        return False
    dated = any(a.kind == "D" for a in told)
    several = several and not draft.all_signs.any("coming", "past")
    return "coming" not in signs and not dated and ("routine" in signs or several)
