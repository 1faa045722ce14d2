"""Expressions of a notice to its spans: what one sentence leaves open, another may close."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from probe.maintenance.reading.times.atoms import Length
from probe.maintenance.reading.times.clocks import DAY, UncertainError
from probe.maintenance.reading.times.dates import Dates
from probe.maintenance.reading.times.expressions import Side, Tile, When
from probe.maintenance.reading.times.spans import (
    DAILY,
    Limits,
    Span,
    Speech,
    joined,
    lasting,
    spans_of,
    weekly,
    without,
)

#: How many sentences later the end or the length of a start may be told.
_SOON = 2


@dataclass(frozen=True, slots=True)
class Told:
    """An expression in its sentence; `whole` if days alone mean all of them there."""

    sentence: int
    tile: Tile
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A span and the expression that it came of."""

    told: Told
    span: Span


@dataclass(frozen=True, slots=True)
class Assembly:
    """The spans of a notice, and what in its times is not certain, with the sentence it is in."""

    pieces: tuple[Piece, ...]
    problems: tuple[tuple[int, str], ...]


@dataclass(slots=True)
class _Table:
    """The expressions in order, and which are used up."""

    listed: Sequence[Told]
    dates: Dates
    speech: Callable[[int], Speech]
    used: set[int] = field(default_factory=set)
    pieces: list[Piece] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


def assemble(listed: Sequence[Told], dates: Dates, speech: Callable[[int], Speech]) -> Assembly:
    """Return the spans that some expressions mean together."""
    table = _Table(listed, dates, speech)
    for told in listed:
        if told.tile.unclear and told.tile.shape not in {"posted", "some-zone", "some-length"}:
            table.problems.append((told.sentence, told.tile.unclear))
    _pair(table)
    for at, told in enumerate(listed):
        if at not in table.used:
            _one(table, at, told)
    _except(table)
    for at, told in enumerate(listed):
        if at not in table.used and told.tile.shape == "some-days":
            _days(table, at, told)
    _settle(table)
    return Assembly(tuple(table.pieces), tuple(table.problems))


def _add(table: _Table, told: Told, make: Callable[[], list[Span]]) -> None:
    try:
        table.pieces += [Piece(told, span) for span in make()]
    except UncertainError as error:
        table.problems.append((told.sentence, str(error)))


# --- moments -----------------------------------------------------------------------------------


def is_end(tile: Tile) -> bool:
    """Whether a moment is the end of something."""
    return bool(tile.lead & {"end", "to"})


def _pair(table: _Table) -> None:
    """Join each start with the end that follows it, other words between them."""
    waiting: tuple[int, Told] | None = None
    ended: tuple[int, Told] | None = None
    for at, told in enumerate(table.listed):
        tile = told.tile
        if tile.shape in {"some-zone", "some-length", "some-days", "posted"} or tile.unclear:
            continue
        if tile.shape != "moment":
            waiting = None
        elif "limit" in tile.lead and not is_end(tile):
            continue
        elif is_end(tile) and waiting and told.sentence - waiting[1].sentence <= _SOON:
            _join(table, *waiting, at, told)
            waiting = None
        elif is_end(tile):
            ended = (at, told)
        elif ended and "from" in tile.lead and told.sentence - ended[1].sentence <= 1:
            _join(table, at, told, *ended)
            ended = None
        else:
            waiting = (at, told)


def _join(table: _Table, at: int, start: Told, other: int, end: Told) -> None:
    left, right = start.tile.left, end.tile.left
    if any(Side(s.when, s.time).time is None for s in (left, right)):
        return
    table.used |= {at, other}

    def make() -> list[Span]:
        when = None if left.when else _days_for(table, at)
        return joined(
            replace(left, when=left.when or when), right, table.speech(start.sentence), when
        )

    _add(table, start, make)


def _one(table: _Table, at: int, told: Told) -> None:
    tile = told.tile
    if tile.unclear or "except" in tile.lead or "limit" in tile.lead:
        return
    speech = table.speech(told.sentence)
    if tile.shape == "timed" or (tile.shape == "range" and (tile.left.when or tile.right.when)):
        table.used.add(at)
        _add(table, told, lambda: spans_of(tile, speech))
    elif tile.shape in {"hours", "range"}:
        table.used.add(at)
        _add(table, told, lambda: spans_of(tile, speech, _days_for(table, at)))
    elif tile.shape == "lasting" and not is_end(tile):
        table.used.add(at)
        _add(
            table,
            told,
            lambda: spans_of(tile, speech, None if tile.left.when else _days_for(table, at)),
        )
    elif tile.shape == "moment" and not is_end(tile):
        length = _length_for(table, at)
        table.used.add(at)
        if length is None:
            table.problems.append((told.sentence, "it has no certain end"))
            return
        side = tile.left
        _add(
            table,
            told,
            lambda: lasting(side, length, speech, None if side.when else _days_for(table, at)),
        )
    elif tile.shape in {"moment", "toward", "lasting"} and not _is_known_end(table, tile):
        table.problems.append((told.sentence, "it has no certain start"))


def _is_known_end(table: _Table, tile: Tile) -> bool:
    """Whether a lone end is that of a span, said again."""
    time = tile.left.time
    if time is None:
        return False
    clock = time.clock
    for piece in table.pieces:
        last = piece.span.minutes[1] % DAY
        if clock.word and last == (DAY if clock.word == "midnight" else DAY // 2) % DAY:
            return True
        hour = clock.hour % 12 + (12 if clock.meridiem == "p" else 0)
        if clock.meridiem and hour * 60 + clock.minute == last:
            return True
        if clock.military and clock.hour * 60 + clock.minute == last:
            return True
    return False


def _length_for(table: _Table, at: int) -> Length | None:
    """Return the one length that is told of a start: beside it, or soon after it."""
    start = table.listed[at]
    windows = {it.sentence for it in table.listed if it.tile.shape in {"timed", "range"}}
    near = [
        (i, it)
        for i, it in enumerate(table.listed)
        if it.tile.shape == "some-length" and i not in table.used
        and -1 <= it.sentence - start.sentence <= _SOON
        and (it.sentence == start.sentence or it.sentence not in windows)
    ]  # fmt: skip
    same = [(i, it) for i, it in near if it.sentence == start.sentence] or near
    if not same:
        return None
    table.used.add(same[0][0])
    return same[0][1].tile.length


# --- days ----------------------------------------------------------------------------------------


def _whens(tile: Tile) -> list[When]:
    return [w for w in (tile.when, tile.left.when, tile.right.when) if w is not None]


def _is_day(tile: Tile) -> bool:
    return tile.shape == "some-days" and not tile.lead & {"except", "limit", "end", "to", "from"}


def _days_for(table: _Table, at: int) -> When:
    """Return the days of times that name none: of their sentence, or the only ones.

    Raises UncertainError where there are none or several.
    """
    sentence = table.listed[at].sentence
    before = [i for i in range(at - 1, -1, -1) if table.listed[i].sentence == sentence]
    after = [i for i in range(at + 1, len(table.listed)) if table.listed[i].sentence == sentence]
    for i in (*before, *after):
        tile = table.listed[i].tile
        if _is_day(tile) and tile.when is not None:
            table.used.add(i)
            return tile.when
    same = _only([table.listed[i].tile for i in (*before, *after)])
    if same is not None:
        return same
    above = [i for i, it in enumerate(table.listed) if it.sentence < sentence]
    for i in reversed(above):
        tile = table.listed[i].tile
        if table.listed[i].sentence == sentence - 1 and _is_day(tile) and tile.when is not None:
            table.used.add(i)
            return tile.when
    found = _only([table.listed[i].tile for i in above], table) or _only(
        [it.tile for it in table.listed if it.sentence != sentence], table
    )
    if found is None:
        several = any(_whens(it.tile) for it in table.listed if it.sentence != sentence)
        raise UncertainError(
            "which day the times are of is not said" if several else "the times have no day"
        )
    return found


def _only(tiles: Sequence[Tile], table: _Table | None = None) -> When | None:
    """Return the one day that some expressions name."""
    named = [
        when for tile in tiles if not tile.lead & {"except", "limit"} and tile.shape != "posted"
        for when in _whens(tile)
    ]  # fmt: skip
    distinct = {
        tuple(sorted((d.month or 0, d.day or 0, d.relative) for d in when.dates))
        or (when.weekdays, when.rule)
        for when in named
    }
    if len(distinct) != 1:
        return None
    best = max(named, key=lambda when: sum(d.weekday is not None for d in when.dates))
    if table is not None:
        for i, it in enumerate(table.listed):
            if _is_day(it.tile) and it.tile.when in named:
                table.used.add(i)
    return best


def _except(table: _Table) -> None:
    """Take the days that are excepted out of what repeats."""
    for at, told in enumerate(table.listed):
        when = told.tile.when
        if "except" not in told.tile.lead or told.tile.shape != "some-days" or when is None:
            continue
        table.used.add(at)
        if not all(piece.span.rule for piece in table.pieces):
            table.problems.append((told.sentence, "days are left out of what does not repeat"))
        try:
            table.pieces = [
                replace(p, span=without(p.span, when, table.dates)) if p.span.rule else p
                for p in table.pieces
            ]
        except UncertainError as error:
            table.problems.append((told.sentence, str(error)))


def _days(table: _Table, at: int, told: Told) -> None:
    """Let days without times limit what repeats, restate what is told, or be whole days."""
    tile, when = told.tile, told.tile.when
    if when is None or tile.unclear or "limit" in tile.lead:
        return
    mine = [p for p in table.pieces if p.told.sentence == told.sentence]
    repeating = [p for p in mine if p.span.rule] or [p for p in table.pieces if p.span.rule]
    table.used.add(at)
    try:
        if repeating and when.dates:
            _limit(table, repeating, tile, table.dates)
        elif when.dates and _is_told(table, when):
            return
        elif repeating or (mine and not when.dates):
            _narrow(table, mine, when)
        elif told.whole and not mine:
            made = spans_of(tile, table.speech(told.sentence))
            table.pieces += [Piece(told, span) for span in made]
        elif not table.pieces or mine:
            table.problems.append((told.sentence, "days are told, and no hours of them"))
    except UncertainError as error:
        table.problems.append((told.sentence, str(error)))


def _is_told(table: _Table, when: When) -> bool:
    """Whether days only say again what spans have already."""
    spans = [p.span for p in table.pieces if p.span.day]
    days = {span.day for span in spans}
    days |= {span.at(span.day)[1].date() for span in spans if span.day}
    return set(table.dates.all(when)) <= days


def _narrow(table: _Table, mine: list[Piece], when: When) -> None:
    """Let what comes daily come on some weekdays only, and weekdays be said again."""
    for piece in mine:
        if when.weekdays and piece.span.rule == DAILY:
            at = table.pieces.index(piece)
            table.pieces[at] = replace(piece, span=replace(piece.span, rule=weekly(when.weekdays)))
        elif (
            (when.weekdays and piece.span.rule == weekly(when.weekdays))
            or (when.weekdays and piece.span.day and piece.span.day.weekday() in when.weekdays)
            or (when.rule == DAILY and not when.weekdays)
        ):
            continue
        else:
            raise UncertainError("days are told, and no hours of them")


def _limit(table: _Table, repeating: list[Piece], tile: Tile, dates: Dates) -> None:
    """Let what repeats hold from, until or between dates only."""
    when = tile.when
    if when is None:
        return
    found = dates.all(when)
    for piece in repeating:
        old = piece.span.limits
        if when.through:
            limits = Limits(found[0], found[1], old.excepted)
        elif len(found) == 1 and tile.lead & {"end", "to", "dash"}:
            limits = replace(old, until=found[0])
        elif len(found) == 1 and "from" in tile.lead:
            limits = replace(old, since=found[0])
        elif piece.span.rule == DAILY and not tile.lead - {"and"}:
            table.pieces.remove(piece)
            table.pieces += [
                replace(piece, span=replace(piece.span, rule="", day=day)) for day in found
            ]
            continue
        else:
            raise UncertainError("a date beside a repetition")
        at = table.pieces.index(piece)
        table.pieces[at] = replace(piece, span=replace(piece.span, limits=limits))


def _settle(table: _Table) -> None:
    """Drop what says a span again: a start and a length beside the range that it is."""
    ranges = [p for p in table.pieces if not p.span.lasting]
    kept: list[Piece] = []
    for piece in table.pieces:
        same = [
            it for it in ranges
            if piece.span.lasting and it.span.day == piece.span.day
            and it.span.minutes[0] == piece.span.minutes[0]
        ]  # fmt: skip
        if not same:
            kept.append(piece)
    table.pieces = kept
    lengths = [
        it.tile.length
        for i, it in enumerate(table.listed)
        if it.tile.shape == "some-length" and i not in table.used
    ]
    for length in lengths:
        if length is None or not table.pieces:
            continue
        told = {p.span.minutes[1] - p.span.minutes[0] for p in table.pieces}
        if length.minutes < min(told) or (length.minutes not in told and not length.bound):
            table.problems.append(
                (table.pieces[0].told.sentence, "its length is not the one up to its end")
            )
