"""Atlassian Statuspage (API v2) as entries: one scheduled maintenance, one entry.

Times are trusted, component flags say only which system is meant: they are set by hand.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from probe.feeds.answer import NOTHING, Known
from probe.feeds.entry import Effect, Entry, Firmness, Span, notices_of
from probe.maintenance.reading.context import Context
from probe.types import Feed, PublishedStatus, Reading

#: The document that has upcoming, active and past ones.
ALL = "/api/v2/scheduled-maintenances.json"
MOST_ENTRIES = 2000
FIRMNESS = {
    "completed": Firmness.OVER,
    "resolved": Firmness.OVER,
    "cancelled": Firmness.OVER,
    "canceled": Firmness.OVER,
    "scheduled": Firmness.FIRM,
    "in_progress": Firmness.FIRM,
    "verifying": Firmness.FIRM,
}
EFFECTS = {
    "minor": Effect.DEGRADED,
    "major": Effect.OUTAGE,
    "critical": Effect.OUTAGE,
    "maintenance": Effect.UNSAID,
}
STATUS = {
    "none": PublishedStatus.AVAILABLE,
    "minor": PublishedStatus.DEGRADED,
    "major": PublishedStatus.UNAVAILABLE,
    "critical": PublishedStatus.UNAVAILABLE,
}
#: What the product itself writes below a maintenance as it goes on; its status says the same.
CANNED = re.compile(
    r"Scheduled maintenance is currently in progress\. We will provide updates as necessary\."
    r"|The scheduled maintenance has been completed\."
    r"|Verification is currently underway for the maintenance items\."
    r"|We will be undergoing scheduled maintenance during this time\."
)


def address(url: str) -> str:
    """Return where a page's maintenances are; an address of a document is taken as it is."""
    return url if url.endswith(".json") else url.rstrip("/") + ALL


def read_statuspage(
    text: str, context: Context, _: Known = NOTHING, feed: Feed | None = None
) -> Reading:
    """Read a document of upcoming, active or all maintenances; another one is no information."""
    try:
        page = json.loads(text)
        listed = page["scheduled_maintenances"]
    except (ValueError, KeyError, TypeError, RecursionError):
        listed = None
    if not _is_list_of_mappings(listed):
        return Reading(status={}, notices=(), informative=False)
    indicator = page["status"].get("indicator") if isinstance(page.get("status"), dict) else None
    known_status = STATUS.get(str(indicator))
    status = {context.component: known_status} if known_status else {}
    entries = (entry for one in listed for entry in _entries(one, context))
    match = feed.match if feed else ()
    return Reading(status=status, notices=notices_of(entries, context, match))


def _is_list_of_mappings(listed: Any) -> bool:
    """Return whether it is a list of maintenances, though some of them may be broken."""
    if not isinstance(listed, list) or len(listed) > MOST_ENTRIES:
        return False
    return not listed or any(isinstance(one, dict) for one in listed)


def _entries(listed: Any, context: Context) -> Iterator[Entry]:
    """Yield a maintenance's entry, or none where it is over; a broken one is refused alone."""
    if not isinstance(listed, dict):
        yield Entry(mark=repr(listed), title="", wrong="it is no maintenance at all")
        return
    title, details = _text(listed.get("name")), "\n".join(_updates(listed))
    status, impact = (_text(listed.get(key)).lower() for key in ("status", "impact"))
    firmness = FIRMNESS.get(status, Firmness.FIRM if not status else Firmness.TENTATIVE)
    systems = tuple(_names(listed.get("components")))
    times = [_text(listed.get(key)) for key in ("scheduled_for", "scheduled_until")]
    mark = (_text(listed.get("id")), title, details, *systems, *times, impact, firmness)
    spans: tuple[Span, ...] = ()
    wrong = ""
    try:
        start, end = map(_instant, times)
        if start < end < _midnight(context):
            return
        spans = (Span(start=start, end=end),)
        wrong = "" if start < end else "it ends before it starts"
    except (ValueError, OverflowError) as error:
        wrong = f"its times cannot be read: {error}"
    yield Entry(
        mark="\n".join(mark),
        title=title,
        details=details,
        systems=systems,
        spans=spans,
        timezone="UTC",
        firmness=firmness,
        effect=EFFECTS.get(impact, Effect.UNSAID),
        identity=_text(listed.get("id")),
        said_at=_said_at(listed),
        wrong=wrong,
        doubt=_doubt(title, impact),
    )


def _midnight(context: Context) -> datetime:
    """Return when the present day began."""
    return datetime.combine(context.day, time(), ZoneInfo(context.timezone))


def _doubt(title: str, impact: str) -> str:
    """Return why an entry is only proposed; older pages say `none` of every maintenance."""
    if not title:
        return "it has no name"
    return "its impact is given as none" if impact == "none" else ""


def _updates(listed: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was written below a maintenance, the first word first."""
    updates = listed.get("incident_updates")
    for update in reversed(updates) if isinstance(updates, list) else ():
        if isinstance(update, dict):
            yield CANNED.sub("", _text(update.get("body"))).strip()
        elif isinstance(update, str):
            yield update


def _names(components: Any) -> Iterator[str]:
    for one in components if isinstance(components, list) else ():
        if isinstance(one, dict) and isinstance(one.get("name"), str):
            yield one["name"]


def _said_at(listed: Mapping[str, Any]) -> datetime | None:
    for key in ("updated_at", "created_at"):
        try:
            return _instant(_text(listed.get(key)))
        except (ValueError, OverflowError):
            continue
    return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return at.astimezone(UTC)
