"""How long a server asks to be left alone."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


def retry_after(value: str, now: datetime, most: timedelta) -> datetime | None:
    """Return the instant that a Retry-After header names, bounded by `most`; None for no such."""
    try:
        if value.isascii() and value.isdigit():
            at = now + min(timedelta(seconds=int(value[:9])), most)
        else:
            at = parsedate_to_datetime(value)
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(at, now + most)
