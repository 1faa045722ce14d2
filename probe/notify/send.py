"""How a message is sent, by the kind of its receiver: one table."""

import functools
import json
import smtplib
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from probe.notify.message import Message
from probe.prober.dial import Resolve
from probe.prober.exchange import also, exchange, prepare
from probe.runtime.clock import now
from probe.runtime.threads import in_thread
from probe.types import Http, Notify, NotifyKind, Tls

#: How long one attempt to send may take.
TIMEOUT = timedelta(seconds=15)
SUCCESSES = range(200, 300)
#: How whoever is told is asked: what it answers does not matter, and is not read at length.
BRIEF = Http(
    method="GET",
    follow_redirects=False,
    max_redirects=0,
    max_body=64 << 10,
    max_header=64 << 10,
    ip="any",
)
PORTS = {"smtps": 465, "smtp+starttls": 587}

Send = Callable[[Message], Awaitable[None]]


class SendError(Exception):
    """A message could not be sent; says why."""


def senders(receiver: Notify, agent: str, resolve: Resolve) -> Send:
    """Return what sends to a receiver; raises ValueError for an address that cannot be asked."""
    if receiver.kind is NotifyKind.EMAIL:
        return functools.partial(_mail, receiver)
    return _post(receiver, BODIES[receiver.kind], agent, resolve)


# --- by HTTP ---------------------------------------------------------------------------------


def _webhook(message: Message) -> dict[str, Any]:
    return {**message.fields, "title": message.headline, "text": message.text}


def _slack(message: Message) -> dict[str, Any]:
    """Slack's incoming webhook; `&`, `<` and `>` would be markup."""
    text = message.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": text}


def _teams(message: Message) -> dict[str, Any]:
    """Return an adaptive card, which is what a workflow of Microsoft Teams takes."""
    blocks = [
        {"type": "TextBlock", "text": message.headline, "weight": "bolder", "wrap": True},
        *({"type": "TextBlock", "text": line, "wrap": True} for line in message.lines),
    ]
    card = {"type": "AdaptiveCard", "version": "1.4", "body": blocks}
    return {
        "type": "message",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
        ],
    }


BODIES: Mapping[NotifyKind, Callable[[Message], dict[str, Any]]] = {
    NotifyKind.WEBHOOK: _webhook,
    NotifyKind.SLACK: _slack,
    NotifyKind.TEAMS: _teams,
}


def _post(
    receiver: Notify, body: Callable[[Message], dict[str, Any]], agent: str, resolve: Resolve
) -> Send:
    http = replace(BRIEF, method="POST", headers={"Content-Type": "application/json"})
    request = prepare(
        receiver.url, http=http, tls=Tls(verify=True), timeout=TIMEOUT, user_agent=agent
    )

    async def send(message: Message) -> None:
        writer = replace(request.writer, http=replace(http, body=json.dumps(body(message))))
        posted = also(replace(request, writer=writer), receiver.url, {})
        done = await exchange(posted, clock=now, resolve=resolve)
        if done.reason is not None:
            raise SendError(f"{done.reason}: {done.detail}")
        if done.status_code not in SUCCESSES:
            raise SendError(f"status {done.status_code}")

    return send


# --- by mail ---------------------------------------------------------------------------------


async def _mail(receiver: Notify, message: Message) -> None:
    try:
        await in_thread(functools.partial(_deliver, receiver, message), f"mail {receiver.name}")
    except (OSError, smtplib.SMTPException) as error:
        raise SendError(f"{type(error).__name__}: {error}") from error


def _deliver(receiver: Notify, message: Message) -> None:
    parts = urlsplit(receiver.url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    seconds, context = TIMEOUT.total_seconds(), ssl.create_default_context()
    letter = EmailMessage()
    letter["Subject"] = message.headline
    letter["From"], letter["To"] = receiver.sender, ", ".join(receiver.recipients)
    letter.set_content(message.text)
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=seconds, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=seconds)
    with server:
        if parts.scheme != "smtps":
            server.starttls(context=context)
        if receiver.username:
            server.login(receiver.username, receiver.password)
        server.send_message(letter)
