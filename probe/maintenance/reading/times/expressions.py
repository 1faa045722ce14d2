"""Atoms to expressions: what a run of dates and times says, by the grammar of `grammar.txt`.

A run of atoms without other words between them is covered by as few expressions as can be; one that
can be covered in two ways has two readings, and is refused.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from probe.maintenance.reading.chart import Chart, Grammar, Tree, places
from probe.maintenance.reading.table import table
from probe.maintenance.reading.times.atoms import Atom, Clock, Day, Days, Length, Weekdays
from probe.maintenance.reading.times.clocks import HOURS, MINUTES, NOON_HOUR, UncertainError

_SIDES = frozenset(("side", "time", "column", "four-side", "four-first"))
_DAYS = frozenset(("dates", "weekdays", "repeating", "rule"))
SHORT = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
Zones = tuple[tuple[str, ...], ...]

#: What each expression costs: the cheapest cover of a run is its reading.
PRICES = {
    "timed": 1.0, "range": 1.0, "hours": 2.0, "lasting": 1.0, "toward": 1.5, "moment": 3.0,
    "some-days": 2.0, "some-length": 1.0, "posted": 1.0, "some-zone": 1.0,
}  # fmt: skip
#: What must stand in a run for an expression to be in it.
_NEEDED = {"lasting": "length", "toward": "length", "some-length": "length", "posted": "posted"}
_LEFT_OUT = {
    "clock": 10.0, "date": 10.0, "weekday": 10.0, "rule": 10.0, "month": 10.0, "day": 10.0,
    "ordinal": 10.0, "monthly-ordinal": 10.0, "length": 2.0, "to": 1.0, "dash": 1.0,
}  # fmt: skip
_NEVER_LEFT = frozenset(("clock", "date", "weekday", "rule", "ordinal", "monthly-ordinal"))
_SKIPPED = 0.01
#: Beyond so many atoms in a row nothing is a sentence.
LONGEST_RUN = 300
#: Atoms of which a run is never made.
_APART = frozenset(("word", "unclear", "week-of", "holiday", "often", "stamp", ".", ";"))
_TELLING = frozenset(("clock", "date", "weekday", "rule", "length", "month", "zone"))
_BARE, _FULL, _LAST_DAY, _SHORTEST_MONTH = 2, 4, 31, 28
#: How far from the year of the text others are years, with four digits and with two.
_NEAR, _NEARER, _CENTURY = 40, 5, 2000


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day and the zones that it is told in."""

    clock: Clock
    zones: Zones = ()


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of day to another, `next_day` where that is said."""

    left: Time
    right: Time
    next_day: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """Days as they are told: dates, days of the week or a repetition."""

    dates: tuple[Day, ...] = ()
    through: bool = False
    either: bool = False
    weekdays: tuple[int, ...] = ()
    every: bool = False
    relative: str = ""
    rule: str = ""
    until: Day | None = None
    month: Day | None = None
    but: "When | None" = None
    """The days that are excepted."""


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a range: its days if it names any, and its time if it names one."""

    when: When | None = None
    time: Time | None = None
    next_day: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """One expression where it was found, in characters.

    `lead` are the kinds of words before it that say whether it begins, ends, limits or excepts;
    `part` is the part of a day that it names.
    """

    shape: str
    start: int
    end: int
    lead: frozenset[str] = frozenset()
    when: When | None = None
    hours: tuple[Hours, ...] = ()
    left: Side = field(default_factory=Side)
    right: Side = field(default_factory=Side)
    length: Length | None = None
    zones: Zones = ()
    part: str = ""
    unclear: str = ""
    run: int = 0
    """Where the run of atoms begins that it is part of."""

    @property
    def is_whole(self) -> bool:
        """Whether it tells days and hours by itself, so that nothing beside it has to lend any."""
        return self.shape in {"timed", "range"}


@dataclass(frozen=True, slots=True)
class Covered:
    """The expressions of a stretch of text, and why some of its times are none."""

    tiles: tuple[Tile, ...]
    problems: tuple[tuple[int, str], ...]


def expressions(atoms: Sequence[Atom], around: int) -> Covered:
    """Return what the atoms of a text say; `around` is the year near which years are."""
    tiles: list[Tile] = []
    problems: list[tuple[int, str]] = []
    atoms = _with_month(atoms)
    for run in _runs(atoms):
        if not any(atom.kind in _TELLING for atom in run):
            continue
        if len(run) > LONGEST_RUN:
            problems.append((run[0].start, "too many dates and times in a row"))
            continue
        found, problem = _cover(run, around)
        tiles += found
        if problem:
            problems.append((run[0].start, problem))
    return Covered(tuple(tiles), tuple(problems))


def _with_month(atoms: Sequence[Atom]) -> Sequence[Atom]:
    """Let the third Sunday be of each month where "monthly" stands elsewhere in its sentence."""
    if not any(atom.kind == "of-month" for atom in atoms):
        return atoms
    return [replace(a, kind="monthly-ordinal") if a.kind == "ordinal" else a for a in atoms]


def _runs(atoms: Iterable[Atom]) -> Iterable[list[Atom]]:
    run: list[Atom] = []
    for atom in atoms:
        if atom.kind in _APART:
            if run:
                yield run
            run = []
        else:
            run.append(atom)
    if run:
        yield run


# --- the chart -------------------------------------------------------------------------------


@cache
def _grammar() -> Grammar:
    rules = table("times/grammar.txt")
    terminals = (
        "clock", "zone", "weekday", "every", "weekly", "this", "ordinal", "month", "date", "rule",
        "length", "or", "dash", "to", "day", "year", "and", "part", "next-day", "today", "hour",
        "four", "from", "between", "end", "limit", "except", "posted", "of-month",
    )  # fmt: skip
    return Grammar(rules, (*rules, *terminals))


def _edges(run: Sequence[Atom], around: int) -> list[dict[str, int]]:
    edges = [dict.fromkeys(_names(atom, around), 2 << i) for i, atom in enumerate(run)]
    for i, edge in enumerate(edges):
        if "year" in edge and _is_dated(edges[:i]):
            edge.pop("hour", None)
            edge.pop("four", None)
    return edges


def _is_dated(before: Sequence[Mapping[str, int]]) -> bool:
    """Whether a month and its day stand right before a number, so that it is their year."""
    told = before[:-1] if before and "comma" in before[-1] else before
    return len(told) > 1 and "day" in told[-1] and "month" in told[-2]


#: What stands for other kinds of atoms in the grammar, by their words.
_SIGNS = {"(": "open", ")": "shut", ",": "comma", "/": "slash", "or": "or"}


def _names(atom: Atom, around: int) -> list[str]:
    """Return all that an atom can be for the grammar."""
    if atom.kind == "number":
        return _numbers(str(atom.value), around)
    if atom.kind in {"comma", "and", "(", ")"}:
        return [_SIGNS.get(str(atom.value), "bar" if atom.kind == "comma" else "and")]
    names = [atom.kind]
    if atom.kind.endswith("ordinal"):
        names += ["ordinal"] if atom.kind != "ordinal" else []
        names += ["day"] if 1 <= atom.value <= _LAST_DAY else []
    elif atom.kind == "date" and atom.value.days[0].relative:
        names.append("today")
    return names


def _numbers(digits: str, around: int) -> list[str]:
    """Return all that a number can be: a day, a year, an hour, hours and minutes."""
    bare = digits.lstrip("'").replace(".", "")
    names = ["number"]
    if digits == bare and len(bare) <= _BARE and 1 <= int(bare) <= _LAST_DAY:
        names.append("day")
    if _year(digits, around) is not None:
        names.append("year")
    if bare_clock(digits) is not None:
        names.append("hour")
        if len(bare) == _FULL:
            names.append("four")
    return names


def _year(digits: str, around: int) -> int | None:
    bare = digits.lstrip("'")
    if len(bare) == _FULL and bare.isdigit() and (abs(int(bare) - around) <= _NEAR):
        return int(bare)
    if len(bare) == _BARE and bare.isdigit() and abs(_CENTURY + int(bare) - around) <= _NEARER:
        return _CENTURY + int(bare)
    return None


def bare_clock(digits: str) -> Clock | None:
    """Return `9`, `930`, `07.00` or `0930` as a time that may lack its half of the day."""
    digits = digits.lstrip("'")
    if "." in digits:
        hour, minute = (int(part) for part in digits.split("."))
    elif len(digits) <= _BARE:
        hour, minute = int(digits), 0
    elif len(digits) <= _FULL:
        hour, minute = int(digits[:-2]), int(digits[-2:])
    else:
        return None
    if hour > HOURS or minute >= MINUTES or (hour == HOURS and minute):
        return None
    is_clear = hour > NOON_HOUR or hour == 0
    return Clock(hour, minute, military=is_clear or (digits[0] == "0" and len(digits) >= _FULL))


#: Which expression begins at a place of a run, and where it ends; None where none does.
_Step = tuple[str, int] | None


def _cover(run: list[Atom], around: int) -> tuple[list[Tile], str]:
    """Return the tiles of the cheapest cover of a run, or why it has no certain one."""
    edges = _edges(run, around)
    chart = Chart(_grammar(), edges)
    steps, ways = _cheapest(run, chart, edges)
    if ways > 1:
        return [], "its dates and times can be joined in two ways"
    tiles: list[Tile] = []
    i = 0
    while i < len(run):
        step = steps[i]
        if step is None:
            if run[i].kind in _NEVER_LEFT:
                return [], f"it is not clear what the {run[i].kind} belongs to"
            i += 1
            continue
        tree = chart.tree(step[0], i, step[1])
        if tree is not None:
            tiles.append(_Builder(run, around).tile(tree))
        i = step[1]
    return tiles, ""


def _cheapest(
    run: Sequence[Atom], chart: Chart, edges: Sequence[Mapping[str, int]]
) -> tuple[list[_Step], int]:
    """Return the steps of the cheapest cover of a run, and how many such covers there are."""
    size = len(run)
    kinds = {atom.kind for atom in run}
    prices = [(n, p) for n, p in PRICES.items() if _NEEDED.get(n, run[0].kind) in kinds]
    best: list[float] = [0.0] * (size + 1)
    ways: list[int] = [1] * (size + 1)
    steps: list[_Step] = [None] * size
    for i in range(size - 1, -1, -1):
        costs = [_LEFT_OUT.get(name, 0.0) for name in edges[i]]
        best[i] = best[i + 1] + max(costs, default=0.0) + _SKIPPED
        ways[i] = ways[i + 1]
        for name, price in prices:
            for j in places(chart.ends(name, i)):
                total, step = price + best[j], steps[i]
                if total < best[i]:
                    best[i], ways[i], steps[i] = total, ways[j], (name, j)
                elif total == best[i] and step is not None and step[1] != j:
                    ways[i] += ways[j]
    return steps, ways[0]


# --- trees to values -------------------------------------------------------------------------


class _Builder:
    """Makes values of the trees of one run."""

    def __init__(self, run: Sequence[Atom], around: int) -> None:
        self.run = run
        self.around = around

    def tile(self, tree: Tree) -> Tile:
        """Return the expression that a tree is."""
        atoms = self.run[tree.start : tree.end]
        tile = Tile(tree.name, atoms[0].start, atoms[-1].end, run=self.run[0].start)
        try:
            return self._filled(tile, tree)
        except UncertainError as error:
            return replace(tile, unclear=str(error))

    def _filled(self, tile: Tile, tree: Tree) -> Tile:
        """Return the expression with what the parts of its tree say."""
        tile = replace(tile, lead=self._lead(tree), part=self._part(tree))
        if tree.name == "range":
            return self._ranged(tile, tree)
        side = next((self._side(t) for t in tree.parts if t.name in {"side", "time"}), Side())
        days = [self._when(t) for t in tree.parts if t.name in {"days", "dates", "trail"}]
        is_zone = tree.name == "some-zone"
        zones = [z for t in tree.parts if t.name == "zones" for z in self._zones(t)]
        return replace(
            tile,
            when=_merged(days),
            hours=tuple(self._hours(t) for t in tree.all("span", "span-between")),
            left=side,
            length=self._length(tree),
            zones=self._zones(tree) if is_zone else tuple(zones),
        )

    def _lead(self, tree: Tree) -> frozenset[str]:
        """Return the kinds of words that make it a beginning, an end, a limit or an exception."""
        lead = next((p for p in tree.parts if p.name == "lead"), None)
        kinds = {a.kind for a in self.run[lead.start : lead.end]} if lead else set()
        after = lead.end if lead else tree.start
        kinds |= {t.name for t in tree.all("from") if t.start >= after}
        return frozenset(kinds | {t.name for t in tree.all("between")})

    def _part(self, tree: Tree) -> str:
        """Return the part of a day that it names, such as `evening`."""
        parts = [str(a.value) for a in self.run[tree.start : tree.end] if a.kind == "part"]
        return parts[0] if parts else ""

    def _ranged(self, tile: Tile, tree: Tree) -> Tile:
        """Return a range with its two sides; of a day without hours all of it is meant."""
        parts = {p.name: p for p in tree.parts}
        sides = [self._side(t) for t in tree.parts if t.name in _SIDES]
        if "from-day" in parts:
            midnight = Time(Clock(0, 0, military=True))
            sides.insert(0, Side(self._when(parts["from-day"]), midnight))
        if "until-day" in parts:
            sides.append(Side(self._when(parts["until-day"])))
        left, right = sides
        atoms = self.run[tree.start : tree.end]
        next_day = right.next_day or any(a.kind == "next-day" for a in atoms)
        time = right.time
        if right.when is None and time is not None and time.clock.is_plain:
            last = str(atoms[-1].value) if atoms[-1].kind == "part" else ""
            half = half_of(time.clock.hour, last)
            time = replace(time, clock=replace(time.clock, meridiem=half))
        return replace(tile, left=left, right=Side(right.when, time, next_day))

    def _length(self, tree: Tree) -> Length | None:
        found = tree.first("length")
        return None if found is None else self.run[found.start].value

    # --- times

    def _zones(self, tree: Tree) -> Zones:
        return tuple(self.run[t.start].value for t in tree.all("zone"))

    def _time(self, tree: Tree) -> Time:
        first = next((t for t in tree.parts if t.name == "clock"), None)
        if first is None:
            clock = replace(self._number(tree).clock, military=True)
            return Time(
                clock, tuple(self.run[t.start].value for t in tree.parts if t.name == "zone")
            )
        clock = self.run[first.start].value
        zones = tuple(z for t in tree.parts if t.name == "zones" for z in self._zones(t))
        again = next((t for t in tree.parts if t.name == "again"), None)
        if again is not None:
            also: list[tuple[Clock, tuple[str, ...]]] = []
            for part in self.run[again.start : again.end]:
                if part.kind == "clock":
                    also.append((part.value, ()))
                elif part.kind == "number":
                    told = bare_clock(str(part.value))
                    also += [(replace(told, military=True), ())] if told else []
                elif part.kind == "zone" and also:
                    also[-1] = (also[-1][0], also[-1][1] + part.value)
            clock = replace(clock, also=clock.also + tuple(also))
        return Time(clock, zones)

    def _number(self, tree: Tree) -> Time:
        clock = bare_clock(str(self.run[tree.start].value))
        if clock is None:
            raise UncertainError("a number is no time")
        zones = tuple(self.run[t.start].value for t in tree.all("zone"))
        return Time(replace(clock, military=True) if tree.name == "four" else clock, zones)

    def _end(self, tree: Tree) -> Time:
        tree = next((t for t in tree.parts if t.name == "first"), tree)
        inner = next(t for t in tree.parts if t.name in {"time", "hour", "four"})
        time = self._time(inner) if inner.name == "time" else self._number(inner)
        zones = tuple(self.run[t.start].value for t in tree.parts if t.name == "zone")
        zones += tuple(z for t in tree.parts if t.name == "zones" for z in self._zones(t))
        return replace(time, zones=time.zones + zones)

    def _hours(self, tree: Tree) -> Hours:
        start, end = (t for t in tree.parts if t.name.endswith(("-start", "-end")))
        left, right = self._end(start), self._end(end)
        is_bare = next(start.all("hour"), None) is not None
        is_four = next(start.all("four"), None) is not None
        if any(t.name == "four" for t in end.parts):
            if is_bare or not (left.clock.military or is_four):
                raise UncertainError("a number beside a time is no certain time")
            left = replace(left, clock=replace(left.clock, military=True))
        elif (
            is_bare
            and not (right.clock.meridiem or right.clock.word)
            and next(tree.all("part"), None) is None
        ):
            raise UncertainError("a number beside a time is no certain time")
        elif is_four and not right.clock.military:
            left = replace(
                left,
                clock=replace(
                    left.clock, military=left.clock.military and left.clock.hour > NOON_HOUR
                ),
            )
            if not (right.clock.meridiem or right.clock.word):
                raise UncertainError("a number beside a time is no certain time")
        next_day = any(next(t.all("next-day"), None) is not None for t in (start, end))
        again = next((t for t in tree.parts if t.name == "span-again"), None)
        hours = Hours(left, right, next_day and not self._is_same_day(tree))
        return hours if again is None else self._with_again(hours, again)

    def _is_same_day(self, tree: Tree) -> bool:
        words = [
            str(a.value).lower() for a in self.run[tree.start : tree.end] if a.kind == "next-day"
        ]
        return any("same" in word or "that" in word for word in words)

    def _with_again(self, hours: Hours, again: Tree) -> Hours:
        """Let a range be known by its restatement too, which must be the same."""
        start, end = (t for t in again.parts if t.name in {"span-start", "span-end"})
        left, right = self._end(start), self._end(end)
        half = right.clock.meridiem
        if left.clock.is_plain and half and not hours.left.clock.is_plain:
            left = replace(
                left, clock=replace(left.clock, meridiem=_forward(left.clock, right.clock))
            )
        zones = tuple(n for z in (right.zones or left.zones) for n in z)
        also_left = (*hours.left.clock.also, (left.clock, zones))
        also_right = (*hours.right.clock.also, (right.clock, zones))
        return replace(
            hours,
            left=replace(hours.left, clock=replace(hours.left.clock, also=also_left)),
            right=replace(hours.right, clock=replace(hours.right.clock, also=also_right)),
        )

    def _side(self, tree: Tree) -> Side:
        if tree.name == "time":
            return Side(time=self._time(tree))
        days = [self._when(t) for t in tree.parts if t.name == "days"]
        if len(days) > 1 and not _are_near(*days[:2]):
            raise UncertainError("two names of one time disagree")
        days = days[:1]
        if tree.name in {"four-side", "four-first"}:
            return Side(_merged(days), self._number(next(tree.all("four"))))
        times = [self._time(t) for t in tree.parts if t.name == "time"]
        time = times[0]
        for other in times[1:]:
            also = (*time.clock.also, (other.clock, tuple(n for z in other.zones for n in z)))
            time = replace(time, clock=replace(time.clock, also=also))
        zones = tuple(z for t in tree.parts if t.name == "zones" for z in self._zones(t))
        part = next((str(a.value) for a in self.run[tree.start : tree.end] if a.kind == "part"), "")
        clock = time.clock
        if clock.is_plain and part:
            clock = replace(clock, meridiem=half_of(clock.hour, part))
        return Side(_merged(days), Time(clock, time.zones + zones))

    # --- days

    def _when(self, tree: Tree) -> When:
        told: list[When | None] = []
        limits: dict[str, Any] = {}
        for part in (tree,) if tree.name in _DAYS else tree.parts:
            if part.name == "dates":
                told.append(self._dates(part))
            elif part.name == "weekdays":
                told.append(self._weekdays(part))
            elif part.name == "repeating":
                told.append(self._repeating(part))
            elif part.name == "rule":
                told.append(When(rule=self.run[part.start].value.rule))
            elif part.name in {"until", "but"}:
                limit = self._when(part)
                limits[part.name] = limit if part.name == "but" else limit.dates[0]
            elif part.name == "in-month":
                year = next((self._year_of(t) for t in part.parts if t.name == "year"), None)
                limits["month"] = Day(year, self.run[part.start].value, 1)
        when = _merged(told) or When()
        if limits and not (when.every or when.rule):
            raise UncertainError("a date beside a weekday")
        return replace(when, **limits)

    def _repeating(self, tree: Tree) -> When:
        inner = tree.parts[0]
        if inner.name == "nth":
            return self._nth(inner)
        if inner.name == "after-nth":
            return self._after_nth(inner)
        return When(rule=self.run[inner.start].value.rule)

    def _nth(self, tree: Tree) -> When:
        places: list[tuple[int, int]] = []
        ordinals: list[int] = []
        named = False
        for atom in self.run[tree.start : tree.end]:
            if atom.kind == "and" and atom.value == "or":
                raise UncertainError("one weekday of the month or another")
            if atom.kind.endswith("ordinal"):
                ordinals, named = [*([] if named else ordinals), atom.value], False
            elif atom.kind == "weekday":
                places += [(n, day) for n in ordinals for day in atom.value.days]
                named = True
        listed = ",".join(f"{n}{SHORT[day]}" for n, day in places)
        return When(rule=f"FREQ=MONTHLY;BYDAY={listed}")

    def _after_nth(self, tree: Tree) -> When:
        """Return the Thursday after the second Tuesday as that weekday of the days it can be."""
        atoms = self.run[tree.start : tree.end]
        at = next(i for i, a in enumerate(atoms) if a.kind == "limit")
        side = {"after": 1, "following": 1, "before": -1, "preceding": -1}.get(
            str(atoms[at].value).lower()
        )
        which = next((a.value for a in atoms[:at] if a.kind.endswith("ordinal")), 1)
        target = next(a.value.days for a in atoms[:at] if a.kind == "weekday")
        rule = next((a.value.rule for a in atoms[at:] if a.kind == "rule"), "")
        if rule == "FREQ=MONTHLY;BYDAY=2TU":
            weekday, place = 1, 2
        else:
            place = next((a.value for a in atoms[at:] if a.kind.endswith("ordinal")), 0)
            weekday = next((a.value.days[0] for a in atoms[at:] if a.kind == "weekday"), 0)
        if side is None or len(target) != 1 or which < 1 or place < 1:
            raise UncertainError("a weekday beside another, and not which")
        shift = side * ((side * (target[0] - weekday)) % 7 or 7) + side * 7 * (which - 1)
        days = [7 * (place - 1) + n + shift for n in range(1, 8)]
        if days[0] < 1 or days[-1] > _SHORTEST_MONTH:
            raise UncertainError("a weekday beside another, across the end of a month")
        return When(
            rule=f"FREQ=MONTHLY;BYDAY={SHORT[target[0]]};BYMONTHDAY={','.join(map(str, days))}"
        )

    def _weekdays(self, tree: Tree) -> When:
        days: list[int] = []
        every, relative, through = False, "", False
        for atom in self.run[tree.start : tree.end]:
            if atom.kind in {"every", "weekly"}:
                every = True
            elif atom.kind == "this":
                relative = str(atom.value).strip().lower()
            elif atom.kind in {"dash", "to"}:
                through = True
            elif atom.kind == "weekday":
                value: Weekdays = atom.value
                every = every or value.every
                if through and days:
                    days += [
                        (days[-1] + n) % 7 for n in range(1, (value.days[0] - days[-1]) % 7 + 1)
                    ]
                else:
                    days += value.days
                through = False
        if relative.startswith("next"):
            raise UncertainError("the next such weekday may be of this week or of the one after")
        if relative and len(days) > 1:
            raise UncertainError("the weekdays may be those of one week or of every week")
        return When(
            weekdays=tuple(dict.fromkeys(days)), every=every, relative="this" if relative else ""
        )

    def _dates(self, tree: Tree) -> When:
        found: list[Day] = []
        through = either = False
        for part in tree.parts:
            if part.name == "pair":
                when = self._pair(part)
            elif part.name == "dated":
                when = self._dated(part)
            else:
                through = through or part.name in {"dash", "to"} or self._joins(part, "dash", "to")
                either = either or self._joins(part, "or")
                continue
            found += when.dates
            through, either = through or when.through, either or when.either
        return When(dates=tuple(found), through=through, either=either)

    def _joins(self, tree: Tree, *kinds: str) -> bool:
        return any(
            (a.value if a.kind == "and" else a.kind) in kinds
            for a in self.run[tree.start : tree.end]
        )

    def _pair(self, tree: Tree) -> When:
        first, second = (self.run[t.start].value for t in tree.all("named"))
        when = self._date(next(t for t in tree.parts if t.name == "date"))
        weekdays = first.days + second.days
        if len(weekdays) != len(when.dates) or first.every or second.every:
            raise UncertainError("two weekdays beside another number of dates")
        named = tuple(replace(d, weekday=w) for d, w in zip(when.dates, weekdays, strict=True))
        return replace(when, dates=named)

    def _dated(self, tree: Tree) -> When:
        dates = [self._date(t) for t in tree.parts if t.name == "date"]
        if any(t.name == "today" for t in tree.parts):
            return dates[0]
        named = [self.run[t.start].value for t in tree.parts if t.name == "named"]
        weekday: Weekdays | None = named[0] if named else None
        bare = next((t for t in tree.parts if t.name == "bare-day"), None)
        if bare is not None and weekday is not None:
            return When(dates=(Day(None, None, self.run[bare.start].value, weekday.days[0]),))
        if len(dates) > 1:
            return _same(dates)
        when = dates[0]
        if weekday is None:
            return when
        if len(weekday.days) > 1 or weekday.every:
            raise UncertainError("a date beside a weekday")
        first, *rest = when.dates
        if first.weekday is not None and first.weekday != weekday.days[0]:
            raise UncertainError("a date beside a weekday")
        return replace(when, dates=(replace(first, weekday=weekday.days[0]), *rest))

    def _date(self, tree: Tree) -> When:
        inner = tree.parts[0]
        if inner.name == "date":
            days: Days = self.run[inner.start].value
            return When(dates=days.days, through=days.through, either=days.either)
        month = next(self.run[t.start].value for t in inner.parts if t.name == "month")
        year = next((self._year_of(t) for t in inner.parts if t.name == "year"), None)
        if inner.name == "of-a-month":
            ordinal = next(self.run[t.start].value for t in inner.parts if t.name == "ordinal")
            weekday = next(self.run[t.start].value for t in inner.parts if t.name == "weekday")
            return When(dates=(Day(year, month, None, weekday.days[0], nth=ordinal),))
        numbers: list[Day] = []
        through = either = False
        for part in inner.parts:
            if part.name not in {"number", "more"}:
                continue
            number = next(part.all("day"))
            atom = self.run[number.start]
            day = int(str(atom.value)) if atom.kind == "number" else atom.value
            weekday = next((self.run[t.start].value for t in part.all("named")), None)
            numbers.append(Day(year, month, day, weekday.days[0] if weekday else None))
            if part.name == "more":
                through = through or self._joins(part, "dash", "to")
                either = either or self._joins(part, "or")
        ordered = [d.day or 0 for d in numbers]
        if ordered != sorted(set(ordered)):
            raise UncertainError("the dates are not in order")
        return When(dates=tuple(numbers), through=through, either=either)

    def _year_of(self, tree: Tree) -> int | None:
        atom = self.run[tree.end - 1]
        return _year(str(atom.value), self.around)


def _same(dates: list[When]) -> When:
    """Return a date that is said twice: `today, December 15`, `12/15 (December 15)`."""
    first, second = dates
    if len(first.dates) != 1 or len(second.dates) != 1:
        raise UncertainError("dates beside dates")
    one, other = first.dates[0], second.dates[0]
    if one.relative and not other.relative:
        return second
    if other.relative and not one.relative:
        return first
    if (one.month, one.day) == (other.month, other.day):
        return first
    raise UncertainError("a date and its restatement disagree")


def _merged(parts: Sequence[When | None]) -> When | None:
    """Return days that are told in two ways as one: every Saturday, Monday through Friday daily."""
    told = [part for part in parts if part is not None]
    if not told:
        return None
    made = told[0]
    for part in told[1:]:
        rules = [r for r in (made.rule, part.rule) if r]
        rules = [r for r in rules if r != "FREQ=DAILY"] or rules
        if len(set(rules)) > 1:
            raise UncertainError("several repetitions at once")
        made = When(
            dates=made.dates + part.dates,
            through=made.through or part.through,
            either=made.either or part.either,
            weekdays=tuple(dict.fromkeys(made.weekdays + part.weekdays)),
            every=made.every or part.every,
            relative=made.relative or part.relative,
            rule=rules[0] if rules else "",
            until=made.until or part.until,
            month=made.month or part.month,
            but=made.but or part.but,
        )
    return made


def _are_near(first: When, second: When) -> bool:
    """Whether two dates can be those of one instant: the same, or one day apart."""
    numbers = sorted((d.month or 0, d.day or 0) for d in (*first.dates, *second.dates))
    if len(numbers) != len("AB"):
        return False
    (month, day), (other, number) = numbers
    ends = month != other and other - month in {1, 11} and (number == 1 or day == 1)
    return ends or (month == other and number - day <= 1)


def _forward(first: Clock, second: Clock) -> str:
    """Return the half of the day of a bare time before one that says its own."""
    same = first.hour % NOON_HOUR < second.hour % NOON_HOUR
    return second.meridiem if same else {"a": "p", "p": "a"}[second.meridiem]


#: From this hour on a night begins.
_DUSK = 6


def half_of(hour: int, part: str) -> str:
    """Return the half of the day that its part tells of an hour: 10 of a night is p.m."""
    if part.endswith(("morning", "mornings")):
        return "a" if hour < NOON_HOUR else ""
    if part.endswith(("afternoon", "evening", "afternoons", "evenings")):
        return "p"
    return "p" if part.endswith(("night", "nights")) and _DUSK <= hour < NOON_HOUR else ""
