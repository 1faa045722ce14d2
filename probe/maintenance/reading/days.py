"""Dates as written to dates that are meant."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta

from probe.maintenance.reading.atoms import Atom, Day, Days, Repeat, Stamp, Weekdays
from probe.maintenance.reading.clocks import UncertainError
from probe.maintenance.reading.context import Context

SHORT = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONG = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKEND, _SUNDAY = (5, 6), 6
_LONGEST_LIST, _ENDS = 62, 2
_FURTHEST_YEARS = 60


class Dates:
    """Resolves the dates of one notice: a missing year or month, weekdays that confirm.

    Where it speaks of this `weekend`, its Saturday and its Sunday are those, and where it speaks of
    what is `coming`, so are those weekdays; `scheduled` is the year of a schedule that it is.
    """

    def __init__(
        self,
        context: Context,
        atoms: Iterable[Atom],
        *,
        weekend: bool = False,
        coming: Iterable[int] = (),
        scheduled: int | None = None,
    ) -> None:
        atoms = list(atoms)
        self.context = context
        self._weekend = weekend
        self._this = {
            a.value.days[0] for a in atoms if a.kind == "W" and a.value.relative == "this"
        }
        self._coming = frozenset(coming)
        self._scheduled = scheduled
        self._around = max(context.posted, default=context.day)
        self.known: list[date] = []
        self._abroad = any(
            zone.startswith(("Europe/", "Australia/", "Asia/", "Africa/", "Pacific/A"))
            for atom in atoms
            if atom.kind == "Z"
            for zone in atom.value
        )
        named = [day for a in atoms if isinstance(a.value, Days) for day in a.value.days]
        orders = {day.order for day in named if day.order}
        self._order = orders.pop() if len(orders) == 1 else ""
        years = {day.year for day in named if day.year is not None}
        self._year = years.pop() if len(years) == 1 else None
        full = {(d.year, d.month, d.day) for d in named if d.year and d.month and d.day}
        if len(full) == 1:
            with suppress(ValueError):
                self._around = date(*full.pop())
        for day in sorted(named, key=lambda day: day.month is None):
            with suppress(UncertainError):
                found = self.of(day)
                if found not in self.known:
                    self.known.append(found)

    def of(self, day: Day, near: date | None = None) -> date:
        """Return the date that is meant, the nearest where its year is not written.

        Raises UncertainError where there is no such date or its weekday is another one.
        """
        if day.relative:
            return self._relative(day)
        if day.month is None:
            return self._day_of_month(day)
        readings = [(day.month, day.day)]
        american = self.context.timezone.startswith(("America/", "US/", "Pacific/H"))
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
        return self._confirmed(day, dates)

    def _confirmed(self, day: Day, dates: list[date]) -> date:
        if day.weekday is None:
            if len(dates) > 1:
                raise UncertainError("day and month could change places")
            return dates[0]
        for it in dates:
            if it.weekday() == day.weekday:
                return it
        raise UncertainError(
            f"{dates[0]:%B} {dates[0].day}, {dates[0].year} is no {LONG[day.weekday]}"
        )

    def _nearest(
        self, year: int | None, month: int, number: int | None, near: date | None
    ) -> date | None:
        around = near or self._around
        years = [year] if year is not None else [around.year - 1, around.year, around.year + 1]
        if year is None and near is None and self._scheduled is not None:
            years = [self._scheduled]
        found = []
        if any(abs(it - self.context.day.year) > _FURTHEST_YEARS for it in years):
            raise UncertainError(f"the year {years[0]} is none that is meant")
        for it in years:
            with suppress(ValueError, TypeError):
                found.append(date(it, month, number))  # type: ignore[arg-type]  # TypeError is met
        return min(found, key=lambda it: abs(it - around), default=None)

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
        found = today + timedelta(days=day.relative == "tomorrow")
        return self._confirmed(day, [found])

    def _day_of_month(self, day: Day) -> date:
        """`Monday 28th`: in the month of a date of the same notice, or the nearest such Monday."""
        anchors = self.known or ([self.context.day] if self.context.day_is_borne else [])
        for anchor in anchors:
            for shift in range(-20, 21):
                it = anchor + timedelta(days=shift)
                if it.day == day.day and it.weekday() == day.weekday:
                    return it
        raise UncertainError("the month is not written")

    def weekday(self, weekdays: Weekdays) -> date:
        """Return the one date that a bare weekday means here."""
        number = weekdays.days[0]
        same = [it for it in self.known if it.weekday() == number]
        if len(same) == 1:
            return same[0]
        if len(same) > 1:
            raise UncertainError(f"{LONG[number]} may be one of several dates")
        is_weekend = (
            self._weekend and number in _WEEKEND and self._today("this").weekday() < _SUNDAY
        )
        if weekdays.relative == "this" or is_weekend or number in self._this:
            today = self._today(f"'this {LONG[number]}'")
            return today + timedelta(days=(number - today.weekday()) % 7)
        is_dated = self.context.day_is_borne and not self.context.day_is_of_page
        is_dated = is_dated or bool(self.context.posted)
        after = [it + timedelta(1) for it in self.known]
        if number in self._coming and len(after) == 1 and after[0].weekday() == number:
            return after[0]
        if number in self._coming and is_dated and not self.known:
            today = self._today(LONG[number])
            days = (number - today.weekday()) % 7
            if days:  # of the day itself it would say "today"
                return today + timedelta(days)
        raise UncertainError(f"{LONG[number]} may be one day or every week")


def posted_on(atoms: Iterable[Atom], context: Context) -> tuple[date, ...]:
    """Return the days at which a text says that it was posted or changed."""
    dates = Dates(context, ())
    found: dict[date, None] = {}
    for atom in atoms:
        if isinstance(atom.value, Stamp):
            with suppress(UncertainError):
                found |= dict.fromkeys(dates.of(day) for day in atom.value.days if not day.relative)
    return tuple(found)


def dates_of(atoms: list[Atom], dates: Dates) -> tuple[list[date], bool]:
    """Return the dates that a run of D names, and whether they are the ends of a range."""
    found: list[date] = []
    through = False
    for i, atom in enumerate(atoms):
        if atom.value == "or" or (atom.kind == "D" and atom.value.either):
            raise UncertainError("one date or another")
        if atom.kind == "D":
            days: Days = atom.value
            for day in days.days:
                found.append(dates.of(day, found[-1] if found else _near(atoms[i:], dates)))
            through = through or days.through
        elif atom.kind in "-R":
            through = True
    if through and len(found) != _ENDS:
        raise UncertainError("a range of dates beside another date")
    if len(found) > _LONGEST_LIST or sorted(found) != found:
        raise UncertainError("the dates are not in order")
    return found, through


def _near(atoms: list[Atom], dates: Dates) -> date | None:
    """Return a date further on that has its year, which the first one then is near."""
    for atom in atoms:
        if atom.kind == "D":
            for day in atom.value.days:
                if day.year is not None and day.month is not None:
                    return dates.of(day)
    return None


def every_day(first: date, last: date) -> Iterator[date]:
    """Each date from the first to the last."""
    for shift in range((last - first).days + 1):
        yield first + timedelta(days=shift)


def weekdays_of(atoms: list[Atom]) -> tuple[tuple[int, ...], bool, str, str]:
    """Return what a run of W and N says.

    Its weekdays, whether it repeats, how it is relative, and the rule of an N that is not daily.
    """
    days: set[int] = set()
    every, relative, rule = False, "", ""
    previous: int | None = None
    through = False
    for atom in atoms:
        if atom.kind == "N":
            every = True
            repeat: Repeat = atom.value
            if repeat.rule != "FREQ=DAILY":
                if rule or days:
                    raise UncertainError("several repetitions at once")
                rule = repeat.rule
        elif atom.kind == "W":
            weekdays: Weekdays = atom.value
            every = every or weekdays.every
            relative = relative or weekdays.relative
            if through and previous is not None:
                last = weekdays.days[0]
                days |= {(previous + n) % 7 for n in range((last - previous) % 7 + 1)}
            days |= set(weekdays.days)
            previous, through = weekdays.days[-1], False
        elif atom.kind in "-R":
            through = True
    if rule and days:
        raise UncertainError("several repetitions at once")
    return tuple(sorted(days)), every, relative, rule


def weekly(weekdays: tuple[int, ...]) -> str:
    """Return the rule of these weekdays of every week."""
    return "FREQ=WEEKLY;BYDAY=" + ",".join(SHORT[day] for day in weekdays)
