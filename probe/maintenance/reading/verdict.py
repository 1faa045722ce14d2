"""What came of a notice: its state, its words, and why something in it was refused."""

import re
from datetime import timedelta

from probe.maintenance.reading.clocks import DAY, UncertainError, alone
from probe.maintenance.reading.components import components_of
from probe.maintenance.reading.days import Dates
from probe.maintenance.reading.draft import Draft
from probe.maintenance.reading.names import mentions
from probe.maintenance.reading.plans import is_too_much
from probe.maintenance.reading.relevance import UNCLEAR, inherits
from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.shapes import Tile
from probe.maintenance.reading.thread import OLD
from probe.types import Notice, NoticeState, Plan

#: The longest that a reason, and the words that one is about, are told.
_LONGEST = 500
_SYSTEM = re.compile(r"\b(?:online|web ?site|portal|app|system)s?\b", re.IGNORECASE)


def note_uncertain(draft: Draft) -> None:
    """Note whatever in what speaks of maintenance was left out for being uncertain."""
    for segment, reason in draft.assembly.problems:
        if segment.signs.any("other", "past"):
            continue
        if segment.signs.announces or inherits(draft, segment):
            draft.problems.append(reason)
        elif draft.all_signs.announces and "available" not in segment.signs:
            draft.problems.append(UNCLEAR)
    if draft.assembly.denied and not draft.assembly.pieces:
        draft.problems.append("its times are only told as those that it does not have")
    busy = {p.segment.number for p in draft.assembly.pieces}
    for segment in draft.segments:
        if segment.signs.announces and not segment.signs.any("other", "past"):
            draft.problems += _problems_of(segment, busy=segment.number in busy)
    for segment, tile in draft.assembly.moments:
        if _is_open(draft, segment, tile):
            words = draft.shown[tile.start : tile.end]
            draft.problems.append(f"{words!r} has no certain end or start")


def _problems_of(segment: Segment, *, busy: bool) -> list[str]:
    problems = list(segment.problems)
    if busy and segment.has("h") and not segment.has("E"):
        problems.append("which days are holidays is not said")
    if not busy and segment.has("Y"):
        problems.append("which days of a week or a weekend is not said")
    if not busy and not _is_vague(segment):
        problems += [str(a.value) for a in segment.atoms if a.kind == "!"]
    return problems


def _is_open(draft: Draft, segment: Segment, tile: Tile) -> bool:
    """Whether a lone moment is part of something that could not be read."""
    is_lost = not (draft.windows or draft.harmless) and inherits(draft, segment)
    is_about = segment.signs.announces or is_lost
    if "L" in tile.lead or not is_about or _is_told(draft, tile):
        return False
    if segment.signs.any("other", "past", "cancelled", "done", "none"):
        return False
    return OLD.search(draft.folded[segment.start : tile.start].lower()) is None


def _is_vague(segment: Segment) -> bool:
    """Whether it names no time at all and only says that there may be maintenance."""
    endless = any(a.kind == "!" and "until" in str(a.value) for a in segment.atoms)
    return not segment.is_temporal and not endless


def _is_told(draft: Draft, tile: Tile) -> bool:
    """Whether a lone moment only repeats an end of a window, on its day if it names one."""
    atoms = [a for part in tile.parts.values() for a in part]
    clocks = [a.value for a in atoms if a.kind == "T"]
    dates = Dates(draft.context, atoms).known
    ends = {
        m % DAY
        for p in draft.assembly.pieces
        for m in p.span.minutes
        if p.span.day is None or not dates or p.span.day + timedelta(m // DAY) in dates
    }
    try:
        return bool(clocks) and all(alone(c, end=False, clear=True) % DAY in ends for c in clocks)
    except UncertainError:
        return False


def keep_in_bounds(draft: Draft) -> None:
    """Refuse the windows that are more, or together longer, than is believed."""
    bounds = draft.context.bounds
    dated = [w for w in draft.windows if w.recurrence is None]
    if len(draft.windows) > bounds.per_page:
        _refuse(draft, draft.windows, f"it has more than {bounds.per_page} windows")
    elif is_too_much(dated, draft.context.day, bounds):
        _refuse(draft, dated, "its windows together are longer than is believed")
    for window in list(draft.windows):
        if window.recurrence and is_too_much([window], draft.context.day, bounds):
            _refuse(draft, [window], "its windows together are longer than is believed")


def _refuse(draft: Draft, windows: list[Plan], reason: str) -> None:
    draft.windows = [w for w in draft.windows if w not in windows]
    draft.problems.append(reason)


def verdict(draft: Draft) -> Notice:
    """Return the notice that the steps of reading it have come to."""
    if draft.windows:
        return notice_of(draft, NoticeState.UNDERSTOOD, _reasons(draft))
    if draft.over or (draft.cancels and not draft.problems):
        return notice_of(draft, NoticeState.CANCELLED)
    if draft.harmless and not draft.problems:
        return notice_of(draft, NoticeState.UNDERSTOOD)
    speaking = [
        s for s in draft.segments if s.signs.announces and not s.signs.any("other", "past", "none")
    ]
    if draft.problems and (speaking or draft.heading.announces or _is_doubtful(draft)):
        return notice_of(draft, NoticeState.REFUSED, _reasons(draft))
    return _without_times(draft, speaking)


def _without_times(draft: Draft, speaking: list[Segment]) -> Notice:
    """Return the notice of a text in which no time was to be read."""
    if any("cancelled" in s.signs for s in speaking):
        return notice_of(draft, NoticeState.CANCELLED)
    planned = [s for s in speaking if _is_planned(s)]
    told = [s for s in draft.segments if not s.signs.any("other", "past", "available")]
    if planned and any(s.is_temporal for s in told):
        return notice_of(draft, NoticeState.REFUSED, "no time of it is certain")
    if any(s.signs.any("work", "outage_noun") for s in planned):
        return notice_of(draft, NoticeState.ADVISORY)
    return notice_of(draft, NoticeState.IRRELEVANT)


def _is_planned(segment: Segment) -> bool:
    signs = segment.signs
    told = signs.any("advisory", "coming", "now") or segment.has("!yYuDTWN")
    is_work = signs.any("work", "outage_noun", "outage")
    return is_work and told and not signs.any("pointer", "conditional")


def _is_doubtful(draft: Draft) -> bool:
    """Whether it speaks at once of something else and of an outage of ours, or of some system."""
    ours = draft.context.words.keys()
    return any(
        s.signs.announces
        and s.has("T")
        and not s.signs.any("conditional", "past")
        and (
            not ours.isdisjoint(mentions(s.words, draft.context))
            or ("outage" in s.signs and _SYSTEM.search(s.words) is not None)
        )
        for s in draft.segments
        if "other" in s.signs
    )


def _reasons(draft: Draft) -> str:
    return "; ".join(dict.fromkeys(draft.problems))[:_LONGEST]


def notice_of(draft: Draft, state: NoticeState, reason: str = "") -> Notice:
    """Return the notice in a state, with the words that it relied on."""
    quote = ""
    if draft.quoted:
        start = min(s for s, _ in draft.quoted)
        end = max(e for _, e in draft.quoted)
        quote = draft.shown[start:end].strip()
    elif state is not NoticeState.IRRELEVANT:
        quote = draft.shown[:_LONGEST]
    parts: tuple[str, ...] = ()
    if state is not NoticeState.IRRELEVANT:
        parts = tuple(
            dict.fromkeys(c for w in (*draft.windows, *draft.cancels) for c in w.components)
        )
        parts = parts or components_of(draft.folded, draft.context)
    return Notice(
        fingerprint=draft.mark, text=draft.shown, quote=quote, state=state, reason=reason,
        windows=tuple(sorted(draft.windows, key=lambda w: w.starts_at)),
        components=parts, cancels=tuple(draft.cancels),
    )  # fmt: skip
