"""A page to its sections: the published status, and one notice per paragraph, item or row."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from probe.maintenance.reading.clocks import UncertainError
from probe.maintenance.reading.compose import compose
from probe.maintenance.reading.context import Context
from probe.maintenance.reading.days import Dates
from probe.maintenance.reading.draft import Heading
from probe.maintenance.reading.lexer import scan
from probe.maintenance.reading.names import mentions
from probe.maintenance.reading.notice import read_notice
from probe.maintenance.reading.plans import is_too_much
from probe.maintenance.reading.sections import LONGEST_PARAGRAPH, Line, paragraphs, placed_lines
from probe.maintenance.reading.signs import speaks
from probe.maintenance.reading.text import fingerprint, fold, mark_of
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
    context = (
        context
        if day is None
        else replace(context, day=day, day_is_borne=True, day_is_of_page=True)
    )
    placed = list(placed_lines(lines, context))
    sections = {line.section for line in placed}
    informative = "status" in sections and not sections.isdisjoint(("regular", "upcoming"))
    speaking = {text for text in {line.text for line in placed} if speaks(fold(text))}
    numbers = sum(len(_TEMPORAL.findall(text)) for text in speaking)
    if len(speaking) > MOST_SPEAKING or numbers > MOST_NUMBERS:
        return Reading(
            status={}, notices=(_refused(context, _TOO_OFTEN),), day=day, informative=informative
        )
    # The status line is no notice, unless it goes on to speak of maintenance.
    told = [p for p in placed if p.text in speaking or p.section not in {"", "status"}]
    told = list(dict.fromkeys(told))
    kept = [
        notice
        for line, notice in zip(told, (_read(line, context, known) for line in told), strict=True)
        if line.section or notice.state is not NoticeState.IRRELEVANT
    ]
    return Reading(
        status=_status(placed, context),
        notices=tuple(_bounded(_once(kept), context)),
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
    atoms = compose(scan(fold(words), context.timezone), context.day.year)
    first = next((a for a in atoms if a.kind != "x"), None)
    if first is None or first.kind != "D" or first.start > _BESIDE:
        return None
    day = first.value.days[0]
    if day.year is None or len(first.value.days) > 1:
        return None
    try:
        return Dates(context, ()).of(day)
    except UncertainError:
        return None


# --- notices ---------------------------------------------------------------------------------


def _read(line: Line, context: Context, known: Mapping[str, tuple[date, bool]]) -> Notice:
    if len(line.text) >= LONGEST_PARAGRAPH:
        return _refused(context, "a paragraph is too long to be a notice")
    heading = Heading(repeats=line.section == "regular", announces=line.section == "regular")
    here = replace(context, component=line.component)
    since = known.get(mark_of(line.text)) if known else None
    if since is not None:
        here = replace(here, day=since[0], day_is_borne=since[1])
    return read_notice(line.text, here, heading)


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


def _bounded(notices: list[Notice], context: Context) -> list[Notice]:
    """All of a page together may announce so much; more than that is not believed."""
    plans = [plan for notice in notices for plan in notice.windows]
    bounds = context.bounds
    reason = ""
    if len(plans) > bounds.per_page:
        reason = f"the page announces more than {bounds.per_page} windows"
    elif is_too_much(plans, context.day, bounds):
        reason = "the windows of the page together are longer than is believed"
    if not reason:
        return notices
    return [
        replace(notice, state=NoticeState.REFUSED, windows=(), reason=reason)
        if notice.windows
        else notice
        for notice in notices
    ]


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
