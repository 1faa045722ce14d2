"""Calendar feeds (RFC 5545) as entries: one event, one entry; a broken one is refused alone."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from probe.feeds.answer import NOTHING, Known
from probe.feeds.entry import Effect, Entry, Firmness, Span, notices_of
from probe.feeds.icszones import is_named, named_zone, zone_of
from probe.maintenance.reading.context import Context
from probe.maintenance.reading.text import fingerprint
from probe.maintenance.recurrence import Rule, rule_of_calendar
from probe.maintenance.zones import resolve
from probe.types import Feed, Reading

MOST_EVENTS = 2000
#: Of events, descriptions of zones and calendars, one in the other; no calendar has more.
MOST_DEPTH = 8
MOST_RULE = 200
#: What is over announces nothing any longer, and is no entry.
ENDED = "it is over"
#: So many days ahead the next occurrence of a rule is looked for.
AHEAD = 3700
DAY = timedelta(days=1)

_PROPERTY = re.compile(
    r'(?P<name>[A-Za-z0-9-]+)(?P<params>(?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:])*)*):(?P<value>.*)',
    re.DOTALL,
)
#: A time has no colon, and what stands before it may have one that is not quoted as it must be.
_TIME = re.compile(
    r"(?P<name>DTSTART|DTEND|RECURRENCE-ID|EXDATE|RDATE)(?P<params>;.*)?:(?P<value>[^:]*)",
    re.DOTALL | re.IGNORECASE,
)
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^;]*)')
_DURATION = re.compile(
    r"\+?P(?:(?P<weeks>\d{1,3})W)?(?:(?P<days>\d{1,4})D)?"
    r"(?:T(?:(?P<hours>\d{1,4})H)?(?:(?P<minutes>\d{1,5})M)?(?:(?P<seconds>\d{1,6})S)?)?"
)
_STAMP = re.compile(r"(\d{8})T(\d{6})(Z?)")
_DATE = re.compile(r"\d{8}")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)

#: What an event says of itself for programs: RFC 5545, and MAINTNOTE of network operators.
_FIRMNESS = {
    "": Firmness.FIRM,
    "CONFIRMED": Firmness.FIRM,
    "IN-PROCESS": Firmness.FIRM,
    "TENTATIVE": Firmness.TENTATIVE,
    "CANCELLED": Firmness.OVER,
    "CANCELED": Firmness.OVER,
    "COMPLETED": Firmness.OVER,
}
_METHODS = {"": Firmness.FIRM, "PUBLISH": Firmness.FIRM, "REQUEST": Firmness.FIRM,
            "ADD": Firmness.FIRM, "CANCEL": Firmness.OVER}  # fmt: skip
_EFFECTS = {
    "": Effect.UNSAID,
    "OUTAGE": Effect.OUTAGE,
    "DEGRADED": Effect.DEGRADED,
    "REDUCED-REDUNDANCY": Effect.DEGRADED,
    "NO-IMPACT": Effect.NONE,
}
_LEAST_FIRM = (Firmness.OVER, Firmness.TENTATIVE, Firmness.FIRM)


def is_calendar(text: str) -> bool:
    """Return whether a text is iCalendar."""
    return text.lstrip("\ufeff \r\n\t")[:15].upper() == "BEGIN:VCALENDAR"


def read_ics(
    text: str, context: Context, known: Known = NOTHING, feed: Feed | None = None
) -> Reading:
    """Read a stream of calendars; a text that is none, or is cut short, is no information."""
    try:
        calendars = list(_calendars(text)) if is_calendar(text) else []
    except ValueError:
        calendars = []
    events = [event for calendar in calendars for event in calendar.events]
    if not calendars or len(events) > MOST_EVENTS:
        return Reading(status={}, notices=(), informative=False)
    entries = [entry for series in _series(events) for entry in _entries(series, context, known)]
    return Reading(
        status={},
        notices=notices_of(
            (entry for entry in entries if entry.stale != ENDED),
            context,
            feed.match if feed else (),
        ),
    )


# --- the text: lines, properties, components --------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Property:
    params: Mapping[str, str]
    value: str


@dataclass(slots=True)
class _Component:
    name: str
    lines: list[str] = field(default_factory=list)
    inner: list["_Component"] = field(default_factory=list)

    def properties(self) -> dict[str, list[_Property]]:
        """Return what stands in it, by name; a line that is none is left out."""
        found: dict[str, list[_Property]] = {}
        for line in self.lines:
            match = _TIME.fullmatch(line) or _PROPERTY.fullmatch(line)
            if match:
                params = {
                    name.upper(): value.strip('"')
                    for name, value in _PARAMETER.findall(match["params"] or "")
                }
                value = _Property(params, match["value"].strip())
                found.setdefault(match["name"].upper(), []).append(value)
        return found

    def __str__(self) -> str:
        """Return its text again."""
        inner = (*self.lines, *map(str, self.inner))
        return "\r\n".join((f"BEGIN:{self.name}", *inner, f"END:{self.name}"))


def _unfolded(text: str) -> Iterator[str]:
    """Yield a stream's lines, each with those that go on with it."""
    whole = re.sub(r"(?:\r\n|\r|\n)[ \t]", "", text.lstrip("\ufeff"))
    return filter(None, map(str.rstrip, re.split(r"\r\n|\r|\n", whole)))


def _tree(text: str) -> _Component:
    """Return the components of a stream; raises ValueError where their ends do not match."""
    top = _Component("")
    opened = [top]
    for line in _unfolded(text):
        word, _, name = line.partition(":")
        word, name = word.strip().upper(), name.strip().upper()
        if word == "BEGIN":
            inner = _Component(name)
            opened[-1].inner.append(inner)
            opened.append(inner)
        elif word == "END":
            if opened.pop().name != name or not opened:
                raise ValueError(f"END:{name} where something else ends")
        else:
            opened[-1].lines.append(line)
        if len(opened) > MOST_DEPTH:
            raise ValueError("too many components in one another")
    if len(opened) > 1:
        raise ValueError("it is cut short")
    return top


@dataclass(frozen=True, slots=True, kw_only=True)
class _Calendar:
    """What a calendar says of all its events, and the events."""

    method: str
    zone: str
    described: Mapping[str, str]
    events: list["_Event"]


def _calendars(text: str) -> Iterator[_Calendar]:
    for component in _tree(text).inner:
        if component.name != "VCALENDAR":
            continue
        own = component.properties()
        described = {
            _value(zone.properties(), "TZID"): str(zone)
            for zone in component.inner
            if zone.name == "VTIMEZONE"
        }
        calendar = _Calendar(
            method=_value(own, "METHOD").upper(),
            zone=_value(own, "X-WR-TIMEZONE"),
            described=described,
            events=[],
        )
        calendar.events.extend(
            _Event(calendar, inner.properties())
            for inner in component.inner
            if inner.name == "VEVENT"
        )
        yield calendar


def _value(properties: Mapping[str, list[_Property]], name: str) -> str:
    found = properties.get(name)
    return found[0].value if found else ""


# --- an event ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Event:
    """One version of an event, or of one occurrence of it."""

    calendar: _Calendar
    properties: Mapping[str, list[_Property]]

    def value(self, name: str) -> str:
        return _value(self.properties, name)

    def text(self, name: str) -> str:
        unescaped = _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], self.value(name))
        return unescaped.strip()

    def texts(self, *names: str) -> tuple[str, ...]:
        values = (one.value for name in names for one in self.properties.get(name, ()))
        parts = (part for value in values for part in re.split(r"(?<!\\),", value))
        return tuple(filter(None, (_ESCAPED.sub(r"\1", part).strip() for part in parts)))

    @property
    def uid(self) -> str:
        return self.value("UID")

    @property
    def occurrence(self) -> str:
        """Its RECURRENCE-ID, "" for the whole."""
        return self.value("RECURRENCE-ID")

    @property
    def sequence(self) -> int:
        text = self.value("SEQUENCE")
        return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0

    @property
    def order(self) -> tuple[int, str, str]:
        """What tells a later version: its number, then when it was made."""
        return self.sequence, self.value("DTSTAMP"), self.value("LAST-MODIFIED")

    @property
    def said_at(self) -> datetime | None:
        for name in ("LAST-MODIFIED", "DTSTAMP"):
            match = _STAMP.fullmatch(self.value(name))
            if match:
                try:
                    return _local(match).replace(tzinfo=UTC)
                except ValueError:
                    continue
        return None

    @property
    def firmness(self) -> Firmness:
        """The least firm of what it and its calendar say; an unknown word is not firm."""
        words = (self.value("STATUS").upper(), self.value("X-MAINTNOTE-STATUS").upper())
        said = {_FIRMNESS.get(word, Firmness.TENTATIVE) for word in words}
        said.add(_METHODS.get(self.calendar.method, Firmness.TENTATIVE))
        return next(one for one in _LEAST_FIRM if one in said)


def _series(events: Iterable[_Event]) -> Iterator[list[_Event]]:
    """Yield the events of one UID together; one without is alone."""
    found: dict[str, list[_Event]] = {}
    for number, event in enumerate(events):
        found.setdefault(event.uid or f"\n{number}", []).append(event)
    yield from found.values()


def _entries(versions: list[_Event], context: Context, known: Known) -> Iterator[Entry]:
    """Yield the entries of one UID: the latest version of the whole and of each occurrence."""
    wrong = ""
    if any(
        "RANGE" in one.params for e in versions for one in e.properties.get("RECURRENCE-ID", ())
    ):
        wrong = "RANGE=THISANDFUTURE is not understood, so that the series is not"
    latest: dict[str, _Event] = {}
    for event in versions:
        other = latest.get(event.occurrence)
        if other is None or _is_later(event, other):
            latest[event.occurrence] = event
        if other is not None:
            older = other if latest[event.occurrence] is event else event
            yield _entry(older, context, stale="a later version of it stands beside it")
    whole = latest.pop("", None)
    if whole is not None and whole.firmness is Firmness.OVER:
        yield _read(whole, (), context, known, wrong)
        for event in latest.values():
            yield _entry(
                event, context, stale="the series of which it is one is over or taken back"
            )
        return
    if whole is not None and not _is_its_only_one(whole, latest):
        yield _read(whole, tuple(latest.values()), context, known, wrong)
    for event in latest.values():
        doubt = "" if whole is None else _strays(event, whole, context)
        entry = _read(event, (), context, known, wrong)
        yield replace(entry, doubt="; ".join(filter(None, (entry.doubt, doubt))))


def _is_later(event: _Event, other: _Event) -> bool:
    if event.order != other.order:
        return event.order > other.order
    return event.firmness is not Firmness.FIRM or other.firmness is Firmness.FIRM


def _is_its_only_one(whole: _Event, latest: Mapping[str, _Event]) -> bool:
    """Whether an event that does not recur has another version of its one occurrence."""
    return "RRULE" not in whole.properties and whole.value("DTSTART") in latest


def _strays(event: _Event, whole: _Event, context: Context) -> str:
    """Return why an occurrence is none of its series, "" where it is one."""
    try:
        start, _ = _ends(whole, context)
        at = _moment(event, "RECURRENCE-ID", context).at(context).astimezone(start.tzinfo)
        rule = _rule(whole, (), start, context)
        own = rule.falls_on(at.date(), start.date()) if rule else at == start
    except (ValueError, OverflowError):
        return ""
    return "" if own else "it changes an occurrence that its series does not have"


def _entry(event: _Event, context: Context, *, stale: str = "") -> Entry:
    """Return an event's words and what its publisher says of them, without times."""
    title, details = event.text("SUMMARY"), event.text("DESCRIPTION")
    impact = event.value("X-MAINTNOTE-IMPACT").upper()
    identity = f"{event.uid} {event.occurrence}".strip() if event.uid and not stale else ""
    mark = (event.uid, event.occurrence, title, details, event.firmness, impact, stale)
    return Entry(
        mark="\n".join((*mark, *(str(event.order) if stale else ""))),
        title=title,
        details=details,
        systems=event.texts("X-MAINTNOTE-OBJECT-ID"),
        categories=event.texts("CATEGORIES"),
        timezone=context.timezone,
        firmness=event.firmness,
        effect=_EFFECTS.get(impact, Effect.UNSAID),
        identity=identity,
        version=event.sequence,
        said_at=event.said_at,
        stale=stale,
        doubt="" if impact in _EFFECTS else f"X-MAINTNOTE-IMPACT:{impact} is not known",
    )


def _read(
    event: _Event, moved: tuple[_Event, ...], context: Context, known: Known, wrong: str
) -> Entry:
    """Return an event's entry with its times; one that is over by now says so."""
    entry = _entry(event, context)
    if event.firmness is Firmness.OVER and "DTSTART" not in event.properties:
        return entry
    if wrong:
        return replace(entry, wrong=wrong)
    try:
        start, end = _ends(event, context)
        zone = _zone(event, context)
        rule = _rule(event, moved, start, context)
        extra = _dates(event, "RDATE", context)
        mark = "\n".join((entry.mark, start.isoformat(), end.isoformat(), str(rule), str(extra)))
        day = known.get(fingerprint(mark), (context.day, False))[0]
        spans = tuple(_spans(start, end, rule, extra, day))
        is_over = not list(_spans(start, end, rule, extra, context.day))
        doubt = _floating(event, context)
    except (ValueError, OverflowError, TypeError, AttributeError) as error:
        return replace(entry, wrong=f"its times cannot be read: {error}")
    except Exception as error:  # noqa: BLE001  (a zone's description is a foreign program)
        return replace(entry, wrong=f"its times cannot be read: {type(error).__name__}")
    key = zone.key if isinstance(zone, ZoneInfo) else "UTC"
    return replace(
        entry,
        mark=mark,
        spans=spans,
        day=day,
        timezone=key,
        stale=ENDED if is_over else "",
        doubt="; ".join(filter(None, (entry.doubt, doubt))),
    )


# --- times ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """A time as it is written: local, of a whole day or not, and in its own zone or in none."""

    local: datetime
    is_day: bool
    zone: tzinfo | None

    def at(self, context: Context, *, end: bool = False) -> datetime:
        """Return the instant, in its own zone or else in the feed's."""
        zone = self.zone or ZoneInfo(context.timezone)
        if isinstance(zone, ZoneInfo):
            return resolve(self.local, zone, end=end)
        return self.local.replace(tzinfo=zone)


def _local(match: re.Match[str]) -> datetime:
    return datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S")  # noqa: DTZ007  (local times)


def _moments(event: _Event, name: str, context: Context) -> Iterator[_Moment]:
    """Yield the times of a property; raises ValueError for one that is none."""
    for found in event.properties.get(name, ()):
        for value in filter(None, found.value.split(",")):
            if _DATE.fullmatch(value):
                day = datetime.combine(date.fromisoformat(value), time())
                yield _Moment(local=day, is_day=True, zone=None)
                continue
            match = _STAMP.fullmatch(value)
            if match is None:
                raise ValueError(f"{name} {value!r} is no time")
            local = _local(match)
            zone: tzinfo | None = None
            if match[3]:
                zone = ZoneInfo("UTC")
            elif tzid := found.params.get("TZID"):
                described = event.calendar.described
                zone = zone_of(tzid, described, context.timezone, local)
            yield _Moment(local=local, is_day=False, zone=zone)


def _moment(event: _Event, name: str, context: Context) -> _Moment:
    found = list(_moments(event, name, context))
    if len(found) != 1:
        raise ValueError(f"it has {'several' if found else 'no'} {name}")
    return found[0]


def _zone(event: _Event, context: Context) -> tzinfo:
    """Return the zone by whose clock an event recurs: its start's, or else the feed's."""
    return _moment(event, "DTSTART", context).zone or ZoneInfo(context.timezone)


def _ends(event: _Event, context: Context) -> tuple[datetime, datetime]:
    """Return start and end in the zone of the start; a whole day is one of the feed's."""
    first = _moment(event, "DTSTART", context)
    start = first.at(context)
    if "DTEND" in event.properties:
        last = _moment(event, "DTEND", context)
        if last.is_day != first.is_day:
            raise ValueError("one of its ends is a day and the other a time")
        end = last.at(context, end=True).astimezone(start.tzinfo)
    elif "DURATION" in event.properties:
        end = _later(start, event.value("DURATION"))
    elif first.is_day:
        end = replace(first, local=first.local + DAY).at(context, end=True)
    else:
        raise ValueError("it has no end")
    if end <= start:
        raise ValueError("it ends before it starts")
    return start, end


def _later(start: datetime, duration: str) -> datetime:
    """Return an instant some time later: days by the wall clock, hours as they pass."""
    match = _DURATION.fullmatch(duration)
    if match is None or not any(match.groups()):
        raise ValueError(f"DURATION {duration!r} is not understood")
    told = {unit: int(number or 0) for unit, number in match.groupdict().items()}
    days = timedelta(days=told["days"], weeks=told["weeks"])
    rest = timedelta(hours=told["hours"], minutes=told["minutes"], seconds=told["seconds"])
    if days and isinstance(start.tzinfo, ZoneInfo):
        start = resolve(start.replace(tzinfo=None) + days, start.tzinfo, end=not rest)
    else:
        start += days
    return (start.astimezone(UTC) + rest).astimezone(start.tzinfo)


def _rule(event: _Event, moved: Iterable[_Event], start: datetime, context: Context) -> Rule | None:
    """Return an event's rule without the occurrences that are excepted or changed."""
    if "EXRULE" in event.properties:
        raise ValueError("EXRULE is not understood")
    if "RRULE" not in event.properties:
        return None
    rules = event.properties["RRULE"]
    if len(rules) > 1 or len(rules[0].value) > MOST_RULE:
        raise ValueError("its rule is too long, or there are several")
    if start.tzinfo is None or not is_named(start.tzinfo):
        raise ValueError("its zone has no name by which it could recur")
    rule = rule_of_calendar(rules[0].value.upper(), start)
    out = [*_dates(event, "EXDATE", context)]
    out += [at for one in moved for at in _dates(one, "RECURRENCE-ID", context)]
    return replace(rule, excepted=frozenset(at.astimezone(start.tzinfo).date() for at in out))


def _dates(event: _Event, name: str, context: Context) -> list[datetime]:
    return [moment.at(context) for moment in _moments(event, name, context)]


def _spans(
    start: datetime, end: datetime, rule: Rule | None, extra: Iterable[datetime], day: date
) -> Iterator[Span]:
    """Yield what is not over on a day: of a rule the next occurrence, which stands for all."""
    zone = start.tzinfo
    local, length = (
        start.replace(tzinfo=None),
        end.replace(tzinfo=None) - start.replace(tzinfo=None),
    )
    if rule is None and end.date() >= day:
        yield Span(start=start, end=end)
    if rule is not None and isinstance(zone, ZoneInfo):
        near = max(start.date(), day - (end.date() - start.date()))
        ahead = (near + n * DAY for n in range(AHEAD))
        first = next((one for one in ahead if rule.falls_on(one, start.date())), None)
        if first is not None:
            yield _occurrence(datetime.combine(first, local.time()), length, zone, str(rule))
    for at in extra:
        if isinstance(zone, ZoneInfo):
            span = _occurrence(at.astimezone(zone).replace(tzinfo=None), length, zone, None)
            if span.end.date() >= day:
                yield span


def _occurrence(local: datetime, length: timedelta, zone: ZoneInfo, rule: str | None) -> Span:
    return Span(
        start=resolve(local, zone, end=False),
        end=resolve(local + length, zone, end=True),
        recurrence=rule,
    )


def _floating(event: _Event, context: Context) -> str:
    """Return why times without a zone are in doubt: the calendar's zone is not the feed's."""
    first, own = _moment(event, "DTSTART", context), named_zone(event.calendar.zone)
    if first.zone is not None or not event.calendar.zone or own == ZoneInfo(context.timezone):
        return ""
    return (
        f"its times have no zone; its calendar is of {event.calendar.zone}, "
        f"its feed of {context.timezone}"
    )
