"""How a report writes shares, durations and instants, wherever it is read."""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from zoneinfo import ZoneInfo

from probe.report.figures import Outcome
from probe.types import Because, Verdict, Window

NOTHING = "\N{EN DASH}"
UNITS = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))

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
    return f"{'100' if value == 1 else rounded} %"


def duration(seconds: float | None) -> str:
    """Return a duration in its two largest units: `1 d 2 h`, `1 h 5 min`, `42 s`, `227 ms`."""
    if seconds is None:
        return NOTHING
    if 0 < seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    rest = round(seconds)
    parts = []
    for unit, length in UNITS:
        count, rest = divmod(rest, length)
        parts.append((count, unit))
    first = next((n for n, (count, _) in enumerate(parts) if count), len(parts) - 1)
    shown = [(count, unit) for count, unit in parts[first : first + 2] if count] or parts[-1:]
    return " ".join(f"{count} {unit}" for count, unit in shown)


def instant(at: datetime | None, zone: ZoneInfo) -> str:
    """Return an instant in a zone, to the second: `Thu 2026-12-03 21:00:05 EST`."""
    return NOTHING if at is None else at.astimezone(zone).strftime("%a %Y-%m-%d %H:%M:%S %Z")


def minute(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant in a zone, to the minute: `Thursday, December 3, 2026, 21:00 EST`."""
    return at.astimezone(zone).strftime("%A, %B %-d, %Y, %H:%M %Z")


def short(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant in a zone, without its year: `Thu Dec 3 21:00:05 EST`."""
    return at.astimezone(zone).strftime("%a %b %-d %H:%M:%S %Z")


def clock(at: datetime | None, beside: datetime, zone: ZoneInfo) -> str:
    """Return an instant beside another: its time of day alone where the local day is the same."""
    if at is None:
        return NOTHING
    local = at.astimezone(zone)
    same = local.date() == beside.astimezone(zone).date()
    return local.strftime("%H:%M:%S" if same else "%a %b %-d %H:%M:%S")


def because(found: tuple[Because, ...]) -> str:
    """Return why something was unexpected, in order."""
    return ", ".join(one.replace("_", " ") for one in found)


def source(window: Window, zone: ZoneInfo) -> str:
    """Return who published a window and when."""
    if window.published_at is None:
        return window.source
    return f"{window.source}, {short(window.published_at, zone)}"
