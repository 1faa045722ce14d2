"""Lines that were broken at a width, as in an e-mail, to the paragraphs that they were."""

import re
from collections.abc import Callable, Iterator

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
