"""Whether the times of a segment are those of maintenance."""

import re

from probe.maintenance.reading.assembly import Piece
from probe.maintenance.reading.draft import Draft
from probe.maintenance.reading.lists import ELSEWHERE, head_of
from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.signs import signs_of

UNCLEAR = "it is not clear whether all its times are those of the maintenance"
_SAME_SUBJECT = re.compile(
    r"\W*(?:it|this|these|they|the (?:(?:planned|scheduled) )?"
    r"(?:outage|maintenance|window|work|upgrade|downtime"
    r"|system|period|process|migration|cut-?over|event|change|conversion|move))\b",
    re.IGNORECASE,
)


#: A field: "When: June 8".
_LABEL = re.compile(
    r"\W*(?:(?:maintenance|service|scheduled) )?(?:windows?|when|schedule|dates?|times?) ?:",
    re.IGNORECASE,
)
_FIELD = re.compile(r"\W*[A-Z][\w ]{0,20}:")
_SAME_TIMES = re.compile(r"\bthe same (?:time )?(?:period|window|schedule)\b", re.IGNORECASE)
_MEANWHILE = re.compile(
    r"\bduring (?:the (?:above|following|stated)|this|these|that)\b", re.IGNORECASE
)
#: A moment that only ends something.
_ENDING = re.compile("[URL]")
#: Where one clause ends and another may begin.
_BOUNDARY = re.compile(r",\s|:\s|\s-\s|\b(?:and|but|so|while|because|although)\s", re.IGNORECASE)
_WHEN = r"\b(?:during|after|(?<!the )following|before|prior to|despite)"
_NOUN = (
    r"(?:maintenance|outage|upgrade|down-?time|migration|interruption|patching|deployment)s?"
    r"(?: (?:window|period|work|event)s?)?\b"
)
#: Maintenance as the time of something else: during the outage.
_MENTION = re.compile(rf"{_WHEN} (?:[^\s,;:]+ ){{0,4}}?{_NOUN}", re.IGNORECASE)
_MENTION_OF_TIMES = re.compile(
    rf"{_MENTION.pattern}\W*"
    r"(?:(?:on|from|at|of|between|scheduled for|is|every|the|this|morning|evening|night)\W*)*$",
    re.IGNORECASE,
)
_OUTAGE_IS = re.compile(
    r"\b(?:outage|downtime|interruption|maintenance)s? (?:is|are|will|has been|have been)\b",
    re.IGNORECASE,
)
_HAS_SUBJECT = re.compile(
    r"\W*(?!(?:will|is|are|was|may|might|should|would|can|be|being|to|has|have|which|that|it|they|this"
    r"|not|un\w+)\b)\w",
    re.IGNORECASE,
)


def is_about(draft: Draft, piece: Piece) -> bool:
    """Whether the times of a piece are those of maintenance; notes why where it is unclear."""
    segment = piece.segment
    signs = segment.signs
    if _is_past(draft, segment) or _is_tentative(draft, segment):
        return False
    if piece.span.whole and not _is_out_for_days(draft, segment):
        if signs.announces or inherits(draft, segment):
            draft.problems.append("days of work are named, and no hours or outage")
        return False
    if not (
        signs.announces
        or inherits(draft, segment)
        or _ends_in_outage(draft, piece)
        or (not piece.span.whole and _is_of_outage(draft, segment))
    ):
        if not signs.any("other", "available") and draft.all_signs.announces:
            draft.problems.append(UNCLEAR)
        return False
    doubt = _doubt(draft, piece)
    if doubt and signs.announces:
        draft.problems.append(doubt)
    return not doubt


def _doubt(draft: Draft, piece: Piece) -> str:
    """Return why the times of a segment may not be those of its maintenance, or nothing."""
    segment, signs = piece.segment, piece.segment.signs
    if "inverse" in draft.all_signs or "up" in signs:
        return "its times may be those at which something is available"
    if "available" in signs and not signs.any("outage", "spared") and not segment.has("E"):
        return "its times may be those at which something is available"
    if "other" in signs and not _is_said_of_outage(draft, piece):
        return "the times may be those of something else, such as a help desk"
    if "permanent" in signs:
        return "something is replaced for good, so the end is none"
    if _is_only_mentioned(piece):
        return "maintenance is only mentioned beside its times"
    return ""


def _is_only_mentioned(piece: Piece) -> bool:
    """Whether what happens at its times is during or after maintenance, and is none itself.

    "During the outage, claims are taken by fax from 9 to 5", not "during the outage from 9 to 5".
    """
    segment, tile = piece.segment, piece.span.tile
    if tile is None or _MENTION.search(segment.words) is None:
        return False
    said = segment.words[: max(0, tile.start - segment.start)]
    if _MENTION_OF_TIMES.search(said) is not None:
        return False
    return not signs_of(_MENTION.sub(" ", segment.words)).announces


def _is_tentative(draft: Draft, segment: Segment) -> bool:
    """Whether it is proposed only, or for the case that something fails; notes it."""
    is_tentative = "tentative" in segment.signs and "cancelled" not in segment.signs
    is_tentative = is_tentative or "unsettled" in draft.all_signs
    if is_tentative:
        draft.problems.append("it is not firm")
    return is_tentative


def _is_past(draft: Draft, segment: Segment) -> bool:
    """Whether its times are of what has been."""
    is_report = "incident" in draft.all_signs and "coming" not in segment.signs
    return "past" in segment.signs or is_report or _is_item_of_the_past(draft, segment)


def _is_item_of_the_past(draft: Draft, segment: Segment) -> bool:
    """Whether it only has times, and what was said before them is of the past."""
    if segment.signs.announces or not segment.is_bare:
        return False
    said = [s for s in draft.segments[: segment.number] if s.signs.announces]
    return bool(said) and "past" in said[-1].signs


def _is_out_for_days(draft: Draft, segment: Segment) -> bool:
    """Whether an outage, and not only some work, is said to go on for whole days."""
    out = ("outage", "outage_noun", "degraded", "whole_day")
    if segment.signs.announces or not segment.is_bare:
        return segment.signs.any(*out) or (
            draft.all_signs.any(*out) and "work" in segment.signs and len(draft.segments) > 1
        )
    return draft.all_signs.any(*out)


def _is_said_of_outage(draft: Draft, piece: Piece) -> bool:
    """Whether the clause right before or after its times is one of an outage, and of nothing else.

    "For the closure on July 22, MeF will be unavailable from 10 pm on July 21 ..."
    """
    tile, segment = piece.span.tile, piece.segment
    if tile is None:
        return False
    before = draft.folded[segment.start : tile.start]
    after = draft.folded[tile.end : segment.end]
    clauses = [before[match.end() :] for match in _BOUNDARY.finditer(before)]
    if not signs_of(before).any("other"):
        clauses.append(_BOUNDARY.split(after.lstrip(" ,:-"), maxsplit=1)[0])
    nearest = next((c for c in reversed(clauses) if _says_outage(c)), "")
    return _HAS_SUBJECT.match(nearest) is not None and not signs_of(nearest).any("other")


def _says_outage(clause: str) -> bool:
    return "outage" in signs_of(clause) or _OUTAGE_IS.search(clause) is not None


def _ends_in_outage(draft: Draft, piece: Piece) -> bool:
    """Whether the sentence in which its end stands speaks of an outage."""
    return any(
        s.signs.any("outage", "outage_noun") and not s.signs.any(*ELSEWHERE)
        for s in _under(draft, piece)[1:]
    )


def _under(draft: Draft, piece: Piece) -> list[Segment]:
    """Return the segments over which the times of a piece go."""
    tile, first = piece.span.tile, piece.segment
    later = draft.segments[first.number + 1 :]
    return [first, *(s for s in later if tile is not None and s.start < tile.end)]


def _is_of_outage(draft: Draft, segment: Segment) -> bool:
    """Whether its times can only be those of the outage that a sentence beside it speaks of.

    "Storage move on Saturday from 6 to 18. All drives will be unavailable.": nothing else has
    times, except what speaks of something else.
    """
    timed = [s for p in draft.assembly.pieces if not p.span.whole for s in _under(draft, p)]
    timed += [s for s, t in draft.assembly.moments if s.has("T") and not _ENDING.search(t.lead)]
    told = sorted({s.number for s in timed if not s.signs.any(*ELSEWHERE)})
    if segment.number not in told or told != list(range(told[0], told[-1] + 1)):
        return False
    beside = [s for s in draft.segments if s.number in {told[0] - 1, told[-1] + 1}]
    return any(
        (s.signs.any("outage", "outage_noun", "degraded") or _is_work_meanwhile(s))
        and not s.signs.any(*ELSEWHERE)
        and not s.has("TDWN")
        for s in beside
    )


def _is_work_meanwhile(segment: Segment) -> bool:
    """Whether it says that there is work during the times beside it."""
    return "work" in segment.signs and _MEANWHILE.search(segment.words) is not None


def inherits(draft: Draft, segment: Segment) -> bool:
    """Whether a segment that does not say what it is about belongs to its neighbours."""
    if segment.signs.any("other", "available"):
        return False
    if draft.heading.announces or "moved" in segment.signs or "extended" in segment.signs:
        return True
    others = [s for s in draft.segments if s is not segment and _announces(s)]
    if not others or _goes_on_elsewhere(draft, segment):
        return False
    same = [s for s in others if s.sentence == segment.sentence and "none" not in s.signs]
    if same and not any(s.signs.any("other") for s in same):
        return True
    named = [word for word in segment.loose if not _is_component(draft, word)]
    if head_of(draft, segment) is not None:
        return True
    is_same = _SAME_SUBJECT.match(segment.words) or _SAME_TIMES.search(segment.words)
    is_same = is_same or _LABEL.match(segment.words)
    return (not named or is_same is not None) and not _is_field_of_other(draft, segment)


def _is_field_of_other(draft: Draft, segment: Segment) -> bool:
    """Whether it is a field, "When: June 8", below a sentence about a webinar or the like."""
    if _LABEL.match(segment.words) is None:
        return False
    before = [s for s in draft.segments[: segment.number] if not s.is_bare]
    before = [s for s in before if _FIELD.match(s.words) is None]
    return bool(before) and "other" in before[-1].signs and not before[-1].signs.announces


def _announces(segment: Segment) -> bool:
    """Whether it speaks of maintenance itself: not of a webinar about it, nor of what if."""
    signs = segment.signs
    is_of_other = "other" in signs and "outage" not in signs
    return signs.announces and not is_of_other and "conditional" not in signs


def _goes_on_elsewhere(draft: Draft, segment: Segment) -> bool:
    """Whether it goes on with times that are of something else, or below hours of availability."""
    before = draft.segments[: segment.number]
    mates = [s for s in before if s.sentence == segment.sentence and s.tiles]
    if mates and not mates[-1].signs.announces and not mates[-1].is_bare:
        return not inherits(draft, mates[-1])
    heads = [s for s in before if not s.tiles]
    is_hours = bool(heads) and "available" in heads[-1].signs and "outage" not in heads[-1].signs
    return is_hours and segment.is_bare


def _is_component(draft: Draft, word: str) -> bool:
    return any(word in names for names in draft.context.words.values())
