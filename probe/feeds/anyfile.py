"""A file of announcements, read as what it is."""

from probe.feeds.answer import ReadOn
from probe.feeds.ics import is_calendar, read_ics
from probe.feeds.mail import is_message, parse, read_message, sent_on
from probe.maintenance.reading.context import Context
from probe.maintenance.reading.page import read_page
from probe.types import Reading


def read_file(text: str, context: Context, read_on: ReadOn) -> Reading:
    """Read a file as what it is: a calendar, an e-mail, or a page."""
    if is_calendar(text):
        return read_ics(text, context)
    if is_message(text):
        message = parse(text.encode("utf-8", "surrogateescape"))
        day = sent_on(message, context.timezone)
        return Reading(status={}, notices=(read_message(message, context),), day=day)
    return read_page(text, context, read_on)
