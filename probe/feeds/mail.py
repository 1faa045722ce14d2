"""E-mails as notices: what the sender wrote now, read as of the message's own date.

What was attached, forwarded or quoted is another message, of another day.
"""

import email
import email.errors
import email.policy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.html import lines_of
from probe.maintenance.reading.notice import read_notice
from probe.maintenance.reading.text import fingerprint
from probe.prober import body
from probe.types import Notice, NoticeState

T = TypeVar("T")

#: No header of a list is longer; what is costs the library quadratic time.
MOST_HEADER = 2000
#: In characters: where the headers of a message must have ended.
LONGEST_HEAD = 64 * 1024
MOST_PARTS = 50
#: In characters: more words than any announcement has.
MOST_WORDS = 60_000
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

#: One mailbox, bare or behind a name; a name in a comment or a group is none that we trust.
_MAILBOX = re.compile(
    r'\s*(?:(?:[^<>"@,;:()\\]|"(?:[^"\\]|\\.)*")*<(?P<angled>[^<>"@\s(),;:\\]+@[A-Za-z0-9.-]+)>'
    r'|(?P<bare>[^<>"@\s(),;:\\]+@[A-Za-z0-9.-]+))\s*'
)
#: From here on a message repeats an older one.
_QUOTING = re.compile(
    r"^(?:[>|]|On\b.{0,200}\bwrote:\s*$|-{2,}\s*(?:Original|Forwarded) [Mm]essage"
    r"|Begin forwarded message:|_{10,}\s*$|From:\s.{0,200}$|-- ?$)"
)
#: "On Tue, Nov 24, 2026 at 9:00 AM First Coast <list@...>", and "wrote:" on the next line.
_WROTE = re.compile(r"\bwrote:\s*$")
#: A part that only says that the other one is to be read.
_STUB = re.compile(
    r"\bhtml\b|\b(?:view|read|open)\b.{0,60}\b(?:browser|online|web)\b", re.IGNORECASE | re.DOTALL
)
_LONGEST_STUB = 500
#: What a gateway puts above a message that came from outside.
_BANNER = re.compile(
    r"\W*(?:caution|external|warning|\[?ext\]?|notice)\b[^\d]{0,600}", re.IGNORECASE
)
#: What programs wrap around the message that is answered.
_QUOTED = (
    "blockquote[type=cite], .gmail_quote, .yahoo_quoted, .moz-cite-prefix, .protonmail_quote,"
    " #divRplyFwdMsg, #divRplyFwdMsg ~ *, #appendonsend ~ *,"
    " #mail-editor-reference-message-container"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a message says, as plain text and as HTML where it has both.

    `sender` is the one mailbox of its From, "" where there is not just one; `sent` is its own Date,
    None where it has none. `authenticated` is the newest of its Authentication-Results. `cut` says
    that only its beginning was had.
    """

    sender: str
    subject: str
    body: str
    html: str = ""
    sent: datetime | None
    authenticated: str = ""
    cut: bool = False

    @property
    def text(self) -> str:
        """Subject and body as one text."""
        return _with_subject(self.subject, self.body or self.html)


def parse(data: bytes, *, cut: bool = False) -> Message:
    """Parse a message; one that is broken, or built to be slow, gives what can be had of it."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        top, parts = message, list(_shown(message))
    except BROKEN:
        return Message(sender="", subject="", body="", sent=None, cut=cut)
    return Message(
        sender=_guarded(lambda: _sender(top), ""),
        subject=_header(top, "Subject"),
        body="\n\n".join(_written(parts, "text/plain", str))[:MOST_WORDS],
        html="\n\n".join(_written(parts, "text/html", _without_quotes))[:MOST_WORDS],
        sent=_guarded(lambda: parsedate_to_datetime(_header(top, "Date")), None),
        authenticated=_raw(top, "Authentication-Results"),
        cut=cut or len(parts) > MOST_PARTS,
    )


def _guarded(ask: Callable[[], T], otherwise: T) -> T:
    """Ask the library for a part of a message that may be anything."""
    try:
        return ask()
    except BROKEN:
        return otherwise


# --- headers ----------------------------------------------------------------------------------


def _raw(message: Any, name: str) -> str:
    """Return a header as it was sent, unfolded; one that is too long to be a header is none."""
    value = str(message.get(name, ""))
    return "" if len(value) > MOST_HEADER else re.sub(r"\r?\n(?=[ \t])", "", value)


def _header(message: Any, name: str) -> str:
    value = _raw(message, name)
    return _guarded(lambda: str(make_header(decode_header(value))), value)


def _sender(message: Any) -> str:
    """Return the one mailbox that a message is from, "" where there is not just one.

    The header is taken as it was sent: what is encoded in it is a name and no address.
    """
    if len(message.get_all("From", [])) != 1:
        return ""
    match = _MAILBOX.fullmatch(_raw(message, "From"))
    return (match["angled"] or match["bare"]).lower() if match else ""


def distrust(message: Message, authserv: str) -> str:
    """Return why it is not proven who sent a message, "" where it is.

    `authserv` is the server whose word counts (RFC 8601): that DMARC passed, or a DKIM signature of
    the sender's own domain.
    """
    if not authserv:
        return "its sender is not proven: the feed names no `authserv`"
    said = _COMMENT.sub(" ", message.authenticated)
    server, *results = said.split(";")
    if server.split()[:1] != [authserv]:
        return f"its sender is not proven: {authserv} says nothing of it"
    _, _, domain = message.sender.rpartition("@")
    found = [match.groups() for one in results if (match := _RESULT.match(one))]
    dmarc = [result.lower() for method, result, _ in found if method.lower() == "dmarc"]
    if domain and dmarc == ["pass"] and _is_of(domain, found, "dmarc", "header.from"):
        return ""
    signed = _is_of(domain, found, "dkim", "header.d") or _is_of(domain, found, "dkim", "header.i")
    if domain and signed and set(dmarc) <= {"none", "bestguesspass"}:
        return ""
    return f"its sender is not proven: {authserv} says neither dmarc=pass nor dkim=pass of {domain}"


#: `dkim=pass header.d=fcso.example`
_RESULT = re.compile(r"\s*([A-Za-z0-9-]+)(?:/\d+)?\s*=\s*([A-Za-z]+)(.*)", re.DOTALL)
_COMMENT = re.compile(r"\([^()]*\)")


def _is_of(domain: str, results: list[tuple[str, ...]], method: str, name: str) -> bool:
    """Return whether a method passed for a domain, or for one above it."""
    for found, result, said in results:
        told = re.search(rf"(?<!\S){re.escape(name)}\s*=\s*\"?([^\s;\"]+)", said)
        if found.lower() != method or result.lower() != "pass" or told is None:
            continue
        passed = told[1].rpartition("@")[2].lower().rstrip(".")
        if "." in passed and (domain == passed or domain.endswith(f".{passed}")):
            return True
    return False


# --- words ------------------------------------------------------------------------------------


def _shown(message: Any, depth: int = 0) -> Iterator[Any]:
    """Yield the text parts that a mail program shows as the message's own."""
    if message.get_content_maintype() == "message" or not _is_own(message) or depth > MOST_PARTS:
        return
    payload = message.get_payload()
    if message.is_multipart() and isinstance(payload, list):
        for part in payload[:MOST_PARTS]:
            yield from _shown(part, depth + 1)
    elif message.get_content_maintype() == "text":
        yield message


def _is_own(part: Any) -> bool:
    """Whether a part is no attachment, has no file's name, and no header built to be slow."""
    if any(len(str(value)) > MOST_HEADER for name, value in part.items() if name in _OF_PARTS):
        return False
    return (
        _guarded(part.get_content_disposition, "attachment") != "attachment"
        and _guarded(part.get_filename, "?") is None
    )


_OF_PARTS = {"Content-Type", "Content-Disposition", "Content-Transfer-Encoding"}


def _written(parts: list[Any], kind: str, without: Callable[[str], str]) -> Iterator[str]:
    """Yield what the sender wrote in the parts of a kind: no quotes, no banner of a gateway."""
    for part in parts[:MOST_PARTS]:
        if part.get_content_type() == kind:
            said = without(_guarded(lambda part=part: _content(part), ""))  # type: ignore[misc]
            said = _own_words(said)
            if said and not _BANNER.fullmatch(said):
                yield said


def _content(part: Any) -> str:
    data = part.get_payload(decode=True) or b""
    kind = f"text/plain; charset={part.get_content_charset() or 'utf-8'}"
    return body.text(data, {"content-type": kind})


def _without_quotes(html: str) -> str:
    """Return the lines of HTML without the message that it answers."""
    tree = LexborHTMLParser(html)
    for node in tree.css(_QUOTED):
        node.decompose()
    return "\n".join(lines_of(tree.html or ""))


def _own_words(text: str) -> str:
    """Return the lines above a quoted message, a signature, and those that quote no one."""
    lines = text.replace("\r\n", "\n").split("\n")
    kept: list[str] = []
    for number, line in enumerate(lines):
        stripped = line.strip()
        wraps = stripped.startswith("On ") and _WROTE.search(" ".join(lines[number : number + 3]))
        if stripped.startswith((">", "|")):
            continue
        if kept and (wraps or _QUOTING.match(stripped)):
            break
        kept.append(line)
    return "\n".join(kept).strip()


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


# --- the notice -------------------------------------------------------------------------------


def read_message(message: Message, context: Context) -> Notice:
    """Read a message as of the day on which it was sent; both its texts must say the same."""
    day = sent_on(message, context.timezone)
    if day is not None:
        context = replace(context, day=day, day_is_borne=True)
    texts = [_with_subject(message.subject, part) for part in (message.body, message.html) if part]
    if len(texts) > 1 and _is_stub(message.body):
        texts = texts[1:]
    readings = [read_notice(text, context) for text in texts or [message.subject]]
    notice = replace(readings[0], said_at=_said_at(message))
    if len({_meaning(one) for one in readings}) > 1:
        notice = _proposed(notice, "its plain text and its HTML announce different things")
        return replace(notice, proposals=(*notice.proposals, *readings[1].windows))
    if message.cut and notice.state is not NoticeState.IRRELEVANT:
        return _proposed(notice, "it is too long to be read whole")
    return notice


def _with_subject(subject: str, text: str) -> str:
    return f"{subject}\n\n{text}".strip()


def _is_stub(text: str) -> bool:
    return len(text) < _LONGEST_STUB and _STUB.search(text) is not None


def _meaning(notice: Notice) -> tuple[object, ...]:
    return notice.state, notice.windows, notice.cancels, notice.proposals


def _said_at(message: Message) -> datetime | None:
    sent = message.sent
    if sent is None:
        return None
    return _guarded(
        lambda: (sent if sent.tzinfo else sent.replace(tzinfo=UTC)).astimezone(UTC), None
    )


def _proposed(notice: Notice, reason: str) -> Notice:
    """Return a notice without effect, whose windows wait for a person."""
    return replace(
        notice,
        state=NoticeState.REFUSED,
        reason="; ".join(filter(None, (reason, notice.reason))),
        windows=(),
        proposals=(*notice.windows, *notice.proposals),
        cancels=(),
    )


def read_listed(message: Message, context: Context, authserv: str) -> Notice:
    """Read a message of a mailbox: what it says has effect only if it is proven who sent it.

    Of one that announces nothing only the subject is kept.
    """
    notice = read_message(message, context)
    if notice.state is NoticeState.IRRELEVANT:
        mark = fingerprint(f"{message.sent} {message.text}")
        reason = notice.reason or "its words announce no maintenance"
        return replace(notice, fingerprint=mark, text=message.subject, quote="", reason=reason)
    why = distrust(message, authserv)
    return _proposed(notice, why) if why else notice
