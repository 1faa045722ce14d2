"""A local month: what is reported and leafed through. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from probe.history.availability import DAY, midnight

#: Years outside of these would leave what a date can be.
EARLIEST, LATEST = 1971, 9000


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of a zone, `start <= t < end`; `first` is its first day."""

    first: date
    start: datetime
    end: datetime

    @property
    def name(self) -> str:
        """The month as it is asked for: `2026-11`."""
        return f"{self.first:%Y-%m}"

    @property
    def before(self) -> str:
        """The month before it."""
        return f"{self.first - DAY:%Y-%m}"

    @property
    def after(self) -> str:
        """The month after it."""
        return f"{_following(self.first):%Y-%m}"


def month(text: str, zone: ZoneInfo) -> Month:
    """Read `2026-11`; raises ValueError with what would be right."""
    right = "write a month such as 2026-11"
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ValueError(right) from None
    if not EARLIEST <= first.year <= LATEST:
        raise ValueError(right)
    following = _following(first)
    return Month(first=first, start=midnight(first, zone), end=midnight(following, zone))


def month_of(at: datetime, zone: ZoneInfo) -> Month:
    """Return the month of an instant."""
    return month(f"{at.astimezone(zone):%Y-%m}", zone)


def _following(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
