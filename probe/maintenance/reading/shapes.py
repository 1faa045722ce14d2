"""The shapes of what announces a time, as patterns over the letters of atoms.

A run of atoms without other words between them is covered by as few shapes as can be. A run that
can be covered in two ways has two readings.
"""

import re
from dataclasses import dataclass, field

from probe.maintenance.reading.atoms import Atom
from probe.maintenance.reading.rewrite import kinds

_DAY = "[DWN]"
_JOINT = "(?:CA|[CA]|[-R]|(?<=N)|(?=N))"
_DAYS = f"{_DAY}(?:{_JOINT}{_DAY})*"
_TIME = "J?TZ*J?"
_JOIN = "(?:C?A?[-RU]+F?|AF?)"
_TIMES = f"[FB]*{_TIME}{_JOIN}{_TIME}"
_DATED_FIRST = f"{_DAY}G?[CFUBG-]*{_TIME}"
_DATED_LAST = f"{_TIME}C?G?{_DAY}G?Z*"
_SIDE = f"(?:{_DATED_FIRST}|{_DATED_LAST})"
_LEAD = "(?P<lead>[FBEULRA-]*)"

#: Each shape and what it costs; the cheapest cover of a run is its reading.
SHAPES: tuple[tuple[str, re.Pattern[str], float], ...] = tuple(
    (name, re.compile(pattern), cost)
    for name, pattern, cost in (
        ("range", f"{_LEAD}(?P<left>{_SIDE})(?P<join>{_JOIN})(?P<right>{_SIDE})", 1),
        ("range", f"{_LEAD}(?P<left>{_DATED_LAST})(?P<join>{_JOIN})(?P<right>{_TIME}G?)", 1),
        ("range", f"{_LEAD}(?P<left>{_SIDE})(?P<join>C?R)(?P<right>[DW])", 1),
        (
            "times",
            f"{_LEAD}(?P<days>{_DAYS})G?[CFGU-]*(?P<times>{_TIMES}(?:(?:CA|[CA]){_TIMES})*)",
            1,
        ),
        (
            "times",
            f"{_LEAD}(?P<days>N)[CFGU-]*(?P<times>{_TIMES})[C-]*(?P<more>W(?:{_JOINT}W)*)",
            1,
        ),
        ("times", f"{_LEAD}(?P<days>{_DAYS})[CFGU-]*(?P<times>{_TIMES})[C-]*(?P<more>N)", 1),
        (
            "times",
            f"{_LEAD}(?P<times>{_TIMES}(?:(?:CA|[CA]){_TIMES})*)[C-]*G?(?P<days>{_DAYS})G?Z*",
            1,
        ),
        ("times", f"{_LEAD}(?P<times>{_TIMES}(?:(?:CA|[CA]){_TIMES})*)", 2),
        ("lasting", f"{_LEAD}(?P<left>{_SIDE}|{_TIME})C?[AURF-]*(?P<length>P)", 1),
        ("lasting", f"{_LEAD}(?P<length>P)C?F*(?P<left>{_SIDE}|{_TIME})", 1),
        ("lasting", f"{_LEAD}(?P<length>P)(?P<toward>C?F*[RU]+)(?P<left>{_SIDE}|{_TIME})", 1.5),
        ("moment", f"{_LEAD}(?P<left>{_SIDE}|{_TIME})(?P<open>[-R]*)", 3),
        ("days", f"{_LEAD}(?P<days>{_DAYS})G?", 2),
        ("length", "(?P<lead>U*)(?P<length>P)", 1),
        ("zone", "(?P<lead>)Z+", 1),
    )
)
_LONGEST_SHAPE = 36
#: A longer run is no sentence.
LONGEST_RUN = 300
_UNCOVERED = {"T": 10.0, "D": 10.0, "W": 10.0, "N": 10.0, "P": 2.0, "R": 1.0, "-": 1.0}
_SKIPPED = 0.01


@dataclass(frozen=True, slots=True)
class Tile:
    """One shape where it was found; `parts` are its named pieces as atoms."""

    shape: str
    lead: str
    parts: dict[str, list[Atom]]
    start: int
    end: int
    number: int = 0
    run: int = -1
    """Which run of atoms it is part of: where one part of a run is uncertain, all of it is."""
    follows: str = field(default="")
    """The last character before it that is not blank."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What covers a run: its tiles, what is left, and whether there is another way."""

    tiles: tuple[Tile, ...]
    left_over: tuple[Atom, ...]
    ambiguous: bool


def cover(run: list[Atom]) -> Cover:
    """Return the cheapest cover of a run of atoms."""
    letters = kinds(run)
    size = len(letters)
    best: list[float] = [0.0] * (size + 1)
    ways: list[int] = [1] * (size + 1)
    step: list[tuple[str, re.Match[str]] | None] = [None] * size
    for i in range(size - 1, -1, -1):
        best[i] = best[i + 1] + _UNCOVERED.get(letters[i], 0.0) + _SKIPPED
        ways[i] = ways[i + 1]
        for j in range(i + 1, min(size, i + _LONGEST_SHAPE) + 1):
            if letters[j - 1] in "CAFBULE":
                continue
            for name, pattern, price in SHAPES:
                if price + best[j] > best[i]:
                    continue
                found = pattern.fullmatch(letters, i, j)
                if found is None:
                    continue
                if price + best[j] < best[i]:
                    best[i], ways[i], step[i] = price + best[j], ways[j], (name, found)
                elif _is_other(step[i], found):
                    ways[i] += ways[j]
    return _unfold(run, step, ambiguous=ways[0] > 1)


def _is_other(taken: tuple[str, re.Match[str]] | None, found: re.Match[str]) -> bool:
    return taken is not None and taken[1].span() != found.span()


def _unfold(
    run: list[Atom], step: list[tuple[str, re.Match[str]] | None], *, ambiguous: bool
) -> Cover:
    tiles: list[Tile] = []
    left: list[Atom] = []
    i = 0
    while i < len(run):
        taken = step[i]
        if taken is None:
            if run[i].kind in "TDWN":
                left.append(run[i])
            i += 1
            continue
        name, found = taken
        parts = {
            key: run[found.start(key) : found.end(key)]
            for key, value in found.groupdict().items()
            if value is not None and key != "lead"
        }
        covered = run[found.start() : found.end()]
        tiles.append(Tile(name, found["lead"], parts, covered[0].start, covered[-1].end))
        i = found.end()
    return Cover(tuple(tiles), tuple(left), ambiguous)
