"""Shapes to spans of local time: what starts when and ends when, once or by a rule."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from probe.maintenance.reading import zonenames
from probe.maintenance.reading.atoms import Atom, Clock, Length, Weekdays
from probe.maintenance.reading.clocks import DAY, HOURS, UncertainError, alone, span
from probe.maintenance.reading.days import SHORT, Dates, dates_of, weekdays_of, weekly
from probe.maintenance.reading.rewrite import kinds
from probe.maintenance.reading.shapes import Tile
from probe.maintenance.reading.side import Side, check_night
from probe.maintenance.reading.span import Limits, Span

_ROUGHLY = re.compile(
    r"\b(?:approx\w*|about|around|roughly|expected|estimated|tentative\w*|projected|anticipated|circa"
    r"|less than|up to|or so|likely)\b|~(?=\d)"
)
_ENDS = 2


@dataclass(frozen=True, slots=True)
class Rules:
    """How this text says its times: to 24 hours, and whether a bare weekday here repeats."""

    dates: Dates
    folded: str
    clear: bool
    repeats: bool = False
    each: bool = False
    zones: tuple[tuple[str, ...], ...] = ()
    """The zone that its sentence begins with, as in "UTC: 3 a.m. to 11 a.m."."""
    near: tuple[date, ...] = ()
    """The dates that the sentence has named so far: a bare weekday after them is one of them."""


def _also(minutes: int, clock: Clock | None) -> tuple[tuple[int, Clock, tuple[str, ...]], ...]:
    return tuple((minutes, *it) for it in clock.also) if clock is not None else ()


class Spans:
    """Builds the spans of tiles."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def _rough(self, tile: Tile) -> bool:
        return _ROUGHLY.search(self.rules.folded[tile.start : tile.end].lower()) is not None

    def _span(
        self,
        tile: Tile,
        sides: tuple[Side, ...],
        day: date | None,
        minutes: tuple[int, int],
        rule: str = "",
    ) -> Span:
        also = tuple(
            a for side, m in zip(sides, minutes, strict=False) for a in _also(m, side.clock)
        )
        zones = tuple(zone for side in sides for zone in side.zones) or self.rules.zones
        told = [side.clock.second for side in sides if side.clock is not None]
        seconds = (told[0], told[-1]) if told else (0, 0)
        return Span(day, minutes, rule, zones, also, tile, self._rough(tile), seconds=seconds)

    # --- a moment to a moment ---------------------------------------------------------------

    def between(self, tile: Tile, left: Side, right: Side) -> list[Span]:
        """From one moment through another; a day that the right lacks is the left's."""
        check_night(left)
        check_night(right)
        if left.clock is not None and right.clock is None and _is_through(tile):
            right = replace(right, clock=Clock(HOURS, 0, military=True))
        if left.clock is None or right.clock is None:
            raise UncertainError("one end has no time of day")
        kinds_ = {a.kind for a in left.days + right.days}
        if not right.days or not left.days:
            return self.timed(tile, left.days or right.days, [(left, right)])
        if kinds_ == {"W"} and self._is_weekly(left, right):
            return [self._weekly_between(tile, left, right)]
        if kinds_ == {"N", "W"} and left.days[0].kind == "N":
            return [self._monthly_between(tile, left, right)]
        if kinds_ <= {"D", "N"} and "N" in kinds_ and _is_daily(left, right):
            return self.timed(tile, _dated_side(left, right), [(left, right)])
        if "N" in kinds_:
            raise UncertainError("a repetition at one end of a range")
        first, last = self._two_days(left, right)
        return [self._dated(tile, left, right, first, last)]

    def _is_weekly(self, left: Side, right: Side) -> bool:
        days = [a.value for a in left.days + right.days]
        if any(d.relative for d in days):
            return False
        return self.rules.repeats or any(d.every for d in days)

    def _weekly_between(self, tile: Tile, left: Side, right: Side) -> Span:
        start, end = left.days[0].value.days, right.days[0].value.days
        if len(start) != 1 or len(end) != 1 or left.clock is None or right.clock is None:
            raise UncertainError("several weekdays at one end of a range")
        clear = self.rules.clear or left.clock.military or right.clock.military
        first = alone(_with_meridiem(left.clock, right.clock), end=False, clear=clear)
        last = alone(right.clock, end=False, clear=clear)
        if "midnight" in {left.clock.word, right.clock.word}:
            raise UncertainError("midnight of a weekday may be its beginning or its end")
        away = (end[0] - start[0]) % 7
        if away == 0 and last <= first:
            away = 7
        minutes = (first, last + away * DAY)
        return self._span(
            tile, (left, right), None, minutes, f"FREQ=WEEKLY;BYDAY={SHORT[start[0]]}"
        )

    def _monthly_between(self, tile: Tile, left: Side, right: Side) -> Span:
        """From the third Friday of a month through the Saturday after it."""
        rule: str = left.days[0].value.rule
        match = re.fullmatch(r"FREQ=MONTHLY;BYDAY=-?\d([A-Z]{2})", rule)
        if match is None or len(right.days[0].value.days) != 1:
            raise UncertainError("a repetition at one end of a range")
        start = replace(right.days[0], value=Weekdays((SHORT.index(match[1]),)))
        weekly_ = self._weekly_between(tile, replace_days(left, start), right)
        return replace(weekly_, rule=rule)

    def _two_days(self, left: Side, right: Side) -> tuple[date, date]:
        dates = self.rules.dates
        a, b = left.days, right.days
        if len(a) != 1 or len(b) != 1:
            raise UncertainError("several days at one end of a range")
        if a[0].kind == "W" and b[0].kind == "W":
            first = dates.weekday(a[0].value)
            return first, first + timedelta(days=(b[0].value.days[0] - first.weekday()) % 7)
        if a[0].kind == "W":
            (last,), _ = _single(b, dates)
            return last - timedelta(days=(last.weekday() - a[0].value.days[0]) % 7), last
        if b[0].kind == "W":
            (first,), _ = _single(a, dates)
            return first, first + timedelta(days=(b[0].value.days[0] - first.weekday()) % 7)
        found, _ = dates_of([a[0], b[0]], dates)
        if len(found) > _ENDS:
            raise UncertainError("several days at one end of a range")
        return found[0], found[1]

    def _dated(self, tile: Tile, left: Side, right: Side, first: date, last: date) -> Span:
        start, end = left.clock, right.clock
        if start is None or end is None:
            raise UncertainError("one end has no time of day")
        if "midnight" in {start.word, end.word} and first != last:
            raise UncertainError("midnight beside a date may be its beginning or its end")
        if first == last:
            minutes = span(start, end, clear=self.rules.clear)
            if minutes[1] > DAY:
                raise UncertainError("it ends before it starts")
            return self._span(tile, (left, right), first, minutes)
        clear = self.rules.clear or start.military or end.military
        begins = alone(_with_meridiem(start, end), end=False, clear=clear)
        ends = alone(end, end=False, clear=clear) + (last - first).days * DAY
        return self._span(tile, (left, right), first, (begins, ends))

    # --- times on days ----------------------------------------------------------------------

    def timed(self, tile: Tile, days: list[Atom], times: list[tuple[Side, Side]]) -> list[Span]:
        """Each range of times on each of the days."""
        letters = kinds(days)
        if not re.search("[DWN]", letters):
            raise UncertainError("the times have no day")
        if re.fullmatch("[WN](?:[-RCA]*[WN])*[-R]D", letters) and _repeating(days):
            return [
                replace(it, limits=Limits(until=self._last(days)))
                for it in self.timed(tile, days[:-2], times)
            ]
        if "D" in letters and "W" not in letters and _is_each_day(days):
            days = [a for a in days if a.kind != "N"]
            letters = kinds(days)
        if "D" in letters and re.search("[WN]", letters):
            if not re.fullmatch("[DN]+", letters) and (not self.rules.each or _repeating(days)):
                raise UncertainError("a date beside a weekday")
            days = [a for a in days if a.kind not in "WN"]
        found: list[Span] = []
        for left, right in times:
            if left.clock is None or right.clock is None:
                raise UncertainError("one end has no time of day")
            check_night(left)
            zones = left.zones + right.zones
            clear = self.rules.clear or (bool(zones) and zonenames.is_metric(zones))
            minutes = span(left.clock, right.clock, clear=clear, next_day=right.next_day)
            if "D" in letters:
                found += self._on_dates(tile, days, left, right, minutes)
            else:
                found.append(self._on_weekdays(tile, days, left, right, minutes))
        return found

    def _last(self, days: list[Atom]) -> date:
        dates, through = dates_of(days[-1:], self.rules.dates)
        if through or len(dates) != 1:
            raise UncertainError("until when it repeats is not certain")
        return dates[0]

    def _on_dates(
        self, tile: Tile, days: list[Atom], left: Side, right: Side, minutes: tuple[int, int]
    ) -> list[Span]:
        dates, through = dates_of(days, self.rules.dates)
        if through and not self.rules.each:
            overnight = minutes[1] > DAY
            if not (overnight and (dates[1] - dates[0]).days == 1):
                raise UncertainError("it may last from the first day to the last, or come on each")
            return [self._span(tile, (left, right), dates[0], minutes)]
        if through:
            daily = self._span(tile, (left, right), None, minutes, "FREQ=DAILY")
            return [replace(daily, limits=Limits(since=dates[0], until=dates[1]))]
        return [self._span(tile, (left, right), day, minutes) for day in dates]

    def _on_weekdays(
        self, tile: Tile, days: list[Atom], left: Side, right: Side, minutes: tuple[int, int]
    ) -> Span:
        weekdays, every, relative, rule = weekdays_of(days)
        if rule:
            return self._span(tile, (left, right), None, minutes, rule)
        if not weekdays:
            return self._span(tile, (left, right), None, minutes, "FREQ=DAILY")
        named = [day for day in self.rules.near if day.weekday() in weekdays]
        if not every and len(weekdays) == 1 and len(named) == 1:
            return self._span(tile, (left, right), named[0], minutes)
        if relative or not (every or self.rules.repeats):
            if len(weekdays) != 1:
                raise UncertainError("the weekdays may be those of one week or of every week")
            day = self.rules.dates.weekday(_related(days, relative))
            return self._span(tile, (left, right), day, minutes)
        return self._span(tile, (left, right), None, minutes, weekly(weekdays))

    # --- a moment and a length ----------------------------------------------------------------

    def lasting(self, tile: Tile, left: Side, length: Length) -> list[Span]:
        """From a moment for a time."""
        if left.clock is None or not left.days:
            raise UncertainError("a duration without a start")
        check_night(left)
        if left.clock.word == "midnight" and any(a.kind != "N" for a in left.days):
            raise UncertainError("midnight beside a date may be its beginning or its end")
        begins = alone(left.clock, end=False, clear=self.rules.clear)
        minutes = (begins, begins + length.minutes)
        rough = length.bound or length.approximate
        if any(a.kind == "D" for a in left.days):
            dates, through = dates_of(left.days, self.rules.dates)
            if through:
                raise UncertainError("a duration beside a range of dates")
            found = [self._span(tile, (left,), day, minutes) for day in dates]
        else:
            found = [self._on_weekdays(tile, left.days, left, Side(), minutes)]
        return [replace(it, approximate=it.approximate or rough, lasting=True) for it in found]


def _is_each_day(days: list[Atom]) -> bool:
    """Whether days are dates of which "each day" is said: June 1 and 2, 6 to 9 each day."""
    named = [a.value.rule for a in days if a.kind == "N"]
    return bool(named) and set(named) == {"FREQ=DAILY"} and not any(a.kind in "-R" for a in days)


def _repeating(days: list[Atom]) -> bool:
    return any(a.kind == "N" or (a.kind == "W" and a.value.every) for a in days)


def _is_through(tile: Tile) -> bool:
    """Whether it goes on through a day, which is to its end."""
    joined = tile.parts.get("join", [])
    return any(str(a.value).lower() in {"through", "thru"} for a in joined)


def _is_daily(left: Side, right: Side) -> bool:
    return all(a.value.rule == "FREQ=DAILY" for a in left.days + right.days if a.kind == "N")


def _dated_side(left: Side, right: Side) -> list[Atom]:
    """Return the side with dates, of two of which one says that it is each day."""
    return right.days if any(a.kind == "D" for a in right.days) else left.days


def replace_days(side: Side, day: Atom) -> Side:
    """Return the same side of another day."""
    return Side([day], side.clock, side.zones, side.night, side.next_day)


def _related(days: list[Atom], relative: str) -> Weekdays:
    first: Weekdays = next(a for a in days if a.kind == "W").value
    return replace(first, relative=relative)


def _single(atoms: list[Atom], dates: Dates) -> tuple[tuple[date], bool]:
    found, through = dates_of(atoms, dates)
    if len(found) != 1:
        raise UncertainError("several days at one end of a range")
    return (found[0],), through


def _with_meridiem(clock: Clock, other: Clock) -> Clock:
    """Across days the first time cannot take the half of the second: it must say its own."""
    if clock.is_plain and other.meridiem:
        raise UncertainError("the first time does not say a.m. or p.m.")
    return clock
