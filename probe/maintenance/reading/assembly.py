"""What came of the shapes of a notice: its spans, and what is not certain."""

from dataclasses import dataclass, field
from datetime import date

from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.shapes import Tile
from probe.maintenance.reading.span import Span


@dataclass(slots=True)
class Piece:
    """A span with the segment that it stands in."""

    span: Span
    segment: Segment
    borrowed: bool = False
    """Whether its day is told elsewhere."""
    inferred: bool = False
    """Whether its length is told in another sentence."""


@dataclass(slots=True)
class Assembly:
    """What came of a notice: its spans, and per segment what is not certain."""

    pieces: list[Piece] = field(default_factory=list)
    problems: list[tuple[Segment, str]] = field(default_factory=list)
    #: Moments that stand alone, after everything else was joined.
    moments: list[tuple[Segment, Tile]] = field(default_factory=list)
    #: Where times are told only to say that they are not the ones.
    denied: list[Segment] = field(default_factory=list)
    exceptions: list[tuple[Segment, tuple[date, ...]]] = field(default_factory=list)
