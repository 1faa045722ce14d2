"""Two times of day to the minutes that they mean, or why they have no certain meaning."""

from probe.maintenance.reading.times.atoms import Clock

HOURS, NOON_HOUR, MINUTES = 24, 12, 60
#: Minutes from midnight.
NOON, DAY = NOON_HOUR * MINUTES, HOURS * MINUTES


#: Hours that go over midnight are no longer than this.
_LONGEST = 20 * MINUTES


class UncertainError(Exception):
    """Something could be read two ways, or not at all; the message is for the reviewer."""


def alone(clock: Clock, *, end: bool, clear: bool) -> int:
    """Return the minutes from midnight of a time that says which half of the day it is in."""
    if clock.word == "noon":
        return NOON
    if clock.word == "midnight":
        return DAY if end else 0
    if clock.meridiem:
        hour = clock.hour % NOON_HOUR + (NOON_HOUR if clock.meridiem == "p" else 0)
        return hour * MINUTES + clock.minute
    if clock.military or clear:
        return clock.hour * MINUTES + clock.minute
    raise UncertainError(f"{clock.hour}:{clock.minute:02d} may be a.m. or p.m.")


def span(start: Clock, end: Clock, *, clear: bool, next_day: bool = False) -> tuple[int, int]:
    """Return both ends of a range in minutes; over 1440 is on the next day.

    `clear` says that times are counted to 24 here. The first time takes the half of the day of the
    second where that makes the range go forward.
    """
    start = _shared(start, end)
    if end.is_plain and not (clear or start.military):
        raise UncertainError("the second time does not say a.m. or p.m.")
    clear = clear or start.military or end.military
    first = alone(start, end=False, clear=clear)
    last = alone(end, end=True, clear=clear)
    if end.meridiem == "a" and end.hour % NOON_HOUR == 0 and last == 0:
        last = DAY
        if start.meridiem == "a" and first > 0:
            raise UncertainError("12 a.m. at the end of a morning may be meant as noon")
    if last == 0 and first > 0:
        last = DAY
    if (first == last and start.second >= end.second) or (
        first == 0 and last == DAY and end.hour % NOON_HOUR == 0 and not end.military
    ):
        raise UncertainError("it ends when it starts")
    if last < first:
        if start.meridiem == "p" and start.hour % NOON_HOUR == 0 and not start.word:
            raise UncertainError("12 p.m. before an earlier end may be meant as midnight")
        last += DAY
        if last - first > _LONGEST:
            raise UncertainError("it would end just before the time at which it starts")
    elif next_day and last - first < DAY and last <= DAY:
        last += DAY
    return first, last


def _shared(start: Clock, end: Clock) -> Clock:
    if not start.is_plain or not (end.meridiem or end.word):
        return start
    if end.word:
        return Clock(start.hour, start.minute, "a" if end.word == "noon" else "p")
    same = Clock(start.hour, start.minute, end.meridiem)
    last = alone(end, end=True, clear=False)
    if end.meridiem == "a" and end.hour == NOON_HOUR:
        last = DAY
        same = Clock(start.hour, start.minute, "p")
    if alone(same, end=False, clear=False) < last:
        return same
    return Clock(start.hour, start.minute, "p" if end.meridiem == "a" else "a")
