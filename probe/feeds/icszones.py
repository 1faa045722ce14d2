"""The zones of a calendar: by the names that programs give them, or as it describes them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_OFFSET = re.compile(r"^\((?:UTC|GMT)?[^)]*\)\s*")
#: What Windows shows for a zone, which some programs write as its name.
_SHOWN = {
    "Eastern Time (US & Canada)": "America/New_York",
    "Central Time (US & Canada)": "America/Chicago",
    "Mountain Time (US & Canada)": "America/Denver",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Atlantic Time (Canada)": "America/Halifax",
    "Georgetown, La Paz, Manaus, San Juan": "America/Puerto_Rico",
    "Indiana (East)": "America/Indiana/Indianapolis",
    "Arizona": "America/Phoenix",
    "Alaska": "America/Anchorage",
    "Hawaii": "Pacific/Honolulu",
    "Coordinated Universal Time": "UTC",
    "Dublin, Edinburgh, Lisbon, London": "Europe/London",
    "Brussels, Copenhagen, Madrid, Paris": "Europe/Paris",
    "Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna": "Europe/Berlin",
    "Chennai, Kolkata, Mumbai, New Delhi": "Asia/Kolkata",
}
#: The zones that a made-up name may stand for, beside the feed's own.
_LIKELY = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix",
    "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "UTC",
)  # fmt: skip
#: Two clocks that agree every day for so long are one.
_COMPARED = 2 * 366
#: No description of a zone has more lines; a longer one could be slow to work out.
_MOST_LINES = 200


def named_zone(name: str) -> ZoneInfo | None:
    """Return the zone that a calendar program means by a name, None for one that it made up.

    IANA's names, also behind a program's own path; those of Windows; and what Windows shows.
    """
    name = name.strip().strip('"').strip()
    shown = _OFFSET.sub("", name)
    windows = WINDOWS_TO_OLSON.get(name) or WINDOWS_TO_OLSON.get(shown) or _SHOWN.get(shown)
    parts = name.strip("/").split("/")
    for key in filter(None, (windows, *("/".join(parts[n:]) for n in range(len(parts))))):
        if key in _known():
            return ZoneInfo(key)
    return None


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_of(name: str, described: Mapping[str, str], own: str, local: datetime) -> tzinfo:
    """Return the zone of a TZID for a local time; raises ValueError where it is not certain.

    `described` are the calendar's own descriptions, `own` is the feed's zone. A description that
    agrees with a zone known by name is that zone; one that agrees with none has instants only.
    """
    zone = named_zone(name)
    text = described.get(name)
    if text is None:
        if zone is None:
            raise ValueError(f"the zone {name!r} is not known")
        return zone
    clock = _described(text)
    if zone is not None:
        if local.replace(tzinfo=clock).utcoffset() != local.replace(tzinfo=zone).utcoffset():
            raise ValueError(f"the zone {name!r} is described as another than its name says")
        return zone
    return _like(text, own, local.year) or clock


@lru_cache(maxsize=64)
def _like(text: str, own: str, year: int) -> ZoneInfo | None:
    """Return the zone whose clock a description agrees with, every day of two years."""
    clock, first = _described(text), datetime(year, 1, 1, 12)  # noqa: DTZ001  (local times)
    days = [first + timedelta(days=n) for n in range(_COMPARED)]
    told = [day.replace(tzinfo=clock).utcoffset() for day in days]
    likely = (ZoneInfo(key) for key in dict.fromkeys((own, *_LIKELY)))
    return next(
        (one for one in likely if told == [d.replace(tzinfo=one).utcoffset() for d in days]), None
    )


@lru_cache(maxsize=64)
def _described(text: str) -> tzinfo:
    """Return the clock that a VTIMEZONE describes; raises ValueError for one that is none."""
    if text.count("\n") > _MOST_LINES or re.search(r"FREQ=(?!YEARLY)", text, re.IGNORECASE):
        raise ValueError("its zone is described in a way that is not understood")
    try:
        zone: Any = Timezone.from_ical(text)
        clock: tzinfo = zone.to_tz(lookup_tzid=False)
        clock.utcoffset(datetime(2000, 1, 1))  # noqa: DTZ001  (it is asked for local times)
    except Exception as error:
        raise ValueError(f"its zone cannot be read: {error}") from error
    return clock


def is_named(clock: tzinfo) -> bool:
    """Return whether next year's clock is known, so that an event may recur by it."""
    return clock is UTC or isinstance(clock, ZoneInfo)
