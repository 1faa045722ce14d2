"""Where announcements come from: ask, read, keep the last good reading, tell what changed."""

from probe.feeds.refresh import Known, Outcome, Read, Refresher, follow
from probe.feeds.source import Answer, Fetch, Sources, sources

__all__ = [
    "Answer",
    "Fetch",
    "Known",
    "Outcome",
    "Read",
    "Refresher",
    "Sources",
    "follow",
    "sources",
]
