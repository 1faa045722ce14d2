"""The clock: where an instant enters that is a parameter everywhere else."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)
