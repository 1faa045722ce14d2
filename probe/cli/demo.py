"""`demo`: the whole story in about a minute, against servers of its own on loopback."""

import asyncio
import contextlib
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from probe.cli.report import tables
from probe.demo.script import ENDS, SCENES
from probe.demo.story import tell
from probe.report import page


def demo(
    address: Annotated[
        str,
        typer.Option("--web.listen-address", metavar="HOST:PORT", help="Default: a free port."),
    ] = "127.0.0.1:0",
    storage_path: Annotated[
        str | None,
        typer.Option("--storage.path", metavar="DIR", help="Keep journal, configuration, report."),
    ] = None,
) -> None:
    """Show it all in about a minute: windows, an overrun, outages, a notice that is refused.

    It needs no network. Meanwhile the status page can be opened; at the end stands the report.
    """
    with contextlib.ExitStack() as stack:
        if storage_path is None:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        else:
            directory = Path(storage_path)
            directory.mkdir(parents=True, exist_ok=True)
        made = asyncio.run(tell(SCENES, ENDS, directory, address, Console()))
        typer.echo("")
        tables(made.report)
        if storage_path is not None:
            file = directory / "report.html"
            file.write_text(page.write(made.report, made.spans), encoding="utf-8")
            typer.echo(f"\nThe same to print: {file}")
