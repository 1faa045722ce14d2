"""Weekdays beside dates: the two are one, and the one confirms the other."""

import re
from dataclasses import replace

from probe.maintenance.reading.atoms import Atom, Day, Days
from probe.maintenance.reading.dates import is_day
from probe.maintenance.reading.rewrite import kinds, merged, rewrite

_WEEKDAY_DATE = re.compile(r"WGC?D|(t?)W\(?(?:C|k)?D\)?|DC?\(?W\)?(?![-R]?W)|t[Ww]|tD")
_PAIR_OF = re.compile(r"W[A-]WC?D")
_WEEKDAY_DAY = re.compile(r"(?<![#o])Wo(?!W)")
_TODAY = re.compile(r"DC?\(?D\)?")


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
        return [merged("W", replace(value, relative="this"), run)]
    date = next(a for a in run if a.kind == "D")
    weekday = next((a for a in run if a.kind == "W"), None)
    days: Days = date.value
    if weekday is None:
        return [merged("D", days, run)]
    if weekday.value.every or len(weekday.value.days) != 1 or days.days[0].relative:
        if days.days[0].relative and len(weekday.value.days) == 1 and not weekday.value.every:
            return [merged("D", Days((replace(days.days[0], weekday=weekday.value.days[0]),)), run)]
        return None
    if letters.startswith("D") and days.days[0].weekday is not None:
        return None
    named = (replace(days.days[0], weekday=weekday.value.days[0]), *days.days[1:])
    return [merged("D", replace(days, days=named), run)]


def _pair_of(run: list[Atom]) -> list[Atom] | None:
    first, second, days = run[0].value, run[2].value, run[-1].value
    if len(days.days) != 2 or first.every or second.every or len(first.days + second.days) != 2:
        return None
    named = (
        replace(days.days[0], weekday=first.days[0]),
        replace(days.days[1], weekday=second.days[0]),
    )
    return [merged("D", Days(named, days.through), run)]


def _weekday_day(run: list[Atom]) -> list[Atom] | None:
    if not is_day(run[1]) or run[0].value.every or run[1].kind == "#":
        return None
    return [merged("D", Days((Day(None, None, run[1].value, run[0].value.days[0]),)), run)]


def _today(run: list[Atom]) -> list[Atom] | None:
    """`today, December 15`: one date, said twice."""
    first, second = (a.value for a in run if a.kind == "D")
    if not first.days[0].relative or second.days[0].relative or len(second.days) > 1:
        return None
    return [merged("D", second, run)]


def with_numbered_weekdays(atoms: list[Atom]) -> list[Atom]:
    """Return the atoms with each `Monday 28th` as the date that it is."""
    return rewrite(atoms, _WEEKDAY_DAY, _weekday_day)


def with_weekday_dates(atoms: list[Atom]) -> list[Atom]:
    """Return the atoms with each weekday beside a date inside it."""
    return rewrite(rewrite(atoms, _PAIR_OF, _pair_of), _WEEKDAY_DATE, _weekday_date)


def with_dated_todays(atoms: list[Atom]) -> list[Atom]:
    """Return the atoms with each `today, December 15` as one date."""
    return rewrite(atoms, _TODAY, _today)
