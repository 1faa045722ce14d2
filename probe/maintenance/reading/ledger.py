"""Events to claims: which times are told of which outage, and what takes which back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.events import UNKNOWN, Event
from probe.maintenance.reading.speech import Voice
from probe.maintenance.reading.times.assemble import Assembly, Piece, Told, assemble
from probe.maintenance.reading.times.assemble import is_end as is_end_of
from probe.maintenance.reading.times.spans import DAILY, Span
from probe.types import Impact

#: Events of which times are windows, and those whose times are of another event beside them.
_OWNING = frozenset(("outage", "work", "weak-work", "weekly-except", "less", "announcing", "moved"))
_LENDING = frozenset(("field-when", "back", "start", "title", "field-what"))
_NAMING = frozenset(
    ("outage", "work", "weak-work", "less", "announcing", "title", "field-what", "moved")
)
_TAKING = frozenset(("cancel", "over"))


@dataclass(frozen=True, slots=True)
class Claim:
    """One interval that a notice announces: of whom, how bad, and the words that say so.

    `doubt` says why a person should look at it; empty, it is certain.
    """

    span: Span
    components: tuple[str, ...]
    impact: Impact
    start: int
    end: int
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that a notice claims and takes back.

    `undone` are spans that are taken back by their times, `all_undone` is set where everything is.
    """

    claims: tuple[Claim, ...] = ()
    undone: tuple[Claim, ...] = ()
    all_undone: bool = False
    harmless: bool = False
    problems: tuple[str, ...] = ()


def ledger_of(events: Sequence[Event], voice: Voice, *, announces: bool = False) -> Ledger:
    """Return what the events of a notice come to together; a heading may announce bare times."""
    context = voice.context
    told = _told(events)
    assembly = assemble([t for t, _ in told], voice.dates, voice.speech)
    owners = {(t.sentence, t.tile.start): event for t, event in told}
    made = [_claim(p, owners, events, voice, announces=announces) for p in assembly.pieces]
    claims = _together(made, events, context)
    undone, problems = _undone(events, voice)
    moved = [event for event in events if event.kind == "moved"]
    over = [event for event in events if event.kind in _TAKING and not event.told]
    last = max((c.start for c in claims), default=-1)
    is_after = any(event.start > last for event in over)
    problems += [reason for _, reason in assembly.problems]
    if over and claims and not is_after:
        problems.append("what it takes back is not said")
    problems += _other_ends(events, context)
    is_beside = any(event.beside and event.kind in _OWNING for event in events)
    if is_beside or any(
        event.kind == "back" and any(not is_end_of(tile) for tile in event.times)
        for event in events
    ):
        problems.append("a date or an hour in it is of nothing that is announced")
    owning = [event for event in events if event.kind in _OWNING and event.times]
    if any(e.corrects and any(o.start < e.start for o in owning) for e in events):
        problems.append("it corrects what stands before it")
    if any(not e.told and any(o.start < e.start for o in owning) for e in moved):
        problems.append("which of its times hold is not said")
    if any(not (event.times) for event in moved):
        problems.append("it is moved, and no hours are told")
    spared, harmless = _spared(claims, events, context)
    return Ledger(
        claims=tuple(spared),
        undone=tuple(undone),
        all_undone=bool(over) and is_after,
        harmless=harmless,
        problems=tuple(dict.fromkeys(problems)),
    )


def _other_ends(events: Sequence[Event], context: Context) -> list[str]:
    """Return a problem where what is back, or out until then, is not what was out."""
    for event in events:
        before = [
            e for e in events
            if e.kind in _OWNING and e.start < event.start and (e.named or e.kind != "weak-work")
        ]  # fmt: skip
        is_end = event.kind in {"back", "outage"} and any(is_end_of(t) for t in event.times)
        if is_end and event.named and before:
            out = set(components_of(before[-1], events, context))
            if out.isdisjoint(event.ours + event.others):
                return ["another system is back than the one that is out"]
    return []


def _told(events: Sequence[Event]) -> list[tuple[Told, Event]]:
    made = []
    for event in events:
        if event.kind not in _OWNING | _LENDING:
            continue
        for tile in event.times:
            if event.kind == "back" and not is_end_of(tile):
                continue
            through = tile.when is not None and tile.when.through
            whole = event.kind in {"outage", "less"} and (through or event.all_day)
            if event.kind == "weekly-except":
                tile = replace(tile, lead=tile.lead - {"except"})  # noqa: PLW2901  # what it is there
            if event.kind == "moved":
                tile = replace(tile, lead=tile.lead - {"to", "end"})  # noqa: PLW2901  # what it is there
            made.append((Told(event.sentence, tile, whole), event))
    return sorted(made, key=lambda it: it[0].tile.start)


def _claim(
    piece: Piece,
    owners: dict[tuple[int, int], Event],
    events: Sequence[Event],
    voice: Voice,
    *,
    announces: bool,
) -> tuple[Claim, Event]:
    event = owners[piece.told.sentence, piece.told.tile.start]
    owner = event if event.kind in _OWNING and event.kind != "announcing" else _owner(event, events)
    impact = Impact.DEGRADED if owner.kind == "less" else Impact.OUTAGE
    doubt = ""
    is_bare = owner.kind in _LENDING and owner.kind not in {"title", "field-what"}
    if is_bare and not announces:
        doubt = "what is out is not said"
    if _is_apart(event, owner, voice):
        doubt = "whether its times are of what is announced beside it is not said"
    if _is_of_night(piece, voice):
        doubt = "after midnight of a night may be either of two days"
    start = min(owner.start, piece.told.tile.start)
    end = max(owner.end, piece.told.tile.end)
    if piece.span.rule and _FOR_A_TIME.search(voice.words[piece.told.sentence]):
        doubt = "for how long it repeats is not said"
    if _is_again(piece, event, voice):
        doubt = "what stands in brackets may be the same again"
    rough = piece.span.approximate or voice.is_rough(piece.told.tile)
    span = replace(piece.span, approximate=rough)
    claim = Claim(span, components_of(owner, events, voice.context), impact, start, end, doubt)
    return claim, owner


#: Before this hour a night may be that of the day before; in characters, what is said near a time.
_DAWN, _NEAR, _BEHIND = 5 * 60, 30, 15
_FOR_A_TIME = re.compile(
    r"\b(?:this|next|for (?:a|the next|two|several)) (?:weeks?|months?)\b", re.IGNORECASE
)
_NIGHT = re.compile(
    r"\b(?:tonight|overnight|(?<!every )(?<!each )(?:night|evening))\b", re.IGNORECASE
)


def _is_of_night(piece: Piece, voice: Voice) -> bool:
    """Whether its small hours may be those before a night, or those after it."""
    span, tile = piece.span, piece.told.tile
    if span.minutes[0] >= _DAWN or span.whole or span.rule == DAILY:
        return False
    start = max(0, tile.start - _NEAR)
    return _NIGHT.search(voice.folded[start : tile.end + _BEHIND]) is not None


_STOP = re.compile(r"[.!?](?:\s|\Z)")


def _is_apart(event: Event, owner: Event, voice: Voice) -> bool:
    """Whether a full stop parts times from an event that tells its own: they may be of another."""
    between = voice.folded[min(owner.end, event.end) : max(owner.start, event.start)]
    return any(tile.is_whole for tile in owner.times) and _STOP.search(between) is not None


def _is_again(piece: Piece, event: Event, voice: Voice) -> bool:
    """Whether it stands in brackets behind another window, and may be that one in other words."""
    start = piece.told.tile.start
    windows = [t for t in event.times if t.shape in {"timed", "range"} and t.end <= start]
    return bool(windows) and voice.folded[:start].rstrip().endswith("(")


def _owner(event: Event, events: Sequence[Event]) -> Event:
    """Return the event that the times of a field or of an end are of: the one before it."""
    at = events.index(event)
    before = [
        e for e in events[:at] if e.kind in _NAMING and not (e.kind == "title" and not e.strong)
    ]
    behind = [e for e in events[at + 1 :] if e.kind in _NAMING]
    titles = [e for e in events[:at] if e.kind == "title"]
    return next(iter([*reversed(before), *behind, *titles]), event)


def components_of(event: Event, events: Sequence[Event], context: Context) -> tuple[str, ...]:
    """Return whom an event is about: whom it names, else whom the notice is about."""
    named = event.ours + event.others
    if named and not event.vague:
        return named
    if event.vague and event.others and not event.ours:
        return (context.component, *event.others)
    if named:
        return named
    before = [e for e in events if e.kind in _NAMING and e.ours and e.start <= event.start]
    titles = [
        e for e in before if e.kind in {"title", "field-what", "work", "announcing", "weak-work"}
    ]
    if event.pronoun and before:
        return before[-1].ours
    if context.component not in {c for e in titles for c in e.ours} and titles:
        return titles[-1].ours
    return (context.component,)


def _together(
    claims: Sequence[tuple[Claim, Event]], events: Sequence[Event], context: Context
) -> list[Claim]:
    """Let what is said of all times hold for each: that it is an outage, or less than one."""
    beside = [e for e in events if not e.times]
    owning = [owner for _, owner in claims]
    supports = [e for e in events if e.kind in {"outage", "field-impact"} and e not in owning]
    lessens = any(e.kind == "less" for e in beside)
    made = []
    for claim, owner in claims:
        impact, doubt, components = claim.impact, claim.doubt, claim.components
        mine = [e for e in supports if _is_of(e, owner, owning)]
        if owner.kind in {"weak-work", "announcing", "title", "field-what"} and not owner.strong:
            if not mine:
                doubt = doubt or "what the work does to it is not said"
            elif not owner.ours:
                components = components_of(mine[0], events, context)
        also = [c for e in mine if e.refers for c in e.ours]
        if also and not set(components) & set(context.words):
            components = tuple(dict.fromkeys((*components, *also)))
        if lessens:
            impact = Impact.DEGRADED
        made.append(replace(claim, impact=impact, doubt=doubt, components=components))
    return made


def _is_of(support: Event, work: Event, owning: Sequence[Event]) -> bool:
    """Whether what is said without times is of this work: the last before it, else the first."""
    before = [other.start for other in owning if other.start <= support.start]
    return work.start == (max(before) if before else min(other.start for other in owning))


def _undone(events: Sequence[Event], voice: Voice) -> tuple[list[Claim], list[str]]:
    """Return what is taken back by its times; of a day without hours all of it."""
    made: list[Claim] = []
    problems: list[str] = []
    for event in events:
        if not event.told:
            continue
        told = [
            Told(event.sentence, replace(t, lead=t.lead - {"from"}), whole=True) for t in event.told
        ]
        assembly: Assembly = assemble(told, voice.dates, voice.speech)
        problems += [reason for _, reason in assembly.problems]
        components = components_of(event, events, voice.context)
        made += [
            Claim(p.span, components, Impact.OUTAGE, event.start, event.end)
            for p in assembly.pieces
        ]
    return made, problems


def _spared(
    claims: Sequence[Claim], events: Sequence[Event], context: Context
) -> tuple[list[Claim], bool]:
    """Leave out of claims whom the notice says nothing happens to, and whether all is harmless."""
    spared = [e for e in events if e.kind == "spared" and "other" not in e.others]
    if not spared:
        return list(claims), False
    left: list[Claim] = []
    for claim in claims:
        gone = {
            c
            for e in spared
            for c in (components_of(e, events, context) if e.named or e.vague else claim.components)
        }
        components = tuple(c for c in claim.components if c not in gone)
        if components:
            left.append(replace(claim, components=components))
    return left, bool(claims) and not left


def is_known(events: Sequence[Event]) -> bool:
    """Whether every sentence is part of an announcement or a known side remark."""
    return all(event.kind != UNKNOWN for event in events)
