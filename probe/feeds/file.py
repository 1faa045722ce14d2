"""A feed on disk: read when it has changed, as what it is."""

import os
import stat
from datetime import datetime
from pathlib import Path

from probe.feeds.answer import NOTHING, Answer, Known, Validators
from probe.feeds.ics import is_calendar, read_ics
from probe.feeds.mail import is_message, parse, read_message, sent_on
from probe.maintenance.reading.context import Context
from probe.maintenance.reading.page import read_page
from probe.prober import body
from probe.runtime.threads import in_thread
from probe.types import Feed, FeedFailure, Reading

#: More than this is no status page.
MOST_BYTES = 2 << 20


async def file(feed: Feed, validators: Validators, now: datetime) -> Answer:  # noqa: ARG001  (one signature for every kind)
    """Read a page from disk; unchanged while its size and time are."""
    return await in_thread(lambda: _read(Path(feed.url), validators), f"file {feed.name}")


def _read(path: Path, validators: Validators) -> Answer:
    try:
        # Without a wait: to open a pipe waits for whoever writes to it.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as opened:
            found = os.fstat(opened.fileno())
            if not stat.S_ISREG(found.st_mode):
                return Answer(failure=FeedFailure.FETCH, detail=f"{path}: it is no regular file")
            data = opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        detail = f"{path}: {getattr(error, 'strerror', None) or error}"
        return Answer(failure=FeedFailure.FETCH, detail=detail)
    if len(data) > MOST_BYTES:
        return Answer(
            failure=FeedFailure.UNREADABLE, detail=f"{path}: more than {MOST_BYTES} bytes"
        )
    kept = {"changed": f"{found.st_mtime_ns}/{found.st_size}/{found.st_ino}"}
    if validators.get("changed") == kept["changed"]:
        return Answer(validators=validators)
    return Answer(text=body.text(data, {}), validators=kept)


def read_file(
    text: str, context: Context, known: Known = NOTHING, feed: Feed | None = None
) -> Reading:
    """Read a file as what it is: a calendar, an e-mail, or a page.

    Who put it there vouches for it: nobody asks who sent an e-mail.
    """
    if is_calendar(text):
        return read_ics(text, context, known, feed)
    if is_message(text):
        message = parse(text.encode("utf-8", "surrogateescape"))
        day = sent_on(message, context.timezone)
        return Reading(status={}, notices=(read_message(message, context),), day=day)
    return read_page(text, context, known)
