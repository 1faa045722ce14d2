"""The systemd unit: as locked in as a service can be that talks to the network."""

import configparser
import re
import subprocess
from pathlib import Path

from typer.testing import CliRunner

from probe.cli import app
from tests.debian import needs

UNIT = Path(__file__).parent.parent / "packaging" / "systemd" / "spot-probe.service"
#: Of ten; 1 and a half is what a service has left that needs the network.
MOST_EXPOSED = 1.5

pytestmark = needs("systemd-analyze", package="systemd")


def test_the_sandbox_leaves_little_exposed() -> None:
    """`systemd-analyze security` scores the file itself, wherever the tests run."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Overall exposure level for spot-probe\.service: ([\d.]+)", done.stdout)
    assert found, done.stderr
    assert float(found[1]) <= MOST_EXPOSED


def test_the_commands_of_the_unit_exist() -> None:
    """With every flag that they are given."""
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their letters
    unit.read(UNIT, encoding="utf-8")
    for key in ("ExecStart", "ExecStartPre"):
        program, name, *flags = unit["Service"][key].split()
        assert program == "/opt/spot-probe/bin/spot-probe"
        explained = CliRunner(env={"COLUMNS": "200"}).invoke(app, [name, "--help"]).output
        for flag in flags:
            assert flag.partition("=")[0] in explained
