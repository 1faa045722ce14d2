"""Announcements that come as data: one entry of a calendar or a status page to one notice. Pure.

Times are the publisher's own. What they are of, and how bad it is, must have a positive reason: the
publisher's field for it, or words that the reader understands, to which the times are added. The
lesser of the two counts, and where anything is in doubt the times are only proposed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from probe.maintenance.calendar import Calendar
from probe.maintenance.reading.context import Context
from probe.maintenance.reading.notice import read_notice
from probe.maintenance.reading.text import fingerprint
from probe.maintenance.zones import resolve
from probe.types import Impact, Notice, NoticeState, Plan, Published

#: What a system may be called that is not named: the one that its feed is about.
_GENERIC = frozenset(
    re.findall(
        r"\w+",
        "the our all main primary production prod online web customer user provider public and"
        " portal website site application app platform system systems service services login log"
        " in on logon sign signin signon access maintenance outage outages planned scheduled tool",
    )
)
#: What calendar programs and people put before the title of what is over or taken back.
_OVER = re.compile(
    r"\W*(?:cancell?ed|completed|postponed|resolved)\s*[\]):|\u2013\u2014-]+\s*", re.IGNORECASE
)
#: Of a title and what stands with it, so much is looked at for a word of `match`.
_MOST_MATCHED = 1000


class Firmness(StrEnum):
    """Whether a publisher stands by what it announces."""

    FIRM = "firm"
    TENTATIVE = "tentative"
    OVER = "over"


class Effect(StrEnum):
    """What a publisher says that its maintenance does, in a field for programs."""

    OUTAGE = "outage"
    DEGRADED = "degraded"
    NONE = "none"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One interval, aware and in its own zone, or the first of those that recur."""

    start: datetime
    end: datetime
    recurrence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One announcement as its publisher gives it.

    `mark` is what it is known by: whatever of it matters. `identity` is the publisher's own name of
    the thing, the same in all its versions, `systems` and `categories` are what it is filed under,
    `day` is when it was first read, None for now.
    `doubt` says why it is only proposed, `wrong` why its times cannot be read, `stale` why it does
    not count at all.
    """

    mark: str
    title: str
    details: str = ""
    systems: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    timezone: str = "UTC"
    firmness: Firmness = Firmness.FIRM
    effect: Effect = Effect.UNSAID
    identity: str = ""
    version: int = 0
    said_at: datetime | None = None
    day: date | None = None
    doubt: str = ""
    wrong: str = ""
    stale: str = ""


def notices_of(
    entries: Iterable[Entry], context: Context, match: Sequence[str] = ()
) -> tuple[Notice, ...]:
    """Return the notices of a feed, each of them once."""
    found = (notice_of(entry, context, match) for entry in entries)
    return tuple({notice.fingerprint: notice for notice in found}.values())


def notice_of(entry: Entry, context: Context, match: Sequence[str] = ()) -> Notice:
    """Return the notice that an entry is; whatever is not taken has its reason."""
    text = "\n".join(filter(None, (entry.title, entry.details)))
    notice = Notice(
        fingerprint=fingerprint(entry.mark),
        text=text,
        quote=entry.title,
        state=NoticeState.IRRELEVANT,
        said_at=entry.said_at,
        identity=entry.identity,
        version=entry.version,
    )
    context = replace(context, day=entry.day or context.day)
    if entry.stale or not _matches(entry, match):
        return replace(notice, reason=entry.stale or "it matches nothing of its feed's `match`")
    over = _OVER.match(entry.title)
    if over:
        entry = replace(entry, title=entry.title[over.end() :], firmness=Firmness.OVER)
    found = _found(entry, context, is_matched=bool(match))
    plans = tuple(
        Plan(
            components=components,
            impact=impact,
            starts_at=span.start,
            ends_at=span.end,
            recurrence=span.recurrence,
            timezone=entry.timezone,
        )
        for components, impact in found.scopes
        for span in entry.spans
    )
    about = tuple(dict.fromkeys(c for components, _ in found.scopes for c in components))
    notice = replace(notice, components=about, reason=found.reason)
    if found.state is NoticeState.CANCELLED:
        if plans:
            return replace(notice, state=found.state, reason="", cancels=plans)
        return replace(notice, reason="it takes itself back, without times")
    if found.state is NoticeState.UNDERSTOOD:
        return replace(notice, state=found.state, windows=plans)
    if found.state is NoticeState.REFUSED:
        return replace(notice, state=found.state, proposals=() if entry.wrong else plans)
    return notice


# --- what an entry comes to ------------------------------------------------------------------

#: Components, and what happens to them.
_Scope = tuple[tuple[str, ...], Impact]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    state: NoticeState
    scopes: tuple[_Scope, ...] = ()
    reason: str = ""


def _found(entry: Entry, context: Context, *, is_matched: bool) -> _Found:
    """Decide: from the words, the publisher's fields and the systems named, all at once."""
    words = _words(entry, context)
    nothing = _nothing(entry, words)
    if nothing:
        return _Found(state=NoticeState.IRRELEVANT, reason=nothing)
    scopes, other, doubt = _about(entry, words, context, is_matched=is_matched)
    if other:
        return _Found(state=NoticeState.IRRELEVANT, reason=f"it is about another system: {other}")
    if entry.wrong:
        return _Found(state=NoticeState.REFUSED, scopes=scopes, reason=entry.wrong)
    if NoticeState.CANCELLED is words.state or entry.firmness is Firmness.OVER:
        return _Found(state=NoticeState.CANCELLED, scopes=scopes)
    if entry.effect is Effect.DEGRADED:
        scopes = tuple((components, Impact.DEGRADED) for components, _ in scopes)
    doubts = (_unclear(entry, words), doubt, entry.doubt, _TENTATIVE.get(entry.firmness))
    reason = "; ".join(dict.fromkeys(filter(None, doubts)))
    state = NoticeState.REFUSED if reason else NoticeState.UNDERSTOOD
    return _Found(state=state, scopes=scopes, reason=reason)


_TENTATIVE = {Firmness.TENTATIVE: "its publisher calls it tentative"}


def _nothing(entry: Entry, words: _Found) -> str:
    """Return why nothing is announced, "" where something may be."""
    if entry.effect is Effect.NONE and not entry.wrong:
        return "its publisher says that it has no impact"
    if words.state is NoticeState.IRRELEVANT and entry.effect is Effect.UNSAID:
        return "it is over or taken back" if entry.firmness is Firmness.OVER else words.reason
    return ""


def _unclear(entry: Entry, words: _Found) -> str:
    """Return what is in doubt by the words.

    Where a bare title says too little, the publisher's own word that it is an outage does.
    """
    if words.reason == HARMLESS:
        return "its words and its field for the impact disagree"
    says_itself = entry.effect is not Effect.UNSAID and not entry.details
    if words.state is NoticeState.IRRELEVANT or (says_itself and words.reason != OTHER_TIMES):
        return ""
    return words.reason


OTHER_TIMES = "its words tell other times than its own"
HARMLESS = "its words say that nothing is to be noticed"


def _words(entry: Entry, context: Context) -> _Found:
    """Return what the reader makes of an entry's words with its times."""
    now = datetime.combine(context.day, datetime.min.time(), UTC)
    stand_in = Span(start=now + timedelta(hours=36), end=now + timedelta(hours=38))
    span = entry.spans[0] if entry.spans and not entry.wrong else stand_in
    here = context if entry.timezone == "UTC" else replace(context, timezone=entry.timezone)
    read = _read(entry, span, here, in_utc=False)
    if not all(_is_at(plan, span) for plan in (*read.windows, *read.proposals)):
        # Words that name a zone of their own lend it to all times that name none.
        read = _read(entry, span, here, in_utc=True)
    if read.state is NoticeState.CANCELLED:
        return _Found(state=read.state, scopes=_scopes(read.cancels) or _own(read, context))
    told = (*read.windows, *read.proposals)
    reason = read.reason
    if any(not _is_at(plan, span) for plan in told):
        reason = OTHER_TIMES
    if not told and read.state is NoticeState.UNDERSTOOD:
        return _Found(state=NoticeState.IRRELEVANT, scopes=_own(read, context), reason=HARMLESS)
    if not told and read.state is not NoticeState.REFUSED:
        return _Found(
            state=NoticeState.IRRELEVANT,
            scopes=_own(read, context),
            reason="its words announce no outage",
        )
    if not (read.windows or reason):
        reason = "its words are not wholly understood"
    return _Found(state=read.state, scopes=_scopes(told) or _own(read, context), reason=reason)


def _read(entry: Entry, span: Span, context: Context, *, in_utc: bool) -> Notice:
    title = entry.title.strip().rstrip(".:;,- ") or "(no title)"
    when = _when(span, ZoneInfo("UTC" if in_utc else context.timezone), " UTC" if in_utc else "")
    return read_notice(f"{title} {when}.\n{entry.details}".strip(), context)


def _scopes(plans: Iterable[Plan]) -> tuple[_Scope, ...]:
    return tuple(dict.fromkeys((plan.components, plan.impact) for plan in plans))


def _own(read: Notice, context: Context) -> tuple[_Scope, ...]:
    return ((read.components or (context.component,), Impact.OUTAGE),)


def _when(span: Span, zone: ZoneInfo, name: str) -> str:
    """Return an interval in words, by the clock of a zone or, where that is unclear, in UTC."""
    start, end = (at.astimezone(zone).replace(tzinfo=None) for at in (span.start, span.end))
    told = (resolve(start, zone, end=False), resolve(end, zone, end=True))
    if told != (span.start, span.end):
        return _when(span, ZoneInfo("UTC"), " UTC")
    clock = f"%A, %B %-d, %Y at %H:%M{name}"
    return f"from {start:{clock}} to {end:{clock}}"


def _is_at(plan: Plan, span: Span) -> bool:
    """Return whether a plan that was read is open just when an entry is, to the minute."""
    start, end = (_minute(at) for at in (span.start, span.end))
    read = Calendar(published=(Published(id="", plan=plan, source=""),)).between(start, end)
    return any((one.starts_at, one.ends_at) == (start, end) for one in read)


def _minute(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(second=0, microsecond=0)


# --- what it is about ------------------------------------------------------------------------


def _about(
    entry: Entry, words: _Found, context: Context, *, is_matched: bool
) -> tuple[tuple[_Scope, ...], str, str]:
    """Return the scopes; or which other system it is about; or why that is in doubt."""
    named = _named(f"{entry.title}\n{entry.details}", context)
    is_others = all(
        component != context.component and component not in context.words
        for components, _ in words.scopes
        for component in components
    )
    titled = _named(entry.title, context)
    if titled and not is_others:
        # A sentence that names none means the feed's own, but below a title it means that one's.
        told = tuple(
            (titled if set(named).isdisjoint(components) else components, impact)
            for components, impact in words.scopes
        )
        return told, "", ""
    if named or is_others or (is_matched and not entry.systems):
        return words.scopes, "", ""
    ours = {c: None for system in entry.systems for c in _named(system, context, alone=True)}
    if ours:
        return tuple((tuple(ours), impact) for _, impact in words.scopes), "", ""
    unknown = [s for s in entry.systems if not _is_generic(s)]
    if unknown and len(unknown) == len(entry.systems) and not is_matched:
        return words.scopes, ", ".join(unknown), ""
    filed = [
        category
        for category in entry.categories
        if not _is_generic(category) and not _named(category, context)
    ]
    if filed and not is_matched:
        doubt = f"it names no system, and is filed under {', '.join(filed)}"
        return words.scopes, "", doubt
    return words.scopes, "", ""


def _named(words: str, context: Context, *, alone: bool = False) -> tuple[str, ...]:
    """Return the components that some words name; `alone`: and name nothing besides."""
    found = []
    for component, names in context.words.items():
        pattern = _any_of(tuple(names))
        if pattern.search(words) and not (alone and not _is_generic(pattern.sub("", words))):
            found.append(component)
    return tuple(found)


def _is_generic(name: str) -> bool:
    return _GENERIC.issuperset(re.findall(r"\w+", name.lower()))


@lru_cache(maxsize=256)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return where one of some names stands; one in capitals only as it is written."""
    ways = (re.escape(n) if n.isupper() else f"(?i:{re.escape(n)})" for n in names if n)
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)" if names else r"(?!)")


def _matches(entry: Entry, match: Sequence[str]) -> bool:
    filed = "\n".join((entry.title, *entry.categories, *entry.systems))[:_MOST_MATCHED]
    return not match or any(_pattern(one).search(filed) for one in match)


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    """Return what one of `match` looks for: /a pattern/, or else whole words."""
    is_pattern = len(text) > 1 and text.startswith("/") and text.endswith("/")
    return re.compile(
        text[1:-1] if is_pattern else rf"(?<!\w){re.escape(text)}(?!\w)", re.IGNORECASE
    )
