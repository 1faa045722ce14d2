"""The receipt date: the cutoff to the microsecond, weekends, holidays, clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.receipt import FederalHolidays, receipt_date
from probe.types import ReceiptDate

EASTERN = ZoneInfo("America/New_York")
SIX = time(18)
HOLIDAYS = FederalHolidays()


def received(at: datetime, *, closed: tuple[date, ...] = ()) -> ReceiptDate:
    """Return the receipt date by First Coast's rule."""
    return receipt_date(at, cutoff=SIX, zone=EASTERN, holidays=HOLIDAYS, closed=closed)


def test_federal_holidays_are_those_that_a_peer_has() -> None:
    """Every day of eighty years, observed days included; the law was changed last in 2021."""
    theirs = holidays.country_holidays("US", years=range(2021, 2101))
    days = [date(2021, 1, 2) + timedelta(days=n) for n in range(29_218)]
    assert days[-1].year == 2100
    assert [day for day in days if day in HOLIDAYS] == [day for day in days if day in theirs]


@pytest.mark.parametrize(
    ("submitted", "day"),
    [
        pytest.param("2026-11-24T00:00", "2026-11-24", id="the first instant of a Tuesday"),
        pytest.param("2026-11-24T17:59:59.999999", "2026-11-24", id="just before six"),
        pytest.param("2026-11-24T18:00", "2026-11-24", id="six itself is not after six"),
        pytest.param("2026-11-24T18:00:00.000001", "2026-11-25", id="just after six"),
        pytest.param("2026-11-24T23:59:59.999999", "2026-11-25", id="the last instant of the day"),
        pytest.param("2026-11-25T18:30", "2026-11-27", id="tomorrow is Thanksgiving"),
        pytest.param("2026-11-26T12:00", "2026-11-27", id="today is"),
        pytest.param("2026-11-27T18:30", "2026-11-30", id="Friday evening is Monday's"),
        pytest.param("2026-11-28T09:00", "2026-11-30", id="Saturday is Monday's"),
        pytest.param("2026-11-29T23:00", "2026-11-30", id="so is Sunday night"),
        pytest.param("2026-07-02T19:00", "2026-07-06", id="Independence Day, observed on Friday"),
        pytest.param("2026-07-05T12:00", "2026-07-06", id="the 4th was a Saturday"),
        pytest.param("2027-07-05T12:00", "2027-07-06", id="the 4th was a Sunday"),
        pytest.param("2027-12-31T12:00", "2028-01-03", id="New Year's Day, observed in the old"),
        pytest.param("2026-12-31T20:00", "2027-01-04", id="New Year's Eve, over a weekend"),
        pytest.param("2026-10-12T12:00", "2026-10-13", id="Columbus Day is a federal holiday"),
        pytest.param("2026-06-19T12:00", "2026-06-22", id="so is Juneteenth"),
        pytest.param("2026-11-03T12:00", "2026-11-03", id="Election Day is none"),
        pytest.param("2026-03-06T18:01", "2026-03-09", id="over the night when clocks go forward"),
        pytest.param("2026-10-30T18:01", "2026-11-02", id="over the night when they go back"),
    ],
)
def test_a_receipt_date(submitted: str, day: str) -> None:
    """Received after 6 p.m. on weekdays, or on weekends and holidays: the next business day."""
    at = datetime.fromisoformat(submitted).replace(tzinfo=EASTERN)
    assert received(at).receipt_date == date.fromisoformat(day)
    assert received(at.astimezone(UTC)) == received(at)


@pytest.mark.parametrize(
    ("submitted", "cutoff"),
    [
        pytest.param("2026-07-07T12:00-04:00", "2026-07-07T22:00+00:00", id="today's, in summer"),
        pytest.param("2026-12-01T12:00-05:00", "2026-12-01T23:00+00:00", id="today's, in winter"),
        pytest.param("2026-12-01T18:00-05:00", "2026-12-01T23:00+00:00", id="it is now"),
        pytest.param("2026-12-01T19:00-05:00", "2026-12-02T23:00+00:00", id="tomorrow's"),
        pytest.param("2026-03-06T19:00-05:00", "2026-03-09T22:00+00:00", id="the clocks changed"),
        pytest.param("2026-10-30T19:00-04:00", "2026-11-02T23:00+00:00", id="and changed back"),
        pytest.param("2026-11-25T19:00-05:00", "2026-11-27T23:00+00:00", id="after the holiday"),
        pytest.param("2026-12-02T00:30+01:00", "2026-12-02T23:00+00:00", id="abroad it is later"),
    ],
)
def test_the_next_cutoff(submitted: str, cutoff: str) -> None:
    """In UTC; it is six in the evening of the receipt date, whatever clocks did before."""
    found = received(datetime.fromisoformat(submitted))
    assert found.cutoff_at.isoformat(timespec="minutes") == cutoff


def test_days_that_are_closed_besides() -> None:
    """The configuration may name more, and may name no holidays at all."""
    tuesday = datetime(2026, 11, 24, 12, tzinfo=EASTERN)
    closed = (date(2026, 11, 24), date(2026, 11, 25))
    assert received(tuesday, closed=closed).receipt_date == date(2026, 11, 27)
    thanksgiving = datetime(2026, 11, 26, 12, tzinfo=EASTERN)
    found = receipt_date(thanksgiving, cutoff=SIX, zone=EASTERN)
    assert found.receipt_date == date(2026, 11, 26)


@settings(deadline=None)
@given(
    st.datetimes(
        datetime(2020, 1, 1),  # noqa: DTZ001  (bounds are naive)
        datetime(2035, 1, 1),  # noqa: DTZ001  (bounds are naive)
        timezones=st.just(UTC),
    ),
    st.timedeltas(timedelta(), timedelta(days=10)),
)
def test_what_is_sent_later_is_not_received_earlier(at: datetime, later: timedelta) -> None:
    """A receipt date is a business day, no earlier than the submission, and its cutoff is ahead."""
    found = received(at)
    assert found.receipt_date.weekday() < 5
    assert found.receipt_date not in HOLIDAYS
    assert found.receipt_date >= at.astimezone(EASTERN).date()
    assert at <= found.cutoff_at <= at + timedelta(days=6)
    assert found.receipt_date <= received(at + later).receipt_date
    assert received(found.cutoff_at).receipt_date == found.receipt_date
    after = received(found.cutoff_at + timedelta(microseconds=1))
    assert after.receipt_date > found.receipt_date
