"""Where announcements come from: ask, read, keep the last good reading, tell what changed."""

from probe.feeds.answer import Answer, ReadOn, Validators
from probe.feeds.reader import READERS
from probe.feeds.refresh import Outcome, Read, Refresher, follow
from probe.feeds.source import Fetch, Source, Sources, sources

__all__ = [
    "READERS",
    "Answer",
    "Fetch",
    "Outcome",
    "Read",
    "ReadOn",
    "Refresher",
    "Source",
    "Sources",
    "Validators",
    "follow",
    "sources",
]
