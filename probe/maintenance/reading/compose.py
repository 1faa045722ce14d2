"""Atoms to greater atoms: numbers to times and dates, weekdays to repetitions."""

import re
from collections.abc import Callable
from dataclasses import replace

from probe.maintenance.reading.atoms import Atom, Clock, Day, Days, Repeat, Weekdays

_SHORT = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_Build = Callable[[list[Atom]], list[Atom] | None]


def kinds(atoms: list[Atom]) -> str:
    """The letters of the atoms, which the patterns are matched against."""
    return "".join(atom.kind for atom in atoms)


def _rewrite(atoms: list[Atom], pattern: re.Pattern[str], build: _Build) -> list[Atom]:
    """Replace every run of atoms that fits; where `build` gives None it stays."""
    made: list[Atom] = []
    done = 0
    for match in pattern.finditer(kinds(atoms)):
        start, end = match.span()
        built = build(atoms[start:end])
        if built is not None:
            made += atoms[done:start] + built
            done = end
    return made + atoms[done:] if done else atoms


def _span(kind: str, value: object, run: list[Atom]) -> Atom:
    return Atom(kind, value, run[0].start, run[-1].end)


# --- times -----------------------------------------------------------------------------------


def _bare_clock(digits: str) -> Clock | None:
    """`9`, `930`, `07.00` or `0930` as a time that lacks its half of the day."""
    digits = digits.lstrip("'")
    if "." in digits:
        hour, minute = (int(part) for part in digits.split("."))
    elif len(digits) <= 2:
        hour, minute = int(digits), 0
    else:
        hour, minute = int(digits[:-2]), int(digits[-2:])
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    clear = hour > 12 or hour == 0 or (digits.startswith("0") and len(digits) > 3)
    return Clock(hour, minute, military=clear)


def _is_yearlike(digits: str) -> bool:
    return len(digits) == 4 and digits[:2] in {"19", "20"}


def _times(atoms: list[Atom]) -> list[Atom]:
    """Numbers become times where a time stands on the other side of the range."""
    letters = kinds(atoms)
    made = list(atoms)
    for i in range(len(letters) - 2):
        if letters[i] != "#" or (i and letters[i - 1] == "M"):
            continue
        joins = letters[i + 1] in "-R" or (
            letters[i + 1] == "A" and "B" in letters[max(0, i - 2) : i]
        )
        if not joins:
            continue
        j = i + 2
        clock = _bare_clock(atoms[i].value)
        if clock is None:
            continue
        if letters[j] == "T":
            other: Clock = atoms[j].value
            if other.military and len(atoms[i].value) == 4:
                made[i] = replace(atoms[i], kind="T", value=replace(clock, military=True))
            elif (other.meridiem or other.word) and 1 <= clock.hour <= 12:
                made[i] = replace(atoms[i], kind="T", value=replace(clock, military=False))
        elif letters[j] == "#":
            later = _bare_clock(atoms[j].value)
            long = [len(atoms[k].value) >= 4 for k in (i, j)]
            years = _is_yearlike(atoms[i].value) and _is_yearlike(atoms[j].value)
            if later is not None and all(long) and not years:
                made[i] = replace(atoms[i], kind="T", value=replace(clock, military=True))
                made[j] = replace(atoms[j], kind="T", value=replace(later, military=True))
    letters = kinds(made)
    for found in re.finditer(r"TZ*\(#\)", letters):
        i = found.end() - 2
        clock = _bare_clock(atoms[i].value)
        if clock is not None and len(atoms[i].value) == 4:
            made[i] = replace(made[i], kind="T", value=replace(clock, military=True))
    letters = kinds(made)
    for i in range(len(letters) - 1):
        digits = atoms[i].value
        if letters[i] == "#" and letters[i + 1] == "Z" and len(digits) == 4 and (
            not _is_yearlike(digits) or re.search("TZ*[-R]$", letters[:i])
        ):  # fmt: skip
            clock = _bare_clock(digits)
            if clock is not None:
                made[i] = replace(made[i], kind="T", value=replace(clock, military=True))
                letters = kinds(made)
    return made


# --- dates -----------------------------------------------------------------------------------


def _number(atom: Atom) -> int:
    return int(str(atom.value).lstrip("'").split(".")[0])


def _is_day(atom: Atom) -> bool:
    short = len(str(atom.value)) <= 2 and "." not in str(atom.value)
    return atom.kind in "#o" and short and 1 <= _number(atom) <= 31


class _Dates:
    """Finds the dates that are written with the name of a month."""

    def __init__(self, atoms: list[Atom], around: int) -> None:
        self.atoms = atoms
        self.letters = kinds(atoms) + "..."
        self.around = around

    def _tail(self, i: int, stop: str) -> tuple[list[int], bool, int]:
        """The day numbers from `i` on, whether they are a range, and where they end."""
        days, through = [_number(self.atoms[i])], False
        i += 1
        while True:
            joint = re.match(r"(CA|[CAR-])W?", self.letters[i : i + 3])
            if joint is None:
                break
            j = i + joint.end()
            if self.letters[j] not in "#o" or not _is_day(self.atoms[j]):
                break
            number = _number(self.atoms[j])
            is_told = self.letters[j + 1] in stop or joint[1] in "-R" or self._is_apart(j)
            if number <= days[-1] or not is_told or through:
                break
            days.append(number)
            through = joint[1] in {"-", "R"}
            if through and len(days) > 2:
                days.pop()
                through = False
                break
            i = j + 1
        return days, through, i

    def _is_apart(self, j: int) -> bool:
        """Whether a small word stands after a number: `3 and 4 for`, not `3 and 4 servers`."""
        return j + 1 < len(self.atoms) and self.atoms[j + 1].start - self.atoms[j].end > 2

    def _year(self, i: int, *, short: bool) -> tuple[int | None, int]:
        j = i + 1 if self.letters[i] == "C" else i
        if self.letters[j] == "#":
            digits = str(self.atoms[j].value)
            if len(digits) == 4 and (abs(int(digits) - self.around) <= 40 or digits == "9999"):
                return int(digits), j + 1
            two = digits.lstrip("'")
            is_short = digits.startswith("'") or (
                short and j == i and self.letters[j + 1] in "CkTF.;)-Z("
            )
            if len(two) == 2 and is_short and abs(2000 + int(two) - self.around) <= 5:
                return 2000 + int(two), j + 1
        return None, i

    def _month_first(self, i: int) -> tuple[Atom, int] | None:
        j = i + 2 if self.letters[i + 1] == "C" else i + 1
        if self.letters[j] not in "#o" or not _is_day(self.atoms[j]):
            return None
        days, through, end = self._tail(j, "ACkRF-TB.;()sEJGW#Z")
        year, end = self._year(end, short=False)
        return self._atom(i, end, self.atoms[i].value, days, year, through=through), end

    def _day_first(self, i: int) -> tuple[Atom, int] | None:
        if not _is_day(self.atoms[i]):
            return None
        days, through, end = self._tail(i, "ACR-M")
        if self.letters[end] != "M":
            return None
        if end + 1 < len(self.atoms) and _is_day(self.atoms[end + 1]) and len(days) > 1:
            return None
        month = self.atoms[end].value
        year, end = self._year(end + 1, short=True)
        return self._atom(i, end, month, days, year, through=through), end

    def _atom(
        self, i: int, end: int, month: int, days: list[int], year: int | None, *, through: bool
    ) -> Atom:
        named = tuple(Day(year, month, day, self._weekday(i, end, day)) for day in days)
        either = any(a.kind == "A" and a.value == "or" for a in self.atoms[i:end])
        return _span("D", Days(named, through, either), self.atoms[i:end])

    def _weekday(self, i: int, end: int, day: int) -> int | None:
        """The weekday that stands before a number inside a list: `8 to Sunday 9 June`."""
        for j in range(i + 1, end):
            is_it = (
                self.letters[j] in "#o" and _is_day(self.atoms[j]) and _number(self.atoms[j]) == day
            )
            if is_it and self.letters[j - 1] == "W":
                weekday: int = self.atoms[j - 1].value.days[0]
                return weekday
        return None

    def found(self) -> list[Atom]:
        made: list[Atom] = []
        i = 0
        while i < len(self.atoms):
            found = None
            if self.letters[i] == "M":
                found = self._month_first(i)
            elif self.letters[i] in "#o":
                found = self._day_first(i)
            if found is None:
                made.append(self.atoms[i])
                i += 1
            else:
                made.append(found[0])
                i = found[1]
        return made


# --- weekdays --------------------------------------------------------------------------------

_LISTED = r"(?:(?:CA|[CA])W)*"
_NTH = re.compile(rf"q?o(?:(?:CA|[CA])?[oW])*W[k(]?m|m[kC]?(?:F?)o(?:(?:CA|[CA])o)*W(?!{_LISTED}m)")
_ALMOST_NTH = re.compile(r"q?[o#]W|qo")
_AFTER_NTH = re.compile(r"WL(?:oW|N)m?")
_EVERY = re.compile(rf"qW{_LISTED}")
_PART_OF = re.compile("WG")


def _places(run: list[Atom]) -> list[tuple[int, int]]:
    """Each ordinal with each weekday that follows it."""
    places: list[tuple[int, int]] = []
    ordinals: list[int] = []
    named = False
    for atom in run:
        if atom.kind == "o":
            ordinals = [*([] if named else ordinals), atom.value]
            named = False
        elif atom.kind == "W":
            places += [(n, day) for n in ordinals for day in atom.value.days]
            named = True
    return places


def _nth(run: list[Atom]) -> list[Atom]:
    listed = ",".join(f"{n}{_SHORT[day]}" for n, day in _places(run))
    return [_span("N", Repeat(f"FREQ=MONTHLY;BYDAY={listed}"), run)]


def _after_nth(run: list[Atom]) -> list[Atom] | None:
    """The Thursday after the second Tuesday: that weekday among the seven days that it can be."""
    target, word = run[0].value.days, str(run[1].value)
    if run[2].kind == "N":
        place = re.fullmatch(r"FREQ=MONTHLY;BYDAY=(\d)([A-Z]{2})", run[2].value.rule)
        if place is None:
            return None
        fixed, ordinal = (_SHORT.index(place[2]),), int(place[1])
    else:
        fixed, ordinal = run[3].value.days, run[2].value
    if (
        len(target) != 1
        or len(fixed) != 1
        or word not in {"after", "following", "before", "preceding"}
    ):
        return None
    away = (target[0] - fixed[0]) % 7 or 7
    shift = away if word in {"after", "following"} else away - 7 if away != 7 else -7
    days = [7 * (ordinal - 1) + n + shift for n in range(1, 8)]
    if ordinal < 1 or days[0] < 1 or days[-1] > 28:
        return [_span("!", "a weekday beside another, across the end of a month", run)]
    rule = f"FREQ=MONTHLY;BYDAY={_SHORT[target[0]]};BYMONTHDAY={','.join(map(str, days))}"
    return [_span("N", Repeat(rule), run)]


def _every(run: list[Atom]) -> list[Atom]:
    return [
        replace(a, value=replace(a.value, every=True)) if a.kind == "W" else a
        for a in run
        if a.kind != "q"
    ]


def _with_month_elsewhere(atoms: list[Atom]) -> list[Atom]:
    """A third Saturday whose "monthly" stands elsewhere in its sentence."""
    made: list[Atom] = []
    sentence: list[Atom] = []
    for atom in [*atoms, Atom(".", ".", 0, 0)]:
        sentence.append(atom)
        if atom.kind in ".;":
            monthly = any(a.kind == "m" for a in sentence)
            sentence = _rewrite(sentence, _ALMOST_NTH, lambda run: _almost(run, monthly=monthly))
            made += sentence
            sentence = []
    return made[:-1]


def _almost(run: list[Atom], *, monthly: bool) -> list[Atom] | None:
    if monthly and run[-1].kind == "W" and run[-2].kind == "o":
        return _nth([a for a in run if a.kind != "q"])
    if run[0].kind == "#":
        return None
    return [_span("!", "an ordinal weekday of no stated month can be read two ways", run)]


# --- weekdays beside dates -------------------------------------------------------------------

_WEEKDAY_DATE = re.compile(r"WGC?D|(t?)W\(?(?:C|k)?D\)?|DC?\(?W\)?(?![-R]?W)|t[Ww]|tD")
_PAIR_OF = re.compile(r"W[A-]WC?D")
_WEEKDAY_DAY = re.compile(r"(?<![#o])Wo(?!W)")


def _weekday_date(run: list[Atom]) -> list[Atom] | None:
    letters = kinds(run)
    if "(" in letters and ")" not in letters:
        return None
    if letters.startswith("WG"):
        part, run = run[1], [run[0], run[-1]]
        named = _weekday_date(run)
        return (
            [*named, replace(part, start=run[-1].end, end=run[-1].end, value=part.value)]
            if named
            else None
        )
    if letters.startswith("t") and "D" not in letters:
        value = run[-1].value
        if letters != "tW":
            return None
        return [_span("W", replace(value, relative="this"), run)]
    date = next(a for a in run if a.kind == "D")
    weekday = next((a for a in run if a.kind == "W"), None)
    days: Days = date.value
    if weekday is None:
        return [_span("D", days, run)]
    if weekday.value.every or len(weekday.value.days) != 1 or days.days[0].relative:
        if days.days[0].relative and len(weekday.value.days) == 1 and not weekday.value.every:
            return [_span("D", Days((replace(days.days[0], weekday=weekday.value.days[0]),)), run)]
        return None
    if letters.startswith("D") and days.days[0].weekday is not None:
        return None
    named = (replace(days.days[0], weekday=weekday.value.days[0]), *days.days[1:])
    return [_span("D", replace(days, days=named), run)]


def _pair_of(run: list[Atom]) -> list[Atom] | None:
    first, second, days = run[0].value, run[2].value, run[-1].value
    if len(days.days) != 2 or first.every or second.every or len(first.days + second.days) != 2:
        return None
    named = (
        replace(days.days[0], weekday=first.days[0]),
        replace(days.days[1], weekday=second.days[0]),
    )
    return [_span("D", Days(named, days.through), run)]


def _weekday_day(run: list[Atom]) -> list[Atom] | None:
    if not _is_day(run[1]) or run[0].value.every or run[1].kind == "#":
        return None
    return [_span("D", Days((Day(None, None, run[1].value, run[0].value.days[0]),)), run)]


def _part_of(run: list[Atom]) -> list[Atom]:
    weekdays: Weekdays = run[0].value
    return [replace(run[0], value=replace(weekdays, every=weekdays.every)), run[1]]


# --- stamps ----------------------------------------------------------------------------------

_STAMP = re.compile(r"s[Ck(]*((?:[DWTZACLk()!-]|I)*)")


def _stamp(run: list[Atom]) -> list[Atom] | None:
    """A stamp is one moment; what has a range in it is what the stamp introduces."""
    letters = kinds(run)
    if not re.search("[DTI]", letters):
        return [replace(run[0], kind="x"), *run[1:]]
    if letters.count("T") > 1 or letters.count("D") > 1:
        first = re.match(r"s[Ck(]*(?:DC?-?(?:TZ*)?|TZ*C?D?)[)C-]*k", letters)
        if first is None:
            return [replace(run[0], kind="x"), *run[1:]]
        return [_span("x", "stamp", run[: first.end()]), *run[first.end() :]]
    return [_span("S", "stamp", run)]


# --- restatements ----------------------------------------------------------------------------

_RESTATED = re.compile(r"TZ*\(TZ*\)|TZC(?=TZ)TZ(?!-)|Z\(Z\)|D\(D\)")
_OF_MONTH = re.compile("Wm")
_NUMBERED = re.compile("W#(?!M)")
_COLUMNS = re.compile("DTZ*C(?=DT)")
_FINAL = re.compile(r"DC?oW")


def _restated(run: list[Atom]) -> list[Atom] | None:
    """`9 p.m. ET (6 p.m. PT)`, `9:30 PM (2130)`: one time, which must agree with itself."""
    first, letters = run[0], kinds(run)
    if first.kind == "D":
        same = [(d.month, d.day) for d in first.value.days] == [
            (d.month, d.day) for d in run[2].value.days
        ]
        return [first] if same else None
    if first.kind == "Z":
        return [first, run[2]]
    if letters.find("C", 1) > 0 and run[letters.index("C")].value != "/":
        return None
    second = letters.index("T", 1)
    zones = tuple(z for a in run[second:] if a.kind == "Z" for z in a.value)
    clock = replace(first.value, also=(run[second].value, zones))
    kept = [a for a in run[1:second] if a.kind == "Z"]
    return [replace(first, value=clock, end=run[-1].end), *kept]


def _numbered(run: list[Atom]) -> list[Atom] | None:
    """A bare number beside a weekday may be its date."""
    return (
        [_span("!", "a number beside a weekday may be its date", run)] if _is_day(run[1]) else None
    )


def _final(run: list[Atom]) -> list[Atom] | None:
    """A date that is called the last such day ends its repetition."""
    return [run[0], _span("V", "final", run[1:])] if run[-2].value == -1 else None


_TODAY = re.compile(r"DC?\(?D\)?")


def _today(run: list[Atom]) -> list[Atom] | None:
    """`today, December 15`: one date, said twice."""
    first, second = (a.value for a in run if a.kind == "D")
    if not first.days[0].relative or second.days[0].relative or len(second.days) > 1:
        return None
    return [_span("D", second, run)]


def compose(atoms: list[Atom], around: int) -> list[Atom]:
    """All the greater atoms of a text; `around` is the year in which years are to be expected."""
    atoms = _Dates(_times(atoms), around).found()
    atoms = _rewrite(atoms, _RESTATED, _restated)
    atoms = _rewrite(atoms, _FINAL, _final)
    atoms = _rewrite(atoms, _AFTER_NTH, _after_nth)
    atoms = _rewrite(atoms, _NTH, _nth)
    atoms = _rewrite(atoms, _WEEKDAY_DAY, _weekday_day)
    atoms = _with_month_elsewhere(atoms)
    atoms = _rewrite(
        atoms, _OF_MONTH, lambda run: [_span("!", "which of the month's days is not said", run)]
    )
    atoms = _rewrite(atoms, _NUMBERED, _numbered)
    atoms = _rewrite(atoms, _EVERY, _every)
    atoms = _rewrite(atoms, _PAIR_OF, _pair_of)
    atoms = _rewrite(atoms, _WEEKDAY_DATE, _weekday_date)
    atoms = _rewrite(atoms, _STAMP, _stamp)
    atoms = _rewrite(atoms, _RESTATED, _restated)
    atoms = [a for a in atoms if a.kind not in "km"]
    atoms = _rewrite(atoms, _TODAY, _today)
    letters = kinds(atoms) + "."
    for found in _COLUMNS.finditer(letters):
        if atoms[found.end() - 1].value == "|":
            atoms[found.end() - 1] = replace(atoms[found.end() - 1], kind="-")
    for found in re.finditer("ZC(?=[BF]?T)", letters):
        stroke = found.end() - 1
        if atoms[stroke].value == "/":
            atoms[stroke] = replace(atoms[stroke], kind="/")
    letters = kinds(atoms) + "."
    return [
        replace(a, kind="u" if a.kind == "M" else "x")
        if a.kind in "oM#qtsS" or (a.kind == "L" and letters[i + 1] not in "TDWNA")
        else a
        for i, a in enumerate(atoms)
    ]
