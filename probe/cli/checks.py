"""`check-config` and `config`: what the configuration means, and what is in force."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
import yaml

from probe import config as configuration
from probe.cli.options import ConfigFile
from probe.cli.terminal import local, tell
from probe.config import Config
from probe.config.reference import schema
from probe.config.units import write_duration
from probe.maintenance import words
from probe.maintenance.calendar import Calendar
from probe.runtime.clock import now
from probe.types import Feed, FeedKind, Published, Target
from probe.wiring import check

OCCURRENCES = 3
STEP = "  "


def check_config(config_file: ConfigFile = None) -> None:
    """Validate; print each target, and in words the next three occurrences of each window.

    What is no fault but likely not meant is told as a warning.
    """
    config = configuration.load(config_file)
    check(config)
    parts = [
        f"{config.file}: the configuration is good.",
        *map(_target, config.targets),
        *map(_feed, config.feeds),
        "\n".join(_components(config)),
        *("\n".join(_window(item)) for item in config.published),
        _own_network(config),
        *_told(config),
        "\n".join(f"warning: {warning}" for warning in _warnings(config)),
    ]
    for line in config.secrets.redact("\n\n".join(filter(None, parts))).split("\n"):
        text = line.lstrip(" ")
        first = line.removesuffix(text)
        tell(text, first=first, indent=f"{first}{STEP}")


def _target(target: Target) -> str:
    return (
        f"target {target.name}: {target.url} every {write_duration(target.interval)}, up to "
        f"{target.attempts} attempts of {write_duration(target.timeout)}; components "
        f"{', '.join(target.components)}; a window excuses {', '.join(sorted(target.excuses))}"
    )


def _feed(feed: Feed) -> str:
    every = write_duration(feed.refresh)
    lines = [
        (
            f"feed {feed.name}: {feed.kind} {feed.url} every {every}; a notice that names no "
            f"component is about {feed.component}, a time that names no zone in {feed.timezone}"
        ),
        *(f"  {line}" for line in _what_counts(feed)),
    ]
    return "\n".join(lines)


def _components(config: Config) -> Iterator[str]:
    """Say of each component whose failures its outages excuse, and how notices name it."""
    for component in config.components:
        own = [target.name for target in config.targets if component in target.components]
        excuses = f"its outages excuse {', '.join(own)}" if own else "its outages excuse no target"
        names = config.words.get(component, ())
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        named = f'as "{names[0]}"{more}' if names else "in no words of their own"
        yield f"component {component}: {excuses}; notices name it {named}"


def _what_counts(feed: Feed) -> Iterable[str]:
    """Yield which entries of a feed are taken, where not all are."""
    if feed.match:
        yield f"only entries whose title, category or component has {' or '.join(feed.match)}"
    if feed.kind is FeedKind.IMAP:
        yield f"only messages from {' or '.join(feed.senders)}"
        yield (
            f"proven by {feed.authserv}; others are only proposed"
            if feed.authserv
            else "nobody vouches for who sent them (no authserv): they are only proposed"
        )


def _window(item: Published) -> Iterable[str]:
    yield f"window {', '.join(item.plan.components)}, {item.plan.impact}: {words.plan(item.plan)}"
    found = Calendar(published=(item,)).upcoming(now(), words.FURTHEST)[:OCCURRENCES]
    zone = ZoneInfo(item.plan.timezone)
    for window in found:
        yield f"  {local(window.starts_at, zone)} to {local(window.ends_at, zone)}"
    if not found:
        yield "  it does not occur again"


def _own_network(config: Config) -> str:
    if not config.connectivity:
        return "own network: not asked; every failure counts as the target's"
    return f"own network: down when none answers of {', '.join(config.connectivity)}"


def _told(config: Config) -> Iterator[str]:
    for one in config.notify:
        yield f"notify {one.name}: {one.kind} {one.url}"
    if config.heartbeat:
        every = write_duration(config.heartbeat.every)
        yield f"heartbeat: {config.heartbeat.url} every {every}"
    for component, contact in config.contacts.items():
        yield f"contact for {component}: {contact}"


def _warnings(config: Config) -> Iterator[str]:
    """Yield what is allowed and likely not meant."""
    proxied = [target.name for target in config.targets if target.http.proxy]
    if proxied and config.connectivity:
        yield (
            f"{', '.join(proxied)}: asked through a proxy, and so are the addresses of "
            "connectivity: where the proxy lets nobody through to them, a failure without an "
            "answer is inconclusive, and pages nobody"
        )
    for feed in config.feeds:
        if feed.kind is FeedKind.FILE and not Path(feed.url).is_file():
            yield f"feed {feed.name}: there is no file {feed.url} yet, so nothing is read of it"
        if feed.url.startswith("http://") and feed.username:
            yield f"feed {feed.name}: its password is sent in clear; use https"
    if not config.contact:
        yield "contact: is empty; sites that are asked cannot reach you"


def show_config(
    config_file: ConfigFile = None,
    json_schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of the file instead.")
    ] = False,
) -> None:
    """Print the configuration in force, defaults filled in and secrets hidden."""
    if json_schema:
        typer.echo(json.dumps(schema(), indent=2))
        return
    config = configuration.load(config_file)
    text = yaml.safe_dump(config.shown, sort_keys=False, allow_unicode=True, width=100)
    typer.echo(text, nl=False)
