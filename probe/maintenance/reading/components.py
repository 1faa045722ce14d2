"""Which components a notice is about: the subject of its outage, not all that it mentions."""

import re

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.names import is_whole, mentions, named_in, pattern_of

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


def components_of(words: str, context: Context, fallback: str = "") -> tuple[str, ...]:
    """Return the components that are out: the subject, else its cause, else the feed's own.

    Where "the portal" or "our systems" is out beside a system that is none of ours, so is the
    feed's own component.
    """
    words = _GREETING.sub(" ", words)
    subject = _EFFECT.split(words, maxsplit=1)[0]
    effect = _TRAILING_CAUSE.sub(" ", _CAUSE.sub(" ", subject))
    is_unnamed = any(
        is_whole(effect, m.start(), m.end()) and not named_in(m[0], context)
        for m in _UNNAMED.finditer(effect)
    )
    for text in (effect, subject, words):
        found = named_in(text, context)
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
    return not any(
        is_whole(subject, found.start(), found.end())
        for way in (pattern_of(context), _UNNAMED)
        for found in way.finditer(subject)
    )
