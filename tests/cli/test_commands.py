"""The commands that need no server: what they print, and how they exit."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from probe.cli import app
from probe.config import DocumentError
from probe.version import VERSION
from tests.servers import blocking, message
from tests.written import written

PAGE = """Last Modified: 9/1/2022

Widget portal status

Current system status

SPOT is available.

Regular maintenance schedule

SPOT can be used at any time, except for routine weekly maintenance (Tuesday 8-10 p.m.).

Additional upcoming SPOT maintenance schedule

SPOT will be unavailable from Saturday, September 3 at 9 p.m. ET to Sunday, September 4 at 6 a.m.

Identity Management (IDM) System

Maintenance of the IDM system may occur during off-peak hours and may affect logging in to SPOT.
"""
BAD = (
    "SPOT will be down for maintenance on Saturday, September 3 from 9 p.m. until further notice.\n"
)


def run(*arguments: str, given: str = "") -> Result:
    """Run a command."""
    return CliRunner().invoke(app, arguments, input=given)


@pytest.fixture
def config(tmp_path: Path) -> str:
    """Write a configuration that asks nobody, and return the flag that names it."""
    path = tmp_path / "probe.yml"
    path.write_text(
        "targets: [{name: spot, url: 'https://spot.example/', components: [spot, idm]}]\n"
        "feeds: []\n"
        "connectivity: []\n"
        "maintenance:\n"
        "  weekly: [{component: spot, day: thursday, from: '21:00', until: '23:00'}]\n"
        "  windows:\n"
        "    - {components: [idm], starts_at: 2026-12-05T22:00, ends_at: 2026-12-06T04:00,\n"
        "       note: told by telephone}\n",
        encoding="utf-8",
    )
    return f"--config.file={path}"


def test_the_version_is_said() -> None:
    """Whatever else is on the line."""
    assert run("--version").stdout == f"spot-probe {VERSION}\n"


def test_check_config_says_windows_in_words_and_when_they_come(config: str) -> None:
    """The next three occurrences of each, with their zone."""
    done = run("check-config", config)
    assert done.exit_code == 0
    assert "target spot: https://spot.example/ every 30s" in done.stdout
    assert "every Thursday 21:00" in done.stdout
    assert (
        len(re.findall(r"^  Thu \d{4}-\d\d-\d\d 21:00 E[SD]T to ", done.stdout, re.MULTILINE)) == 3
    )


def asked(more: str, url: str = "https://a.example/") -> str:
    """Write a target with some settings."""
    return f"targets: [{{name: a, url: '{url}', components: [a], {more}}}]"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("contact: mailto:x@müller.example", "contact: "),
        ('contact: "one\\ntwo"', "contact: "),
        (asked("http: {headers: {Content-Length: '5'}}"), "targets[0].http.headers.Content-Length"),
        (asked('http: {headers: {X: "a\\x01b"}}'), "targets[0].http.headers"),
        (asked("", "https://.example/"), "targets[0].url"),
        (asked("http: {redirect_to: [10.0.0.1/8]}"), "redirect_to"),
        (asked("expect: {body_matches: ['(?<=a+)b(']}"), "not a regular expression"),
    ],
)
def test_check_config_refuses_what_cannot_be_sent(tmp_path: Path, line: str, says: str) -> None:
    """At the start, and not in the first probe."""
    path = tmp_path / "probe.yml"
    path.write_text(f"{line}\n", encoding="utf-8")
    done = run("check-config", f"--config.file={path}")
    assert isinstance(done.exception, DocumentError)
    assert says in str(done.exception)


def test_once_says_what_a_failing_answer_said(tmp_path: Path) -> None:
    """One short block below the table; neither cookies nor what would steer a terminal."""
    with blocking(message(b"closed \x1b[31m for today", "503 Busy", Set_Cookie="a=secret")) as url:
        path = tmp_path / "probe.yml"
        path.write_text(
            f"targets: [{{name: a, url: '{url}', components: [a], attempts: 1}}]\n"
            "feeds: []\nconnectivity: []\nmaintenance: {off_peak: []}\n",
            encoding="utf-8",
        )
        done = run("once", f"--config.file={path}", f"--storage.path={tmp_path}")
    assert done.exit_code == 1
    assert "  it answered 503:\n" in done.stdout
    assert r"  closed \x1b[31m for today" in done.stdout
    assert "secret" not in done.stdout


def test_config_prints_what_is_in_force(config: str) -> None:
    """It can be used as a configuration again."""
    done = run("config", config)
    assert done.exit_code == 0
    assert "interval: 30s" in done.stdout
    assert "https://spot.example/" in done.stdout
    assert "retention: 400d" in done.stdout


@pytest.mark.parametrize(
    ("at", "reason", "judged"),
    [
        ("2026-12-03T21:00", "connect", ("expected", None)),
        ("2026-12-03T22:59:59.999999", "status", ("expected", None)),
        ("2026-12-03T23:00", "connect", ("unexpected", "unannounced")),
        ("2026-12-03T20:30", "connect", ("unexpected", "early")),
        ("2026-12-03T21:30", "tls", ("unexpected", "not_excused")),
        ("2026-12-05T23:00-05:00", "timeout", ("expected", None)),
    ],
)
def test_explain_gives_the_verdict_of_an_instant(
    config: str, tmp_path: Path, at: str, reason: str, judged: tuple[str, str | None]
) -> None:
    """An instant without an offset is in the configured zone."""
    done = run(
        "explain", "spot", config, f"--storage.path={tmp_path}", f"--at={at}",
        f"--reason={reason}", "--format=json",
    )  # fmt: skip
    said = json.loads(done.stdout)
    assert (said["verdict"], said["because"]) == judged
    assert list(said) == ["target", "at", "reason", "verdict", "because", "window"]
    assert (said["window"] is not None) == (judged[0] == "expected")


def test_explain_tells_a_person_why(config: str, tmp_path: Path) -> None:
    """The window, and the words that were relied on."""
    storage = f"--storage.path={tmp_path}"
    text = run("explain", "spot", config, storage, "--at=2026-12-05T23:00").stdout
    assert "would be expected" in text
    assert "told by telephone" in text
    text = run("explain", "spot", config, storage, "--at=2026-12-04T12:00").stdout
    assert "Because: unannounced" in text


def test_windows_lists_what_is_open_and_upcoming(config: str, tmp_path: Path) -> None:
    """As JSON with the type's field names, as a table, and as a calendar."""
    at = ("--at=2026-12-03T21:30", "--days=4", config, f"--storage.path={tmp_path}")
    found = json.loads(run("windows", *at, "--format=json").stdout)
    assert [(w["components"], w["starts_at"]) for w in found] == [
        (["spot"], "2026-12-04T02:00:00+00:00"),
        (["idm"], "2026-12-06T03:00:00+00:00"),
    ]
    fields = "id components impact starts_at ends_at source recurrence timezone approximate"
    assert list(found[0]) == [*fields.split(), "published_at", "quote"]
    table = run("windows", *at).stdout
    assert "told by telephone" in table
    assert table.count("open") == 1
    calendar = run("windows", *at, "--format=ics").stdout
    assert calendar.count("BEGIN:VEVENT") == 2


def test_windows_says_that_there_are_none(config: str, tmp_path: Path) -> None:
    """Rather than an empty table."""
    done = run("windows", config, f"--storage.path={tmp_path}", "--at=2026-12-04T12:00", "--days=1")
    assert "No window is published for the next 1 days." in done.stdout


@pytest.mark.parametrize(
    ("at", "date"),
    [
        ("2026-11-25T18:00", "Wednesday, 2026-11-25"),
        ("2026-11-25T18:00:00.000001", "Friday, 2026-11-27"),
        ("2026-11-28T09:00", "Monday, 2026-11-30"),
    ],
)
def test_receipt_gives_the_date_that_counts(at: str, date: str) -> None:
    """Thanksgiving and weekends are no business days."""
    assert f"received on {date}" in run("receipt", f"--at={at}").stdout


def test_a_page_is_read_the_same_as_text_and_as_html(tmp_path: Path) -> None:
    """Status, a weekly rule on another day, a dated window, and the advisory."""
    paragraphs = "".join(f"<p>{part}</p>" for part in PAGE.split("\n\n"))
    results = []
    for name, text in (
        ("page.txt", PAGE),
        ("page.html", f"<html><body>{paragraphs}</body></html>"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        done = run("notices", "read", str(tmp_path / name), "--format=json")
        assert done.exit_code == 0, done.output
        results.append(json.loads(done.stdout))
    assert results[0] == results[1]
    assert results[0]["status"] == {"spot": "available"}
    windows = [w for notice in results[0]["notices"] for w in notice["windows"]]
    assert [(w["components"], w["starts_at"], w["recurrence"]) for w in windows] == [
        (["spot"], "2022-09-06T20:00:00-04:00", "RRULE:FREQ=WEEKLY;BYDAY=TU"),
        (["spot"], "2022-09-03T21:00:00-04:00", None),
    ]
    assert "advisory" in {notice["state"] for notice in results[0]["notices"]}


def test_what_is_refused_exits_with_4() -> None:
    """And says why, in a terminal and as JSON."""
    arguments = ("notices", "read", "-", "--single", "--as-of=2022-09-01")
    done = run(*arguments, given=BAD)
    assert done.exit_code == 4
    assert "not understood: " in done.stdout
    done = run(*arguments, "--format=json", given=BAD)
    assert done.exit_code == 4
    (notice,) = json.loads(done.stdout)["notices"]
    assert list(notice) == [
        "fingerprint",
        "text",
        "quote",
        "state",
        "reason",
        "windows",
        "proposals",
    ]
    assert (notice["state"], notice["windows"]) == ("refused", [])


def test_several_files_are_a_line_of_json_each(tmp_path: Path) -> None:
    """Each says which file it is of, and what the text calls the component is told by a flag."""
    names = [str(tmp_path / name) for name in ("one.txt", "two.txt")]
    for number, name in enumerate(names, start=3):
        text = f"TMOG will be unavailable December {number}, 2026, from 9 p.m. to 11 p.m. ET."
        Path(name).write_text(text, encoding="utf-8")
    flags = ("--single", "--component=marks", "--words=TMOG", "--as-of=2026-11-24")
    done = run("notices", "read", *names, *flags, "--format=json")
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["file"] for row in rows] == names
    windows = [row["notices"][0]["windows"][0] for row in rows]
    assert [(w["components"], w["starts_at"][:10]) for w in windows] == [
        (["marks"], "2026-12-03"),
        (["marks"], "2026-12-04"),
    ]
    table = run("notices", "read", *names, *flags).stdout
    assert table.count("== ") == 2


def test_a_proposal_is_told_as_one() -> None:
    """What is only likely is no window, and a person sees what it may be."""
    text = "SPOT will be unavailable December 3 from 9 p.m. to 11 p.m. ET. The vendor has doubts."
    flags = ("notices", "read", "-", "--single", "--as-of=2026-11-24")
    done = run(*flags, given=text)
    assert (done.exit_code, "proposed: outage of spot: Thu 2026-12-03" in done.stdout) == (4, True)
    (notice,) = json.loads(run(*flags, "--format=json", given=text).stdout)["notices"]
    assert notice["windows"] == []
    assert [w["starts_at"] for w in notice["proposals"]] == ["2026-12-03T21:00:00-05:00"]


def test_plain_text_is_a_notice_a_paragraph() -> None:
    """Without a status page's headings each paragraph stands for itself, wrapped or not."""
    text = (
        "SPOT will be down for maintenance on Saturday, September 3\nfrom 9 p.m. to 11 p.m. ET.\n\n"
        "Our webinar is on Tuesday, September 6, from 1 p.m. to 2 p.m. ET.\n"
    )
    done = run("notices", "read", "-", "--as-of=2022-09-01", "--format=json", given=text)
    assert done.exit_code == 0
    notices = json.loads(done.stdout)["notices"]
    assert [notice["state"] for notice in notices] == ["understood", "irrelevant"]
    assert notices[0]["windows"][0]["starts_at"] == "2022-09-03T21:00:00-04:00"


def test_a_page_without_headings_is_told_of() -> None:
    """A profile selector announces nothing, and is not taken for a page that does."""
    page = "<html><body><p>Select which best describes you</p></body></html>"
    done = run("notices", "read", "-", given=page)
    assert (done.exit_code, "none of a status page's headings" in done.stderr) == (0, True)


def test_an_escape_in_a_notice_does_not_steer_the_terminal() -> None:
    """It is shown as something that cannot be shown."""
    text = "SPOT will be down for maintenance \x1b]0;pwned\x07 on Friday until further notice."
    assert "\x1b" not in run("notices", "read", "-", "--single", given=text).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("notices", "accept", "abc"), "no notice of the journal begins with"),
        (("windows", "--at=9999-12-31"), "write a year from"),
        (("windows", "--days=0"), "greater than or equal to 1"),
        (("notices", "read", "-", "--as-of=tomorrow"), "is no date"),
    ],
)
def test_bad_input_is_told_with_its_remedy(
    config: str, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    """Exit status 2."""
    with written(tmp_path):
        pass
    takes = arguments[:2] == ("notices", "read")
    more = () if takes else (config, f"--storage.path={tmp_path}")
    done = run(*arguments, *more)
    assert done.exit_code == 2
    assert words in " ".join(done.stderr.split())


def test_nothing_is_listed_from_an_empty_journal(tmp_path: Path) -> None:
    """And it is said where notices come from."""
    with written(tmp_path):
        pass
    done = run("notices", "list", f"--storage.path={tmp_path}")
    assert "No notice is known" in done.stdout
