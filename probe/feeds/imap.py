"""A mailbox over IMAP, polled: the messages of a list's senders that are not old."""

import contextlib
import hashlib
import ssl
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from probe.beside import beside
from probe.feeds.answer import Answer, Validators
from probe.feeds.mail import pack, parse
from probe.types import Feed, FeedFailure

#: Older messages announce nothing that could still be open.
REACH = timedelta(days=60)
MOST_MESSAGES = 200
#: Of a message; its words come before what is attached to it, and a longer body is refused.
MOST_BYTES = 1 << 20


async def mailbox(feed: Feed, validators: Validators, now: datetime) -> Answer:
    """Return the messages that the feed's senders sent within the last 60 days."""
    return await beside(lambda: _ask(feed, validators, now), f"mailbox {feed.name}")


def _ask(feed: Feed, validators: Validators, now: datetime) -> Answer:
    try:
        with _opened(feed) as client:
            messages = list(_messages(client, feed, now))
    except LoginError as error:
        return Answer(failure=FeedFailure.STATUS, detail=f"login refused: {error}"[:200])
    except (IMAPClientError, OSError, ValueError) as error:
        return Answer(failure=FeedFailure.FETCH, detail=f"{type(error).__name__}: {error}"[:200])
    text = pack(messages)
    kept = {"digest": hashlib.sha256(text.encode()).hexdigest()}
    if validators.get("digest") == kept["digest"]:
        return Answer(validators=validators)
    return Answer(text=text, validators=kept)


@contextlib.contextmanager
def _opened(feed: Feed) -> Iterator[IMAPClient]:
    """Open the mailbox read-only; an `imaps` address is verified as targets are."""
    parts = urlsplit(feed.url)
    secure = parts.scheme == "imaps"
    context = ssl.create_default_context(cafile=feed.tls.ca_file) if secure else None
    if context is not None and not feed.tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    client = IMAPClient(
        parts.hostname,
        port=parts.port,
        ssl=secure,
        ssl_context=context,
        timeout=feed.timeout.total_seconds(),
    )
    with client:
        if not secure and parts.scheme == "imap+starttls":
            client.starttls(ssl.create_default_context(cafile=feed.tls.ca_file))
        client.login(feed.username, feed.password)
        client.select_folder(unquote(parts.path.strip("/")) or "INBOX", readonly=True)
        yield client


def _messages(client: IMAPClient, feed: Feed, now: datetime) -> Iterator[bytes]:
    """Yield the messages of known senders, oldest first; others are none of our business."""
    since = (now - REACH).date()
    found: set[int] = set()
    for sender in feed.senders:
        found.update(client.search(["SINCE", since, "FROM", sender]))
    for number in sorted(found)[-MOST_MESSAGES:]:
        asked = client.fetch([number], [f"BODY.PEEK[]<0.{MOST_BYTES}>"])
        data = asked.get(number, {}).get(b"BODY[]<0>", b"")
        if parse(data).sender in {sender.lower() for sender in feed.senders}:
            yield data
