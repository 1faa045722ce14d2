"""A page to its sections: the published status, and one notice per paragraph, item or row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.events import UNKNOWN, Event
from probe.maintenance.reading.likely import speaks
from probe.maintenance.reading.names import mentions
from probe.maintenance.reading.notice import Heading, with_events
from probe.maintenance.reading.sections import LONGEST_PARAGRAPH, Line, paragraphs, placed_lines
from probe.maintenance.reading.text import fingerprint, fold, mark_of
from probe.maintenance.reading.times.clocks import UncertainError
from probe.maintenance.reading.times.dates import Dates
from probe.maintenance.reading.times.expressions import expressions
from probe.maintenance.reading.times.lexer import scan
from probe.types import Notice, NoticeState, PublishedStatus, Reading

#: Over this many characters no page is read.
LONGEST_PAGE = 1 << 20

#: More paragraphs about maintenance than any page has, and more numbers and weekdays in them.
MOST_SPEAKING, MOST_NUMBERS = 400, 3000
_TEMPORAL = re.compile(r"\d+|\b(?:noon|midnight|(?:mon|tue|wed|thu|fri|sat|sun)\w*)", re.IGNORECASE)

#: In characters: a line with a stamp, what may stand before its date, a plain status.
_LONGEST_STAMP, _BESIDE, _BRIEF = 250, 12, 60
_DIGIT = re.compile(r"\d")
_STAMPED = re.compile(
    r"\b(?:last (?:modified|updated|reviewed|revised|changed)|page (?:last )?(?:updated|modified)"
    r"|date (?:posted|modified)|posted|updated|modified|published|revised"
    r"|as of)\b(?: (?:on|at|date))? ?[:-]? ?(.{6,40})",
    re.IGNORECASE,
)
_STATES = (
    (
        PublishedStatus.DEGRADED,
        re.compile(
            r"degraded|intermittent|slow|limited|partial|delays|read[- ]only"
            r"|experiencing (?:issues|problems|difficult)|performance (?:issues|problems)",
            re.IGNORECASE,
        ),
    ),
    (
        PublishedStatus.UNAVAILABLE,
        re.compile(
            r"unavailable|not (?:currently )?(?:be )?(?:available|accessible|operational)|\bdown\b"
            r"|off-?line|outage|out of service|inaccessible|under maintenance|undergoing",
            re.IGNORECASE,
        ),
    ),
    (
        PublishedStatus.AVAILABLE,
        re.compile(r"available|operational|online|\bup\b|accessible|normal", re.IGNORECASE),
    ),
)
_NO_KNOWN: Mapping[str, tuple[date, bool]] = MappingProxyType({})


def read_page(
    text: str, context: Context, known: Mapping[str, tuple[date, bool]] = _NO_KNOWN
) -> Reading:
    """Return what a page, HTML or plain text, says; never raises.

    The page's own date stands for `context.day`, except for the fingerprints in `known`, which
    are read as of the day that is given there, and whether the page bore it. `informative` is
    False where the headings of a status page are missing.
    """
    if len(text) > LONGEST_PAGE:
        return Reading(status={}, notices=(), informative=False)
    lines = [line[:LONGEST_PARAGRAPH] for line in paragraphs(text) if line]
    day = _day_borne(lines, context)
    if day is not None:
        context = replace(context, day=day, day_is_borne=True, day_is_of_page=True)
    placed = list(placed_lines(lines, context))
    sections = {line.section for line in placed}
    informative = "status" in sections and not sections.isdisjoint(("regular", "upcoming"))
    speaking = {text for text in {line.text for line in placed} if speaks(fold(text).lower())}
    numbers = sum(len(_TEMPORAL.findall(text)) for text in speaking)
    if len(speaking) > MOST_SPEAKING or numbers > MOST_NUMBERS:
        notices: tuple[Notice, ...] = (_refused(context, _TOO_OFTEN),)
        return Reading(status={}, notices=notices, day=day, informative=informative)
    # The status line is no notice, unless it goes on to speak of maintenance.
    told = [p for p in placed if p.text in speaking or p.section not in {"", "status"}]
    kept = [
        read.notice
        for read in _together(list(dict.fromkeys(told)), context, known)
        if read.line.section or read.notice.state is not NoticeState.IRRELEVANT
    ]
    return Reading(
        status=_status(placed, context),
        notices=tuple(_once(kept)),
        day=day,
        informative=informative,
    )


# --- the page's date ---------------------------------------------------------------------------


def _day_borne(lines: list[str], context: Context) -> date | None:
    for line in lines:
        if len(line) > _LONGEST_STAMP or _DIGIT.search(line) is None:
            continue
        match = _STAMPED.search(line)
        if match is None:
            continue
        day = _date_in(match[1], context)
        if day is not None:
            return day
    return None


def _date_in(words: str, context: Context) -> date | None:
    """Return the one date with its year that stands first in some words."""
    tiles = expressions(scan(fold(words), context.timezone), context.day.year).tiles
    first = next((t for t in tiles if t.when is not None or t.left.when is not None), None)
    when = first and (first.when or first.left.when)
    if first is None or when is None or first.start > _BESIDE or len(when.dates) != 1:
        return None
    if when.dates[0].year is None:
        return None
    try:
        return Dates(context).of(when.dates[0])
    except UncertainError:
        return None


# --- notices ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Read:
    """A line of a page with the notice that it is."""

    line: Line
    notice: Notice
    events: tuple[Event, ...]


def _together(
    lines: list[Line], context: Context, known: Mapping[str, tuple[date, bool]]
) -> list[_Read]:
    """Read lines in order; one that speaks of the announcement before it is read with that one.

    So "This maintenance has been postponed." takes back what stands above it, and a remark that is
    not understood makes it wait for a person.
    """
    made: list[_Read] = []
    for line in lines:
        read = _read(line, context, known)
        before = made[-1] if made else None
        if before is not None and _is_about(before, read):
            joined = replace(before.line, text=f"{_ended(before.line.text)} {line.text}")
            made[-1] = _read(joined, context, known)
        else:
            made.append(read)
    return made


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", ";")) else f"{text}."


#: Kinds of sentences that say something of an announcement beside them.
_SAYING = frozenset(("cancel", "over", "spared", "less", "moved", "outage", "field-impact"))
_POINTING = re.compile(
    r"\W*(?:this|that|these|those|it|they|the|update|updated|edit|edited|correction|we|due|sorry"
    r"|unfortunately|because|please)\b",
    re.IGNORECASE,
)


def _is_about(before: _Read, read: _Read) -> bool:
    """Whether a line says something of the announcement in the line before it."""
    if before.line.section != read.line.section or not (before.notice.windows or before.notice.proposals):
        return False
    if any(event.times for event in read.events) or read.notice.proposals:
        return False
    kinds = {event.kind for event in read.events}
    if UNKNOWN in kinds:
        folded = fold(read.line.text)
        return speaks(folded.lower()) or _POINTING.match(folded) is not None
    return not kinds.isdisjoint(_SAYING) and not any(event.told for event in read.events)


def _read(line: Line, context: Context, known: Mapping[str, tuple[date, bool]]) -> _Read:
    if len(line.text) >= LONGEST_PARAGRAPH:
        return _Read(line, _refused(context, "a paragraph is too long to be a notice"), ())
    heading = Heading(
        repeats=line.section == "regular", announces=line.section in {"regular", "upcoming"}
    )
    here = replace(context, component=line.component)
    since = known.get(mark_of(line.text)) if known else None
    if since is not None:
        here = replace(here, day=since[0], day_is_borne=since[1])
    notice, events = with_events(line.text, here, heading)
    return _Read(line, notice, events)


_TOO_OFTEN = "the page speaks of maintenance more often than is believed"


def _refused(context: Context, reason: str) -> Notice:
    return Notice(
        fingerprint=fingerprint(reason), text=reason, quote="", state=NoticeState.REFUSED,
        reason=reason, components=(context.component,),
    )  # fmt: skip


def _once(notices: list[Notice]) -> list[Notice]:
    seen: dict[str, Notice] = {}
    for notice in notices:
        if notice.text:
            seen.setdefault(notice.fingerprint, notice)
    return list(seen.values())


# --- status ----------------------------------------------------------------------------------


def _status(placed: list[Line], context: Context) -> dict[str, PublishedStatus]:
    found: dict[str, PublishedStatus] = {}
    for line in placed:
        if line.section != "status":
            continue
        for sentence in re.split(r"(?<=[.!])\s+", line.text):
            if re.match(r"(?:note|if)\b", sentence, re.IGNORECASE) or not sentence:
                continue
            named = mentions(sentence, context) or (
                (context.component,) if len(sentence) < _BRIEF else ()
            )
            state = next((s for s, pattern in _STATES if pattern.search(fold(sentence))), None)
            for component in named:
                if state is not None:
                    found.setdefault(component, state)
    if any(line.section == "status" for line in placed):
        found.setdefault(context.component, PublishedStatus.UNKNOWN)
    return found
