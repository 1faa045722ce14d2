"""Atoms to greater atoms: the passes, in the order in which they build on each other."""

import re
from dataclasses import replace

from probe.maintenance.reading.atoms import Atom
from probe.maintenance.reading.dates import WrittenDates
from probe.maintenance.reading.recurrences import (
    with_frequencies,
    with_recurrences,
    with_repeating_weekdays,
)
from probe.maintenance.reading.restatements import without_restatements, without_stamps
from probe.maintenance.reading.rewrite import kinds, merged, rewrite
from probe.maintenance.reading.times import military, with_times
from probe.maintenance.reading.weekdays import (
    with_dated_todays,
    with_numbered_weekdays,
    with_weekday_dates,
)

_COLUMNS = re.compile("DTZ*C(?=DT)|(?<=C)TZ*C(?=TZ*(?:[C.;]|$))")
_STROKES = re.compile("ZC(?=[BF]?T)")
_BRACKETED_ZONE = re.compile(r"[T#]\(Z\)")
_ZONES = re.compile("Z[CA]Z(?!k)")
#: `UTC: 3 a.m. to 11 a.m.`
_LABEL = re.compile("[.;]Z(?=k)")
#: `UTC 14:00 - 16:00`
_ZONE_FIRST = re.compile(r"(?<![TZ(#])ZT(?!Z)")
#: `after 10 p.m. and before 11 p.m.`
_WITHIN = re.compile("LTZ*AL(?=T)")
#: `Tuesday 14th January between 9 and 12 (tomorrow)`
_SAID_AGAIN = re.compile(r"D[^.;]{1,8}\(D\)")
#: `January 21, 2023, 2030 - January 22, 2023, 0500`
_BARE_ENDS = re.compile("DC?#[-R]DC?#")
#: `the weekend of June 8`
_UMBRELLA = re.compile("yD")
#: `Monday, March 29, 2010, through Monday, April 5, 2010`
_PAUSE = re.compile("DCR(?=D)")
#: `16:30 - Friday 16 July 2021 to 08:30 - Monday 19 July 2021`
_DASHED_DAYS = re.compile("TZ*-DC?[RU]TZ*-D")
#: Only parts of greater atoms: alone they say nothing.
_LOOSE = "o#qtsS"
#: What a word such as "before" must stand before to be about time.
_LIMITED = "TDWNA"


def compose(atoms: list[Atom], around: int) -> list[Atom]:
    """Return all the greater atoms of a text; `around` is the year near which years are."""
    atoms = rewrite(atoms, _BRACKETED_ZONE, lambda run: [run[0], run[2]])
    atoms = rewrite(atoms, _ZONES, _zones)
    atoms = rewrite(atoms, _LABEL, lambda run: [run[0], replace(run[1], kind="z")])
    atoms = WrittenDates(with_times(atoms), around).found()
    atoms = rewrite(atoms, _ZONE_FIRST, lambda run: [run[-1], run[0]])
    atoms = without_restatements(atoms)
    atoms = with_recurrences(atoms)
    atoms = with_numbered_weekdays(atoms)
    atoms = with_repeating_weekdays(atoms)
    atoms = with_weekday_dates(atoms)
    atoms = with_frequencies(atoms)
    atoms = rewrite(atoms, _WITHIN, _within)
    atoms = rewrite(atoms, _SAID_AGAIN, _said_again)
    atoms = rewrite(atoms, _UMBRELLA, _umbrella)
    atoms = rewrite(atoms, _BARE_ENDS, _bare_ends)
    atoms = rewrite(atoms, _PAUSE, _pause)
    atoms = rewrite(atoms, _DASHED_DAYS, lambda run: [a for a in run if a.kind != "-"])
    atoms = without_stamps(atoms)
    atoms = without_restatements(atoms)
    atoms = with_dated_todays([a for a in atoms if a.kind not in "km"])
    atoms = _with_columns(atoms)
    letters = kinds(atoms) + "."
    return [_plainer(atom, letters[i + 1]) for i, atom in enumerate(atoms)]


def _within(run: list[Atom]) -> list[Atom] | None:
    """Read "after 10 and before 11" as between them."""
    if run[0].value.lower() != "after" or run[-1].value.lower() != "before":
        return None
    return [replace(run[0], kind="B"), *run[1:-2], replace(run[-2], kind="A", value="and")]


def _said_again(run: list[Atom]) -> list[Atom] | None:
    """Drop "(tomorrow)" behind the date that it is."""
    days = run[-2].value.days
    is_word = len(days) == 1 and bool(days[0].relative)
    return run[:-3] if is_word and not run[0].value.days[0].relative else None


def _bare_ends(run: list[Atom]) -> list[Atom] | None:
    """Read the numbers behind two dates with a year as times."""
    made = [military(a) if a.kind == "#" else a for a in run]
    dated = all(d.year is not None for a in run if a.kind == "D" for d in a.value.days)
    return made if dated and kinds(made).count("T") == len("TT") else None


def _zones(run: list[Atom]) -> list[Atom] | None:
    """Read "ET/CT" and "ET or CT" as both, which then must agree."""
    return [run[0], run[2]] if run[1].value in {"/", "or"} else None


def _pause(run: list[Atom]) -> list[Atom] | None:
    """Drop the comma before "through"; "until" may be to the beginning of its day."""
    is_through = "thr" in str(run[2].value).lower()
    return [run[0], run[2]] if is_through else None


def _umbrella(run: list[Atom]) -> list[Atom] | None:
    """Make the date of a week or a weekend no day of its own; weekdays near it still are."""
    return [merged("Y", run[1].value, run)] if len(run[1].value.days) == 1 else None


def _with_columns(atoms: list[Atom]) -> list[Atom]:
    """Read the bar between two columns as "to", and the stroke after a zone as "or"."""
    letters = kinds(atoms)
    for pattern, written, kind in ((_COLUMNS, "|", "-"), (_STROKES, "/", "/")):
        for found in pattern.finditer(letters):
            at, before = found.end() - 1, atoms[found.start() - 1]
            is_column = written == "/" or before.kind != "C" or before.value == written
            is_column = is_column or atoms[max(0, found.start() - 2)].kind in "DW"
            if atoms[at].value == written and is_column:
                atoms[at] = replace(atoms[at], kind=kind)
    return atoms


def _plainer(atom: Atom, following: str) -> Atom:
    if atom.kind == "M":
        return replace(atom, kind="u")
    if atom.kind in _LOOSE or (atom.kind == "L" and following not in _LIMITED):
        return replace(atom, kind="x")
    return atom
