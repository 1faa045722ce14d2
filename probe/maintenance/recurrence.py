"""Recurring days: a subset of RFC 5545 as a predicate on a date.

Whether a rule falls on a day is computed from the rule alone, never from an earlier occurrence, and
in bounded time: dateutil, which the tests compare it with, looks for the days of a rule that never
falls on one until the year 9999.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
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


# --- as calendars write them -----------------------------------------------------------------

#: How many days ahead the last of a counted series is looked for; it is not counted any further.
COUNTED = 3660
_FOREIGN = frozenset(
    {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "UNTIL", "COUNT", "WKST"}
)


def rule_of_calendar(text: str, start: datetime) -> Rule:
    """Return the rule of an event, without its name, that first happens at `start`, in its zone.

    What a start implies is written out, COUNT and an UNTIL in UTC become a last day. Raises
    ValueError for what cannot be said so.
    """
    given = _parts(f"RRULE:{text.strip(';')}", _FOREIGN)
    given = _by_month(_by_place(given), start)
    if given["FREQ"] == "WEEKLY":
        given = {"BYDAY": DAYS[start.weekday()], **given}
        leaves_out = given.get("INTERVAL", "1") != "1" and "," in given["BYDAY"]
        if leaves_out and given.get("WKST", "MO") != "MO":
            raise ValueError("its weeks do not begin on Monday, and some of them are left out")
    if given["FREQ"] == "MONTHLY" and not given.keys() & {"BYDAY", "BYMONTHDAY"}:
        given["BYMONTHDAY"] = str(start.day)
    kept = (f"{key}={given[key]}" for key in sorted(_OURS - {"UNTIL"}) if key in given)
    rule = Rule.parse(f"RRULE:{';'.join(kept)}")
    day = start.date()
    if not rule.falls_on(day, day):
        raise ValueError("it does not begin on a day of its own rule")
    if "COUNT" in given and "UNTIL" in given:
        raise ValueError("it has both COUNT and UNTIL")
    if "COUNT" in given:
        return replace(rule, until=_counted(rule, day, given["COUNT"]))
    return replace(rule, until=_last_day(given["UNTIL"], start)) if "UNTIL" in given else rule


def _by_place(given: dict[str, str]) -> dict[str, str]:
    """Return parts in which Outlook's third one of all Saturdays is the third Saturday."""
    place = given.pop("BYSETPOS", None)
    if place is None:
        return given
    day = given.get("BYDAY", "")
    if given["FREQ"] != "MONTHLY" or day not in DAYS or "BYMONTHDAY" in given:
        raise ValueError(f"BYSETPOS={place} is only understood of one weekday of a month")
    return {**given, "BYDAY": f"{place}{day}"}


def _by_month(given: dict[str, str], start: datetime) -> dict[str, str]:
    """Return parts in which every year is every twelfth month."""
    month = given.pop("BYMONTH", None)
    if month is not None and (given["FREQ"] != "YEARLY" or month != str(start.month)):
        raise ValueError(f"BYMONTH={month} is only understood of the month in which it begins")
    if given["FREQ"] != "YEARLY":
        return given
    if month is None and given.keys() & {"BYDAY", "BYMONTHDAY"}:
        raise ValueError("a yearly rule names its BYMONTH")
    return {**given, "FREQ": "MONTHLY", "INTERVAL": str(12 * _interval(given.get("INTERVAL", "1")))}


def _counted(rule: Rule, first: date, count: str) -> date:
    """Return the last day of so many, excepted ones included."""
    if not re.fullmatch("[0-9]{1,4}", count) or int(count) == 0:
        raise ValueError(f"COUNT={count}: write a whole number from 1 to 9999")
    ahead = (first + timedelta(days=number) for number in range(COUNTED))
    days = [day for day in ahead if rule.falls_on(day, first)]
    return days[: int(count)][-1]


def _last_day(until: str, start: datetime) -> date:
    """Return the last day on which an event that begins at some time of day begins in time."""
    if re.fullmatch("[0-9]{8}", until):
        return _day(_stamp(until))
    if not re.fullmatch("[0-9]{8}T[0-9]{6}Z?", until):
        raise ValueError(f"UNTIL={until}: write a day, or an instant in UTC")
    last = datetime.fromisoformat(until.removesuffix("Z"))
    if until.endswith("Z"):
        last = last.replace(tzinfo=UTC).astimezone(start.tzinfo).replace(tzinfo=None)
    return last.date() - timedelta(days=last.time() < start.time())


# --- days ------------------------------------------------------------------------------------


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


_OURS = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL"})


def _parts(line: str, known: frozenset[str] = _OURS) -> dict[str, str]:
    name, colon, value = line.strip().partition(":")
    if name != "RRULE" or not colon:
        raise ValueError(f"{line!r}: write RRULE:FREQ=...")
    given: dict[str, str] = {}
    for part in value.split(";"):
        key, equals, item = part.partition("=")
        if key not in known or not equals:
            raise ValueError(
                f"{part!r}: a rule has FREQ, INTERVAL, BYDAY, BYMONTHDAY and UNTIL, no more"
                if known is _OURS
                else f"{part!r} is not understood in a rule"
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
