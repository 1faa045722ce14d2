"""The shapes of a notice in order: which are used up, and which day a time without one is of."""

import re
from contextlib import suppress
from datetime import date

from probe.maintenance.reading.atoms import Atom
from probe.maintenance.reading.clocks import UncertainError
from probe.maintenance.reading.context import Context
from probe.maintenance.reading.days import Dates
from probe.maintenance.reading.rewrite import kinds
from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.shapes import Tile

#: What follows is another matter, and its day another.
_CONTRAST = re.compile(r"^[^.;]{0,80}\b(?:but|however|whereas)\b[^.;]*\d")
_MOVED_FROM = re.compile(
    r"\b(?:moved|changed?|shifted|postponed|rescheduled|re-scheduled|pushed|switched)\W*$"
)
_OUTAGE_OF = re.compile(r" (?:\w+ )?(?:outage|down-?time|interruption|maintenance)\b")
_LASTING = re.compile(
    r"\b(?:last\w*|tak\w+|duration|length|for|within|continu\w+|down-?time|impact|outage|window|disruption|interruption|estimat\w+)\W*"
    r"(?:(?!after|before|with)\w+\W+){0,4}$"
)


_IT = re.compile(r"\W*(?:it|this|we|the \w+|(?:estimated |expected )?duration)\b")


def is_limit(tile: Tile) -> bool:
    """Whether a word such as "by" or "after" stands before it."""
    return "L" in tile.lead


def begins(tile: Tile) -> bool:
    """Whether a word such as "beginning" stands at a moment."""
    return "F" in tile.lead + kinds(tile.parts["left"])


class Placed:
    """Every shape with its segment; a place is an index into `listed`."""

    def __init__(self, segments: list[Segment], folded: str, context: Context) -> None:
        self.context = context
        self.segments = segments
        self.folded = folded
        self.listed = [(segment, tile) for segment in segments for tile in segment.tiles]
        self._taken: set[int] = set()

    def take(self, *tiles: Tile) -> None:
        """Mark shapes as used up: they say nothing of their own any more."""
        self._taken |= {id(tile) for tile in tiles}

    def is_taken(self, tile: Tile) -> bool:
        """Whether it is used up."""
        return id(tile) in self._taken

    def is_move(self, segment: Segment, tile: Tile) -> bool:
        """Whether it is from an old day to a new one: moved from Thursday to Friday."""
        before = self.folded[segment.start : tile.start].lower()
        return "F" in tile.lead and _MOVED_FROM.search(before) is not None

    def beside(self, segment: Segment, first: int, last: int | None = None) -> list[Tile]:
        """Return the days without times that the sentence of a segment has between two places."""
        return [
            t
            for s, t in self.listed[first:last]
            if t.shape == "days" and s.sentence == segment.sentence
        ]

    def is_repeated_before(self, place: int, segment: Segment) -> bool:
        """Whether its sentence has said already that it repeats."""
        return any(a.kind in "NW" for t in self.beside(segment, 0, place) for a in t.parts["days"])

    def dates_before(self, segment: Segment, end: int, dates: Dates) -> tuple[date, ...]:
        """Return the dates that its sentence has named before a character."""
        found: dict[date, None] = {}
        for other, tile in self.listed:
            if (
                other.sentence != segment.sentence
                or tile.end > end
                or re.search("[ELFUR]", tile.lead)
            ):
                continue
            for atom in (a for part in tile.parts.values() for a in part if a.kind == "D"):
                with suppress(UncertainError):
                    found |= dict.fromkeys(dates.of(day) for day in atom.value.days)
        return tuple(found)

    def days_for(self, place: int, segment: Segment) -> list[Atom]:
        """Return the days of times that name none: of their sentence, or the only ones.

        Raises UncertainError where there are none or several.
        """
        tile = self.listed[place][1]
        after = self.folded[tile.end : segment.end].lower()
        if _CONTRAST.search(after) and not self.beside(segment, 0, place):
            raise UncertainError("the times have no day")
        before, after_it = self.beside(segment, 0, place), self.beside(segment, place + 1)
        for days in (*reversed(before), *after_it):
            if not re.search("[ELUFR]", days.lead):
                self.take(days)
                return days.parts["days"]
        repeating = [a for a in segment.atoms if a.kind == "N"]
        if repeating:
            return repeating[:1]
        told = [t for s, t in self.listed if s.sentence == segment.sentence and not is_limit(t)]
        named = {
            str(a.value): a
            for t in told
            for part in t.parts.values()
            for a in part
            if a.kind == "D"
        }
        if len(named) == 1:
            return list(named.values())
        return self._day_above(segment) or self._only_days(segment)

    def _day_above(self, segment: Segment) -> list[Atom]:
        """Return the date of the field right before: "Date: June 8. Time: 9 am to noon."."""
        above = self.segments[segment.number - 1] if segment.number else segment
        days = [t.parts["days"] for t in above.tiles if t.shape == "days" and not is_limit(t)]
        is_field = above is not segment and above.is_bare and len(days) == len(above.tiles) == 1
        return days[0] if is_field and any(a.kind == "D" for a in days[0]) else []

    def _key(self, days: list[Atom]) -> tuple[str, ...]:
        """Return what tells days apart: May 15 and Sunday, May 15, are the same."""
        return tuple(
            ", ".join(f"{d.month}/{d.day}" if d.month and d.day else str(d) for d in a.value.days)
            if a.kind == "D"
            else str(a.value)
            for a in days
            if a.kind in "DWN"
        )

    def _only_days(self, segment: Segment) -> list[Atom]:
        earlier = self._named([s for s in self.segments if s.number < segment.number])
        others = self._named([s for s in self.segments if s.number != segment.number])
        for named in (earlier, others, self._said()):
            distinct = {self._key(days) for days in named}
            if len(distinct) == 1:
                return max(named, key=lambda days: len(str(days[0].value)))
        raise UncertainError(
            "which day the times are of is not said" if others else "the times have no day"
        )

    def _said(self) -> list[list[Atom]]:
        """Return the dates that sentences name which are more than a date."""
        return [
            [a]
            for s in self.segments
            if not s.is_bare and not s.signs.any("past", "none", "other", "sample")
            for tile in s.tiles
            if tile.shape in {"days", "moment"} and not is_limit(tile)
            for part in ("days", "left")
            for a in tile.parts.get(part, [])
            if a.kind == "D" and len(a.value.days) == 1
        ]

    def _named(self, segments: list[Segment]) -> list[list[Atom]]:
        """Return the days that segments about the same maintenance name."""
        named: list[list[Atom]] = []
        announcing = {s.sentence for s in segments if s.signs.announces}
        for other in (s for s in segments if not s.signs.any("past", "none")):
            for tile in other.tiles:
                if is_limit(tile) or tile.shape in {"zone", "length"}:
                    continue
                is_today = "today" in self.folded[tile.start : tile.end].lower()
                if is_today or (
                    not other.signs.any("other") and (other.sentence in announcing or other.is_bare)
                ):
                    for part in ("days", "left", "right"):
                        days = [a for a in tile.parts.get(part, []) if a.kind in "DWN-RAC"]
                        if any(a.kind in "DWN" for a in days):
                            named.append(days)
        return named

    def _lengths(self, first: int, last: int | None = None) -> list[tuple[Segment, Tile]]:
        """Return the lengths between two places that are told of maintenance and still free."""
        return [
            (s, t)
            for s, t in self.listed[first:last]
            if t.shape == "length" and not s.signs.any("past", "other") and not self.is_taken(t)
        ]

    def _is_of_outage(self, segment: Segment, length: Tile) -> bool:
        """Whether a length is that of the outage behind it: a 30-minute outage."""
        return _OUTAGE_OF.match(self.folded[length.end : segment.end].lower()) is not None

    def length_for(self, place: int, segment: Segment, soon: int) -> Tile | None:
        """Return the one length that is told of a start: after it, or before it in its segment."""
        tile = self.listed[place][1]
        earlier = [it for it in self._lengths(0, place) if segment.number - it[0].number <= 1]
        later = self._lengths(place + 1)
        later = [it for it in later if it[0].sentence - segment.sentence <= soon]
        if not later and len(earlier) == 1 and (begins(tile) or self._is_of_outage(*earlier[0])):
            later = earlier
        if not later:
            return None
        other, length = later[0]
        between = any(
            t.shape in {"range", "times", "moment"} and t.start < length.start
            for _, t in self.listed[place + 1 :]
        )
        said = self.folded[other.start : length.parts["length"][0].start].lower()
        is_lasting = _LASTING.search(said) is not None
        is_told = (
            begins(tile)
            or other is segment
            or (is_lasting and (other.signs.announces or _IT.match(said) is not None))
        )
        return length if is_told and not between else None
