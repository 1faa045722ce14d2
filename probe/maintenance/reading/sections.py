"""A page to its lines, each below the heading that it stands under."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.html import is_html, lines_of
from probe.maintenance.reading.likely import speaks
from probe.maintenance.reading.names import mentions
from probe.maintenance.reading.text import fold, plain

#: A longer paragraph is not read, and refused.
LONGEST_PARAGRAPH = 20_000
#: A list of more items is no list.
_LONGEST_LIST = 40
#: No heading longer than this has a colon in it.
_SHORT = 55

#: What a heading's words make of the lines below it; a longer line is no heading.
_HEADINGS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("status", r"(?:current )?(?:\w+ )?(?:system )?status\b(?!.*schedule)|current status"),
        ("regular", r"(?:regular|routine|weekly|standard|recurring)(?: \w+){0,2} maintenance"),
        (
            "upcoming",
            (
                r"(?:additional|upcoming|scheduled|planned|future|other)(?: \w+){0,4}"
                r" (?:maintenance|outages?|downtime)"
            ),
        ),
        ("component", r"(?:identity management|enterprise identity)\b"),
        ("submissions", r"(?:electronic|secure|document\w*) submissions?"),
        ("informed", r"stay informed|stay connected|notifications|contact us|questions"),
    )
)
_ANY = re.compile(rf"\b(?:{'|'.join(pattern.pattern for _, pattern in _HEADINGS)})")
_LONGEST_HEADING = 90
_FIELD = re.compile(
    r"^(?:(?:estimated|scheduled|planned|expected|actual) )?(?:start|end|begin|date|time|when"
    r"|duration|window|from|to|impact|reason|how long|until|affected|(?:service|system)s? affected"
    r"|location|description|details|what|who)s?\b[^.:]{0,20}:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, item or row: its section, whom it is about, and its words."""

    section: str
    component: str
    text: str


def paragraphs(text: str) -> Iterator[str]:
    """Return the paragraphs of a page; the items below an announcing line are joined to it."""
    raw = lines_of(text) if is_html(text) else text.split("\n")
    bare = [" ".join(line[: 2 * LONGEST_PARAGRAPH].split()) for line in raw]
    lines = [*unwrapped(bare, _stands_alone), ""]
    intro: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        bullet = BULLET.match(line)
        joins = intro and (bullet or _FIELD.match(line)) and len(intro) < _LONGEST_LIST
        if joins:
            intro.append("\u2022 " + line[bullet.end() :] if bullet else line)
            continue
        if intro:
            yield plain(" ".join(intro))
            intro = []
        if _FIELD.match(line) or _introduces(line, following):
            intro = [line]
        elif line:
            yield plain(line[bullet.end() :] if bullet else line)


def _stands_alone(line: str) -> bool:
    """Whether a line is a heading or a field, and so goes on with no other."""
    return bool(_FIELD.match(line) or _heading(line))


def _introduces(line: str, following: str) -> bool:
    """Whether a line announces the items or the fields below it."""
    if line.endswith(":"):
        return speaks(fold(line).lower())
    if len(line) > _LONGEST_HEADING or _FIELD.match(following) is None:
        return False
    return not _heading(line) and speaks(fold(line).lower())


def _heading(line: str) -> str:
    is_sentence = line.endswith((".", "!", "?", ";")) or (":" in line[:-1] and len(line) > _SHORT)
    if is_sentence or len(line) > _LONGEST_HEADING:
        return ""
    bare = line.strip(" :*#=-")
    if _ANY.search(bare.lower()) is None:
        return ""
    names = (name for name, pattern in _HEADINGS if _begins(pattern, bare))
    return next(names, "")


def _begins(pattern: re.Pattern[str], line: str) -> bool:
    """Whether a heading begins so, or so after a short name as in "SPOT system status"."""
    name, _, rest = line.partition(" ")
    return pattern.match(line) is not None or (name.isupper() and pattern.match(rest) is not None)


def placed_lines(lines: list[str], context: Context) -> Iterator[Line]:
    """Yield each line below its heading; a heading that names a component is about it."""
    section, component = "", context.component
    for line in lines:
        name = _heading(line)
        if name == "status" and not section and "schedule" in line.lower():
            continue
        if not name:
            yield Line(section, component, line)
            continue
        named = mentions(line, context)
        section, component = name, named[0] if len(named) == 1 else context.component
        yield Line(section, component, line.partition(":")[2].strip())


# --- lines that were broken at a width, as in an e-mail -------------------------------------------

BULLET = re.compile(r"^(?:[-*\u2022\u25e6\u25aa\u00b7\u2013]|\d{1,2}[.)])\s+")
#: Nobody breaks lines at a smaller or a greater width.
_NARROWEST, _WIDEST = 40, 100
#: So many lines of a block, broken where the next word did not fit, are no accident.
_FEW = 3
_SENTENCE_END = re.compile(r"[.!?;:]$")
_GOES_ON = re.compile(r"[a-z0-9(&\u2013-]")
#: What no paragraph ends with.
_UNENDED = re.compile(
    r"(?:,|[-\u2013]|\b(?:a|an|the|and|or|to|from|on|at|of|by|in|for|with|until|till|through|thru|between"
    r"|our|your|this|that|will|be|is|are|not|a\.m\.|p\.m\.|am|pm|monday|tuesday|wednesday|thursday"
    r"|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october"
    r"|november|december))$",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(
    r"\b(?:[ap]\.m|approx|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$", re.IGNORECASE
)


def unwrapped(lines: list[str], stands_alone: Callable[[str], bool]) -> Iterator[str]:
    """Yield the lines, those that were broken at a width as one again.

    A line goes on with the next where it ends no sentence and the next begins like the middle of
    one, or with a word that did not fit; `stands_alone` says of a line that it never does.
    """
    block: list[str] = []
    for line in [*lines, ""]:
        if line:
            block.append(line)
            continue
        yield from _rejoined(block, stands_alone)
        yield ""
        block = []


def _rejoined(block: list[str], stands_alone: Callable[[str], bool]) -> Iterator[str]:
    if not block:
        return
    width = max(map(len, block))
    before, last = block[0], block[0]
    for line in block[1:]:
        if _continues(last, line, width, len(block)) and not (
            BULLET.match(line) or stands_alone(line) or stands_alone(last)
        ):
            before = f"{before} {line}"
        else:
            yield before
            before = line
        last = line
    yield before


def _continues(last: str, line: str, width: int, count: int) -> bool:
    """Whether the words of one line go on in the next."""
    is_ended = _SENTENCE_END.search(last) and not _ABBREVIATED.search(last)
    if is_ended or not _NARROWEST <= len(last) <= _WIDEST:
        return False
    if line[0].islower():
        return True
    is_full = width <= _WIDEST and len(last) + 1 + len(line.split(" ", 1)[0]) > width
    is_open = _UNENDED.search(last) is not None
    return is_full and (is_open or bool(_GOES_ON.match(line)) or count >= _FEW)
