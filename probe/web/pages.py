"""The status page: one view in, HTML out, every value escaped."""

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from probe.english import BECAUSES, REASONS, listed, not_known
from probe.maintenance import words as plans
from probe.maintenance.recurrence import Rule
from probe.types import Incident, Plan, Seen, Verdict, Window
from probe.web import words
from probe.web.bars import HEIGHT, HEIGHTS, WIDTH, percent, strip
from probe.web.cards import card
from probe.web.latency import HEIGHT as CURVE_HEIGHT
from probe.web.latency import WIDTH as CURVE_WIDTH
from probe.web.latency import curve
from probe.web.marks import SHAPES, UNKNOWN
from probe.web.record import MOST_INCIDENTS, IncidentRecord, MonthRecord, TargetRecord
from probe.web.view import AHEAD, BACK_DAYS, TargetView, View, excusing

HERE = Path(__file__).parent
#: How much of each stands on the page; the API has it all.
SHOWN_INCIDENTS = 5
SHOWN_WAITING = 10
SHOWN_COMING = 8
#: With more targets than these the worst have a card and their days drawn, and the others a row.
MOST_CARDS = 4
#: More of a notice's words than this are left to the API.
MOST_WORDS = 600
LEGEND = (
    (Verdict.UP, "could be reached"),
    (Verdict.EXPECTED, "down as announced"),
    (Verdict.UNEXPECTED, "down unexpectedly"),
    (Verdict.INCONCLUSIVE, "cannot be told"),
    (UNKNOWN, "not probed"),
)


def page(shown: View, *, may_write: bool) -> str:
    """Return the status page; `may_write` says whether people sign in, who then may review."""
    return sheet(shown, "page.html", may_write=may_write, **content(shown))


def sheet(shown: View, template: str, *, up: str = "", may_write: bool, **content: object) -> str:
    """Return a page of a template; `up` leads from its address to the status page's."""
    return (
        _environment()
        .get_template(template)
        .render(shown=shown, up=up, may_write=may_write, **phrases(shown), **content)
    )


def incident(shown: View, found: IncidentRecord) -> str:
    """Return the page of an incident."""
    one = found.incident
    lasted = words.length((one.ended_at or shown.at) - one.started_at)
    name = shown.name(one.target)
    title = f"{name} was down for {lasted}" if one.ended_at else f"{name} is down for {lasted}"
    failing = (it for it in shown.targets if it.target.name == one.target and it.failing)
    return sheet(
        shown,
        "incident.html",
        up="../../",
        may_write=False,
        found=found,
        one=one,
        title=title,
        now="" if one.ended_at else " ".join(words.why(it, shown) for it in failing),
    )


def month(shown: View, found: MonthRecord) -> str:
    """Return the page of a month's incidents."""
    incidents, maintenance = apart(found.incidents)
    return sheet(
        shown,
        "month.html",
        may_write=False,
        month=found.month,
        incidents=incidents,
        maintenance=maintenance,
        full=len(found.incidents) >= MOST_INCIDENTS,
        is_last=found.month.end > shown.at,
    )


def target(shown: View, one: TargetView, found: TargetRecord) -> str:
    """Return the page of a target."""
    incidents, maintenance = apart(found.incidents)
    return sheet(
        shown,
        "target.html",
        up="../",
        may_write=False,
        cards=[card(one, shown)],
        rows=(),
        name=one.name,
        strips=[strip(one.name, found.days)],
        other_strips=(),
        incidents=incidents,
        maintenance=maintenance,
        curves=[curve(latency) for latency in found.latency],
        curve_width=CURVE_WIDTH,
        curve_height=CURVE_HEIGHT,
    )


def not_shown(shown: View, *, heading: str, words: str, up: str) -> str:
    """Return the page that stands where something cannot be shown, and why."""
    return sheet(shown, "not_shown.html", up=up, may_write=False, heading=heading, words=words)


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"length": words.length, "percent": percent}
    environment.globals |= {
        "shapes": SHAPES,
        "legend": LEGEND,
        "heights": HEIGHTS,
        "bar_width": WIDTH,
        "bar_height": HEIGHT,
        "because_words": BECAUSES,
        "reason_words": REASONS,
        "back_days": BACK_DAYS,
        "ahead_days": AHEAD.days,
    }
    return environment


def content(shown: View) -> dict[str, Any]:
    """Return what stands on the page."""
    marks = {words.mark(target.observation) for target in shown.targets}
    targets = words.by_gravity(shown)
    few = len(targets) <= MOST_CARDS
    large = [target for target in targets if few or words.mark(target.observation) != Verdict.UP]
    cards = [card(target, shown) for target in targets]
    strips = [
        strip(one.name, shown.days.get(one.target.name, {}), one.target.name) for one in targets
    ]
    incidents, maintenance = apart(shown.incidents)
    return {
        "headline": " ".join(words.headline(shown)),
        "sentences": words.headline(shown),
        "worst": next((mark for mark in words.GRAVITY if mark in marks), UNKNOWN),
        "cards": cards[: len(large)][:MOST_CARDS],
        "rows": cards[: len(large)][MOST_CARDS:] + cards[len(large) :],
        "targets": listed(target.name for target in shown.targets),
        "strips": strips[:MOST_CARDS],
        "other_strips": strips[MOST_CARDS:],
        "incidents": incidents[:SHOWN_INCIDENTS],
        "maintenance": maintenance[:SHOWN_INCIDENTS],
        "overrun": overrun(shown),
        "coming": coming(shown)[:SHOWN_COMING],
        "not_known": not_known(shown.never_read),
        "last_read": words.last_read(shown),
        "waiting": shown.waiting[:SHOWN_WAITING],
        "attention": attention(shown),
    }


def apart(found: Iterable[Incident]) -> tuple[list[Incident], list[Incident]]:
    """Return the incidents of which a part was unexpected, and those that were announced whole."""
    both: tuple[list[Incident], list[Incident]] = ([], [])
    for incident in found:
        both[not incident.seconds.get(Verdict.UNEXPECTED)].append(incident)
    return both


def overrun(shown: View) -> list[tuple[Window, str]]:
    """Return the windows that have ended while targets still fail, and those targets' names."""
    found: dict[str, tuple[Window, list[str]]] = {}
    for target in shown.targets:
        if target.overrun:
            _, names = found.setdefault(target.overrun.id, (target.overrun, []))
            names.append(target.name)
    return [(window, listed(names)) for window, names in found.values()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What is announced next: one window, or the next of those that recur and how many follow."""

    window: Window
    rule: str
    more: int


def coming(shown: View) -> list[Coming]:
    """Return what is announced, by its next window; what recurs is one."""
    series: dict[str, list[Window]] = {}
    for window in shown.upcoming:
        recurs = window.recurrence is not None
        series.setdefault(window.id.rpartition("/")[0] if recurs else window.id, []).append(window)
    return [Coming(window=own[0], rule=_rule(own[0]), more=len(own) - 1) for own in series.values()]


def _rule(window: Window) -> str:
    """Return how a window recurs: `Every Thursday`; empty for one that does not."""
    if window.recurrence is None:
        return ""
    told = plans.rule(Rule.parse(window.recurrence))
    return told[:1].upper() + told[1:]


def attention(shown: View) -> list[tuple[str, str, str]]:
    """Return what else a person should look at: the place on the page, its link, and why."""
    found = [
        (
            "feeds",
            f"{feed.feed.name} cannot be read",
            "What was read before still counts; what it says now is not known."
            if feed.state
            else not_known([feed.feed.name]),
        )
        for feed in shown.feeds
        if feed.failure
    ]
    number = len(shown.waiting)
    if number:
        wait = "A notice waits" if number == 1 else f"{number} notices wait"
        found.append(
            (
                "waiting",
                f"{wait} for a person",
                "What was published could not be understood for certain.",
            )
        )
    return [*found, *of_the_journal(shown)]


def of_the_journal(shown: View) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with the journal's file; what is known now is known all the same."""
    state = shown.journal
    if state.trouble_since:
        since = words.moment_near(state.trouble_since, shown.at, shown.zone)
        rest = f"Since {since}. What happens is kept in memory and written later; see the log."
        yield "incidents", "The journal cannot be written", rest
    if shown.unread:
        yield "days", "The past cannot be read", "What is known now is not touched by that."
    if state.set_aside:
        rest = f"It was set aside as {state.set_aside}, and a new one was begun."
        yield "days", "The journal was damaged", rest


def phrases(shown: View) -> dict[str, Callable[..., object]]:
    """Return how the page says an instant, a window, a source."""
    zone, at = shown.zone, shown.at
    return {
        "day": lambda when: words.day(when, zone),
        "moment": lambda when: words.moment(when, zone),
        "near": lambda when: words.moment_near(when, at, zone),
        "near_to": lambda when, other: words.moment_near(when, other, zone),
        "away": lambda when: away(when, at),
        "when": lambda window: span(window, shown),
        "hours": lambda window: hours(window, shown),
        "names": lambda components: listed(map(shown.name, components)),
        "source": lambda window: source(window, shown),
        "seen_by": lambda seen: seen_by(seen, shown),
        "explains": lambda window: explains(window, shown),
        "said": said,
        "proposed": lambda plan: proposed(plan, shown),
        "shares": shares,
        "stamp": stamp,
        "detail": words.detail,
        "exact": lambda when: f"{when.astimezone(zone):%b %d, %H:%M:%S %Z}",
        "plan_words": plans.plan,
    }


def stamp(at: datetime) -> str:
    """Return an instant as it stands in an address, exactly: `20261124T160500.000000Z`."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"


def away(when: datetime, at: datetime) -> str:
    """Return how far off an instant is: `in 2 h`, `2 h ago`."""
    ahead = when - at
    return f"in {words.length(ahead)}" if ahead >= timedelta() else f"{words.length(-ahead)} ago"


def span(window: Window, shown: View) -> str:
    """Return when a window is: `Thu, Nov 26, 9:00 p.m. to 11:00 p.m. EST`."""
    starts, ends = (at.astimezone(shown.zone) for at in (window.starts_at, window.ends_at))
    first = f"{words.day(starts, shown.zone)}, {words.clock(starts, shown.zone)}"
    if starts.utcoffset() != ends.utcoffset():
        first += f"{words.TIGHT}{starts:%Z}"
    if starts.date() == ends.date():
        return f"{first} to {words.clock_with_zone(ends, shown.zone)}"
    return f"{first} to {words.moment(ends, shown.zone)}"


def hours(window: Window, shown: View) -> str:
    """Return from when to when a window that recurs is: `9:00 p.m. to 11:00 p.m. EST`."""
    starts, ends = (at.astimezone(shown.zone) for at in (window.starts_at, window.ends_at))
    days = (ends.date() - starts.date()).days
    later = "" if not days else ", the next day" if days == 1 else f", {days} days later"
    told = words.clock_with_zone(ends, shown.zone)
    return f"{words.clock(starts, shown.zone)} to {told}{later}"


def explains(window: Window, shown: View) -> bool:
    """Return whether a window, while open, explains a failure of any target."""
    return any(excusing(window, target.target) for target in shown.targets)


def source(window: Window, shown: View) -> str:
    """Return who said a window, since when, and when that was last read."""
    told = f"Source: {window.source}"
    if window.published_at:
        told += f", first seen {words.moment_near(window.published_at, shown.at, shown.zone)}"
    for feed in shown.feeds:
        if feed.state and window.source.split(",")[0] == feed.feed.name:
            read = words.moment_near(feed.state.succeeded_at, shown.at, shown.zone)
            told += f", last read {read}"
    return f"{told}."


def seen_by(seen: Seen, shown: View) -> str:
    """Return where a notice stands, since when, and when that was last read."""
    first, last = (
        words.moment_near(at, shown.at, shown.zone)
        for at in (seen.first_seen_at, seen.last_seen_at)
    )
    return f"Source: {seen.feed}, first seen {first}, last read {last}."


def proposed(plan: Plan, shown: View) -> str:
    """Return a window that a notice may mean: `outage of SPOT: every Thursday 21:00-23:00 ...`."""
    about = listed(map(shown.name, plan.components))
    return f"{plan.impact} of {about}: {plans.plan(plan)}"


def said(seen: Seen) -> str:
    """Return the words of a notice, cut where they are very many."""
    text = seen.notice.quote or seen.notice.text
    return text if len(text) <= MOST_WORDS else f"{text[:MOST_WORDS].rstrip()} …"


def shares(incident: Incident) -> str:
    """Return how an incident divides, why it was unexpected, and how it failed."""
    parts = [
        (Verdict.UNEXPECTED, "{} unexpected"),
        (Verdict.EXPECTED, "{} as announced"),
        (Verdict.INCONCLUSIVE, "{} inconclusive"),
    ]
    told = [
        text.format(words.length(incident.seconds[verdict]))
        for verdict, text in parts
        if incident.seconds.get(verdict)
    ]
    told += [str(because).replace("_", " ") for because in incident.because]
    told += [REASONS[reason] for reason in incident.reasons]
    return " · ".join(told)
