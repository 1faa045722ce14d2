"""Weekdays that repeat: every one, the nth of a month, the one after another."""

import re
from dataclasses import replace
from functools import partial

from probe.maintenance.reading.atoms import Atom, Frequency, Repeat
from probe.maintenance.reading.dates import is_day
from probe.maintenance.reading.rewrite import kinds, merged, rewrite

_SHORT = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LISTED = r"(?:(?:CA|[CA])W)*"
_NTH = re.compile(rf"q?o(?:(?:CA|[CA])?[oW])*W[k(]?m|m[kC]?(?:F?)o(?:(?:CA|[CA])o)*W(?!{_LISTED}m)")
_ALMOST_NTH = re.compile(r"q?[o#]W|qo")
_AFTER_NTH = re.compile(r"o?WL(?:oW|N)m?")
_EVERY = re.compile(rf"qW{_LISTED}")
_FINAL = re.compile(r"DC?oW")
_OF_MONTH = re.compile("Wm")
#: `Wednesday evening/Thursday morning`: the night between
_NIGHT = re.compile("WGCWG")
#: `every other Thursday`
_NOT_EVERY = re.compile("!W")
#: The head of a table whose columns are lost.
_HEAD = re.compile("WWW+")
_NUMBERED = re.compile("W#(?!M)")


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


def nth(run: list[Atom]) -> list[Atom]:
    """Return each nth weekday of the month as one repetition."""
    if any(a.kind == "A" and a.value == "or" for a in run):
        return [merged("!", "one weekday of the month or another", run)]
    listed = ",".join(f"{n}{_SHORT[day]}" for n, day in _places(run))
    return [merged("N", Repeat(f"FREQ=MONTHLY;BYDAY={listed}"), run)]


_WEEK = 7
#: Every month has as many days.
_SHORTEST_MONTH = 28
_SIDES = {"after": 1, "following": 1, "before": -1, "preceding": -1}


def _fixed(atoms: list[Atom]) -> tuple[int, int] | None:
    """Return the weekday and its place in the month that another weekday is beside."""
    if atoms[0].kind == "N":
        place = re.fullmatch(r"FREQ=MONTHLY;BYDAY=(\d)([A-Z]{2})", atoms[0].value.rule)
        return place and (_SHORT.index(place[2]), int(place[1]))
    return atoms[1].value.days[0], atoms[0].value


def _after_nth(run: list[Atom]) -> list[Atom] | None:
    """Return the Thursday after the second Tuesday as that weekday of the seven days it can be."""
    which = 1
    if run[0].kind == "o":
        which, run = run[0].value, run[1:]
    target, side, fixed = run[0].value.days, _SIDES.get(str(run[1].value)), _fixed(run[2:])
    if len(target) != 1 or side is None or fixed is None or which < 1:
        return None
    weekday, place = fixed
    shift = side * ((side * (target[0] - weekday)) % _WEEK or _WEEK)
    shift += side * _WEEK * (which - 1)
    days = [_WEEK * (place - 1) + n + shift for n in range(1, _WEEK + 1)]
    if place < 1 or days[0] < 1 or days[-1] > _SHORTEST_MONTH:
        return [merged("!", "a weekday beside another, across the end of a month", run)]
    rule = f"FREQ=MONTHLY;BYDAY={_SHORT[target[0]]};BYMONTHDAY={','.join(map(str, days))}"
    return [merged("N", Repeat(rule), run)]


def _every(run: list[Atom]) -> list[Atom]:
    return [
        replace(a, value=replace(a.value, every=True)) if a.kind == "W" else a
        for a in run
        if a.kind != "q"
    ]


def _with_month_elsewhere(atoms: list[Atom]) -> list[Atom]:
    """Return the atoms with each third Saturday whose "monthly" stands elsewhere."""
    made: list[Atom] = []
    sentence: list[Atom] = []
    for atom in [*atoms, Atom(".", ".", 0, 0)]:
        sentence.append(atom)
        if atom.kind in ".;":
            monthly = any(a.kind == "m" for a in sentence)
            made += rewrite(sentence, _ALMOST_NTH, partial(_almost, monthly=monthly))
            sentence = []
    return made[:-1]


def _almost(run: list[Atom], *, monthly: bool) -> list[Atom] | None:
    if monthly and run[-1].kind == "W" and run[-2].kind == "o":
        return nth([a for a in run if a.kind != "q"])
    if run[0].kind == "#":
        return None
    return [merged("!", "an ordinal weekday of no stated month can be read two ways", run)]


def _final(run: list[Atom]) -> list[Atom] | None:
    """Mark a date that is called the last such day: it ends its repetition."""
    return [run[0], merged("V", "final", run[1:])] if run[-2].value == -1 else None


def _numbered(run: list[Atom]) -> list[Atom] | None:
    """Refuse a bare number beside a weekday, which may be its date."""
    return (
        [merged("!", "a number beside a weekday may be its date", run)] if is_day(run[1]) else None
    )


def with_recurrences(atoms: list[Atom]) -> list[Atom]:
    """Return the atoms with every repetition that is written out."""
    atoms = rewrite(atoms, _AFTER_NTH, _after_nth)
    atoms = rewrite(atoms, _NTH, nth)
    return rewrite(atoms, _FINAL, _final)


def with_repeating_weekdays(atoms: list[Atom]) -> list[Atom]:
    """Return the atoms with what is left of repetitions once dates have their weekdays."""
    atoms = _with_month_elsewhere(atoms)
    atoms = rewrite(atoms, _OF_MONTH, _of_month)
    atoms = rewrite(atoms, _NUMBERED, _numbered)
    atoms = rewrite(atoms, _HEAD, _head)
    atoms = rewrite(atoms, _NIGHT, _night)
    atoms = rewrite(atoms, _NOT_EVERY, _not_every)
    return rewrite(atoms, _EVERY, _every)


def _count(sentence: list[Atom], unit: str) -> int:
    """Return how often in a unit the days come that a sentence tells; 0 where it tells none."""
    rules = [a.value.rule for a in sentence if a.kind == "N"]
    if unit == "month" and len(rules) == 1 and rules[0].startswith("FREQ=MONTHLY;"):
        return 1 if "BYMONTHDAY" in rules[0] else rules[0].count(",") + 1
    weekdays = [a.value.days for a in sentence if a.kind == "W"]
    is_listed = all(len(days) == 1 for days in weekdays) and not rules
    return len(set(weekdays)) if unit == "week" and is_listed else 0


def with_frequencies(atoms: list[Atom]) -> list[Atom]:
    """Return the atoms with each "once a month" either said of its days or refused."""
    if "v" not in kinds(atoms):
        return atoms
    made: list[Atom] = []
    sentence: list[Atom] = []
    for atom in [*atoms, Atom(".", ".", 0, 0)]:
        sentence.append(atom)
        if atom.kind == ".":
            made += [_said(sentence, it) if it.kind == "v" else it for it in sentence]
            sentence = []
    return made[:-1]


def _said(sentence: list[Atom], often: Atom) -> Atom:
    frequency: Frequency = often.value
    if frequency.unit == "year" and any(a.kind == "D" for a in sentence):
        return replace(often, kind="x", value="")
    if frequency.unit == "week" and any(a.kind == "W" and a.value.every for a in sentence):
        return replace(often, kind="x", value="")
    if frequency.times and frequency.times == _count(sentence, frequency.unit):
        return replace(often, kind="x", value="")
    return replace(often, kind="!", value=f"how often in a {frequency.unit}, but not when")


def _night(run: list[Atom]) -> list[Atom] | None:
    first, second = run[0].value.days, run[3].value.days
    is_night = run[1].value != "morning" and run[4].value.endswith("morning")
    if run[2].value != "/" or len(first) != 1 or not is_night:
        return None
    return [run[0]] if ((first[0] + 1) % _WEEK,) == second else None


def _not_every(run: list[Atom]) -> list[Atom] | None:
    """Let a weekday of which not every one is meant be none that other times are of."""
    return [merged("!", run[0].value, run)] if run[0].end == run[1].start else None


def _head(run: list[Atom]) -> list[Atom]:
    return [merged("!", "its weekdays are the head of a table", run)]


def _of_month(run: list[Atom]) -> list[Atom]:
    return [merged("!", "which of the month's days is not said", run)]
