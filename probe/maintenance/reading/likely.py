"""What a text may announce that is not understood: the grade that only proposes.

It looks for times beside words of outages and maintenance, so that the person who reviews a notice
starts from a form that is filled in. Nothing of it has effect.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial

from probe.maintenance.reading.events import UNKNOWN, Event
from probe.maintenance.reading.names import mentions
from probe.maintenance.reading.sentences import Sentence
from probe.maintenance.reading.speech import Voice
from probe.maintenance.reading.table import table
from probe.maintenance.reading.times.assemble import Piece, Told, assemble
from probe.maintenance.reading.times.clocks import UncertainError
from probe.maintenance.reading.times.expressions import Tile
from probe.maintenance.reading.times.plans import plan_of
from probe.maintenance.reading.times.spans import Span, joined, spans_of
from probe.types import Impact, Plan

_QUIET = frozenset(("courtesy", "elsewhen", "stamp", "status-up", "spared", "cancel", "over"))
#: Events whose times may stand in a sentence that is not understood.
_OPEN = frozenset(("outage", "work", "weak-work", "less", "announcing"))


#: Of so few words beside its times a sentence is a heading or a field.
_BARE = 6
#: Signs of so few letters are whole words.
_SHORT = 4
#: What a person may accept, however little it is believed.
_LONGEST = timedelta(days=62)
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
    classes = table("words.txt") | table("likely.txt")
    words = [w.strip() for name in names for line in classes[name] for w in line.split("|")]
    plain = sorted({re.escape(w) for w in words if w.isascii() and w.lower() == w}, key=len)
    return re.compile(rf"\b(?:{'|'.join(reversed(plain))})\b")


@cache
def _signs() -> re.Pattern[str]:
    words = (w.strip() for line in table("likely.txt")["signs"] for w in line.split("|"))
    ends = (re.escape(w) + r"\b" * (len(w) <= _SHORT) for w in words)
    return re.compile(rf"\b(?:{'|'.join(ends)})")


def speaks(words: str) -> bool:
    """Whether words in small letters speak of outages or of maintenance."""
    told = _pattern("strong", "out", "lesser", "trouble", "weak")
    return told.search(words) is not None or _signs().search(words) is not None


def likely(
    events: Sequence[Event], sentences: Sequence[Sentence], folded: str, voice: Voice
) -> Likely:
    """Return what a text may announce in the sentences that are not understood."""
    lower = folded.lower().replace("-", " ")
    words = [folded[s.start : s.end].lower().replace("-", " ") for s in sentences]
    context = voice.context
    loose = replace(context, bounds=replace(context.bounds, longest=_LONGEST))
    named = tuple(c for c in mentions(folded, context) if c in context.words)
    components = named[:1] or (context.component,)
    if not speaks(lower):
        return Likely(components=components)
    quiet = {e.sentence for e in events if e.kind in _QUIET}
    quiet -= {e.sentence for e in events if e.kind not in _QUIET}
    signs = [speaks(it) for it in words]
    is_open = any(e.kind in _OPEN and not e.times for e in events)
    told = []
    for sentence, said in zip(sentences, words, strict=True):
        if sentence.number in quiet or (_is_else(said) and not _is_ours_out(sentence, said)):
            continue
        is_bare = len(sentence.tokens) - _timed_words(sentence) <= _BARE
        whole = is_bare or _pattern("out", "strong", "lesser").search(said) is not None
        told += [Told(sentence.number, _shown(tile, said), whole) for tile in sentence.tiles]
    assembly = assemble(told, voice.dates, voice.speech)
    problems = [reason for _, reason in assembly.problems]
    problems += [p for s in sentences if signs[s.number] for p in s.problems]

    def plan(piece: Piece) -> Iterator[Plan]:
        at = piece.told.sentence
        if _is_past(words[at]):
            return
        mine = tuple(
            c for c in mentions(folded[sentences[at].start : sentences[at].end], context)
            if c in context.words
        )[:1] or components  # fmt: skip
        impact = Impact.DEGRADED if _is_less(words[at]) else Impact.OUTAGE
        try:
            yield plan_of(_spoken(piece, voice), loose, voice.home, mine, impact)
        except UncertainError as error:
            problems.append(str(error))

    plans = [it for piece in assembly.pieces for it in plan(piece)]
    unknown = {e.sentence for e in events if e.kind == UNKNOWN}
    waits = bool(plans) or any(
        s.number in unknown
        and (_is_coming(words[s.number]) or _is_title(s, words[s.number]) or _is_dated(s))
        and not _is_else(words[s.number]) and (s.tiles or s.problems or _vague(s))
        for s in sentences
    )  # fmt: skip
    waits = waits or (is_open and any(s.tiles for s in sentences if s.number in unknown))
    waits = waits and (bool(plans) or set(problems) != {PAST}) and not _is_over(words)
    if not waits:
        return Likely(components=components)
    reasons = tuple(problems)
    if reasons:
        plans += [it for piece in _alternatives(told, voice) for it in plan(piece)]
    return Likely(tuple(plans), components, waits=True, problems=reasons)


#: How many days and how many joins are tried where times can be joined in several ways.
_MOST_DAYS, _MOST_JOINS = 8, 24


def _alternatives(told: Sequence[Told], voice: Voice) -> Iterator[Piece]:
    """Yield the spans that times may mean which can be joined in several ways, for a person."""
    whens = [
        when for it in told for when in (it.tile.when, it.tile.left.when) if when and when.dates
    ][:_MOST_DAYS]  # fmt: skip
    left = _MOST_JOINS
    before: Told | None = None
    for it in told:
        tile, speech = it.tile, voice.speech(it.sentence)
        made: list[Callable[[], list[Span]]] = []
        if tile.shape in {"hours", "range", "lasting"} and not (tile.left.when or tile.right.when):
            made = [partial(spans_of, tile, speech, when) for when in whens]
        elif tile.shape == "some-days" and tile.when and tile.when.dates:
            made = [partial(spans_of, tile, speech)]
        elif tile.shape == "moment":
            if before is not None:
                start, end = before.tile.left, tile.left
                days = [start.when] if start.when else [end.when] if end.when else whens
                made = [partial(joined, replace(start, when=day), end, speech, day) for day in days]
            before = it
        for make in made:
            with suppress(UncertainError):
                for span in make():
                    if left:
                        left -= 1
                        yield Piece(it, span)


def _vague(sentence: Sentence) -> bool:
    return any(atom.kind in {"unclear", "week-of", "month"} for atom in sentence.atoms)


def _shown(tile: Tile, said: str) -> Tile:
    """Return the hours at which something is not up as those at which it is out."""
    if tile.shape in {"timed", "hours"} and "except" in tile.lead and _UP.search(said):
        return replace(tile, lead=tile.lead - {"except"})
    return tile


def _spoken(piece: Piece, voice: Voice) -> Span:
    rough = piece.span.approximate or voice.is_rough(piece.told.tile)
    return replace(piece.span, approximate=rough)


def _timed_words(sentence: Sentence) -> int:
    """Return how many words of a sentence are parts of its times."""
    return sum(
        any(tile.start <= token.start < tile.end for tile in sentence.tiles)
        for token in sentence.tokens
    )


def _is_past(words: str) -> bool:
    has = _pattern("passed").search(words) is not None
    return has and _pattern("coming").search(words) is None


def _is_over(words: Sequence[str]) -> bool:
    """Whether a text only reports what was: no sentence of it speaks of what is to come."""
    return any(_pattern("passed").search(it) for it in words) and not any(
        _pattern("coming").search(it) for it in words
    )


def _is_dated(sentence: Sentence) -> bool:
    """Whether a sentence tells a date and an hour."""
    return any(t.shape == "moment" and t.left.when and t.left.when.dates for t in sentence.tiles)


def _is_title(sentence: Sentence, words: str) -> bool:
    is_bare = len(sentence.tokens) - _timed_words(sentence) <= _BARE
    return is_bare and _pattern("strong").search(words) is not None and not _is_past(words)


def _is_coming(words: str) -> bool:
    """Whether words speak of an outage or of maintenance that is to come."""
    return speaks(words) and _pattern("coming").search(words) is not None


def _is_ours_out(sentence: Sentence, words: str) -> bool:
    """Whether a sentence names one of ours and says of something that it is out."""
    names_ours = any(ours for *_, ours in sentence.named)
    return names_ours and _pattern("out").search(words) is not None


def _is_else(words: str) -> bool:
    """Whether a sentence is of other hours, and says nothing of an outage."""
    return (
        _pattern("something-else").search(words) is not None
        and _pattern("strong").search(words) is None
    )


def _is_less(words: str) -> bool:
    has = _pattern("lesser", "trouble").search(words) is not None
    return has and _pattern("out").search(words) is None
