"""A plan in plain English, for the terminal."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from probe.maintenance.recurrence import Frequency, Rule
from probe.types import Plan

FURTHEST = timedelta(days=400)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}


def plan(announced: Plan) -> str:
    """Return when a plan is: `every Thursday 21:00 to 23:00 America/New_York`."""
    zone = ZoneInfo(announced.timezone)
    starts, ends = announced.starts_at.astimezone(zone), announced.ends_at.astimezone(zone)
    if announced.recurrence is None:
        return f"{starts:%a %Y-%m-%d %H:%M %Z} to {ends:%a %Y-%m-%d %H:%M %Z}"
    days = (ends.date() - starts.date()).days
    later = "" if not days else " the next day" if days == 1 else f" {days} days later"
    told = rule(Rule.parse(announced.recurrence))
    return f"{told} {starts:%H:%M} to {ends:%H:%M}{later}, {announced.timezone}"


def rule(recurring: Rule) -> str:
    """Return the days of a rule: `every Thursday`, `the third Saturday of each month`."""
    names = ", ".join(
        f"the {NTH[n]} {DAYS[day]}" if n else DAYS[day] for n, day in recurring.weekdays
    )
    dates = ", ".join(str(day) for day in recurring.month_days)
    step = "" if recurring.interval == 1 else f"{recurring.interval} "
    if recurring.frequency is Frequency.DAILY:
        text = "every day" if not step else f"every {step}days"
    elif recurring.frequency is Frequency.WEEKLY:
        text = f"every {names}" if not step else f"every {step}weeks on {names}"
    else:
        on = " on day ".join(part for part in (names, dates) if part) if dates else names
        text = f"{'day ' if dates and not names else ''}{on} of each month"
        text += "" if not step else f", every {step}months"
    if recurring.until:
        text += f" until {recurring.until}"
    if recurring.excepted:
        text += f" except {', '.join(str(day) for day in sorted(recurring.excepted))}"
    return text
