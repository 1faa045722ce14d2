"""`notices accept` and `dismiss`: a person says what a notice means."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from probe import config as configuration
from probe.cli.options import LONGEST_BY_HAND, ConfigFile, StoragePath, person
from probe.clock import now
from probe.journal import Notices, writing
from probe.maintenance import zones
from probe.maintenance.recurrence import Rule
from probe.types import Impact, Plan, Review, Seen

Fingerprint = Annotated[str, typer.Argument(help="Of the notice, or its beginning.")]
Reviewer = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who reviewed it; default: the user.")
]


def accept(
    fingerprint: Fingerprint,
    windows: Annotated[
        list[str] | None,
        typer.Option("--window", metavar="START/END", help="What it announces; repeatable."),
    ] = None,
    components: Annotated[
        list[str] | None,
        typer.Option("--component", metavar="NAME", help="Of the windows; default: as read."),
    ] = None,
    impact: Annotated[Impact, typer.Option("--impact")] = Impact.OUTAGE,
    recurrence: Annotated[
        str | None, typer.Option("--recurrence", metavar="RRULE", help="How each window recurs.")
    ] = None,
    reviewer: Reviewer = "",
    config_file: ConfigFile = None,
    storage_path: StoragePath = "data",
) -> None:
    """Accept a notice: with the windows given here, or else with those that were read of it."""
    config = configuration.load(config_file)
    with writing(storage_path) as notices:
        seen = _find(notices, fingerprint)
        chosen = components or list(seen.notice.components)
        unknown = set(chosen) - {*config.components, *seen.notice.components}
        if unknown or not chosen:
            known = ", ".join(config.components)
            raise typer.BadParameter(f"--component: {', '.join(unknown)} is none of {known}")
        about, zone = tuple(chosen), config.timezone
        plans = tuple(_plan(text, about, impact, recurrence, zone) for text in windows or ())
        if not (plans or seen.notice.windows):
            raise typer.BadParameter("no window was read of it; say what it means with --window")
        _review(notices, seen, reviewer, accepted=True, plans=plans)


def dismiss(
    fingerprint: Fingerprint, reviewer: Reviewer = "", storage_path: StoragePath = "data"
) -> None:
    """Dismiss a notice: it announces nothing, and waits for nobody any longer."""
    with writing(storage_path) as notices:
        _review(notices, _find(notices, fingerprint), reviewer, accepted=False)


def _find(notices: Notices, fingerprint: str) -> Seen:
    """Return the latest sighting of the one notice whose fingerprint begins so."""
    found = {s.notice.fingerprint: s for s in notices.board.seen if _is(s, fingerprint)}
    if len(found) != 1 or not fingerprint:
        few = "several notices begin" if found else "no notice of the journal begins"
        raise typer.BadParameter(f"{few} with {fingerprint!r}; see `spot-probe notices list --all`")
    return next(iter(found.values()))


def _is(seen: Seen, fingerprint: str) -> bool:
    return seen.notice.fingerprint.startswith(fingerprint.lower())


def _plan(
    text: str, components: tuple[str, ...], impact: Impact, recurrence: str | None, zone: ZoneInfo
) -> Plan:
    try:
        starts_at, ends_at = _span(text, zone)
        rule = str(Rule.parse(recurrence)) if recurrence else None
    except ValueError as error:
        raise typer.BadParameter(f"--window {text!r}: {error}") from None
    return Plan(
        components=components,
        impact=impact,
        starts_at=starts_at.astimezone(zone),
        ends_at=ends_at.astimezone(zone),
        recurrence=rule,
        timezone=zone.key,
    )


def _span(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start, slash, end = text.partition("/")
    if not slash:
        raise ValueError("write START/END: 2026-12-05T22:00/2026-12-06T04:00")
    starts_at, ends_at = datetime.fromisoformat(start), datetime.fromisoformat(end)
    if not starts_at.tzinfo:
        starts_at = zones.resolve(starts_at, zone, end=False)
    if not ends_at.tzinfo:
        ends_at = zones.resolve(ends_at, zone, end=True)
    if ends_at <= starts_at:
        raise ValueError("it ends before it starts")
    if ends_at - starts_at > LONGEST_BY_HAND:
        raise ValueError(f"it is longer than {LONGEST_BY_HAND.days} days; look at the years")
    return starts_at, ends_at


def _review(
    notices: Notices, seen: Seen, reviewer: str, *, accepted: bool, plans: tuple[Plan, ...] = ()
) -> None:
    """Put a review into the journal; the running service obeys within seconds."""
    who = person(reviewer)
    notices.review(
        Review(
            fingerprint=seen.notice.fingerprint,
            accepted=accepted,
            windows=plans,
            reviewer=who,
            reviewed_at=now(),
        )
    )
    word = "accepted" if accepted else "dismissed"
    typer.echo(f"{seen.notice.fingerprint} is {word} by {who}.")
