"""Shapes of a whole notice to its spans: what one sentence leaves open, another may close."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from probe.maintenance.reading.atoms import Atom, Length
from probe.maintenance.reading.clocks import UncertainError
from probe.maintenance.reading.days import Dates, dates_of, every_day, weekdays_of
from probe.maintenance.reading.rewrite import kinds
from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.shapes import Tile
from probe.maintenance.reading.spans import Limits, Rules, Side, Span, Spans, is_night, side_of

#: How far apart, in characters and in sentences, what belongs together may stand.
_NEAR, _BESIDE, _SOON = 60, 6, 2
_DENIED = re.compile(r"\b(?:rather than|instead of|as opposed to|in place of|not)\W*$")
_MOVED_FROM = re.compile(
    r"\b(?:moved|changed|shifted|postponed|rescheduled|re-scheduled|pushed|switched)\W*$"
)
_ONE_TIMES = re.compile(r"[FB]*(TZ*J?)(?:C?A?[-RU]+F?|AF?)(TZ*J?)")


@dataclass(slots=True)
class Piece:
    """A span with the segment that it stands in."""

    span: Span
    segment: Segment


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


def _is_limit(tile: Tile) -> bool:
    return "L" in tile.lead


def _is_final(segment: Segment, tile: Tile) -> bool:
    """Whether a date is called the last one."""
    return any(a.kind == "V" and 0 <= a.start - tile.end < _BESIDE for a in segment.atoms)


class Assembler:
    """Joins the tiles of segments to spans."""

    def __init__(self, segments: list[Segment], folded: str, dates: Dates, *, clear: bool) -> None:
        self.segments = segments
        self.folded = folded
        self.dates = dates
        self.clear = clear
        self.made = Assembly()
        self._taken: set[int] = set()
        self._bad: set[int] = set()
        self._excluded: list[tuple[Segment, list[Atom]]] = []

    def assemble(self, repeats: dict[int, bool]) -> Assembly:
        """All that the segments say."""
        listed = [(s, t) for s in self.segments for t in s.tiles]
        self._listed = listed
        self._repeats = repeats
        self._join_moments()
        for place, (segment, tile) in enumerate(listed):
            if id(tile) in self._taken or (
                _is_limit(tile) and tile.shape not in {"range", "times"}
            ):
                continue
            with self._noting(segment, tile.run):
                self._one(place, segment, tile)
        for segment, days in self._excluded:
            with self._noting(segment, -1):
                self._except(segment, days, final=False)
        for segment, tile in listed:
            if tile.shape == "days" and id(tile) not in self._taken and not _is_limit(tile):
                self._loose_days(segment, tile)
        self._check_lengths()
        self.made.pieces = [
            p
            for p in self.made.pieces
            if p.span.tile is None or p.span.tile.run < 0 or p.span.tile.run not in self._bad
        ]
        return self.made

    def _check_lengths(self) -> None:
        """Refuse a range beside which brackets tell another length than it has."""
        for (_, before), (segment, tile) in pairwise(self._listed):
            if tile.shape != "length" or tile.follows != "(" or id(tile) in self._taken:
                continue
            length: Length = tile.parts["length"][0].value
            told = [p.span for p in self.made.pieces if p.span.tile is before]
            is_exact = not (length.bound or length.approximate)
            if is_exact and any(s.minutes[1] - s.minutes[0] != length.minutes for s in told):
                self.made.problems.append((segment, "its length is not the one in the brackets"))
                self._bad.add(before.run)

    @contextmanager
    def _noting(self, segment: Segment, run: int) -> Iterator[None]:
        try:
            yield
        except UncertainError as error:
            self.made.problems.append((segment, str(error)))
            self._bad.add(run)

    def _is_repeated_before(self, place: int, segment: Segment) -> bool:
        before = [
            t
            for s, t in self._listed[:place]
            if t.shape == "days" and s.sentence == segment.sentence
        ]
        return any(a.kind in "NW" for t in before for a in t.parts["days"])

    def _spans(self, segment: Segment, before: int = 0) -> Spans:
        each = any(a.kind == "N" for a in segment.atoms) or "each" in segment.words.lower()
        return Spans(
            Rules(
                self.dates,
                self.folded,
                self.clear,
                self._repeats[segment.number],
                each,
                self._near(segment, before),
            )
        )

    def _near(self, segment: Segment, before: int) -> tuple[date, ...]:
        found: dict[date, None] = {}
        for other, tile in self._listed:
            if (
                other.sentence != segment.sentence
                or tile.end > before
                or re.search("[ELFUR]", tile.lead)
            ):
                continue
            for atom in (a for part in tile.parts.values() for a in part if a.kind == "D"):
                with suppress(UncertainError):
                    found |= dict.fromkeys(self.dates.of(day) for day in atom.value.days)
        return tuple(found)

    def _keep(self, segment: Segment, spans: list[Span]) -> None:
        self.made.pieces += [Piece(span, segment) for span in spans]

    # --- moments that belong together ---------------------------------------------------------

    def _join_moments(self) -> None:
        """Join a start to the end that follows it, other words or a label between them."""
        waiting: tuple[int, Segment, Tile] | None = None
        for place, (segment, tile) in enumerate(self._listed):
            if _is_limit(tile) or tile.shape in {"zone", "length"}:
                continue
            if tile.shape == "days" or self._is_denied(segment, tile):
                continue
            if tile.shape != "moment":
                waiting = None
                continue
            is_end = bool(re.search("[UR]", tile.lead))
            if waiting is not None and is_end and self._may_join(waiting, segment, tile):
                self._joined(waiting, tile)
                waiting = None
            else:
                waiting = None if is_end else (place, segment, tile)

    def _may_join(self, waiting: tuple[int, Segment, Tile], segment: Segment, tile: Tile) -> bool:
        _, first, start = waiting
        if first.sentence == segment.sentence:
            return "U" in tile.lead or "F" in start.lead or start.end + _NEAR > tile.start
        return "F" in start.lead and "U" in tile.lead and segment.number - first.number <= 1

    def _joined(self, waiting: tuple[int, Segment, Tile], tile: Tile) -> None:
        place, first, start = waiting
        self._taken |= {id(start), id(tile)}
        left = side_of(start.parts["left"], self.folded)
        right = side_of(tile.parts["left"], self.folded)
        whole = Tile("range", start.lead, {}, start.start, tile.end, first.number)
        try:
            if not left.days:
                left.days = self._borrowed(place, first)
            self._keep(first, self._spans(first).between(whole, left, right))
        except UncertainError as error:
            self.made.problems.append((first, str(error)))

    # --- one tile -----------------------------------------------------------------------------

    def _one(self, place: int, segment: Segment, tile: Tile) -> None:
        if self._is_denied(segment, tile):
            return
        spans = self._spans(segment, tile.start)
        if tile.shape == "range":
            if (
                "A" in kinds(tile.parts["join"])
                and "B" not in tile.lead
                and not re.search("[-RU]", kinds(tile.parts["join"]))
            ):
                raise UncertainError("two moments joined by 'and'")
            left = side_of(tile.parts["left"], self.folded)
            right = side_of(tile.parts["right"], self.folded)
            self._keep(segment, spans.between(tile, left, right))
        elif tile.shape == "times" and _is_limit(tile):
            raise UncertainError("times after words such as 'by' or 'after'")
        elif tile.shape == "times":
            days = tile.parts.get("days", []) + tile.parts.get("more", [])
            negated = any(
                a.value == "not" and tile.start <= a.start < tile.end for a in segment.atoms
            )
            if negated and not self._is_repeated_before(place, segment):
                days = []
            if days and "E" in tile.lead and self._is_repeated_before(place, segment):
                self._excluded.append((segment, days))
                days = []
            days = self._of_move(segment, tile, days or self._borrowed(place, segment))
            self._check_single(segment, tile, days)
            self._keep(segment, spans.timed(tile, days, self._times(segment, tile)))
        elif tile.shape == "lasting":
            self._lasting(place, segment, tile, tile.parts["length"][0].value)
        elif tile.shape == "moment":
            self._moment(place, segment, tile)

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
        denied = denied or _DENIED.search(before) is not None
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
        before = self.folded[segment.start : tile.start].lower()
        if kinds(days) in {"DRD", "D-D"} and "F" in tile.lead and _MOVED_FROM.search(before):
            return days[-1:]
        return days

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
            found.append((sides[0], sides[1]))
        return found

    def _lasting(self, place: int, segment: Segment, tile: Tile, length: Length) -> None:
        left = side_of(tile.parts["left"], self.folded)
        if not left.days:
            left.days = self._borrowed(place, segment)
        self._keep(segment, self._spans(segment).lasting(tile, left, length))

    def _moment(self, place: int, segment: Segment, tile: Tile) -> None:
        """Keep a start whose length is told elsewhere, or else note that it stands alone."""
        later = [
            (s, t)
            for s, t in self._listed[place + 1 :]
            if t.shape == "length"
            and id(t) not in self._taken
            and s.sentence - segment.sentence <= _SOON
        ]
        earlier = [
            (s, t)
            for s, t in self._listed[:place]
            if t.shape == "length" and id(t) not in self._taken and s is segment
        ]
        if not later and len(earlier) == 1 and "F" in tile.lead:
            later = earlier
        until = later[0][1].start if later else 0
        between = [
            t
            for _, t in self._listed[place + 1 :]
            if t.shape in {"range", "times", "moment"} and t.start < until
        ]
        is_told = later and (
            "F" in tile.lead or later[0][0] is segment or later[0][0].signs.announces
        )
        if is_told and not between:
            self._taken |= {id(tile), id(later[0][1])}
            self._lasting(place, segment, tile, later[0][1].parts["length"][0].value)
        else:
            self.made.moments.append((segment, tile))

    # --- days that stand apart from their times -----------------------------------------------

    def _borrowed(self, place: int, segment: Segment) -> list[Atom]:
        """Return the days of times that name none: of their sentence, or the only ones."""
        before = [
            (s, t)
            for s, t in self._listed[:place]
            if t.shape == "days" and s.sentence == segment.sentence
        ]
        after = [
            (s, t)
            for s, t in self._listed[place + 1 :]
            if t.shape == "days" and s.sentence == segment.sentence
        ]
        for found in (list(reversed(before)), after):
            usable = [(s, t) for s, t in found if not re.search("[ELUFR]", t.lead)]
            if usable:
                self._taken.add(id(usable[0][1]))
                return usable[0][1].parts["days"]
        repeating = [a for a in segment.atoms if a.kind == "N"]
        if repeating:
            return repeating[:1]
        told = [t for s, t in self._listed if s.sentence == segment.sentence and not _is_limit(t)]
        named = {
            str(a.value): a
            for t in told
            for part in t.parts.values()
            for a in part
            if a.kind == "D"
        }
        if len(named) == 1:
            return list(named.values())
        return self._only_days(segment)

    def _only_days(self, segment: Segment) -> list[Atom]:
        earlier = self._named([s for s in self.segments if s.number < segment.number])
        for named in (
            earlier,
            self._named([s for s in self.segments if s.number != segment.number]),
        ):
            distinct = {tuple(str(a.value) for a in days if a.kind in "DWN") for days in named}
            if len(distinct) == 1:
                return named[0]
        raise UncertainError(
            "the times have no day" if not distinct else "which day the times are of is not said"
        )

    def _named(self, segments: list[Segment]) -> list[list[Atom]]:
        """Return the days that segments about the same maintenance name."""
        named: list[list[Atom]] = []
        near = [s for s in segments if not s.signs.any("past", "none")]
        for other in near:
            for tile in other.tiles:
                if _is_limit(tile) or tile.shape in {"zone", "length"}:
                    continue
                is_today = "today" in self.folded[tile.start : tile.end].lower()
                if is_today or (
                    not other.signs.any("other") and (other.signs.announces or other.is_bare)
                ):
                    for part in ("days", "left", "right"):
                        days = [a for a in tile.parts.get(part, []) if a.kind in "DWN-RAC"]
                        if any(a.kind in "DWN" for a in days):
                            named.append(days)
        return named

    def _loose_days(self, segment: Segment, tile: Tile) -> None:
        """Days without times: limits and exceptions of a repetition, or whole days."""
        days = tile.parts["days"]
        mine = [p for p in self.made.pieces if p.segment.sentence == segment.sentence]
        repeating = [p for p in mine if p.span.rule]
        if not set(kinds(days)) - {"N"} and mine:
            return
        with suppress(UncertainError):
            if self._is_summary(days, mine):
                return
            if kinds(days) == "D" and set(dates_of(days, self.dates)[0]) <= {
                p.span.day for p in mine
            }:
                return
        try:
            if "E" in tile.lead or segment.signs.any("none"):
                self._except(segment, days, final=_is_final(segment, tile))
            elif repeating and any(a.kind == "D" for a in days):
                self._limit(repeating, tile, days)
            elif all(p.span.whole for p in mine) and self._is_whole(segment, tile):
                self._keep(segment, self._spans(segment).whole(tile, days))
            else:
                self.made.moments.append((segment, tile))
        except UncertainError as error:
            self.made.problems.append((segment, str(error)))

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

    def _except(self, segment: Segment, days: list[Atom], *, final: bool) -> None:
        repeating = [p for p in self.made.pieces if p.span.rule]
        if not repeating:
            return
        if any(a.kind in "WN" for a in days):
            for piece in repeating:
                _remove(piece, days)
            return
        dates, through = dates_of(days, self.dates)
        if through:
            dates = list(every_day(*dates))
        self.made.exceptions.append((segment, tuple(dates)))
        for piece in repeating:
            old = piece.span.limits
            until = dates[-1] if final else old.until
            piece.span = replace(
                piece.span, limits=Limits(old.since, until, (*old.excepted, *dates))
            )

    def _limit(self, repeating: list[Piece], tile: Tile, days: list[Atom]) -> None:
        dates, through = dates_of(days, self.dates)
        for piece in repeating:
            old = piece.span.limits
            if through:
                piece.span = replace(piece.span, limits=Limits(dates[0], dates[1], old.excepted))
            elif piece.span.rule == "FREQ=DAILY" and not tile.lead.strip("A"):
                self.made.pieces.remove(piece)
                self._keep(piece.segment, [replace(piece.span, rule="", day=day) for day in dates])
            elif len(dates) == 1 and re.search("[RU-]", tile.lead):
                piece.span = replace(piece.span, limits=Limits(old.since, dates[0], old.excepted))
            elif len(dates) == 1 and "F" in tile.lead:
                piece.span = replace(piece.span, limits=Limits(dates[0], old.until, old.excepted))
            else:
                self.made.pieces.remove(piece)
                raise UncertainError("a date beside a repetition")


def _remove(piece: Piece, days: list[Atom]) -> None:
    """Take weekdays out of a rule: every day except Sunday."""
    weekdays, _, _, rule = weekdays_of(days)
    span = piece.span
    if rule or not weekdays:
        raise UncertainError("which days are excepted is not certain")
    names = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
    if span.rule == "FREQ=DAILY":
        kept = [n for n in range(7) if n not in weekdays]
    elif span.rule.startswith("FREQ=WEEKLY;BYDAY="):
        kept = [names[d] for d in span.rule[18:].split(",") if names[d] not in weekdays]
    else:
        kept = []
    if not kept:
        raise UncertainError("which days are excepted is not certain")
    back = {v: k for k, v in names.items()}
    piece.span = replace(span, rule="FREQ=WEEKLY;BYDAY=" + ",".join(back[n] for n in kept))
