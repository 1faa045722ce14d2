"""The thread of a notice: what was cancelled, is over, was moved or extended."""

import re
from dataclasses import replace

from probe.maintenance.reading.assemble import Piece
from probe.maintenance.reading.clocks import DAY, UncertainError, alone
from probe.maintenance.reading.components import components_of
from probe.maintenance.reading.days import Dates
from probe.maintenance.reading.draft import Draft
from probe.maintenance.reading.plans import plan_of
from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.shapes import Tile
from probe.maintenance.reading.spans import Span, side_of
from probe.types import Impact

_MOVE = re.compile(r"re-?scheduled|moved|postponed|changed|pushed|shifted|brought forward|delayed")
_MOVING = re.compile(
    r"\b(?:mov\w+|chang\w+|shift\w+|switch\w+|re-?schedul\w+)\b[^.;]{0,40}\bfrom\b", re.IGNORECASE
)
OLD = re.compile(
    r"(?:originally|previously|was (?:scheduled|planned)|instead of|had been|earlier post"
    r"|old (?:date|time)|not on)\W*(?:\w+\W+){0,3}$"
)


def after_the_thread(draft: Draft, pieces: list[Piece]) -> list[Piece]:
    """Return what cancellations, completions and new times leave of the spans."""
    moved = [s for s in draft.segments if "moved" in s.signs and not s.signs.any("other")]
    if moved:
        pieces = _moved(draft, pieces)
    for sign in ("cancelled", "done", "none"):
        for segment in draft.segments:
            if sign not in segment.signs or "other" in segment.signs:
                continue
            pieces = _taken_back(draft, pieces, segment, sign)
    if "extended" in draft.all_signs:
        pieces = _extended(draft, pieces)
    return pieces


def _moved(draft: Draft, pieces: list[Piece]) -> list[Piece]:
    old = [p for p in pieces if _is_old(draft, p, pieces)]
    new = [p for p in pieces if p not in old]
    if old:
        _cancel(draft, old)
    draft.has_moved = bool(new)
    if old and not new:
        draft.problems.append("its new time is not certain")
    untold = [
        t
        for s, t in draft.assembly.moments
        if "moved" in s.signs and t.shape == "moment" and not OLD.search(_before(draft, s, t))
    ]
    if untold and not any("moved" in p.segment.signs for p in new):
        draft.problems.append("its time was changed")
        return []
    return new


def _before(draft: Draft, segment: Segment, tile: Tile) -> str:
    return draft.folded[segment.start : tile.start].lower()


def _is_old(draft: Draft, piece: Piece, pieces: list[Piece]) -> bool:
    tile = piece.span.tile
    if tile is None:
        return False
    start = piece.segment.start
    before = draft.folded[start : tile.start].lower()
    after = draft.folded[tile.end : piece.segment.end].lower()
    if OLD.search(before):
        return True
    later = any(
        p.span.tile is not None and p.span.tile.start > tile.start for p in pieces if p is not piece
    )
    if _MOVE.search(after) and not _MOVE.search(before):
        return True
    return (
        later
        and bool(re.search(r"(?:moved|changed|rescheduled|postponed|shifted)\b[^.]{0,30}$", before))
        and ("F" in tile.lead)
    )


def _taken_back(draft: Draft, pieces: list[Piece], segment: Segment, sign: str) -> list[Piece]:
    if sign == "cancelled" and draft.has_moved:
        later = any(p.segment.number >= segment.number for p in pieces)
        if later or "moved" in segment.signs:
            return pieces
    own = [p for p in pieces if p.segment is segment]
    if sign == "none":
        if own and not segment.has("E"):
            plain_ = [p for p in own if not p.span.rule or "none" in p.segment.signs]
            _cancel(draft, plain_)
            draft.over = True
            return [p for p in pieces if p not in plain_]
        return pieces
    named = _named_in(draft, segment, pieces)
    dated = bool(Dates(draft.context, segment.atoms).known)
    gone = own or named or ([] if dated and sign == "cancelled" else pieces)
    if own and sign == "done" and re.search(r"will be (?:complete|finish)", segment.words.lower()):
        return pieces
    if sign == "done" and not pieces and "past" in draft.all_signs:
        return pieces
    if sign == "cancelled" and not gone:
        _cancel_days(draft, segment)
    _cancel(draft, gone)
    draft.over = True
    return [p for p in pieces if p not in gone]


def _cancel_days(draft: Draft, segment: Segment) -> None:
    """Take back whatever is on a cancelled date without times."""
    days = Dates(draft.context, segment.atoms).known
    _cancel(draft, [Piece(Span(day, (0, DAY), whole=True), segment) for day in days])


def _named_in(draft: Draft, segment: Segment, pieces: list[Piece]) -> list[Piece]:
    dates = Dates(draft.context, segment.atoms).known
    return [p for p in pieces if p.span.day in dates]


def _cancel(draft: Draft, pieces: list[Piece]) -> None:
    for piece in pieces:
        try:
            parts = components_of(piece.segment.words, draft.context)
            once = _this_week(draft, piece)
            draft.cancels.append(
                plan_of(once.span, draft.context, draft.home, parts, Impact.OUTAGE)
            )
        except UncertainError:
            continue


def _this_week(draft: Draft, piece: Piece) -> Piece:
    """Of what repeats, the one occurrence that "this week" takes back."""
    once = re.search(
        r"\b(?:this (?:week|coming|mon|tue|wed|thu|fri|sat|sun)|tonight|today)",
        draft.folded.lower(),
    )
    if not piece.span.rule or once is None or not draft.context.day_is_borne:
        return piece
    plan = plan_of(piece.span, draft.context, draft.home, (), Impact.OUTAGE)
    return Piece(replace(piece.span, rule="", day=plan.starts_at.date()), piece.segment)


def _extended(draft: Draft, pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with the end that is told anew, where there is only one it can be."""
    told = [
        (s, t)
        for s, t in draft.assembly.moments
        if t.shape == "moment" and "extended" in s.signs and re.search("[RU]", t.lead)
    ]
    if not told:
        return pieces
    if len(told) == 1 and len(pieces) == 1 and not pieces[0].span.rule and not pieces[0].span.whole:
        side = side_of(told[0][1].parts["left"], draft.folded)
        clock = side.clock
        if clock is not None and not side.days and not clock.is_plain:
            span = pieces[0].span
            last = max(span.minutes[1], span.minutes[0])
            end = alone(clock, end=False, clear=True)
            while end <= last:
                end += DAY
            if end - last < DAY // 2:
                pieces[0].span = replace(span, minutes=(span.minutes[0], end))
                draft.assembly.moments.remove(told[0])
                return pieces
    draft.problems.append("its end was changed")
    longer = all("extend" in s.words.lower() or "longer" in s.words.lower() for s, _ in told)
    return pieces if longer else []
