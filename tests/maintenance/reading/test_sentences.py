"""Sentences of the kind that portals and identity providers write, judged before they were read.

Each line of a table is an id, what the text means, and the text; half of sentences.txt and odd.txt
are traps, which name a day and hours and announce no outage.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from probe.maintenance.reading.notice import read_notice
from probe.types import Notice, Plan
from tests.maintenance.reading.contexts import a_context

NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Row:
    """A text and when the outages are that it announces."""

    name: str
    text: str
    meant: frozenset[tuple[str, str, str, str]]


def rows(name: str) -> list[Row]:
    """Return the lines of a table."""
    made = []
    for line in Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line:
            continue
        name, meaning, text = line.split("|", 2)
        windows = filter(None, re.split(r";(?=outage |degraded )", meaning))
        meant = (window.split() for window in windows)
        told = frozenset(
            (w[0], w[2], w[3], w[4] if len(w) > 4 else "") for w in meant
        )  # a rule is told
        made.append(Row(name, text.replace("\\n", "\n"), told))
    return made


ROWS, ODD, ANNOUNCED = rows("sentences.txt"), rows("odd.txt"), rows("announced.txt")


@cache
def read(row: Row) -> Notice:
    """Read a row, as of a day on which all that it tells is still to come."""
    return read_notice(row.text, a_context(date(2026, 11, 24), component="spot"))


def told(plan: Plan) -> tuple[str, str, str, str]:
    """Return a window in the words of the table."""
    start, end = (at.astimezone(NEW_YORK) for at in (plan.starts_at, plan.ends_at))
    rule = (plan.recurrence or "").removeprefix("RRULE:")
    return plan.impact.value, f"{start:%m-%dT%H:%M}", f"{end:%m-%dT%H:%M}", rule


def test_no_trap_has_effect() -> None:
    """Nobody announced an outage of SPOT or IDM."""
    harmful = [
        (row.name, row.text)
        for row in (*ROWS, *ODD, *ANNOUNCED)
        for plan in read(row).windows
        if plan.impact.value == "outage" and {"spot", "idm"} & set(plan.components)
        if told(plan) not in row.meant
    ]
    assert not harmful


def test_announcements_have_effect_and_nearly_all_are_at_least_proposed() -> None:
    """What is not understood costs a person a minute; what is not even proposed is lost."""
    announcing = [row for row in (*ROWS, *ANNOUNCED) if row.meant]
    effective = [row for row in announcing if {told(p) for p in read(row).windows} == row.meant]
    offered = [
        row
        for row in announcing
        if row.meant <= {told(p) for p in (*read(row).windows, *read(row).proposals)}
    ]
    assert len(effective) >= 0.8 * len(announcing)
    assert len(offered) >= 0.95 * len(announcing)
