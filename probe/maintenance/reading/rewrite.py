"""Runs of atoms, and how one run becomes another."""

import re
from collections.abc import Callable

from probe.maintenance.reading.atoms import Atom

Build = Callable[[list[Atom]], list[Atom] | None]


def kinds(atoms: list[Atom]) -> str:
    """Return the letters of the atoms, which the patterns are matched against."""
    return "".join([atom.kind for atom in atoms])


def rewrite(atoms: list[Atom], pattern: re.Pattern[str], build: Build) -> list[Atom]:
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


def merged(kind: str, value: object, run: list[Atom]) -> Atom:
    """Return one atom in the place of a run."""
    return Atom(kind, value, run[0].start, run[-1].end)
