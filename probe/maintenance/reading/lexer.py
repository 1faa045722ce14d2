"""Text to atoms: each phrase of the table becomes the part that it is worth."""

import re
from collections.abc import Callable

from probe.maintenance.reading import zonenames
from probe.maintenance.reading.atoms import Atom, Clock, Day, Days, Length, Repeat, Weekdays
from probe.maintenance.reading.phrases import MONTHS, NUMBERS, ORDINALS, SCANNER, UNITS, WEEKDAYS

_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
#: More dates and times than a person writes into one notice.
MOST = 3000
#: More words than are worth looking at; the rest is left unread, and the notice is refused.
MOST_WORDS = 20_000

Match = re.Match[str]
#: From the match, the words in their own case, and the reader's zone: kind and value.
_Maker = Callable[[Match, str, str], tuple[str, object] | None]


def _kind(letter: str) -> _Maker:
    return lambda _match, words, _home: (letter, words)


def _clock(match: Match, words: str, _home: str) -> tuple[str, object]:
    group = match.groupdict()
    if group["cw"] or group["mn"]:
        word = "midnight" if group["mn"] or group["cw"] == "midnight" else "noon"
        return "T", Clock(12 if word == "noon" else 0, 0, word=word)
    meridiem = (group["mer"] or group["mer3"] or group["mer24"] or "")[:1]
    hour = next(int(group[k]) for k in ("h", "h3", "h24", "hh", "hfr") if group[k])
    minute = next((int(group[k]) for k in ("mi", "m3", "m24", "mh", "mfr") if group[k]), 0)
    military = bool(group["hh"] or group["hfr"] or group["hrs"])
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return "!", f"{words!r} is no time of day"
    if meridiem and hour > 12:
        if meridiem == "a":
            return "!", f"{words!r} is no time of day"
        meridiem = ""
    if meridiem and hour == 0:
        meridiem = ""
        military = True
    zero = group["h24"] is not None and group["h24"].startswith("0")
    return "T", Clock(hour, minute, meridiem, military=military or hour > 12 or hour == 0 or zero)


def _numeric(match: Match, words: str, _home: str) -> tuple[str, object]:
    month = re.search(r"[a-z]{3}", words.lower())
    numbers = [int(n) for n in re.findall(r"\d+", words)]
    if month:
        year = numbers[1] if numbers[1] > 99 else 2000 + numbers[1]
        return "D", Days((Day(year, MONTHS.index(month[0]) + 1, numbers[0]),))
    if len(re.match(r"\d+", words)[0]) == 4:  # type: ignore[index]  # the pattern begins with digits
        return "D", Days((Day(*numbers),))
    year = None
    if len(numbers) == 3:
        year = numbers[2] if numbers[2] > 99 else 2000 + numbers[2]
    first, second = numbers[0], numbers[1]
    if "." in words:
        return "D", Days((Day(year, second, first),))
    if first > 12 >= second:
        return "D", Days((Day(year, second, first),))
    return "D", Days((Day(year, first, second, swapped=second <= 12 and first != second),))


def _iso(match: Match, start: int, end: int) -> list[Atom]:
    """`2024-06-04T08:00-05:00` as the date, the time and the zone that it is."""
    date, zone = match["isod"], match["isoz"]
    hour, minute = int(match["isoh"]), int(match["isom"])
    if hour > 24 or minute > 59:
        return [Atom("!", f"{match[0]!r} is no time", start, end)]
    day = Days((Day(*(int(part) for part in date.split("-"))),))
    atoms = [
        Atom("D", day, start, start + len(date)),
        Atom("T", Clock(hour, minute, military=True), start + len(date) + 1, end - len(zone or "")),
    ]
    if zone:
        offset = 0 if zone == "z" else int(zone[1:3]) * 60 + int(zone[-2:])
        kind, value = _zone(zonenames.by_offset(-offset if zone[0] == "-" else offset), zone)
        atoms.append(Atom(kind, value, end - len(zone), end))
    return atoms


def _weekday(match: Match, words: str, _home: str) -> tuple[str, object] | None:
    name = words.lower().rstrip(".")
    if len(name) < 6 and not (
        words[0].isupper() or match.string[match.end() : match.end() + 1] == ":"
    ):
        return None
    plural = name.endswith("days") or (len(name) == 4 and name.endswith("s") and name != "tues")
    return "W", Weekdays((WEEKDAYS.index(name[:3]),), every=plural)


def _month(match: Match, words: str, _home: str) -> tuple[str, object] | None:
    if words.lower() == "may" and not words[0].isupper():
        return None
    return "M", MONTHS.index(words[:3].lower()) + 1


def _ordinal(match: Match, words: str, _home: str) -> tuple[str, object]:
    if match["on"]:
        return "o", int(match["on"])
    return "o", ORDINALS[match["ow"]]


def _length(match: Match, words: str, _home: str) -> tuple[str, object]:
    if match["lx"]:
        return "x", words
    unit = UNITS[match["lu"][0]]
    count = max(_count(match["l1"]), _count(match["l2"]) if match["l2"] else 0)
    minutes = int(count * unit)
    if match["l3"]:
        minutes += int(_count(match["l3"]))
    bound = bool(match["lp"] or match["lt"])
    return "P", Length(minutes, bound, bool(match["la"] or match["l2"]))


def _count(word: str) -> float:
    return NUMBERS[word] if word in NUMBERS else float(word)


def _zone_offset(match: Match, words: str, _home: str) -> tuple[str, object]:
    sign = match["sign"] or match["sign2"]
    hours, minutes = int(match["zh"] or match["zh2"]), int(match["zm"] or match["zm2"] or 0)
    offset = hours * 60 + minutes
    return _zone(zonenames.by_offset(-offset if sign == "-" else offset), words)


def _zone(zones: tuple[str, ...], words: str) -> tuple[str, object]:
    return ("Z", zones) if zones else ("!", f"the zone {words!r} is not known")


def _zone_words(match: Match, words: str, home: str) -> tuple[str, object]:
    name = zonenames.WORDS[match["zw"] or match["zw1"]]
    return _zone(zonenames.by_name(name, home), words)


def _zone_name(match: Match, words: str, home: str) -> tuple[str, object] | None:
    if words != words.upper():
        return None
    return "Z", zonenames.by_name(words, home)


def _zone_path(match: Match, words: str, home: str) -> tuple[str, object]:
    return _zone(zonenames.by_name(words, home), words)


def _month_day(match: Match, words: str, _home: str) -> tuple[str, object]:
    text = match["md"] or match["me"]
    day = ORDINALS[text] if text in ORDINALS else int(text[:-2])
    return "N", Repeat(f"FREQ=MONTHLY;BYMONTHDAY={day}")


def _relative(match: Match, words: str, _home: str) -> tuple[str, object] | None:
    if match["thisday"]:
        return "t", words
    if match["vague"]:
        return "D", Days((Day(relative="today"),))
    if not match["rel"]:
        return "x", words
    return "D", Days((Day(relative=match["rel"]),))


def _stop(match: Match, words: str, _home: str) -> tuple[str, object]:
    return ".", words


def _weekday_set(days: tuple[int, ...]) -> _Maker:
    return lambda _match, _words, _home: ("W", Weekdays(days, every=True))


_MAKERS: dict[str, _Maker] = {
    "url": _kind("x"), "skip": _kind("x"), "monthday": _month_day,
    "refuse": lambda _m, words, _h: ("!", f"{words!r} names no certain time"),
    "umbrella": _kind("y"), "holidays": _kind("h"), "patch": lambda _m, _w, _h: ("N", Repeat("FREQ=MONTHLY;BYDAY=2TU")),
    "month_mark": _kind("m"), "daily": lambda _m, _w, _h: ("N", Repeat("FREQ=DAILY")),
    "weekdays": _weekday_set((0, 1, 2, 3, 4)), "weekends": _weekday_set((5, 6)),
    "weekly": _kind("w"), "other": lambda _m, _w, _h: ("!", "every other one, counted from none"),
    "every": _kind("q"), "relative": _relative, "weekday": _weekday, "numeric": _numeric,
    "clock": _clock, "zoffset": _zone_offset, "zpath": _zone_path, "zwords": _zone_words,
    "zname": _zone_name, "month": _month, "ordinal": _ordinal, "length": _length,
    "next_day": _kind("J"), "part": lambda _m, words, _h: ("G", words.lower()), "stamp": _kind("s"), "end": _kind("U"),
    "from": _kind("F"), "between": _kind("B"), "to": _kind("R"), "and": lambda _m, words, _h: ("A", words.lower()),
    "limit": _kind("L"), "except": _kind("E"), "negated": lambda _m, _w, _h: ("E", "not"), "dash": _kind("-"), "comma": lambda _m, words, _h: ("C", words),
    "colon": _kind("k"), "semi": _kind(";"), "stop": _stop, "number": _kind("#"),
    "dotted": _kind("#"), "word": _kind("x"),
}  # fmt: skip
_SILENT = frozenset(("soft", "hours_of"))
_NEW_SENTENCE = re.compile(
    r"\s(?!(?:eastern|central|mountain|pacific|atlantic|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr"
    r"|may|jun|jul|aug|sep|oct|nov|dec|coordinated|greenwich|british|local|daily|weekly)"
    r"[a-z]*\b)(?=[a-z]+\b)"
)
_MISSPELT = re.compile(r"[a-z]{5,11}\Z")
_FULL_WEEKDAYS = tuple(f"{w}day" for w in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun"))


def _misspelt(word: str) -> int | None:
    """Return the weekday that a word is one slip of the pen away from."""
    if not (_MISSPELT.match(word) and word[-1] == "y" and word[0] in "mtwfs"):
        return None
    for number, name in enumerate(_FULL_WEEKDAYS):
        if abs(len(name) - len(word)) <= 1 and len(name) > 6 and _is_one_slip(word, name):
            return number
    return None


def _is_one_slip(word: str, name: str) -> bool:
    if len(word) > len(name):
        return any(word[:i] + word[i + 1 :] == name for i in range(len(word)))
    if len(word) < len(name):
        return any(name[:i] + name[i + 1 :] == word for i in range(len(name)))
    wrong = [i for i in range(len(word)) if word[i] != name[i]]
    swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1 and (
        word[wrong[0]], word[wrong[1]]) == (name[wrong[1]], name[wrong[0]])  # fmt: skip
    return len(wrong) == 1 or swapped


_ZONE_BEFORE = re.compile(r"(?:times?|time-?zone|zone)\b[^.;]{0,30}$")


_COMMON = frozenset(
    (
        "et",
        "est",
        "edt",
        "ct",
        "cst",
        "cdt",
        "mst",
        "mdt",
        "pt",
        "pst",
        "pdt",
        "utc",
        "gmt",
        "bst",
        "cet",
        "ces",
        "aes",
        "nzs",
        "sgt",
        "jst",
    )
)


def _is_zone_here(atoms: list[Atom], lower: str, start: int) -> bool:
    """Whether capitals that could be a zone's name stand where one is told."""
    last = atoms[-1].kind if atoms else ""
    if last in tuple("T#Z(J") or (
        last in tuple("oMWDNG") and lower[start : start + 3].strip(" .,)") in _COMMON
    ):
        return True
    return _ZONE_BEFORE.search(lower, max(0, start - 45), start) is not None


def scan(folded: str, home: str) -> list[Atom]:
    """Return the atoms of a folded text in order, without the small words between them."""
    lower = folded.translate(_LOWER)
    atoms: list[Atom] = []
    for match in SCANNER.finditer(lower):
        row = match.lastgroup or ""
        if row in _SILENT:
            continue
        if len(atoms) > MOST_WORDS:
            break
        start, end = match.span()
        if row == "bracket":
            atoms.extend(
                Atom(c, c, start + i, start + i + 1) for i, c in enumerate(match[0]) if c in "()"
            )
            continue
        if row == "stop" and folded[end : end + 4].lstrip(" )]\"'*(")[:1].islower():
            continue
        if row == "iso":
            atoms += _iso(match, start, end)
            continue
        made = _MAKERS[row](match, folded[start:end], home)
        if row == "zname" and made is not None and not _is_zone_here(atoms, lower, start):
            made = None
        if made is None:
            made = ("x", folded[start:end])
        if made[0] == "x" and (slip := _misspelt(match[0])) is not None:
            made = ("W", Weekdays((slip,)))
        atoms.append(Atom(made[0], made[1], start, end))
        is_abbreviated = row in {"clock", "weekday", "month"} and match[0].endswith(".")
        if (
            is_abbreviated
            and folded[end + 1 : end + 2].isupper()
            and _NEW_SENTENCE.match(lower, end)
        ):
            if row == "clock" and not folded[end + 1 : end + 3].isupper():
                atoms.append(Atom(".", ".", end - 1, end))
    return atoms
