"""The verdict: a result and what was published become an observation. The heart; pure.

A window excuses a failure when, at the instant the probe started, it is open and was published, is
an outage of one of the target's components, and the reason is one that planned work explains.
Every failure that leaves the program went through here.
"""

from datetime import datetime, timedelta

from probe.maintenance.calendar import Calendar
from probe.types import (
    Because,
    Cause,
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
    result: Result,
    target: Target,
    calendar: Calendar,
    streak: Streak | None,
    known_at: datetime | None = None,
) -> Observation:
    """Judge a result at the instant its probe started; `streak` is the one it may go on with.

    A failure whose cause is ours says nothing of the target, and leaves the streak be. What was
    published by `known_at` counts, by default by the start of the probe.
    """
    if result.reason is None:
        return Observation(result=result, verdict=Verdict.UP)
    cause = ours(result)
    if cause is not None:
        verdict = Verdict.INCONCLUSIVE
        return Observation(result=result, verdict=verdict, cause=cause, streak=streak)
    at, reason = result.started_at, result.reason
    known_at = max(at, known_at or at)
    opened = calendar.open_at(at, known_at)
    window = next((one for one in opened if excuses(one, target, reason)), None)
    streak = streak or Streak(since=at, window=window)
    if window is not None:
        return Observation(result=result, verdict=Verdict.EXPECTED, window=window, streak=streak)
    if _overran(streak, calendar, at):
        because = Because.OVERRUN
    elif _starts_soon(calendar, at, known_at, target, reason):
        because = Because.EARLY
    else:
        because = _announced_otherwise(calendar, at, target, opened)
    return Observation(result=result, verdict=Verdict.UNEXPECTED, because=because, streak=streak)


def ours(result: Result) -> Cause | None:
    """Return what was at fault on our side in a failed probe, None where nothing was.

    An answer proves that the network and the program work: what it says is the target's.
    """
    if result.answered:
        return None
    if result.online is False:
        return Cause.NETWORK
    return Cause.STARVED if result.starved else None


def excuses(window: Window, target: Target, reason: Reason) -> bool:
    """Return whether a window, while it is open, excuses a failure of a target for a reason."""
    return affects(window, target) and window.impact is Impact.OUTAGE and reason in target.excuses


def affects(window: Window, target: Target) -> bool:
    """Return whether one of a window's components is one of the target's."""
    return not set(window.components).isdisjoint(target.components)


def _overran(streak: Streak, calendar: Calendar, at: datetime) -> bool:
    """Return whether the window that excused the first failure is over, however it ended.

    One that is still to come, since the clock was set back, has not ended.
    """
    if streak.window is None:
        return False
    end = calendar.end_of(streak.window)
    return end is None or end <= at


def _starts_soon(
    calendar: Calendar, at: datetime, known_at: datetime, target: Target, reason: Reason
) -> bool:
    """Return whether a window that would excuse it starts soon, and is published already."""
    return any(
        excuses(window, target, reason)
        for window in calendar.upcoming(at, EARLY)
        if window.published_at is None or window.published_at <= known_at
    )


def _announced_otherwise(
    calendar: Calendar, at: datetime, target: Target, opened: tuple[Window, ...]
) -> Because:
    """Return what was announced that comes near to excusing it, the first that holds."""
    others = (one for one in opened if not affects(one, target))
    holds = {
        Because.NOT_EXCUSED: any(affects(one, target) for one in opened),
        Because.UNREAD_NOTICE: calendar.unread_at(at, target.components),
        Because.OTHER_COMPONENT: any(one.impact is Impact.OUTAGE for one in others),
        Because.ADVISORY: calendar.advisory_at(at, target.components),
    }
    return next((because for because in Because if holds.get(because)), Because.UNANNOUNCED)
