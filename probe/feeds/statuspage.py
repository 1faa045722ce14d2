"""Atlassian Statuspage (API v2) as notices: one scheduled maintenance, one notice.

Times are trusted, component flags are not: they are set by hand, and often not at all.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from probe.feeds.structured import Item, notices_of
from probe.maintenance.reading.context import Context
from probe.types import PublishedStatus, Reading

#: The document that has upcoming, active and past ones.
ALL = "/api/v2/scheduled-maintenances.json"
OVER = {"completed", "cancelled", "canceled"}
STATUS = {
    "none": PublishedStatus.AVAILABLE,
    "minor": PublishedStatus.DEGRADED,
    "major": PublishedStatus.UNAVAILABLE,
    "critical": PublishedStatus.UNAVAILABLE,
}


def address(url: str) -> str:
    """Return where a page's maintenances are; an address of a document is taken as it is."""
    return url if url.endswith(".json") else url.rstrip("/") + ALL


def read_statuspage(text: str, context: Context) -> Reading:
    """Read a document of upcoming, active or all maintenances; another one is no information."""
    try:
        page = json.loads(text)
        listed = page["scheduled_maintenances"]
        items = [item for entry in listed for item in _items(entry, context)]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return Reading(status={}, notices=(), informative=False)
    indicator = page["status"].get("indicator") if isinstance(page.get("status"), dict) else None
    known = STATUS.get(str(indicator))
    status = {context.component: known} if known else {}
    return Reading(status=status, notices=notices_of(items, context))


def _items(entry: dict[str, Any], context: Context) -> Iterator[Item]:
    """Yield a maintenance's item, and another that takes it back once it is over."""
    names = [str(one["name"]) for one in entry.get("components") or () if "name" in one]
    bodies = [str(one.get("body", "")) for one in entry.get("incident_updates") or ()]
    text = "\n".join(filter(None, [str(entry["name"]), ", ".join(names), *bodies[-1:]]))
    mark = f"{entry['id']} {entry['scheduled_for']} {entry['scheduled_until']}"
    try:
        start, end = _instant(entry["scheduled_for"]), _instant(entry["scheduled_until"])
    except (ValueError, OverflowError) as error:
        yield Item(mark=mark, text=text, spans=(), wrong=f"its times cannot be read: {error}")
        return
    if end.date() < context.day:
        return
    yield Item(mark=mark, text=text, spans=((start, end),))
    if entry.get("status") in OVER:
        yield Item(mark=f"{mark} over", text=text, spans=((start, end),), over=True)


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return at.astimezone(UTC)
