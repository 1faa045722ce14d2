"""Local times as instants (DESIGN: each end of a window is resolved by itself)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def zone(name: str) -> ZoneInfo:
    """Return a zone."""
    try:
        return ZoneInfo(name)
    except Exception as error:
        raise ValueError(f"no zone is called {name}") from error


def resolve(local: datetime, zone: ZoneInfo, *, end: bool) -> datetime:
    """Return the instant."""
    return local.replace(tzinfo=zone, fold=int(end)).astimezone(UTC).astimezone(zone)
