"""What an alert does over a time line: it fires, with its words, or it does not."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote_plus

from tests.dashboards.promtool import LINKS, RULES, Trial, alerts
from tests.dashboards.scenes import Scene, written


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A time line of an alert and the instants at which it is looked at.

    It fires at the one instant, alone of its name, with these `labels` and, where given, these
    words, all of them; where `labels` is None it fires at none of the instants.
    """

    sentence: str
    scene: Scene
    at: tuple[str, ...]
    labels: Mapping[str, str] | None = None
    words: Mapping[str, str] = field(default_factory=dict)

    def trial(self, alert: str) -> Trial:
        """Return what promtool has to try."""
        return Trial(scene=self.scene, files=files(alert), tests=self._tests(alert))

    def _tests(self, alert: str) -> Mapping[str, Sequence[Mapping[str, object]]]:
        if self.labels is None:
            none = [{"eval_time": at, "alertname": alert, "exp_alerts": []} for at in self.at]
            return {"alert_rule_test": none}
        rule = alerts()[alert]
        shown = {"severity": rule["labels"]["severity"], **self.labels}
        (at,) = self.at
        if self.words:
            told = {
                "exp_labels": shown,
                "exp_annotations": {**self.words, **links(alert, self.labels)},
            }
            one = {"eval_time": at, "alertname": alert, "exp_alerts": [told]}
            return {"alert_rule_test": [one]}
        firing = {"alertname": alert, "alertstate": "firing"}
        sample = {"labels": f"ALERTS{written(firing | shown)}", "value": 1}
        one = {"eval_time": at, "expr": f"ALERTS{written(firing)}", "exp_samples": [sample]}
        return {"promql_expr_test": [one]}


Cases = dict[str, list[Case]]


def fires(  # noqa: PLR0913 - a case is told in one call
    sentence: str,
    scene: Scene,
    at: str,
    *,
    summary: str = "",
    description: str = "",
    resolved: str = "",
    **labels: str,
) -> Case:
    """Return a case in which an alert fires; without its words, where they are another's."""
    words = {"summary": summary, "description": description} if summary else {}
    if resolved:
        words["resolved"] = resolved
    return Case(sentence=sentence, scene=scene, at=(at,), labels=labels, words=words)


def quiet(sentence: str, scene: Scene, *at: str) -> Case:
    """Return a case in which an alert does not fire."""
    return Case(sentence=sentence, scene=scene, at=at)


def links(alert: str, labels: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses that an alert's message has, filled in."""
    notes = alerts()[alert]["annotations"]
    return {name: _filled(text, labels) for name, text in notes.items() if name.endswith("_url")}


def _filled(text: str, labels: Mapping[str, str]) -> str:
    silenced = quote_plus("{target=" + json.dumps(labels.get("target", "")) + "}")
    text = re.sub(r"\{\{ printf .* \| urlquery \}\}", silenced, text)
    for name, address in LINKS.items():
        text = text.replace("{{ $externalLabels." + name + " }}", address)
    for name, value in labels.items():
        text = text.replace("{{ $labels." + name + " }}", value)
    return text


def files(alert: str) -> list[Path]:
    """Return the rule files that an alert needs: its own, and those that record what it asks."""
    asked = json.dumps(alerts()[alert])
    return [
        path
        for path in RULES
        if f"alert: {alert}\n" in path.read_text()
        or (path.stem == "pages" and ":probe_" in asked)
        or (path.stem == "availability" and "Budget" in alert)
    ]
