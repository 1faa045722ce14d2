"""Zones by name, and local times as instants.

Each end of a window is resolved by itself, so that a window across a clock change has the real
length between its two ends. The zone data of the system is used, else that of the tzdata package.
"""

from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

NEAREST = 3
#: How like a known name another must be to be taken for a slip, from 0 to 1.
ALIKE = 0.8


#: A window that a person writes is no longer than this; a slip in its year would be.
LONGEST = timedelta(days=62)


def length(starts_at: datetime, ends_at: datetime) -> timedelta:
    """Return the time between two instants, negative where they are the other way round.

    Python subtracts what clocks show where both are in one zone; in the hour that a clock repeats,
    1:15 may come 45 minutes after 1:30.
    """
    return ends_at.astimezone(UTC) - starts_at.astimezone(UTC)


def check_span(starts_at: datetime, ends_at: datetime, at: datetime | None = None) -> None:
    """Raise ValueError for what no window can be, or for one that is over at an instant."""
    lasts = length(starts_at, ends_at)
    if lasts <= timedelta():
        raise ValueError("it does not end after its start")
    if lasts > LONGEST:
        raise ValueError(f"it is longer than {LONGEST.days} days; look at the years")
    if at and length(at, ends_at) <= timedelta():
        raise ValueError("it is over; what is past is not judged again")


def zone(name: str) -> ZoneInfo:
    """Return the zone of an IANA name; raises ValueError for another, naming the nearest."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        near = " or ".join(_nearest(name))
        right = f"did you mean {near}?" if near else "write one like America/New_York"
        raise ValueError(f"no zone is called {name}; {right}") from error


def resolve(local: datetime, zone: ZoneInfo, *, end: bool) -> datetime:
    """Return the instant, aware and in `zone`, that a naive local time means as start or as end.

    One inside a skipped hour moves forward to the first instant that exists; in a repeated hour a
    start takes the first pass and an end the second.
    """
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if second < first:
        return _change(zone, second, first).astimezone(zone)
    return (second if end else first).astimezone(zone)


def written(at: datetime, zone: ZoneInfo) -> datetime:
    """Return the naive local time of an instant; one written inside a skipped hour stays there.

    The first occurrence of what recurs may fall into such an hour, and those after it do not.
    """
    local = at.replace(tzinfo=None)
    offsets = {local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)}
    return local if at.utcoffset() in offsets else at.astimezone(zone).replace(tzinfo=None)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the first instant in (before, after] at which the clocks of a zone are changed."""
    old = before.astimezone(zone).utcoffset()
    while after - before > datetime.resolution:
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def _nearest(name: str) -> list[str]:
    """Return known names like one: by its spelling, else by the place in its last part."""
    known = {known.lower(): known for known in available_timezones()}
    asked = name.strip().lower().replace(" ", "_")
    by_place = [full for full in known if full.rpartition("/")[2] == asked.rpartition("/")[2]]
    near = get_close_matches(asked, known, n=NEAREST, cutoff=ALIKE)
    return [known[found] for found in dict.fromkeys([*by_place, *near])][:NEAREST]
