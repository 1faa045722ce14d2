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
#: What is said in this way comes once.
_WILL = re.compile(
    r"\bwill (?:not |\w+ly )?(?:be|go|have|undergo|perform|take|experience|shut|conduct|occur"
    r"|happen|begin|start|impact|affect|interrupt|move|upgrade|update|replace|install|migrate)\b"
    r"|\bplanned for\b",
    re.IGNORECASE,
)
#: A word before a weekday that makes it a certain one, and words behind it that do.
_QUALIFIED = re.compile(
    r"\b(?!(?:[ap]?m|noon|midnight|utc|et|est|edt|on|this|coming|down|unavailable|off-?line|out|from|between|until|through|thru|to|and"
    r"|for|late|early|place|performed|conducted|begin|start|maintenance|upgrade|work|webmail)\b)"
    r"[a-z]+\W{1,2}$",
    re.IGNORECASE,
)
_OF = re.compile(
    r"[ ,(]*(?:of|in|before|after|following|week|prior|closest|if|throughout)\b",
    re.IGNORECASE,
)
#: Words that set all weekdays of a notice apart from the next ones.
_ELSEWHEN = re.compile(
    r"\b(?:typically|usually|normally|weeks?|months?|any|each|every|if|when|once|following"
    r"|after|before|since"
    r"|throughout|summer|winter|spring|fall)\b",
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


def coming(draft: Draft) -> frozenset[int]:
    """Return the weekdays of what is said to come once: "will be down Monday"; 0 is Monday.

    Only a weekday that nothing qualifies is the next one: not Easter Sunday, the Sunday of the
    release, or Sunday in two weeks.
    """
    if draft.heading.repeats or draft.all_signs.any("weekly", "routine", "conditional"):
        return frozenset()
    if _ELSEWHEN.search(draft.folded) or any(s.has("uyY") for s in draft.segments):
        return frozenset()
    return frozenset(
        atom.value.days[0]
        for segment in draft.segments
        if _WILL.search(segment.words) and segment.signs.announces and "other" not in segment.signs
        for atom in segment.atoms
        if atom.kind == "W" and len(atom.value.days) == 1 and not atom.value.every
        if _QUALIFIED.search(draft.folded[segment.start : atom.start]) is None
        if _OF.match(draft.folded, atom.end) is None
    )
