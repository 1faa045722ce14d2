"""Dates that are written with the name of a month."""

import re
from dataclasses import replace

from probe.maintenance.reading.atoms import Atom, Day, Days
from probe.maintenance.reading.rewrite import kinds, merged


def number_of(atom: Atom) -> int:
    """Return the number that an atom is."""
    return int(str(atom.value).lstrip("'").split(".")[0])


def is_day(atom: Atom) -> bool:
    """Whether it is a number that a day of a month can have."""
    digits = str(atom.value)
    short = len(digits) <= _TWO and "." not in digits and not digits.startswith("'")
    return atom.kind in "#o" and short and 1 <= number_of(atom) <= _LAST_DAY


_TWO, _FOUR, _LAST_DAY, _CENTURY = 2, 4, 31, 2000
#: How far from the year of the text others are years, with four digits and with two.
_NEAR, _NEARER = 40, 5


class WrittenDates:
    """Finds the dates that are written with the name of a month."""

    def __init__(self, atoms: list[Atom], around: int) -> None:
        self.atoms = atoms
        self.letters = kinds(atoms) + "..."
        self.around = around

    def _tail(self, i: int, stop: str) -> tuple[list[int], bool, int]:
        """Return the day numbers from `i` on, whether they are a range, and where they end."""
        days, through = [number_of(self.atoms[i])], False
        i += 1
        while True:
            joint = re.match(r"(CA|[CAR-])W?", self.letters[i : i + 3])
            if joint is None:
                break
            j = i + joint.end()
            if self.letters[j] not in "#o" or not is_day(self.atoms[j]):
                break
            number = number_of(self.atoms[j])
            is_told = self.letters[j + 1] in stop or joint[1] in "-R" or self._is_apart(j)
            if number <= days[-1] or not is_told or through:
                break
            days.append(number)
            through = joint[1] in {"-", "R"}
            if through and len(days) > _TWO:
                days.pop()
                through = False
                break
            i = j + 1
        return days, through, i

    def _is_apart(self, j: int) -> bool:
        """Whether a small word stands after a number: `3 and 4 for`, not `3 and 4 servers`."""
        return j + 1 < len(self.atoms) and self.atoms[j + 1].start - self.atoms[j].end > _TWO

    def _year(self, i: int, *, short: bool) -> tuple[int | None, int]:
        j = i + 1 if self.letters[i] == "C" else i
        if self.letters[j] == "#":
            digits = str(self.atoms[j].value)
            if (
                len(digits) == _FOUR
                and digits.isdigit()
                and (abs(int(digits) - self.around) <= _NEAR or digits == "9999")
            ):
                return int(digits), j + 1
            two = digits.lstrip("'")
            is_short = digits.startswith("'") or (
                short and j == i and self.letters[j + 1] in "CkTF.;)-Z("
            )
            if len(two) == _TWO and is_short and abs(_CENTURY + int(two) - self.around) <= _NEARER:
                return _CENTURY + int(two), j + 1
        return None, i

    def _month_first(self, i: int) -> tuple[Atom, int] | None:
        j = i + 2 if self.letters[i + 1] == "C" else i + 1
        if self.letters[j] not in "#o" or not is_day(self.atoms[j]):
            return None
        days, through, end = self._tail(j, "ACkRF-TB.;()sEJGW#Z")
        year, end = self._year(end, short=False)
        return self._atom(i, end, Day(year, self.atoms[i].value), days, through=through), end

    def _day_first(self, i: int) -> tuple[Atom, int] | None:
        if not is_day(self.atoms[i]):
            return None
        days, through, end = self._tail(i, "ACR-M")
        if self.letters[end] != "M":
            return None
        if end + 1 < len(self.atoms) and is_day(self.atoms[end + 1]) and len(days) > 1:
            return None
        month = self.atoms[end].value
        year, end = self._year(end + 1, short=True)
        return self._atom(i, end, Day(year, month), days, through=through), end

    def _atom(self, i: int, end: int, first: Day, days: list[int], *, through: bool) -> Atom:
        named = tuple(replace(first, day=day, weekday=self._weekday(i, end, day)) for day in days)
        either = any(a.kind == "A" and a.value == "or" for a in self.atoms[i:end])
        return merged("D", Days(named, through, either), self.atoms[i:end])

    def _weekday(self, i: int, end: int, day: int) -> int | None:
        """Return the weekday that stands before a number inside a list: `8 to Sunday 9 June`."""
        for j in range(i + 1, end):
            is_it = (
                self.letters[j] in "#o"
                and is_day(self.atoms[j])
                and number_of(self.atoms[j]) == day
            )
            if is_it and self.letters[j - 1] == "W":
                weekday: int = self.atoms[j - 1].value.days[0]
                return weekday
        return None

    def found(self) -> list[Atom]:
        """Return the atoms with every written date as one."""
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
