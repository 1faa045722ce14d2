"""Observations written as a line of signs, one an interval: what a day looked like, at a glance."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from probe.history.availability import append
from probe.types import Because, Observation, Reason, Span, Streak, Verdict, Window
from tests.samples import DOWN, NOON, UP, WINDOW

STEP = timedelta(seconds=30)
STAND = 2 * STEP

#: `.` up, `x` unexpected, `e` expected, `?` inconclusive, a space: not probed.
SIGNS = {
    "x": (Verdict.UNEXPECTED, Because.UNANNOUNCED),
    "e": (Verdict.EXPECTED, None),
    "?": (Verdict.INCONCLUSIVE, None),
}


def observed(
    line: str,
    *,
    start: datetime = NOON,
    step: timedelta = STEP,
    window: Window = WINDOW,
    reason: Reason = Reason.CONNECT,
) -> tuple[Observation, ...]:
    """Return the observations of a line of signs, with the streaks that they make."""
    found = []
    streak: Streak | None = None
    for number, sign in enumerate(line):
        at = start + number * step
        if sign == ".":
            streak = None
            found.append(Observation(result=replace(UP, started_at=at), verdict=Verdict.UP))
        elif sign != " ":
            verdict, because = SIGNS[sign]
            relied = window if verdict is Verdict.EXPECTED else None
            if verdict is not Verdict.INCONCLUSIVE:
                streak = streak or Streak(since=at, window=relied)
            found.append(
                Observation(
                    result=replace(DOWN, started_at=at, reason=reason),
                    verdict=verdict,
                    because=because,
                    window=relied,
                    streak=streak,
                )
            )
    return tuple(found)


def spans(observations: Iterable[Observation], stand: timedelta = STAND) -> tuple[Span, ...]:
    """Return the spans of one target's observations, as `append` makes them one by one."""
    found: list[Span] = []
    for observation in observations:
        last = found.pop() if found else None
        found.extend(append(last, observation, stand))
    return tuple(found)
