"""What came of a notice: its state, its words, and why something in it was refused."""

from probe.maintenance.reading.clocks import DAY, UncertainError, alone
from probe.maintenance.reading.components import components_of
from probe.maintenance.reading.draft import Draft
from probe.maintenance.reading.plans import is_too_much
from probe.maintenance.reading.relevance import inherits
from probe.maintenance.reading.segments import Segment
from probe.maintenance.reading.shapes import Tile
from probe.maintenance.reading.thread import OLD
from probe.types import Notice, NoticeState, Plan


def note_uncertain(draft: Draft) -> None:
    busy = {p.segment.number for p in draft.assembly.pieces}
    for segment, reason in draft.assembly.problems:
        if (segment.signs.announces or inherits(draft, segment)) and not segment.signs.any(
            "other", "past"
        ):
            draft.problems.append(reason)
        elif draft.all_signs.announces and not segment.signs.any("other", "past", "available"):
            draft.problems.append(
                "it is not clear whether all its times are those of the maintenance"
            )
    for segment in draft.segments:
        if not segment.signs.announces or segment.signs.any("other", "past"):
            continue
        draft.problems += segment.problems
        if segment.number in busy and segment.has("h") and not segment.has("E"):
            draft.problems.append("which days are holidays is not said")
        if segment.number not in busy and not _is_vague(draft, segment):
            draft.problems += [str(a.value) for a in segment.atoms if a.kind == "!"]
    for segment, tile in draft.assembly.moments:
        before = draft.folded[segment.start : tile.start].lower()
        if (
            _is_told(draft, tile)
            or OLD.search(before)
            or segment.signs.any("cancelled", "done", "none")
        ):
            continue
        words = draft.shown[tile.start : tile.end]
        if (
            segment.signs.announces
            and not segment.signs.any("other", "past")
            and "L" not in tile.lead
        ):
            draft.problems.append(f"{words!r} has no certain end or start")


def _is_vague(draft: Draft, segment: Segment) -> bool:
    """Whether it names no time at all and only says that there may be maintenance."""
    endless = any(a.kind == "!" and "until" in str(a.value) for a in segment.atoms)
    return not segment.is_temporal and not endless


def _is_told(draft: Draft, tile: Tile) -> bool:
    """Whether a lone moment only repeats an end of a window."""
    clocks = [a.value for part in tile.parts.values() for a in part if a.kind == "T"]
    ends = {m % DAY for p in draft.assembly.pieces for m in p.span.minutes}
    try:
        return bool(clocks) and all(alone(c, end=False, clear=True) % DAY in ends for c in clocks)
    except UncertainError:
        return False


def keep_in_bounds(draft: Draft) -> None:
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
    made = draft
    if made.windows:
        return notice_of(draft, NoticeState.UNDERSTOOD, _reasons(draft))
    if made.over or (made.cancels and not made.problems):
        return notice_of(draft, NoticeState.CANCELLED)
    if made.harmless and not made.problems:
        return notice_of(draft, NoticeState.UNDERSTOOD)
    speaking = [
        s for s in draft.segments if s.signs.announces and not s.signs.any("other", "past", "none")
    ]
    if not made.problems and any("cancelled" in s.signs for s in speaking):
        return notice_of(draft, NoticeState.CANCELLED)
    if made.problems and (speaking or draft.heading.announces):
        return notice_of(draft, NoticeState.REFUSED, _reasons(draft))
    planned = [
        s for s in speaking
        if s.signs.any("work", "outage_noun", "outage") and (s.signs.any("advisory", "coming") or s.has("!"))
    ]  # fmt: skip
    planned = [s for s in planned if not s.signs.any("pointer", "conditional")]
    if any(s.is_temporal for s in planned):
        return notice_of(draft, NoticeState.REFUSED, "no time of it is certain")
    if any("work" in s.signs for s in planned):
        return notice_of(draft, NoticeState.ADVISORY)
    return notice_of(draft, NoticeState.IRRELEVANT)


def _reasons(draft: Draft) -> str:
    return "; ".join(dict.fromkeys(draft.problems))[:500]


def notice_of(draft: Draft, state: NoticeState, reason: str = "") -> Notice:
    quote = ""
    if draft.quoted:
        start = min(s for s, _ in draft.quoted)
        end = max(e for _, e in draft.quoted)
        quote = draft.shown[start:end].strip()
    elif state is not NoticeState.IRRELEVANT:
        quote = draft.shown[:500]
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
