"""`report`: what was the case in a span of time."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from probe import config as configuration
from probe.cli.options import ConfigFile, StoragePath, instant
from probe.cli.terminal import local, table, tell
from probe.english import listed
from probe.journal import reading
from probe.report import page, rows, words
from probe.report.figures import (
    IncidentFigures,
    Outcome,
    Period,
    Report,
    TargetFigures,
    WindowFigures,
)
from probe.report.gather import Gathered, gather
from probe.report.month import month as read_month
from probe.runtime.clock import now
from probe.runtime.jsonable import dumps
from probe.snapshot import snapshot
from probe.types import Verdict

DEFAULT = timedelta(days=30)
STEP = "  "
#: Outcomes of which the further windows of a series have nothing to tell but their days.
QUIET = {Outcome.NOTHING_FAILED, Outcome.NOT_OBSERVED}


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
    tell(f"{words.instant(made.start, zone)} to {words.instant(made.end, zone)}")
    typer.echo("")
    tell("Share of the time in which each target was up:")
    columns = ["target", "all time", "unplanned", "as known now", "unknown", "incidents"]
    table([*columns, "detected in"], map(_target, made.targets))
    if made.incidents:
        _by_day(
            "Incidents",
            ((one.incident.started_at, _incident(one, zone)) for one in made.incidents),
            zone,
        )
    else:
        typer.echo("No incident.\n")
    if made.windows:
        _by_day("Windows", _windows(made.windows, zone), zone)
    else:
        typer.echo("No window was published.\n")
    for target in made.targets:
        if len(target.days) > 1 and target.worst_days:
            days = listed(f"{day:%a %Y-%m-%d}" for day in target.worst_days)
            tell(f"Worst days of {target.target}: {days}", indent=STEP)


def _target(one: TargetFigures) -> Sequence[str]:
    return (
        one.target,
        words.share(one.of_all_time),
        words.share(one.of_unplanned_time),
        words.share(one.of_unplanned_time_known_now),
        words.share(one.unknown_share),
        str(one.incidents),
        words.duration(one.median_detection_seconds),
    )


def _by_day(
    heading: str, entries: Iterable[tuple[datetime, Sequence[str]]], zone: ZoneInfo
) -> None:
    """Print entries below the local day on which they start, each with what is told of it."""
    typer.secho(heading, bold=True)
    told = ""
    for at, (first, *others) in entries:
        day = at.astimezone(zone).strftime("%a %Y-%m-%d %Z")
        if day != told:
            typer.echo(day)
        told = day
        tell(first, first=STEP, indent=STEP * 2)
        for line in others:
            tell(line, first=STEP * 2)
    typer.echo("")


def _incident(one: IncidentFigures, zone: ZoneInfo) -> Sequence[str]:
    """Return an incident's line, and below it why, and what it is as known now."""
    incident = one.incident
    parts = [
        f"{words.duration(seconds)} {verdict}"
        for verdict in words.VERDICTS
        if (seconds := incident.seconds[verdict])
    ]
    why = f" ({words.because(incident.because)})" if incident.because else ""
    when = _span(incident.started_at, incident.ended_at, zone)
    lines = [f"{when}  {incident.target}: {listed(parts)}{why}; {listed(incident.reasons)}"]
    if one.difference:
        sources = "; ".join(words.source(window, zone) for window in one.difference)
        lines.append(f"as known now: {_split(one.known_now)}; {sources}")
    return lines


def _split(known_now: Mapping[Verdict, float]) -> str:
    return listed(f"{words.duration(known_now[verdict])} {verdict}" for verdict in words.VERDICTS)


def _windows(
    made: Iterable[WindowFigures], zone: ZoneInfo
) -> Iterator[tuple[datetime, Sequence[str]]]:
    """Yield each window's lines; one that recurs and in which nothing happened is told once."""
    quiet: dict[object, list[WindowFigures]] = {}
    for one in made:
        quiet.setdefault(_series(one), []).append(one)
    for first, *others in quiet.values():
        yield first.window.starts_at, _window(first, others, zone)


def _series(one: WindowFigures) -> object:
    """Return what windows have in common that are told as one; each other stands for itself."""
    window = one.window
    alone = None if one.outcome in QUIET and window.recurrence else window.starts_at
    return one.target, one.outcome, window.components, window.recurrence, window.source, alone


def _window(one: WindowFigures, others: Sequence[WindowFigures], zone: ZoneInfo) -> Sequence[str]:
    """Return a window's line, with the days of its further occurrences, and who published it."""
    window = one.window
    when = _span(window.starts_at, window.ends_at, zone)
    line = f"{when}  {one.target}: {words.OUTCOMES[one.outcome]}"
    if one.failing_from:
        line += f" {_span(one.failing_from, one.failing_until, zone)}"
    if one.overrun_seconds:
        line += f", overran {words.duration(one.overrun_seconds)}"
    if others:
        days = listed(f"{other.window.starts_at.astimezone(zone):%b %-d}" for other in others)
        line += f"; so on {days}"
    return line, f"from {words.source(window, zone)}"


def _span(start: datetime, end: datetime | None, zone: ZoneInfo) -> str:
    """Return times of day, with the day of the end only where it is another one."""
    first = start.astimezone(zone)
    if end is None:
        return f"since {first:%H:%M:%S}"
    last = end.astimezone(zone)
    if first.date() == last.date():
        return f"{first:%H:%M:%S}-{last:%H:%M:%S}"
    return f"{first:%H:%M:%S} to {last:%a %b %-d %H:%M:%S}"


FORMATS: Mapping[ReportFormat, Callable[[Gathered], None]] = {
    ReportFormat.TABLE: lambda made: tables(made.report),
    ReportFormat.JSON: lambda made: typer.echo(dumps(made.report)),
    ReportFormat.CSV: lambda made: typer.echo(rows.write(made.report), nl=False),
    ReportFormat.HTML: lambda made: typer.echo(page.write(made.report, made.spans), nl=False),
}
