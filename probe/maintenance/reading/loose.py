"""Days that stand apart from times: exceptions, limits, restatements, or whole days."""

import re
from contextlib import suppress
from dataclasses import replace

from probe.maintenance.reading.assembly import Assembly, Piece
from probe.maintenance.reading.atoms import Atom
from probe.maintenance.reading.clocks import DAY, UncertainError
from probe.maintenance.reading.days import SHORT, Dates, dates_of
from probe.maintenance.reading.exceptions import (
    except_days,
    is_final,
    is_their_name,
    limit,
    on_weekdays,
)
from probe.maintenance.reading.placed import Placed, is_limit
from probe.maintenance.reading.rewrite import kinds
from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.shapes import Tile
from probe.maintenance.reading.whole import whole_days


class LooseDays:
    """Settles what the days of a notice say that no time took."""

    def __init__(
        self, made: Assembly, placed: Placed, dates: Dates, repeats: dict[int, bool]
    ) -> None:
        self.made = made
        self.dates = dates
        self._placed = placed
        self._repeats = repeats
        self._dated: set[int] = set()

    def settle(self) -> None:
        """Add whole days, and limit what repeats."""
        for segment, tile in self._placed.listed:
            if tile.shape == "days" and not self._placed.is_taken(tile) and not is_limit(tile):
                self._one(segment, tile)
        self.made.pieces = [p for p in self.made.pieces if id(p) not in self._dated]

    def _one(self, segment: Segment, tile: Tile) -> None:
        """Settle days without times, or else keep them as a moment that stands alone."""
        days = tile.parts["days"]
        mine = [p for p in self.made.pieces if p.segment.sentence == segment.sentence]
        if not set(kinds(days)) - {"N"} and mine:
            return
        with suppress(UncertainError):
            if self._is_summary(days, mine) or self._is_restated(tile, days):
                return
        try:
            if not self._settled(segment, tile, mine):
                self.made.moments.append((segment, tile))
        except UncertainError as error:
            self.made.problems.append((segment, str(error)))

    def _settled(self, segment: Segment, tile: Tile, mine: list[Piece]) -> bool:
        """Let days limit what repeats beside them, or be whole days; whether they could."""
        days = tile.parts["days"]
        repeating = [p for p in mine if p.span.rule]
        if "E" in tile.lead or segment.signs.any("none"):
            if "E" in tile.lead or not is_their_name(repeating, days):
                final = is_final(segment, tile)
                except_days(self.made, segment, days, self.dates, final=final)
            return True
        if self._is_weekend_of(segment, days):
            return True
        if repeating and set(kinds(days)) <= set("W-RAC"):
            return on_weekdays([p for p in repeating if p.segment is segment], days)
        if repeating and any(a.kind == "D" for a in days):
            limit(self.made, repeating, tile, days, self.dates)
            return True
        if self._placed.is_move(segment, tile):
            raise UncertainError("a day is moved, and no hours are told")
        is_whole = all(p.span.whole for p in mine) and self._is_whole(segment, tile)
        if is_whole:
            spans = whole_days(tile, days, self.dates, repeats=self._repeats[segment.number])
            self.made.pieces += [Piece(span, segment) for span in spans]
        return is_whole

    def _is_weekend_of(self, segment: Segment, days: list[Atom]) -> bool:
        """Date "from Friday 6 pm to Sunday noon" by "July 16 - 18", if that is what it is of."""
        if kinds(days) not in {"D", "D-D", "DRD"}:
            return False
        dates, through = dates_of(days, self.dates)
        if not through:
            return False
        for piece in [p for p in self.made.pieces if p.span.rule.startswith("FREQ=WEEKLY")]:
            first, length = piece.span.minutes[0], (dates[1] - dates[0]).days
            if piece.span.minutes[1] // DAY == length > 0 and first < DAY:
                self._dated |= {id(piece)}
                if piece.span.rule.endswith("=" + SHORT[dates[0].weekday()]):
                    span = replace(piece.span, rule="", day=dates[0])
                    self.made.pieces.append(Piece(span, piece.segment))
                else:
                    self.made.problems.append((segment, "its dates are of other weekdays"))
        return bool(self._dated)

    def _is_restated(self, tile: Tile, days: list[Atom]) -> bool:
        """Whether it only names dates again that windows have already."""
        told = {
            p.span.day
            for p in self.made.pieces
            if not p.span.whole and not p.segment.signs.any("other", "past")
        }
        is_date = kinds(days) == "D" and "E" not in tile.lead
        return is_date and set(dates_of(days, self.dates)[0]) <= told

    def _is_summary(self, days: list[Atom], pieces: list[Piece]) -> bool:
        """Whether a range of dates only sums up a window beside it."""
        if "D" not in kinds(days):
            return False
        dates, through = dates_of(days, self.dates)
        ends = [(p.span.day, p.span.at(p.span.day)[1].date()) for p in pieces if p.span.day]
        return through and (dates[0], dates[1]) in ends

    def _is_whole(self, segment: Segment, tile: Tile) -> bool:
        if segment.has("y"):
            return False
        letters = kinds(tile.parts["days"])
        through = (
            "-" in letters
            or "R" in letters
            or any(a.kind == "D" and a.value.through for a in tile.parts["days"])
        )
        has_times = any(a.kind == "T" for a in segment.atoms)
        if re.search("[FUR]", tile.lead) and not through:
            return False
        return (segment.signs.any("whole_day") or through) and not has_times
