"""A notice in segments: the stretches between full stops and semicolons, each with what it says."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from probe.maintenance.reading.atoms import Atom
from probe.maintenance.reading.shapes import LONGEST_RUN, Tile, cover
from probe.maintenance.reading.signs import Signs, signs_of

#: Words that a segment may be made of and still speak of nothing but its notice's maintenance.
LABELS = frozenset(
    {
        "a", "actual", "affected", "again", "all", "an", "another", "are", "be", "been", "begin",
        "carried", "components", "date", "details", "duration", "during", "end", "ends",
        "estimate", "estimated", "expected", "following", "for", "has", "held", "how", "impact",
        "is", "it", "length", "level", "local", "location", "maintenance", "new", "next",
        "normally", "note", "now", "occur", "or", "out", "outage", "performed", "period", "place",
        "planned", "please", "reason", "region", "schedule", "scheduled", "service", "services",
        "set", "site", "stamp", "start", "starts", "subject", "system", "take", "takes", "that",
        "the", "then", "these", "they", "this", "time", "timeframe", "times", "timezone", "title",
        "to", "typically", "until", "upcoming", "usually", "we", "what", "when", "where", "which",
        "who", "why", "will", "window", "work", "zone"
    }
)  # fmt: skip
_TEMPORAL = frozenset("TDWNP")
_NAMED = _TEMPORAL | {"u", "y", "Y"}


@dataclass(slots=True)
class Segment:
    """One stretch: its words, their signs, the shapes in it, and what is uncertain."""

    number: int
    sentence: int
    start: int
    end: int
    words: str
    signs: Signs
    atoms: list[Atom]
    tiles: list[Tile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def has(self, kinds: str) -> bool:
        """Whether an atom of one of these kinds is in it."""
        return any(atom.kind in kinds for atom in self.atoms)

    @property
    def loose(self) -> list[str]:
        """The words that are neither labels nor numbers nor part of a time."""
        words = (str(a.value) for a in self.atoms if a.kind == "x" and a.value)
        return [word for word in words if word.lower() not in LABELS and not word.isdigit()]

    @property
    def is_bare(self) -> bool:
        """Whether it is made of labels and times only."""
        return not self.loose

    @property
    def is_temporal(self) -> bool:
        """Whether it names any time or day at all."""
        return any(atom.kind in _NAMED for atom in self.atoms)


def _runs(atoms: list[Atom]) -> Iterator[list[Atom]]:
    run: list[Atom] = []
    for atom in atoms:
        if atom.kind in "x!yYhuVz/":
            yield run
            run = []
        elif atom.kind not in "()":
            run.append(atom)
    yield run


def _shaped(segment: Segment, folded: str) -> None:
    for run in _runs(segment.atoms):
        if not any(atom.kind in _TEMPORAL or atom.kind == "Z" for atom in run):
            continue
        if len(run) > LONGEST_RUN:
            segment.problems.append("too many dates and times in a row")
            continue
        found = cover(run)
        if found.ambiguous:
            segment.problems.append("its dates and times can be joined in two ways")
            continue
        beside = {(atom.start, atom.end) for atom in found.left_over}
        if beside:
            words = ", ".join(repr(folded[start:end]) for start, end in sorted(beside)[:3])
            segment.problems.append(f"it is not clear what {words} belongs to")
            continue
        for tile in found.tiles:
            before = folded[: tile.start].rstrip()[-1:]
            segment.tiles.append(
                replace(tile, number=segment.number, follows=before, run=run[0].start)
            )


def segments_of(atoms: list[Atom], folded: str) -> list[Segment]:
    """Return the segments of a text in order."""
    made: list[Segment] = []
    sentence, start = 0, 0
    inside: list[Atom] = []
    for atom in [*atoms, Atom(".", ".", len(folded), len(folded))]:
        if atom.kind not in ".;":
            inside.append(atom)
            continue
        words = folded[start : atom.end]
        if words.strip(" .;"):
            segment = Segment(len(made), sentence, start, atom.end, words, signs_of(words), inside)
            _shaped(segment, folded)
            made.append(segment)
        inside, start = [], atom.end
        sentence += atom.kind == "."
    return made
