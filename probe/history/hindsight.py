"""What a failing streak was, as it is known now. Pure.

A notice published late, or reviewed by a person, re-labels nothing that was counted. Here every
failure is judged once more, by the one classifier, as if all had been published from the start.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from probe.classify import EARLY, affects, classify
from probe.history.availability import append
from probe.maintenance.calendar import Calendar
from probe.types import Observation, Published, Span, Streak, Target, Verdict, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcements:
    """What a calendar has of a time: each window, whenever published, and whose it is."""

    calendar: Calendar
    windows: tuple[tuple[Window, Published], ...]

    def about(self, own: Sequence[Span]) -> "Announcements":
        """Return the part that matters for a streak."""
        began, ended = own[0].started_at, own[-1].ends_at + EARLY
        near = (
            (window, item)
            for window, item in self.windows
            if window.starts_at < ended and window.ends_at > began
        )
        return replace(self, windows=tuple(near))

    def known_now(self) -> Calendar:
        """Return them as published from the start; what a person has dismissed is gone."""
        items = {item.id: item for _, item in self.windows if item.ended_at is None}
        return replace(
            self.calendar,
            published=tuple(replace(item, published_at=None) for item in items.values()),
        )

    def dismissed(self, window: Window | None) -> bool:
        """Return whether a person has dismissed or replaced what had a window."""
        ended = (item.ended_at for one, item in self.windows if window and one.id == window.id)
        return any(at is not None for at in ended)


def announcements(calendar: Calendar, start: datetime, end: datetime) -> Announcements:
    """Return what a calendar has of the time from start to end."""
    return Announcements(
        calendar=calendar,
        windows=tuple(
            (window, item)
            for item in calendar.published
            for window in Calendar(published=(item,)).between(start, end + EARLY)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindsight:
    """A streak's failing spans as known now, and the windows that make the difference."""

    spans: tuple[Span, ...]
    windows: tuple[Window, ...] = ()


def may_differ(own: Sequence[Span], target: Target, said: Announcements) -> bool:
    """Return whether something about a streak's target was published or dismissed too late."""
    began, near = own[0].started_at, said.about(own)
    late = (
        window.published_at is not None and window.published_at > began and affects(window, target)
        for window, _ in near.windows
    )
    return any(late) or any(near.dismissed(span.window) for span in own)


def hindsight(
    own: Sequence[Span], failures: Sequence[Observation], target: Target, said: Announcements
) -> Hindsight:
    """Return a streak as known now, from its failing spans and its failed observations in order.

    A window that a person has dismissed or replaced excuses nothing, from its start; one that was
    published late excuses from its start. What relied on another window keeps its label: that the
    configuration no longer has it does not mean that it never was.
    """
    near = said.about(own)
    now = list(_judge(failures, target, near))
    real = {window.id: window for window, _ in near.windows}
    differing = (
        real.get(window.id, window)
        for old, new in zip(failures, now, strict=True)
        if old.verdict is not new.verdict
        for window in (new.window or old.window,)
        if window
    )
    return Hindsight(
        spans=tuple(piece for span in own for piece in _pieces(span, now)),
        windows=tuple({window.id: window for window in differing}.values()),
    )


def _judge(
    then: Iterable[Observation], target: Target, near: Announcements
) -> Iterator[Observation]:
    known_now = near.known_now()
    streak: Streak | None = None
    for old in then:
        new = old
        if old.verdict is Verdict.UNEXPECTED or near.dismissed(old.window):
            new = classify(old.result, target, known_now, streak)
        if streak is None:
            since = old.streak.since if old.streak else old.result.started_at
            streak = Streak(since=since, window=new.window)
        yield replace(new, streak=streak)


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
