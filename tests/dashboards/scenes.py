"""Series as they come of a story in few words."""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from probe.types import Because, Cause, Verdict

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

Series = dict[str, str]
#: The words for which a probe shows nothing of a target.
UNSEEN = {"missed", "removed"}
#: The words for an inconclusive failure, by its cause.
CAUSES = {Cause.NETWORK: "inconclusive", Cause.STARVED: "starved"}


def seconds(duration: str) -> int:
    """Read a duration such as `1h30m`."""
    return sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)([smhd])", duration))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Series as promtool takes them, one sample each `step` seconds from instant 0."""

    step: int = 30
    series: Series = field(default_factory=dict)

    def also(self, *others: "Scene | Series") -> "Scene":
        """Return this and others at once."""
        more = [other.series if isinstance(other, Scene) else other for other in others]
        assert all(other.step == self.step for other in others if isinstance(other, Scene))
        merged = dict(itertools.chain(self.series.items(), *(one.items() for one in more)))
        return Scene(step=self.step, series=merged)


def line(story: str, step: int = 30) -> list[str]:
    """Return the word that holds at each step of a story such as `up 10m, overrun 5m`."""
    parts = [part.rsplit(" ", 1) for part in story.split(", ")]
    assert all(seconds(lasts) % step == 0 for _, lasts in parts), story
    return [word for word, lasts in parts for _ in range(seconds(lasts) // step)]


def sampled(name: str, story: str, *, step: int = 30, **labels: str) -> Series:
    """Return one series of the job whose values a story tells; `_` is none."""
    return {selector(name, labels): " ".join(line(story, step))}


def selector(name: str, labels: Mapping[str, str]) -> str:
    """Write a series as Prometheus does."""
    return name + written({"job": "spot-probe", "instance": "a:7768"} | dict(labels))


def written(labels: Mapping[str, str]) -> str:
    """Write labels as Prometheus does."""
    return "{" + ",".join(f'{label}="{value}"' for label, value in labels.items()) + "}"


def probe(  # noqa: PLR0913 - a probe is told in one call
    story: str,
    *,
    target: str = "spot",
    instance: str = "a:7768",
    reason: str = "connect",
    interval: float = 30,
    step: int = 30,
) -> Scene:
    """Return what one probe shows of one target.

    The words of a story: `up`, `expected`, `inconclusive` (its network is down), `starved`, a
    `because`, `new` (no observation yet), `stalled` (as before, and no longer observed), `missed`
    (the scrape fails), `removed` (it is probed no longer).
    """
    words = line(story, step)
    unsure = {*CAUSES.values(), *UNSEEN}
    states: list[str] = []
    failing_since: list[float] = []
    observed_at: list[float | None] = []
    for number, word in enumerate(words):
        state = states[-1] if word == "stalled" else word
        before = failing_since[-1] if failing_since else 0
        fails = state == Verdict.EXPECTED or state in set(Because)
        failing_since.append(
            (before or max(number * step, 1)) if fails else before if state in unsure else 0
        )
        unseen = word in {"new", *UNSEEN}
        observed_at.append(
            None if unseen else observed_at[-1] if word == "stalled" else number * step
        )
        states.append(state)

    def shown(name: str, values: Iterable[float | None], **labels: str) -> Series:
        reached = [
            "stale" if state in UNSEEN else "_" if value is None else f"{value:g}"
            for value, state in zip(values, states, strict=True)
        ]
        return {selector(name, {"instance": instance} | labels): " ".join(reached)}

    failures = itertools.accumulate(state in set(Because) for state in states)
    told: Series = {
        selector("up", {"instance": instance}): " ".join(
            "0" if state == "missed" else "1" for state in states
        )
    }
    started = selector("process_start_time_seconds", {"instance": instance})
    told |= {started: " ".join("stale" if state == "missed" else "0" for state in states)}
    told |= shown("probe_interval_seconds", [interval] * len(states), target=target)
    for cause, word in CAUSES.items():
        counts = itertools.accumulate(state == word for state in states)
        told |= shown("probe_inconclusive_total", counts, target=target, cause=cause)
    told |= shown("probe_failing_since_timestamp_seconds", failing_since, target=target)
    told |= shown("probe_last_observation_timestamp_seconds", observed_at, target=target)
    told |= shown(
        "probe_failures_total", failures, target=target, expectation="unexpected", reason=reason
    )
    for verdict in Verdict:
        hit = [verdict_of(state) == verdict for state in states]
        told |= shown("probe_verdict", hit, target=target, verdict=verdict)
    for because in Because:
        hit = [state == because for state in states]
        told |= shown("probe_unexpected_because", hit, target=target, because=because)
    return Scene(step=step, series=told)


def three(*stories: str, step: int = 30) -> Scene:
    """Return up to three vantage points that look at one target."""
    first, *others = (
        probe(story, instance=f"{name}:7768", step=step)
        for name, story in zip("abc", stories, strict=False)
    )
    return first.also(*others)


def told(name: str, story: str, **labels: str) -> Scene:
    """Return one series, a sample each minute."""
    return Scene(step=60, series=sampled(name, story, step=60, **labels))


def verdict_of(state: str) -> str:
    """Return the verdict that a word of a story stands for."""
    if state in set(CAUSES.values()):
        return Verdict.INCONCLUSIVE
    return Verdict.UNEXPECTED if state in set(Because) else state
