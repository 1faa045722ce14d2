"""What the routes show and do, handed in as one value, so that they hold no state."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry

from probe.maintenance.calendar import Calendar
from probe.types import Incident, Review, Seen
from probe.web.events import Changes
from probe.web.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the routes show and do.

    `waiting` names the targets that have no observation yet; `reload` returns None, or what is
    wrong with the file. `incidents` are those that overlap a span, the latest first, so many at
    most; `notices` are every sighting, the oldest first, with the last review of it.
    """

    registry: CollectorRegistry
    changes: Changes
    now: Callable[[], datetime]
    zone: Callable[[], ZoneInfo]
    calendar: Callable[[], Calendar]
    waiting: Callable[[], tuple[str, ...]]
    reload: Callable[[], Awaitable[str | None]]
    view: Callable[[], Awaitable[View]]
    incidents: Callable[[datetime, datetime, int], Awaitable[tuple[Incident, ...]]]
    notices: Callable[[], Awaitable[tuple[tuple[Seen, Review | None], ...]]]
