"""When First Coast counts a submission as received.

Its rule: documents sent after 6 p.m. Eastern on weekdays, or on weekends and holidays, get the next
business day as their receipt date.
"""

from collections.abc import Callable, Container
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from probe.maintenance.zones import resolve
from probe.runtime.late import late
from probe.types import ReceiptDate

DAY = timedelta(days=1)
SATURDAY = 5
#: Comes with the calendars of the whole world.
CALENDAR: Callable[[str], Container[date]] = late("holidays:country_holidays")


def federal_holidays() -> Container[date]:
    """Return the US federal holidays, observed days included, of every year."""
    return CALENDAR("US")


def receipt_date(
    at: datetime,
    *,
    cutoff: time,
    zone: ZoneInfo,
    holidays: Container[date] = (),
    closed: Container[date] = (),
) -> ReceiptDate:
    """Return the business day, in `zone`, on which a submission counts, and the cutoff of that day.

    What is sent exactly at the cutoff still counts on its day: the rule speaks of what comes after.
    """

    def is_business(day: date) -> bool:
        return day.weekday() < SATURDAY and day not in holidays and day not in closed

    def cutoff_of(day: date) -> datetime:
        return resolve(datetime.combine(day, cutoff), zone, end=True).astimezone(UTC)

    at = at.astimezone(UTC)
    day = at.astimezone(zone).date()
    if at > cutoff_of(day):
        day += DAY
    while not is_business(day):
        day += DAY
    return ReceiptDate(submitted_at=at, receipt_date=day, cutoff_at=cutoff_of(day))
