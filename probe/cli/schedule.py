"""`windows` and `receipt`: what is open and upcoming, and when a submission counts."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import typer

from probe import config as configuration
from probe.announced import receipt as receipt_of
from probe.calendarfeed import events, write
from probe.cli.access import access
from probe.cli.options import At, ConfigFile, StoragePath, TextOrJson, instant
from probe.cli.terminal import local, table
from probe.clock import now
from probe.plain import dumps


class WindowsFormat(StrEnum):
    """`--format table|json|ics`."""

    TABLE = "table"
    JSON = "json"
    ICS = "ics"


def windows(
    at: At = None,
    days: Annotated[int, typer.Option("--days", min=1, max=400, help="How far ahead.")] = 14,
    config_file: ConfigFile = None,
    storage_path: StoragePath = "data",
    form: Annotated[WindowsFormat, typer.Option("--format")] = WindowsFormat.TABLE,
) -> None:
    """Print the published windows that are open and upcoming."""
    with access(config_file, storage_path) as using:
        zone = using.config.timezone
        begin = instant(at, zone, now())
        end = begin + timedelta(days=days)
        found = using.announced.calendar.between(begin, end)
    if form is WindowsFormat.JSON:
        typer.echo(dumps(found))
    elif form is WindowsFormat.ICS:
        told = events(using.announced.calendar, begin, end, now())
        typer.echo(write(told), nl=False)
    elif not found:
        typer.echo(f"No window is published for the next {days} days.")
    else:
        columns = ["", "starts", "ends", "components", "impact", "source", "published words"]
        rows = [
            (
                "open" if window.starts_at <= begin else "",
                local(window.starts_at, zone),
                local(window.ends_at, zone),
                ", ".join(window.components),
                f"{window.impact}{' (about)' if window.approximate else ''}",
                window.source,
                window.quote,
            )
            for window in found
        ]
        table(columns, rows)


def receipt(
    at: At = None,
    config_file: ConfigFile = None,
    form: Annotated[TextOrJson, typer.Option("--format")] = TextOrJson.TEXT,
) -> None:
    """Print the receipt date that a submission gets."""
    config = configuration.load(config_file)
    found = receipt_of(config, instant(at, config.timezone, now()))
    if form is TextOrJson.JSON:
        typer.echo(dumps(found))
        return
    typer.echo(
        f"Submitted {local(found.submitted_at, config.timezone)}: received on "
        f"{found.receipt_date:%A, %Y-%m-%d}. The next cutoff is "
        f"{local(found.cutoff_at, config.timezone)}."
    )
