"""Shapes of a notice to its spans: what one sentence leaves open, another may close."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from probe.maintenance.reading.assembly import Assembly, Piece
from probe.maintenance.reading.atoms import Atom, Length
from probe.maintenance.reading.clocks import UncertainError, span
from probe.maintenance.reading.conflicts import settle_lengths, wrong_lengths
from probe.maintenance.reading.days import Dates
from probe.maintenance.reading.doubts import drop_doubtful
from probe.maintenance.reading.exceptions import except_days
from probe.maintenance.reading.loose import LooseDays
from probe.maintenance.reading.moments import Pair, is_end, pairs
from probe.maintenance.reading.placed import Placed, is_limit
from probe.maintenance.reading.rewrite import kinds
from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.shapes import Tile
from probe.maintenance.reading.side import Side, halve, is_night, side_of
from probe.maintenance.reading.span import Span
from probe.maintenance.reading.spans import Rules, Spans

#: How many sentences later the length of a start may be told.
_SOON = 2
_DENIED = re.compile(r"\b(?:rather than|instead of|as opposed to|in place of|not)\W*$")
_STARTING = re.compile(
    r"\b(?:begin|start|commenc)\w*(?: (?:at|any ?time|sometime|some time))* between\b"
)
#: In characters: how far before its end a range may be said to hold only an end.
_BETWEEN = 90
_ENDING = re.compile(r"\b(?:end|finish|complet|conclud)\w*(?: \w+){0,5} between\b")
_OUT_EXCEPT = re.compile(r"\b(?:unavailable|down|off-?line|out)\W*$")
_ONE_TIMES = re.compile(r"[FB]*(J?TZ*J?)(?:C?A?[-RU]+F?|AF?)(J?TZ*J?)")


class Assembler:
    """Joins the tiles of segments to spans."""

    def __init__(self, segments: list[Segment], folded: str, dates: Dates, *, clear: bool) -> None:
        self.segments = segments
        self.folded = folded
        self.dates = dates
        self.clear = clear
        self.made = Assembly()
        self._placed = Placed(segments, folded, dates.context)
        self._bad: set[int] = set()
        self._excluded: list[tuple[Segment, list[Atom]]] = []

    def assemble(self, repeats: dict[int, bool]) -> Assembly:
        """All that the segments say."""
        self._repeats = repeats
        for pair in list(pairs(self._placed, self._is_denied)):
            self._joined(pair)
        placed = self._placed
        for place, (segment, tile) in enumerate(placed.listed):
            is_time = not is_limit(tile) or tile.shape in {"range", "times"}
            if placed.is_taken(tile) or not is_time:
                continue
            with self._noting(segment, tile.run):
                self._one(place, segment, tile)
        for segment, days in self._excluded:
            with self._noting(segment, -1):
                except_days(self.made, segment, days, self.dates, final=False)
        LooseDays(self.made, placed, self.dates, repeats).settle()
        self._bad |= wrong_lengths(self.made, placed)
        settle_lengths(self.made)
        self.made.pieces = [
            p
            for p in self.made.pieces
            if p.span.tile is None or p.span.tile.run < 0 or p.span.tile.run not in self._bad
        ]
        drop_doubtful(self.made)
        return self.made

    @contextmanager
    def _noting(self, segment: Segment, run: int) -> Iterator[None]:
        try:
            yield
        except UncertainError as error:
            self.made.problems.append((segment, str(error)))
            self._bad.add(run)

    def _spans(self, segment: Segment, before: int = 0) -> Spans:
        each = any(a.kind == "N" for a in segment.atoms) or "each" in segment.words.lower()
        return Spans(
            Rules(
                self.dates,
                self.folded,
                self.clear,
                self._repeats[segment.number],
                each,
                tuple(a.value for a in segment.atoms if a.kind == "z"),
                self._placed.dates_before(segment, before, self.dates),
            )
        )

    def _keep(self, segment: Segment, spans: list[Span], *, borrowed: bool = False) -> None:
        self.made.pieces += [Piece(span, segment, borrowed) for span in spans]

    # --- moments that belong together ---------------------------------------------------------

    def _joined(self, pair: Pair) -> None:
        self._placed.take(pair.start, pair.end)
        left = side_of(pair.start.parts["left"], self.folded)
        right = side_of(pair.end.parts["left"], self.folded)
        first, start = pair.segment, pair.start
        ends = sorted((start.start, start.end, pair.end.start, pair.end.end))
        whole = Tile("range", start.lead, {}, ends[0], ends[-1], first.number)
        try:
            borrowed = not left.days
            left.days = left.days or self._placed.days_for(pair.place, first)
            spans = self._spans(first).between(whole, left, right)
            self._keep(first, spans, borrowed=borrowed)
        except UncertainError as error:
            self.made.problems.append((first, str(error)))

    # --- one tile -----------------------------------------------------------------------------

    def _one(self, place: int, segment: Segment, tile: Tile) -> None:
        if self._is_denied(segment, tile):
            return
        self._check_start(segment, tile)
        spans = self._spans(segment, tile.start)
        if tile.shape == "range":
            if (
                "A" in kinds(tile.parts["join"])
                and "B" not in tile.lead + kinds(tile.parts["left"])
                and not re.search("[-RU]", kinds(tile.parts["join"]))
            ):
                raise UncertainError("two moments joined by 'and'")
            left = side_of(tile.parts["left"], self.folded)
            right = side_of(tile.parts["right"], self.folded)
            self._keep(segment, spans.between(tile, left, right))
        elif tile.shape == "times":
            self._timed(place, segment, tile)
        elif tile.shape in {"moment", "lasting"} and is_end(self._placed, segment, tile):
            self.made.moments.append((segment, tile))
        elif tile.shape == "lasting":
            self._lasting(place, segment, tile, tile.parts["length"][0].value)
        elif tile.shape == "moment":
            self._moment(place, segment, tile)

    def _timed(self, place: int, segment: Segment, tile: Tile) -> None:
        """Keep ranges of times on their days, or on those that are told elsewhere."""
        if "E" in tile.lead and segment.signs.any("outage") and "available" not in segment.signs:
            before = self.folded[segment.start : tile.start].lower()
            if _OUT_EXCEPT.search(before):
                raise UncertainError("its times are those at which it is not out")
        if is_limit(tile):
            raise UncertainError("times after words such as 'by' or 'after'")
        days = tile.parts.get("days", []) + tile.parts.get("more", [])
        negated = any(a.value == "not" and tile.start <= a.start < tile.end for a in segment.atoms)
        if negated and not self._placed.is_repeated_before(place, segment):
            days = []
        is_daily = all(a.kind == "N" and a.value.rule == "FREQ=DAILY" for a in days)
        if "E" in tile.lead and not is_daily and self._placed.is_repeated_before(place, segment):
            self._excluded.append((segment, days))
            days = []
        if kinds(days) == "DAD" and _is_between(segment, days[0]):
            raise UncertainError("which of the days between two dates is not said")
        times = self._times(segment, tile)
        if not days and tile.follows == "(" and self._is_again(segment, times):
            return
        borrowed = not days
        days = self._of_move(segment, tile, days or self._placed.days_for(place, segment))
        self._check_single(segment, tile, days)
        self._keep(
            segment, self._spans(segment, tile.start).timed(tile, days, times), borrowed=borrowed
        )

    def _is_again(self, segment: Segment, times: list[tuple[Side, Side]]) -> bool:
        """Whether brackets only say the range before them again, as 1 a.m. for 01:00.

        Raises UncertainError where they say another one.
        """
        last = self.made.pieces[-1] if self.made.pieces else None
        if last is None or last.segment is not segment or len(times) != 1:
            return False
        first, second = (side.clock for side in times[0])
        if first is None or second is None or any(side.zones for side in times[0]):
            return False
        if span(first, second, clear=self.clear) == last.span.minutes:
            return True
        raise UncertainError("a range and its restatement in brackets disagree")

    def _check_start(self, segment: Segment, tile: Tile) -> None:
        """Refuse "begins between", a range in which only the start lies."""
        said = self.folded[segment.start : tile.end].lower()
        if "B" in tile.lead and _STARTING.search(said):
            raise UncertainError("it may start at any time of a range")
        if ("B" in tile.lead and "U" in tile.lead) or _ENDING.search(said[-_BETWEEN:]):
            raise UncertainError("it may end at any time of a range")

    def _is_denied(self, segment: Segment, tile: Tile) -> bool:
        """Whether "not" stands right before its times: they are those that were told before."""
        if not tile.parts.keys() & {"left", "times"}:
            return False
        first = next(
            iter(sorted((a for p in tile.parts.values() for a in p), key=lambda a: a.start))
        )
        is_whole = first.kind in "TFB" or tile.shape == "range"
        denied = any(a.value == "not" and tile.start <= a.start < tile.end for a in segment.atoms)
        before = self.folded[segment.start : tile.start].lower()
        said = self.folded[tile.start : first.start].lower()
        denied = denied or (_DENIED.search(before) is not None and "until" not in said)
        if denied and is_whole:
            self.made.denied.append(segment)
        return denied and is_whole

    def _check_single(self, segment: Segment, tile: Tile, days: list[Atom]) -> None:
        """Refuse the first date of something that repeats as a date of its own."""
        beside = [
            a
            for s in self.segments
            if s.sentence == segment.sentence
            for a in s.atoms
            if (a.kind == "N" or (a.kind == "W" and a.value.every))
            and not tile.start <= a.start < tile.end
        ]
        if beside and "F" in tile.lead and kinds(days) == "D":
            raise UncertainError("a date beside a repetition")

    def _of_move(self, segment: Segment, tile: Tile, days: list[Atom]) -> list[Atom]:
        """Of "moved from Thursday to Friday", return the new day."""
        is_move = kinds(days) in {"DRD", "D-D"} and self._placed.is_move(segment, tile)
        return days[-1:] if is_move else days

    def _times(self, segment: Segment, tile: Tile) -> list[tuple[Side, Side]]:
        atoms = tile.parts["times"]
        night = any(is_night(a) and tile.start <= a.start <= tile.end for a in segment.atoms)
        found = []
        for match in _ONE_TIMES.finditer(kinds(atoms)):
            sides = [side_of(atoms[match.start(n) : match.end(n)], self.folded) for n in (1, 2)]
            join = kinds(atoms)[match.end(1) : match.start(2)]
            if (
                "A" in join
                and not re.search("[-RU]", join)
                and "B" not in match[0]
                and "B" not in tile.lead
            ):
                raise UncertainError("two times joined by 'and'")
            sides[0].night = night
            parts = [str(a.value) for a in segment.atoms if a.kind == "G" and a.end <= tile.end]
            halve(sides, next((part for part in parts if part), ""))
            found.append((sides[0], sides[1]))
        return found

    def _lasting(self, place: int, segment: Segment, tile: Tile, length: Length) -> None:
        left = side_of(tile.parts["left"], self.folded)
        if not left.days:
            left.days = self._placed.days_for(place, segment)
        self._keep(segment, self._spans(segment).lasting(tile, left, length))

    def _moment(self, place: int, segment: Segment, tile: Tile) -> None:
        """Keep a start whose length is told elsewhere, or else note that it stands alone."""
        length = self._placed.length_for(place, segment, _SOON)
        if length is None:
            self.made.moments.append((segment, tile))
            return
        self._placed.take(tile, length)
        kept = len(self.made.pieces)
        self._lasting(place, segment, tile, length.parts["length"][0].value)
        if length.number != segment.number:
            for piece in self.made.pieces[kept:]:
                piece.inferred = True


def _is_between(segment: Segment, first: Atom) -> bool:
    """Whether "between" stands right before a date."""
    return any(a.kind == "B" and 0 <= first.start - a.end <= 1 for a in segment.atoms)
