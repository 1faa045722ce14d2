"""An interval of local time as a notice says it, before its zone is known."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from probe.maintenance.reading.atoms import Clock
from probe.maintenance.reading.shapes import Tile


@dataclass(frozen=True, slots=True)
class Limits:
    """From when, until when and when not a repetition holds, as its sentence says."""

    since: date | None = None
    until: date | None = None
    excepted: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A local interval before its zone is known; with a `rule` it is any of its occurrences.

    `minutes` are those of its two ends, counted from midnight of its first day.
    """

    day: date | None
    minutes: tuple[int, int]
    rule: str = ""
    zones: tuple[tuple[str, ...], ...] = ()
    also: tuple[tuple[int, Clock, tuple[str, ...]], ...] = ()
    tile: Tile | None = None
    approximate: bool = False
    whole: bool = False
    lasting: bool = False
    """Whether it is a start and a length."""
    seconds: tuple[int, int] = (0, 0)
    """Beside the minutes, where the times were written with them."""
    limits: Limits = field(default_factory=Limits)

    def at(self, day: date) -> tuple[datetime, datetime]:
        """Its two ends, naive, when it begins on this day."""
        midnight = datetime.combine(day, time())
        first, last = (
            midnight + timedelta(minutes=minutes, seconds=seconds)
            for minutes, seconds in zip(self.minutes, self.seconds, strict=True)
        )
        return first, last
