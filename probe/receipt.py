"""When First Coast counts a submission as received.

Its rule: documents sent after 6 p.m. Eastern on weekdays, or on weekends and holidays, get the next
business day as their receipt date.
"""

from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from probe.maintenance.zones import resolve
from probe.types import ReceiptDate

DAY = timedelta(days=1)
WEEK = 7
MONDAY, THURSDAY, FRIDAY, SATURDAY = 0, 3, 4, 5
#: The US federal holidays (5 U.S.C. 6103) that have a date, by month and day; and the others, by
#: month and weekday: the first of that weekday on or after a day of the month.
DATED = frozenset({(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)})
MOVING = frozenset(
    {
        (1, MONDAY, 15),  # the third: birthday of Martin Luther King, Jr.
        (2, MONDAY, 15),  # the third: Washington's Birthday
        (5, MONDAY, 25),  # the last: Memorial Day
        (9, MONDAY, 1),  # the first: Labor Day
        (10, MONDAY, 8),  # the second: Columbus Day
        (11, THURSDAY, 22),  # the fourth: Thanksgiving Day
    }
)


class FederalHolidays(Container[date]):
    """The US federal holidays of every year, as the law has had them since 2021.

    One that falls on a Saturday is observed on the Friday before it, too, and one on a Sunday on
    the Monday after it.
    """

    def __contains__(self, day: object) -> bool:
        """Whether a day is one of them, or one on which one is observed."""
        if not isinstance(day, date):
            return False
        weekday = day.weekday()
        observed = {FRIDAY: day + DAY, MONDAY: day - DAY}.get(weekday, day)
        return any((one.month, one.day) in DATED for one in (day, observed)) or any(
            (day.month, weekday) == (month, wanted) and first <= day.day < first + WEEK
            for month, wanted, first in MOVING
        )


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
