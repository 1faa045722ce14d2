"""Numbers that are times, because a time stands at the other end of their range."""

import re
from dataclasses import replace

from probe.maintenance.reading.atoms import Atom, Clock
from probe.maintenance.reading.clocks import HOURS, MINUTES, NOON_HOUR
from probe.maintenance.reading.rewrite import kinds

#: `9` and `11` are hours, `930` and `0930` are hours with minutes.
_BARE, _FULL = 2, 4
#: A number, what joins it, and what stands on the other side; never right after a month.
_JOINED = re.compile("(?<!B)#[-R](?=[T#])|(?<=B)#[-RA](?=[T#])|(?<=BA)#[-R](?=[T#])")
#: Three in a row are no range: which two of them would it be?
_CHAINED = re.compile("#[-R][T#][-R][T#]|(?<=[T#][-R])#[-R][T#]")
_BRACKETED = re.compile(r"TZ*\(#(?=\))")
_ZONED = re.compile("#(?=Z)")
#: `from 2200 on Friday`
_BEFORE_DAY = re.compile(r"[FRUB]#(?=W)|[FU]#(?=[ARCZ.;)-]|$)")
#: `from 0800`: no other number of four digits begins with 0
_AFTER_FROM = re.compile("F#")
#: `February 9, 2019`
_DATED = re.compile("M[#o]C?$")
_RANGE_BEFORE = re.compile("TZ*[-R]$")
_LONGEST_RANGE = 6


def bare_clock(digits: str) -> Clock | None:
    """Return `9`, `930`, `07.00` or `0930` as a time that may lack its half of the day."""
    digits = digits.lstrip("'")
    if "." in digits:
        hour, minute = (int(part) for part in digits.split("."))
    elif len(digits) <= _BARE:
        hour, minute = int(digits), 0
    else:
        hour, minute = int(digits[:-2]), int(digits[-2:])
    if hour > HOURS or minute >= MINUTES or (hour == HOURS and minute):
        return None
    is_clear = hour > NOON_HOUR or hour == 0
    return Clock(hour, minute, military=is_clear or (digits[0] == "0" and len(digits) >= _FULL))


def _is_yearlike(digits: str) -> bool:
    return len(digits) == _FULL and digits[:2] in {"19", "20"}


def _is_early(atom: Atom) -> bool:
    return str(atom.value).startswith("0")


def _timed(atom: Atom, *, military: bool) -> Atom:
    clock = bare_clock(str(atom.value))
    return (
        atom if clock is None else replace(atom, kind="T", value=replace(clock, military=military))
    )


def military(atom: Atom) -> Atom:
    """Return a number of four digits as the time that it is, if it is one."""
    return _timed(atom, military=True) if len(str(atom.value)) == _FULL else atom


def with_times(atoms: list[Atom]) -> list[Atom]:
    """Return the atoms with each number that its neighbours show to be a time as one."""
    made = list(atoms)
    letters = kinds(atoms)
    for found in _JOINED.finditer(letters):
        if _CHAINED.match(letters, found.start()) is None:
            _join(made, found.start(), found.end())
    for found in _BRACKETED.finditer(letters):
        if len(atoms[found.end() - 1].value) == _FULL:
            made[found.end() - 1] = _timed(atoms[found.end() - 1], military=True)
    told = {f.end() for f in _BEFORE_DAY.finditer(letters)}
    told |= {f.end() for f in _AFTER_FROM.finditer(letters) if _is_early(atoms[f.end() - 1])}
    for end in told:
        at = end - 1
        if len(str(atoms[at].value)) == _FULL and not _is_yearlike(str(atoms[at].value)):
            made[at] = _timed(atoms[at], military=True)
    for found in _ZONED.finditer(letters):
        at = found.start()
        digits = str(atoms[at].value)
        before = kinds(made[max(0, at - _LONGEST_RANGE) : at])
        is_hours = not _is_yearlike(digits) or _RANGE_BEFORE.search(before) is not None
        if made[at].kind == "#" and len(digits.replace(".", "")) == _FULL and is_hours:
            made[at] = _timed(atoms[at], military=True)
    return made


def _is_day_of_month(made: list[Atom], i: int, j: int) -> bool:
    """Whether the number after a month's name is its day or its year, and no time."""
    if _is_yearlike(str(made[i].value)) and _DATED.search(kinds(made[max(0, i - 3) : i])):
        return True
    if i == 0 or made[i - 1].kind != "M":
        return False
    if made[j].kind == "T":
        return _is_yearlike(str(made[i].value)) or not (
            i > 1 and made[i - 2].kind in "#o" and kinds(made[max(0, i - 3) : i - 2]) != "M"
        )
    digits = str(made[i].value)
    is_apart = made[j].start - made[i].end > 1
    return len(digits) < _FULL or (is_apart and _is_yearlike(digits))


def _join(made: list[Atom], i: int, j: int) -> None:
    """Read the number at `i` as a time if what its range goes to, at `j`, is one."""
    if made[i].kind == "T":  # another neighbour has shown it already
        return
    digits, other = str(made[i].value), made[j]
    clock = bare_clock(digits)
    if clock is None or _is_day_of_month(made, i, j):
        return
    if other.kind == "T":
        if other.value.military and len(digits) == _FULL:
            made[i] = _timed(made[i], military=True)
        elif (other.value.meridiem or other.value.word) and 1 <= clock.hour <= NOON_HOUR:
            made[i] = _timed(made[i], military=False)
        return
    later = str(other.value)
    # 7.30 may be in the evening, 07.30 and 19.30 may not.
    is_long = all(len(text.replace(".", "")) >= _FULL for text in (digits, later))
    both_years = _is_yearlike(digits) and _is_yearlike(later)
    if is_long and not both_years and bare_clock(later) is not None:
        made[i], made[j] = _timed(made[i], military=True), _timed(other, military=True)
