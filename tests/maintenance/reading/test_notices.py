"""Notices beside what they mean: one row of notices.txt is one notice.

A window may have effect only where its row means it, and nearly every window that a row means has
effect or is proposed, so that a person only has to say yes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from probe.maintenance.reading.notice import read_notice
from probe.types import Notice, Plan
from tests.maintenance.reading.contexts import a_context

TABLE = Path(__file__).with_name("notices.txt")


@dataclass
class Row:
    """A notice, how it is read, and the lines that it means."""

    sentence: str
    text: str
    options: dict[str, str]
    meant: list[str] = field(default_factory=list)

    @property
    def windows(self) -> set[str]:
        """The windows that it means, without what is proposed in whose place."""
        return {line for line in self.meant if line.startswith(("outage ", "degraded "))}


def rows() -> Iterator[Row]:
    """Return the rows of the table."""
    sentence, row = "", None
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            sentence = line[3:]
        elif line.startswith("    ") and row is not None:
            row.meant.append(line.strip())
        elif line and sentence:
            if row is not None:
                yield row
            options = {}
            while line.startswith("@"):
                option, _, line = line[1:].partition(" ")  # noqa: PLW2901  # what is left of it
                name, _, value = option.partition("=")
                options[name] = value
            row = Row(sentence, line, options)
    if row is not None:
        yield row


def told(notice: Notice) -> list[str]:
    """Return a notice in the words of the table."""
    state = notice.state.value + (" in part" if notice.windows and notice.reason else "")
    return [
        state,
        *(window_told(plan.impact.value, plan) for plan in notice.windows),
        *(window_told("cancels", plan) for plan in notice.cancels),
    ]


def window_told(label: str, plan: Plan) -> str:
    """Return a window in the words of the table."""
    words = [
        label,
        "+".join(plan.components),
        f"{plan.starts_at:%Y-%m-%dT%H:%M}",
        f"{plan.ends_at:%Y-%m-%dT%H:%M}",
        plan.timezone,
        (plan.recurrence or "").replace("\n", " "),
        "~" if plan.approximate else "",
    ]
    return " ".join(filter(None, words))


ROWS = list(rows())


@cache
def _reading(at: int) -> Notice:
    row = ROWS[at]
    context = a_context(
        day=date.fromisoformat(row.options.get("day", "2024-05-29")),
        borne=row.options.get("borne") != "0",
        timezone=row.options.get("tz", "America/New_York"),
    )
    return read_notice(row.text, context)


def times(window: str) -> str:
    """Return when a window is, whatever it is of and how bad."""
    return window.split(" ", 2)[2].removesuffix(" ~")


@pytest.mark.parametrize("at", range(len(ROWS)), ids=lambda at: f"{at}: {ROWS[at].text}"[:150])
def test_no_outage_has_effect_that_a_careful_person_would_not_read(at: int) -> None:
    """Its times are those of an outage of the row."""
    outages = {times(line) for line in ROWS[at].windows if line.startswith("outage ")}
    read = {
        times(window_told(plan.impact.value, plan))
        for plan in _reading(at).windows
        if plan.impact.value == "outage"
    }
    assert read <= outages, _reading(at)


def test_nearly_every_window_has_effect_or_is_proposed() -> None:
    """What is only proposed waits for a person; what is neither wakes somebody for nothing."""
    announcing = [at for at, row in enumerate(ROWS) if row.windows]
    missed = [
        ROWS[at].text
        for at in announcing
        if not {times(line) for line in ROWS[at].windows}
        <= {
            times(window_told("any", plan))
            for plan in (*_reading(at).windows, *_reading(at).proposals)
        }
    ]
    assert len(missed) <= 0.08 * len(announcing), "\n".join(missed)


def test_what_is_refused_says_why() -> None:
    """The person who reviews it has to know."""
    for at in range(len(ROWS)):
        notice = _reading(at)
        assert notice.reason or notice.state.value != "refused"
        assert not (notice.windows and notice.proposals)


def test_the_table_is_all_there() -> None:
    """No row is lost to a slip in the table."""
    assert len(ROWS) > 150
    assert len({row.sentence for row in ROWS}) > 20


START, END = "2024-06-08T17:00:00.000Z", "2024-06-08T17:45:00.000Z"


def test_what_a_program_wrote_for_programs_counts_in_its_comment_alone() -> None:
    """Upptime's comment beats the words beside it; the same written as prose is only proposed."""
    comment = f"<!-- start: {START} end: {END} expectedDown: site -->"
    program = read_notice(f"{comment} The site is down from 17:00 to 17:30 UTC.", a_context())
    assert told(program) == ["understood", "outage site 2024-06-08T17:00 2024-06-08T17:45 UTC"]
    prose = read_notice(f"Garage work: start {START}, end {END}. SPOT stays up.", a_context())
    assert (prose.state.value, prose.windows, len(prose.proposals)) == ("refused", (), 1)


def test_a_window_within_a_minute_is_read_to_the_second() -> None:
    """It is short, and it does not end when it starts."""
    text = "SPOT will be unavailable: start 2024-06-01T12:00:10Z, end 2024-06-01T12:00:20Z."
    (plan,) = read_notice(text, a_context()).windows
    assert [it.second for it in (plan.starts_at, plan.ends_at)] == [10, 20]
    backwards = read_notice(text.replace("00:10", "00:20"), a_context())
    assert backwards.state.value == "refused"
