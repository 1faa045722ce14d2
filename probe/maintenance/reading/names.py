"""The components that words name, and the systems that are none of ours."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.table import table

#: A component, and the words that name it.
_Named = tuple[str, tuple[str, ...]]
#: Systems that stand beside ours in the same notices and are none of ours.
_OTHERS: tuple[_Named, ...] = tuple((name, tuple(w)) for name, w in table("others.txt").items())


@lru_cache(maxsize=64)
def _names(named: tuple[_Named, ...]) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Return where the words stand in a text, and whose each is; capitals stand as they are."""
    ours = {word: component for component, words in named for word in words if word}
    known = {word.lower() for word in ours}
    owners = {w: name for name, words in _OTHERS for w in words if w.lower() not in known} | ours
    ordered = sorted(owners, key=len, reverse=True)
    ways = (re.escape(w) if w.isupper() else f"(?i:{re.escape(w)})" for w in ordered)
    owners |= {word.lower(): component for word, component in owners.items()}
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)"), owners


def named_in(folded: str, context: Context) -> Iterator[tuple[int, int, str, bool]]:
    """Yield where each component is named, which it is, and whether it is one of ours."""
    pattern, owners = _names(tuple(context.words.items()))
    for match in pattern.finditer(folded):
        owner = owners.get(match[0]) or owners[match[0].lower()]
        yield match.start(), match.end(), owner, owner in context.words


def mentions(folded: str, context: Context) -> tuple[str, ...]:
    """Return the components that some words name, and Medicare's other systems, in order."""
    return tuple(dict.fromkeys(owner for _, _, owner, _ in named_in(folded, context)))
