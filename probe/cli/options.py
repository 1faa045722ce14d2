"""The flags that several commands share, named as Prometheus programs name them."""

import getpass
import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from probe.config.shard import Shard
from probe.config.shard import shard as part
from probe.maintenance import zones

#: Further away a window a year long would leave what a date can be.
EARLIEST, LATEST = 1971, 9000


def deployed(flag: str, metavar: str | None = None, *, help: str) -> Any:  # noqa: A002  (typer's own word)
    """Return an option that may also be set for a whole machine, by an environment variable.

    Its name follows from the flag's: `--config.file` is `SPOT_PROBE_CONFIG_FILE`.
    """
    name = re.sub(r"[.-]", "_", flag.removeprefix("--")).upper()
    return typer.Option(flag, metavar=metavar, envvar=f"SPOT_PROBE_{name}", help=help)


ConfigFile = Annotated[
    str | None,
    deployed("--config.file", "FILE", help="Default: the built-in configuration."),
]
StoragePath = Annotated[str, deployed("--storage.path", "DIR", help="Where the journal is kept.")]
ShardOf = Annotated[
    str, deployed("--shard", "N/COUNT", help="Probe this part of the targets, by name.")
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


def shard(text: str) -> Shard:
    """Return the part of the targets that the command line names."""
    try:
        return part(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def instant(text: str | None, zone: ZoneInfo, default: datetime, *, end: bool = False) -> datetime:
    """Return an instant of the command line; one without an offset is in `zone`.

    In an hour that a clock repeats, a start is the first pass and an end the second.
    """
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
    return at if at.tzinfo else zones.resolve(at, zone, end=end)


def person(name: str) -> str:
    """Return who does something: the name given, or else the user's."""
    try:
        return name or getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        raise typer.BadParameter("this user has no name; say who with --by") from None
