"""E-mails as notices: one message, one notice, read as of its own date."""

import email
import email.policy
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from probe.maintenance.reading import Context, read_notice
from probe.types import Notice, NoticeState, Reading

POLICY = email.policy.default


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a message says; `sent` is the day by its own Date, None where it has none."""

    sender: str
    subject: str
    body: str
    sent: date | None

    @property
    def text(self) -> str:
        """Subject and body as one text."""
        return f"{self.subject}\n\n{self.body}".strip()


def parse(data: bytes) -> Message:
    """Parse a message; one that is broken gives what can be had of it."""
    message: Any = email.message_from_bytes(data, policy=POLICY)
    return Message(
        sender=parseaddr(_header(message, "from"))[1].lower(),
        subject=_header(message, "subject"),
        body=_body(message),
        sent=_sent(message),
    )


def _header(message: Any, name: str) -> str:
    try:
        return str(message[name] or "")
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""


def _body(message: EmailMessage) -> str:
    try:
        part = message.get_body(("plain", "html"))
        return str(part.get_content()) if part is not None else ""
    except (LookupError, ValueError, AttributeError, TypeError, UnicodeError):
        return ""


def _sent(message: Any) -> date | None:
    try:
        at = message["date"].datetime
        return at.date() if at is not None else None
    except (ValueError, IndexError, AttributeError, TypeError, OverflowError):
        return None


def is_message(text: str) -> bool:
    """Return whether a text begins as a message does."""
    head = text[:4096].lstrip("\ufeff\r\n")
    names = {line.partition(":")[0].lower() for line in head.split("\n\n")[0].splitlines()}
    return "from" in names and "date" in names and "subject" in names


def read_message(message: Message, context: Context) -> Notice:
    """Read a message as of the day on which it was sent."""
    if message.sent is not None:
        context = replace(context, day=message.sent, day_is_borne=True)
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
