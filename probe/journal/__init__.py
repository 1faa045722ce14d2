"""What happened, kept in SQLite: observations and their spans, notices, feeds, reviews."""

from probe.journal.codec import instant, micros
from probe.journal.commands import keep, reading, writing
from probe.journal.database import FILE, JournalError, NoJournalError
from probe.journal.journal import Journal
from probe.journal.lock import LOCK, InUseError, in_use
from probe.journal.noticeboard import FeedState, Noticeboard, latest_statuses, news
from probe.journal.observationtables import ABSENCE
from probe.journal.published import Notices
from probe.journal.queries import History
from probe.journal.reader import UnreadError
from probe.journal.schema import SCHEMA

__all__ = [
    "ABSENCE",
    "FILE",
    "LOCK",
    "SCHEMA",
    "FeedState",
    "History",
    "InUseError",
    "Journal",
    "JournalError",
    "NoJournalError",
    "Noticeboard",
    "Notices",
    "UnreadError",
    "in_use",
    "instant",
    "keep",
    "latest_statuses",
    "micros",
    "news",
    "reading",
    "writing",
]
