"""A notice while it is read: what is known of its text, and what has come of it so far."""

from dataclasses import dataclass, field

from probe.maintenance.reading.assembly import Assembly
from probe.maintenance.reading.context import Context
from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.signs import NO_SIGNS, Signs
from probe.types import Plan


@dataclass(frozen=True, slots=True)
class Heading:
    """What the heading above a text says of it: that it repeats, that it is about maintenance."""

    repeats: bool = False
    announces: bool = False


@dataclass(slots=True, kw_only=True)
class Draft:
    """One text, its segments, and the outcome of each step of reading it.

    `shown` is the text as a person sees it, `folded` the same with one kind of dash and quote.
    """

    shown: str
    folded: str
    mark: str
    context: Context
    heading: Heading
    segments: list[Segment] = field(default_factory=list)
    all_signs: Signs = NO_SIGNS
    """Those of the whole text."""
    assembly: Assembly = field(default_factory=Assembly)
    home: tuple[tuple[str, ...], ...] = ()
    windows: list[Plan] = field(default_factory=list)
    cancels: list[Plan] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    quoted: list[tuple[int, int]] = field(default_factory=list)
    has_moved: bool = False
    harmless: bool = False
    over: bool = False
