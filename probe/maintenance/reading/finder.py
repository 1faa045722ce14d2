"""Finds which phrases are in a text: at each word, only those that may begin there are tried."""

import re
from collections.abc import Iterable, Mapping

from probe.maintenance.reading.initials import LETTERS, initials

#: A phrase that begins with a word, maybe behind what must or must not stand before it.
_WORD = re.compile(r"(?:\\b|\(\?<[!=][^()]*\)|\(\?:)*(?!n't|not\|n't)[a-z]")
#: One whose beginning may be a digit.
_DIGIT = re.compile(r"^.{0,20}?(?:\\d|\d)")
_STARTS = re.compile(r"\b[a-z]")


def any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return one pattern; a phrase that begins with a word is only tried where one begins."""
    given = list(phrases)
    words = [phrase for phrase in given if _WORD.match(phrase)]
    others = [phrase for phrase in given if not _WORD.match(phrase)]
    joined = [rf"\b(?:{'|'.join(words)})"] if words else []
    return re.compile("|".join(joined + others))


class Finder:
    """Knows the phrases of names; the patterns of a letter are made when it is first met."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._by_letter: dict[str, dict[str, list[str]]] = {letter: {} for letter in LETTERS}
        self._made: dict[str, re.Pattern[str]] = {}
        odd: dict[str, list[str]] = {}
        for name, ways in phrases.items():
            for way in ways:
                letters = initials(way)
                is_odd = not _WORD.match(way) or letters == LETTERS or _DIGIT.match(way)
                if is_odd:
                    odd.setdefault(name, []).append(way)
                for letter in () if is_odd else letters:
                    self._by_letter[letter].setdefault(name, []).append(way)
        heads = {name: [way for way in ways if way.startswith("^")] for name, ways in odd.items()}
        rest = {name: [way for way in ways if way[0] != "^"] for name, ways in odd.items()}
        self._asked = tuple((name, any_of(ways).match) for name, ways in heads.items() if ways)
        self._asked += tuple((name, any_of(ways).search) for name, ways in rest.items() if ways)

    def find(self, lower: str) -> set[str]:
        """Return the names of which a phrase is in a text of small letters."""
        found = {name for name, is_in in self._asked if is_in(lower)}
        for start in _STARTS.finditer(lower):
            match = self._pattern(start[0]).match(lower, start.start())
            if match is not None and match.lastindex is not None:
                found.update(name for name, held in match.groupdict().items() if held is not None)
        return found

    def _pattern(self, letter: str) -> re.Pattern[str]:
        made = self._made.get(letter)
        if made is None:
            ways = self._by_letter[letter].items()
            asked = (rf"(?:(?=(?P<{name}>{'|'.join(phrases)}))|)" for name, phrases in ways)
            made = self._made[letter] = re.compile("".join(asked))
        return made
