"""Time lines of probes in few words, and promtool's judgement of the rules over them."""

import functools
import itertools
import json
import os
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from probe.types import Because, Verdict

DASHBOARDS = Path(__file__).parents[2] / "dashboards"
RULES = sorted((DASHBOARDS / "prometheus" / "rules").glob("*.yml"))
LINKS = {"grafana": "http://grafana", "runbook": "http://runbook"}
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

Series = dict[str, str]


@functools.cache
def rules() -> list[dict[str, Any]]:
    """Return every rule of every file."""
    files = (yaml.safe_load(file.read_text()) for file in RULES)
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


@functools.cache
def alerts() -> dict[str, dict[str, Any]]:
    """Return the alerting rules by their names."""
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def seconds(duration: str) -> int:
    """Read a duration such as `1h30m`."""
    return sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)([smhd])", duration))


# --- time lines ------------------------------------------------------------------------------


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


def probe(
    story: str,
    *,
    target: str = "spot",
    instance: str = "a:7768",
    reason: str = "connect",
    step: int = 30,
) -> Scene:
    """Return what one probe shows of one target.

    The words of a story: `up`, `expected`, `inconclusive`, a `because`, `new` (no observation yet),
    `stalled` (as before, and no longer observed), `missed` (the scrape fails).
    """
    words = line(story, step)
    states: list[str] = []
    failing_since: list[float] = []
    observed_at: list[float | None] = []
    for number, word in enumerate(words):
        state = states[-1] if word == "stalled" else word
        before = failing_since[-1] if failing_since else 0
        fails = state == Verdict.EXPECTED or state in set(Because)
        failing_since.append((before or max(number * step, 1)) if fails else 0)
        unseen = word in {"new", "missed"}
        observed_at.append(
            None if unseen else observed_at[-1] if word == "stalled" else number * step
        )
        states.append(state)

    def shown(name: str, values: Iterable[float | None], **labels: str) -> Series:
        reached = [
            "_" if value is None or state == "missed" else f"{value:g}"
            for value, state in zip(values, states, strict=True)
        ]
        return {selector(name, {"instance": instance} | labels): " ".join(reached)}

    failures = itertools.accumulate(state in set(Because) for state in states)
    told: Series = {
        selector("up", {"instance": instance}): " ".join(
            "0" if state == "missed" else "1" for state in states
        )
    }
    told |= shown("process_start_time_seconds", [0.0] * len(states))
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
    """Return three vantage points that look at one target."""
    first, *others = (
        probe(story, instance=f"{name}:7768", step=step)
        for name, story in zip("abc", stories, strict=True)
    )
    return first.also(*others)


def told(name: str, story: str, **labels: str) -> Scene:
    """Return one series, a sample each minute."""
    return Scene(step=60, series=sampled(name, story, step=60, **labels))


def verdict_of(state: str) -> str:
    """Return the verdict that a word of a story stands for."""
    return Verdict.UNEXPECTED if state in set(Because) else state


# --- judgement -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fires:
    """An alert that must fire at an instant, alone of its name; with these words, where given."""

    sentence: str
    alert: str
    scene: Scene
    at: str
    labels: Mapping[str, str]
    summary: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quiet:
    """An alert that must not fire at any of these instants."""

    sentence: str
    alert: str
    scene: Scene
    at: tuple[str, ...]


def verify(case: Fires | Quiet, folder: Path) -> str:
    """Run promtool over a case; what it found wrong, or nothing."""
    if isinstance(case, Quiet):
        none = [{"eval_time": at, "alertname": case.alert, "exp_alerts": []} for at in case.at]
        return judged(folder, case.sentence, case.scene, files(case.alert), alert_rule_test=none)
    if case.summary:
        one = {"eval_time": case.at, "alertname": case.alert, "exp_alerts": [expected(case)]}
        return judged(folder, case.sentence, case.scene, files(case.alert), alert_rule_test=[one])
    severity = alerts()[case.alert]["labels"]["severity"]
    labels = {"alertname": case.alert, "alertstate": "firing", "severity": severity, **case.labels}
    firing = {
        "expr": f'ALERTS{{alertname="{case.alert}",alertstate="firing"}}',
        "eval_time": case.at,
        "exp_samples": [{"labels": f"ALERTS{written(labels)}", "value": 1}],
    }
    return judged(folder, case.sentence, case.scene, files(case.alert), promql_expr_test=[firing])


def complaints(cases: Sequence[Fires | Quiet], folder: Path) -> dict[Fires | Quiet, str]:
    """Verify cases side by side; what promtool found wrong with each, or nothing."""

    def one(numbered: tuple[int, Fires | Quiet]) -> str:
        place = folder / str(numbered[0])
        place.mkdir()
        return verify(numbered[1], place)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(cases, pool.map(one, enumerate(cases)), strict=True))


def expected(case: Fires) -> dict[str, object]:
    """Return the alert of a case with the annotations that every alert has."""
    rule = alerts()[case.alert]
    dashboard = rule["annotations"]["dashboard_url"]
    dashboard = dashboard.replace("{{ $externalLabels.grafana }}", LINKS["grafana"])
    for name, value in case.labels.items():
        dashboard = dashboard.replace("{{ $labels." + name + " }}", value)
    return {
        "exp_labels": {"severity": rule["labels"]["severity"], **case.labels},
        "exp_annotations": {
            "summary": case.summary,
            "description": case.description,
            "runbook_url": f"{LINKS['runbook']}#{case.alert.lower()}",
            "dashboard_url": dashboard,
        },
    }


def files(alert: str) -> list[Path]:
    """Return the rule files that an alert needs: its own, the votes, the budget for its burn."""
    return [
        path
        for path in RULES
        if path.stem == "pages"
        or f"alert: {alert}\n" in path.read_text()
        or (path.stem == "availability" and "Budget" in alert)
    ]


def judged(
    folder: Path, sentence: str, scene: Scene, files: Iterable[Path], **tests: object
) -> str:
    """Run `promtool test rules`; its complaints, or nothing."""
    file = folder / "test.json"
    document = {
        "rule_files": [str(path) for path in files],
        "evaluation_interval": f"{scene.step}s",
        "tests": [
            {
                "name": sentence,
                "interval": f"{scene.step}s",
                "external_labels": LINKS,
                "input_series": [
                    {"series": name, "values": values} for name, values in scene.series.items()
                ],
                **tests,
            }
        ],
    }
    file.write_text(json.dumps(document))
    done = subprocess.run(
        ["promtool", "test", "rules", file], capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr
