"""The smallest parts of a notice that mean something for its times, as the lexer finds them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Atom:
    """One part: its kind, what it is worth, and where it stands in the text."""

    kind: str
    value: Any
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as written: `hour` 0-24; `meridiem` "a", "p" or none; `word` midnight, noon.

    `also` is the same time restated beside it, each perhaps in another zone.
    """

    hour: int
    minute: int
    meridiem: str = ""
    word: str = ""
    military: bool = False
    second: int = 0
    also: "tuple[tuple[Clock, tuple[str, ...]], ...]" = ()

    @property
    def is_plain(self) -> bool:
        """Whether nothing yet says which half of the day is meant."""
        return not (self.meridiem or self.word or self.military)


@dataclass(frozen=True, slots=True)
class Day:
    """A date as written, as much of it as is; `swapped` where day and month could change places."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    swapped: bool = False
    order: str = ""
    """Which of day and month comes first, "dm" or "md", where digits show it."""
    relative: str = ""
    nth: int = 0
    """Which of its weekday in its month it is, -1 for the last, where that is all that is told."""


@dataclass(frozen=True, slots=True)
class Days:
    """Dates that are named together: a list, the ends of a range, or either of two."""

    days: tuple[Day, ...]
    through: bool = False
    either: bool = False


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week, Monday is 0; `every` where the words say that it repeats."""

    days: tuple[int, ...]
    every: bool = False
    relative: str = ""


@dataclass(frozen=True, slots=True)
class Frequency:
    """How many times in a `unit` something comes; 0 is not known."""

    times: int
    unit: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """A repetition: the parts of its RFC 5545 rule."""

    rule: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a text was posted or changed, as much as it says of it."""

    days: tuple[Day, ...] = ()

    def __str__(self) -> str:
        """Return the word that it is among other words."""
        return "stamp"


@dataclass(frozen=True, slots=True)
class Length:
    """A duration in minutes; `bound` where it is an upper one, `approximate` where it is rough."""

    minutes: int
    bound: bool = False
    approximate: bool = False
