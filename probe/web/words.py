"""How the page says it: states, reasons, instants and lengths of time in plain English."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from probe.english import BECAUSES, CAUSES, listed
from probe.maintenance import words
from probe.types import Because, Cause, Observation, Verdict
from probe.web.marks import UNKNOWN
from probe.web.view import TargetView, View

#: What belongs together stays on one line.
TIGHT = "\N{NO-BREAK SPACE}"
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
_OURS = {Cause.NETWORK: "Our own network is down", Cause.STARVED: "The probe is starved"}


def mark(observation: Observation | None) -> str:
    """Return the verdict, or `unknown` without one: the icon, the shape and the colour."""
    return UNKNOWN if observation is None else str(observation.verdict)


def state(observation: Observation | None) -> str:
    """Return the few words that stand large on a target's card."""
    because = observation.because if observation else None
    usual = STATES[mark(observation)]
    return UNEXPECTED_STATES.get(because, usual) if because else usual


def why(observation: Observation | None) -> str:
    """Return one sentence that explains the state; empty for a target that is up."""
    if observation is None:
        return "No probe has finished lately."
    if observation.because:
        return BECAUSES[observation.because]
    if observation.cause:
        return CAUSES[observation.cause]
    return {
        Verdict.UP: "",
        Verdict.EXPECTED: "Published maintenance is open and explains it.",
    }.get(observation.verdict, "")


# --- sentences -------------------------------------------------------------------------------


def headline(shown: View) -> str:
    """Return how all targets are, the worst first: what a person reads in two seconds."""
    groups: dict[str, list[str]] = {}
    for target in shown.targets:
        groups.setdefault(_phrase(target), []).append(target.name)
    order = {_phrase(t): GRAVITY.index(mark(t.observation)) for t in shown.targets}
    worst_first = sorted(groups, key=order.__getitem__)
    return " ".join(_sentence(phrase, groups[phrase]) for phrase in worst_first)


def _phrase(target: TargetView) -> str:
    observation = target.observation
    because = observation.because if observation else None
    cause = (observation.cause if observation else None) or Cause.NETWORK
    if because is Because.OVERRUN:
        return "{} {is} still down after the announced end"
    if because is Because.UNANNOUNCED:
        return "{} {is} down, and it was not announced"
    return {
        Verdict.UP: "{} can be reached",
        Verdict.EXPECTED: "{} {is} down, as announced",
        Verdict.UNEXPECTED: "{} {is} down unexpectedly",
        Verdict.INCONCLUSIVE: f"{_OURS[cause]}: whether {{}} can be reached cannot be told",
        UNKNOWN: "Whether {} can be reached is not known yet",
    }[mark(observation)]


def _sentence(phrase: str, names: list[str]) -> str:
    return phrase.format(listed(names), **{"is": "is" if len(names) == 1 else "are"}) + "."


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
