"""How a notice says its times: the days it is near, its zones, and whether weekdays repeat."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.sentences import Sentence
from probe.maintenance.reading.times.atoms import Clock
from probe.maintenance.reading.times.dates import Dates
from probe.maintenance.reading.times.expressions import Tile
from probe.maintenance.reading.times.spans import Speech
from probe.maintenance.reading.times.zones import is_metric

_WEEKEND = re.compile(r"\bthis (?:coming |upcoming )?weekend\b", re.IGNORECASE)
_ONCE = re.compile(
    r"\b(?:will|this (?:coming |past )?week(?:end)?|tonight|tomorrow)\b|'ll\b", re.IGNORECASE
)
_REPEATED = re.compile(
    r"\b(?:weekly|every|each|regular|regularly|routine|routinely|usual|usually|typical|typically|normal|normally|recurring|standing)\b",
    re.IGNORECASE,
)
_RARER = re.compile(
    r"\b(?:monthly|quarterly|months?|quarter|year|annual|annually)\b", re.IGNORECASE
)
#: "2026 maintenance schedule", "SPOT calendar - 2025"
_SCHEDULE = re.compile(
    r"(?:^|[\n.;:])\W*(20\d\d) (?:\w+ ){0,3}"
    r"(?:schedule|calendar|maintenance|dates|windows|outages)\b"
    r"|\b(?:january|february|march|april|june|july|august|september|october|november|december)"
    r",? (20\d\d)\W*[.:\n]"
    r"|\b(?:schedule|calendar|maintenance dates|outages)\W{1,4}(?:(?:for|of) )?(20\d\d)\b",
    re.IGNORECASE,
)  # fmt: skip


_ROUGHLY = re.compile(
    r"\b(?:approx\w*|about|around|roughly|expected|estimated|tentative\w*|projected|anticipated"
    r"|circa|less than|up to|or so|likely)\b|~(?=\d)"
)
#: Beside these a bare weekday may be of another week than the next.
_OTHER_DAYS = frozenset(("week-of", "unclear", "month", "often", "holiday"))


@dataclass(frozen=True, slots=True)
class Voice:
    """What a notice says of all its times together."""

    context: Context
    dates: Dates
    home: tuple[tuple[str, ...], ...]
    clear: bool
    heading_repeats: bool
    words: tuple[str, ...]
    folded: str
    alone: bool = False
    """Whether no day is told that a bare weekday could be beside."""
    guesses: bool = False

    def is_rough(self, tile: Tile) -> bool:
        """Whether an expression tells its times as no more than likely."""
        return _ROUGHLY.search(self.folded[tile.start : tile.end].lower()) is not None

    def speech(self, sentence: int) -> Speech:
        """Return how a sentence says its times; `guesses` lets a bare weekday be of every week."""
        words = self.words[sentence]
        once = _ONCE.search(words) is not None
        repeats = self.heading_repeats or (
            _REPEATED.search(words) is not None and not once and _RARER.search(words) is None
        )
        repeats = repeats or (self.guesses and not once)
        return Speech(
            self.dates,
            clear=self.clear,
            repeats=repeats,
            weekend=_WEEKEND.search(words) is not None,
            coming=self.alone and once and _REPEATED.search(words) is None,
        )


def voice_of(  # noqa: PLR0913  # what a text is known by
    sentences: Sequence[Sentence], tiles: Iterable[Tile], folded: str, context: Context,
    *, repeats: bool, guesses: bool = False,
) -> Voice:  # fmt: skip
    """Return how a text says some of its times."""
    tiles = list(tiles)
    whens = [w for t in tiles for w in (t.when, t.left.when, t.right.when) if w is not None]
    busy = [t.when for t in tiles if t.shape == "timed" and t.when is not None]
    zones = tuple(sorted({z for t in tiles for z in _zones(t)}))
    home = zones or ((context.timezone,),)
    clocks = [c for t in tiles for c in _clocks(t)]
    clear = is_metric(home) or any(c.military for c in clocks)
    clear = clear and not any(c.meridiem for c in clocks)
    words = tuple(folded[s.start : s.end] for s in sentences)
    years = {int(y) for m in _SCHEDULE.finditer(folded) for y in m.groups() if y}
    dates = Dates(
        context,
        whens,
        zones=[name for names in home for name in names],
        scheduled=years.pop() if len(years) == 1 else None,
        busy=busy,
    )
    alone = not any(w.dates or w.rule for w in whens) and not any(
        atom.kind in _OTHER_DAYS for s in sentences for atom in s.atoms
    )
    return Voice(context, dates, home, clear, repeats, words, folded, alone, guesses)


def _zones(tile: Tile) -> Iterable[tuple[str, ...]]:
    yield from tile.zones
    for hours in tile.hours:
        yield from hours.left.zones
        yield from hours.right.zones
    for side in (tile.left, tile.right):
        if side.time is not None:
            yield from side.time.zones


def _clocks(tile: Tile) -> Iterable[Clock]:
    for hours in tile.hours:
        yield hours.left.clock
        yield hours.right.clock
    for side in (tile.left, tile.right):
        if side.time is not None:
            yield side.time.clock
