"""How a report writes shares, durations and instants, wherever it is read."""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from zoneinfo import ZoneInfo

from probe.report.figures import Outcome
from probe.types import Because, Verdict, Window

NOTHING = "\N{EN DASH}"
MINUTE, HOUR, DAY = 60, 3600, 86_400

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.FAILED: "failed",
    Outcome.NOTHING_FAILED: "nothing failed",
    Outcome.NOT_OBSERVED: "not observed",
    Outcome.OPEN: "open",
}
VERDICTS = (Verdict.EXPECTED, Verdict.UNEXPECTED)


def share(value: float | None) -> str:
    """Return a share in percent, rounded down: what failed is never rounded away."""
    if value is None:
        return NOTHING
    exact = Decimal(repr(value)) * 100
    places = "0.001" if value > 0.99 else "0.01"  # noqa: PLR2004  (where the third digit matters)
    rounded = exact.quantize(Decimal(places), ROUND_DOWN)
    return f"{'100' if value == 1 else rounded}\N{NO-BREAK SPACE}%"


def duration(seconds: float | None) -> str:
    """Return a duration in its two largest units: `1 d 2 h`, `1 h 05 min`, `42 s`."""
    if seconds is None:
        return NOTHING
    if 0 < seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE:02} s"
    if whole < DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE:02} min"
    return f"{whole // DAY} d {whole % DAY // HOUR} h"


def instant(at: datetime | None, zone: ZoneInfo) -> str:
    """Return an instant in a zone, to the second: `Thu 2026-12-03 21:00:05 EST`."""
    return NOTHING if at is None else at.astimezone(zone).strftime("%a %Y-%m-%d %H:%M:%S %Z")


def clock(at: datetime | None, beside: datetime, zone: ZoneInfo) -> str:
    """Return an instant beside another: its time of day alone where the local day is the same."""
    if at is None:
        return NOTHING
    local = at.astimezone(zone)
    same = local.date() == beside.astimezone(zone).date()
    return local.strftime("%H:%M:%S" if same else "%a %Y-%m-%d %H:%M:%S")


def because(found: tuple[Because, ...]) -> str:
    """Return why something was unexpected, in order."""
    return ", ".join(one.replace("_", " ") for one in found)


def source(window: Window, zone: ZoneInfo) -> str:
    """Return who published a window and when."""
    if window.published_at is None:
        return window.source
    return f"{window.source}, {instant(window.published_at, zone)}"
