"""What every alert has, and that the documents name each of them."""

import re
import subprocess
from pathlib import Path

import pytest

from dashboards import runbook
from tests.dashboards.expressions import boards
from tests.dashboards.promtool import DASHBOARDS, alerts, rules
from tests.dashboards.rules import info, pages, probes, tickets, watchers
from tests.debian import needs

README = (DASHBOARDS / "README.md").read_text()
RUNBOOK = (DASHBOARDS / "RUNBOOK.md").read_text()
#: What an alert says beyond what all say: how it reads when it is over, and where to look at night.
NOTES = {
    "page": {"resolved", "status_url", "silence_url"},
    "ticket": {"resolved"},
    "info": {"resolved"},
    "none": set[str](),
}
CASES = watchers.CASES | pages.CASES | probes.CASES | tickets.CASES | info.CASES


@needs("promtool", package="prometheus")
def test_promtool_accepts_configuration_and_rules() -> None:
    """With the rule files that the configuration names."""
    configuration = DASHBOARDS / "prometheus" / "prometheus.yml"
    done = subprocess.run(
        ["promtool", "check", "config", "--lint=all", "--lint-fatal", configuration],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", alerts())
def test_every_alert_has_what_a_sleepy_person_needs(name: str) -> None:
    """A severity, a summary, a description, its heading in the runbook and a dashboard."""
    rule = alerts()[name]
    severity = rule["labels"]["severity"]
    notes = rule["annotations"]
    assert (
        set(notes) == {"summary", "description", "runbook_url", "dashboard_url"} | NOTES[severity]
    )
    assert notes["runbook_url"] == "{{ $externalLabels.runbook }}#" + name.lower()
    assert f"\n## {name}\n\n{severity.capitalize()}. " in RUNBOOK
    uid = re.fullmatch(
        r"\{\{ \$externalLabels\.grafana \}\}/d/([\w-]+)(\?var-target=\{\{ \$labels\.target \}\})?",
        notes["dashboard_url"],
    )
    assert uid is not None
    assert uid[1] in boards()


@pytest.mark.parametrize("name", alerts())
def test_no_label_is_made_from_a_value(name: str) -> None:
    """A label that changes while an alert fires would end it and start another."""
    assert set(alerts()[name]["labels"]) == {"severity"}


@pytest.mark.parametrize("name", alerts())
def test_every_alert_has_its_twins(name: str) -> None:
    """A time line in which it fires, with its words, and one in which it does not."""
    assert any(case.words for case in CASES[name])
    assert any(case.labels is None for case in CASES[name]) or name == "Watchdog"


def test_the_links_to_the_runbook_lead_to_its_headings() -> None:
    """It was made a page after the last change (`make dashboards`), with an anchor per alert."""
    page = (DASHBOARDS / "RUNBOOK.html").read_text()
    assert page == runbook.page()
    anchors = set(re.findall(r'<h2 id="(\w+)">', page))
    assert anchors == {name.lower() for name in alerts()}


def test_the_runbook_has_one_heading_per_alert() -> None:
    """And no other, in the order of their severities; what nobody is told comes last."""
    headings = re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE)
    assert sorted(headings) == sorted(alerts())
    severities = [alerts()[heading]["labels"]["severity"] for heading in headings]
    assert severities == sorted(severities, key=["page", "ticket", "info", "none"].index)


def test_the_readme_lists_every_alert() -> None:
    """With its severity."""
    listed = dict(re.findall(r"^\| `([A-Z]\w+)` \| (\w+) \|", README, re.MULTILINE))
    assert listed == {name: rule["labels"]["severity"] for name, rule in alerts().items()}


def test_the_readme_lists_every_recorded_series() -> None:
    """But for those that only rules use."""
    table = README.split("## Recorded series")[1].split("\n## ")[0]
    named = re.findall(r"`(\w+:[\w:]+)(\*?)`(?:, `(:\w+)`)?", table)
    shown = {name for name, star, _ in named if not star}
    shown |= {name.rpartition(":")[0] + more for name, _, more in named if more}
    families = tuple(name for name, star, _ in named if star)
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    assert shown <= recorded
    internal = {name for name in recorded - shown if not name.startswith(families)}
    for name in internal:
        used = sum(name in file.read_text() for file in Path(DASHBOARDS / "grafana").rglob("*.py"))
        assert used == 0, f"{name} is shown and not documented"
