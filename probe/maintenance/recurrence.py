"""Recurring days: a subset of RFC 5545 as a predicate on a date.

Whether a rule falls on a day is computed from the rule alone, never from an earlier occurrence.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: A rule that falls on no day for so long never does: the weekdays of leap days recur after 28
#: years, or 40 where a century has none.
FURTHEST = timedelta(days=366 * 41)
#: Larger steps than these are slips of the pen.
LONGEST_INTERVAL = 100

_WEEKDAY = re.compile(r"(?P<nth>[+-]?[1-5])?(?P<day>MO|TU|WE|TH|FR|SA|SU)")
_MONTH_DAY = re.compile(r"[+-]?([1-9]|[12][0-9]|3[01])")
_STAMP = re.compile(r"[0-9]{8}(T[0-9]{6})?")
_UNTIL = re.compile(r"[0-9]{8}(T235959)?")
_LAST_SECOND = time(23, 59, 59)


class Frequency(StrEnum):
    """How often."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Days that recur, in local time.

    `weekdays` are pairs of n and Monday's 0 to Sunday's 6; n is 0 for every one, -1 for the last of
    the month. `until` is the last day that counts. The days of `excepted` do not; they may bear the
    naive local time of the occurrence, by which other programs find it.
    """

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    until: date | None = None
    excepted: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Raise ValueError for what RFC 5545 forbids, and for days that nothing names."""
        if not 1 <= self.interval <= LONGEST_INTERVAL:
            raise ValueError(
                f"INTERVAL={self.interval}: write a whole number from 1 to {LONGEST_INTERVAL}"
            )
        if self.frequency is Frequency.WEEKLY and not self.weekdays:
            raise ValueError("a weekly rule names its BYDAY")
        if self.frequency is Frequency.WEEKLY and self.month_days:
            raise ValueError("a weekly rule has no BYMONTHDAY")
        if self.frequency is Frequency.MONTHLY and not (self.weekdays or self.month_days):
            raise ValueError("a monthly rule names its BYDAY or BYMONTHDAY")
        if self.frequency is not Frequency.MONTHLY and any(n for n, _ in self.weekdays):
            raise ValueError("an nth weekday belongs to a monthly rule")

    @classmethod
    def parse(cls, text: str) -> "Rule":
        """Read `RRULE:...` and perhaps lines `EXDATE:...`; raises ValueError for anything else."""
        first, *rest = text.strip().splitlines() or [""]
        given = _parts(first)
        return cls(
            frequency=_frequency(given["FREQ"]),
            interval=_interval(given.get("INTERVAL", "1")),
            weekdays=tuple(_weekday(item) for item in _items(given.get("BYDAY"))),
            month_days=tuple(_month_day(item) for item in _items(given.get("BYMONTHDAY"))),
            until=_until(given["UNTIL"]) if "UNTIL" in given else None,
            excepted=frozenset(stamp for line in rest for stamp in _excepted(line)),
        )

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
            # A bare date is midnight to other programs, and would lose the last occurrence.
            parts.append(f"UNTIL={_written(datetime.combine(self.until, _LAST_SECOND))}")
        text = "RRULE:" + ";".join(parts)
        if self.excepted:
            text += "\nEXDATE:" + ",".join(sorted(map(_written, self.excepted)))
        return text

    def falls_on(self, day: date, anchor: date) -> bool:
        """Return whether it does; `anchor`, the first day, matters only where an interval does."""
        return (
            self._on_weekday(day)
            and self._on_month_day(day)
            and self._in_step(day, anchor)
            and not (self.until and day > self.until)
            and all(_day(excepted) != day for excepted in self.excepted)
        )

    def first(self, on_or_after: date) -> date | None:
        """Return the first day from one on, intervals counted from there; None if there is none."""
        last = min(on_or_after.toordinal() + FURTHEST.days, date.max.toordinal())
        days = map(date.fromordinal, range(on_or_after.toordinal(), last + 1))
        return next((day for day in days if self.falls_on(day, on_or_after)), None)

    def _on_weekday(self, day: date) -> bool:
        for n, wanted in self.weekdays:
            if day.weekday() == wanted and (n == 0 or n in _places(day)):
                return True
        return not self.weekdays

    def _on_month_day(self, day: date) -> bool:
        return not self.month_days or any(
            n in {day.day, day.day - _length(day) - 1} for n in self.month_days
        )

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


def _length(day: date) -> int:
    """Return how many days the month of a day has."""
    return monthrange(day.year, day.month)[1]


def _places(day: date) -> tuple[int, int]:
    """Return which of its weekday a day is in its month, from the front and from the back."""
    return (day.day - 1) // 7 + 1, -((_length(day) - day.day) // 7 + 1)


def _day(stamp: date) -> date:
    return stamp.date() if isinstance(stamp, datetime) else stamp


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


# --- text ------------------------------------------------------------------------------------


def _parts(line: str) -> dict[str, str]:
    name, colon, value = line.strip().partition(":")
    if name != "RRULE" or not colon:
        raise ValueError(f"{line!r}: write RRULE:FREQ=...")
    given: dict[str, str] = {}
    for part in value.split(";"):
        key, equals, item = part.partition("=")
        if key not in {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL"} or not equals:
            raise ValueError(
                f"{part!r}: a rule has FREQ, INTERVAL, BYDAY, BYMONTHDAY and UNTIL, no more"
            )
        if key in given:
            raise ValueError(f"{key} is there twice")
        given[key] = item
    if "FREQ" not in given:
        raise ValueError(f"{line!r}: FREQ is missing")
    return given


def _items(value: str | None) -> list[str]:
    return [] if value is None else value.split(",")


def _frequency(text: str) -> Frequency:
    try:
        return Frequency(text)
    except ValueError:
        raise ValueError(f"FREQ={text}: write DAILY, WEEKLY or MONTHLY") from None


def _interval(text: str) -> int:
    if not re.fullmatch("[0-9]{1,3}", text):
        raise ValueError(f"INTERVAL={text}: write a whole number from 1 to {LONGEST_INTERVAL}")
    return int(text)


def _weekday(text: str) -> tuple[int, int]:
    match = _WEEKDAY.fullmatch(text)
    if match is None:
        raise ValueError(f"BYDAY={text}: write MO or 3SA or -1SU")
    return int(match["nth"] or 0), DAYS.index(match["day"])


def _month_day(text: str) -> int:
    if not _MONTH_DAY.fullmatch(text):
        raise ValueError(f"BYMONTHDAY={text}: write a day from 1 to 31 or from -31 to -1")
    return int(text)


def _until(text: str) -> date:
    # Another hour would have to be compared with those of the occurrences.
    if not _UNTIL.fullmatch(text):
        raise ValueError(f"UNTIL={text}: write the last day that counts, such as 20261231")
    return _day(_stamp(text[:8]))


def _excepted(line: str) -> Iterator[date]:
    name, _, value = line.strip().partition(":")
    if name != "EXDATE":
        raise ValueError(f"{line!r}: after the RRULE only EXDATE:... may follow")
    return map(_stamp, value.split(","))


def _stamp(text: str) -> date:
    if not _STAMP.fullmatch(text):
        raise ValueError(f"{text!r}: write local time, such as 20261205 or 20261205T220000")
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r}: there is no such date or time") from error


def _written(stamp: date) -> str:
    return re.sub("[:-]", "", stamp.isoformat())
