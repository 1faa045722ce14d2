"""The commands."""

import sys
from typing import Annotated

import typer

from probe.cli import checks, demo, notices, report, running, schedule, verdicts
from probe.cli.errors import refuse
from probe.config import DocumentError
from probe.journal import JournalError
from probe.version import VERSION
from probe.web.external import AddressError

app = typer.Typer(
    name="spot-probe",
    help="Availability monitoring that knows what was announced.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("run")(running.run)
app.command("check-config")(checks.check_config)
app.command("config")(checks.show_config)
app.command("once")(verdicts.once)
app.command("windows")(schedule.windows)
app.command("explain")(verdicts.explain)
app.command("receipt")(schedule.receipt)
app.command("report")(report.report)
app.command("demo")(demo.demo)
app.add_typer(notices.app, name="notices")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"spot-probe {VERSION}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    del version


def main() -> None:
    """Run the command that the command line names; what a person did wrong exits with 2."""
    try:
        app()
    except (DocumentError, JournalError, AddressError) as error:
        sys.exit(refuse(error))
    except BrokenPipeError:  # the reader of our output left
        sys.stderr.close()
        sys.exit(0)
