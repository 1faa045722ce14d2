"""The kinds of feeds, in one table: how each is asked, how it is read, how long it may take.

What each needs in the configuration is in `config/sections.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from probe.feeds.answer import Known, Outcome
from probe.feeds.page import Ask, Fetch, page
from probe.maintenance.reading.context import Context
from probe.runtime.late import late
from probe.types import Feed, FeedFailure, FeedKind, Reading

#: What a feed's text says; what is known of its notices is as of which day each was first read.
Read = Callable[[str, Context, Known, Feed], Reading]

#: A kind brings its libraries, and the reader its grammar, when the first feed of it is read.
READ_PAGE: Callable[[str, Context, Known], Reading] = late(
    "probe.maintenance.reading.page:read_page"
)
READ_FILE: Read = late("probe.feeds.file:read_file")
READ_ICS: Read = late("probe.feeds.ics:read_ics")
READ_STATUSPAGE: Read = late("probe.feeds.statuspage:read_statuspage")
READ_MAILS: Read = late("probe.feeds.imap:read_mails")
FILE: Ask = late("probe.feeds.file:file")
MAILBOX: Ask = late("probe.feeds.imap:mailbox")
ADDRESS: Callable[[str], str] = late("probe.feeds.statuspage:address")

UNREADABLE = Outcome(failure=FeedFailure.UNREADABLE, detail="it is not what this kind of feed is")
HEADLESS = Outcome(
    failure=FeedFailure.NO_HEADINGS, detail="the page has none of a status page's headings"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of feed; a whole refresh may take so many times the feed's `timeout`.

    `uninformative` is what it comes to where the answer says nothing at all.
    """

    ask: Ask
    read: Read
    timeouts: int = 1
    uninformative: Outcome = UNREADABLE


Kinds = Mapping[FeedKind, Kind]


def kinds(fetch: Fetch) -> Kinds:
    """Return the table; `fetch` does one HTTP exchange."""
    return {
        FeedKind.PAGE: Kind(
            ask=page(fetch),
            read=lambda text, context, known, _: READ_PAGE(text, context, known),
            uninformative=HEADLESS,
        ),
        FeedKind.FILE: Kind(ask=FILE, read=READ_FILE, uninformative=HEADLESS),
        FeedKind.ICS: Kind(ask=page(fetch), read=READ_ICS),
        FeedKind.STATUSPAGE: Kind(ask=page(fetch, ADDRESS), read=READ_STATUSPAGE),
        FeedKind.IMAP: Kind(ask=MAILBOX, read=READ_MAILS, timeouts=4),
    }
