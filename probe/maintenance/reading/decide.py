"""What a notice is, and which of its windows have effect: the only place that grants it.

A window has effect where every sentence of its notice is wholly understood, as part of an
announcement or as a known side remark, and its times, its subject and its impact are certain. All
else is at most proposed, and waits for a person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from probe.maintenance.reading.events import Event
from probe.maintenance.reading.ledger import Claim, Ledger, is_known
from probe.maintenance.reading.likely import Likely
from probe.maintenance.reading.speech import Voice
from probe.maintenance.reading.times.clocks import UncertainError
from probe.maintenance.reading.times.plans import plan_of
from probe.types import Impact, Notice, NoticeState, Plan

#: The longest that reasons, and the words that one is about, are told.
_LONGEST = 500
UNKNOWN_SENTENCE = "a sentence of it is none that is known"
_ANNOUNCING = frozenset(("outage", "work", "weak-work", "weekly-except", "announcing", "less"))


@dataclass(frozen=True, slots=True)
class Read:
    """Everything that is known of a text when it is decided what it is."""

    shown: str
    mark: str
    voice: Voice
    events: Sequence[Event]
    ledger: Ledger
    likely: Likely


def decide(read: Read) -> Notice:
    """Return the notice that a text is."""
    claimed, refused = _plans(read.ledger.claims, read.voice)
    undone, _ = _plans(read.ledger.undone, read.voice, ended=True)
    known = is_known(read.events)
    doubts = [claim.doubt for claim in read.ledger.claims if claim.doubt]
    problems = [*read.ledger.problems, *refused]
    if not known:
        return _of_unknown(read, claimed, undone)
    if read.ledger.all_undone:
        return _notice(read, NoticeState.CANCELLED, cancels=(*undone, *_of(claimed)))
    claimed, undone = _without(claimed, undone)
    certain = [(claim, plan) for claim, plan in claimed if not claim.doubt]
    bounds = read.voice.context.bounds
    if len(certain) > bounds.per_page:
        problems.append(f"it has more than {bounds.per_page} windows")
    reasons = [*problems, *doubts]
    if certain and not reasons:
        return _notice(
            read, NoticeState.UNDERSTOOD, windows=_of(certain), cancels=undone, claims=certain
        )
    if claimed or reasons:
        proposals = _of(claimed) or read.likely.plans
        if not proposals and not claimed and _is_past(problems):
            return _notice(read, NoticeState.REFUSED, reasons, cancels=undone)
        return _notice(read, NoticeState.REFUSED, reasons, proposals=proposals, cancels=undone)
    if undone:
        return _notice(read, NoticeState.CANCELLED, cancels=undone)
    return _without_times(read)


def _is_past(problems: Iterable[str]) -> bool:
    return all("before it was seen" in it for it in problems)


def _of_unknown(
    read: Read, claimed: list[tuple[Claim, Plan]], undone: tuple[Plan, ...]
) -> Notice:
    """Return the notice of a text with a sentence that is not known: at most it proposes."""
    proposals = _distinct((*_of(claimed), *read.likely.plans))
    if proposals or read.likely.waits:
        reasons = [UNKNOWN_SENTENCE, *read.ledger.problems, *read.likely.problems]
        return _notice(read, NoticeState.REFUSED, reasons, proposals=proposals)
    kinds = {event.kind for event in read.events}
    if kinds & {"advisory", "possible"} and not any(e.times for e in read.events):
        return _notice(read, NoticeState.ADVISORY)
    return _notice(read, NoticeState.IRRELEVANT)


def _without_times(read: Read) -> Notice:
    """Return the notice of a text that is understood, and in which no window is told."""
    kinds = {event.kind for event in read.events}
    if "cancel" in kinds or "over" in kinds:
        return _notice(read, NoticeState.CANCELLED)
    if read.ledger.harmless:
        return _notice(read, NoticeState.UNDERSTOOD)
    if kinds & _ANNOUNCING or kinds & {"advisory"}:
        return _notice(read, NoticeState.ADVISORY)
    return _notice(read, NoticeState.IRRELEVANT)


# --- plans -----------------------------------------------------------------------------------------


def _plans(
    claims: Iterable[Claim], voice: Voice, *, ended: bool = False
) -> tuple[list[tuple[Claim, Plan]], list[str]]:
    """Return the plans of claims, each once, and why some have none."""
    made: dict[tuple[object, ...], tuple[Claim, Plan]] = {}
    problems: list[str] = []
    for claim in claims:
        try:
            plan = plan_of(claim.span, voice.context, voice.home, claim.components, claim.impact)
        except UncertainError as error:
            problems.append(str(error))
            continue
        key = (plan.components, plan.starts_at, plan.ends_at, plan.recurrence)
        before = made.get(key)
        if before is not None and before[1].impact is not plan.impact:
            plan = replace(plan, impact=Impact.DEGRADED)
        made[key] = (claim, plan)
    return list(made.values()), problems


def _of(claimed: Iterable[tuple[Claim, Plan]]) -> tuple[Plan, ...]:
    return tuple(plan for _, plan in claimed)


def _distinct(plans: Iterable[Plan]) -> tuple[Plan, ...]:
    made: dict[tuple[object, ...], Plan] = {}
    for plan in plans:
        made.setdefault((plan.starts_at, plan.ends_at, plan.recurrence), plan)
    return tuple(made.values())


def _without(
    claimed: list[tuple[Claim, Plan]], undone: list[tuple[Claim, Plan]]
) -> tuple[list[tuple[Claim, Plan]], tuple[Plan, ...]]:
    """Return the windows that are not taken back beside them, and what is taken back."""
    gone = _of(undone)
    left = []
    for claim, plan in claimed:
        days = [
            it.starts_at.date() for it in gone if plan.recurrence and it.recurrence is None
            and set(it.components) & set(plan.components)
        ]  # fmt: skip
        is_gone = plan.recurrence is None and any(
            it.starts_at <= plan.starts_at < it.ends_at for it in gone
        )
        if not is_gone:
            left.append((claim, _except(plan, days) if days else plan))
    return left, gone


def _except(plan: Plan, days: Sequence[object]) -> Plan:
    rule, _, excepted = (plan.recurrence or "").partition("\nEXDATE:")
    stamps = {f"{day:%Y%m%d}T{plan.starts_at:%H%M%S}" for day in days}
    stamps |= set(filter(None, excepted.split(",")))
    return replace(plan, recurrence=f"{rule}\nEXDATE:{','.join(sorted(stamps))}")


# --- the notice ------------------------------------------------------------------------------------


def _notice(
    read: Read,
    state: NoticeState,
    reasons: Iterable[str] = (),
    *,
    windows: tuple[Plan, ...] = (),
    proposals: tuple[Plan, ...] = (),
    cancels: Iterable[object] = (),
    claims: Sequence[tuple[Claim, Plan]] = (),
) -> Notice:
    quote = ""
    if claims:
        start, end = min(c.start for c, _ in claims), max(c.end for c, _ in claims)
        quote = read.shown[start:end].strip()
    elif state is not NoticeState.IRRELEVANT:
        quote = read.shown[:_LONGEST]
    taken = tuple(it[1] if isinstance(it, tuple) else it for it in cancels)
    parts = dict.fromkeys(c for w in (*windows, *proposals, *taken) for c in w.components)  # type: ignore[attr-defined]  # plans
    if not parts and state is not NoticeState.IRRELEVANT:
        parts = dict.fromkeys(read.likely.components)
    return Notice(
        fingerprint=read.mark,
        text=read.shown,
        quote=quote,
        state=state,
        reason="; ".join(dict.fromkeys(reasons))[:_LONGEST],
        windows=tuple(sorted(windows, key=lambda w: w.starts_at)),
        proposals=tuple(sorted(proposals, key=lambda w: w.starts_at)),
        components=tuple(parts),
        cancels=taken,  # type: ignore[arg-type]  # plans
    )
