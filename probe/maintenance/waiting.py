"""Notices that wait for a person: which of them may explain a failure, and how that is told."""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from probe.english import beginning, listed, moment
from probe.maintenance import words
from probe.maintenance.calendar import Calendar
from probe.types import Plan, Published, Seen

#: Signs of a fingerprint by which commands find its notice.
SHORT = 12
#: Of so many notices that wait, the newest, the proposals are looked at.
MOST = 20


def explaining(waiting: Iterable[Seen], components: Iterable[str], at: datetime) -> Seen | None:
    """Return the notice that may explain a failure of such components at an instant, if any.

    One whose proposed times hold then goes before the others, a newer one before an older.
    """
    wanted = frozenset(components)
    about = [
        seen
        for seen in waiting
        if seen.first_seen_at <= at and not wanted.isdisjoint(seen.notice.components)
    ]
    about.sort(key=lambda seen: seen.first_seen_at, reverse=True)
    return next((seen for seen in about[:MOST] if _holds(seen, at)), about[0] if about else None)


def _holds(seen: Seen, at: datetime) -> bool:
    """Return whether one of a notice's proposals is open at an instant."""
    proposed = (
        Published(id=str(number), plan=plan, source=seen.feed)
        for number, plan in enumerate(seen.notice.proposals)
    )
    return bool(Calendar(published=tuple(proposed)).open_at(at))


def mark(seen: Seen) -> str:
    """Return the fingerprint by which a command finds a notice."""
    return seen.notice.fingerprint[:SHORT]


def proposed(seen: Seen, zone: tzinfo) -> str:
    """Return what a notice proposes, in a zone: `outage of spot, Thu Dec 3, 9:00 PM EST ...`."""
    return "; ".join(_proposed(plan, zone) for plan in seen.notice.proposals)


def _proposed(plan: Plan, zone: tzinfo) -> str:
    about = f"{plan.impact} of {listed(plan.components)}"
    if plan.recurrence is not None:
        return f"{about}, {words.plan(plan)}"
    return f"{about}, {moment(plan.starts_at, zone)} to {moment(plan.ends_at, zone)}"


def told(seen: Seen, zone: tzinfo) -> tuple[str, ...]:
    """Return, in sentences, that a notice may explain a failure, and what it may mean."""
    said = beginning(seen.notice.quote or seen.notice.text)
    may_mean = proposed(seen, zone)
    sentence = f'A notice that waits for review may explain this: "{said}"'
    return (sentence, f"It may mean: {may_mean}.") if may_mean else (sentence,)


def accepting(seen: Seen) -> str:
    """Return how somebody who has read it all takes over what a notice proposes."""
    flag = "" if seen.notice.proposals or seen.notice.windows else " --window START/END"
    return f"Take it over: spot-probe notices accept {mark(seen)}{flag}"
