"""The components that words name, whole or in part, and the systems that are none of ours."""

import re
from functools import lru_cache

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.signs import begins_with_part, names_part
from probe.maintenance.reading.table import table

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
    return tuple(dict.fromkeys(component for component, _ in named_in(words, context)))


def named_in(words: str, context: Context) -> list[tuple[str, bool]]:
    """Return each component where it is named, and whether a part of it is: SPOT claim status."""
    if not any(context.words.values()):
        return []
    pattern, owners = _names(tuple(context.words.items()))
    return [
        (owners.get(m[0]) or owners[m[0].lower()], _owns_part(words, m.end()))
        for m in pattern.finditer(words)
    ]


def pattern_of(context: Context) -> re.Pattern[str]:
    """Return where components stand in a text."""
    return _names(tuple(context.words.items()))[0]


def is_whole(subject: str, start: int, end: int) -> bool:
    """Whether what is named between two places is meant whole, and not a part of it."""
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
