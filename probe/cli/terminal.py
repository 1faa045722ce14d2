"""What people see in a terminal: whole words at any width, and times in the published zone."""

import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import typer
from rich.cells import cell_len

#: A pipe has no width: lines are then as long as they need to be.
PIPE_WIDTH = 10_000
GAP = "  "


def width(*, err: bool = False) -> int:
    """Return how many characters a line has; `err` asks for standard error."""
    stream = sys.stderr if err else sys.stdout
    return shutil.get_terminal_size().columns if stream.isatty() else PIPE_WIDTH


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows below their headings.

    Where a row is wider than the terminal, each is printed as lines of `heading: value`.
    """
    cells = [["" if cell is None else clean(str(cell)) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(columns, *cells, strict=True)]
    if sum(widths) + len(GAP) * (len(widths) - 1) <= width():
        typer.secho(_line(columns, widths), bold=True)
        for row in cells:
            typer.echo(_line(row, widths))
        typer.echo("")
        return
    names = max(map(len, columns)) + 2
    for row in cells:
        for column, cell in zip(columns, row, strict=True):
            if cell:
                tell(cell, first=f"{column}:".ljust(names), indent=" " * names)
        typer.echo("")


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell + " " * (wide - cell_len(cell)) for cell, wide in zip(cells, widths, strict=True)
    )
    return GAP.join(padded).rstrip()


def tell(text: str, *, first: str = "", indent: str | None = None, err: bool = False) -> None:
    """Print a sentence, broken between words where the terminal's line ends.

    `first` begins the first line and `indent`, by default the same, every other.
    """
    typer.echo(filled(text, width(err=err), first=first, indent=indent), err=err)


def filled(text: str, columns: int, *, first: str = "", indent: str | None = None) -> str:
    """Return a text in lines of so many characters; a longer word has a line of its own."""
    return textwrap.fill(
        clean(text),
        columns,
        initial_indent=first,
        subsequent_indent=first if indent is None else indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def clean(text: str) -> str:
    """Return text without characters that would steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def local(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant as people in a zone write it: `Sat 2026-12-05 22:00 EST`."""
    return at.astimezone(zone).strftime("%a %Y-%m-%d %H:%M %Z")


def span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """Return an interval; what both ends have in common is told once.

    `Thu 2026-12-03 21:00-23:00 EST`, `Sat 2026-12-05 22:00 to Sun 2026-12-06 04:00 EST`.
    """
    first, last = start.astimezone(zone), end.astimezone(zone)
    zones = (f"{first:%Z}", f"{last:%Z}")
    if zones[0] != zones[1]:
        return f"{local(start, zone)} to {local(end, zone)}"
    if first.date() == last.date():
        return f"{first:%a %Y-%m-%d %H:%M}-{last:%H:%M} {zones[0]}"
    return f"{first:%a %Y-%m-%d %H:%M} to {last:%a %Y-%m-%d %H:%M} {zones[0]}"
