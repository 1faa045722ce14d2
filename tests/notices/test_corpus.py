"""The reader against notices that were gathered without it, each beside the windows it means."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.notice import read_notice
from probe.types import Bounds, Impact, Notice, NoticeState
from tests.notices.judging import Outcome, Row, day_of, is_borne, judge, zone_of

HERE = Path(__file__).parent


def lines_of(name: str) -> list[str]:
    """Return the lines of a file beside this one."""
    return (HERE / name).read_text(encoding="utf-8").splitlines()


#: Notices that were made up to cover the language, and published ones, restated.
ROWS: tuple[Row, ...] = tuple(
    json.loads(line) for name in ("corpus.jsonl", "published.jsonl") for line in lines_of(name)
)


def read(row: Row) -> Notice:
    """Read a row of the corpora, each once."""
    return _reading(row["id"])


@cache
def _reading(name: str) -> Notice:
    return read_as_its_feed(next(row for row in ROWS if row["id"] == name))


def read_as_its_feed(row: Row) -> Notice:
    """Read the row's text with its day, its zone and a component of its own."""
    context = Context(
        day=day_of(row),
        day_is_borne=is_borne(row),
        timezone=zone_of(row),
        component="site",
        words={},
        bounds=Bounds(),
    )
    return read_notice(row["text"], context)


def told(row: Row, notice: Notice) -> str:
    """Show the notice beside what it means and what was made of it."""
    meant = [
        f"    {w['kind']} {w['state']} {w['start']} to {w['end']} {w['recurrence']}"
        for w in row["windows"]
    ]
    got = [
        f"    {p.impact} {p.starts_at.isoformat()} to {p.ends_at.isoformat()} {p.recurrence or ''}"
        for p in (*notice.windows, *notice.proposals)
    ]
    return "\n".join(
        [
            f"{row['id']} as of {row['reference_date']}, zone {zone_of(row)}",
            row["text"],
            f"  meant ({row['expect']}):",
            *meant,
            f"  read ({notice.state}: {notice.reason}):",
            *got,
        ]
    )


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in ROWS])
def test_no_outage_has_effect_that_nobody_announced(row: Row) -> None:
    """A window that was never published would hide a real outage."""
    notice = read(row)
    assert judge(row, notice.windows) is not Outcome.HARMFUL, told(row, notice)


def is_offered(row: Row) -> bool:
    """Whether every window that a row announces has effect or is proposed."""
    notice = read(row)
    outcome = judge(row, (*notice.windows, *notice.proposals))
    if outcome is not Outcome.HARMFUL:
        return outcome is not Outcome.MISSED
    lesser = [replace(p, impact=Impact.DEGRADED) for p in (*notice.windows, *notice.proposals)]
    return judge(row, lesser) is not Outcome.MISSED


def test_nearly_all_that_is_announced_has_effect_or_is_proposed() -> None:
    """An announced window that is not even proposed wakes somebody for nothing."""
    announcing = [row for row in ROWS if row["expect"] in ("windows", "partial")]
    offered = [row for row in announcing if is_offered(row)]
    assert len(offered) >= 0.89 * len(announcing)


def test_most_of_the_uncertain_notices_are_put_before_a_person() -> None:
    """What is refused without a word to anybody is lost."""
    uncertain = [read(row) for row in ROWS if row["expect"] == "refuse"]
    shown = [n for n in uncertain if n.needs_review or n.state is NoticeState.ADVISORY]
    assert len(shown) >= 0.75 * len(uncertain)


def test_few_notices_that_announce_nothing_wait_for_a_person() -> None:
    """Each costs somebody a minute."""
    nothing = [read(row) for row in ROWS if row["expect"] == "none"]
    waiting = [notice for notice in nothing if notice.needs_review]
    assert len(waiting) <= 0.33 * len(nothing)
