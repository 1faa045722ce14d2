"""The list of commands is quick: nothing is imported that is not asked for."""

import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from probe.cli import COMMANDS, app, loaded

#: What the service must not have imported before it is asked for.
LATER = {
    "rich",
    "pygments",
    "jinja2",
    "icalendar",
    "dateutil",
    "holidays",
    "imapclient",
    "selectolax",
    "probe.calendarfeed",
    "probe.cli.terminal",
    "probe.demo",
    "probe.feeds.ics",
    "probe.feeds.imap",
    "probe.feeds.mail",
    "probe.maintenance.reading.notice",
    "probe.report.page",
    "probe.web.pages",
}

#: What printing help or running one command must not have imported.
HEAVY = {"probe.config", "probe.service", "pydantic", "httpx", "starlette", "rich", "asyncio"}


@pytest.mark.parametrize("arguments", [[], ["--help"], ["--version"]])
def test_help_imports_no_command(arguments: list[str]) -> None:
    """Not even what every command needs."""
    code = (
        "import sys; sys.argv[1:] = sys.argv[2:]\n"
        "import contextlib, probe.__main__ as program\n"
        "with contextlib.suppress(SystemExit): program.main()\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "-", *arguments], capture_output=True, text=True, check=True
    )
    assert HEAVY.isdisjoint(done.stderr.split())


def test_the_service_imports_what_is_asked_for_when_it_is(tmp_path: Path) -> None:
    """A probe was made and shown, and no library was loaded that only people or feeds need."""
    config = tmp_path / "probe.yml"
    config.write_text(
        "targets: [{name: one, url: 'http://127.0.0.1:1/', components: [spot], attempts: 1}]\n"
        "feeds: []\nconnectivity: []\nmaintenance: {weekly: [], windows: []}\n"
    )
    flags = [f"--config.file={config}", f"--storage.path={tmp_path / 'data'}"]
    flags.append("--web.listen-address=127.0.0.1:0")
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "probe", "run", *flags],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        imported: list[str] = []
        for line in process.stderr:
            imported += re.findall(r"import time:.*\| +(\S+)$", line)
            if found := re.search(r"listens on (http://[\d.:]+)", line):
                probe = found[1]
            if "one: unexpected" in line:
                break
        with urllib.request.urlopen(f"{probe}/-/ready") as answer:  # noqa: S310  (our own)
            assert answer.status == 200
        process.terminate()
        imported += re.findall(r"^import time:.*\| +(\S+)$", process.stderr.read(), re.MULTILINE)
    assert "probe.service" in imported
    loaded_ = {name for name in LATER for one in imported if f"{one}.".startswith(f"{name}.")}
    assert loaded_ == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_list_can_be_loaded(name: str) -> None:
    """And the list introduces it with its own line."""
    assert loaded(name).params or loaded(name).commands
    listed = CliRunner().invoke(app, ["--help"]).output
    assert f"  {name} " in listed
    assert COMMANDS[name][2] in " ".join(listed.split())


def test_an_unknown_command_is_told_with_its_like() -> None:
    """A slip of the finger."""
    told = CliRunner().invoke(app, ["widnows"])
    assert told.exit_code == 2
    assert "Did you mean 'windows'?" in told.output
