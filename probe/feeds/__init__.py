"""Where announcements come from: ask, read, keep the last good reading, tell what changed."""

from probe.feeds.refresh import Outcome, Refresher, follow
from probe.feeds.source import Answer, Fetch, Sources, sources

__all__ = ["Answer", "Fetch", "Outcome", "Refresher", "Sources", "follow", "sources"]
