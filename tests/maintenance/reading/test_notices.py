"""Notices beside what they mean: one row of notices.txt is one notice."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
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


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.sentence}: {row.text}"[:150])
def test_a_notice_is_read_as_a_careful_person_would(row: Row) -> None:
    """It has the state and the windows of its row."""
    context = a_context(
        day=date.fromisoformat(row.options.get("day", "2024-05-29")),
        borne=row.options.get("borne") != "0",
        timezone=row.options.get("tz", "America/New_York"),
    )
    notice = read_notice(row.text, context)
    assert told(notice) == row.meant, notice.reason


def test_the_table_is_all_there() -> None:
    """No row is lost to a slip in the table."""
    assert len(ROWS) > 150
    assert len({row.sentence for row in ROWS}) > 20
