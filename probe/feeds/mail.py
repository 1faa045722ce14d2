"""E-mails as notices: one message, one notice, read as of its own date."""

import email
import email.errors
import email.policy
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.header import decode_header, make_header
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.notice import read_notice
from probe.prober import body
from probe.types import Notice, NoticeState, Reading

T = TypeVar("T")

#: No header of a list is longer; what is costs the library quadratic time.
MOST_HEADER = 2000
#: In characters: where the headers of a message must have ended.
LONGEST_HEAD = 64 * 1024
MOST_PARTS = 50
#: What the library raises of a message that is none.
BROKEN = (
    RecursionError,
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    OverflowError,
    email.errors.MessageError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a message says; `sent` is its own Date, None where it has none."""

    sender: str
    subject: str
    body: str
    sent: datetime | None

    @property
    def text(self) -> str:
        """Subject and body as one text."""
        return f"{self.subject}\n\n{self.body}".strip()


def parse(data: bytes) -> Message:
    """Parse a message; one that is broken, or built to be slow, gives what can be had of it."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        parts = list(itertools.islice(message.walk(), MOST_PARTS))
    except BROKEN:
        return Message(sender="", subject="", body="", sent=None)
    return Message(
        sender=_guarded(lambda: parseaddr(_header(message, "From"))[1], "").lower(),
        subject=_header(message, "Subject"),
        body=_body(parts),
        sent=_guarded(lambda: parsedate_to_datetime(_header(message, "Date")), None),
    )


def _guarded(ask: Callable[[], T], otherwise: T) -> T:
    """Ask the library for a part of a message that may be anything."""
    try:
        return ask()
    except BROKEN:
        return otherwise


def _header(message: Any, name: str) -> str:
    """Return a header as text; one that is too long to be a header is none."""
    value = str(message.get(name, ""))
    if len(value) > MOST_HEADER:
        return ""
    return _guarded(lambda: str(make_header(decode_header(value))), value)


def _body(parts: list[Any]) -> str:
    """Return the first plain part that says something, or else the first such of HTML."""
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and _is_shown(part):
                said = _guarded(lambda part=part: _content(part), "")  # type: ignore[misc]
                if said.strip():
                    return said
    return ""


def _is_shown(part: Any) -> bool:
    """Whether a part is what a mail program shows: no attachment, no header built to be slow."""
    is_short = all(len(str(value)) <= MOST_HEADER for value in part.values())
    disposition = _guarded(part.get_content_disposition, None) if is_short else None
    return is_short and disposition != "attachment"


def _content(part: Any) -> str:
    data = part.get_payload(decode=True) or b""
    kind = f"text/plain; charset={part.get_content_charset() or 'utf-8'}"
    return body.text(data, {"content-type": kind})


def is_message(text: str) -> bool:
    """Return whether a text begins as a message does."""
    head = text[:LONGEST_HEAD].replace("\r\n", "\n").lstrip("\ufeff\n")
    names = {line.partition(":")[0].lower() for line in head.split("\n\n")[0].splitlines()}
    return "from" in names and "date" in names


def sent_on(message: Message, timezone: str) -> date | None:
    """Return the day in a zone on which a message was sent; "tonight" in it is that day's."""
    sent = message.sent
    if sent is None or sent.tzinfo is None:
        return sent.date() if sent is not None else None
    return _guarded(lambda: sent.astimezone(ZoneInfo(timezone)).date(), None)


def read_message(message: Message, context: Context) -> Notice:
    """Read a message as of the day on which it was sent."""
    day = sent_on(message, context.timezone)
    if day is not None:
        context = replace(context, day=day, day_is_borne=True)
    return read_notice(message.text, context)


def pack(messages: list[bytes]) -> str:
    """Return several messages as one text."""
    return json.dumps([one.decode("latin-1") for one in messages])


def unpack(text: str) -> Iterator[bytes]:
    """Yield the messages that `pack` put into one text."""
    return (one.encode("latin-1") for one in json.loads(text))


def read_mails(text: str, context: Context) -> Reading:
    """Read the messages of a mailbox; what is irrelevant is left out, people's mail is theirs."""
    notices = (read_message(parse(data), context) for data in unpack(text))
    kept = {n.fingerprint: n for n in notices if n.state is not NoticeState.IRRELEVANT}
    return Reading(status={}, notices=tuple(kept.values()))
