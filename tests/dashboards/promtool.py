"""What the rules are, and promtool's judgement of them over time lines."""

import functools
import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.dashboards.scenes import Scene, seconds

DASHBOARDS = Path(__file__).parents[2] / "dashboards"
RULES = sorted((DASHBOARDS / "prometheus" / "rules").glob("*.yml"))
LINKS = {name: f"http://{name}" for name in ("status", "grafana", "alertmanager", "runbook")}
#: Votes first: what follows from them follows at the same instant, in every run.
ORDER = ["spot-pages", "spot-availability", "spot-tickets", "spot-info", "spot-watchers"]
#: It is short-lived: to collect its garbage less often saves a third of its time.
LAZY = {"GOGC": "400"}


@functools.cache
def rules() -> list[dict[str, Any]]:
    """Return every rule of every file."""
    files = (yaml.safe_load(file.read_text()) for file in RULES)
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


@functools.cache
def alerts() -> dict[str, dict[str, Any]]:
    """Return the alerting rules by their names."""
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """A time line, the rule files that are put to it, and what must come of them.

    `tests` are promtool's `alert_rule_test` or `promql_expr_test`.
    """

    scene: Scene
    files: Sequence[Path]
    tests: Mapping[str, Sequence[Mapping[str, object]]]

    def document(self) -> dict[str, object]:
        """Return it as promtool takes it."""
        return {
            "rule_files": [str(path) for path in self.files],
            "evaluation_interval": f"{self.scene.step}s",
            "group_eval_order": ORDER,
            "tests": [
                {
                    "interval": f"{self.scene.step}s",
                    "external_labels": LINKS,
                    "input_series": [
                        {"series": name, "values": values}
                        for name, values in self.scene.series.items()
                    ],
                    **self.tests,
                }
            ],
        }


def judged(trials: Sequence[Trial], folder: Path) -> list[str]:
    """Run one `promtool test rules` over all trials; for each its complaints, or nothing."""
    files = [folder / f"{number}.json" for number in range(len(trials))]
    for file, trial in zip(files, trials, strict=True):
        file.write_text(json.dumps(trial.document()))
    done = subprocess.run(
        ["promtool", "test", "rules", *files],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | LAZY,
        text=True,
        check=False,
    )
    verdicts = [""] * len(files)
    told = dict(part.split("\n", 1) for part in done.stdout.split("Unit Testing:  ")[1:])
    for number, file in enumerate(files):
        said = told.get(str(file), done.stdout).strip()
        verdicts[number] = "" if said == "SUCCESS" else said or "nothing was said"
    assert (done.returncode == 0) == (not any(verdicts)), done.stdout
    return verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert that fires, with its labels and its words."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]


def firing(scene: Scene, instants: Sequence[str], folder: Path) -> list[list[Alert]]:
    """Return what all rules say of a time line: the alerts that fire at each of the instants.

    promtool only says what it did not expect, so that nothing is expected here.
    """
    asked = [
        {"eval_time": at, "alertname": name, "exp_alerts": []}
        for at in instants
        for name in alerts()
    ]
    trial = Trial(scene=scene, files=RULES, tests={"alert_rule_test": asked})
    (said,) = judged([trial], folder)
    found: dict[int, list[Alert]] = {}
    for part in said.split("alertname: ")[1:]:
        time = seconds(re.search(r"time: (\w+)", part)[1])  # type: ignore[index]
        pairs = zip(
            re.findall(r"^\s+Labels:(.*)$", part, re.MULTILINE),
            re.findall(r"^\s+Annotations:(.*)$", part, re.MULTILINE),
            strict=True,
        )
        found.setdefault(time, []).extend(
            Alert(labels=_pairs(labels), annotations=_pairs(annotations))
            for labels, annotations in pairs
        )
    return [found.get(seconds(at), []) for at in instants]


def _pairs(text: str) -> dict[str, str]:
    return {
        name: json.loads(value) for name, value in re.findall(r'(\w+)=("(?:[^"\\]|\\.)*")', text)
    }
