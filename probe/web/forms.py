"""What a signed-in person says in a form: what a notice means, or a window by hand. Pure.

A form is what `parse_qs` makes of it: each field with all its values.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from probe.maintenance import zones
from probe.maintenance.recurrence import Rule
from probe.types import AddedWindow, Impact, Plan, Review, Seen

Form = Mapping[str, Sequence[str]]

#: Longer words than these are no note.
MOST_NOTE = 1000
FORMAT = "%Y-%m-%dT%H:%M"


class FormError(Exception):
    """A field cannot be obeyed; says which, and what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One window as its fields show it; times are local ones of `timezone`, without their zone.

    `plan` is what the fields began with, None for a window of the person's own.
    """

    plan: Plan | None
    used: bool
    components: tuple[str, ...]
    impact: str
    starts: str
    ends: str
    rule: str
    timezone: str


# --- what a notice means -----------------------------------------------------------------------


def rows(seen: Seen, zone: ZoneInfo) -> tuple[Row, ...]:
    """Return the fields of a notice: what was read or proposed, and an empty one."""
    notice = seen.notice
    read = [_row(plan) for plan in (*notice.windows, *notice.proposals)]
    own = Row(
        plan=None,
        used=False,
        components=notice.components[:1],
        impact=Impact.OUTAGE,
        starts="",
        ends="",
        rule="",
        timezone=zone.key,
    )
    return (*read, own)


def _row(plan: Plan) -> Row:
    zone = ZoneInfo(plan.timezone)
    return Row(
        plan=plan,
        used=True,
        components=plan.components,
        impact=plan.impact,
        starts=f"{plan.starts_at.astimezone(zone):{FORMAT}}",
        ends=f"{plan.ends_at.astimezone(zone):{FORMAT}}",
        rule=plan.recurrence or "",
        timezone=plan.timezone,
    )


def filled(began: Sequence[Row], form: Form) -> tuple[Row, ...]:
    """Return the fields as a person has filled them in."""
    return tuple(
        replace(
            row,
            used=bool(_one(form, f"use-{n}")),
            components=tuple(dict.fromkeys(form.get(f"component-{n}", ()))),
            impact=_one(form, f"impact-{n}"),
            starts=_one(form, f"from-{n}"),
            ends=_one(form, f"until-{n}"),
            rule="\n".join(_one(form, f"rule-{n}").split()),
        )
        for n, row in enumerate(began)
    )


def review(seen: Seen, form: Form, known: Sequence[str], zone: ZoneInfo, **who: object) -> Review:
    """Return what a person made of a notice; raises FormError.

    `known` are the components there are, `zone` that of a window of the person's own, and `who`
    the `reviewer` and `reviewed_at`.
    """
    accepted = _one(form, "decision") == "accept"
    if not accepted and _one(form, "decision") != "dismiss":
        raise FormError("say whether to accept or to dismiss it")
    plans = tuple(_plans(rows(seen, zone), form, known)) if accepted else ()
    if accepted and not plans:
        raise FormError("choose a window that it announces, or dismiss it")
    return Review(
        fingerprint=seen.notice.fingerprint,
        accepted=accepted,
        windows=plans,
        **who,  # type: ignore[arg-type]
    )


def _plans(began: Sequence[Row], form: Form, known: Sequence[str]) -> Iterator[Plan]:
    for number, (row, old) in enumerate(zip(filled(began, form), began, strict=True), 1):
        if row.used:
            try:
                yield _plan(row, old, known)
            except ValueError as error:
                raise FormError(f"window {number}: {error}") from None


def _plan(row: Row, old: Row, known: Sequence[str]) -> Plan:
    """Return the window of a row; what was not changed stays to the second."""
    zone, plan = ZoneInfo(row.timezone), row.plan
    starts_at = _at(row.starts, zone, end=False)
    ends_at = _at(row.ends, zone, end=True)
    made = Plan(
        components=_components(row.components, (*known, *(plan.components if plan else ()))),
        impact=Impact(row.impact),
        starts_at=plan.starts_at if plan and row.starts == old.starts else starts_at,
        ends_at=plan.ends_at if plan and row.ends == old.ends else ends_at,
        recurrence=str(Rule.parse(row.rule)) if row.rule else None,
        timezone=row.timezone,
        approximate=bool(plan and plan.approximate),
    )
    zones.check_span(made.starts_at, made.ends_at)
    return made


# --- a window by hand --------------------------------------------------------------------------


def window(form: Form, known: Sequence[str], zone: ZoneInfo, at: datetime) -> Plan:
    """Return the window that a person announces at an instant; raises FormError.

    It begins at once where no start is given.
    """
    start, end = _one(form, "from"), _one(form, "until")
    try:
        made = Plan(
            components=_components(form.get("component", ()), known),
            impact=Impact(_one(form, "impact")),
            starts_at=_at(start, zone, end=False) if start else at.astimezone(zone),
            ends_at=_at(end, zone, end=True),
            timezone=zone.key,
        )
        zones.check_span(made.starts_at, made.ends_at, at)
    except ValueError as error:
        raise FormError(str(error)) from None
    return made


def note(form: Form) -> str:
    """Return why a person announces it, or who said so."""
    return _one(form, "note")[:MOST_NOTE]


def can_be_ended(windows: Sequence[AddedWindow], at: datetime) -> tuple[AddedWindow, ...]:
    """Return the windows added by hand that are open or to come."""
    return tuple(one for one in windows if one.ended_at is None and one.plan.ends_at > at)


# --- fields ------------------------------------------------------------------------------------


def _one(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "").strip()


def _components(given: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(given))
    if not found:
        raise ValueError("choose what is going to be down")
    if not set(found) <= set(known):
        raise ValueError(f"write components among {', '.join(known)}")
    return found


def _at(text: str, zone: ZoneInfo, *, end: bool) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        right = "its end" if end else "its start"
        raise ValueError(f"write {right} as 2026-12-05T22:00") from None
    return at if at.tzinfo else zones.resolve(at, zone, end=end)
