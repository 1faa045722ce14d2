"""What is said twice in one breath, and the stamps that say when a text was posted."""

import re
from dataclasses import replace

from probe.maintenance.reading.atoms import Atom, Clock, Day, Stamp
from probe.maintenance.reading.clocks import HOURS, MINUTES, NOON_HOUR, alone
from probe.maintenance.reading.rewrite import kinds, merged, rewrite

_RESTATED = re.compile(
    r"TZ*\((?:DC?)?TZ*(?:(?:CA|[CA])(?:DC?)?TZ*)*\)|TZ(?:CTZ)+(?!-)|Z\(Z\)|D\(D\)"
)
#: `18:00 UTC / 14:00 EDT - 18:30 UTC / 14:30 EDT`: each end of a range twice.
_STROKED = re.compile(r"(?<![-RTZ])TZCTZ(?:C|[-R]F?)TZCTZ(?![-R])")
#: `20:30 PDT Saturday May 18 / 03:30 UTC Sunday May 19`
_STROKED_DAY = re.compile("TZDCTZD(?![-R])")
#: `10PM EDT on June 10, 2024 (02:00 UTC June 11)`
_BRACKETED_DAY = re.compile(r"TZD\(TZD\)")
#: `03:00 to 07:00 (3 a.m. - 7 a.m.)`
_RANGE_AGAIN = re.compile(r"T[-R]T\(T[-R]T\)")
_STAMP = re.compile(r"s[Ck(]*([DWTZACLk()!-]*)")


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
    if "(" not in letters and any(a.kind == "C" and a.value != "/" for a in run):
        return None
    second = letters.index("T", 1)
    also: list[tuple[Clock, tuple[str, ...]]] = []
    for atom in run[second:]:
        if atom.kind == "T":
            also.append((atom.value, ()))
        elif atom.kind == "Z":
            also[-1] = (also[-1][0], also[-1][1] + atom.value)
    clock = replace(first.value, also=first.value.also + tuple(also))
    kept = [a for a in run[1:second] if a.kind == "Z"]
    return [replace(first, value=clock, end=run[-1].end), *kept]


def _stroked(run: list[Atom]) -> list[Atom] | None:
    """Keep the first of two names of each end; `11:00 UTC / 12:00 CEST` must be one instant."""
    first, joint, second = run[:5], run[5:-5], run[-5:]
    if first[2].value != "/" or second[2].value != "/":
        return None
    return [*(_restated(first) or first), *joint, *(_restated(second) or second)]


def _are_near(first: tuple[Day, ...], second: tuple[Day, ...]) -> bool:
    """Whether two dates can be those of one instant: the same, or one day apart."""
    numbers = [(d.month, d.day) for d in (*first, *second) if d.month and d.day]
    if len(numbers) != len("AB"):
        return False
    (month, day), (other, number) = sorted((m or 0, d or 0) for m, d in numbers)
    ends = month != other and (other - month in {1, 11}) and (number == 1 or day == 1)
    return ends or (month == other and number - day <= 1)


def _stroked_day(run: list[Atom]) -> list[Atom] | None:
    first, second = run[2].value.days, run[6].value.days
    if run[3].value not in {"/", "("}:
        return None
    if not _are_near(first, second):
        return [merged("!", "two names of one time disagree", run)]
    named = _restated([*run[:2], *run[3:6]])
    return [*named, replace(run[2], end=run[-1].end)] if named else None


def _range_again(run: list[Atom]) -> list[Atom] | None:
    """Read a range in brackets, which must be the one before it, as that: 3 a.m. as 03:00."""
    first, second, again, last = (a for a in run if a.kind == "T")
    for clock, other in ((first.value, again.value), (second.value, last.value)):
        cycle = NOON_HOUR if clock.is_plain or other.is_plain else HOURS
        hours = [alone(it, end=False, clear=True) // MINUTES for it in (clock, other)]
        if hours[0] % cycle != hours[1] % cycle or clock.minute != other.minute:
            return None
    named = [b if a.value.is_plain else a for a, b in ((first, again), (second, last))]
    return [replace(first, value=named[0].value), run[1], replace(second, value=named[1].value)]


def _stamp_of(run: list[Atom]) -> Stamp:
    return Stamp(tuple(day for a in run if a.kind == "D" for day in a.value.days))


def _stamp(run: list[Atom]) -> list[Atom] | None:
    """Drop a stamp, which is one moment; a range is what the stamp introduces."""
    letters = kinds(run)
    if not re.search("[DT]", letters):
        return [replace(run[0], kind="x"), *run[1:]]
    if letters.count("T") > 1 or letters.count("D") > 1:
        first = re.match(r"s[Ck(]*(?:DC?-?(?:TZ*)?|TZ*C?D?)[)C-]*k", letters)
        if first is None:
            return [replace(run[0], kind="x"), *run[1:]]
        return [merged("x", _stamp_of(run[: first.end()]), run[: first.end()]), *run[first.end() :]]
    return [merged("S", _stamp_of(run), run)]


def without_restatements(atoms: list[Atom]) -> list[Atom]:
    """Return the atoms with each time, date or zone in brackets inside the one before it."""
    if any(atom.value == "/" for atom in atoms):
        atoms = rewrite(rewrite(atoms, _STROKED, _stroked), _STROKED_DAY, _stroked_day)
    atoms = rewrite(atoms, _BRACKETED_DAY, _stroked_day)
    atoms = rewrite(atoms, _RANGE_AGAIN, _range_again)
    return rewrite(atoms, _RESTATED, _restated)


def without_stamps(atoms: list[Atom]) -> list[Atom]:
    """Return the atoms without the moments at which something was posted or changed."""
    return rewrite(atoms, _STAMP, _stamp)
