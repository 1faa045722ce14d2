"""One text to one notice."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from probe.maintenance.reading.atoms import Atom, Day
from probe.maintenance.reading.assemble import Assembler, Assembly, Piece
from probe.maintenance.reading.clocks import DAY, UncertainError, alone
from probe.maintenance.reading.components import components_of, mentions, spared_of
from probe.maintenance.reading.compose import compose
from probe.maintenance.reading.context import Context
from probe.maintenance.reading.days import Dates
from probe.maintenance.reading.lexer import MOST, MOST_WORDS, scan
from probe.maintenance.reading.plans import Limits, is_too_much, plan_of
from probe.maintenance.reading.scope import SPOKEN, Signs, signs_of
from probe.maintenance.reading.segments import LABELS, Segment, segments_of
from probe.maintenance.reading.shapes import Tile
from probe.maintenance.reading.spans import Span, side_of
from probe.maintenance.reading.text import LONGEST, fingerprint, fold, is_deceptive, plain
from probe.types import Impact, Notice, NoticeState, Plan

_MACHINE = re.compile(
    r"start\w*[: ]+(\d{4}-\d\d-\d\dT[\d:.]{5,15}(?:Z|[+-]\d\d:?\d\d))[,; ]+end\w*[: ]+"
    r"(\d{4}-\d\d-\d\dT[\d:.]{5,15}(?:Z|[+-]\d\d:?\d\d))",
    re.IGNORECASE,
)
_SAME_SUBJECT = re.compile(
    r"\W*(?:it|this|these|they|the (?:outage|maintenance|window|work|upgrade|downtime|system|period))\b",
    re.IGNORECASE,
)
_MOVE = re.compile(r"re-?scheduled|moved|postponed|changed|pushed|shifted|brought forward|delayed")
_MOVING = re.compile(
    r"\b(?:mov\w+|chang\w+|shift\w+|switch\w+|re-?schedul\w+)\b[^.;]{0,40}\bfrom\b", re.I
)
_OLD = re.compile(
    r"(?:originally|previously|was (?:scheduled|planned)|instead of|had been|earlier post|old (?:date|time)|not on)\W*(?:\w+\W+){0,3}$"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """What the heading above a text says of it: that it repeats, that it is about maintenance."""

    repeats: bool = False
    announces: bool = False


@dataclass(slots=True)
class _Outcome:
    windows: list[Plan] = field(default_factory=list)
    cancels: list[Plan] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    harmless: bool = False
    over: bool = False


def read_notice(text: str, context: Context, heading: Heading = Heading()) -> Notice:
    """The notice that a whole text is, whatever it holds; never raises.

    HTML is read as a browser shows it. What is uncertain is refused, with a reason for the person
    who reviews it, and what is certain beside it stands.
    """
    if len(text) > LONGEST:
        cut = text[:200]
        return Notice(fingerprint=fingerprint(cut + str(len(text))), text=plain(cut), quote="",
                      state=NoticeState.REFUSED, reason="it is too long to be a notice")  # fmt: skip
    shown = plain(text)
    mark = fingerprint(shown)
    if is_deceptive(text):
        return Notice(fingerprint=mark, text=shown, quote="", state=NoticeState.REFUSED,
                      reason="it holds characters that hide what it says",
                      components=(context.component,))  # fmt: skip
    folded = fold(shown)
    if not heading.announces and SPOKEN.search(folded) is None:
        return Notice(fingerprint=mark, text=shown, quote="", state=NoticeState.IRRELEVANT)
    return _Reader(shown, folded, mark, context, heading).notice()


class _Reader:
    """Reads one text; its methods are the steps, in the order in which they are taken."""

    def __init__(
        self, shown: str, folded: str, mark: str, context: Context, heading: Heading
    ) -> None:
        self.shown, self.folded, self.mark = shown, folded, mark
        self.context, self.heading = context, heading
        self.made = _Outcome()
        self.has_moved = False

    def notice(self) -> Notice:
        machine = _MACHINE.search(self.folded)
        if machine is not None:
            return self._of_machine(machine)
        atoms = scan(self.folded, self.context.timezone)
        if len(atoms) > MOST_WORDS or sum(a.kind not in "xAC" for a in atoms) > MOST:
            return self._notice(NoticeState.REFUSED, "it names too many dates and times")
        atoms = compose(atoms, self.context.day.year)
        self.segments = segments_of(atoms, self.folded)
        self.all_signs = Signs(frozenset(n for s in self.segments for n in s.signs.found))
        if "sample" in self.all_signs:
            return self._notice(NoticeState.IRRELEVANT)
        self._read()
        return self._judged()

    def _of_machine(self, match: re.Match[str]) -> Notice:
        try:
            start, end = (datetime.fromisoformat(match[n]) for n in (1, 2))
        except ValueError:
            return self._notice(NoticeState.REFUSED, "its start and end are no times")
        if not start < end or end - start > self.context.bounds.longest:
            return self._notice(NoticeState.REFUSED, "its start and end are out of bounds")
        seen = datetime(
            self.context.day.year, self.context.day.month, self.context.day.day, tzinfo=UTC
        )
        if end <= seen or start - seen > self.context.bounds.furthest:
            return self._notice(NoticeState.REFUSED, "its start and end are out of bounds")
        lessened = re.search(r"expected ?degraded", self.folded, re.IGNORECASE)
        impact = Impact.DEGRADED if lessened else Impact.OUTAGE
        parts = components_of(self.folded, self.context)
        plan = Plan(
            components=parts,
            impact=impact,
            starts_at=start.astimezone(ZoneInfo("UTC")),
            ends_at=end.astimezone(ZoneInfo("UTC")),
            timezone="UTC",
        )
        if signs_of(self.folded).any("cancelled", "done"):
            self.made.cancels.append(plan)
            return self._notice(NoticeState.CANCELLED)
        self.made.windows.append(plan)
        self.made.spans.append(match.span())
        return self._notice(NoticeState.UNDERSTOOD)

    # --- reading --------------------------------------------------------------------------------

    def _read(self) -> None:
        told = [a for s in self.segments if "other" not in s.signs for a in s.atoms]
        dates = Dates(self.context, told)
        has_half = any(a.kind == "T" and a.value.meridiem for a in told)
        military = any(a.kind == "T" and a.value.military for a in told)
        zones = {a.value for a in told if a.kind == "Z"}
        self.home = tuple(zones) if len(zones) == 1 else ((self.context.timezone,),)
        metric = all(
            zone.startswith(("Europe/", "UTC", "Etc/")) for zones in self.home for zone in zones
        )
        clear = (military or metric) and not has_half
        assembler = Assembler(self.segments, self.folded, dates, clear=clear)
        self.assembly: Assembly = assembler.assemble(
            {s.number: self._repeats(s) for s in self.segments}
        )
        self._without_restatements()
        kept = [p for p in self.assembly.pieces if self._is_about(p.segment)]
        kept = self._without_summaries(kept)
        kept = self._after_the_thread(kept)
        for piece in kept:
            self._plan(piece)
        self._uncertain()
        self._bounded()

    def _repeats(self, segment: Segment) -> bool:
        """Whether a bare weekday here is one of every week."""
        if self.heading.repeats:
            return True
        signs = self._of_sentence(segment)
        if "weekly" in signs:
            return True
        several = sum(len(a.value.days) for a in segment.atoms if a.kind == "W") > 1 or any(
            a.kind == "W" and a.value.every for s in self.segments for a in s.atoms)  # fmt: skip
        dated = any(a.kind == "D" for s in self.segments for a in s.atoms)
        return "coming" not in signs and not dated and ("routine" in signs or several)

    def _of_sentence(self, segment: Segment) -> Signs:
        return Signs(
            frozenset(
                n for s in self.segments if s.sentence == segment.sentence for n in s.signs.found
            )
        )

    def _is_about(self, segment: Segment) -> bool:
        """Whether the times of a segment are those of maintenance; says why not where it is unclear."""
        signs = segment.signs
        if "past" in signs:
            return False
        if not (signs.announces or self._inherits(segment)):
            if not signs.any("other", "available") and self.all_signs.announces:
                self.made.problems.append(
                    "it is not clear whether all its times are those of the maintenance"
                )
            return False
        if "available" in signs and not signs.any("outage", "spared") and not segment.has("E"):
            if signs.announces:
                self.made.problems.append("its times may be those at which something is available")
            return False
        if "other" in signs:
            if signs.announces:
                self.made.problems.append(
                    "the times may be those of something else, such as a help desk"
                )
            return False
        return not ("permanent" in signs and self._permanent())

    def _permanent(self) -> bool:
        self.made.problems.append("something is replaced for good, so the end is none")
        return True

    def _inherits(self, segment: Segment) -> bool:
        """Whether a segment that does not say what it is about belongs to its neighbours."""
        if segment.signs.any("other", "available"):
            return False
        if self.heading.announces or "moved" in segment.signs or "extended" in segment.signs:
            return True
        others = [s for s in self.segments if s is not segment and s.signs.announces]
        if not others:
            return False
        same = [s for s in others if s.sentence == segment.sentence and "none" not in s.signs]
        if same and not any(s.signs.any("other") for s in same):
            return True
        loose = [
            a
            for a in segment.atoms
            if a.kind == "x" and a.value and str(a.value).lower() not in LABELS
        ]
        named = [a for a in loose if not self._is_component(str(a.value))]
        return not named or _SAME_SUBJECT.match(segment.words) is not None

    def _is_component(self, word: str) -> bool:
        return any(word in names for names in self.context.words.values())

    def _without_restatements(self) -> None:
        """A range in brackets, or after a stroke, that gives the one before it in another zone."""
        kept: list[Piece] = []
        for piece in self.assembly.pieces:
            tile = piece.span.tile
            previous = [p for p in kept if p.segment is piece.segment and p.span.zones]
            is_restated = (
                tile is not None and tile.follows in "(/" and piece.span.zones and previous
            )
            if not is_restated or set(previous[-1].span.zones) == set(piece.span.zones):
                kept.append(piece)
                continue
            if not self._agree(previous, piece):
                self.made.problems.append("two zones are given for one time, and they disagree")
                for it in previous:
                    kept.remove(it)
        self.assembly.pieces = kept

    def _agree(self, previous: list[Piece], piece: Piece) -> bool:
        try:
            again = plan_of(piece.span, self.context, self.home, (), Impact.OUTAGE)
            for other in previous:
                plan = plan_of(other.span, self.context, self.home, (), Impact.OUTAGE)
                if _week(plan, again):
                    return True
        except UncertainError:
            return False
        return False

    def _without_summaries(self, pieces: list[Piece]) -> list[Piece]:
        """Whole days that only announce the times given beside them are not windows of their own."""
        timed = [p.span for p in pieces if not p.span.whole]
        if not timed:
            return pieces
        covered = {s.at(s.day)[0].date() for s in timed if s.day}
        return [
            p for p in pieces
            if not p.span.whole or (p.span.day is not None and p.span.day not in covered) or p.span.rule
        ]  # fmt: skip

    # --- the thread -----------------------------------------------------------------------------

    def _after_the_thread(self, pieces: list[Piece]) -> list[Piece]:
        """What cancellations, completions and new times leave of the spans."""
        moved = [s for s in self.segments if "moved" in s.signs and not s.signs.any("other")]
        if moved:
            pieces = self._moved(pieces)
        for sign in ("cancelled", "done", "none"):
            for segment in self.segments:
                if sign not in segment.signs or "other" in segment.signs:
                    continue
                pieces = self._taken_back(pieces, segment, sign)
        if "extended" in self.all_signs:
            pieces = self._extended(pieces)
        return pieces

    def _moved(self, pieces: list[Piece]) -> list[Piece]:
        old = [p for p in pieces if self._is_old(p, pieces)]
        new = [p for p in pieces if p not in old]
        if old:
            self._cancel(old)
        self.has_moved = bool(new)
        if old and not new:
            self.made.problems.append("its new time is not certain")
        untold = [
            t
            for s, t in self.assembly.moments
            if "moved" in s.signs and t.shape == "moment" and not _OLD.search(self._before(s, t))
        ]
        if untold and not any("moved" in p.segment.signs for p in new):
            self.made.problems.append("its time was changed")
            return []
        return new

    def _before(self, segment: Segment, tile: Tile) -> str:
        return self.folded[segment.start : tile.start].lower()

    def _is_old(self, piece: Piece, pieces: list[Piece]) -> bool:
        tile = piece.span.tile
        if tile is None:
            return False
        start = piece.segment.start
        before = self.folded[start : tile.start].lower()
        after = self.folded[tile.end : piece.segment.end].lower()
        if _OLD.search(before):
            return True
        later = any(
            p.span.tile is not None and p.span.tile.start > tile.start
            for p in pieces
            if p is not piece
        )
        if _MOVE.search(after) and not _MOVE.search(before):
            return True
        return (
            later
            and bool(
                re.search(r"(?:moved|changed|rescheduled|postponed|shifted)\b[^.]{0,30}$", before)
            )
            and ("F" in tile.lead)
        )

    def _taken_back(self, pieces: list[Piece], segment: Segment, sign: str) -> list[Piece]:
        if sign == "cancelled" and self.has_moved:
            later = any(p.segment.number >= segment.number for p in pieces)
            if later or "moved" in segment.signs:
                return pieces
        own = [p for p in pieces if p.segment is segment]
        if sign == "none":
            if own and not segment.has("E"):
                plain_ = [p for p in own if not p.span.rule or "none" in p.segment.signs]
                self._cancel(plain_)
                self.made.over = True
                return [p for p in pieces if p not in plain_]
            return pieces
        named = self._named_in(segment, pieces)
        dated = bool(Dates(self.context, segment.atoms).known)
        gone = own or named or ([] if dated and sign == "cancelled" else pieces)
        if (
            own
            and sign == "done"
            and re.search(r"will be (?:complete|finish)", segment.words.lower())
        ):
            return pieces
        if sign == "done" and not pieces and "past" in self.all_signs:
            return pieces
        if sign == "cancelled" and not gone:
            self._cancel_days(segment)
        self._cancel(gone)
        self.made.over = True
        return [p for p in pieces if p not in gone]

    def _cancel_days(self, segment: Segment) -> None:
        """A cancelled date without times takes back whatever is on it."""
        days = Dates(self.context, segment.atoms).known
        self._cancel([Piece(Span(day, (0, DAY), whole=True), segment) for day in days])

    def _named_in(self, segment: Segment, pieces: list[Piece]) -> list[Piece]:
        dates = Dates(self.context, segment.atoms).known
        return [p for p in pieces if p.span.day in dates]

    def _cancel(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            try:
                parts = components_of(piece.segment.words, self.context)
                piece = self._this_week(piece)
                self.made.cancels.append(
                    plan_of(piece.span, self.context, self.home, parts, Impact.OUTAGE, piece.limits)
                )
            except UncertainError:
                continue

    def _this_week(self, piece: Piece) -> Piece:
        """Of what repeats, the one occurrence that "this week" takes back."""
        once = re.search(
            r"\b(?:this (?:week|coming|mon|tue|wed|thu|fri|sat|sun)|tonight|today)",
            self.folded.lower(),
        )
        if not piece.span.rule or once is None or not self.context.day_is_borne:
            return piece
        plan = plan_of(piece.span, self.context, self.home, (), Impact.OUTAGE, piece.limits)
        return Piece(replace(piece.span, rule="", day=plan.starts_at.date()), piece.segment)

    def _extended(self, pieces: list[Piece]) -> list[Piece]:
        """An end that is told anew is not guessed at: what was certain before it stands."""
        told = [
            (s, t)
            for s, t in self.assembly.moments
            if t.shape == "moment" and "extended" in s.signs and re.search("[RU]", t.lead)
        ]
        if not told:
            return pieces
        if (
            len(told) == 1
            and len(pieces) == 1
            and not pieces[0].span.rule
            and not pieces[0].span.whole
        ):
            side = side_of(told[0][1].parts["left"], self.folded)
            clock = side.clock
            if clock is not None and not side.days and not clock.is_plain:
                span = pieces[0].span
                last = max(span.minutes[1], span.minutes[0])
                end = alone(clock, end=False, clear=True)
                while end <= last:
                    end += DAY
                if end - last < DAY // 2:
                    pieces[0].span = replace(span, minutes=(span.minutes[0], end))
                    self.assembly.moments.remove(told[0])
                    return pieces
        self.made.problems.append("its end was changed")
        longer = all("extend" in s.words.lower() or "longer" in s.words.lower() for s, _ in told)
        return pieces if longer else []

    # --- plans ----------------------------------------------------------------------------------

    def _plan(self, piece: Piece) -> None:
        impact = self._impact(piece)
        if impact is None:
            self.made.harmless = True
            return
        parts = components_of(self._words_of(piece), self.context, fallback=self.folded)
        spared = spared_of([s.words for s in self.segments if "spared" in s.signs], self.context)
        parts = tuple(c for c in parts if c not in spared)
        if not parts:
            self.made.harmless = True
            return
        if any(a.kind == "!" for a in piece.segment.atoms):
            reason = next(str(a.value) for a in piece.segment.atoms if a.kind == "!")
            self.made.problems.append(reason)
            return
        if piece.segment.has("E") and piece.segment.has("h"):
            self.made.problems.append("which days are holidays is not said")
            return
        try:
            plan = plan_of(piece.span, self.context, self.home, parts, impact, self._limits(piece))
        except UncertainError as error:
            self.made.problems.append(str(error))
            return
        if plan not in self.made.windows:
            self.made.windows.append(plan)
        tile = piece.span.tile
        self.made.spans.append((piece.segment.start, piece.segment.end))
        if tile is not None:
            self.made.spans.append((tile.start, tile.end))

    def _limits(self, piece: Piece) -> Limits:
        """What limits a repetition, a month's name beside it included."""
        months = [a.value for a in piece.segment.atoms if a.kind == "u"]
        limits = piece.limits
        if not piece.span.rule:
            return limits
        if _MOVING.search(piece.segment.words):
            raise UncertainError("its days are said to change")
        if len(months) > 1:
            raise UncertainError("a repetition in certain months")
        if months:
            dates = Dates(self.context, ())
            first = dates.of(Day(None, months[0], 1))
            return Limits(
                first,
                (first + timedelta(days=31)).replace(day=1) - timedelta(days=1),
                limits.excepted,
            )
        return limits

    def _words_of(self, piece: Piece) -> str:
        """The words that name what a window is of: where a segment has several, those beside it."""
        segment, tile = piece.segment, piece.span.tile
        beside = [p.span.tile for p in self.assembly.pieces if p.segment is segment and p.span.tile]
        places = sorted({(t.start, t.end) for t in beside})
        if tile is None or len(places) < 2 or len(mentions(segment.words, self.context)) < 2:
            return segment.words
        if (tile.start, tile.end) not in places:
            return segment.words
        at = places.index((tile.start, tile.end))
        before = self.folded[places[at - 1][1] if at else segment.start : tile.start]
        after = self.folded[tile.end : places[at + 1][0] if at + 1 < len(places) else segment.end]
        leads = bool(mentions(self.folded[segment.start : places[0][0]], self.context))
        words = before if leads else after
        return words if mentions(words, self.context) else segment.words

    def _impact(self, piece: Piece) -> Impact | None:
        own = piece.segment.signs
        followers = self._followers(piece.segment)
        if "harmless" in own and "degraded" not in own:
            return None if "outage" not in own else Impact.DEGRADED
        if "degraded" in own:
            return Impact.DEGRADED
        if "spared" in own and "outage" not in own:
            return None
        if "outage" in own:
            return Impact.OUTAGE
        if any("degraded" in s for s in followers):
            return Impact.DEGRADED
        if any("harmless" in s and "outage" not in s for s in followers):
            return None
        if any("outage" in s for s in followers):
            return Impact.OUTAGE
        if any("spared" in s and "itself" in s for s in followers):
            return Impact.DEGRADED
        return Impact.OUTAGE

    def _followers(self, segment: Segment) -> list[Signs]:
        """The signs of the segments without windows that speak of the same window as this one."""
        busy = {p.segment.number for p in self.assembly.pieces}
        found = []
        for other in self.segments[segment.number + 1 :]:
            if other.number in busy:
                break
            found.append(other.signs)
        if not any(n in busy for n in range(segment.number)):
            found += [s.signs for s in self.segments[: segment.number]]
        return found

    def _uncertain(self) -> None:
        busy = {p.segment.number for p in self.assembly.pieces}
        for segment, reason in self.assembly.problems:
            if (segment.signs.announces or self._inherits(segment)) and not segment.signs.any(
                "other", "past"
            ):
                self.made.problems.append(reason)
            elif self.all_signs.announces and not segment.signs.any("other", "past", "available"):
                self.made.problems.append(
                    "it is not clear whether all its times are those of the maintenance"
                )
        for segment in self.segments:
            if not segment.signs.announces or segment.signs.any("other", "past"):
                continue
            self.made.problems += segment.problems
            if segment.number in busy and segment.has("h") and not segment.has("E"):
                self.made.problems.append("which days are holidays is not said")
            if segment.number not in busy and not self._is_vague(segment):
                self.made.problems += [str(a.value) for a in segment.atoms if a.kind == "!"]
        for segment, tile in self.assembly.moments:
            before = self.folded[segment.start : tile.start].lower()
            if (
                self._is_told(tile)
                or _OLD.search(before)
                or segment.signs.any("cancelled", "done", "none")
            ):
                continue
            words = self.shown[tile.start : tile.end]
            if (
                segment.signs.announces
                and not segment.signs.any("other", "past")
                and "L" not in tile.lead
            ):
                self.made.problems.append(f"{words!r} has no certain end or start")

    def _is_vague(self, segment: Segment) -> bool:
        """Whether it names no time at all and only says that there may be maintenance."""
        endless = any(a.kind == "!" and "until" in str(a.value) for a in segment.atoms)
        return not segment.is_temporal and not endless

    def _is_told(self, tile: Tile) -> bool:
        """Whether a lone moment only repeats an end of a window."""
        clocks = [a.value for part in tile.parts.values() for a in part if a.kind == "T"]
        ends = {m % DAY for p in self.assembly.pieces for m in p.span.minutes}
        try:
            return bool(clocks) and all(
                alone(c, end=False, clear=True) % DAY in ends for c in clocks
            )
        except UncertainError:
            return False

    def _bounded(self) -> None:
        bounds = self.context.bounds
        dated = [w for w in self.made.windows if w.recurrence is None]
        if len(self.made.windows) > bounds.per_page:
            self._refuse(self.made.windows, f"it has more than {bounds.per_page} windows")
        elif is_too_much(dated, self.context.day, bounds):
            self._refuse(dated, "its windows together are longer than is believed")
        for window in list(self.made.windows):
            if window.recurrence and is_too_much([window], self.context.day, bounds):
                self._refuse([window], "its windows together are longer than is believed")

    def _refuse(self, windows: list[Plan], reason: str) -> None:
        self.made.windows = [w for w in self.made.windows if w not in windows]
        self.made.problems.append(reason)

    # --- the verdict ----------------------------------------------------------------------------

    def _judged(self) -> Notice:
        made = self.made
        if made.windows:
            return self._notice(NoticeState.UNDERSTOOD, self._reasons())
        if made.over or (made.cancels and not made.problems):
            return self._notice(NoticeState.CANCELLED)
        if made.harmless and not made.problems:
            return self._notice(NoticeState.UNDERSTOOD)
        speaking = [
            s
            for s in self.segments
            if s.signs.announces and not s.signs.any("other", "past", "none")
        ]
        if not made.problems and any("cancelled" in s.signs for s in speaking):
            return self._notice(NoticeState.CANCELLED)
        if made.problems and (speaking or self.heading.announces):
            return self._notice(NoticeState.REFUSED, self._reasons())
        planned = [
            s for s in speaking
            if s.signs.any("work", "outage_noun", "outage") and (s.signs.any("advisory", "coming") or s.has("!"))
        ]  # fmt: skip
        planned = [s for s in planned if not s.signs.any("pointer", "conditional")]
        if any(s.is_temporal for s in planned):
            return self._notice(NoticeState.REFUSED, "no time of it is certain")
        if any("work" in s.signs for s in planned):
            return self._notice(NoticeState.ADVISORY)
        return self._notice(NoticeState.IRRELEVANT)

    def _reasons(self) -> str:
        return "; ".join(dict.fromkeys(self.made.problems))[:500]

    def _notice(self, state: NoticeState, reason: str = "") -> Notice:
        quote = ""
        if self.made.spans:
            start = min(s for s, _ in self.made.spans)
            end = max(e for _, e in self.made.spans)
            quote = self.shown[start:end].strip()
        elif state is not NoticeState.IRRELEVANT:
            quote = self.shown[:500]
        parts: tuple[str, ...] = ()
        if state is not NoticeState.IRRELEVANT:
            parts = tuple(
                dict.fromkeys(
                    c for w in (*self.made.windows, *self.made.cancels) for c in w.components
                )
            )
            parts = parts or components_of(self.folded, self.context)
        return Notice(
            fingerprint=self.mark, text=self.shown, quote=quote, state=state, reason=reason,
            windows=tuple(sorted(self.made.windows, key=lambda w: w.starts_at)),
            components=parts, cancels=tuple(self.made.cancels),
        )  # fmt: skip


def _week(first: Plan, second: Plan) -> bool:
    """Whether two plans are the same time of the week, and as long."""
    if first.ends_at - first.starts_at != second.ends_at - second.starts_at:
        return False
    week = 7 * 24 * 3600
    apart = (second.starts_at - first.starts_at).total_seconds()
    if first.recurrence is None and second.recurrence is None:
        return apart % (24 * 3600) == 0 and abs(apart) <= 24 * 3600
    return apart % (24 * 3600) == 0 and abs(apart) <= week
