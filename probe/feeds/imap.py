"""A mailbox over IMAP, polled: the messages of a list's senders that are not old."""

import contextlib
import hashlib
import imaplib
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from probe.feeds.answer import NOTHING, Answer, Known, Validators
from probe.feeds.mail import Message, parse, read_listed
from probe.maintenance.reading.context import Context
from probe.runtime.threads import in_thread
from probe.types import Feed, FeedFailure, Reading

#: Older messages announce nothing that could still be open.
REACH = timedelta(days=60)
MOST_MESSAGES = 200
#: Of a message, headers and all; its words come before what is attached to it.
MOST_BYTES = 256 << 10
PORT, PORT_OVER_TLS = 143, 993
#: Of all that a server sends, and what each line of it costs at least.
MOST_TRAFFIC, LEAST_COST = MOST_MESSAGES * MOST_BYTES + (1 << 20), 256
#: Of the words of all messages together, in characters.
MOST_WORDS = 4 << 20


async def mailbox(feed: Feed, validators: Validators, now: datetime) -> Answer:
    """Return the messages that the feed's senders sent within the last 60 days.

    Whoever stops waiting ends the connection, and with it the thread that reads from it.
    """
    line = _Line()
    try:
        return await in_thread(lambda: _ask(feed, validators, now, line), f"mailbox {feed.name}")
    finally:
        line.cut()


def _ask(feed: Feed, validators: Validators, now: datetime, line: "_Line") -> Answer:
    try:
        with _opened(feed, line) as client:
            text = _packed(_messages(client, feed, now))
    except LoginError as error:
        return Answer(failure=FeedFailure.STATUS, detail=f"login refused: {error}"[:200])
    except Exception as error:  # noqa: BLE001  (of a bad server the library raises anything)
        return Answer(failure=FeedFailure.FETCH, detail=f"{type(error).__name__}: {error}"[:200])
    kept = {"digest": hashlib.sha256(text.encode()).hexdigest()}
    if validators.get("digest") == kept["digest"]:
        return Answer(validators=validators)
    return Answer(text=text, validators=kept)


# --- the connection ---------------------------------------------------------------------------


class _Line:
    """The socket of a connection, so that another thread can end it."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._is_cut = False

    def keep(self, opened: socket.socket) -> None:
        """Keep a socket, whatever is wrapped around it; if nobody waits any longer it is ended."""
        self._socket = opened.dup()
        if self._is_cut:
            self.cut()

    def cut(self) -> None:
        """End the connection, if there is one."""
        self._is_cut = True
        if self._socket is not None:
            with contextlib.suppress(OSError), self._socket:
                self._socket.shutdown(socket.SHUT_RDWR)


class _Connection(imaplib.IMAP4):
    """A connection that can be cut, in clear or over TLS; what it reads is bounded."""

    def __init__(self, feed: Feed, line: _Line, context: ssl.SSLContext | None, port: int) -> None:
        self._line, self._context, self._left = line, context, MOST_TRAFFIC
        host = urlsplit(feed.url).hostname or ""
        super().__init__(host, port, feed.timeout / timedelta(seconds=1))

    def _create_socket(self, timeout: float | None) -> socket.socket:
        opened = socket.create_connection((self.host, self.port), timeout)
        self._line.keep(opened)
        if self._context is None:
            return opened
        return self._context.wrap_socket(opened, server_hostname=self.host)

    def read(self, size: int) -> bytes:
        """Read a literal; raises the library's error for one that is larger than was asked for."""
        if size > MOST_BYTES:
            raise self.error(f"a literal of {size} bytes, over {MOST_BYTES}")
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        """Read a line."""
        line = super().readline()
        self._spend(len(line))
        return line

    def _spend(self, size: int) -> None:
        self._left -= max(size, LEAST_COST)
        if self._left < 0:
            raise self.error(f"more than {MOST_TRAFFIC} bytes in all")


class _Client(IMAPClient):  # type: ignore[misc]  # it has no annotations
    """A client over a connection that is made for it."""

    def __init__(self, feed: Feed, connect: Callable[[], imaplib.IMAP4]) -> None:
        self._connect = connect
        super().__init__(
            urlsplit(feed.url).hostname, ssl=False, timeout=feed.timeout / timedelta(seconds=1)
        )

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802  (the library's name)
        return self._connect()


@contextlib.contextmanager
def _opened(feed: Feed, line: _Line) -> Iterator[IMAPClient]:
    """Open the mailbox read-only; an `imaps` address is verified as targets are."""
    parts, context = urlsplit(feed.url), _context(feed)
    secure = parts.scheme == "imaps"
    port = parts.port or (PORT_OVER_TLS if secure else PORT)
    client = _Client(feed, lambda: _Connection(feed, line, context if secure else None, port))
    with client:
        if parts.scheme == "imap+starttls":
            client.starttls(context)
        client.login(feed.username, feed.password)
        client.select_folder(unquote(parts.path.strip("/")) or "INBOX", readonly=True)
        yield client


def _context(feed: Feed) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=feed.tls.ca_file)
    if not feed.tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


# --- the messages -----------------------------------------------------------------------------


def _messages(client: IMAPClient, feed: Feed, now: datetime) -> Iterator[Message]:
    """Yield the messages of known senders, oldest first; others are none of our business."""
    since = (now - REACH).date()
    found: set[int] = set()
    for sender in feed.senders:
        found.update(client.search(["SINCE", since, "FROM", sender]))
    known = {sender.lower() for sender in feed.senders}
    for number in sorted(found)[-MOST_MESSAGES:]:
        asked = client.fetch([number], [f"BODY.PEEK[]<0.{MOST_BYTES}>"])
        data = asked.get(number, {}).get(b"BODY[]<0>", b"")
        message = parse(data, cut=len(data) >= MOST_BYTES)
        if message.sender in known:
            yield message


def _packed(messages: Iterator[Message]) -> str:
    """Return several messages as one text: what they say, and nothing that is attached to them."""
    packed, length = [], 0
    for message in messages:
        length += len(message.body) + len(message.html)
        if length > MOST_WORDS:
            raise ValueError(f"the messages have more than {MOST_WORDS} characters together")
        sent = message.sent.isoformat() if message.sent else None
        packed.append({**asdict(message), "sent": sent})
    return json.dumps(packed)


def unpack(text: str) -> Iterator[Message]:
    """Yield the messages that a mailbox answered with."""
    for one in json.loads(text):
        sent = datetime.fromisoformat(one["sent"]) if one["sent"] else None
        yield Message(**{**one, "sent": sent})


def read_mails(
    text: str, context: Context, _: Known = NOTHING, feed: Feed | None = None
) -> Reading:
    """Read the messages of a mailbox."""
    authserv = feed.authserv if feed else ""
    notices = (read_listed(message, context, authserv) for message in unpack(text))
    kept = {notice.fingerprint: notice for notice in notices}
    return Reading(status={}, notices=tuple(kept.values()))
