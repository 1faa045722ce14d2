"""Tells people of changes of verdict where no Alertmanager does, and a dead man's switch of us."""

from probe.notify.heartbeat import beat
from probe.notify.message import Message, message
from probe.notify.notifier import Notifier
from probe.notify.outbox import Outbox
from probe.notify.receivers import Receivers
from probe.notify.send import Send, SendError, senders

__all__ = [
    "Message",
    "Notifier",
    "Outbox",
    "Receivers",
    "Send",
    "SendError",
    "beat",
    "message",
    "senders",
]
