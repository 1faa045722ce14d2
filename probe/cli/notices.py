"""`notices`: what published words were read to mean."""

import re
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from probe import config as configuration
from probe.cli import cards, review
from probe.cli.options import ConfigFile, StoragePath, TableOrJson
from probe.feeds.file import read_file
from probe.feeds.mail import is_message, parse, read_message
from probe.journal import reading
from probe.maintenance import zones
from probe.maintenance.reading.context import Context
from probe.maintenance.reading.html import is_html
from probe.maintenance.reading.notice import read_notice
from probe.maintenance.reviews import reviewed
from probe.runtime.clock import now
from probe.runtime.jsonable import dumps, to_jsonable
from probe.types import Notice, NoticeState, Reading, Seen

REFUSED = 4
MOST_BYTES = 4 << 20
MOST_TEXT = 1 << 20

app = typer.Typer(no_args_is_help=True, help="What published words were read to mean.")
app.command("accept")(review.accept)
app.command("dismiss")(review.dismiss)


@app.command("read")
def read(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...|-", help="A page, an e-mail (.eml) or text.")
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
    words: Annotated[
        list[str] | None,
        typer.Option("--words", metavar="WORD", help="How the text names the component."),
    ] = None,
    single: Annotated[
        bool, typer.Option("--single", help="The whole input is one notice.")
    ] = False,
    form: Annotated[TableOrJson, typer.Option("--format")] = TableOrJson.TABLE,
) -> None:
    """Read pages, e-mails or plain text, and print what they announce and what they propose.

    Of several files the JSON is one object a line, each with its `file`. Exits with 4 when
    something was refused: a person should look at it.
    """
    day = _date(as_of)
    built_in = configuration.load(None, {})
    named = {component: tuple(words)} if words else {}
    context = Context(
        day=day or now().date(),
        day_is_borne=day is not None,
        timezone=_zone(timezone),
        component=component,
        words={**built_in.words, **named},
        bounds=built_in.bounds,
    )
    waits = False
    for file in files:
        reading = _read(_input(file), context, single=single)
        waits = waits or any(notice.needs_review for notice in reading.notices)
        _show(reading, context, form, file=file, several=len(files) > 1)
    if waits:
        raise typer.Exit(REFUSED)


def _show(
    reading: Reading, context: Context, form: TableOrJson, *, file: str, several: bool
) -> None:
    if not reading.informative and not reading.notices:
        said = "none of a status page's headings was found, so nothing was read of this page"
        typer.echo(f"{file}: {said}" if several else said, err=True)
    if form is TableOrJson.JSON:
        notices = [_fields(notice) for notice in reading.notices]
        told: dict[str, Any] = {"status": reading.status, "notices": notices}
        typer.echo(dumps({"file": file, **told}, indent=None) if several else dumps(told))
        return
    if several:
        typer.echo(f"== {file}")
    typer.echo(cards.reading(reading, ZoneInfo(context.timezone)))


def _read(data: bytes, context: Context, *, single: bool) -> Reading:
    """Read bytes as what they are; a message bears its own date unless another is given."""
    text = data.decode("utf-8", "replace")
    if is_message(text):
        message = parse(data)
        message = replace(message, sent=None) if context.day_is_borne else message
        return Reading(status={}, notices=(read_message(message, context),))
    if single:
        return Reading(status={}, notices=(read_notice(text, context),))
    reading = read_file(text, context)
    if reading.informative or is_html(text):
        return reading
    paragraphs = filter(None, map(str.strip, re.split(r"\n\s*\n", text[:MOST_TEXT])))
    notices = tuple(read_notice(paragraph, context) for paragraph in paragraphs)
    return Reading(status={}, notices=notices)


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
    names = ("fingerprint", "text", "quote", "state", "reason", "windows", "proposals")
    return {name: to_jsonable(getattr(notice, name)) for name in names}


@app.command("list")
def list_notices(
    config_file: ConfigFile = None,
    storage_path: StoragePath = "data",
    every: Annotated[
        bool, typer.Option("--all", help="Also those that are gone, and irrelevant ones.")
    ] = False,
    form: Annotated[TableOrJson, typer.Option("--format")] = TableOrJson.TABLE,
) -> None:
    """List the notices of the journal: what was read, from which words, what was refused."""
    config = configuration.load(config_file)
    with reading(storage_path) as history:
        board = history.noticeboard()
    found = [one for one in reviewed(board.seen, board.reviews) if every or _matters(one[0])]
    if form is TableOrJson.JSON:
        rows = [{**to_jsonable(seen), "review": to_jsonable(review)} for seen, review in found]
        typer.echo(dumps(rows))
        return
    for seen, review_of_it in found:
        typer.echo(cards.sighting(seen, review_of_it, config.timezone))
    if not found:
        typer.echo(
            "No notice is known. `spot-probe run` reads the feeds; --all shows all there was."
        )


def _matters(seen: Seen) -> bool:
    return seen.vanished_at is None and seen.notice.state is not NoticeState.IRRELEVANT
