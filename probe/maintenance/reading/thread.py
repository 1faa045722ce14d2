"""The thread of a notice: what was cancelled, is over, was moved or extended."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from probe.maintenance.reading.assembly import Piece
from probe.maintenance.reading.clocks import DAY, UncertainError, alone
from probe.maintenance.reading.components import components_of
from probe.maintenance.reading.days import Dates, dates_of
from probe.maintenance.reading.draft import Draft
from probe.maintenance.reading.plans import plan_of
from probe.maintenance.reading.rewrite import kinds
from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.shapes import Tile
from probe.maintenance.reading.side import Side, side_of
from probe.maintenance.reading.span import Span
from probe.types import Impact

_MOVE = re.compile(r"re-?scheduled|moved|postponed|changed|pushed|shifted|brought forward|delayed")
_MOVED_TO = re.compile(
    r"\b(?:re-?scheduled|moved|postponed|shifted|pushed(?: back)?|changed)\b[^.;]{0,20}"
    r"\b(?:to|for|until)\b",
    re.IGNORECASE,
)
_NEW = re.compile(r"\W*(?:update\W+)?(?:the )?new (?:date|time|window|schedule)\b", re.IGNORECASE)
_NEW_DAY = re.compile(r"\bnew date\b", re.IGNORECASE)
_MOVED_AWAY = re.compile(
    r"(?:moved|postponed|shifted|pushed|put back|brought forward|delayed)\W*"
    r"(?:(?!now|to|will|is|and|runs?)\w+\W+){0,3}$"
)
_CORRECTION = re.compile(
    r"\W*(?:corrections?\b|erratum|the correct (?:date|time)|(?:sorry,? )?we meant|edited: it)",
    re.IGNORECASE,
)
_CORRECTION_OF = re.compile(r"\W*correction (?:to|of)\b", re.IGNORECASE)
_ONE_OF = re.compile(
    r"\b(?:first|second|third|last|latter|former|one)\b[^.;]{0,30}\b(?:outages?|windows?)"
)
OLD = re.compile(
    r"(?:originally|previously|\(was|was (?:scheduled|planned)|instead of|had been|earlier post"
    r"|(?:old|earlier) (?:date|time)|earlier:[^.;]*|not on)\W*(?:\w+\W+){0,3}$"
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
    if any("extended" in s.signs and "other" not in s.signs for s in draft.segments):
        pieces = _extended(draft, pieces)
    return _corrected(draft, pieces)


def _corrected(draft: Draft, pieces: list[Piece]) -> list[Piece]:
    """Return what a correction says; what it corrects stands no longer, even if it says nothing."""
    numbers = [s.number for s in draft.segments if _CORRECTION.match(s.words)]
    if not numbers or not pieces:
        return pieces
    last = draft.segments[numbers[-1]]
    first = last.number + (1 if _CORRECTION_OF.match(last.words) else 0)
    said = [p for p in pieces if p.segment.number >= first]
    if not said:
        draft.problems.append("what a correction leaves of it is not certain")
    return said


def _moved(draft: Draft, pieces: list[Piece]) -> list[Piece]:
    old = [p for p in pieces if _is_old(draft, p, pieces)]
    new = [p for p in pieces if p not in old]
    told = [p for p in new if "moved" in p.segment.signs and _MOVED_TO.search(p.segment.words)]
    told += [p for p in new if p not in told and _NEW.match(p.segment.words)]
    standing = [p for p in new if "moved" not in p.segment.signs and not p.span.rule]
    if told and len(standing) == 1 and not old:
        old, new = standing, [p for p in new if p is not standing[0]]
    if old:
        _cancel(draft, old)
    draft.has_moved = bool(new) and (bool(old) or any("moved" in p.segment.signs for p in new))
    if new:
        _cancel_moved_days(draft)
    if old and not new:
        draft.problems.append("its new time is not certain")
    untold = [
        t
        for s, t in draft.assembly.moments
        if "moved" in s.signs
        and (t.shape == "moment" or (t.shape == "days" and _NEW_DAY.search(s.words)))
        and not OLD.search(_before(draft, s, t))
    ]
    if untold and not any("moved" in p.segment.signs for p in new):
        draft.problems.append("its time was changed")
        return []
    return new


def _cancel_moved_days(draft: Draft) -> None:
    """Take back the days that are named before "has been rescheduled to"."""
    for segment, tile in list(draft.assembly.moments):
        after = draft.folded[tile.end : segment.end].lower()
        if tile.shape != "days" or "moved" not in segment.signs or not _MOVE.search(after):
            continue
        dates = Dates(draft.context, tile.parts["days"]).known
        _cancel_days(draft, segment, dates)
        draft.assembly.moments.remove((segment, tile))


def _before(draft: Draft, segment: Segment, tile: Tile) -> str:
    return draft.folded[segment.start : tile.start].lower()


def _is_old(draft: Draft, piece: Piece, pieces: list[Piece]) -> bool:
    tile = piece.span.tile
    if tile is None:
        return False
    before = _before(draft, piece.segment, tile)
    after = draft.folded[tile.end : piece.segment.end].lower()
    if OLD.search(before):
        return True
    later = any(
        p.span.tile is not None and p.span.tile.start > tile.start for p in pieces if p is not piece
    )
    if _MOVE.search(after) and not _MOVE.search(before):
        return True
    is_both = kinds(tile.parts.get("days", [])) in {"DRD", "D-D"}
    if "F" in tile.lead and not is_both and _MOVED_AWAY.search(before):
        return True
    return (
        later
        and bool(re.search(r"(?:moved|changed|rescheduled|postponed|shifted)\b[^.]{0,30}$", before))
        and ("F" in tile.lead)
    )


def _taken_back(draft: Draft, pieces: list[Piece], segment: Segment, sign: str) -> list[Piece]:
    """Return what a segment that cancels, denies or ends maintenance leaves of the pieces."""
    own = [p for p in pieces if p.segment is segment]
    if sign == "cancelled" and len(pieces) > 1 and _ONE_OF.search(segment.words.lower()):
        draft.problems.append("which of several is cancelled is not certain")
        return []
    if sign == "none":
        dated = bool(Dates(draft.context, segment.atoms).known)
        gone = [] if segment.has("E") else [p for p in own if not (p.span.rule and dated)]
        draft.over = draft.over or bool(gone)
    elif sign == "done":
        gone = _ended(draft, pieces, segment)
    else:
        gone = _cancelled(draft, pieces, segment)
    _cancel(draft, gone)
    return [p for p in pieces if p not in gone]


def _ended(draft: Draft, pieces: list[Piece], segment: Segment) -> list[Piece]:
    """Return the pieces that are over; what repeats goes on, and so does what is later."""
    own = [p for p in pieces if p.segment is segment]
    is_told_of_end = own and re.search(r"will be (?:complete|finish)", segment.words.lower())
    if is_told_of_end or (not pieces and "past" in draft.all_signs):
        return []
    draft.over = True
    last = max(Dates(draft.context, segment.atoms).known, default=date.max)
    for piece in (p for p in pieces if p.span.rule and p.span.limits.until and last < date.max):
        since = last + timedelta(days=1)
        piece.span = replace(piece.span, limits=replace(piece.span.limits, since=since))
    return own or [p for p in pieces if p.span.day is not None and p.span.day <= last]


def _cancelled(draft: Draft, pieces: list[Piece], segment: Segment) -> list[Piece]:
    """Return the pieces that are cancelled: those on the dates that it names, or else all."""
    if draft.has_moved and (
        "moved" in segment.signs or any(p.segment.number >= segment.number for p in pieces)
    ):
        return []
    if _names_new_day(draft, segment):
        draft.problems.append("its new time is not certain")
    else:
        draft.over = True
    dates = _dates_before_the_move(draft, segment)
    if not dates:
        return [p for p in pieces if p.segment is segment] or pieces
    gone = [p for p in pieces if p.span.day in dates]
    repeating = [p for p in pieces if p.span.rule]
    for piece in repeating:
        limits = piece.span.limits
        excepted = (*limits.excepted, *dates)
        piece.span = replace(piece.span, limits=replace(limits, excepted=excepted))
    if not gone:
        _cancel_days(draft, segment, dates)
    return gone


def _names_new_day(draft: Draft, segment: Segment) -> bool:
    """Whether a day without hours stands behind "postponed to", in it or right after it."""
    later = [s for s in draft.segments[segment.number :] if "moved" in s.signs][:2]
    moves = {s.number: _MOVED_TO.search(s.words) for s in later}
    told = [(s, t.start) for s, t in draft.assembly.moments]
    told += [
        (p.segment, p.span.tile.start)
        for p in draft.assembly.pieces
        if p.span.whole and p.span.tile is not None
    ]
    return any(
        (move := moves.get(s.number)) is not None and start >= s.start + move.start()
        for s, start in told
    )


def _dates_before_the_move(draft: Draft, segment: Segment) -> list[date]:
    """Return the dates that a segment takes back: not the new ones, after "postponed to"."""
    move = _MOVE.search(segment.words.lower())
    until = segment.start + move.start() if move else segment.end
    told = [a for a in segment.atoms if a.start < until and draft.folded[a.end : a.end + 1] != ":"]
    return Dates(draft.context, told).known


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


def _cancel_days(draft: Draft, segment: Segment, dates: list[date]) -> None:
    """Take back whatever is announced for these days."""
    _cancel(draft, [Piece(Span(day, (0, DAY), whole=True), segment) for day in dates])


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


def _new_end(draft: Draft, span: Span, side: Side) -> int | None:
    """Return the later end that a side tells, in minutes from midnight of the span's first day.

    None where it is not certain; without a date it is the first such time after the old end, within
    half a day.
    """
    clock, last = side.clock, span.minutes[1]
    if clock is None or clock.is_plain or span.day is None:
        return None
    end = alone(clock, end=False, clear=True)
    if not side.days:
        end += -(-(last + 1 - end) // DAY) * DAY
        return end if end - last < DAY // 2 else None
    if kinds(side.days) != "D" or clock.word == "midnight":
        return None
    (day, *others), _ = dates_of(side.days, Dates(draft.context, side.days))
    end += (day - span.day).days * DAY
    return end if end > last and not others else None


def _extended(draft: Draft, pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with the end that is told anew, where there is only one it can be."""
    told = [
        (s, t)
        for s, t in draft.assembly.moments
        if t.shape == "moment"
        and "extended" in s.signs
        and "other" not in s.signs
        and re.search("[RU]", t.lead)
    ]
    if not told:
        return pieces
    if len(told) == 1 and len(pieces) == 1 and not pieces[0].span.rule and not pieces[0].span.whole:
        side = side_of(told[0][1].parts["left"], draft.folded)
        end = None
        with suppress(UncertainError):  # a weekday that is not that of its date
            end = _new_end(draft, pieces[0].span, side)
        if end is not None:
            span = pieces[0].span
            pieces[0].span = replace(span, minutes=(span.minutes[0], end))
            draft.assembly.moments.remove(told[0])
            return pieces
    draft.problems.append("its end was changed")
    longer = all("extend" in s.words.lower() or "longer" in s.words.lower() for s, _ in told)
    return pieces if longer else []
