"""One end of a range: what the atoms of one side of a shape say."""

import re
from dataclasses import dataclass, field, replace

from probe.maintenance.reading.atoms import Atom, Clock
from probe.maintenance.reading.clocks import NOON_HOUR, UncertainError

#: Before this hour a night is that of the day before.
_DAWN = 5
#: From this hour on a night begins.
_DUSK = 6
_SAME_DAY = re.compile("same|that")
_EVENING = re.compile(r"night|evening")


@dataclass(slots=True)
class Side:
    """One end of a range: its day if it names one, and its time."""

    days: list[Atom] = field(default_factory=list)
    clock: Clock | None = None
    zones: list[tuple[str, ...]] = field(default_factory=list)
    night: bool = False
    next_day: bool = False


def side_of(atoms: list[Atom], folded: str) -> Side:
    """Return what the atoms of one side say."""
    side, part = Side(), ""
    for atom in atoms:
        if atom.kind in "DWN":
            side.days.append(atom)
        elif atom.kind == "T":
            side.clock = atom.value
        elif atom.kind == "Z":
            side.zones.append(atom.value)
        elif atom.kind == "J":
            side.next_day = side.next_day or not _SAME_DAY.search(
                folded[atom.start : atom.end].lower()
            )
        elif atom.kind == "G":
            side.night = is_night(atom)
            part = str(atom.value)
    if side.clock is not None and side.clock.is_plain:
        side.clock = replace(side.clock, meridiem=_half(side.clock.hour, part))
    return side


def _half(hour: int, part: str) -> str:
    """Return the half of the day that its part tells of an hour: 10 of a night is p.m."""
    if part.endswith(("morning", "mornings")):
        return "a" if hour < NOON_HOUR else ""
    if part.endswith(("afternoon", "evening", "afternoons", "evenings")):
        return "p"
    return "p" if part.endswith(("night", "nights")) and _DUSK <= hour < NOON_HOUR else ""


def halve(sides: list[Side], part: str) -> None:
    """Let both times of "mornings, from 2:00 to 6:00" be of that half, if they go forward in it."""
    first, second = (side.clock for side in sides)
    if first is None or second is None or not (first.is_plain and second.is_plain):
        return
    half = _half(first.hour, part)
    if half and first.hour < second.hour < NOON_HOUR and _half(second.hour, part) == half:
        for side, clock in zip(sides, (first, second), strict=True):
            side.clock = replace(clock, meridiem=half)


def is_night(atom: Atom) -> bool:
    """Whether it names the part of a day that reaches into the next."""
    return atom.kind == "G" and _EVENING.search(str(atom.value)) is not None


def check_night(side: Side) -> None:
    """Refuse an hour after midnight of a night, which may be of either day."""
    early = side.clock is not None and (
        side.clock.word == "midnight"
        or (side.clock.meridiem == "a" and side.clock.hour % NOON_HOUR < _DAWN)
    )
    if side.night and early:
        raise UncertainError("after midnight of a night may be either of two days")
