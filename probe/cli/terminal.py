"""What people see in a terminal: tables, and instants in the zone that was published."""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPE_WIDTH = 240


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows below their headings; nothing in them is markup."""
    shown = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        shown.add_row(*(Text("" if cell is None else clean(str(cell))) for cell in row))
    # A pipe has no width: lines are then as long as they need to be.
    wide = None if sys.stdout.isatty() else PIPE_WIDTH
    Console(width=wide).print(shown)


def clean(text: str) -> str:
    """Return text without characters that would steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def local(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant as people in a zone write it: `Sat 2026-12-05 22:00 EST`."""
    return at.astimezone(zone).strftime("%a %Y-%m-%d %H:%M %Z")
