"""When First Coast counts a submission as received.

"Received after 6 p.m. ET weekdays, or on weekends and holidays": the next business day.
"""

from collections.abc import Container
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays as calendars

from probe.maintenance.zones import resolve
from probe.types import ReceiptDate

DAY = timedelta(days=1)
WEEKEND = 5


def federal_holidays() -> Container[date]:
    """Return the US federal holidays, observed days included, of every year."""
    return calendars.country_holidays("US")


def receipt_date(
    at: datetime,
    *,
    cutoff: time,
    zone: ZoneInfo,
    holidays: Container[date] = (),
    closed: Container[date] = (),
) -> ReceiptDate:
    """Return the local date on which a submission counts, and the cutoff that ends that day.

    At the cutoff itself, to the microsecond, it still counts on the same day: only what comes
    after 6 p.m. does not.
    """

    def works(day: date) -> bool:
        return day.weekday() < WEEKEND and day not in holidays and day not in closed

    local = at.astimezone(zone)
    day = local.date()
    if at > resolve(datetime.combine(day, cutoff), zone, end=True):
        day += DAY
    while not works(day):
        day += DAY
    return ReceiptDate(
        submitted_at=at,
        receipt_date=day,
        cutoff_at=resolve(datetime.combine(day, cutoff), zone, end=True),
    )
