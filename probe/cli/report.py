"""`report`: what was the case in a span of time."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from probe import config as configuration
from probe.cli.options import ConfigFile, StoragePath, instant
from probe.cli.terminal import local, table
from probe.journal import reading
from probe.report import page, rows, words
from probe.report.figures import Outcome, Period, Report
from probe.report.gather import Gathered, gather
from probe.report.month import month as read_month
from probe.runtime.clock import now
from probe.runtime.jsonable import dumps
from probe.snapshot import snapshot
from probe.types import Verdict

DEFAULT = timedelta(days=30)


class ReportFormat(StrEnum):
    """`--format table|json|csv|html`."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


def report(
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="INSTANT", help="A day or an instant; default: 30 days."),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--to", metavar="INSTANT", help="The first instant after; default: now."),
    ] = None,
    month: Annotated[
        str | None, typer.Option("--month", metavar="YYYY-MM", help="A whole month instead.")
    ] = None,
    config_file: ConfigFile = None,
    storage_path: StoragePath = "data",
    form: Annotated[ReportFormat, typer.Option("--format")] = ReportFormat.TABLE,
) -> None:
    """Print the availability of a span of time, of all of it and of the unplanned part.

    With incidents as labelled then and as known now, and windows as planned and as they were.
    """
    config = configuration.load(config_file)
    at = now()
    period = _period(start, end, month, config.timezone, at)
    with reading(storage_path) as history:
        made = gather(config, history, snapshot(config, history.noticeboard()), period, at)
    FORMATS[form](made)


def _period(
    start: str | None, end: str | None, month: str | None, zone: ZoneInfo, at: datetime
) -> Period:
    if month is not None:
        if start is not None or end is not None:
            raise typer.BadParameter("--month is a span of its own; leave --from and --to out")
        period = _month(month, zone)
    else:
        until = instant(end, zone, at)
        period = Period(start=instant(start, zone, until - DEFAULT), end=until)
    if period.start >= period.end:
        raise typer.BadParameter("--to is not after --from")
    if period.start >= at:
        raise typer.BadParameter(f"{local(period.start, zone)} is yet to come")
    return period


def _month(text: str, zone: ZoneInfo) -> Period:
    try:
        asked = read_month(text, zone)
    except ValueError as error:
        raise typer.BadParameter(f"--month {text!r}: {error}") from None
    return Period(start=asked.start, end=asked.end)


# --- for a terminal --------------------------------------------------------------------------


def tables(made: Report) -> None:
    """Print a report for a terminal."""
    zone = ZoneInfo(made.timezone)
    start, end = words.instant(made.start, zone), words.instant(made.end, zone)
    typer.echo(f"{start} to {end}\n")
    table(
        ["target", "of all time", "of unplanned time", "as known now", "unknown", "incidents",
         "detected in"],
        _targets(made),
    )  # fmt: skip
    if made.incidents:
        columns = ["incident", "from", "until", "expected", "unexpected", "because", "reasons"]
        table([*columns, "as known now"], _incidents(made, zone))
    else:
        typer.echo("No incident.\n")
    if made.windows:
        columns = ["window", "planned from", "until", "failing from", "until", "overran"]
        table([*columns, "outcome", "source"], _windows(made, zone))
    else:
        typer.echo("No window was published.\n")
    for target in made.targets:
        if len(target.days) > 1 and target.worst_days:
            days = ", ".join(f"{day:%a %Y-%m-%d}" for day in target.worst_days)
            typer.echo(f"Worst days of {target.target}: {days}")
    _unused(made, zone)


def _targets(made: Report) -> Iterable[tuple[str, ...]]:
    for one in made.targets:
        yield (
            one.target,
            words.share(one.of_all_time),
            words.share(one.of_unplanned_time),
            words.share(one.of_unplanned_time_known_now),
            words.share(one.unknown_share),
            str(one.incidents),
            words.duration(one.median_detection_seconds),
        )


def _incidents(made: Report, zone: ZoneInfo) -> Iterable[tuple[str, ...]]:
    for one in made.incidents:
        incident = one.incident
        yield (
            incident.target,
            words.short(incident.started_at, zone),
            words.clock(incident.ended_at, incident.started_at, zone),
            words.duration(incident.seconds[Verdict.EXPECTED] or None),
            words.duration(incident.seconds[Verdict.UNEXPECTED] or None),
            words.because(incident.because),
            ", ".join(incident.reasons),
            _difference(one.known_now, [words.source(w, zone) for w in one.difference]),
        )


def _difference(known_now: Mapping[Verdict, float], sources: list[str]) -> str:
    if not sources:
        return ""
    parts = [f"{words.duration(known_now[verdict])} {verdict}" for verdict in words.VERDICTS]
    return f"{', '.join(parts)}; {'; '.join(sources)}"


def _windows(made: Report, zone: ZoneInfo) -> Iterable[tuple[str, ...]]:
    for one in made.windows:
        window = one.window
        yield (
            one.target,
            words.short(window.starts_at, zone),
            words.clock(window.ends_at, window.starts_at, zone),
            words.clock(one.failing_from, window.starts_at, zone),
            words.clock(one.failing_until, window.starts_at, zone),
            words.duration(one.overrun_seconds or None),
            words.OUTCOMES[one.outcome],
            words.source(window, zone),
        )


def _unused(made: Report, zone: ZoneInfo) -> None:
    unused = [one for one in made.windows if one.outcome is Outcome.NOTHING_FAILED]
    for one in unused:
        start = words.short(one.window.starts_at, zone)
        typer.echo(f"Nothing failed of {one.target} in the window of {start}.")


FORMATS: Mapping[ReportFormat, Callable[[Gathered], None]] = {
    ReportFormat.TABLE: lambda made: tables(made.report),
    ReportFormat.JSON: lambda made: typer.echo(dumps(made.report)),
    ReportFormat.CSV: lambda made: typer.echo(rows.write(made.report), nl=False),
    ReportFormat.HTML: lambda made: typer.echo(page.write(made.report, made.spans), nl=False),
}
