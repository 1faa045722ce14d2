"""What a segment speaks of: an outage, less than one, something else, its end, its repetition.

The phrases that show each sign are the lines of `signs.txt`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from probe.maintenance.reading.finder import Finder, any_of
from probe.maintenance.reading.table import table

#: A sentence with the first and without the second tells what has been.
_PAST = re.compile(r"\b(?:was|were|had|did|went|caused|happened|began|started|ended|lasted)\b")
_PLANNED = re.compile(
    r"\b(?:will|shall|going to|is|are|may|might|can|should|must|be|(?<!was )(?<!were )(?<!been )"
    r"(?:scheduled|planned|expected|anticipated)|ends?|lasts?|continues?|remains?|runs?)\b"
)
_SIGNS, _THING = table("signs.txt"), "other_thing"
#: "Customer service" is something else, the "customer service online system" is not.
_SYSTEMS = (
    r"(?!\w)(?!(?: [\w/&-]+){0,2} (?:systems?|portals?|(?:web)?sites?|web ?pages?|servers?|apps?"
    r"|applications?|databases?|platforms?|tools?|software|modules?|environments?)\b)"
)
_PHRASES = {name: list(phrases) for name, phrases in _SIGNS.items() if name != _THING}
_PHRASES["other"] += [f"(?:{phrase}){_SYSTEMS}" for phrase in _SIGNS[_THING]]
_FINDER, _PART = Finder(_PHRASES), any_of(_SIGNS["part"])
_SPEAKING = ("work", "outage", "outage_noun", "degraded", "touched", "cancelled")
_SPOKEN = any_of(
    (
        *(phrase for name in _SPEAKING for phrase in _SIGNS[name]),
        r"(?:non-?)?disruptive",
        r"start:? ?\d{4}-\d\d-\d\dt",
    )
)


def begins_with_part(words: str) -> bool:
    """Whether some words begin with the name of a part: claim status, printing."""
    return _PART.match(words.lower()) is not None


def names_part(words: str) -> bool:
    """Whether some words name a part."""
    return _PART.search(words.lower()) is not None


def speaks(folded: str) -> bool:
    """Whether some folded words announce anything: the cheapest question of all."""
    return _SPOKEN.search(folded.lower()) is not None


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs found in some words."""

    found: frozenset[str]

    def __contains__(self, name: str) -> bool:
        return name in self.found

    def any(self, *names: str) -> bool:
        """Whether one of them is there."""
        return not self.found.isdisjoint(names)

    @property
    def announces(self) -> bool:
        """Whether it speaks of maintenance or of an outage."""
        return self.any("outage", "outage_noun", "work", "degraded")


#: Of what says nothing.
NO_SIGNS = Signs(frozenset())


def joined(several: Iterable[Signs]) -> Signs:
    """Return all the signs of several stretches."""
    return Signs(frozenset().union(*(signs.found for signs in several)))


def signs_of(words: str) -> Signs:
    """Return the signs in some folded words."""
    lower = words.lower()
    found = _FINDER.find(lower)
    if "touched" in found and found.isdisjoint(("outage", "outage_noun")):
        found.add("degraded")
    if "awaited" in found:
        found.discard("done")
    if "earlier" in found and "extended" not in found:
        found -= {"done", "cancelled"}
    if "dropped" in found:
        found.discard("cancelled")
    is_past = _PAST.search(lower) is not None and _PLANNED.search(lower) is None
    if is_past and found.isdisjoint(("done", "cancelled", "moved", "extended")):
        found.add("past")
    if "hypothetical" in found:
        found -= {"cancelled", "moved", "extended"}
    return Signs(frozenset(found))
