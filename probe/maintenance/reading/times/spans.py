"""Expressions to spans of local time: what starts when and ends when, once or by a rule."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from probe.maintenance.reading.times import zones as zonenames
from probe.maintenance.reading.times.atoms import Clock, Length
from probe.maintenance.reading.times.clocks import (
    DAY,
    HOURS,
    NOON_HOUR,
    UncertainError,
    alone,
    span,
)
from probe.maintenance.reading.times.dates import Dates, every_day
from probe.maintenance.reading.times.expressions import (
    SHORT,
    Hours,
    Side,
    Tile,
    Time,
    When,
    Zones,
    half_of,
)

Also = tuple[tuple[int, Clock, tuple[str, ...]], ...]
DAILY = "FREQ=DAILY"
_WEEK, _WEEKLY = 7, "FREQ=WEEKLY;BYDAY="
#: Before this hour a night is that of the day before.
_DAWN = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """From when, until when and when not a repetition holds."""

    since: date | None = None
    until: date | None = None
    excepted: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A local interval before its zone is known; with a `rule` it is any of its occurrences.

    `minutes` are those of its two ends, counted from midnight of its first day; `also` are other
    names of the same times, which must agree.
    """

    day: date | None
    minutes: tuple[int, int]
    rule: str = ""
    zones: Zones = ()
    also: Also = ()
    approximate: bool = False
    whole: bool = False
    lasting: bool = False
    seconds: tuple[int, int] = (0, 0)
    limits: Limits = field(default_factory=Limits)

    def at(self, day: date) -> tuple[datetime, datetime]:
        """Return its two ends, naive, when it begins on this day."""
        midnight = datetime.combine(day, time())
        first, last = (
            midnight + timedelta(minutes=minutes, seconds=seconds)
            for minutes, seconds in zip(self.minutes, self.seconds, strict=True)
        )
        return first, last


@dataclass(frozen=True, slots=True)
class Speech:
    """How a text says its times: to 24 hours, and whether a bare weekday here is of every week."""

    dates: Dates
    clear: bool = False
    repeats: bool = False
    rough: bool = False


def weekly(weekdays: tuple[int, ...]) -> str:
    """Return the rule of these weekdays of every week."""
    return "FREQ=WEEKLY;BYDAY=" + ",".join(SHORT[day] for day in sorted(weekdays))


def spans_of(tile: Tile, speech: Speech, when: When | None = None) -> list[Span]:
    """Return the spans of an expression; `when` are its days where it names none itself.

    Raises UncertainError where it has no certain meaning.
    """
    if tile.unclear:
        raise UncertainError(tile.unclear)
    if tile.shape == "range":
        made = _between(tile, speech, tile.left, tile.right, when)
    elif tile.shape in {"timed", "hours"}:
        made = _timed(tile, speech, tile.when or when, tile.hours)
    elif tile.shape == "lasting":
        made = _lasting(speech, tile.left, tile.length, when)
    elif tile.shape == "some-days":
        made = _whole_days(tile, speech)
    else:
        raise UncertainError("it has no certain end or start")
    zones = tuple(z for z in tile.zones)
    if zones:
        made = [replace(it, zones=it.zones + zones) for it in made]
    return [replace(it, approximate=it.approximate or speech.rough) for it in made]


def _limited(spans: list[Span], when: When, dates: Dates) -> list[Span]:
    """Return spans within the days that are told as their limits."""
    made = []
    for span in spans:
        limits = span.limits
        if when.until is not None:
            limits = replace(limits, until=dates.of(when.until))
        if when.month is not None:
            first = dates.of(when.month)
            following = (first + timedelta(days=31)).replace(day=1)
            limits = replace(limits, since=first, until=following - timedelta(days=1))
        rule = span.rule
        if when.but is not None:
            limits, rule = _except(limits, rule, when.but, dates)
        made.append(replace(span, limits=limits, rule=rule))
    return made


def _except(limits: Limits, rule: str, but: When, dates: Dates) -> tuple[Limits, str]:
    """Return limits and a rule without some days."""
    if but.dates:
        found = dates.all(but)
        days = list(every_day(*found)) if but.through else found
        return replace(limits, excepted=(*limits.excepted, *days)), rule
    named: list[int] = []
    if rule == DAILY:
        named = list(range(_WEEK))
    elif rule.startswith(_WEEKLY):
        named = [SHORT.index(name) for name in rule.removeprefix(_WEEKLY).split(",")]
    kept = tuple(n for n in named if n not in but.weekdays)
    if but.rule or not kept:
        raise UncertainError("which days are excepted is not certain")
    return limits, weekly(kept)


def without(span: Span, but: When, dates: Dates) -> Span:
    """Return what repeats without some days."""
    limits, rule = _except(span.limits, span.rule, but, dates)
    return replace(span, limits=limits, rule=rule)


def joined(start: Side, end: Side, speech: Speech, when: When | None) -> list[Span]:
    """Return the spans from a moment to another that is told elsewhere."""
    return _between(None, speech, start, end, when)


def lasting(start: Side, length: Length, speech: Speech, when: When | None) -> list[Span]:
    """Return the spans of a moment whose length is told elsewhere."""
    return _lasting(speech, start, length, when)


def _made(
    day: date | None, minutes: tuple[int, int], rule: str, left: Time | None, right: Time | None
) -> Span:
    times = [it for it in (left, right) if it is not None]
    also = tuple(
        (m, *other)
        for it, m in zip(times, minutes, strict=False)
        for other in it.clock.also
    )
    told = [it.clock.second for it in times]
    return Span(
        day, minutes, rule,
        zones=tuple(zone for it in times for zone in it.zones),
        also=also,
        seconds=(told[0], told[-1]) if told else (0, 0),
    )  # fmt: skip


# --- a moment to a moment ----------------------------------------------------------------------


def _between(
    tile: Tile | None, speech: Speech, left: Side, right: Side, when: When | None
) -> list[Span]:
    if left.time is not None and right.time is None and right.when is not None:
        end_of_day = Clock(HOURS, 0, military=True)
        right = replace(right, time=Time(end_of_day))
    if left.time is None or right.time is None:
        raise UncertainError("one end has no time of day")
    if left.when is None or right.when is None:
        hours = Hours(left.time, right.time, right.next_day)
        return _timed(tile, speech, left.when or right.when or when, (hours,))
    first, last = left.when, right.when
    if first.rule and last.rule in {"", DAILY} and last.weekdays:
        return [_monthly_between(left, right)]
    if first.rule or last.rule:
        if {first.rule, last.rule} <= {"", DAILY}:
            dated = last if last.dates else first
            return _timed(tile, replace(speech), replace(dated, rule=DAILY), (Hours(left.time, right.time),))
        raise UncertainError("a repetition at one end of a range")
    is_weekly = not (first.dates or last.dates) and not (first.relative or last.relative)
    if is_weekly and (speech.repeats or first.every or last.every):
        return [_weekly_between(left, right)]
    begin, end = _two_days(first, last, speech.dates)
    return [_dated(speech, left.time, right.time, begin, end)]


def _weekly_between(left: Side, right: Side, rule: str = "") -> Span:
    first, last = left.when, right.when
    if first is None or last is None or left.time is None or right.time is None:
        raise UncertainError("one end has no time of day")
    if len(first.weekdays) != 1 or len(last.weekdays) != 1:
        raise UncertainError("several weekdays at one end of a range")
    start, end = left.time.clock, right.time.clock
    if "midnight" in {start.word, end.word}:
        raise UncertainError("midnight of a weekday may be its beginning or its end")
    clear = start.military or end.military
    begins, ends = _apart(start, end, clear=clear)
    away = (last.weekdays[0] - first.weekdays[0]) % _WEEK
    if away == 0 and ends <= begins:
        away = _WEEK
    minutes = (begins, ends + away * DAY)
    return _made(None, minutes, rule or weekly(first.weekdays), left.time, right.time)


def _monthly_between(left: Side, right: Side) -> Span:
    """From the third Friday of a month through the Saturday after it."""
    rule = left.when.rule if left.when else ""
    day = rule[-2:]
    if not rule.startswith("FREQ=MONTHLY;BYDAY=") or day not in SHORT or "," in rule:
        raise UncertainError("a repetition at one end of a range")
    start = replace(left, when=When(weekdays=(SHORT.index(day),)))
    return _weekly_between(start, right, rule)


def _apart(start: Clock, end: Clock, *, clear: bool) -> tuple[int, int]:
    """Return both times of a range across days, where each must say its own half of the day."""
    if start.is_plain and end.meridiem:
        raise UncertainError("the first time does not say a.m. or p.m.")
    return alone(start, end=False, clear=clear), alone(end, end=False, clear=clear)


def _two_days(first: When, last: When, dates: Dates) -> tuple[date, date]:
    if not (first.dates or last.dates):
        if len(first.weekdays) != 1 or len(last.weekdays) != 1:
            raise UncertainError("several days at one end of a range")
        begin = dates.weekday(first)
        return begin, begin + timedelta(days=(last.weekdays[0] - begin.weekday()) % _WEEK)
    if not first.dates:
        (end,) = _single(last, dates)
        return end - timedelta(days=(end.weekday() - first.weekdays[0]) % _WEEK), end
    if not last.dates:
        (begin,) = _single(first, dates)
        return begin, begin + timedelta(days=(last.weekdays[0] - begin.weekday()) % _WEEK)
    if len(first.dates) > 1 or len(last.dates) > 1:
        raise UncertainError("several days at one end of a range")
    begin, end = dates.all(When(dates=first.dates + last.dates, either=first.either or last.either))
    return begin, end


def _single(when: When, dates: Dates) -> list[date]:
    found = dates.all(when)
    if len(found) != 1:
        raise UncertainError("several days at one end of a range")
    return found


def _dated(speech: Speech, left: Time, right: Time, first: date, last: date) -> Span:
    start, end = left.clock, right.clock
    if "midnight" in {start.word, end.word} and first != last:
        raise UncertainError("midnight beside a date may be its beginning or its end")
    if first == last:
        minutes = span(start, end, clear=speech.clear)
        if minutes[1] > DAY:
            raise UncertainError("it ends before it starts")
        return _made(first, minutes, "", left, right)
    clear = speech.clear or start.military or end.military
    begins, ends = _apart(start, end, clear=clear)
    return _made(first, (begins, ends + (last - first).days * DAY), "", left, right)


# --- times on days -----------------------------------------------------------------------------


def _timed(
    tile: Tile | None, speech: Speech, when: When | None, hours: tuple[Hours, ...]
) -> list[Span]:
    """Return each range of times on each of the days."""
    if when is None or not (when.dates or when.weekdays or when.rule):
        raise UncertainError("the times have no day")
    part = tile.part if tile is not None else ""
    found: list[Span] = []
    for it in hours:
        left, right = _halved(it, part)
        zones = left.zones + right.zones
        clear = speech.clear or (bool(zones) and zonenames.is_metric(zones))
        minutes = span(left.clock, right.clock, clear=clear, next_day=it.next_day)
        _check_night(part, left.clock)
        if when.dates and (when.weekdays or when.every) and when.rule in {"", DAILY} and when.weekdays:
            raise UncertainError("a date beside a weekday")
        if when.dates and when.rule in {"", DAILY}:
            found += _on_dates(speech, when, left, right, minutes)
        elif when.dates:
            raise UncertainError("a date beside a repetition")
        else:
            found.append(_on_weekdays(speech, when, left, right, minutes))
    return _limited(found, when, speech.dates)


def _halved(hours: Hours, part: str) -> tuple[Time, Time]:
    """Return both times, of the half of the day that "morning" tells where they tell none."""
    left, right = hours.left, hours.right
    one, other = left.clock, right.clock
    if one.is_plain and other.is_plain and part:
        half = half_of(one.hour, part)
        if half and one.hour < other.hour < NOON_HOUR and half_of(other.hour, part) == half:
            return (
                replace(left, clock=replace(one, meridiem=half)),
                replace(right, clock=replace(other, meridiem=half)),
            )
    return left, right


def _check_night(part: str, clock: Clock) -> None:
    """Refuse an hour after midnight of a night, which may be of either day."""
    early = clock.word == "midnight" or (
        clock.meridiem == "a" and clock.hour % NOON_HOUR < _DAWN
    )
    if early and ("night" in part or "evening" in part) and "overnight" not in part:
        raise UncertainError("after midnight of a night may be either of two days")


def _on_dates(
    speech: Speech, when: When, left: Time, right: Time, minutes: tuple[int, int]
) -> list[Span]:
    dates = speech.dates.all(when)
    if when.through and not when.rule:
        if not (minutes[1] > DAY and (dates[1] - dates[0]).days == 1):
            raise UncertainError("it may last from the first day to the last, or come on each")
        return [_made(dates[0], minutes, "", left, right)]
    if when.through:
        daily = _made(None, minutes, DAILY, left, right)
        return [replace(daily, limits=Limits(since=dates[0], until=dates[1]))]
    return [_made(day, minutes, "", left, right) for day in dates]


def _on_weekdays(
    speech: Speech, when: When, left: Time, right: Time | None, minutes: tuple[int, int]
) -> Span:
    if when.rule and when.rule != DAILY:
        if when.weekdays:
            raise UncertainError("several repetitions at once")
        return _made(None, minutes, when.rule, left, right)
    if not when.weekdays:
        return _made(None, minutes, DAILY, left, right)
    if when.relative or not (when.every or when.rule or speech.repeats):
        if len(when.weekdays) != 1:
            raise UncertainError("the weekdays may be those of one week or of every week")
        return _made(speech.dates.weekday(when), minutes, "", left, right)
    return _made(None, minutes, weekly(when.weekdays), left, right)


# --- a moment and a length, and whole days -------------------------------------------------------


def _lasting(
    speech: Speech, left: Side, length: Length | None, when: When | None
) -> list[Span]:
    when = left.when or when
    if left.time is None or length is None or when is None:
        raise UncertainError("a duration without a start")
    if left.time.clock.word == "midnight" and not when.rule:
        raise UncertainError("midnight beside a date may be its beginning or its end")
    begins = alone(left.time.clock, end=False, clear=speech.clear)
    minutes = (begins, begins + length.minutes)
    rough = length.bound or length.approximate
    if when.dates:
        if when.through:
            raise UncertainError("a duration beside a range of dates")
        found = [_made(day, minutes, "", left.time, None) for day in speech.dates.all(when)]
    else:
        found = [_on_weekdays(speech, when, left.time, None, minutes)]
    return [replace(it, approximate=it.approximate or rough, lasting=True) for it in found]


def _whole_days(tile: Tile, speech: Speech) -> list[Span]:
    """Return days without times as windows, from the first midnight to the last."""
    when = tile.when
    if when is None:
        raise UncertainError("the times have no day")
    if when.dates:
        if when.weekdays or when.rule:
            raise UncertainError("a date beside a weekday")
        dates = speech.dates.all(when)
        if when.through:
            length = ((dates[1] - dates[0]).days + 1) * DAY
            return [Span(dates[0], (0, length), whole=True)]
        return [Span(day, (0, DAY), whole=True) for day in dates]
    if when.rule or when.relative or not when.weekdays or not (when.every or speech.repeats):
        raise UncertainError("which days it is all of is not said")
    return [Span(None, (0, DAY), weekly(when.weekdays), whole=True)]
