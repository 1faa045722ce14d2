"""The list of commands is quick: nothing is imported that is not asked for."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from probe.cli import COMMANDS, app, loaded

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
