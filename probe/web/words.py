"""How the page says it: states, reasons, instants and lengths of time in plain English."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from probe.english import BECAUSES, CAUSES, listed, not_known
from probe.maintenance import words
from probe.maintenance.waiting import told
from probe.types import Availability, Because, Cause, Observation, Verdict
from probe.web.marks import UNKNOWN
from probe.web.view import TargetView, View

#: What belongs together stays on one line.
TIGHT = "\N{NO-BREAK SPACE}"
#: More of what the machine said than this is left to the log.
MOST_DETAIL = 200
#: How a system marks its errors; their words say the same.
#: Worst first: what a headline begins with.
GRAVITY = (Verdict.UNEXPECTED, Verdict.INCONCLUSIVE, Verdict.EXPECTED, UNKNOWN, Verdict.UP)

STATES = {
    Verdict.UP: "Can be reached",
    Verdict.EXPECTED: "Down, as announced",
    Verdict.UNEXPECTED: "Down, unannounced",
    Verdict.INCONCLUSIVE: "Cannot be told",
    UNKNOWN: "Not known yet",
}
UNEXPECTED_STATES = {
    Because.OVERRUN: "Down, past its announced end",
    Because.EARLY: "Down, before its announced start",
    Because.NOT_EXCUSED: "Down, not as announced",
    Because.UNREAD_NOTICE: "Down, a notice waits",
    Because.OTHER_COMPONENT: "Down, not as announced",
    Because.ADVISORY: "Down, in off-peak hours",
}
#: What was never read may have announced it.
PERHAPS = "Down, perhaps announced"
#: More names than these are counted instead, so that a headline is one line.
MOST_NAMES = 3
_OURS = {Cause.NETWORK: "Our own network is down", Cause.STARVED: "The probe is starved"}


def mark(observation: Observation | None) -> str:
    """Return the verdict, or `unknown` without one: the icon, the shape and the colour."""
    return UNKNOWN if observation is None else str(observation.verdict)


def detail(text: str) -> str:
    """Return what the machine said of a failure, in short."""
    return text if len(text) <= MOST_DETAIL else f"{text[:MOST_DETAIL]} …"


def by_gravity(shown: View) -> list[TargetView]:
    """Return the targets, the worst first and otherwise in their order."""
    return sorted(shown.targets, key=lambda target: GRAVITY.index(mark(target.observation)))


def state(target: TargetView, shown: View) -> str:
    """Return the few words that stand large on a target's card."""
    observation = target.observation
    because = observation.because if observation else None
    if because is Because.UNANNOUNCED and shown.never_read:
        return PERHAPS
    usual = STATES[mark(observation)]
    return UNEXPECTED_STATES.get(because, usual) if because else usual


def why(target: TargetView, shown: View) -> str:
    """Return in a sentence or two what explains the state; empty for a target that is up."""
    said = [_why(target, shown)]
    if target.through:
        said.append(f"{target.name} is reached through {listed(target.through)}, also down.")
    return " ".join(filter(None, said))


def _why(target: TargetView, shown: View) -> str:
    observation = target.observation
    if observation is None:
        known = any(day.unknown < day.seconds for day in _days(target, shown))
        return "No probe has finished lately." if known else "The first probe is under way."
    if observation.because is Because.UNANNOUNCED:
        said = not_known(shown.never_read) or BECAUSES[observation.because]
        return " ".join(filter(None, [said, last_read(shown)]))
    if target.unread:
        return " ".join(told(target.unread, shown.zone))
    if observation.because:
        return BECAUSES[observation.because]
    if observation.cause:
        return CAUSES[observation.cause]
    return {
        Verdict.UP: "",
        Verdict.EXPECTED: "Published maintenance is open and explains it.",
    }.get(observation.verdict, "")


def _days(target: TargetView, shown: View) -> Iterable[Availability]:
    return shown.days.get(target.target.name, {}).values()


def last_read(shown: View) -> str:
    """Return which feeds cannot be read now and when they were, in sentences.

    Empty where every feed can be read.
    """
    away = [(feed.feed.name, feed.state) for feed in shown.feeds if feed.failure]
    told = [
        f"{name} was last read {moment_near(known.succeeded_at, shown.at, shown.zone)}."
        for name, known in away
        if known
    ]
    return " ".join(told)


# --- sentences -------------------------------------------------------------------------------


def headline(shown: View) -> list[str]:
    """Return in sentences how all targets are, the worst first: what is read in two seconds."""
    groups: dict[str, list[str]] = {}
    through: dict[tuple[str, ...], list[str]] = {}
    for target in by_gravity(shown):
        groups.setdefault(_phrase(target, shown), []).append(target.name)
        if target.through:
            through.setdefault(target.through, []).append(target.name)
    said = []
    for number, (phrase, names) in enumerate(groups.items()):
        counted = "others" if number else "targets" if len(groups) > 1 else "targets, all of them,"
        said.append(_sentence(phrase, names, counted))
    for way, names in through.items():
        said.append(_sentence(f"{{}} {{is}} reached through {listed(way)}", names, "of them"))
    return said


def _phrase(target: TargetView, shown: View) -> str:
    observation = target.observation
    because = observation.because if observation else None
    cause = (observation.cause if observation else None) or Cause.NETWORK
    if because is Because.OVERRUN:
        return "{} {is} still down after the announced end"
    if because is Because.UNANNOUNCED and shown.never_read:
        return "{} {is} down; whether it was announced is not known"
    if because is Because.UNANNOUNCED:
        return "{} {is} down, and it was not announced"
    return {
        Verdict.UP: "{} can be reached",
        Verdict.EXPECTED: "{} {is} down, as announced",
        Verdict.UNEXPECTED: "{} {is} down unexpectedly",
        Verdict.INCONCLUSIVE: f"{_OURS[cause]}: whether {{}} can be reached cannot be told",
        UNKNOWN: "Whether {} can be reached is not known yet",
    }[mark(observation)]


def _sentence(phrase: str, names: list[str], counted: str) -> str:
    number = len(names)
    who = listed(names) if number <= MOST_NAMES else f"{number} {counted}"
    return phrase.format(who, **{"is": "is" if number == 1 else "are"}) + "."


# --- times -----------------------------------------------------------------------------------


def clock(at: datetime, zone: ZoneInfo) -> str:
    """Return a time of day as it is published: `9:05 p.m.`."""
    local = at.astimezone(zone)
    half = "a.m." if local.hour < 12 else "p.m."  # noqa: PLR2004  (the clock's own)
    return f"{local.hour % 12 or 12}:{local:%M}{TIGHT}{half}"


def clock_with_zone(at: datetime, zone: ZoneInfo) -> str:
    """Return a time of day with its zone: `9:05 p.m. EST`."""
    return f"{clock(at, zone)}{TIGHT}{at.astimezone(zone):%Z}"


def day(at: datetime | date, zone: ZoneInfo) -> str:
    """Return a day: `Tue, Nov 24`."""
    local = at.astimezone(zone).date() if isinstance(at, datetime) else at
    return f"{local:%a, %b}{TIGHT}{local.day}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant with its zone: `Tue, Nov 24, 9:05 p.m. EST`."""
    return f"{day(at, zone)}, {clock_with_zone(at, zone)}"


def moment_near(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return an instant with its zone, and its day only where that is another than today."""
    if at.astimezone(zone).date() == now.astimezone(zone).date():
        return clock_with_zone(at, zone)
    return moment(at, zone)


def length(span: timedelta | float) -> str:
    """Return how long something is, a number being seconds, on one line: `45 s`, `2 h 5 min`."""
    return words.length(span).replace(" ", TIGHT)
