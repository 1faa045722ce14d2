"""The flags that several commands share, named as Prometheus programs name them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from probe.maintenance import zones

#: Further away a window a year long would leave what a date can be.
EARLIEST, LATEST = 1971, 9000

ConfigFile = Annotated[
    str | None,
    typer.Option("--config.file", metavar="FILE", help="Default: the built-in configuration."),
]
StoragePath = Annotated[
    str, typer.Option("--storage.path", metavar="DIR", help="Where the journal is kept.")
]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="INSTANT", help="ISO 8601; default: now."),
]


class TableOrJson(StrEnum):
    """`--format table|json`."""

    TABLE = "table"
    JSON = "json"


class TextOrJson(StrEnum):
    """`--format text|json`."""

    TEXT = "text"
    JSON = "json"


def instant(text: str | None, zone: ZoneInfo, default: datetime) -> datetime:
    """Return an instant of the command line; one without an offset is in `zone`."""
    if text is None:
        return default
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no instant; write 2026-12-05T22:00 or 2026-12-05T22:00-05:00"
        ) from None
    if not EARLIEST <= at.year <= LATEST:
        raise typer.BadParameter(f"{text!r}: write a year from {EARLIEST} to {LATEST}")
    return at if at.tzinfo else zones.resolve(at, zone, end=False)
