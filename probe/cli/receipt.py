"""`receipt`: when a submission counts."""

from typing import Annotated

import typer

from probe import config as configuration
from probe.cli.options import At, ConfigFile, TextOrJson, instant
from probe.cli.terminal import local
from probe.runtime.clock import now
from probe.runtime.jsonable import dumps
from probe.snapshot import receipt as receipt_of


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
