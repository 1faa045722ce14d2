"""The clients of a configuration: what asks its targets, our own network and its feeds."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from probe.clock import now
from probe.config import Config, DocumentError, Problem
from probe.feeds import Fetch, Refresher, kinds
from probe.journal import JournalThread
from probe.maintenance.reading import Context
from probe.prober.connectivity import online
from probe.prober.exchange import exchange, prepare
from probe.prober.probe import Probe, prober
from probe.types import Exchange, Feed, FeedKind
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
    contact = config.contact or external_url
    agent = f"spot-probe/{VERSION}" + (f" (+{contact})" if contact else "")
    probe, fetch = usable(config, agent)
    return Clients(
        config=config,
        probe=probe,
        online=lambda: online(config.connectivity, CONNECTIVITY),
        refresher=Refresher(
            kinds=kinds(fetch),
            context=lambda feed, today: _context(config, feed, today),
            journal=journal,
            clock=now,
            edition=lambda feed: _edition(config, feed),
            bounds=config.bounds,
        ),
    )


def usable(config: Config, agent: str = "") -> tuple[Probe, Fetch]:
    """Return what asks targets and feeds; raises DocumentError for a file that cannot be used."""
    try:
        return (
            prober(config.targets, user_agent=agent, clock=now),
            _fetch(config.feeds, agent),
        )
    except ValueError as error:
        raise DocumentError([Problem(config.file, 0, "", "", str(error))]) from error


def _fetch(feeds: Sequence[Feed], agent: str) -> Fetch:
    requests = {
        feed.name: prepare(
            feed.url, http=feed.http, tls=feed.tls, timeout=feed.timeout, user_agent=agent
        )
        for feed in feeds
        if feed.kind not in {FeedKind.FILE, FeedKind.IMAP}
    }

    async def fetch(feed: Feed, url: str, headers: Mapping[str, str]) -> Exchange:
        request = replace(requests[feed.name], url=url)
        http = replace(request.http, headers={**request.http.headers, **headers})
        return await exchange(replace(request, http=http), clock=now)

    return fetch


def _edition(config: Config, feed: Feed) -> str:
    """Return a digest of all that decides how a feed is read."""
    place = (feed.kind, feed.url, feed.component, feed.timezone)
    whose = (feed.senders, feed.authserv, feed.match)
    words = sorted(config.words.items())
    return hashlib.sha256(repr((VERSION, place, whose, words, config.bounds)).encode()).hexdigest()[
        :16
    ]


def _context(config: Config, feed: Feed, today: date) -> Context:
    return Context(
        day=today,
        day_is_borne=False,
        timezone=feed.timezone,
        component=feed.component,
        words=config.words,
        bounds=config.bounds,
    )
