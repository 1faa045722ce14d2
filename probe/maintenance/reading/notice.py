"""One text to one notice: the stages, in the order in which they are taken."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.decide import Read, decide
from probe.maintenance.reading.events import Event, events_of
from probe.maintenance.reading.html import MACHINE
from probe.maintenance.reading.ledger import ledger_of
from probe.maintenance.reading.likely import Likely, likely
from probe.maintenance.reading.names import mentions
from probe.maintenance.reading.sentences import Sentence, sentences
from probe.maintenance.reading.speech import voice_of
from probe.maintenance.reading.text import LONGEST, fingerprint, fold, is_deceptive, mark_of, plain
from probe.maintenance.reading.times.dates import posted_on
from probe.maintenance.reading.times.lexer import MOST, MOST_WORDS, scan
from probe.types import Impact, Notice, NoticeState, Plan

#: How much of a notice that is too long is kept, and of one that is refused unread.
_KEPT, _QUOTED = 200, 500


@dataclass(frozen=True, slots=True)
class Heading:
    """What the heading above a text says of it: that it repeats, that it is about maintenance."""

    repeats: bool = False
    announces: bool = False


_NO_HEADING = Heading()


def read_notice(text: str, context: Context, heading: Heading = _NO_HEADING) -> Notice:
    """Return the notice that a whole text is, whatever it holds; never raises.

    HTML is read as a browser shows it. What is uncertain is refused, with a reason for the person
    who reviews it, and what its times may mean is proposed.
    """
    return with_events(text, context, heading)[0]


def with_events(
    text: str, context: Context, heading: Heading = _NO_HEADING
) -> tuple[Notice, tuple[Event, ...]]:
    """Return a notice and what each of its sentences says; none where it is not read by them."""
    if len(text) > LONGEST:
        shown = plain(text[:_KEPT])
        mark = fingerprint(f"{text[:_KEPT]} {len(text)}")
        return _refused(shown, mark, context, "it is too long to be a notice"), ()
    shown = plain(text)
    mark = mark_of(shown)
    if is_deceptive(text):
        return _refused(shown, mark, context, "it holds characters that hide what it says"), ()
    folded = fold(shown)
    record = MACHINE.search(text)
    if record is not None:
        return _of_machine(record, shown, folded, mark, context), ()
    atoms = scan(folded, context.timezone)
    if len(atoms) > MOST_WORDS or sum(a.kind not in _WORDS for a in atoms) > MOST:
        return _refused(shown, mark, context, "it names too many dates and times"), ()
    told = sentences(folded, atoms, context)
    posted = [t.when for s in told for t in s.tiles if t.shape == "posted" and t.when]
    context = replace(context, posted=posted_on(posted, atoms, context))
    try:
        return _read(shown, folded, mark, context=context, heading=heading, told=told)
    except OverflowError:
        return _refused(shown, mark, context, "a day of it lies beyond the calendar"), ()


_WORDS = frozenset(("word", "and", "comma"))


def _read(  # noqa: PLR0913  # all that is known of a text
    shown: str,
    folded: str,
    mark: str,
    *,
    context: Context,
    heading: Heading,
    told: Sequence[Sentence],
) -> tuple[Notice, tuple[Event, ...]]:
    events = events_of(told, folded)
    tiles = [
        tile
        for event in events
        if event.tells and (event.ours or event.vague or not event.others)
        for tile in (*event.times, *event.told)
    ]
    voice = voice_of(told, tiles, folded, context, repeats=heading.repeats)

    @cache
    def guess() -> Likely:
        every = [tile for sentence in told for tile in sentence.tiles]
        loose = voice_of(told, every, folded, context, repeats=heading.repeats, guesses=True)
        return likely(events, told, folded, loose)

    read = Read(
        shown=shown,
        mark=mark,
        voice=voice,
        events=events,
        ledger=ledger_of(events, voice, announces=heading.announces),
        likely=guess,
    )
    return decide(read), events


def _refused(shown: str, mark: str, context: Context, reason: str) -> Notice:
    return Notice(
        fingerprint=mark, text=shown, quote=shown[:_QUOTED], state=NoticeState.REFUSED,
        reason=reason, components=(context.component,),
    )  # fmt: skip


# --- what programs write for programs ----------------------------------------------------------

_LESSENED = re.compile(r"expected ?degraded", re.IGNORECASE)
_TAKEN_BACK = re.compile(r"\b(?:cancel\w*|complet\w+|resolved|postponed)\b", re.IGNORECASE)


def _of_machine(
    record: re.Match[str], shown: str, folded: str, mark: str, context: Context
) -> Notice:
    try:
        start, end = (datetime.fromisoformat(record[n]) for n in (2, 3))
    except ValueError:
        return _refused(shown, mark, context, "its start and end are no times")
    seen = datetime.combine(context.day, time(), tzinfo=UTC)
    is_long = end - start > context.bounds.longest
    is_far = start - seen > context.bounds.furthest
    if not start < end or is_long or is_far or end <= seen:
        return _refused(shown, mark, context, "its start and end are out of bounds")
    named = tuple(c for c in mentions(folded, context) if c in context.words)
    plan = Plan(
        components=named[:1] or (context.component,),
        impact=Impact.DEGRADED if _LESSENED.search(folded) else Impact.OUTAGE,
        starts_at=start.astimezone(ZoneInfo("UTC")),
        ends_at=end.astimezone(ZoneInfo("UTC")),
        timezone="UTC",
    )
    over = _TAKEN_BACK.search(folded) is not None
    return Notice(
        fingerprint=mark, text=shown, quote=" ".join(record[1].split()),
        state=NoticeState.CANCELLED if over else NoticeState.UNDERSTOOD,
        windows=() if over else (plan,), cancels=(plan,) if over else (),
        components=plan.components,
    )  # fmt: skip
