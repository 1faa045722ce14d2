"""The phrases of times, dates, zones, lengths and repetitions: the rows of `phrases.txt`.

The text is folded and in lower case when they are looked for. The rows are tried in their order and
the first that fits is taken.
"""

import re

from probe.maintenance.reading.table import table
from probe.maintenance.reading.times import zones
from probe.maintenance.reading.times.atoms import Day
from probe.maintenance.reading.times.initials import LETTERS, initials

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "fifth": 5, "5th": 5, "last": -1, "final": -1,
}  # fmt: skip
NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "half": 0.5, "half an": 0.5, "half a": 0.5,
    "one and a half": 1.5, "two and a half": 2.5, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty-five": 45, "sixty": 60, "ninety": 90, "twenty-four": 24, "forty-eight": 48,
}  # fmt: skip
UNITS = {"m": 1, "h": 60, "d": 1440, "w": 10080}
#: The federal holidays (5 U.S.C. 6103) and two eves, as notices name them.
HOLIDAYS = {
    "new year's day": Day(month=1, day=1), "new years day": Day(month=1, day=1),
    "martin luther king jr. day": Day(month=1, weekday=0, nth=3),
    "martin luther king, jr. day": Day(month=1, weekday=0, nth=3),
    "martin luther king day": Day(month=1, weekday=0, nth=3),
    "mlk day": Day(month=1, weekday=0, nth=3),
    "presidents' day": Day(month=2, weekday=0, nth=3),
    "presidents day": Day(month=2, weekday=0, nth=3),
    "president's day": Day(month=2, weekday=0, nth=3),
    "washington's birthday": Day(month=2, weekday=0, nth=3),
    "memorial day": Day(month=5, weekday=0, nth=-1),
    "juneteenth": Day(month=6, day=19),
    "independence day": Day(month=7, day=4),
    "labor day": Day(month=9, weekday=0, nth=1),
    "columbus day": Day(month=10, weekday=0, nth=2),
    "indigenous peoples' day": Day(month=10, weekday=0, nth=2),
    "veterans day": Day(month=11, day=11), "veterans' day": Day(month=11, day=11),
    "thanksgiving day": Day(month=11, weekday=3, nth=4),
    "thanksgiving": Day(month=11, weekday=3, nth=4),
    "christmas eve": Day(month=12, day=24), "christmas day": Day(month=12, day=25),
    "christmas": Day(month=12, day=25), "new year's eve": Day(month=12, day=31),
}  # fmt: skip

_MERIDIEM = r"[ap]\s?\.?\s?m\b\.?"
_MONTH = (
    r"(?:january|febr?u?r?ary|march|marts|april|june|july|august|sept?em?e?ber|october|november|december"
    r"|may|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
_WEEKDAY = (
    r"(?:(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?:'s|s)?"
    r"|(?:mon|tues?|wed|thurs?|thu|fri|sat|sun)s?\b\.?)"
)
_NUMBER = r"(?:\d{1,3}(?:\.\d)?|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
_UNIT = r"(?:hours?|hrs?|minutes?|mins?|days?|weeks?)"
_EXPECTED = r"(?:expected|scheduled|planned|anticipated|due|estimated|projected|set|slated|likely)"
_VERB = r"(?:is|are|was|should|will|would|may|it|to|then|which|be|has been|currently)"

#: What `<NAMES>` in the rows stand for.
_PARTS = {
    "MERIDIEM": _MERIDIEM,
    "MONTH": _MONTH,
    "WEEKDAY": _WEEKDAY,
    "NUMBER": _NUMBER,
    "UNIT": _UNIT,
    "HOLIDAY": "|".join(HOLIDAYS),
    "EXPECTED": _EXPECTED,
    "VERB": _VERB,
    "ZONEWORD": "|".join(sorted(zones.WORDS, key=len, reverse=True)),
    "CITY": "|".join(zones.CITIES),
    "ZONENAME": "|".join(sorted(map(str.lower, zones.NAMES), key=len, reverse=True)),
}
_ROWS = {
    name: re.sub("<([A-Z]+)>", lambda part: _PARTS[part[1]], "|".join(ways))
    for name, ways in table("times/phrases.txt").items()
}
_COMPILED = [(name, re.compile(pattern), initials(pattern)) for name, pattern in _ROWS.items()]
#: The rows, in their order, and how each is looked for where a character stands.
ANY = tuple((name, row) for name, row, _ in _COMPILED)
ELSE = tuple((name, row.match) for name, row in ANY)
BY_LETTER = {
    letter: tuple((name, row.match) for name, row, letters in _COMPILED if letter in letters)
    for letter in sorted(LETTERS)
}
