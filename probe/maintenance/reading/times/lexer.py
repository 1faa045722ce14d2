"""Text to atoms: each phrase of the table becomes the part that it is worth."""

import re
from collections.abc import Iterator

from probe.maintenance.reading.times.atoms import Atom, Weekdays
from probe.maintenance.reading.times.makers import MAKERS, Made, Phrase, ctime_atoms, iso_atoms
from probe.maintenance.reading.times.phrases import BY_LETTER, ELSE
from probe.maintenance.reading.times.zones import NAMES

_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
#: More dates and times than a person writes into one notice.
MOST = 600
#: More words than are worth looking at; the rest is left unread, and the notice is refused.
MOST_WORDS = 20_000


_SILENT = frozenset(("soft", "hedge", "hours_of"))
_NEW_SENTENCE = re.compile(
    r"\s(?!(?:eastern|central|mountain|pacific|atlantic|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr"
    r"|may|jun|jul|aug|sep|oct|nov|dec|coordinated|greenwich|british|local|daily|weekly)"
    r"[a-z]*\b)(?=[a-z]+\b)"
)
#: Who writes "am" without its full stops ends a sentence with one.
_PLAIN_MERIDIEM = re.compile(r"[ap]m\.$")
_MISSPELT = re.compile(r"[a-z]{5,11}\Z")
#: The shortest names of weekdays are too like other words.
_SHORTEST = 6
_FULL_WEEKDAYS = tuple(f"{w}day" for w in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun"))


def _misspelt(word: str) -> int | None:
    """Return the weekday that a word is one slip of the pen away from."""
    if not (_MISSPELT.match(word) and word[-1] == "y" and word[0] in "mtwfs"):
        return None
    for number, name in enumerate(_FULL_WEEKDAYS):
        if abs(len(name) - len(word)) <= 1 and len(name) > _SHORTEST and _is_one_slip(word, name):
            return number
    return None


def _is_one_slip(word: str, name: str) -> bool:
    if len(word) > len(name):
        return any(word[:i] + word[i + 1 :] == name for i in range(len(word)))
    if len(word) < len(name):
        return any(name[:i] + name[i + 1 :] == word for i in range(len(name)))
    wrong = [i for i in range(len(word)) if word[i] != name[i]]
    swapped = [word[: i - 1] + word[i] + word[i - 1] + word[i + 1 :] for i in wrong[1:]]
    return len(wrong) == 1 or name in swapped


_ZONE_BEFORE = re.compile(
    r"(?:all times|times? (?:are|is|in|shown|listed|given|stated|zone)|times?:|time-?zone|zone)"
    r"\W[^.;]{0,30}$|\btime \($"
)


#: Zones that are told beside a date, not only beside a time.
_COMMON = frozenset(
    {
        *("et", "est", "edt", "ct", "cst", "cdt", "mst", "mdt", "pt", "pst", "pdt"),
        *("utc", "gmt", "bst", "cet", "cest", "aest", "nzst", "sgt", "jst"),
    }
)
#: Words in capitals behind a time that are no zone's name.
_NO_ZONES = frozenset(
    ("start", "next", "must", "not", "last", "first", "event", "but", "out", "set")
)
#: Names of two letters are too like other words.
_TWO = 2
#: Kinds behind which a zone may stand, and those behind which only a common one.
_TIMELIKE = frozenset(("clock", "number", "zone", "next-day"))
_DAYLIKE = frozenset(("ordinal", "month", "weekday", "date", "rule", "part"))
#: How far before its name a zone is announced.
_BEFORE = 45


def _is_zone_here(atoms: list[Atom], lower: str, match: re.Match[str]) -> bool:
    """Whether capitals that could be a zone's name stand where one is told."""
    name = match[0].removeprefix("us-")
    if (name in _COMMON or "/" in name) and len(name) > _TWO:
        return True
    last = atoms[-1].kind if atoms else "."
    if len(atoms) > 1 and atoms[-1].value in {"/", "or"} and atoms[-2].kind == "zone":
        return True
    if last == "(" and len(atoms) > 1:
        last = atoms[-2].kind
    if last in _TIMELIKE or (last in _DAYLIKE and name in _COMMON):
        return True
    start = match.start()
    return _ZONE_BEFORE.search(lower, max(0, start - _BEFORE), start) is not None


def scan(folded: str, home: str) -> list[Atom]:
    """Return the atoms of a folded text in order, without the small words between them."""
    lower = folded.translate(_LOWER)
    atoms: list[Atom] = []
    for row, match in _matches(lower):
        start, end = match.span()
        if row in _SILENT or (row == "stop" and _goes_on(folded, end)):
            continue
        if len(atoms) > MOST_WORDS:
            break
        if row == "bracket":
            inside = [i for i in range(start, end) if folded[i] in "()"]
            atoms += [Atom(folded[i], folded[i], i, i + 1) for i in inside]
        elif row == "iso":
            atoms += iso_atoms(match, start, end)
        elif row == "ctime" and (parts := ctime_atoms(match, start, home)):
            atoms += parts
        else:
            bare = row == "zname" or (
                row == "zwords" and (match["zw1"] or match["zw3"]) is not None
            )
            known = not bare or _is_zone_here(atoms, lower, match)
            if row == "zabbr":
                known = folded[start:end].isupper() and match[0] not in _NO_ZONES
            made = MAKERS[row](Phrase(match, folded[start:end], home)) if known else None
            atoms.append(_atom(made or ("word", folded[start:end]), match))
            if row == "clock" and match[0].endswith("z"):
                atoms.append(Atom("zone", ("UTC",), end - 1, end))
            if row == "clock" and _ends_sentence(folded, match):
                atoms.append(Atom(".", ".", end - 1, end))
    return atoms


def _matches(lower: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield each phrase with its row, in order; none is looked for at a blank."""
    at, end, rows_of = 0, len(lower), BY_LETTER.get
    while at < end:
        char = lower[at]
        at += 1
        if char == " ":
            continue
        for row, match_at in rows_of(char, ELSE):
            match = match_at(lower, at - 1)
            if match is not None and match.end() >= at:
                yield row, match
                at = match.end()
                break


def _atom(made: Made, match: re.Match[str]) -> Atom:
    kind, value = made
    weekday = _misspelt(match[0]) if kind == "word" else None
    if weekday is not None:
        kind, value = "weekday", Weekdays((weekday,))
    return Atom(kind, value, match.start(), match.end())


#: The next word: one such as "myCGS" may begin a sentence.
_ZONE_BEHIND = re.compile(r" [A-Z][a-z]+(?: [A-Z][a-z]+)? [Tt]ime\b")
_WORD = re.compile(r"[ )\]\"'*(]{0,4}([^\W\d_]+)")


def _goes_on(folded: str, end: int) -> bool:
    """Whether a full stop is followed by a small letter, so that the sentence goes on."""
    word = _WORD.match(folded, end)
    return word is not None and word[1].islower()


def _ends_sentence(folded: str, match: re.Match[str]) -> bool:
    """Whether the full stop of "p.m." also ends its sentence."""
    following = folded[match.end() + 1 : match.end() + 3]
    if not match[0].endswith(".") or not following[:1].isupper():
        return False
    if _ZONE_BEHIND.match(folded, match.end()) is not None:
        return False
    if _PLAIN_MERIDIEM.search(match[0]) is not None:
        word = _WORD.match(folded, match.end())
        return word is not None and word[1].upper() not in NAMES
    if following.isupper() and following.isalpha():
        word = _WORD.match(folded, match.end())
        before = folded[max(0, match.start() - _BEFORE) : match.start()]
        is_shouted = not any(letter.islower() for letter in before)
        if is_shouted or word is None or word[1].upper() in NAMES:
            return False
    return _NEW_SENTENCE.match(match.string, match.end()) is not None
