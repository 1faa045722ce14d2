"""Who is told what: the routes, the receivers from the environment, and the message."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.dashboards.promtool import DASHBOARDS
from tests.dashboards.stack import compose
from tests.debian import needs

pytestmark = needs("amtool", package="prometheus-alertmanager")

FOLDER = DASHBOARDS / "alertmanager"
EVERY = {
    f"{receiver}_{kind}": value
    for receiver in ("PAGE", "TICKET", "INFO")
    for kind, value in {
        "WEBHOOK_URL": "https://hook.example/it's",
        "EMAIL_TO": "oncall@example.org, second@example.org",
        "PAGERDUTY_KEY": "0123456789abcdef",
        "SLACK_URL": "https://slack.example/T/B",
    }.items()
} | {
    "SMTP_SMARTHOST": "mail.example.org:587",
    "SMTP_FROM": "spot@example.org",
    "SMTP_USERNAME": "spot",
    "SMTP_PASSWORD": "it's: a #secret",
    "SMTP_REQUIRE_TLS": "true",
}


def amtool(*arguments: str | Path) -> str:
    """Run amtool; what it said. Fails if it failed."""
    done = subprocess.run(["amtool", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def made(folder: Path, environment: dict[str, str]) -> Path:
    """Let the start script make its configuration, and start nothing."""
    subprocess.run(
        ["sh", FOLDER / "start.sh"],
        env={"PATH": os.environ["PATH"], "ALERTMANAGER": "true", "TMPDIR": str(folder)}
        | environment,
        check=True,
    )
    return folder / "alertmanager.yml"


def test_amtool_accepts_the_configuration() -> None:
    """As it stands, and the template with it."""
    assert "1 templates" in amtool("check-config", FOLDER / "alertmanager.yml")


def test_with_an_empty_environment_nobody_is_told(tmp_path: Path) -> None:
    """It starts all the same, and shows its alerts."""
    file = made(tmp_path, dict.fromkeys(EVERY, ""))
    amtool("check-config", file)
    receivers = yaml.safe_load(file.read_text())["receivers"]
    assert receivers == [{"name": "page"}, {"name": "ticket"}, {"name": "info"}]


def test_the_environment_names_the_receivers(tmp_path: Path) -> None:
    """All four kinds for each, whatever signs are in a secret, and no stranger can read it."""
    file = made(tmp_path, EVERY)
    amtool("check-config", file)
    assert file.stat().st_mode & 0o077 == 0
    for receiver in yaml.safe_load(file.read_text())["receivers"]:
        assert set(receiver) == {
            "name",
            "webhook_configs",
            "email_configs",
            "pagerduty_configs",
            "slack_configs",
        }
        assert receiver["webhook_configs"][0]["url"] == "https://hook.example/it's"
        assert receiver["email_configs"][0]["auth_password"] == "it's: a #secret"
        assert all(one[0]["send_resolved"] for key, one in receiver.items() if key != "name")


def test_one_receiver_alone(tmp_path: Path) -> None:
    """A Slack address for tickets, and no mail server."""
    file = made(tmp_path, {"TICKET_SLACK_URL": "https://slack.example/T/B"})
    amtool("check-config", file)
    told = {
        one["name"]: set(one) - {"name"} for one in yaml.safe_load(file.read_text())["receivers"]
    }
    assert told == {"page": set(), "ticket": {"slack_configs"}, "info": set()}


def test_the_container_is_given_every_variable_that_the_script_reads() -> None:
    """And no other."""
    given = compose()["services"]["alertmanager"]["environment"]
    assert given == {name: f"${{{name}:-}}" for name in EVERY}


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        (["severity=page", "alertname=TargetUnexpectedlyDown", "target=idm"], "page"),
        (["severity=page", "alertname=TargetUnexpectedlyDown", "target=spot"], "page"),
        (["severity=page", "alertname=MaintenanceOverrun", "target=spot"], "page"),
        (["severity=ticket", "alertname=LoginSlow"], "ticket"),
        (["severity=info", "alertname=MaintenanceSoon"], "info"),
        (["alertname=SomebodyElses"], "ticket"),
    ],
)
def test_routes_by_severity(labels: list[str], receiver: str) -> None:
    """What has no severity of ours is a ticket."""
    said = amtool(
        "config", "routes", "test", f"--config.file={FOLDER / 'alertmanager.yml'}", *labels
    )
    assert said.strip() == receiver


def test_a_page_does_not_wait_long() -> None:
    """16 s of attempts, 30 s for a second opinion, 10 s to see it: the sum stays within 60 s."""
    page = yaml.safe_load((FOLDER / "alertmanager.yml").read_text())["route"]["routes"][0]
    waits = [page["group_wait"], *(route["group_wait"] for route in page["routes"])]
    assert waits == ["3s", "15s"]


FIRING = {
    "status": "firing",
    "labels": {"alertname": "TargetUnexpectedlyDown", "target": "spot"},
    "annotations": {
        "summary": "spot is down",
        "description": "Since then.\nReason: timeout.",
        "dashboard_url": "http://grafana/d/spot-and-idm",
        "runbook_url": "http://runbook#targetunexpectedlydown",
    },
    "startsAt": "2026-11-24T17:00:00Z",
    "endsAt": "2026-11-24T17:30:00Z",
}
OVER = FIRING | {"status": "resolved"}


def rendered(name: str, folder: Path, status: str, *alerts: object) -> str:
    """Render a template over a notification."""
    file = folder / "notification.json"
    file.write_text(json.dumps({"status": status, "alerts": alerts}))
    return amtool(
        "template",
        "render",
        f"--template.glob={FOLDER / 'templates' / '*.tmpl'}",
        f"--template.data={file}",
        f'--template.text={{{{ template "{name}" . }}}}',
    )


def test_a_message_of_a_page(tmp_path: Path) -> None:
    """What is the case, what is known, and where to look."""
    assert rendered("spot.title", tmp_path, "firing", FIRING).strip() == "spot is down"
    assert rendered("spot.text", tmp_path, "firing", FIRING).strip().splitlines() == [
        "spot is down",
        "",
        "Since then.",
        "Reason: timeout.",
        "",
        "Dashboard: http://grafana/d/spot-and-idm",
        "Runbook: http://runbook#targetunexpectedlydown",
    ]


def test_a_message_that_calls_a_page_off(tmp_path: Path) -> None:
    """Says so first, and since when."""
    assert rendered("spot.title", tmp_path, "resolved", OVER).strip() == "Over: spot is down"
    said = rendered("spot.text", tmp_path, "resolved", OVER)
    assert said.startswith("Over since 2026-11-24 17:30:00 UTC: spot is down")


def test_a_message_of_several(tmp_path: Path) -> None:
    """Tickets are told together."""
    title = rendered("spot.title", tmp_path, "firing", FIRING, FIRING).strip()
    assert title == "spot is down; spot is down"


def test_the_receivers_use_the_templates_that_there_are() -> None:
    """A template that is missing would be found by the first page."""
    defined = re.findall(r'define "([\w.]+)"', (FOLDER / "templates" / "spot.tmpl").read_text())
    used = re.findall(r'template "([\w.]+)"', (FOLDER / "start.sh").read_text())
    assert set(used) == set(defined) == {"spot.title", "spot.text"}
