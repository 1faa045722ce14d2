"""Recurring days: a subset of RFC 5545 as a predicate on a date.

Whether a rule falls on a day is computed from the rule alone, never from an earlier occurrence.
"""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: A rule that falls on no day for so long never does: leap days may be 8 years apart.
FURTHEST = timedelta(days=366 * 28)

_WEEKDAY = re.compile(r"(?P<nth>[+-]?[1-5])?(?P<day>MO|TU|WE|TH|FR|SA|SU)")
_DATE = re.compile(r"(?P<day>\d{8})(?:T\d{6}Z?)?")


class Frequency(StrEnum):
    """How often."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Days that recur, in local time.

    `weekdays` are pairs of n and Monday's 0 to Sunday's 6; n is 0 for every one, -1 for the last of
    the month. `until` is the last day that counts.
    """

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    until: date | None = None
    excepted: frozenset[date] = frozenset()

    @classmethod
    def parse(cls, text: str) -> "Rule":
        """Read `RRULE:...` and perhaps a line `EXDATE:...`; raises ValueError for anything else."""
        excepted: set[date] = set()
        rule = ""
        for line in text.strip().splitlines():
            name, _, value = line.strip().rpartition(":")
            if name.split(";")[0] == "EXDATE":
                excepted.update(_date(item) for item in value.split(","))
            elif name in {"RRULE", ""} and not rule:
                rule = value
            else:
                raise ValueError(f"{line!r} is neither RRULE nor EXDATE")
        return replace(_rule(rule), excepted=frozenset(excepted))

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        parts = [f"FREQ={self.frequency}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.weekdays:
            parts.append("BYDAY=" + ",".join(f"{n or ''}{DAYS[day]}" for n, day in self.weekdays))
        if self.month_days:
            parts.append("BYMONTHDAY=" + ",".join(map(str, self.month_days)))
        if self.until:
            parts.append(f"UNTIL={self.until:%Y%m%d}T235959")
        text = "RRULE:" + ";".join(parts)
        if self.excepted:
            text += "\nEXDATE:" + ",".join(f"{day:%Y%m%d}" for day in sorted(self.excepted))
        return text

    def falls_on(self, day: date, anchor: date) -> bool:
        """Return whether it does; `anchor`, the first day, matters where an interval is counted."""
        if day in self.excepted or (self.until and day > self.until):
            return False
        return self._in_step(day, anchor) and self._on_weekday(day) and self._on_month_day(day)

    def first(self, on_or_after: date) -> date | None:
        """Return the first day from a date on, intervals counted from it; None if there is none."""
        day = on_or_after
        while day - on_or_after < FURTHEST and not (self.until and day > self.until):
            if self.falls_on(day, on_or_after):
                return day
            day += timedelta(days=1)
        return None

    def _in_step(self, day: date, anchor: date) -> bool:
        if self.interval == 1:
            return True
        if self.frequency is Frequency.DAILY:
            steps = (day - anchor).days
        elif self.frequency is Frequency.WEEKLY:
            steps = (_monday(day) - _monday(anchor)).days // 7
        else:
            steps = (day.year - anchor.year) * 12 + day.month - anchor.month
        return steps % self.interval == 0

    def _on_weekday(self, day: date) -> bool:
        if not self.weekdays:
            return True
        length = calendar.monthrange(day.year, day.month)[1]
        nth, nth_last = (day.day - 1) // 7 + 1, (day.day - length) // 7 - 1
        return any(
            day.weekday() == wanted and n in {0, nth, nth_last} for n, wanted in self.weekdays
        )

    def _on_month_day(self, day: date) -> bool:
        if not self.month_days:
            return True
        length = calendar.monthrange(day.year, day.month)[1]
        return day.day in self.month_days or day.day - length - 1 in self.month_days


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _date(text: str) -> date:
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no date of the form 20261205 or 20261205T220000")
    return date.fromisoformat(match["day"])


def _rule(text: str) -> Rule:
    given = dict(part.partition("=")[::2] for part in text.strip().strip(";").split(";"))
    unknown = given.keys() - {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL", "WKST"}
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))}: not known in a rule")
    try:
        frequency = Frequency(given.get("FREQ", ""))
    except ValueError:
        raise ValueError(f"{text!r}: FREQ is DAILY, WEEKLY or MONTHLY") from None
    weekdays = tuple(_weekday(item) for item in given.get("BYDAY", "").split(",") if item)
    month_days = tuple(_month_day(item) for item in given.get("BYMONTHDAY", "").split(",") if item)
    if frequency is Frequency.WEEKLY and not weekdays:
        raise ValueError("a weekly rule names its BYDAY")
    if frequency is Frequency.MONTHLY and not (weekdays or month_days):
        raise ValueError("a monthly rule names its BYDAY or BYMONTHDAY")
    if frequency is not Frequency.MONTHLY and any(n for n, _ in weekdays):
        raise ValueError("an nth weekday belongs to a monthly rule")
    interval = given.get("INTERVAL", "1")
    if not (interval.isascii() and interval.isdigit() and 0 < int(interval) <= 1000):  # noqa: PLR2004  (a bound)
        raise ValueError(f"INTERVAL={interval}: write a whole number from 1 to 1000")
    return Rule(
        frequency=frequency,
        interval=int(interval),
        weekdays=weekdays,
        month_days=month_days,
        until=_date(given["UNTIL"]) if "UNTIL" in given else None,
    )


def _weekday(text: str) -> tuple[int, int]:
    match = _WEEKDAY.fullmatch(text)
    if match is None:
        raise ValueError(f"BYDAY={text}: write MO or 3SA or -1SU")
    return int(match["nth"] or 0), DAYS.index(match["day"])


def _month_day(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,2}", text) or not 1 <= abs(int(text)) <= 31:  # noqa: PLR2004  (days)
        raise ValueError(f"BYMONTHDAY={text}: write a day from 1 to 31 or from -31 to -1")
    return int(text)
