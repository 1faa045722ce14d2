"""What stands on a target's card: its state, whether it was announced, since when, until when."""

from dataclasses import dataclass
from datetime import datetime

from probe.english import REASONS
from probe.types import Evidence, Impact, Observation, Verdict, Window
from probe.web import words
from probe.web.view import TargetView, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One target; an instant that is None is not known and not shown.

    `window` is the one relied on, the one that was overrun, or the one that is announced and open
    or next; `announced` says so in words that `announced_at` ends. `published` is the status that
    the page gives the target, empty where it gives none.
    """

    name: str
    url: str
    mark: str
    state: str
    why: str
    since: datetime | None
    announced: str
    window: Window | None
    announced_at: datetime | None
    published: str
    probed_at: datetime | None
    answer: str
    detail: str
    evidence: Evidence | None


def card(target: TargetView, shown: View) -> Card:
    """Return a target's card."""
    observation = target.observation
    window = _window(target, shown)
    return Card(
        name=target.name,
        url=target.target.url,
        mark=words.mark(observation),
        state=words.state(target, shown),
        why=words.why(target, shown),
        since=_since(target),
        announced=_announced(target, window, shown),
        window=window,
        announced_at=_turn(window, shown),
        published=shown.status.get(target.target.name, ""),
        probed_at=observation.result.started_at if observation else None,
        answer=_answer(observation),
        detail=_detail(observation),
        evidence=observation.result.evidence if observation else None,
    )


def _window(target: TargetView, shown: View) -> Window | None:
    """Return the window that matters to a target now."""
    observation = target.observation
    if observation and observation.window:
        return observation.window
    if target.overrun:
        return target.overrun
    is_open = target.window and target.window.starts_at <= shown.at
    return target.window if is_open else target.degraded or target.window


def _since(target: TargetView) -> datetime | None:
    observation = target.observation
    if observation is None:
        return None
    if observation.verdict is Verdict.UP:
        return target.recovered_at
    return observation.streak.since if observation.streak else observation.result.started_at


def _announced(target: TargetView, window: Window | None, shown: View) -> str:
    """Return in words whether the state was announced; an instant follows them."""
    observation = target.observation
    verdict = observation.verdict if observation else None
    if window is None:
        return "Not known" if shown.never_read else "Nothing is announced"
    if target.overrun:
        return "Only until"
    if window.impact is Impact.DEGRADED:
        unexpected = verdict is Verdict.UNEXPECTED
        return "Only degraded service, until" if unexpected else "Degraded service, until"
    if window.starts_at > shown.at:
        if verdict is not Verdict.UNEXPECTED:
            return "Next maintenance"
        return "Not known; next" if shown.never_read else "Not now; next"
    return (
        {
            Verdict.EXPECTED: "Yes, until",
            Verdict.UNEXPECTED: "Not this; maintenance until",
        }.get(verdict, "Maintenance now, until")
        if verdict
        else "Maintenance now, until"
    )


def _turn(window: Window | None, shown: View) -> datetime | None:
    """Return the instant that `announced` speaks of: a window's start while it is to come."""
    if window is None:
        return None
    return window.starts_at if window.starts_at > shown.at else window.ends_at


def _answer(observation: Observation | None) -> str:
    """Return what the last probe met: `answered 200 in 250 ms`, `an error status (503)`."""
    if observation is None:
        return ""
    result = observation.result
    code = f" ({result.status_code})" if result.status_code else ""
    if result.reason is None:
        return f"answered{code} in {result.duration_seconds * 1000:.0f}{words.TIGHT}ms"
    return REASONS[result.reason] + code


def _detail(observation: Observation | None) -> str:
    """Return what the last failure was, for the one who mends it."""
    return words.detail(observation.result.detail) if observation else ""
