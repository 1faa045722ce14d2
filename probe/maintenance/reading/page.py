"""A page to its sections: the published status, and one notice per paragraph, item or row."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from probe.maintenance.reading.atoms import Atom
from probe.maintenance.reading.clocks import UncertainError
from probe.maintenance.reading.components import mentions
from probe.maintenance.reading.compose import compose
from probe.maintenance.reading.context import Context
from probe.maintenance.reading.days import Dates
from probe.maintenance.reading.draft import Heading
from probe.maintenance.reading.html import is_html, lines_of
from probe.maintenance.reading.lexer import scan
from probe.maintenance.reading.notice import read_notice
from probe.maintenance.reading.plans import is_too_much
from probe.maintenance.reading.scope import SPOKEN
from probe.maintenance.reading.text import fingerprint, fold, plain
from probe.types import Notice, NoticeState, PublishedStatus, Reading

#: Over this many characters no page is read.
LONGEST_PAGE = 1 << 20

#: A longer paragraph is not read, and refused.
LONGEST_PARAGRAPH = 20_000
#: More paragraphs about maintenance than any page has.
MOST_SPEAKING = 400

#: What a heading's words make of the lines below it; a longer line is no heading.
_HEADINGS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("status", r"(?:current )?(?:\w+ )?(?:system )?status\b(?!.*schedule)|current status"),
        ("regular", r"(?:regular|routine|weekly|standard|recurring)(?: \w+){0,2} maintenance"),
        (
            "upcoming",
            r"(?:additional|upcoming|scheduled|planned|future|other)(?: \w+){0,4} (?:maintenance|outages?|downtime)",
        ),
        ("component", r"(?:identity management|enterprise identity)\b"),
        ("submissions", r"(?:electronic|secure|document\w*) submissions?"),
        ("informed", r"stay informed|stay connected|notifications|contact us|questions"),
    )
)
_LONGEST_HEADING = 90
_SENTENCE_END = re.compile(r"[.!?;:,]$")
_STAMPED = re.compile(
    r"\b(?:last (?:modified|updated|reviewed|revised|changed)|page (?:last )?(?:updated|modified)|date (?:posted|modified)"
    r"|posted|updated|modified|published|revised|as of)\b(?: (?:on|at|date))? ?[:-]? ?(.{6,40})",
    re.IGNORECASE,
)
_STATES = (
    (
        PublishedStatus.DEGRADED,
        re.compile(
            r"degraded|intermittent|slow|limited|partial|delays|read[- ]only|experiencing (?:issues|problems|difficult)|performance (?:issues|problems)",
            re.IGNORECASE,
        ),
    ),
    (
        PublishedStatus.UNAVAILABLE,
        re.compile(
            r"unavailable|not (?:currently )?(?:be )?(?:available|accessible|operational)|\bdown\b|off-?line|outage|out of service|inaccessible|under maintenance|undergoing",
            re.IGNORECASE,
        ),
    ),
    (
        PublishedStatus.AVAILABLE,
        re.compile(r"available|operational|online|\bup\b|accessible|normal", re.IGNORECASE),
    ),
)
_BULLET = re.compile(r"^(?:[-*\u2022\u25e6\u25aa\u00b7\u2013]|\d{1,2}[.)])\s+")
_FIELD = re.compile(
    r"^(?:(?:estimated|scheduled|planned|expected|actual) )?(?:start|end|begin|date|time|when|duration|window|from|to|impact|reason|how long|until)s?\b[^.:]{0,20}:",
    re.IGNORECASE,
)
_NO_KNOWN: Mapping[str, tuple[date, bool]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Line:
    section: str
    component: str
    text: str


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
    lines = [line[:LONGEST_PARAGRAPH] for line in _paragraphs(text) if line]
    context = _dated(lines, context)
    placed = list(_placed(lines, context))
    found = {line.section for line in placed}
    informative = "status" in found and bool(found & {"regular", "upcoming"})
    if sum(SPOKEN.search(fold(line.text)) is not None for line in placed) > MOST_SPEAKING:
        return Reading(status={}, notices=(_refused(context, _TOO_OFTEN),), informative=informative)
    notices = [
        _read(line, context, known) for line in placed
        if line.section != "status" or SPOKEN.search(fold(line.text))
    ]  # fmt: skip
    kept = [
        notice for line, notice in zip(
            [p for p in placed if p.section != "status" or SPOKEN.search(fold(p.text))], notices, strict=True
        )
        if line.section or notice.state is not NoticeState.IRRELEVANT
    ]  # fmt: skip
    return Reading(
        status=_status(placed, context),
        notices=tuple(_bounded(_once(kept), context)),
        informative=informative,
    )


# --- lines -----------------------------------------------------------------------------------


def _paragraphs(text: str) -> Iterator[str]:
    """Return the paragraphs of a page; the items below an announcing line are joined to it."""
    raw = lines_of(text) if is_html(text) else text.split("\n")
    lines = list(_unwrapped(" ".join(line[: LONGEST_PARAGRAPH + 100].split()) for line in raw))
    intro: list[str] = []
    for line in [*lines, ""]:
        bullet = _BULLET.match(line)
        joins = intro and (bullet or _FIELD.match(line)) and len(intro) < 40
        if joins:
            intro.append("\u2022 " + line[bullet.end() :] if bullet else line)
            continue
        if intro:
            yield plain(" ".join(intro))
            intro = []
        if _FIELD.match(line) or (line.endswith(":") and SPOKEN.search(fold(line))):
            intro = [line]
        elif line:
            yield plain(line[bullet.end() :] if bullet else line)


def _unwrapped(lines: Iterator[str]) -> Iterator[str]:
    """Lines that were broken at a width are one again."""
    before = ""
    for line in lines:
        wraps = 55 <= len(before) <= 100 and not _SENTENCE_END.search(before) and line[:1].islower()
        if wraps:
            before = f"{before} {line}"
            continue
        yield before
        before = line
    yield before


def _heading(line: str) -> str:
    if len(line) > _LONGEST_HEADING or line.endswith((".", "!", "?", ";")):
        return ""
    bare = line.strip(" :*#=-")
    names = [
        name for name, pattern in _HEADINGS if pattern.match(bare) or _after_name(pattern, bare)
    ]
    return names[0] if names else ""


def _after_name(pattern: re.Pattern[str], line: str) -> bool:
    """Whether it is a heading that begins with a short name, such as "SPOT system status"."""
    _, _, rest = line.partition(" ")
    return bool(rest) and line.split(" ", 1)[0].isupper() and pattern.match(rest) is not None


def _placed(lines: list[str], context: Context) -> Iterator[_Line]:
    section, component = "", context.component
    for line in lines:
        name = _heading(line)
        if name == "status" and section == "" and "schedule" in line.lower():
            continue
        if name and not (":" in line.rstrip(":") and len(line) > 60):
            section = name
            named = mentions(line, context)
            component = named[0] if len(named) == 1 else context.component
            head, _, rest = line.partition(":")
            if rest.strip():
                yield _Line(section, component, rest.strip())
            else:
                yield _Line(section, component, "")
            continue
        yield _Line(section, component, line)


# --- the page's date ---------------------------------------------------------------------------


def _dated(lines: list[str], context: Context) -> Context:
    for line in lines:
        match = _STAMPED.search(line)
        if match is None or len(line) > 250:
            continue
        day = _date_in(match[1], context)
        if day is not None:
            return replace(context, day=day, day_is_borne=True)
    return context


def _date_in(words: str, context: Context) -> date | None:
    atoms: list[Atom] = compose(scan(fold(words), context.timezone), context.day.year)
    first = next((a for a in atoms if a.kind != "x"), None)
    if first is None or first.kind != "D" or first.start > 12:
        return None
    day = first.value.days[0]
    if day.year is None or len(first.value.days) > 1:
        return None
    try:
        return Dates(context, ()).of(day)
    except UncertainError:
        return None


# --- notices ---------------------------------------------------------------------------------


def _read(line: _Line, context: Context, known: Mapping[str, tuple[date, bool]]) -> Notice:
    if len(line.text) >= LONGEST_PARAGRAPH:
        return _refused(context, "a paragraph is too long to be a notice")
    heading = Heading(repeats=line.section == "regular", announces=line.section == "regular")
    here = replace(context, component=line.component)
    since = known.get(fingerprint(line.text)) if known else None
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


def _status(placed: list[_Line], context: Context) -> dict[str, PublishedStatus]:
    found: dict[str, PublishedStatus] = {}
    for line in placed:
        if line.section != "status":
            continue
        for sentence in re.split(r"(?<=[.!])\s+", line.text):
            if re.match(r"(?:note|if)\b", sentence, re.IGNORECASE) or not sentence:
                continue
            named = mentions(sentence, context) or (
                (context.component,) if len(sentence) < 60 else ()
            )
            state = next((s for s, pattern in _STATES if pattern.search(fold(sentence))), None)
            for component in named:
                if state is not None:
                    found.setdefault(component, state)
    if any(line.section == "status" for line in placed):
        found.setdefault(context.component, PublishedStatus.UNKNOWN)
    return found
