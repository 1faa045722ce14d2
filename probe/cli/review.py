"""`notices accept` and `dismiss`: a person says what a notice means."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from probe import config as configuration
from probe.cli.cards import told
from probe.cli.options import ConfigFile, StoragePath, instant, person
from probe.journal import Notices, writing
from probe.maintenance import zones
from probe.maintenance.recurrence import Rule
from probe.runtime.clock import now
from probe.types import Impact, Plan, Review, Seen

Fingerprint = Annotated[str, typer.Argument(help="Of the notice, or its beginning.")]
Reviewer = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who reviewed it; default: the user.")
]


def accept(
    fingerprint: Fingerprint,
    windows: Annotated[
        list[str] | None,
        typer.Option(
            "--window", metavar="START/END", help="What it announces, in place of what is proposed."
        ),
    ] = None,
    components: Annotated[
        list[str] | None,
        typer.Option("--component", metavar="NAME", help="Whom each window is about; repeatable."),
    ] = None,
    impact: Annotated[
        Impact | None, typer.Option("--impact", help="Of each window; of a new one: outage.")
    ] = None,
    recurrence: Annotated[
        str | None, typer.Option("--recurrence", metavar="RRULE", help="How each window recurs.")
    ] = None,
    reviewer: Reviewer = "",
    config_file: ConfigFile = None,
    storage_path: StoragePath = "data",
) -> None:
    """Accept a notice: what was proposed of it counts now, or the windows that are given here.

    Flags change what is proposed: --component, --impact and --recurrence hold for every window.
    """
    config = configuration.load(config_file)
    with writing(storage_path) as notices:
        seen = _find(notices, fingerprint)
        unknown = set(components or ()) - {*config.components, *seen.notice.components}
        if unknown:
            known = ", ".join(config.components)
            raise typer.BadParameter(f"--component: {', '.join(unknown)} is none of {known}")
        about = seen.notice.components or config.components[:1]
        plans = tuple(_plan(text, about, config.timezone) for text in windows or ())
        plans = plans or (*seen.notice.windows, *seen.notice.proposals)
        if not plans:
            raise typer.BadParameter("no window was read of it; say what it means with --window")
        changed = tuple(_changed(plan, components, impact, recurrence) for plan in plans)
        _review(notices, seen, reviewer, accepted=True, plans=changed)
        typer.echo("In force now:")
        for plan in changed:
            typer.echo(f"  {told(plan)}")


def dismiss(
    fingerprint: Fingerprint,
    reviewer: Reviewer = "",
    config_file: ConfigFile = None,
    storage_path: StoragePath = "data",
) -> None:
    """Dismiss a notice: it announces nothing, and waits for nobody any longer."""
    configuration.load(config_file)
    with writing(storage_path) as notices:
        seen = _find(notices, fingerprint)
        _review(notices, seen, reviewer, accepted=False)
        typer.echo("Nothing of it is in force now.")


def _find(notices: Notices, fingerprint: str) -> Seen:
    """Return the latest sighting of the one notice whose fingerprint begins so."""
    found = {s.notice.fingerprint: s for s in notices.board.seen if _is(s, fingerprint)}
    if len(found) != 1 or not fingerprint:
        few = "several notices begin" if found else "no notice of the journal begins"
        raise typer.BadParameter(f"{few} with {fingerprint!r}; see `spot-probe notices list --all`")
    return next(iter(found.values()))


def _is(seen: Seen, fingerprint: str) -> bool:
    return seen.notice.fingerprint.startswith(fingerprint.lower())


def _plan(text: str, components: tuple[str, ...], zone: ZoneInfo) -> Plan:
    try:
        starts_at, ends_at = _span(text, zone)
    except ValueError as error:
        raise typer.BadParameter(f"--window {text!r}: {error}") from None
    return Plan(
        components=components,
        impact=Impact.OUTAGE,
        starts_at=starts_at.astimezone(zone),
        ends_at=ends_at.astimezone(zone),
        timezone=zone.key,
    )


def _changed(
    plan: Plan, components: list[str] | None, impact: Impact | None, recurrence: str | None
) -> Plan:
    """Return a window as the flags change it; what they do not name stays."""
    try:
        rule = str(Rule.parse(recurrence)) if recurrence else plan.recurrence
    except ValueError as error:
        raise typer.BadParameter(f"--recurrence {recurrence!r}: {error}") from None
    return replace(
        plan,
        components=tuple(components) if components else plan.components,
        impact=impact or plan.impact,
        recurrence=rule,
    )


def _span(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start, slash, end = text.partition("/")
    if not slash:
        raise ValueError("write START/END: 2026-12-05T22:00/2026-12-06T04:00")
    at = now()
    starts_at, ends_at = instant(start, zone, at), instant(end, zone, at, end=True)
    zones.check_span(starts_at, ends_at)
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
