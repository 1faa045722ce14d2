"""Where announcements come from: ask, read, keep the last good reading, tell what changed."""

from probe.feeds.answer import Answer, Known, Outcome, Validators
from probe.feeds.followed import Followed
from probe.feeds.kinds import Kind, Kinds, kinds
from probe.feeds.page import Fetch
from probe.feeds.refresh import Refresher, follow

__all__ = [
    "Answer",
    "Fetch",
    "Followed",
    "Kind",
    "Kinds",
    "Known",
    "Outcome",
    "Refresher",
    "Validators",
    "follow",
    "kinds",
]
