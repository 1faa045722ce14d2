"""Time lines of probes in few words, and promtool's judgement of the rules over them."""

import itertools
import json
import re
import subprocess
from collections.abc import Iterable, Mapping
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


def rules() -> list[dict[str, Any]]:
    """Return every rule of every file."""
    files = (yaml.safe_load(file.read_text()) for file in RULES)
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


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

    step: int = 15
    series: Series = field(default_factory=dict)

    def also(self, *others: "Scene | Series") -> "Scene":
        """Return this and others at once."""
        more = [other.series if isinstance(other, Scene) else other for other in others]
        merged = dict(itertools.chain(self.series.items(), *(one.items() for one in more)))
        return Scene(step=self.step, series=merged)


def line(story: str, step: int = 15) -> list[str]:
    """Return the word that holds at each step of a story such as `up 10m, overrun 5m`."""
    parts = (part.rsplit(" ", 1) for part in story.split(", "))
    return [word for word, lasts in parts for _ in range(seconds(lasts) // step)]


def sampled(name: str, story: str, *, step: int = 15, **labels: str) -> Series:
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
    step: int = 15,
) -> Scene:
    """Return what one probe shows of one target.

    The words of a story: `up`, `expected`, `inconclusive`, a `because`, `new` (no observation yet),
    `stalled` (as before, and no longer observed), `missed` (the scrape fails).
    """
    words = line(story, step)
    states = list(itertools.accumulate(words, lambda old, new: old if new == "stalled" else new))
    reached = [word != "missed" for word in words]

    def shown(name: str, values: Iterable[float | None], **labels: str) -> Series:
        samples = ["_" if value is None else f"{value:g}" for value in values]
        labels = {"instance": instance} | labels
        return {selector(name, labels): " ".join(samples)}

    def when(values: Iterable[float]) -> list[float | None]:
        return [
            value if there else None for value, there in zip(values, reached, strict=True)
        ]

    seen = range(len(states))
    failing = [state not in {"up", "new", "missed", "inconclusive"} for state in states]
    since = itertools.accumulate(
        zip(seen, failing, strict=True),
        lambda old, now: (old or max(now[0] * step, 1)) if now[1] else 0,  # type: ignore[operator]
        initial=0,
    )
    observed = itertools.accumulate(
        zip(seen, words, strict=True),
        lambda old, now: old if now[1] in {"stalled", "new"} else now[0] * step,  # type: ignore[operator,index]
        initial=0,
    )
    failed = itertools.accumulate(state in set(Because) for state in states)
    mine = {"target": target}
    series = (
        shown("up", map(float, reached))
        | shown("process_start_time_seconds", when(0 for _ in seen))
        | shown("probe_failing_since_timestamp_seconds", when(list(since)[1:]), **mine)
        | shown(
            "probe_failures_total", when(failed), **mine, expectation="unexpected", reason=reason
        )
    )
    last: list[float | None] = [
        None if word in {"new", "missed"} else at
        for word, at in zip(words, list(observed)[1:], strict=True)
    ]
    series |= shown("probe_last_observation_timestamp_seconds", last, **mine)
    for verdict in Verdict:
        hit = [verdict_of(state) == verdict for state in states]
        series |= shown("probe_verdict", when(hit), **mine, verdict=verdict)
    for because in Because:
        hit = [state == because for state in states]
        series |= shown("probe_unexpected_because", when(hit), **mine, because=because)
    return Scene(step=step, series=series)


def verdict_of(state: str) -> str:
    """Return the verdict that a word of a story stands for."""
    return Verdict.UNEXPECTED if state in set(Because) else state


# --- judgement -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Fires:
    """An alert that must fire at an instant, alone of its name; with these words, where given."""

    sentence: str
    alert: str
    scene: Scene
    at: str
    labels: Mapping[str, str]
    summary: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
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
        return tested(folder, case.sentence, case.scene, alert_rule_test=none)
    if case.summary:
        one = {"eval_time": case.at, "alertname": case.alert, "exp_alerts": [expected(case)]}
        return tested(folder, case.sentence, case.scene, alert_rule_test=[one])
    severity = alerts()[case.alert]["labels"]["severity"]
    labels = {"alertname": case.alert, "alertstate": "firing", "severity": severity} | case.labels
    firing = {
        "expr": f'ALERTS{{alertname="{case.alert}",alertstate="firing"}}',
        "eval_time": case.at,
        "exp_samples": [{"labels": f"ALERTS{written(labels)}", "value": 1}],
    }
    return tested(folder, case.sentence, case.scene, promql_expr_test=[firing])


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


def tested(folder: Path, sentence: str, scene: Scene, **tests: object) -> str:
    """Run `promtool test rules`; its complaints, or nothing."""
    file = folder / "test.json"
    document = {
        "rule_files": [str(path) for path in RULES],
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
