"""Which words are read how: one table, from the kind of a feed to its reader."""

from collections.abc import Callable, Mapping

from probe.feeds.answer import ReadOn
from probe.maintenance.reading.context import Context
from probe.runtime.late import late
from probe.types import FeedKind, Reading

Reader = Callable[[str, Context, ReadOn], Reading]

#: A reader brings its libraries and its grammar when the first feed of its kind is read.
_ICS: Callable[[str, Context], Reading] = late("probe.feeds.ics:read_ics")
_STATUSPAGE: Callable[[str, Context], Reading] = late("probe.feeds.statuspage:read_statuspage")
_MAILS: Callable[[str, Context], Reading] = late("probe.feeds.mail:read_mails")

READERS: Mapping[FeedKind, Reader] = {
    FeedKind.PAGE: late("probe.maintenance.reading.page:read_page"),
    FeedKind.FILE: late("probe.feeds.anyfile:read_file"),
    FeedKind.ICS: lambda text, context, _: _ICS(text, context),
    FeedKind.STATUSPAGE: lambda text, context, _: _STATUSPAGE(text, context),
    FeedKind.IMAP: lambda text, context, _: _MAILS(text, context),
}
