"""The reader against notices that were gathered without it, each beside the windows it means."""

import json
from functools import cache
from pathlib import Path

import pytest

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.notice import read_notice
from probe.types import Bounds, Notice, NoticeState
from tests.notices.judging import Outcome, Row, day_of, is_borne, judge, zone_of

HERE = Path(__file__).parent


def lines_of(name: str) -> list[str]:
    """Return the lines of a file beside this one."""
    return (HERE / name).read_text(encoding="utf-8").splitlines()


#: Notices that were made up to cover the language, and published ones, restated.
ROWS: tuple[Row, ...] = tuple(
    json.loads(line) for name in ("corpus.jsonl", "published.jsonl") for line in lines_of(name)
)

#: Rows that are known not to be read exactly, each with what is made of it.
UNREAD: dict[str, str] = dict(
    line.split(": ", 1) for line in lines_of("unread.txt") if not line.startswith("#")
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
        f"    {w['kind']} ({w['state']}) {w['start']} to {w['end']} {w['timezone']}"
        if not w["recurrence"]
        else f"    {w['kind']} ({w['state']}) {w['recurrence']} {w['local_start']} to "
        f"{w['local_end']} +{w['end_day_offset']}d {w['timezone']} except {w['exdates']}"
        for w in row["windows"]
    ]
    got = [
        f"    {p.impact} {p.starts_at.isoformat()} to {p.ends_at.isoformat()} {p.recurrence or ''}"
        for p in notice.windows
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


def marks(row: Row) -> list[pytest.MarkDecorator]:
    """Mark a row that is listed as unread; once it is read, its test fails until it is unlisted."""
    why = UNREAD.get(row["id"])
    return [pytest.mark.xfail(reason=why, strict=True)] if why else []


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"], marks=marks(row)) for row in ROWS])
def test_the_windows_read_are_the_windows_meant(row: Row) -> None:
    """No window more and none less than the words announce."""
    notice = read(row)
    assert judge(row, notice.windows) is Outcome.EXACT, told(row, notice)


def test_no_outage_is_read_that_nobody_announced() -> None:
    """A window that was never published would hide a real outage."""
    harmful = [
        told(row, notice)
        for row, notice in ((row, read(row)) for row in ROWS)
        if judge(row, notice.windows) is Outcome.HARMFUL
    ]
    assert not harmful, "\n\n".join(harmful)


def test_nine_in_ten_of_the_notices_that_announce_windows_are_read_exactly() -> None:
    """An announced window that is not understood wakes somebody for nothing."""
    announcing = [row for row in ROWS if row["expect"] in ("windows", "partial")]
    exact = [row for row in announcing if judge(row, read(row).windows) is Outcome.EXACT]
    assert len(exact) >= 0.9 * len(announcing)


def test_nine_in_ten_of_the_uncertain_notices_are_put_before_a_person() -> None:
    """What is refused without a word to anybody is lost."""
    uncertain = [read(row) for row in ROWS if row["expect"] == "refuse"]
    shown = [n for n in uncertain if n.needs_review or n.state is NoticeState.ADVISORY]
    assert len(shown) >= 0.9 * len(uncertain)


def test_every_listed_row_exists() -> None:
    """A list of what is not read must not outlive its rows."""
    assert UNREAD.keys() <= {row["id"] for row in ROWS}
