"""`notices`: what published words were read to mean."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from probe import config as configuration
from probe.cli.options import ConfigFile, StoragePath, TableOrJson
from probe.cli.terminal import local, table
from probe.config.load import DEFAULTS
from probe.feeds.mail import is_message, parse, read_message
from probe.feeds.reader import read_file
from probe.journal import Journal
from probe.maintenance import zones
from probe.maintenance.reading import Context, read_notice
from probe.plain import dumps, plain
from probe.tools import now
from probe.types import Bounds, Notice, NoticeState, Reading, Review, Seen

REFUSED = 4
MOST_BYTES = 4 << 20

app = typer.Typer(no_args_is_help=True, help="What published words were read to mean.")


@app.command("read")
def read(
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="A page, an e-mail (.eml) or text.")
    ],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="The day of its publication.")
    ] = None,
    timezone: Annotated[
        str, typer.Option("--timezone", metavar="ZONE", help="Of times that name none.")
    ] = "America/New_York",
    component: Annotated[
        str, typer.Option("--component", metavar="NAME", help="What it is about if it names none.")
    ] = "spot",
    single: Annotated[
        bool, typer.Option("--single", help="The whole input is one notice.")
    ] = False,
    form: Annotated[TableOrJson, typer.Option("--format")] = TableOrJson.TABLE,
) -> None:
    """Read a page, an e-mail or plain text, and print what it announces.

    Exits with 4 when something was refused: a person should look at it.
    """
    data = _input(file)
    day = _date(as_of)
    context = Context(
        day=day or now().date(),
        day_is_borne=day is not None,
        timezone=_zone(timezone),
        component=component,
        words={name: tuple(s["words"]) for name, s in DEFAULTS.raw["components"].items()},
        bounds=Bounds(),
    )
    reading = _read(data, context, single=single)
    if form is TableOrJson.JSON:
        notices = [_fields(notice) for notice in reading.notices]
        typer.echo(dumps({"status": reading.status, "notices": notices}))
    else:
        _show(reading, ZoneInfo(context.timezone))
    if any(notice.needs_review for notice in reading.notices):
        raise typer.Exit(REFUSED)


def _read(data: bytes, context: Context, *, single: bool) -> Reading:
    """Read bytes as what they are; a message bears its own date unless another is given."""
    text = data.decode("utf-8", "replace")
    if is_message(text):
        message = parse(data)
        message = replace(message, sent=None) if context.day_is_borne else message
        return Reading(status={}, notices=(read_message(message, context),))
    if single:
        return Reading(status={}, notices=(read_notice(text, context),))
    return read_file(text, context, {})


def _input(file: str) -> bytes:
    """Return what a file or standard input holds."""
    try:
        if file == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise typer.BadParameter(f"{file}: more than {MOST_BYTES} bytes are no notice")
    return data


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"--as-of {text!r} is no date; write 2026-12-05") from None


def _zone(name: str) -> str:
    try:
        zones.zone(name)
    except ValueError as error:
        raise typer.BadParameter(f"--timezone: {error}") from None
    return name


def _fields(notice: Notice) -> dict[str, Any]:
    names = ("fingerprint", "text", "quote", "state", "reason", "windows")
    return {name: plain(getattr(notice, name)) for name in names}


def _show(reading: Reading, zone: ZoneInfo) -> None:
    for component, status in reading.status.items():
        typer.echo(f"{component} is published as {status}.")
    rows = [_row(notice, zone) for notice in reading.notices]
    table(["notice", "state", "windows", "words", "reason"], rows)


def _row(notice: Notice, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        notice.fingerprint[:12],
        notice.state,
        "\n".join(_windows(notice, zone)),
        notice.quote or notice.text[:200],
        notice.reason,
    )


def _windows(notice: Notice, zone: ZoneInfo) -> Iterable[str]:
    for plan in notice.windows:
        span = f"{local(plan.starts_at, zone)} to {local(plan.ends_at, zone)}"
        yield f"{', '.join(plan.components)}: {plan.impact}, {span} {plan.recurrence or ''}".strip()


@app.command("list")
def list_notices(
    config_file: ConfigFile = None,
    storage_path: StoragePath = "data",
    every: Annotated[
        bool, typer.Option("--all", help="Also those that are gone, and irrelevant ones.")
    ] = False,
    form: Annotated[TableOrJson, typer.Option("--format")] = TableOrJson.TABLE,
) -> None:
    """List the notices of the journal, what was read of them, and what was refused and why."""
    config = configuration.load(config_file)
    journal = Journal(storage_path)
    try:
        reviewed = {review.fingerprint: review for review in journal.reviews()}
        found = [s for s in journal.seen() if every or _matters(s)]
    finally:
        journal.close()
    if form is TableOrJson.JSON:
        rows = [{**plain(s), "review": reviewed.get(s.notice.fingerprint)} for s in found]
        typer.echo(dumps(rows))
        return
    columns = ["feed", "first seen", "notice", "state", "windows", "words", "reason", "review"]
    zone = config.timezone
    table(
        columns,
        [
            (s.feed, local(s.first_seen_at, zone), *_row(s.notice, zone), _word(reviewed, s))
            for s in found
        ],
    )


def _word(reviewed: Mapping[str, Review], seen: Seen) -> str:
    review = reviewed.get(seen.notice.fingerprint)
    return "" if review is None else "accepted" if review.accepted else "dismissed"


def _matters(seen: Seen) -> bool:
    return seen.vanished_at is None and seen.notice.state is not NoticeState.IRRELEVANT
