"""Which components a notice is about: the subject of its outage, not all that it mentions."""

import re
from functools import lru_cache

from probe.maintenance.reading.context import Context

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
    r"not (?:be )?(?:affected|impacted|interrupted)|unaffected|not (?:\w+ )?affect"
    r"|remains? |stays? |continue to|still ",
    re.IGNORECASE,
)


@lru_cache(maxsize=64)
def _pattern(names: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    ordered = sorted((word for _, word in names), key=len, reverse=True)
    parts = [
        rf"(?<!\w){re.escape(w)}(?!\w)" if w.isupper() else rf"(?<!\w)(?i:{re.escape(w)})(?!\w)"
        for w in ordered
    ]
    return re.compile("|".join(parts))


def mentions(words: str, context: Context) -> tuple[str, ...]:
    """Return the components that some words name, in order."""
    names = tuple(
        (component, word) for component, listed in context.words.items() for word in listed if word
    )
    if not names:
        return ()
    upper = {word: component for component, word in names}
    lower = {word.lower(): component for component, word in names}
    found = [m[0] for m in _pattern(names).finditer(words)]
    return tuple(dict.fromkeys(upper.get(it) or lower[it.lower()] for it in found))


def components_of(words: str, context: Context, fallback: str = "") -> tuple[str, ...]:
    """Return the components that are out: the subject, else its cause, else the feed's own."""
    subject = _EFFECT.split(words, maxsplit=1)[0]
    for text in (_TRAILING_CAUSE.sub(" ", _CAUSE.sub(" ", subject)), subject, words):
        found = mentions(text, context)
        if found:
            return found
    return mentions(fallback, context)[:1] or (context.component,)


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
