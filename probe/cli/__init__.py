"""The commands, each in a module that is imported only when it is asked for."""

import importlib
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from probe.runtime.refusal import Refusal

#: What a command exits with when it was given something that cannot be done.
BAD = 2

#: No first sentence of a command is longer; the usual limit would cut it at the line's end.
LONGEST = 1000

#: Where each command is, and the line by which the list of commands introduces it.
COMMANDS: Mapping[str, tuple[str, str, str]] = {
    "run": ("running", "run", "Probe, read what was published, label, export."),
    "check-config": ("checks", "check_config", "Validate a configuration; say it in words."),
    "config": ("checks", "show_config", "Print the configuration in force."),
    "once": ("once", "once", "Probe each target once."),
    "windows": ("windows", "app", "Print the windows that are open and upcoming; add, end one."),
    "explain": ("explain", "explain", "Print the verdict that a failure would get."),
    "notices": ("notices", "app", "Read published words, list them, review them."),
    "report": ("report", "report", "Print the availability of a span of time."),
    "receipt": ("receipt", "receipt", "Print the receipt date of a submission."),
    "notify-test": ("telling", "notify_test", "Send a test message to everybody who is told."),
    "dashboards": ("dashboards", "app", "Write the rules, routes and dashboards to a folder."),
    "demo": ("demo", "demo", "Show the whole story in about a minute."),
}


def _program(name: str, **settings: Any) -> typer.Typer:
    return typer.Typer(
        name=name,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        **settings,
    )


class Group(TyperGroup):
    """Lists what is below it with their whole first sentences, on several lines if need be."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list."""
        del ctx
        rows = [(name, one.get_short_help_str(LONGEST)) for name, one in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def loaded(name: str) -> Any:
    """Import a command and return it."""
    module, attribute, _ = COMMANDS[name]
    found = getattr(importlib.import_module(f"probe.cli.{module}"), attribute)
    alone = _program(name)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name, cls=Group)
        whole: Any = get_command(alone)
        return whole.commands[name]
    alone.command(name)(found)
    return get_command(alone)


class Lazily(Group):
    """Knows every command by its name and line, and imports the one that is asked for."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command that the arguments name; an unknown one is told with its like."""
        name, known, rest = super().resolve_command(ctx, args)
        return name, None if known is None or name is None else loaded(name), rest


app = _program(
    "spot-probe",
    cls=Lazily,
    help="Availability monitoring that knows what was announced.",
    no_args_is_help=True,
)
for _name, (_, _, _line) in COMMANDS.items():
    app.command(_name, help=_line)(lambda: None)


def _version(wanted: bool) -> None:
    if wanted:
        version = importlib.import_module("probe.version")
        typer.echo(f"spot-probe {version.VERSION}")
        raise typer.Exit


@app.callback()
def _callback(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    del version


def main() -> None:
    """Run the command that the command line names; what a person did wrong exits with 2."""
    try:
        app()
    except Refusal as error:
        typer.echo(str(error), err=True)
        sys.exit(BAD)
    except BrokenPipeError:  # the reader of our output left
        sys.stderr.close()
        sys.exit(0)
