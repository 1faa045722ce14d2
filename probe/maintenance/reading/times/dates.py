"""Dates as written to dates that are meant."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.times.atoms import Atom, Day, Stamp
from probe.maintenance.reading.times.clocks import UncertainError
from probe.maintenance.reading.times.expressions import When

LONG = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEK, _WEEKEND, _SUNDAY = 7, (5, 6), 6
_LONGEST_LIST, _ENDS = 62, 2
_FURTHEST_YEARS = 60
_ABROAD = ("Europe/", "Australia/", "Asia/", "Africa/", "Pacific/A")
_AMERICAN = ("America/", "US/", "Pacific/H")


class Dates:
    """Resolves the dates of one notice: a missing year or month, weekdays that confirm.

    `zones` are all that it names; `scheduled` is the year of a schedule that it is; `busy` are the
    days that have hours of their own, so that no bare weekday with other hours means them.
    """

    def __init__(
        self,
        context: Context,
        whens: Iterable[When] = (),
        *,
        zones: Iterable[str] = (),
        scheduled: int | None = None,
        busy: Iterable[When] = (),
    ) -> None:
        whens, busy = list(whens), list(busy)
        self.context = context
        self._scheduled = scheduled
        self._this = {w.weekdays[0] for w in whens if w.relative == "this" and w.weekdays}
        self._around = max(context.posted, default=context.day)
        self._abroad = any(zone.startswith(_ABROAD) for zone in zones)
        named = [day for when in whens for day in when.dates]
        orders = {day.order for day in named if day.order}
        self._order = orders.pop() if len(orders) == 1 else ""
        self.known: list[date] = []
        self._busy: set[date] = set()
        full = {(d.year, d.month, d.day) for d in named if d.year and d.month and d.day}
        if len(full) == 1:
            with suppress(ValueError):
                self._around = date(*full.pop())
        for day in sorted(named, key=lambda day: day.month is None):
            with suppress(UncertainError):
                found = self.of(day)
                if found not in self.known:
                    self.known.append(found)
        for when in busy:
            with suppress(UncertainError):
                self._busy.update(self.all(when))

    def of(self, day: Day, near: date | None = None) -> date:
        """Return the date that is meant, the nearest where its year is not written.

        Raises UncertainError where there is no such date or its weekday is another one.
        """
        if day.relative:
            return self._relative(day)
        if day.nth:
            return self._nth(day)
        if day.month is None:
            return self._day_of_month(day)
        readings = [(day.month, day.day)]
        american = self.context.timezone.startswith(_AMERICAN)
        if day.swapped and self._order == "dm":
            readings = [(day.day or 0, day.month)]
        elif day.swapped and not self._order and (self._abroad or not american):
            readings.append((day.day or 0, day.month))
        found = [self._nearest(day.year, month, number, near) for month, number in readings]
        if day.weekday is not None and near is None and self._around != self.context.day:
            found += [
                self._nearest(day.year, month, number, self.context.day)
                for month, number in readings
            ]
        dates = [it for it in found if it is not None]
        if not dates:
            raise UncertainError("there is no such date")
        return _confirmed(day, dates)

    def all(self, when: When) -> list[date]:
        """Return the dates that are named together, in order; of a range both ends."""
        if when.either:
            raise UncertainError("one date or another")
        found: list[date] = []
        near = next((self.of(d) for d in when.dates if d.year and d.month and not d.nth), None)
        for day in when.dates:
            found.append(self.of(day, found[-1] if found else near))
        if when.through and len(found) != _ENDS:
            raise UncertainError("a range of dates beside another date")
        if len(found) > _LONGEST_LIST or sorted(found) != found:
            raise UncertainError("the dates are not in order")
        return found

    def weekday(self, when: When, *, weekend: bool = False, coming: bool = False) -> date:
        """Return the one date that a bare weekday means here.

        Where its sentence speaks of this `weekend`, its Saturday and its Sunday are those, and
        where it speaks of what is `coming`, the next such day is meant.
        """
        number = when.weekdays[0]
        same = [it for it in self.known if it.weekday() == number and it not in self._busy]
        if len(same) == 1:
            return same[0]
        if len(same) > 1:
            raise UncertainError(f"{LONG[number]} may be one of several dates")
        is_weekend = weekend and number in _WEEKEND and self._today("this").weekday() < _SUNDAY
        if when.relative == "this" or is_weekend or number in self._this:
            today = self._today(f"'this {LONG[number]}'")
            return today + timedelta(days=(number - today.weekday()) % _WEEK)
        is_dated = self.context.day_is_borne and not self.context.day_is_of_page
        if coming and (is_dated or self.context.posted) and not self.known:
            today = self._today(LONG[number])
            days = (number - today.weekday()) % _WEEK
            if days:  # of the day itself it would say "today"
                return today + timedelta(days)
        raise UncertainError(f"{LONG[number]} may be one day or every week")

    def _nth(self, day: Day) -> date:
        """Return the first Sunday of December, of the year in which it is nearest."""
        if day.month is None or day.weekday is None:
            raise UncertainError("the month is not written")
        year = self._around.year
        years = [day.year] if day.year is not None else [year - 1, year, year + 1]
        found = [it for y in years if (it := _nth_of(y, day.month, day.weekday, day.nth))]
        if not found:
            raise UncertainError("there is no such date")
        return min(found, key=lambda it: abs(it - self._around))

    def _nearest(
        self, year: int | None, month: int, number: int | None, near: date | None
    ) -> date | None:
        around = near or self._around
        years = [year] if year is not None else [around.year - 1, around.year, around.year + 1]
        if year is None and near is None and self._scheduled is not None:
            years = [self._scheduled]
        if any(abs(it - self.context.day.year) > _FURTHEST_YEARS for it in years):
            raise UncertainError(f"the year {years[0]} is none that is meant")
        found = []
        for it in years:
            with suppress(ValueError, TypeError):
                found.append(date(it, month, number))  # type: ignore[arg-type]  # TypeError is met
        nearest = min(found, key=lambda it: abs(it - around), default=None)
        if len(years) > 1 and near is None and self.context.posted:
            # Two anchors: the day of the text's own stamp, and the one full date that it names.
            posted = max(self.context.posted)
            if nearest != min(found, key=lambda it: abs(it - posted), default=None):
                raise UncertainError("its year may be that of the stamp or that of another date")
        return nearest

    def _today(self, words: str) -> date:
        """Return the day on which the words were written: the text's own, else its page's."""
        posted = self.context.posted
        if len(posted) > 1:
            raise UncertainError(f"{words} may be of any of the days at which the text was written")
        if not posted and not self.context.day_is_borne:
            raise UncertainError(f"{words} needs a date that the text bears")
        return posted[0] if posted else self.context.day

    def _relative(self, day: Day) -> date:
        today = self._today(repr(day.relative))
        if day.relative == "this weekend":
            raise UncertainError("'this weekend' names no day")
        return _confirmed(day, [today + timedelta(days=day.relative == "tomorrow")])

    def _day_of_month(self, day: Day) -> date:
        """`Monday 28th`: in the month of a date of the same notice, or the nearest such Monday."""
        anchors = self.known or ([self.context.day] if self.context.day_is_borne else [])
        for anchor in anchors:
            for shift in range(-20, 21):
                it = anchor + timedelta(days=shift)
                if it.day == day.day and it.weekday() == day.weekday:
                    return it
        raise UncertainError("the month is not written")


def _confirmed(day: Day, dates: list[date]) -> date:
    if day.weekday is None:
        if len(dates) > 1:
            raise UncertainError("day and month could change places")
        return dates[0]
    for it in dates:
        if it.weekday() == day.weekday:
            return it
    raise UncertainError(f"{dates[0]:%B} {dates[0].day}, {dates[0].year} is no {LONG[day.weekday]}")


def _nth_of(year: int, month: int, weekday: int, nth: int) -> date | None:
    days = []
    day = date(year, month, 1)
    while day.month == month:
        if day.weekday() == weekday:
            days.append(day)
        day += timedelta(days=1)
    at = nth - 1 if nth > 0 else nth
    return days[at] if -len(days) <= at < len(days) else None


def posted_on(tiles: Iterable[When], stamps: Iterable[Atom], context: Context) -> tuple[date, ...]:
    """Return the days at which a text says that it was posted or changed."""
    dates = Dates(context)
    named = [day for when in tiles for day in when.dates]
    named += [day for atom in stamps if isinstance(atom.value, Stamp) for day in atom.value.days]
    found: dict[date, None] = {}
    for day in named:
        if not day.relative:
            with suppress(UncertainError):
                found[dates.of(day)] = None
    return tuple(found)


def every_day(first: date, last: date) -> Iterator[date]:
    """Each date from the first to the last."""
    for shift in range((last - first).days + 1):
        yield first + timedelta(days=shift)
