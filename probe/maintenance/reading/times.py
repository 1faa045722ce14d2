"""Numbers that are times, because a time stands at the other end of their range."""

import re
from dataclasses import replace

from probe.maintenance.reading.atoms import Atom, Clock
from probe.maintenance.reading.rewrite import kinds


def bare_clock(digits: str) -> Clock | None:
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


def with_times(atoms: list[Atom]) -> list[Atom]:
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
        clock = bare_clock(atoms[i].value)
        if clock is None:
            continue
        if letters[j] == "T":
            other: Clock = atoms[j].value
            if other.military and len(atoms[i].value) == 4:
                made[i] = replace(atoms[i], kind="T", value=replace(clock, military=True))
            elif (other.meridiem or other.word) and 1 <= clock.hour <= 12:
                made[i] = replace(atoms[i], kind="T", value=replace(clock, military=False))
        elif letters[j] == "#":
            later = bare_clock(atoms[j].value)
            long = [len(atoms[k].value) >= 4 for k in (i, j)]
            years = _is_yearlike(atoms[i].value) and _is_yearlike(atoms[j].value)
            if later is not None and all(long) and not years:
                made[i] = replace(atoms[i], kind="T", value=replace(clock, military=True))
                made[j] = replace(atoms[j], kind="T", value=replace(later, military=True))
    letters = kinds(made)
    for found in re.finditer(r"TZ*\(#\)", letters):
        i = found.end() - 2
        clock = bare_clock(atoms[i].value)
        if clock is not None and len(atoms[i].value) == 4:
            made[i] = replace(made[i], kind="T", value=replace(clock, military=True))
    letters = kinds(made)
    for i in range(len(letters) - 1):
        digits = atoms[i].value
        if letters[i] == "#" and letters[i + 1] == "Z" and len(digits) == 4 and (
            not _is_yearlike(digits) or re.search("TZ*[-R]$", letters[:i])
        ):  # fmt: skip
            clock = bare_clock(digits)
            if clock is not None:
                made[i] = replace(made[i], kind="T", value=replace(clock, military=True))
                letters = kinds(made)
    return made
