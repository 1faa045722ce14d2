"""Plans, rules and lengths of time in plain English."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from probe.english import listed
from probe.maintenance.recurrence import Frequency, Rule
from probe.maintenance.zones import written
from probe.types import Bounds, Plan

#: How far ahead occurrences are told.
FURTHEST = Bounds().furthest
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NTH = ("", "first", "second", "third", "fourth", "fifth")
WORKING_WEEK = {(0, day) for day in range(5)}


def plan(announced: Plan) -> str:
    """Return when a plan is, in its own zone: `every Thursday 21:00-23:00 America/New_York`."""
    zone = ZoneInfo(announced.timezone)
    if announced.recurrence is None:
        starts, ends = announced.starts_at.astimezone(UTC), announced.ends_at.astimezone(UTC)
        shown = "%a %Y-%m-%d %H:%M %Z"
        both = f"{starts.astimezone(zone):{shown}} to {ends.astimezone(zone):{shown}}"
        return f"{both} ({length(ends - starts)})"
    starts, ends = written(announced.starts_at, zone), written(announced.ends_at, zone)
    days = (ends.date() - starts.date()).days
    later = "" if not days else " (next day)" if days == 1 else f" ({days} days later)"
    told = rule(Rule.parse(announced.recurrence))
    return f"{told} {starts:%H:%M}-{ends:%H:%M}{later} {announced.timezone}"


def rule(recurring: Rule) -> str:
    """Return the days of a rule: `every Thursday`, `the third Saturday of each month`."""
    text = _days(recurring)
    if recurring.until:
        text += f" until {recurring.until}"
    if recurring.excepted:
        text += (
            f" except {listed(f'{day:%Y-%m-%d}' for day in sorted(recurring.excepted, key=str))}"
        )
    return text


def length(span: timedelta | float) -> str:
    """Return how long something is, a number being seconds, in at most two units, the rest cut off.

    `45 s`, `12 min`, `2 h 5 min`, `3 d 10 h`.
    """
    whole = round(span / timedelta(seconds=1) if isinstance(span, timedelta) else span)
    minutes, hours, days = whole // 60, whole // 3600, whole // 86_400
    if days:
        parts = [(days, "d"), (hours % 24, "h")]
    elif minutes:
        parts = [(hours, "h"), (minutes % 60, "min")]
    else:
        parts = [(whole, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


# --- days ------------------------------------------------------------------------------------


def _days(recurring: Rule) -> str:
    weekdays = _weekdays(recurring.weekdays)
    dates = listed(map(_date, recurring.month_days))
    if recurring.frequency is Frequency.MONTHLY:
        step = recurring.interval
        months = "each month" if step == 1 else f"every {_ordinal(step)} month"
        if dates:
            return f"{dates} of {months}" + (f" if it is {weekdays}" if weekdays else "")
        every = "" if all(n for n, _ in recurring.weekdays) else "every "
        return f"{every}{weekdays} of {months}"
    if recurring.interval == 1:
        text = f"every {weekdays or 'day'}"
    else:
        unit = "days" if recurring.frequency is Frequency.DAILY else "weeks"
        text = f"every {recurring.interval} {unit}" + (f" on {weekdays}" if weekdays else "")
    return text + (f" if it is {dates} of the month" if dates else "")


def _weekdays(weekdays: tuple[tuple[int, int], ...]) -> str:
    if set(weekdays) == WORKING_WEEK:
        return "Monday to Friday"
    return listed(_weekday(n, day) for n, day in sorted(weekdays, key=lambda pair: pair[0] != 0))


def _weekday(n: int, day: int) -> str:
    if n == 0:
        return DAYS[day]
    nth = NTH[abs(n)]
    return f"the {nth if n > 0 else 'last' if n == -1 else f'{nth} to last'} {DAYS[day]}"


def _date(n: int) -> str:
    if n > 0:
        return f"the {_ordinal(n)}"
    return "the last day" if n == -1 else f"the {_ordinal(-n)} to last day"


def _ordinal(n: int) -> str:
    teens = 10 < n % 100 < 20  # noqa: PLR2004  (11th, 12th, 13th)
    return f"{n}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"
