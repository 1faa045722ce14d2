"""`check-config` and `config`: what the configuration means, and what is in force."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

import typer
import yaml

from probe import config as configuration
from probe.cli.options import ConfigFile
from probe.cli.terminal import clean, local
from probe.clients import usable
from probe.clock import now
from probe.config import Config
from probe.config.units import write_duration
from probe.maintenance import words
from probe.maintenance.calendar import Calendar
from probe.types import Feed, FeedKind, Published, Target

OCCURRENCES = 3


def check_config(config_file: ConfigFile = None) -> None:
    """Validate; print each target, and in words the next three occurrences of each window."""
    config = configuration.load(config_file)
    usable(config)
    typer.echo(f"{config.file}: the configuration is good.")
    for target in config.targets:
        typer.echo(f"\n{_target(target)}")
    for feed in config.feeds:
        every = write_duration(feed.refresh)
        typer.echo(f"\nfeed {feed.name}: {feed.kind} {clean(feed.url)} every {every}")
        for line in _what_counts(feed):
            typer.echo(f"  {clean(line)}")
    for item in config.published:
        typer.echo("\n" + "\n".join(_window(item)))
    typer.echo("\n" + _own_network(config))


def _target(target: Target) -> str:
    return (
        f"target {target.name}: {target.url} every {write_duration(target.interval)}, up to "
        f"{target.attempts} attempts of {write_duration(target.timeout)}; components "
        f"{', '.join(target.components)}; a window excuses {', '.join(sorted(target.excuses))}"
    )


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


def show_config(config_file: ConfigFile = None) -> None:
    """Print the configuration in force, defaults filled in and secrets hidden."""
    config = configuration.load(config_file)
    text = yaml.safe_dump(config.shown, sort_keys=False, allow_unicode=True, width=100)
    typer.echo(text, nl=False)
