"""Local times as instants: the clock-change table, odd gaps, names."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.maintenance.zones import LONGEST, check_span, resolve, zone

NEW_YORK = "America/New_York"


def at(text: str) -> datetime:
    """Return an instant that is written with its offset, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def start(local: datetime, name: str) -> datetime:
    """Return what a local time is as a start, in UTC: Python compares instants only there."""
    return resolve(local, zone(name), end=False).astimezone(UTC)


def end(local: datetime, name: str) -> datetime:
    """Return what a local time is as an end, in UTC."""
    return resolve(local, zone(name), end=True).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "from_", "until", "starts", "ends"),
    [
        pytest.param(
            "2026-03-08",
            "00:30",
            "01:30",
            "2026-03-08T00:30-05:00",
            "2026-03-08T01:30-05:00",
            id="before the skipped hour it is as written",
        ),
        pytest.param(
            "2026-03-08",
            "01:30",
            "02:30",
            "2026-03-08T01:30-05:00",
            "2026-03-08T03:00-04:00",
            id="an end in the skipped hour is the first instant after it",
        ),
        pytest.param(
            "2026-03-08",
            "02:30",
            "03:30",
            "2026-03-08T03:00-04:00",
            "2026-03-08T03:30-04:00",
            id="a start in the skipped hour too",
        ),
        pytest.param(
            "2026-03-08",
            "02:15",
            "03:45",
            "2026-03-08T03:00-04:00",
            "2026-03-08T03:45-04:00",
            id="wherever in the hour it is",
        ),
        pytest.param(
            "2026-03-08",
            "02:30",
            "04:00",
            "2026-03-08T03:00-04:00",
            "2026-03-08T04:00-04:00",
            id="a window that starts in the skipped hour happens",
        ),
        pytest.param(
            "2026-03-08",
            "01:30",
            "03:30",
            "2026-03-08T01:30-05:00",
            "2026-03-08T03:30-04:00",
            id="across the skipped hour it lasts one hour less",
        ),
        pytest.param(
            "2026-03-08",
            "02:00",
            "03:00",
            "2026-03-08T03:00-04:00",
            "2026-03-08T03:00-04:00",
            id="nothing is left of the skipped hour itself",
        ),
        pytest.param(
            "2026-11-01",
            "01:15",
            "01:45",
            "2026-11-01T01:15-04:00",
            "2026-11-01T01:45-05:00",
            id="in the repeated hour from the first pass to the second",
        ),
        pytest.param(
            "2026-11-01",
            "00:30",
            "02:30",
            "2026-11-01T00:30-04:00",
            "2026-11-01T02:30-05:00",
            id="across the repeated hour it lasts three hours",
        ),
        pytest.param(
            "2026-11-01",
            "01:30",
            "02:30",
            "2026-11-01T01:30-04:00",
            "2026-11-01T02:30-05:00",
            id="from the first pass to after the second it lasts two",
        ),
        pytest.param(
            "2026-11-01",
            "01:00",
            "02:00",
            "2026-11-01T01:00-04:00",
            "2026-11-01T02:00-05:00",
            id="the repeated hour itself lasts two",
        ),
        pytest.param(
            "2026-07-01",
            "21:00",
            "23:00",
            "2026-07-01T21:00-04:00",
            "2026-07-01T23:00-04:00",
            id="in summer the offset is four hours",
        ),
        pytest.param(
            "2026-12-01",
            "21:00",
            "23:00",
            "2026-12-01T21:00-05:00",
            "2026-12-01T23:00-05:00",
            id="in winter it is five",
        ),
    ],
)
def test_each_end_is_resolved_by_itself(
    day: str, from_: str, until: str, starts: str, ends: str
) -> None:
    """The clock-change table of New York in 2026."""
    assert start(datetime.fromisoformat(f"{day}T{from_}"), NEW_YORK) == at(starts)
    assert end(datetime.fromisoformat(f"{day}T{until}"), NEW_YORK) == at(ends)


@pytest.mark.parametrize(
    ("name", "local", "as_start", "as_end"),
    [
        pytest.param(
            "Australia/Lord_Howe",
            "2026-10-04T02:10",
            "2026-10-04T02:30+11:00",
            "2026-10-04T02:30+11:00",
            id="half an hour is skipped",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-04-05T01:45",
            "2026-04-05T01:45+11:00",
            "2026-04-05T01:45+10:30",
            id="half an hour is repeated",
        ),
        pytest.param(
            "Pacific/Apia",
            "2011-12-30T12:00:00.000001",
            "2011-12-31T00:00+14:00",
            "2011-12-31T00:00+14:00",
            id="a whole day is skipped",
        ),
        pytest.param(
            "Pacific/Apia",
            "2011-12-29T23:59:59.999999",
            "2011-12-29T23:59:59.999999-10:00",
            "2011-12-29T23:59:59.999999-10:00",
            id="the last instant before the skipped day",
        ),
        pytest.param(
            "Europe/London",
            "2026-03-29T01:59:59.999999",
            "2026-03-29T02:00+01:00",
            "2026-03-29T02:00+01:00",
            id="the last instant of a skipped hour",
        ),
        pytest.param(
            "Australia/Perth",
            "2026-01-01T00:00",
            "2026-01-01T00:00+08:00",
            "2026-01-01T00:00+08:00",
            id="midnight east of UTC",
        ),
        pytest.param(
            "Pacific/Kiritimati",
            "2026-01-01T00:00",
            "2026-01-01T00:00+14:00",
            "2026-01-01T00:00+14:00",
            id="midnight in the first zone of the day",
        ),
        pytest.param(
            "America/Phoenix",
            "2026-07-01T00:00",
            "2026-07-01T00:00-07:00",
            "2026-07-01T00:00-07:00",
            id="a zone whose clocks do not change",
        ),
        pytest.param(
            "Etc/GMT+5",
            "2026-11-01T01:30",
            "2026-11-01T01:30-05:00",
            "2026-11-01T01:30-05:00",
            id="a literal offset stays what it is in the hour that is repeated elsewhere",
        ),
    ],
)
def test_zones_with_odd_clocks(name: str, local: str, as_start: str, as_end: str) -> None:
    """Gaps of half an hour and of a day, and none at all."""
    written = datetime.fromisoformat(local)
    assert start(written, name) == at(as_start)
    assert end(written, name) == at(as_end)


ZONES = st.sampled_from(
    [NEW_YORK, "Australia/Lord_Howe", "Pacific/Apia", "Europe/Dublin", "Asia/Kolkata", "UTC"]
)
LOCALS = st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1))  # noqa: DTZ001  (local times)


@given(ZONES, LOCALS, st.sampled_from([start, end]))
def test_a_local_time_is_itself_or_the_end_of_the_gap_that_it_is_in(
    name: str, local: datetime, meant: Callable[[datetime, str], datetime]
) -> None:
    """What exists is as written; what does not is the earliest instant with a later wall clock."""
    found = meant(local, name)
    wall = found.astimezone(zone(name)).replace(tzinfo=None)
    if wall != local:
        before = (found - datetime.resolution).astimezone(zone(name)).replace(tzinfo=None)
        assert before < local < wall


@given(ZONES, LOCALS, st.timedeltas(timedelta(), timedelta(days=2)))
def test_a_start_never_comes_after_a_later_end(
    name: str, local: datetime, length: timedelta
) -> None:
    """No change of clocks turns an interval around."""
    assert start(local, name) <= end(local + length, name)


def test_the_instant_is_in_its_zone() -> None:
    """It is shown as it was published."""
    local = datetime.fromisoformat("2026-03-08T02:30")
    assert resolve(local, zone(NEW_YORK), end=False).isoformat() == "2026-03-08T03:00:00-04:00"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        pytest.param("America/New_Yrok", "did you mean America/New_York?", id="a slip"),
        pytest.param("america/new york", "did you mean America/New_York?", id="spaces and case"),
        pytest.param("New_York", "did you mean America/New_York?", id="the place alone"),
        pytest.param("Mars/Olympus", "write one like America/New_York", id="nothing like it"),
        pytest.param("", "write one like America/New_York", id="nothing at all"),
        pytest.param("../UTC", "no zone is called ../UTC", id="a path that leads out"),
        pytest.param("America", "no zone is called America", id="a directory"),
        pytest.param("UTC\0", "no zone is called", id="a null byte"),
        pytest.param("EDT", "no zone is called EDT", id="an abbreviation is no zone"),
    ],
)
def test_an_unknown_zone_is_refused_and_never_taken_as_utc(name: str, near: str) -> None:
    """The message names what would be right."""
    with pytest.raises(ValueError, match=r"^no zone is called") as refused:
        zone(name)
    assert near in str(refused.value)


def test_zones_are_known_without_the_data_of_the_system() -> None:
    """Small images have none: the tzdata package is then what is used."""
    program = (
        "import zoneinfo; zoneinfo.reset_tzpath(to=[]);"
        "from probe.maintenance.zones import zone; print(zone('America/New_York').key)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "America/New_York\n"


def test_a_span_is_of_instants_and_not_of_what_clocks_show() -> None:
    """In the hour that a clock repeats, its second 1:15 comes 45 minutes after its first 1:30."""
    zone = ZoneInfo("America/New_York")
    starts_at = resolve(datetime.fromisoformat("2026-11-01T01:30"), zone, end=False)
    ends_at = resolve(datetime.fromisoformat("2026-11-01T01:15"), zone, end=True)
    check_span(starts_at, ends_at)
    with pytest.raises(ValueError, match="does not end after its start"):
        check_span(ends_at, starts_at)


def test_a_span_is_no_longer_than_62_days_of_real_hours() -> None:
    """Clocks put back within it make it an hour longer, and too long."""
    zone = ZoneInfo("America/New_York")
    starts_at = datetime(2026, 10, 1, tzinfo=zone)
    check_span(starts_at, (starts_at.astimezone(UTC) + LONGEST).astimezone(zone))
    with pytest.raises(ValueError, match="longer than 62 days"):
        check_span(starts_at, starts_at + LONGEST)
