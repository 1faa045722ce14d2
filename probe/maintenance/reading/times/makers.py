"""What each phrase of the table is worth: the kind and the value of its atom."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from probe.maintenance.reading.times import zones
from probe.maintenance.reading.times.atoms import (
    Atom,
    Clock,
    Day,
    Days,
    Frequency,
    Length,
    Repeat,
    Stamp,
    Weekdays,
)
from probe.maintenance.reading.times.clocks import HOURS, MINUTES
from probe.maintenance.reading.times.clocks import NOON_HOUR as NOON
from probe.maintenance.reading.times.phrases import (
    HOLIDAYS,
    MONTHS,
    NUMBERS,
    ORDINALS,
    UNITS,
    WEEKDAYS,
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that was found, in its own case, for a reader whose zone is `home`."""

    match: re.Match[str]
    words: str
    home: str


Made = tuple[str, object]
#: None where the phrase is no more than its words.
Maker = Callable[[Phrase], Made | None]

LAST_MONTH = 12
#: Years of two digits are of this century, from 70 on of the one before.
CENTURY, LAST_SHORT, _LAST_CENTURY = 2000, 99, 70
#: No full name of a weekday is shorter; the plural of a short one has four letters.
_FULL, _SHORT_PLURAL = 6, 4


_BEFORE = 40
_MONTH_BEHIND = re.compile(rf"[ -]?(?:{'|'.join(MONTHS)})")
_MONTH_BEFORE = re.compile(rf"\b(?:{'|'.join(MONTHS)})[a-z]{{0,6}}\.? $")
_FIELD = re.compile(r"\b(?:start|end|begin|finish|starts|ends)\b[^.;]{0,20}: ?$")
_IN = re.compile(r"\bin $")
_DONE_IN = re.compile(r"(?:result|complet|finish|done|restor|back|end|resum)\w*(?: \w+)? in $")


def _kind(letter: str) -> Maker:
    return lambda phrase: (letter, phrase.words)


#: The groups of the row of clocks.
_MERIDIEMS = ("mer", "mer3", "mer24", "merap", "merap2", "merap3")
_HOURS = ("h", "h3", "h24", "hh", "hfr", "hap", "hap3", "hd", "ho")
_MINUTES = ("mi", "m3", "m24", "mh", "mfr", "map", "md2")


def _clock(phrase: Phrase) -> Made:
    group = phrase.match.groupdict()
    if group["cw"] or group["mn"]:
        word = "midnight" if group["mn"] or group["cw"] == "midnight" else "noon"
        return "clock", Clock(NOON if word == "noon" else 0, 0, word=word)
    meridiem = next((group[k][:1] for k in _MERIDIEMS if group[k]), "")
    hour = next(int(group[k]) for k in _HOURS if group[k])
    minute = next((int(group[k]) for k in _MINUTES if group[k]), 0)
    second = int(group["sec"] or group["s24"] or 0)
    military = any(group[k] for k in ("hh", "hfr", "hrs", "hd"))
    if hour > HOURS or max(minute, second) >= MINUTES or (hour == HOURS and minute + second):
        return "unclear", f"{phrase.words!r} is no time of day"
    if meridiem and hour > NOON:
        if meridiem == "a":
            return "unclear", f"{phrase.words!r} is no time of day"
        meridiem = ""
    if meridiem and hour == 0:
        meridiem = ""
        military = True
    zero = group["h24"] is not None and group["h24"].startswith("0")
    military = military or hour > NOON or hour == 0 or zero
    return "clock", Clock(hour, minute, meridiem, military=military, second=second)


def _numeric(phrase: Phrase) -> Made:
    before = phrase.match.string[max(0, phrase.match.start() - _BEFORE) : phrase.match.start()]
    if "/" in phrase.words and _MONTH_BEFORE.search(before) is not None:
        return "unclear", f"{phrase.words!r} behind a month can be read two ways"
    if "/" in phrase.words and _MONTH_BEHIND.match(phrase.match.string, phrase.match.end()):
        return "unclear", f"{phrase.words!r} before a month can be read two ways"
    numbers = [int(n) for n in re.findall(r"\d+", phrase.words)]
    return "date", Days((_day_of(phrase.words.lower(), numbers),))


def _day_of(words: str, numbers: list[int]) -> Day:
    """Return a date of digits; American order, unless the dots or the numbers say otherwise."""
    month = re.search(r"[a-z]{3}", words)
    first = numbers[0]
    if month is not None:
        year = _full(numbers[1]) if numbers[1:] else None
        return Day(year, MONTHS.index(month[0]) + 1, first)
    second = numbers[1]
    if first > LAST_SHORT:
        return Day(first, second, numbers[2])
    year = _full(numbers[2]) if numbers[2:] else None
    if "." in words or first > LAST_MONTH >= second:
        return Day(year, second, first, order="" if "." in words else "dm")
    is_clear = second > LAST_MONTH
    swapped = not is_clear and first != second
    return Day(year, first, second, swapped=swapped, order="md" if is_clear else "")


def _full(year: int) -> int:
    if year > LAST_SHORT:
        return year
    return year + (CENTURY if year < _LAST_CENTURY else CENTURY - 100)


def ctime_atoms(match: re.Match[str], start: int, home: str) -> list[Atom] | None:
    """Return `Mon Jan 29 10:00:00 EST 2024` in the field of a start or an end as its parts."""
    before = match.string[max(0, start - _BEFORE) : start]
    if match["ch"] is None or match["cm1"] not in MONTHS or _FIELD.search(before) is None:
        return None
    day = Day(int(match["cy1"]), MONTHS.index(match["cm1"]) + 1, int(match["cd1"]))
    clock = Clock(int(match["ch"]), int(match["cn"]), military=True, second=int(match["cs"]))
    at = match.start("ch")
    atoms = [Atom("date", Days((day,)), start, at - 1), Atom("clock", clock, at, match.end("cs"))]
    if match["cz"]:
        kind, value = _zone(zones.by_name(match["cz"], home), match["cz"])
        atoms.append(Atom(kind, value, match.start("cz"), match.end("cz")))
    return atoms


def iso_atoms(match: re.Match[str], start: int, end: int) -> list[Atom]:
    """`2024-06-04T08:00-05:00` as the date, the time and the zone that it is."""
    date, zone = match["isod"], match["isoz"]
    hour, minute = int(match["isoh"]), int(match["isom"])
    second = int(match["isos"] or 0)
    if hour > HOURS or max(minute, second) >= MINUTES:
        return [Atom("unclear", f"{match[0]!r} is no time", start, end)]
    year, month, number = (int(part) for part in date.split("-"))
    day = Days((Day(year, month, number),))
    clock = Clock(hour, minute, military=True, second=second)
    atoms = [
        Atom("date", day, start, start + len(date)),
        Atom("clock", clock, start + len(date) + 1, end - len(zone or "")),
    ]
    if zone:
        digits = re.sub(r"\D", "", zone)
        offset = int(digits[:2] or 0) * 60 + int(digits[2:] or 0)
        kind, value = _zone(zones.by_offset(-offset if "-" in zone else offset), zone)
        atoms.append(Atom(kind, value, end - len(zone), end))
    return atoms


def _weekday(phrase: Phrase) -> Made | None:
    name = phrase.words.lower().rstrip(".")
    if len(name) < _FULL and not (
        phrase.words[0].isupper()
        or phrase.match.string[phrase.match.end() : phrase.match.end() + 1] == ":"
    ):
        return None
    following = phrase.match.string[phrase.match.end() :]
    plural = name.endswith("days") or (
        name.endswith("day's") and _AT_TIMES.match(following) is not None
    )
    plural = plural or (len(name) == _SHORT_PLURAL and name.endswith("s") and name != "tues")
    return "weekday", Weekdays((WEEKDAYS.index(name[:3]),), every=plural)


#: What follows "Tuesday's" where it stands for Tuesdays.
_AT_TIMES = re.compile(r" (?:at|from|between|\d)")
#: What follows the verb, not the month.
_VERB = re.compile(
    r" (?:be|not|have|also|experience|occur|affect|see|cause|result|impact|take|need|still|only)\b"
)


def _month(phrase: Phrase) -> Made | None:
    following = phrase.match.string[phrase.match.end() :]
    if phrase.words.lower() == "may" and (
        not phrase.words[0].isupper() or _VERB.match(following) is not None
    ):
        return None
    return "month", MONTHS.index(phrase.words[:3].lower()) + 1


def _ordinal(phrase: Phrase) -> Made:
    if phrase.match["on"]:
        return "ordinal", int(phrase.match["on"])
    return "ordinal", ORDINALS[phrase.match["ow"]]


def _length(phrase: Phrase) -> Made:
    if phrase.match["lx"] or _is_from_now(phrase):
        return "word", phrase.words
    if phrase.match["l1d"]:
        return "length", Length(int(phrase.match["l1d"]) * 60)
    if phrase.match["l1c"]:
        return "length", Length(int(phrase.match["l1c"]) * 60 + int(phrase.match["l3c"]))
    unit = UNITS[phrase.match["lu"][0]]
    count = max(_count(phrase.match["l1"]), _count(phrase.match["l2"]) if phrase.match["l2"] else 0)
    minutes = int(count * unit)
    if phrase.match["l3"]:
        minutes += int(_count(phrase.match["l3"]))
    bound = bool(phrase.match["lp"] or phrase.match["lt"])
    return "length", Length(minutes, bound, bool(phrase.match["la"] or phrase.match["l2"]))


def _is_from_now(phrase: Phrase) -> bool:
    """Whether it is how long it is until something, as in "in about 40 minutes"."""
    before = phrase.match.string[max(0, phrase.match.start() - _BEFORE) : phrase.match.start()]
    return _IN.search(before) is not None and _DONE_IN.search(before) is None


def _count(word: str) -> float:
    return NUMBERS[word] if word in NUMBERS else float(word)


def _month_day(phrase: Phrase) -> Made:
    text = next(phrase.match[name] for name in ("md", "me", "mf") if phrase.match[name])
    day = ORDINALS[text] if text in ORDINALS else int(text[:-2])
    return "rule", Repeat(f"FREQ=MONTHLY;BYMONTHDAY={day}")


#: What stands before a holiday that is told as a day.
_TOLD = re.compile(r"\b(?:on|from|through|until|to|except|and|between|starting|beginning) $")


def _holiday(phrase: Phrase) -> Made:
    """Read a holiday as its day, unless it only names a date that is told beside it."""
    before = phrase.match.string[max(0, phrase.match.start() - _BEFORE) : phrase.match.start()]
    if phrase.match["dated"] or _TOLD.search(before) is None:
        return "word", phrase.words
    if phrase.match["observed"]:
        return "unclear", f"the day of {phrase.words!r} is not told"
    return "date", Days((HOLIDAYS[phrase.match["holiday"]],))


def _relative(phrase: Phrase) -> Made | None:
    if phrase.match["thisday"]:
        return "this", phrase.words
    if phrase.match["vague"]:
        return "date", Days((Day(relative="today"),))
    if not phrase.match["rel"]:
        return "word", phrase.words
    return "date", Days((Day(relative=phrase.match["rel"]),))


def _ctime(phrase: Phrase) -> Made | None:
    """Read a time as programs write it as when a text was written."""
    group = phrase.match.groupdict()
    month, day, year = (group[k + "1"] or group[k + "2"] for k in ("cm", "cd", "cy"))
    if month not in MONTHS:
        return None
    return "stamp", Stamp((Day(int(year), MONTHS.index(month) + 1, int(day)),))


#: How often something comes that comes so often.
_OFTEN = {"once": 1, "one time": 1, "twice": 2, "two times": 2, "three times": 3}


def _frequency(phrase: Phrase) -> Made:
    if phrase.match["yearly"]:
        return "often", Frequency(1, "year")
    unit = phrase.match["unit"] or phrase.match["unit2"].removesuffix("ly")
    times = 2 if phrase.match["unit2"] else _OFTEN.get(phrase.match["often"], 0)
    return "often", Frequency(times, unit)


def _weekday_set(days: tuple[int, ...]) -> Maker:
    return lambda _phrase: ("weekday", Weekdays(days, every=True))


def _folded(kind: str) -> Maker:
    return lambda phrase: (kind, phrase.words.lower())


def _worth(kind: str, value: object) -> Maker:
    return lambda _phrase: (kind, value)


def _refused(phrase: Phrase) -> Made:
    return "unclear", f"{phrase.words!r} names no certain time"


# --- zones -----------------------------------------------------------------------------------

#: How the reason begins where a zone is none that is known.
UNKNOWN_ZONE = "the zone"


def _zone_of_offset(phrase: Phrase) -> Made:
    """UTC-5, GMT+01:00: the zone of an offset, which is literal."""
    sign = phrase.match["sign"] or phrase.match["sign2"]
    hours, minutes = (
        int(phrase.match["zh"] or phrase.match["zh2"]),
        int(phrase.match["zm"] or phrase.match["zm2"] or 0),
    )
    offset = hours * 60 + minutes
    return _zone(zones.by_offset(-offset if sign == "-" else offset), phrase.words)


def _zone(names: tuple[str, ...], words: str) -> Made:
    """Return the atom of a zone, or one that says that it is not known."""
    return ("zone", names) if names else ("unclear", f"{UNKNOWN_ZONE} {words!r} is not known")


def _unknown_zone(phrase: Phrase) -> Made:
    """Server time, and other names that are nobody's."""
    return _zone((), phrase.words)


def _zone_of_words(phrase: Phrase) -> Made:
    """Eastern time, and other names in words."""
    name = zones.WORDS[
        phrase.match["zw"] or phrase.match["zw1"] or phrase.match["zw2"] or phrase.match["zw3"]
    ]
    return _zone(zones.by_name(name, phrase.home), phrase.words)


def _zone_of_city(phrase: Phrase) -> Made:
    """Return the zone of a city behind a time, or before it as a label."""
    city = next(found for found in phrase.match.groupdict().values() if found)
    return _zone(zones.by_name(zones.WORDS[city], phrase.home), phrase.words)


def _zone_of_name(phrase: Phrase) -> Made | None:
    """ET, CEST: a name in capitals; nothing in small letters."""
    if phrase.words != phrase.words.upper():
        return None
    return "zone", zones.by_name(phrase.words.removeprefix("US-"), phrase.home)


def _zone_of_path(phrase: Phrase) -> Made:
    """America/New_York, as programs write it."""
    return _zone(zones.by_name(phrase.words, phrase.home), phrase.words)


#: For each row of the table of phrases.
MAKERS: dict[str, Maker] = {
    "url": _kind("word"), "skip": _kind("word"), "monthday": _month_day, "refuse": _refused,
    "ctime": _ctime, "frequency": _frequency,
    "zunknown": _unknown_zone, "zabbr": _unknown_zone,
    "umbrella": _kind("week-of"), "holidays": _kind("holiday"), "holiday": _holiday,
    "patch": _worth("rule", Repeat("FREQ=MONTHLY;BYDAY=2TU")), "month_mark": _kind("of-month"),
    "daily": _worth("rule", Repeat("FREQ=DAILY")), "weekdays": _weekday_set((0, 1, 2, 3, 4)),
    "weekends": _weekday_set((5, 6)), "weekly": _kind("weekly"),
    "other": _worth("unclear", "every other one, counted from none"), "every": _kind("every"),
    "relative": _relative, "weekday": _weekday, "numeric": _numeric, "clock": _clock,
    "zoffset": _zone_of_offset, "zpath": _zone_of_path, "zwords": _zone_of_words,
    "zcity": _zone_of_city, "zname": _zone_of_name,
    "month": _month, "ordinal": _ordinal, "length": _length, "next_day": _kind("next-day"),
    "part": _folded("part"), "stamp": _kind("posted"), "end": _kind("end"), "from": _kind("from"),
    "between": _kind("between"), "to": _kind("to"), "and": _folded("and"), "limit": _kind("limit"),
    "except": _kind("except"), "negated": _worth("except", "not"), "dash": _kind("dash"),
    "comma": _kind("comma"), "colon": _kind("colon"), "semi": _kind(";"), "stop": _kind("."),
    "number": _kind("number"), "dotted": _kind("number"), "word": _kind("word"),
}  # fmt: skip
