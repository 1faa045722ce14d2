"""The verdict: a result and what was published become an observation. The heart; pure.

The rules are those of DESIGN chapter 2; every failure that leaves the program went through here.
"""

from datetime import timedelta

from probe.maintenance.calendar import Calendar
from probe.types import (
    Because,
    Impact,
    Observation,
    Reason,
    Result,
    Streak,
    Target,
    Verdict,
    Window,
)

EARLY = timedelta(hours=1)


def classify(
    result: Result, target: Target, calendar: Calendar, streak: Streak | None
) -> Observation:
    """Judge a result at the instant its probe started; `streak` is the one it may go on with.

    A failure while our own network was down says nothing of the target, and leaves the streak be.
    """
    if result.reason is None:
        return Observation(result=result, verdict=Verdict.UP)
    if result.online is False:
        return Observation(result=result, verdict=Verdict.INCONCLUSIVE, streak=streak)
    at, reason = result.started_at, result.reason
    opened = calendar.open_at(at)
    window = next((one for one in opened if excuses(one, target, reason)), None)
    current = streak or Streak(since=at, window=window)
    if window is not None:
        return Observation(result=result, verdict=Verdict.EXPECTED, window=window, streak=current)
    return Observation(
        result=result,
        verdict=Verdict.UNEXPECTED,
        because=_because(result, target, calendar, opened, current),
        streak=current,
    )


def excuses(window: Window, target: Target, reason: Reason) -> bool:
    """Return whether an open window excuses a failure of a target for a reason."""
    return affects(window, target) and window.impact is Impact.OUTAGE and reason in target.excuses


def affects(window: Window, target: Target) -> bool:
    """Return whether one of a window's components is one of the target's."""
    return not set(window.components).isdisjoint(target.components)


def _because(
    result: Result,
    target: Target,
    calendar: Calendar,
    opened: tuple[Window, ...],
    streak: Streak,
) -> Because:
    """Return the first that holds, in the order of Because."""
    at, reason = result.started_at, result.reason or Reason.INTERNAL
    still_open = {window.id for window in opened}
    holds = (
        (Because.OVERRUN, streak.window is not None and streak.window.id not in still_open),
        (Because.EARLY, _starts_soon(result, target, calendar, reason)),
        (Because.NOT_EXCUSED, any(affects(window, target) for window in opened)),
        (Because.UNREAD_NOTICE, calendar.unread_at(at, target.components)),
        (
            Because.OTHER_COMPONENT,
            any(w.impact is Impact.OUTAGE and not affects(w, target) for w in opened),
        ),
        (Because.ADVISORY, calendar.advisory_at(at, target.components)),
    )
    return next((because for because, does in holds if does), Because.UNANNOUNCED)


def _starts_soon(result: Result, target: Target, calendar: Calendar, reason: Reason) -> bool:
    at = result.started_at
    return any(
        excuses(window, target, reason)
        for window in calendar.upcoming(at, EARLY)
        if window.published_at is None or window.published_at <= at
    )
