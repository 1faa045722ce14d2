"""What people are told of a change of verdict, as one value; pure."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from probe.english import BECAUSES, REASONS, moment
from probe.maintenance.waiting import accepting, told
from probe.types import Observation, Seen, Target, Verdict, Window

HEADLINES = {
    Verdict.UP: "{} can be reached again",
    Verdict.EXPECTED: "{} is down, as announced",
    Verdict.UNEXPECTED: "{} is down, and that was not announced",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A headline and the lines below it; `changes` is how many changes of a target it stands for.

    `fields` are the same facts for programs.
    """

    target: str
    headline: str
    lines: tuple[str, ...]
    fields: dict[str, str | None]
    changes: int = 1

    @property
    def text(self) -> str:
        """All of it as plain text."""
        more = f"It changed {self.changes} times since the last message."
        return "\n".join([self.headline, *self.lines, *([more] if self.changes > 1 else [])])


def message(  # noqa: PLR0913  (a message says all of this)
    observation: Observation,
    target: Target,
    *,
    name: str,
    zone: ZoneInfo,
    contact: str = "",
    link: str = "",
    unread: Seen | None = None,
) -> Message:
    """Return what is told of an observation; `name` is what people call its target.

    `contact` is whom to call, `link` the address of the status page; both may be empty. `unread`
    is the notice that waits for review and may explain it.
    """
    result, verdict = observation.result, observation.verdict
    because, window = observation.because, _relied_on(observation)
    since = observation.streak.since if observation.streak else result.started_at
    lines = [BECAUSES[because]] if because else []
    if unread is not None:
        lines += [*told(unread, zone), accepting(unread)]
    if result.reason:
        lines.append(f"What went wrong: {REASONS[result.reason]} ({result.detail}).")
    lines.append(f"Since {moment(since, zone)}.")
    if window is not None:
        until = "was to end" if because else "ends"
        lines.append(f"The announced window {until} {moment(window.ends_at, zone)}.")
        if window.quote:
            lines.append(f"Published words: {window.quote}")
    lines.append(f"Address: {target.url}")
    if contact and verdict is Verdict.UNEXPECTED:
        lines.append(f"Whom to call: {contact}")
    if link:
        lines.append(f"Status page: {link}")
    return Message(
        target=target.name,
        headline=f"{HEADLINES[verdict].format(name)}.",
        lines=tuple(lines),
        fields={
            "target": target.name,
            "verdict": verdict,
            "because": because,
            "reason": result.reason,
            "since": since.isoformat(),
            "at": result.started_at.isoformat(),
            "window": window.id if window else None,
            "notice": unread.notice.fingerprint if unread else None,
        },
    )


def _relied_on(observation: Observation) -> Window | None:
    """Return the window that excuses a failure, or the one that it outlasted."""
    return observation.window or (observation.streak.window if observation.streak else None)
