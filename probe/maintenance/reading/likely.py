"""What a text may announce that is not understood: the grade that only proposes.

It looks for times beside words of outages and maintenance, so that the person who reviews a notice
starts from a form that is filled in. Nothing of it has effect.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from probe.maintenance.reading.events import UNKNOWN, Event
from probe.maintenance.reading.names import mentions
from probe.maintenance.reading.sentences import Sentence
from probe.maintenance.reading.speech import Voice
from probe.maintenance.reading.table import table
from probe.maintenance.reading.times.assemble import Told, assemble
from probe.maintenance.reading.times.clocks import UncertainError
from probe.maintenance.reading.times.expressions import Tile
from probe.maintenance.reading.times.plans import plan_of
from probe.types import Impact, Plan

_QUIET = frozenset(("courtesy", "elsewhen", "stamp", "status-up", "spared", "cancel", "over"))
_TELLING = frozenset(("WINDOW", "HOURS", "START"))


#: Of so few words beside its times a sentence is a heading or a field.
_BARE = 6
_UP = re.compile(r"\b(?:available|up|accessible|open)\b")
PAST = "it ended before it was seen"


@dataclass(frozen=True, slots=True)
class Likely:
    """Windows that a text may mean, whom it is about, and whether somebody should look at it."""

    plans: tuple[Plan, ...] = ()
    components: tuple[str, ...] = ()
    waits: bool = False
    problems: tuple[str, ...] = ()


@cache
def _pattern(*names: str) -> re.Pattern[str]:
    """Return what finds the words of some classes."""
    classes = table("words.txt")
    words = [w.strip() for name in names for line in classes[name] for w in line.split("|")]
    plain = sorted({re.escape(w) for w in words if w.isascii() and w.lower() == w}, key=len)
    return re.compile(rf"\b(?:{'|'.join(reversed(plain))})\b")


def speaks(words: str) -> bool:
    """Whether words in small letters speak of outages or of maintenance."""
    return _pattern("strong", "out", "lesser", "trouble", "weak", "signs").search(words) is not None


def likely(
    events: Sequence[Event], sentences: Sequence[Sentence], folded: str, voice: Voice
) -> Likely:
    """Return what a text may announce in the sentences that are not understood."""
    lower = folded.lower().replace("-", " ")
    words = [folded[s.start : s.end].lower().replace("-", " ") for s in sentences]
    context = voice.context
    named = tuple(c for c in mentions(folded, context) if c in context.words)
    components = named[:1] or (context.component,)
    if not speaks(lower):
        return Likely(components=components)
    quiet = {e.sentence for e in events if e.kind in _QUIET}
    quiet -= {e.sentence for e in events if e.kind not in _QUIET}
    signs = [speaks(it) for it in words]
    told = []
    for sentence, said in zip(sentences, words, strict=True):
        is_bare = len(sentence.tokens) - _timed_words(sentence) <= _BARE
        if sentence.number in quiet or _is_else(said) or not (signs[sentence.number] or is_bare):
            continue
        whole = is_bare or _pattern("out", "strong", "lesser").search(said) is not None
        told += [Told(sentence.number, _shown(tile, said), whole) for tile in sentence.tiles]
    assembly = assemble(told, voice.dates, voice.speech)
    plans: list[Plan] = []
    problems = [reason for _, reason in assembly.problems]
    problems += [p for s in sentences if signs[s.number] for p in s.problems]
    for piece in assembly.pieces:
        at = piece.told.sentence
        if _is_past(words[at]):
            continue
        mine = tuple(
            c for c in mentions(folded[sentences[at].start : sentences[at].end], context)
            if c in context.words
        )[:1] or components  # fmt: skip
        impact = Impact.DEGRADED if _is_less(words[at]) else Impact.OUTAGE
        try:
            plans.append(plan_of(piece.span, context, voice.home, mine, impact))
        except UncertainError as error:
            problems.append(str(error))
    unknown = {e.sentence for e in events if e.kind == UNKNOWN}
    waits = bool(plans) or any(
        s.number in unknown and (_is_coming(words[s.number]) or _is_title(s, words[s.number]))
        and not _is_else(words[s.number]) and (s.tiles or s.problems or _vague(s))
        for s in sentences
    )  # fmt: skip
    waits = waits and (bool(plans) or set(problems) != {PAST})
    return Likely(tuple(plans), components, waits, tuple(problems) if waits else ())


def _vague(sentence: Sentence) -> bool:
    return any(atom.kind in {"unclear", "week-of", "month"} for atom in sentence.atoms)


def _shown(tile: Tile, said: str) -> Tile:
    """Return the hours at which something is not up as those at which it is out."""
    if tile.shape in {"timed", "hours"} and "except" in tile.lead and _UP.search(said):
        return replace(tile, lead=tile.lead - {"except"})
    return tile


def _timed_words(sentence: Sentence) -> int:
    """Return how many words of a sentence are parts of its times."""
    return sum(
        any(tile.start <= token.start < tile.end for tile in sentence.tiles)
        for token in sentence.tokens
    )


def _is_past(words: str) -> bool:
    has = _pattern("passed").search(words) is not None
    return has and _pattern("coming").search(words) is None


def _is_title(sentence: Sentence, words: str) -> bool:
    is_bare = len(sentence.tokens) - _timed_words(sentence) <= _BARE
    return is_bare and _pattern("strong").search(words) is not None and not _is_past(words)


def _is_coming(words: str) -> bool:
    """Whether words speak of an outage or of maintenance that is to come."""
    return speaks(words) and _pattern("coming").search(words) is not None


def _is_else(words: str) -> bool:
    """Whether a sentence is of other hours, and says nothing of an outage."""
    return (
        _pattern("something-else").search(words) is not None
        and _pattern("strong", "out", "lesser").search(words) is None
    )


def _is_less(words: str) -> bool:
    has = _pattern("lesser", "trouble").search(words) is not None
    return has and _pattern("out").search(words) is None


