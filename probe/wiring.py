"""From a configuration to what works with it: what asks the targets, our own network, the feeds."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from probe.clock import now
from probe.config import Config, DocumentError, Problem
from probe.feeds import READERS, Fetch, Read, ReadOn, Refresher, sources
from probe.journal import Notices
from probe.maintenance.reading import Context
from probe.prober.connectivity import Vantage
from probe.prober.exchange import exchange, prepare
from probe.prober.probe import Probe, prober
from probe.types import Exchange, Feed, FeedKind, Reading
from probe.version import VERSION

#: How long our own network may take to answer before it counts as down.
CONNECTIVITY = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What works with one configuration: built once, replaced as a whole by a reload."""

    config: Config
    probe: Probe
    refresher: Refresher
    editions: Mapping[str, str]
    """Per feed a digest of all that decides how it is read."""


def wire(
    config: Config,
    notices: Notices,
    external_url: str | None = None,
    *,
    monotonic: Callable[[], float],
    stalled: Callable[[], float] = lambda: 0.0,
) -> Wiring:
    """Build it; raises DocumentError for files that are named but cannot be used.

    `monotonic` is a clock and `stalled` the event loop's standstill so far, both in seconds.
    """
    contact = config.contact or external_url
    agent = f"spot-probe/{VERSION}" + (f" (+{contact})" if contact else "")
    vantage = Vantage(config.connectivity, CONNECTIVITY, monotonic, stalled)
    probe, fetch = usable(config, agent, vantage)
    return Wiring(
        config=config,
        probe=probe,
        refresher=Refresher(
            sources=sources(fetch),
            read=_reader(config),
            notices=notices,
            clock=now,
            edition=lambda feed: _edition(config, feed),
        ),
        editions={feed.name: _edition(config, feed) for feed in config.feeds},
    )


def usable(config: Config, agent: str = "", vantage: Vantage | None = None) -> tuple[Probe, Fetch]:
    """Return what asks targets and feeds; raises DocumentError for a file that cannot be used."""
    try:
        return (
            prober(config.targets, user_agent=agent, clock=now, vantage=vantage),
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

    async def fetch(feed: Feed, headers: Mapping[str, str]) -> Exchange:
        request = replace(requests[feed.name], url=feed.url)
        http = replace(request.http, headers={**request.http.headers, **headers})
        return await exchange(replace(request, http=http), clock=now)

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
