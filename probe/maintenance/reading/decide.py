"""What a notice is, and which of its windows have effect: the only place that grants it.

A window has effect where every sentence of its notice is wholly understood, as part of an
announcement or as a known side remark, and its times, its subject and its impact are certain. All
else is at most proposed, and waits for a person.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

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
    likely: Callable[[], Likely]


def decide(read: Read) -> Notice:
    """Return the notice that a text is."""
    claimed, late = _plans(read.ledger.claims, read.voice)
    undone = [plan for _, plan in _plans(read.ledger.undone, read.voice)[0]]
    if not is_known(read.events):
        return _of_unknown(read, claimed)
    if read.ledger.all_undone:
        taken = (*undone, *(plan for _, plan in claimed))
        return _notice(read, NoticeState.CANCELLED, cancels=taken)
    left = _without(claimed, undone)
    doubts = [claim.doubt for claim in read.ledger.claims if claim.doubt]
    reasons = [*read.ledger.problems, *late, *doubts]
    bounds = read.voice.context.bounds
    if len(left) > bounds.per_page:
        reasons.append(f"it has more than {bounds.per_page} windows")
    plans = tuple(plan for _, plan in left)
    if reasons:
        proposals = plans or read.likely().plans
        return _notice(read, NoticeState.REFUSED, reasons, proposals=proposals, cancels=undone)
    if plans:
        quote = _quote(read, [claim for claim, _ in left])
        return _notice(read, NoticeState.UNDERSTOOD, windows=plans, cancels=undone, quote=quote)
    return _without_times(read, undone)


def _of_unknown(read: Read, claimed: Sequence[tuple[Claim, Plan]]) -> Notice:
    """Return the notice of a text with a sentence that is not known: at most it proposes."""
    proposals = _distinct((*(plan for _, plan in claimed), *read.likely().plans))
    if proposals or read.likely().waits:
        reasons = [UNKNOWN_SENTENCE, *read.ledger.problems, *read.likely().problems]
        return _notice(read, NoticeState.REFUSED, reasons, proposals=proposals)
    kinds = {event.kind for event in read.events}
    is_advisory = kinds & {"advisory", "possible"} and not any(e.times for e in read.events)
    return _notice(read, NoticeState.ADVISORY if is_advisory else NoticeState.IRRELEVANT)


def _without_times(read: Read, undone: Sequence[Plan]) -> Notice:
    """Return the notice of a text that is understood, and in which no window is told."""
    kinds = {event.kind for event in read.events}
    if undone or kinds & {"cancel", "over"}:
        return _notice(read, NoticeState.CANCELLED, cancels=undone)
    if read.ledger.harmless:
        return _notice(read, NoticeState.UNDERSTOOD)
    is_advisory = kinds & (_ANNOUNCING | {"advisory"})
    return _notice(read, NoticeState.ADVISORY if is_advisory else NoticeState.IRRELEVANT)


# --- plans -------------------------------------------------------------------------------------


def _plans(claims: Iterable[Claim], voice: Voice) -> tuple[list[tuple[Claim, Plan]], list[str]]:
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


def _distinct(plans: Iterable[Plan]) -> tuple[Plan, ...]:
    made: dict[tuple[object, ...], Plan] = {}
    for plan in plans:
        made.setdefault((plan.starts_at, plan.ends_at, plan.recurrence), plan)
    return tuple(made.values())


def _without(
    claimed: Iterable[tuple[Claim, Plan]], undone: Sequence[Plan]
) -> list[tuple[Claim, Plan]]:
    """Return the windows that are not taken back beside them; of what recurs, only such days."""
    left = []
    for claim, plan in claimed:
        mine = [it for it in undone if set(it.components) & set(plan.components)]
        if plan.recurrence is None:
            if not any(it.starts_at <= plan.starts_at < it.ends_at for it in undone):
                left.append((claim, plan))
            continue
        days = [it.starts_at for it in mine if it.recurrence is None]
        left.append((claim, _except(plan, days) if days else plan))
    return left


def _except(plan: Plan, days: Sequence[datetime]) -> Plan:
    rule, _, excepted = (plan.recurrence or "").partition("\nEXDATE:")
    stamps = {f"{day:%Y%m%d}T{plan.starts_at:%H%M%S}" for day in days}
    stamps |= set(filter(None, excepted.split(",")))
    return replace(plan, recurrence=f"{rule}\nEXDATE:{','.join(sorted(stamps))}")


# --- the notice --------------------------------------------------------------------------------


def _quote(read: Read, claims: Sequence[Claim]) -> str:
    """Return the words that some claims rely on."""
    start, end = min(c.start for c in claims), max(c.end for c in claims)
    return read.shown[start:end].strip()


def _notice(  # noqa: PLR0913  # what a notice may have
    read: Read,
    state: NoticeState,
    reasons: Iterable[str] = (),
    *,
    windows: Sequence[Plan] = (),
    proposals: Sequence[Plan] = (),
    cancels: Sequence[Plan] = (),
    quote: str = "",
) -> Notice:
    irrelevant = state is NoticeState.IRRELEVANT
    parts = dict.fromkeys(c for w in (*windows, *proposals, *cancels) for c in w.components)
    return Notice(
        fingerprint=read.mark,
        text=read.shown,
        quote=quote or ("" if irrelevant else read.shown[:_LONGEST]),
        state=state,
        reason="; ".join(dict.fromkeys(reasons))[:_LONGEST],
        windows=tuple(sorted(windows, key=lambda w: w.starts_at)),
        proposals=tuple(sorted(proposals, key=lambda w: w.starts_at)),
        components=tuple(parts) or (() if irrelevant else read.likely().components),
        cancels=tuple(cancels),
    )
