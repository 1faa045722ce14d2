"""Which components a notice is about: the subject of its outage, not all that it mentions."""

import re
from functools import lru_cache

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.signs import begins_with_part, names_part
from probe.maintenance.reading.table import table

#: From here on a sentence tells what follows from the outage, for somebody else.
_EFFECT = re.compile(
    r"\b(?:may|might|will|could|can) (?:also )?(?:affect|impact|prevent|result in|cause)\b"
    r"|\baffects? (?:the|your)\b|\bresult(?:s|ing)? in\b|\bso that you\b|\byour ability\b"
    r"|\bability to (?:log|access|sign)\b|\bwhich (?:affects|impacts|means)\b"
    r"|,? (?:so|and|therefore|meaning)(?: that)? (?:you|users|providers|customers)\b",
    re.IGNORECASE,
)
#: A cause, which is not itself what is out.
_CAUSE = re.compile(
    r"\b(?:due to|because of|owing to|as a result of|as part of|in order to"
    r"|to support)\b[^,.;]{0,80}(?:,|$)",
    re.IGNORECASE,
)
_TRAILING_CAUSE = re.compile(
    r"\b(?:due to|because of|owing to|as a result of|as part of)\b[^.;]*", re.IGNORECASE
)
_NOT = re.compile(
    r"runs? normally|not (?:be )?(?:affected|impacted|interrupted)|unaffected|not (?:\w+ )?affect"
    r"|remains? |stays? |continue to|still "
    r"|(?:is|are|be) (?:available|accessible|online|up) (?:while|despite|throughout|regardless)\b",
    re.IGNORECASE,
)
#: What is named behind these, up to the verb, is left out of what is said.
_LEFT_OUT = re.compile(
    r"(?:\(not|\b(?:except(?:ing)?(?: for)?|with the exception of|exclud(?:es?|ing)|other than"
    r"|apart from"
    r"|(?:and|but) not|(?:not|n't) (?:be )?(?:includ\w+|appl\w+ to|concern\w*)"
    r"|(?:all|every|everything|any) (?:\w+ )?but))\b"
    r"(?P<named>(?:(?! (?:will|is|are|was|has|have|may|can)\b)[^,.;:])*)",
    re.IGNORECASE,
)
#: "... but the IVR will be available."
_BUT_UP = re.compile(
    r"\b(?:but|and|while|whereas)\b(?P<named>[^,.;:]{1,60}?) (?:will be|is|are|remains?|stays?) "
    r"(?:available|up|on-?line|unaffected)\b",
    re.IGNORECASE,
)
#: "Use SPOT while the IVR is down", "does not prevent SPOT use"
_INSTEAD = re.compile(
    r"\b(?:use|via|through)\b(?P<named>[^,.;:]{1,30}?) (?:while|when|instead|during)\b"
    r"|(?:not|n't) (?:prevent|stop|hinder)\b(?P<kept>[^,.;:]{1,30})"
    r"|\| ?(?P<up>[^,.;:|]{1,30}): (?:available|up|on-?line|not affected)\b",
    re.IGNORECASE,
)
#: "... but IDM will not."
_BUT_NOT = re.compile(
    r"\b(?:but|and|while|whereas)\b(?P<named>[^,.;:]{1,80}?) (?:will|is|are|does|do) not"
    r"(?=\s*(?:[.,;:)]|$))",
    re.IGNORECASE,
)
#: "Attention SPOT users:"
_GREETING = re.compile(
    r"^\W*(?:(?:attention|for|dear|to|note to) )?(?:all )?\w+ users\s*[:,]", re.IGNORECASE
)
#: What is meant as a whole where no component is named.
_UNNAMED = re.compile(
    r"\b(?:the|our|this) (?:\w+ ){0,2}"
    r"(?:portal|systems?|(?:web)?site|application|platform|service)\b"
    r"|\ball (?:\w+ )?systems\b"
    r"|\b(?:log|sign)(?:ging|ing)?[- ]?(?:in|on)\b(?!\.)",
    re.IGNORECASE,
)
#: Behind these stands where a part is: claim status in SPOT. Or the part is behind: SPOT's own.
_WITHIN = re.compile(
    r"\b(?:in|on|within|inside|through|via|(?<!all )of|for|from|using)(?: the| our)?"
    r"(?: \w+ (?:and|or)(?: the)?)? ?$|\b(?:will|can|may) (?:still )?(?:be able to )?$",
    re.IGNORECASE,
)
_OWNS = re.compile(r"(?:'s)?(?: ?[:(-] ?| )")
_USERS = re.compile(r" (?:users|providers|customers)\b", re.IGNORECASE)
#: How far around a name it is looked for what it is part of, and what of it.
_BEFORE, _BEHIND = 40, 80

#: A component, and the words that name it.
_Named = tuple[str, tuple[str, ...]]
#: Systems that stand beside ours in the same notices and are none of ours.
_OTHERS: tuple[_Named, ...] = tuple((name, tuple(w)) for name, w in table("others.txt").items())
_OTHER_NAME = re.compile("|".join(re.escape(word) for _, words in _OTHERS for word in words))


@lru_cache(maxsize=64)
def _names(named: tuple[_Named, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """Return where the words stand in a text, and whose each is; capitals stand as they are."""
    ours = {word: component for component, words in named for word in words if word}
    known = {word.lower() for word in ours}
    owners = {w: name for name, words in _OTHERS for w in words if w.lower() not in known} | ours
    ordered = sorted(owners, key=len, reverse=True)
    ways = (re.escape(w) if w.isupper() else f"(?i:{re.escape(w)})" for w in ordered)
    owners |= {word.lower(): component for word, component in owners.items()}
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)"), owners


def mentions(words: str, context: Context) -> tuple[str, ...]:
    """Return the components that some words name, and Medicare's other systems, in order."""
    return tuple(dict.fromkeys(component for component, _ in _named_in(words, context)))


def _named_in(words: str, context: Context) -> list[tuple[str, bool]]:
    """Return each component where it is named, and whether a part of it is: SPOT claim status."""
    if not any(context.words.values()):
        return []
    pattern, owners = _names(tuple(context.words.items()))
    return [
        (owners.get(m[0]) or owners[m[0].lower()], _owns_part(words, m.end()))
        for m in pattern.finditer(words)
    ]


def components_of(words: str, context: Context, fallback: str = "") -> tuple[str, ...]:
    """Return the components that are out: the subject, else its cause, else the feed's own.

    Where "the portal" or "our systems" is out beside a system that is none of ours, so is the
    feed's own component.
    """
    words = _GREETING.sub(" ", words)
    subject = _EFFECT.split(words, maxsplit=1)[0]
    effect = _TRAILING_CAUSE.sub(" ", _CAUSE.sub(" ", subject))
    is_unnamed = any(
        _is_whole(effect, m.start(), m.end()) and not _named_in(m[0], context)
        for m in _UNNAMED.finditer(effect)
    )
    for text in (effect, subject, words):
        found = _named_in(text, context)
        if found and is_unnamed and not any(name in context.words for name, _ in found):
            others = found if text is effect else []
            return tuple(dict.fromkeys([context.component, *(name for name, _ in others)]))
        if found:
            wholes = [component for component, is_part in found if not is_part]
            return tuple(dict.fromkeys(wholes or [component for component, _ in found]))
    named = (name for name in mentions(fallback, context) if name in context.words)
    return (next(named, context.component),)


def is_of_part(words: str, context: Context) -> bool:
    """Whether words that name a part name no component as a whole: claim status in SPOT."""
    subject = _EFFECT.split(_TRAILING_CAUSE.sub(" ", _CAUSE.sub(" ", words)), maxsplit=1)[0]
    pattern, _ = _names(tuple(context.words.items()))
    return not any(
        _is_whole(subject, found.start(), found.end())
        for way in (pattern, _UNNAMED)
        for found in way.finditer(subject)
    )


def _is_whole(subject: str, start: int, end: int) -> bool:
    before = subject[max(0, start - _BEFORE) : start]
    return not _owns_part(subject, end) and _WITHIN.search(before) is None


def _owns_part(words: str, end: int) -> bool:
    """Whether a part follows a name that ends there: SPOT's eligibility."""
    behind = words[end : end + _BEHIND]
    if _USERS.match(behind):
        return names_part(behind)
    owns = _OWNS.match(behind)
    if owns is None:
        return False
    return begins_with_part(behind[owns.end() :]) or bool(_OTHER_NAME.match(behind, owns.end()))


def spared_of(segments: list[str], context: Context) -> frozenset[str]:
    """Return the components that are named only to say that nothing happens to them."""
    found: set[str] = set()
    for words in segments:
        match = _NOT.search(words)
        if match:
            clause = re.split(
                r"\b(?:but|while|however|although|whereas)\b|[,;]",
                words[: match.start()],
                flags=re.IGNORECASE,
            )[-1]
            found |= set(mentions(clause, context))
    return frozenset(found)


def left_out_of(segments: list[str], context: Context) -> frozenset[str]:
    """Return the components that are named only as exceptions: all systems except SPOT."""
    if not any(context.words.values()):
        return frozenset()
    ways = (_LEFT_OUT, _BUT_NOT, _BUT_UP, _INSTEAD)
    found = (m for words in segments for way in ways for m in way.finditer(words))
    named = (next(part for part in m.groups() if part is not None) for m in found)
    return frozenset(component for words in named for component in mentions(words, context))
