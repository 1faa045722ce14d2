"""The kinds of feeds, in one table: how each is asked, how it is read, how long it may take.

What each needs in the configuration is in `config/sections.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from probe.feeds.answer import Known, Outcome
from probe.feeds.file import file, read_file
from probe.feeds.ics import read_ics
from probe.feeds.imap import mailbox, read_mails
from probe.feeds.page import Ask, Fetch, page
from probe.feeds.statuspage import address, read_statuspage
from probe.maintenance.reading import Context, read_page
from probe.types import Feed, FeedFailure, FeedKind, Reading

#: What a feed's text says; what is known of its notices is as of which day each was first read.
Read = Callable[[str, Context, Known, Feed], Reading]

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
            read=lambda text, context, known, _: read_page(text, context, known),
            uninformative=HEADLESS,
        ),
        FeedKind.FILE: Kind(ask=file, read=read_file, uninformative=HEADLESS),
        FeedKind.ICS: Kind(ask=page(fetch), read=read_ics),
        FeedKind.STATUSPAGE: Kind(ask=page(fetch, address), read=read_statuspage),
        FeedKind.IMAP: Kind(ask=mailbox, read=read_mails, timeouts=4),
    }
