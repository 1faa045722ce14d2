"""Which words are read how: one table, from the kind of a feed to its reader."""

from collections.abc import Callable, Mapping
from datetime import date

from probe.feeds.ics import is_calendar, read_ics
from probe.feeds.mail import is_message, parse, read_mails, read_message, sent_on
from probe.feeds.statuspage import read_statuspage
from probe.maintenance.reading import Context, read_page
from probe.types import FeedKind, Reading

#: By a notice's fingerprint the day as of which it was read first, and whether that day was borne.
ReadOn = Mapping[str, tuple[date, bool]]
Reader = Callable[[str, Context, ReadOn], Reading]


def read_file(text: str, context: Context, read_on: ReadOn) -> Reading:
    """Read a file as what it is: a calendar, an e-mail, or a page."""
    if is_calendar(text):
        return read_ics(text, context)
    if is_message(text):
        message = parse(text.encode("utf-8", "surrogateescape"))
        day = sent_on(message, context.timezone)
        return Reading(status={}, notices=(read_message(message, context),), day=day)
    return read_page(text, context, read_on)


READERS: Mapping[FeedKind, Reader] = {
    FeedKind.PAGE: read_page,
    FeedKind.FILE: read_file,
    FeedKind.ICS: lambda text, context, _: read_ics(text, context),
    FeedKind.STATUSPAGE: lambda text, context, _: read_statuspage(text, context),
    FeedKind.IMAP: lambda text, context, _: read_mails(text, context),
}
