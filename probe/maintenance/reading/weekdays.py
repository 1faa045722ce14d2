"""Weekdays beside dates: the two are one, and the one confirms the other."""

import re
from dataclasses import replace

from probe.maintenance.reading.atoms import Atom, Day, Days, Weekdays
from probe.maintenance.reading.dates import is_day, number_of
from probe.maintenance.reading.rewrite import kinds, merged, rewrite

_WEEKDAY_DATE = re.compile(r"WGC?D|WG\(D\)|(t?)W\(?[Ck]?D\)?|D\(W\)|DC?W(?![-R]?W|C?D)|t[Ww]|tD")
_PAIR_OF = re.compile(r"W[AR-]WC?D")
_WEEKDAY_DAY = re.compile(r"(?<![#o])Wo(?!W)|W#(?=[-R](?:TZ*)?W?D)")
_TODAY = re.compile(r"DC?\(?D\)?")


def _weekday_date(run: list[Atom]) -> list[Atom] | None:
    letters = kinds(run)
    if "(" in letters and (")" not in letters or _is_list(run)):
        return None
    if letters.startswith("WG"):
        date = next(a for a in run if a.kind == "D")
        night, named = run[1], _dated([run[0], date])
        return named and [*named, replace(night, start=date.end, end=date.end)]
    if letters == "tW" and str(run[0].value).lower().startswith("next"):
        return [merged("!", "the next such weekday may be of this week or of the one after", run)]
    if letters == "tW":
        return [merged("W", replace(run[-1].value, relative="this"), run)]
    return _dated(run) if "D" in letters else None


def _is_list(run: list[Atom]) -> bool:
    """Whether the dates in the brackets are more than the one that a weekday is of."""
    return any(a.kind == "D" and len(a.value.days) > 1 for a in run)


def _dated(run: list[Atom]) -> list[Atom] | None:
    """Return the date of a run with its weekday, where it has one of its own."""
    days: Days = next(a.value for a in run if a.kind == "D")
    weekday: Weekdays | None = next((a.value for a in run if a.kind == "W"), None)
    if weekday is None:
        return [merged("D", days, run)]
    first, *rest = days.days
    is_told = run[0].kind == "D" and first.weekday is not None
    if weekday.every or len(weekday.days) > 1 or is_told:
        return None
    named = (replace(first, weekday=weekday.days[0]), *rest)
    return [merged("D", replace(days, days=named), run)]


def _pair_of(run: list[Atom]) -> list[Atom] | None:
    first, second, days = run[0].value, run[2].value, run[-1].value
    if len(days.days) != len(first.days + second.days) or first.every or second.every:
        return None
    weekdays = first.days + second.days
    named = tuple(
        replace(day, weekday=weekday) for day, weekday in zip(days.days, weekdays, strict=True)
    )
    return [merged("D", Days(named, days.through), run)]


def _weekday_day(run: list[Atom]) -> list[Atom] | None:
    if not is_day(run[1]) or run[0].value.every:
        return None
    day = Day(None, None, number_of(run[1]), run[0].value.days[0])
    return [merged("D", Days((day,)), run)]


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
