"""What a failing streak was, as it is known now. Pure.

A notice published late, or reviewed by a person, re-labels nothing that was counted. Here every
failure is judged once more, by the one classifier, as if all had been published from the start.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from probe.availability import append
from probe.classify import EARLY, affects, classify
from probe.maintenance.calendar import Calendar
from probe.types import Observation, Published, Span, Streak, Target, Verdict, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindsight:
    """A streak's failing spans as known now, and the windows that make the difference."""

    spans: tuple[Span, ...]
    windows: tuple[Window, ...] = ()


def may_differ(own: Sequence[Span], target: Target, calendar: Calendar) -> bool:
    """Return whether something about a streak's target was published or dismissed too late."""
    began, ended = own[0].started_at, own[-1].ends_at
    owner = _owners(calendar, began, ended)
    late = (
        window.published_at is not None and window.published_at > began and affects(window, target)
        for window in calendar.between(began, ended + EARLY)
    )
    return any(late) or any(_dismissed(span.window, owner) for span in own)


def hindsight(
    own: Sequence[Span], failures: Iterable[Observation], target: Target, calendar: Calendar
) -> Hindsight:
    """Return a streak as known now, from its failing spans and its failed observations in order.

    A window that a person has dismissed or replaced excuses nothing, from its start; one that was
    published late excuses from its start. What relied on another window keeps its label: that the
    configuration no longer has it does not mean that it never was.
    """
    began, ended = own[0].started_at, own[-1].ends_at
    owner = _owners(calendar, began, ended)
    then = list(failures)
    now = list(_judge(then, target, _known_now(calendar, owner), owner))
    real = {window.id: window for window in calendar.between(began, ended + EARLY)}
    differing = (
        real.get(window.id, window)
        for old, new in zip(then, now, strict=True)
        if old.verdict is not new.verdict
        for window in (new.window or old.window,)
        if window
    )
    return Hindsight(
        spans=tuple(piece for span in own for piece in _pieces(span, now)),
        windows=tuple({window.id: window for window in differing}.values()),
    )


def _judge(
    then: Iterable[Observation],
    target: Target,
    known_now: Calendar,
    owner: dict[str, Published],
) -> Iterator[Observation]:
    streak: Streak | None = None
    for old in then:
        new = old
        if old.verdict is Verdict.UNEXPECTED or _dismissed(old.window, owner):
            new = classify(old.result, target, known_now, streak)
        if streak is None:
            since = old.streak.since if old.streak else old.result.started_at
            streak = Streak(since=since, window=new.window)
        yield replace(new, streak=streak)


def _owners(calendar: Calendar, start: datetime, end: datetime) -> dict[str, Published]:
    """Return what was published of each window that matters between two instants, by its id."""
    return {
        window.id: item
        for item in calendar.published
        for window in Calendar(published=(item,)).between(start, end + EARLY)
    }


def _known_now(calendar: Calendar, owner: dict[str, Published]) -> Calendar:
    """Return the part of a calendar that matters, published from the start; dismissed is gone."""
    items = {item.id: item for item in owner.values() if item.ended_at is None}
    return replace(
        calendar, published=tuple(replace(item, published_at=None) for item in items.values())
    )


def _dismissed(window: Window | None, owner: dict[str, Published]) -> bool:
    item = owner.get(window.id) if window else None
    return item is not None and item.ended_at is not None


def _pieces(span: Span, judged: Sequence[Observation]) -> Sequence[Span]:
    """Return a span in pieces of one judgement each; whole, where its observations are gone."""
    first = bisect_left(judged, span.started_at, key=_start)
    own = judged[first : bisect_right(judged, span.last_at, key=_start)]
    if not own or _start(own[0]) > span.started_at:
        return (span,)
    pieces: list[Span] = []
    for one in own:
        last = pieces.pop() if pieces else None
        pieces.extend(append(last, one, span.ends_at - _start(one)))
    return pieces


def _start(observation: Observation) -> datetime:
    return observation.result.started_at
