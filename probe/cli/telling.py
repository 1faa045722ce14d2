"""`notify-test`: whether a message arrives."""

import asyncio
import json
import time
import urllib.request
from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated

import typer

from probe import config as configuration
from probe.cli.options import ConfigFile
from probe.cli.terminal import clean
from probe.journal import Notices
from probe.notify import Message, Send, SendError
from probe.runtime.clock import now
from probe.wiring import wire

FAILED = 1
SECONDS = 15
TEST = Message(
    target="test",
    headline="This is a test of spot-probe.",
    lines=("Nothing is down. Whoever reads this is told of changes of verdict.",),
    fields={"target": "test", "verdict": None},
)


def notify_test(
    config_file: ConfigFile = None,
    alertmanager: Annotated[
        str | None,
        typer.Option(
            "--alertmanager.url",
            metavar="URL",
            help="Let this Alertmanager send a test page, too; it resolves itself in 5 minutes.",
        ),
    ] = None,
) -> None:
    """Send a test message to every receiver of `notify`; exits with 1 when one fails."""
    config = configuration.load(config_file)
    senders = wire(config, Notices(), monotonic=time.monotonic).senders
    told = asyncio.run(_all(senders.items()))
    if alertmanager is not None:
        told.append(("Alertmanager", _alert(alertmanager)))
    for name, wrong in told:
        typer.echo(clean(config.secrets.redact(f"{name}: {wrong or 'sent'}")))
    if not told:
        typer.echo("Nobody is told: `notify` is empty, and no --alertmanager.url was given.")
    if any(wrong for _, wrong in told):
        raise typer.Exit(FAILED)


async def _all(senders: Iterable[tuple[str, Send]]) -> list[tuple[str, str]]:
    async def one(name: str, send: Send) -> tuple[str, str]:
        try:
            await send(TEST)
        except SendError as error:
            return name, f"not sent: {error}"
        return name, ""

    return list(await asyncio.gather(*(one(name, send) for name, send in senders)))


def _alert(url: str) -> str:
    """Post an alert that pages; return what went wrong, empty for nothing."""
    at = now()
    alert = {
        "labels": {"alertname": "NotifyTest", "severity": "page", "job": "spot-probe"},
        "annotations": {"summary": TEST.headline, "description": TEST.lines[0]},
        "startsAt": at.isoformat(),
        "endsAt": (at + timedelta(minutes=5)).isoformat(),
    }
    request = urllib.request.Request(  # noqa: S310  (an address of the person's own)
        f"{url.rstrip('/')}/api/v2/alerts",
        data=json.dumps([alert]).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310  (as above)
            return ""
    except (OSError, ValueError) as error:
        return f"not sent: {error}"
