"""The clients of a configuration: what asks its targets, our own network and its feeds."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from probe.clock import now
from probe.config import Config, DocumentError, Problem
from probe.feeds import READERS, Fetch, Read, ReadOn, Refresher, sources
from probe.journal import JournalThread
from probe.maintenance.reading import Context
from probe.prober.connectivity import online
from probe.prober.exchange import also, exchange, prepare
from probe.prober.names import Names
from probe.prober.probe import Probe, prober
from probe.types import Exchange, Feed, FeedKind, Reading
from probe.version import VERSION

CONNECTIVITY = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """What asks targets, our own network and feeds: built once per configuration."""

    config: Config
    probe: Probe
    online: Callable[[], Awaitable[bool | None]]
    refresher: Refresher


def clients(config: Config, journal: JournalThread, external_url: str | None = None) -> Clients:
    """Build the clients; raises DocumentError for files that are named but cannot be used."""
    names = Names()
    probe, fetch = usable(config, external_url, names)
    return Clients(
        config=config,
        probe=probe,
        online=lambda: online(config.connectivity, CONNECTIVITY, resolve=names),
        refresher=Refresher(
            sources=sources(fetch),
            read=_reader(config),
            journal=journal,
            clock=now,
            edition=lambda feed: _edition(config, feed),
        ),
    )


def usable(
    config: Config, external_url: str | None = None, names: Names | None = None
) -> tuple[Probe, Fetch]:
    """Return what asks targets and feeds; raises DocumentError for what cannot be used or sent."""
    names = names or Names()
    contact = config.contact or external_url
    agent = f"spot-probe/{VERSION}" + (f" (+{contact})" if contact else "")
    try:
        return (
            prober(config.targets, user_agent=agent, clock=now, resolve=names),
            _fetch(config.feeds, agent, names),
        )
    except ValueError as error:
        raise DocumentError([Problem(config.file, 0, "", "", str(error))]) from error


def _fetch(feeds: Sequence[Feed], agent: str, names: Names) -> Fetch:
    requests = {
        feed.name: prepare(
            feed.url, http=feed.http, tls=feed.tls, timeout=feed.timeout, user_agent=agent
        )
        for feed in feeds
        if feed.kind not in {FeedKind.FILE, FeedKind.IMAP}
    }

    async def fetch(feed: Feed, headers: Mapping[str, str]) -> Exchange:
        return await exchange(
            also(requests[feed.name], feed.url, headers), clock=now, resolve=names
        )

    return fetch


def _edition(config: Config, feed: Feed) -> str:
    """Return a digest of all that decides how a feed is read."""
    place = (feed.kind, feed.url, feed.component, feed.timezone, feed.senders)
    words = sorted(config.words.items())
    return hashlib.sha256(repr((VERSION, place, words, config.bounds)).encode()).hexdigest()[:16]


def _reader(config: Config) -> Read:
    def read(feed: Feed, text: str, today: date, read_on: ReadOn) -> Reading:
        context = Context(
            day=today,
            day_is_borne=False,
            timezone=feed.timezone,
            component=feed.component,
            words=config.words,
            bounds=config.bounds,
        )
        return READERS[feed.kind](text, context, read_on)

    return read
