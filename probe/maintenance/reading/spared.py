"""The components that a notice names only to say that they are not out."""

import re

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.names import mentions

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
