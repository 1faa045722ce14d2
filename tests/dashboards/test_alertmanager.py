"""Who is told what: the routes, the receivers from the environment, and the message."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.dashboards.promtool import DASHBOARDS, rules
from tests.dashboards.scenes import seconds
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
    "WATCHDOG_WEBHOOK_URL": "https://switch.example/1",
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


def started(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Let the start script make its configuration, and start nothing."""
    return subprocess.run(
        ["sh", FOLDER / "start.sh"],
        env={"PATH": os.environ["PATH"], "ALERTMANAGER": "true", "TMPDIR": str(folder)}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def made(folder: Path, environment: dict[str, str]) -> Path:
    """Return the configuration that the start script makes."""
    started(folder, environment).check_returncode()
    return folder / "alertmanager.yml"


def said(folder: Path, environment: dict[str, str]) -> str:
    """Return what the start script warns of."""
    done = started(folder, environment)
    done.check_returncode()
    return done.stderr


def test_amtool_accepts_the_configuration() -> None:
    """As it stands, and the template with it."""
    assert "1 templates" in amtool("check-config", FOLDER / "alertmanager.yml")


def test_with_an_empty_environment_nobody_is_told(tmp_path: Path) -> None:
    """It starts all the same, and shows its alerts."""
    file = made(tmp_path, dict.fromkeys(EVERY, ""))
    amtool("check-config", file)
    receivers = yaml.safe_load(file.read_text())["receivers"]
    assert receivers == [{"name": name} for name in ("page", "ticket", "info", "watchdog")]


def test_who_would_sleep_is_warned(tmp_path: Path) -> None:
    """Loudly, of each kind that nobody is told of; and of nothing once all have a receiver."""
    alone = said(tmp_path, {"PAGE_SLACK_URL": "https://slack.example/T/B"})
    assert "NOBODY WILL BE WOKEN" not in alone
    assert alone.count("*** WARNING") == 2
    none = said(tmp_path, {})
    assert "*** WARNING: NOBODY WILL BE WOKEN." in none
    assert "WATCHDOG_WEBHOOK_URL" in none
    assert none.count("*** WARNING") == 3
    assert said(tmp_path, EVERY) == ""


def test_e_mail_without_a_mail_server_is_refused(tmp_path: Path) -> None:
    """With the variables that are missing, and before Alertmanager starts."""
    done = started(tmp_path, {"TICKET_EMAIL_TO": "oncall@example.org"})
    assert done.returncode == 2
    assert done.stderr == "TICKET_EMAIL_TO needs SMTP_SMARTHOST (host:port) and SMTP_FROM\n"


def test_the_environment_names_the_receivers(tmp_path: Path) -> None:
    """All four kinds for each, whatever signs are in a secret, and no stranger can read it."""
    file = made(tmp_path, EVERY)
    amtool("check-config", file)
    assert file.stat().st_mode & 0o077 == 0
    *people, switch = yaml.safe_load(file.read_text())["receivers"]
    assert switch == {
        "name": "watchdog",
        "webhook_configs": [{"send_resolved": False, "url": "https://switch.example/1"}],
    }
    for receiver in people:
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
    assert told == {
        "page": set(),
        "ticket": {"slack_configs"},
        "info": set(),
        "watchdog": set(),
    }


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
        (["severity=none", "alertname=Watchdog"], "watchdog"),
        (["severity=page", "alertname=NotificationsFailing", "job=alertmanager"], "page,ticket"),
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


def test_what_pages_lasts_until_it_is_sent() -> None:
    """Whatever silences something else because it has paged has paged: the hold is longer."""
    route = yaml.safe_load((FOLDER / "alertmanager.yml").read_text())["route"]
    waits = [page["group_wait"] for page in (route["routes"][0], *route["routes"][0]["routes"])]
    (hold,) = re.findall(
        r"max_over_time\(target:probe_unexpected:majority\[(\w+)\]\)",
        expression_of("target:probe_outage:bool"),
    )
    assert seconds(hold) > max(map(seconds, waits)) + seconds(route["routes"][0]["group_interval"])


def expression_of(record: str) -> str:
    """Return the expression of a recorded series."""
    (found,) = [rule["expr"] for rule in rules() if rule.get("record") == record]
    return str(found)


def test_what_was_told_is_remembered_until_it_is_told_again() -> None:
    """A notification that Alertmanager has forgotten would be sent anew."""
    flags = compose()["services"]["alertmanager"]["command"]
    (kept,) = [flag.partition("=")[2] for flag in flags if flag.startswith("--data.retention")]
    repeats = re.findall(r"repeat_interval: (\w+)", (FOLDER / "alertmanager.yml").read_text())
    assert seconds(kept) > max(map(seconds, repeats))


FIRING = {
    "status": "firing",
    "labels": {"alertname": "TargetUnexpectedlyDown", "target": "spot"},
    "annotations": {
        "summary": "spot is down",
        "description": "Since then.\nReason: timeout.",
        "resolved": "spot answers again",
        "status_url": "http://status",
        "silence_url": "http://alertmanager/#/silences/new",
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
        "Since then.",
        "Reason: timeout.",
        "",
        "Status page: http://status",
        "Dashboard: http://grafana/d/spot-and-idm",
        "Runbook: http://runbook#targetunexpectedlydown",
        "Silence: http://alertmanager/#/silences/new",
    ]


def test_a_message_that_calls_a_page_off(tmp_path: Path) -> None:
    """Says so first, what is the case now, and since when; there is nothing left to silence."""
    assert rendered("spot.title", tmp_path, "resolved", OVER).strip() == "Over: spot answers again"
    assert rendered("spot.text", tmp_path, "resolved", OVER).strip().splitlines() == [
        "Over since Tue Nov 24, 17:30 UTC",
        "",
        "Status page: http://status",
        "Dashboard: http://grafana/d/spot-and-idm",
        "Runbook: http://runbook#targetunexpectedlydown",
    ]


def test_each_of_several_alerts_says_what_it_is_about(tmp_path: Path) -> None:
    """The title has room for three."""
    idm = FIRING | {"annotations": FIRING["annotations"] | {"summary": "idm is down"}}  # type: ignore[operator]
    told = rendered("spot.text", tmp_path, "firing", FIRING, idm)
    assert told.index("spot is down") < told.index("Since then.") < told.index("idm is down")
    over = rendered("spot.text", tmp_path, "resolved", OVER, OVER)
    assert over.count("Over since Tue Nov 24, 17:30 UTC: spot answers again") == 2


def test_an_alert_of_other_rules_is_called_off_by_its_summary(tmp_path: Path) -> None:
    """It does not say how it reads when it is over."""
    other = OVER | {"annotations": {"summary": "the disk is full"}}
    assert rendered("spot.title", tmp_path, "resolved", other).strip() == "Over: the disk is full"


def test_a_message_of_several(tmp_path: Path) -> None:
    """Tickets are told together; a title has room for three."""
    two = rendered("spot.title", tmp_path, "firing", FIRING, FIRING).strip()
    assert two == "spot is down; spot is down"
    many = rendered("spot.title", tmp_path, "firing", *[FIRING] * 5).strip()
    assert many == "spot is down; spot is down; spot is down; and more, 5 in all"


def test_the_receivers_use_the_templates_that_there_are() -> None:
    """A template that is missing would be found by the first page."""
    defined = re.findall(r'define "([\w.]+)"', (FOLDER / "templates" / "spot.tmpl").read_text())
    used = re.findall(r'template "([\w.]+)"', (FOLDER / "start.sh").read_text())
    assert set(used) == {"spot.title", "spot.text"} <= set(defined)
