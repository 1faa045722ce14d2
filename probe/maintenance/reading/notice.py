"""One text to one notice: the steps, in the order in which they are taken."""

import re
from dataclasses import replace

from probe.maintenance.reading.assemble import Assembler
from probe.maintenance.reading.clocks import UncertainError
from probe.maintenance.reading.compose import compose
from probe.maintenance.reading.context import Context
from probe.maintenance.reading.days import Dates, posted_on
from probe.maintenance.reading.draft import Draft, Heading
from probe.maintenance.reading.lexer import MOST, MOST_WORDS, scan
from probe.maintenance.reading.machine import plan_of_record, record_in
from probe.maintenance.reading.plans import TWO_ZONES
from probe.maintenance.reading.relevance import is_about
from probe.maintenance.reading.repeating import coming, repeats
from probe.maintenance.reading.restated import drop_restatements, without_summaries
from probe.maintenance.reading.segments import segments_of
from probe.maintenance.reading.signs import joined, signs_of, speaks
from probe.maintenance.reading.text import LONGEST, fingerprint, fold, is_deceptive, mark_of, plain
from probe.maintenance.reading.thread import after_the_thread
from probe.maintenance.reading.verdict import keep_in_bounds, note_uncertain, notice_of, verdict
from probe.maintenance.reading.windows import add_window, untouched_in
from probe.maintenance.reading.zonemakers import UNKNOWN_ZONE
from probe.maintenance.reading.zonenames import is_metric
from probe.types import Notice, NoticeState

_NO_HEADING = Heading()
_WEEKEND = re.compile(r"\bthis (?:coming |upcoming )?weekend\b", re.IGNORECASE)
#: "2026 maintenance schedule", "SPOT calendar - 2025"
_SCHEDULE = re.compile(
    r"(?:^|[\n.;:])\W*(20\d\d) (?:\w+ ){0,3}"
    r"(?:schedule|calendar|maintenance|dates|windows|outages)\b"
    r"|\b(?:january|february|march|april|june|july|august|september|october|november|december)"
    r",? (20\d\d)\W*[.:\n]"
    r"|\b(?:schedule|calendar|maintenance dates|outages)\W{1,4}(?:(?:for|of) )?(20\d\d)\b",
    re.IGNORECASE,
)
#: How much of a notice that is too long is kept.
_KEPT = 200
#: A notice that names more zones than two tells one window for many places.
_PAIR = 2


def read_notice(text: str, context: Context, heading: Heading = _NO_HEADING) -> Notice:
    """Return the notice that a whole text is, whatever it holds; never raises.

    HTML is read as a browser shows it. What is uncertain is refused, with a reason for the person
    who reviews it, and what is certain beside it stands.
    """
    if len(text) > LONGEST:
        draft = _draft(text[:_KEPT], context, heading)
        draft.mark = fingerprint(f"{text[:_KEPT]} {len(text)}")
        return notice_of(draft, NoticeState.REFUSED, "it is too long to be a notice")
    draft = _draft(text, context, heading)
    if is_deceptive(text):
        reason = "it holds characters that hide what it says"
        return notice_of(draft, NoticeState.REFUSED, reason)
    if not heading.announces and not speaks(draft.folded):
        return notice_of(draft, NoticeState.IRRELEVANT)
    record = record_in(draft.folded)
    try:
        return _read(draft) if record is None else _of_machine(draft, record)
    except OverflowError:
        return notice_of(draft, NoticeState.REFUSED, "a day of it lies beyond the calendar")


def _draft(text: str, context: Context, heading: Heading) -> Draft:
    shown = plain(text)
    return Draft(
        shown=shown,
        folded=fold(shown),
        mark=mark_of(shown),
        context=context,
        heading=heading,
    )


def _of_machine(draft: Draft, record: re.Match[str]) -> Notice:
    try:
        plan = plan_of_record(record, draft.folded, draft.context)
    except UncertainError as error:
        return notice_of(draft, NoticeState.REFUSED, str(error))
    draft.quoted.append(record.span())
    if signs_of(draft.folded).any("cancelled", "done"):
        draft.cancels.append(plan)
        return notice_of(draft, NoticeState.CANCELLED)
    draft.windows.append(plan)
    return notice_of(draft, NoticeState.UNDERSTOOD)


def _read(draft: Draft) -> Notice:
    atoms = scan(draft.folded, draft.context.timezone)
    if len(atoms) > MOST_WORDS or sum(a.kind not in "xAC" for a in atoms) > MOST:
        return notice_of(draft, NoticeState.REFUSED, "it names too many dates and times")
    atoms = compose(atoms, draft.context.day.year)
    draft.context = replace(draft.context, posted=posted_on(atoms, draft.context))
    draft.segments = segments_of(atoms, draft.folded)
    draft.all_signs = joined(segment.signs for segment in draft.segments)
    if "sample" in draft.all_signs:
        return notice_of(draft, NoticeState.IRRELEVANT)
    _assemble(draft)
    drop_restatements(draft)
    pieces = [p for p in draft.assembly.pieces if is_about(draft, p)]
    pieces = after_the_thread(draft, without_summaries(draft, pieces))
    untouched = untouched_in(draft) if pieces else frozenset()
    for piece in pieces:
        add_window(draft, piece, untouched)
    if len(draft.home) > _PAIR and any(p.startswith(TWO_ZONES) for p in draft.problems):
        draft.windows.clear()  # a table of zones, whose rows may be of any of them
    note_uncertain(draft)
    keep_in_bounds(draft)
    return verdict(draft)


def _assemble(draft: Draft) -> None:
    """Join the shapes; what is said of something else tells neither zone nor clock nor date."""
    about = [s for s in draft.segments if "other" not in s.signs]
    told = [a for s in about for a in s.atoms]
    named = [a for s in about if "pointer" not in s.signs or s.has("T") for a in s.atoms]
    zones = {a.value for a in told if a.kind == "Z"}
    if any(a.kind == "!" and str(a.value).startswith(UNKNOWN_ZONE) for a in told):
        zones.add(())
    draft.home = tuple(sorted(zones)) or ((draft.context.timezone,),)
    clocks = [a.value for a in told if a.kind == "T"]
    clear = is_metric(draft.home) or any(c.military for c in clocks)
    clear = clear and not any(c.meridiem for c in clocks)
    weekend = _WEEKEND.search(draft.folded) is not None
    years = {int(y) for m in _SCHEDULE.finditer(draft.folded) for y in m.groups() if y}
    scheduled = years.pop() if len(years) == 1 else None
    dates = Dates(draft.context, named, weekend=weekend, coming=coming(draft), scheduled=scheduled)
    assembler = Assembler(draft.segments, draft.folded, dates, clear=clear)
    draft.assembly = assembler.assemble({s.number: repeats(draft, s) for s in draft.segments})
