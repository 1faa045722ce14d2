"""What a request asks for: parameters, read strictly."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from starlette.requests import Request

from probe.config.units import duration
from probe.maintenance import zones

T = TypeVar("T")

#: A parameter longer than this means nothing.
LONGEST = 64


class AskedWrong(Exception):  # noqa: N818  (it is the asker's error, and says so)
    """A parameter cannot be obeyed; says which, what stood there and what would be right."""


def asked(request: Request, name: str, read: Callable[[str], T], default: T) -> T:
    """Return a parameter, read; raises AskedWrong for a bad one and for one that is given twice."""
    given = request.query_params.getlist(name)
    if not given:
        return default
    try:
        value = read(given[0])
    except (ValueError, OverflowError) as error:
        raise AskedWrong(f"{name}: {given[0][:LONGEST]!r}: {error}") from None
    if len(given) > 1:
        raise AskedWrong(f"{name}: write it once")
    return value


def only(request: Request, names: Iterable[str]) -> None:
    """Refuse a parameter that is not known: one that is mistyped would do nothing, silently."""
    known = list(names)
    for name in request.query_params:
        if name not in known:
            right = f"write {' or '.join(known)}" if known else "none is known here"
            raise AskedWrong(f"{name[:LONGEST]!r} is no parameter; {right}")


def instant(zone: ZoneInfo) -> Callable[[str], datetime]:
    """Return what reads an ISO 8601 instant; one without an offset is in a zone."""

    def read(text: str) -> datetime:
        # A plus sign that was not escaped arrives as a space.
        try:
            at = datetime.fromisoformat(text[:LONGEST].replace(" ", "+"))
        except ValueError:
            right = "write an instant such as 2026-12-05T22:00 or 2026-12-05T22:00-05:00"
            raise ValueError(right) from None
        if not date(1971, 1, 1) <= at.date() <= date(9000, 1, 1):
            raise ValueError("write a year that a calendar needs")
        return at if at.tzinfo else zones.resolve(at, zone, end=False)

    return read


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return what reads a whole number within bounds."""

    def read(text: str) -> int:
        good = text.isascii() and text.isdigit() and len(text) < LONGEST
        if not good or not least <= int(text) <= most:
            raise ValueError(f"write a whole number from {least} to {most}")
        return int(text)

    return read


def span(most: timedelta) -> Callable[[str], timedelta]:
    """Return what reads a duration of more than nothing, as Prometheus writes it."""

    def read(text: str) -> timedelta:
        value = duration(text)
        if not timedelta() < value <= most:
            raise ValueError(f"write a duration over 0s and up to {most.days}d")
        return value

    return read


def yes_or_no(text: str) -> bool:
    """Read `true` or `false`."""
    if text not in {"true", "false"}:
        raise ValueError("write true or false")
    return text == "true"
