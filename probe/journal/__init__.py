"""What happened, kept in SQLite: observations and their spans, notices, feeds, reviews."""

from probe.journal.codec import instant, micros
from probe.journal.database import FILE, JournalError
from probe.journal.history import Journal
from probe.journal.lock import LOCK, sole
from probe.journal.notices import FeedState
from probe.journal.observations import ABSENCE
from probe.journal.schema import SCHEMA
from probe.journal.thread import JournalThread

__all__ = [
    "ABSENCE",
    "FILE",
    "LOCK",
    "SCHEMA",
    "FeedState",
    "Journal",
    "JournalError",
    "JournalThread",
    "instant",
    "micros",
    "sole",
]
