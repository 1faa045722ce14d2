"""`windows`: what is open and upcoming; a window by hand, at once and without a file."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from probe import config as configuration
from probe.calendarfeed import events, write
from probe.cli.access import access
from probe.cli.options import (
    At,
    ConfigFile,
    StoragePath,
    instant,
    person,
)
from probe.cli.terminal import clean, local, span, tell
from probe.config import Config
from probe.english import listed
from probe.journal import Notices, writing
from probe.maintenance import words, zones
from probe.runtime.clock import now
from probe.runtime.jsonable import dumps
from probe.snapshot import ADDED
from probe.types import AddedWindow, Impact, Plan, Window

#: What stands below a window's first line, and of how many further occurrences the day is told.
STEP, MOST_DAYS = "  ", 5

app = typer.Typer(add_completion=False, rich_markup_mode=None)
Person = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so; default: user.")]


class WindowsFormat(StrEnum):
    """`--format table|json|ics`."""

    TABLE = "table"
    JSON = "json"
    ICS = "ics"


@app.callback(invoke_without_command=True)
def windows(
    context: typer.Context,
    at: At = None,
    days: Annotated[int, typer.Option("--days", min=1, max=400, help="How far ahead.")] = 14,
    config_file: ConfigFile = None,
    storage_path: StoragePath = "data",
    form: Annotated[WindowsFormat, typer.Option("--format")] = WindowsFormat.TABLE,
) -> None:
    """Print the published windows that are open and upcoming; add one by hand, or end it."""
    if context.invoked_subcommand:
        _refuse_misplaced(context)
        return
    with access(config_file, storage_path) as using:
        zone = using.config.timezone
        begin = instant(at, zone, now())
        end = begin + timedelta(days=days)
        found = using.snapshot.calendar.between(begin, end)
    if form is WindowsFormat.JSON:
        typer.echo(dumps(found))
    elif form is WindowsFormat.ICS:
        told = events(using.snapshot.calendar, begin, end, now())
        typer.echo(write(told), nl=False)
    else:
        for occurrences in _folded(found):
            _tell(occurrences, begin, zone)
        gaps = using.not_known(now())
        if not found:
            known = "known" if gaps else "published"
            typer.echo(f"No window is {known} for the next {days} days.")
        for gap in gaps:
            tell(gap)


def _folded(found: Iterable[Window]) -> Iterable[Sequence[Window]]:
    """Return windows with the occurrences of what recurs together, by the first of each."""
    folded: dict[object, list[Window]] = {}
    for one in found:
        times = one.recurrence or (one.starts_at, one.ends_at)
        source = (one.source, one.published_at, one.quote)
        folded.setdefault((one.components, one.impact, times, *source), []).append(one)
    return folded.values()


def _tell(occurrences: Sequence[Window], begin: datetime, zone: ZoneInfo) -> None:
    """Print what is announced, when it is, and below that who said so and in which words."""
    first, *others = occurrences
    tell(f"{first.impact} of {listed(first.components)}, {_when(first, zone)}", indent=STEP)
    days = [f"{one.starts_at.astimezone(zone):%b %-d}" for one in others[:MOST_DAYS]]
    if left := len(others) - len(days):
        days.append(f"{left} more")
    then = f"; then {listed(days)}" if days else ""
    if first.starts_at <= begin:
        tell(f"open until {local(first.ends_at, zone)}{then}", first=STEP)
    elif first.recurrence:
        tell(f"next {span(first.starts_at, first.ends_at, zone)}{then}", first=STEP)
    said = f", published {local(first.published_at, zone)}" if first.published_at else ""
    tell(f"source: {_source(first)}{said}", first=STEP)
    if first.quote:
        tell(first.quote, first=f"{STEP}| ")
    typer.echo("")


def _when(window: Window, zone: ZoneInfo) -> str:
    """Return when a window is, and of one that recurs by which rule."""
    about = " (about)" if window.approximate else ""
    if window.recurrence is None:
        lasts = words.length(window.ends_at - window.starts_at)
        return f"{span(window.starts_at, window.ends_at, zone)} ({lasts}){about}"
    own = ZoneInfo(window.timezone)
    plan = Plan(
        components=window.components,
        impact=window.impact,
        starts_at=window.starts_at.astimezone(own),
        ends_at=window.ends_at.astimezone(own),
        recurrence=window.recurrence,
        timezone=window.timezone,
    )
    return f"{words.plan(plan)}{about}"


def _refuse_misplaced(context: typer.Context) -> None:
    """Refuse flags before `add` and `end`: they would be those of the list."""
    sources = map(context.get_parameter_source, context.params)
    if any(source is not None and source.name == "COMMANDLINE" for source in sources):
        raise typer.BadParameter(f"write the flags behind `windows {context.invoked_subcommand}`")


def _source(window: Window) -> str:
    """Return who announced a window, with the id by which one that was added can be ended."""
    if window.id.startswith(ADDED):
        return f"{window.source} ({window.id.removeprefix(ADDED)})"
    return window.source


@app.command("add")
def add(
    components: Annotated[
        list[str], typer.Argument(metavar="COMPONENT...", help="What is going to be down.")
    ],
    until: Annotated[str, typer.Option("--until", metavar="INSTANT", help="When it ends.")],
    start: Annotated[
        str | None, typer.Option("--from", metavar="INSTANT", help="Default: now.")
    ] = None,
    impact: Annotated[Impact, typer.Option("--impact")] = Impact.OUTAGE,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why, or who said so.")] = "",
    by: Person = "",
    config_file: ConfigFile = None,
    storage_path: StoragePath = "data",
) -> None:
    """Announce a window by hand.

    A running service obeys within seconds.
    """
    config, at = configuration.load(config_file), now()
    plan = _plan(config, components, impact, start, until, at)
    window = AddedWindow(
        id=secrets.token_hex(3), plan=plan, note=note, added_by=person(by), added_at=at
    )
    with writing(storage_path, make=True) as notices:
        notices.put_window(window)
    typer.echo(f"Added {_told(window, config)}.")
    typer.echo(f"`spot-probe windows end {window.id}` ends it.")


def _plan(
    config: Config,
    components: list[str],
    impact: Impact,
    start: str | None,
    until: str,
    at: datetime,
) -> Plan:
    zone = config.timezone
    unknown = set(components) - set(config.components)
    if unknown:
        known = ", ".join(config.components)
        raise typer.BadParameter(f"{', '.join(sorted(unknown))} is none of {known}")
    starts_at, ends_at = instant(start, zone, at), instant(until, zone, at, end=True)
    try:
        zones.check_span(starts_at, ends_at, at)
    except ValueError as error:
        raise typer.BadParameter(f"--from and --until: {error}") from None
    return Plan(
        components=tuple(dict.fromkeys(components)),
        impact=impact,
        starts_at=starts_at.astimezone(zone),
        ends_at=ends_at.astimezone(zone),
        timezone=zone.key,
    )


@app.command("end")
def end(
    name: Annotated[
        str, typer.Argument(metavar="ID", help="Of the window, as `windows` lists it.")
    ],
    by: Person = "",
    config_file: ConfigFile = None,
    storage_path: StoragePath = "data",
) -> None:
    """End a window that was added by hand, now.

    A running service obeys within seconds.
    """
    config, who = configuration.load(config_file), person(by)
    with writing(storage_path) as notices:
        window = replace(_find(notices, name), ended_by=who, ended_at=now())
        notices.put_window(window)
    typer.echo(f"Ended {_told(window, config)}; by {clean(who)}.")


def _find(notices: Notices, name: str) -> AddedWindow:
    """Return the one window that a person added, that has not ended, and whose id begins so."""
    at, wanted = now(), name.removeprefix(ADDED)
    current = [
        one for one in notices.board.windows if one.ended_at is None and one.plan.ends_at > at
    ]
    found = [one for one in current if one.id.startswith(wanted)]
    if len(found) != 1 or not wanted:
        ids = ", ".join(one.id for one in current) or "there is none"
        few = "several windows begin" if len(found) > 1 else "no window that can be ended begins"
        raise typer.BadParameter(f"{few} with {name!r}; those that were added by hand: {ids}")
    return found[0]


def _told(window: AddedWindow, config: Config) -> str:
    plan, zone = window.plan, config.timezone
    names = ", ".join(plan.components)
    when = span(plan.starts_at, plan.ends_at, zone)
    return f"{window.id}: {plan.impact} of {names}, {when}, by {clean(window.added_by)}"
