"""A piece of a notice to its window, where everything about it is certain."""

import re
from dataclasses import replace
from datetime import timedelta

from probe.maintenance.reading.assembly import Piece
from probe.maintenance.reading.atoms import Atom, Day
from probe.maintenance.reading.clocks import UncertainError
from probe.maintenance.reading.components import components_of
from probe.maintenance.reading.days import Dates
from probe.maintenance.reading.draft import Draft
from probe.maintenance.reading.impact import also_out, followers_of, impact_of, words_of
from probe.maintenance.reading.plans import plan_of
from probe.maintenance.reading.rewrite import kinds
from probe.maintenance.reading.shapes import Tile
from probe.maintenance.reading.span import Limits
from probe.maintenance.reading.spared import left_out_of, spared_of
from probe.types import Impact, Plan

_MOVING = re.compile(
    r"\b(?:mov(?:ed|es|ing)|chang(?:ed|ing)|shift(?:ed|ing)|switch(?:ed|ing)|re-?schedul\w+)\b"
    r"[^.;]{0,40}\bfrom\b",
    re.IGNORECASE,
)


_MONTH_YEAR = re.compile(r"[a-z]{3}\.? (20\d\d)\b")
#: "starting in July"
_SINCE_MONTH = re.compile("Fu")
#: In minutes: before it, a night may be that of the day before.
_DAWN = 5 * 60
_NIGHT = re.compile(
    r"\b(?:tonight|overnight|(?<!that )(?:nights?|evenings?))\b(?! of (?:maintenance|work)\b)",
    re.IGNORECASE,
)
#: Nights that are counted, and whose dates are those of their hours.
_OF_NIGHTS = re.compile(
    r"\b(?:first|second|third|beginning|final|last|two|three|consecutive) nights?\b", re.IGNORECASE
)
#: In characters: how near to its times a night is named.
_NEAR, _BEHIND = 22, 14
_FOR_A_TIME = re.compile(
    r"\b(?:this (?:week|month|quarter|semester)|(?:for )?the next (?:\w+ )?(?:weeks?|months?|days)"
    r"|for (?:\w+ )?(?:weeks|months)|from now|during (?:spring|summer|winter|fall)"
    r"|during the (?:holidays|break)|until (?:the|we|it|further|this|our))\b",
    re.IGNORECASE,
)
#: A date, and in brackets that it is a holiday.
_NAMED_HOLIDAY = re.compile(r"(?<=D)\(x*h\)?")


def untouched_in(draft: Draft) -> frozenset[str]:
    """Return the components that a notice names only to say that they are not out."""
    words = [s.words for s in draft.segments]
    spared = [s.words for s in draft.segments if "spared" in s.signs]
    return spared_of(spared, draft.context) | left_out_of(words, draft.context)


def add_window(draft: Draft, piece: Piece, untouched: frozenset[str]) -> None:
    """Add the window of a piece for what is not untouched by it, or why it has none."""
    followers = followers_of(draft, piece.segment)
    impact = impact_of(draft, piece, followers)
    if impact is None:
        draft.harmless = True
        return
    parts = components_of(words_of(draft, piece), draft.context, fallback=draft.folded)
    parts = (*parts, *(c for c in also_out(draft, followers) if c not in parts))
    parts = tuple(c for c in parts if c not in untouched)
    if not parts:
        draft.harmless = True
        return
    doubts = [a for a in piece.segment.atoms if a.kind == "!" and _is_of(piece, a)]
    if doubts:
        draft.problems.append(str(doubts[0].value))
        return
    if _excepts_holidays(piece.segment.atoms):
        draft.problems.append("which days are holidays is not said")
        return
    try:
        _check_night(draft, piece)
        _check_limits(draft, piece)
        span = replace(piece.span, limits=_limits(draft, piece))
        plan = plan_of(span, draft.context, draft.home, parts, impact)
    except UncertainError as error:
        draft.problems.append(str(error))
        return
    _keep(draft, plan)
    tile = piece.span.tile
    draft.quoted.append((piece.segment.start, piece.segment.end))
    if tile is not None:
        draft.quoted.append((tile.start, tile.end))


def _is_of(piece: Piece, doubt: Atom) -> bool:
    """Whether what is uncertain may be said of a piece: no other times stand nearer to it."""
    tile = piece.span.tile
    if tile is None:
        return True
    gaps = [_gap(doubt, t.start, t.end) for t in piece.segment.tiles if t.end <= tile.start]
    gaps += [_gap(doubt, t.start, t.end) for t in piece.segment.tiles if t.start >= tile.end]
    return all(_gap(doubt, tile.start, tile.end) <= gap for gap in gaps)


def _gap(atom: Atom, start: int, end: int) -> int:
    return max(start - atom.end, atom.start - end, 0)


def _keep(draft: Draft, plan: Plan) -> None:
    """Keep a window once; one that is told both as an outage and as less is the less."""
    lesser = replace(plan, impact=Impact.DEGRADED)
    told = [w for w in draft.windows if _times(w) == _times(plan)]
    if not told:
        draft.windows.append(plan)
    elif plan.impact is not told[0].impact:
        draft.windows[draft.windows.index(told[0])] = lesser


def _check_night(draft: Draft, piece: Piece) -> None:
    """Refuse the small hours of a night, which may be those before it or after it."""
    span, tile = piece.span, piece.span.tile
    if span.minutes[0] >= _DAWN or span.whole or span.rule == "FREQ=DAILY" or tile is None:
        return
    if _is_dated_behind(tile) and _OF_NIGHTS.search(piece.segment.words):
        return
    start = max(piece.segment.start, tile.start - _NEAR)
    if _NIGHT.search(draft.folded[start : min(piece.segment.end, tile.end + _BEHIND)]):
        raise UncertainError("after midnight of a night may be either of two days")


def _is_dated_behind(tile: Tile) -> bool:
    """Whether its date is told right behind its times: "a night, 12:01 to 5:30 on November 11"."""
    days, times = tile.parts.get("days", []), tile.parts.get("times", [])
    return bool(days and times) and days[0].kind == "D" and days[0].start > times[0].start


def _check_limits(draft: Draft, piece: Piece) -> None:
    """Refuse what repeats for a time, or with exceptions, that are not understood."""
    span, segment = piece.span, piece.segment
    if not span.rule:
        return
    if span.limits.until is None and _FOR_A_TIME.search(segment.words):
        raise UncertainError("for how long it repeats is not said")
    excepted = any(s is segment for s, _ in draft.assembly.exceptions)
    end = span.tile.end if span.tile is not None else segment.end
    if any(a.kind == "E" and a.start >= end for a in segment.atoms) and not excepted:
        raise UncertainError("when it does not repeat is not understood")


def _times(plan: Plan) -> tuple[object, ...]:
    return plan.components, plan.starts_at, plan.ends_at, plan.recurrence


def _excepts_holidays(atoms: list[Atom]) -> bool:
    """Whether days are excepted as holidays only, and not by their dates."""
    letters = kinds(atoms)
    return "E" in letters and "h" in _NAMED_HOLIDAY.sub("", letters)


def _limits(draft: Draft, piece: Piece) -> Limits:
    """Return what limits a repetition, a month's name beside it included."""
    months = [a.value for a in piece.segment.atoms if a.kind == "u"]
    years = {int(y) for y in _MONTH_YEAR.findall(piece.segment.words)}
    limits = piece.span.limits
    if not piece.span.rule:
        return limits
    if _MOVING.search(piece.segment.words):
        raise UncertainError("its days are said to change")
    if len(months) > 1:
        raise UncertainError("a repetition in certain months")
    if months:
        dates = Dates(draft.context, ())
        first = dates.of(Day(min(years, default=None), months[0], 1))
        if _SINCE_MONTH.search(kinds(piece.segment.atoms)):
            return Limits(first, limits.until, limits.excepted)
        return Limits(
            first,
            (first + timedelta(days=31)).replace(day=1) - timedelta(days=1),
            limits.excepted,
        )
    return limits
