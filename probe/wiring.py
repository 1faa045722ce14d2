"""From a configuration to what works with it: what asks the targets, our own network, the feeds."""

import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from probe.config import Config, DocumentError, Problem, Secrets
from probe.feeds import Answer, Fetch, Kind, Kinds, Known, Refresher, Validators, kinds
from probe.journal import Notices
from probe.maintenance.reading.context import Context
from probe.notify import Message, Send, SendError, beat, senders
from probe.prober.connectivity import Vantage
from probe.prober.dial import Resolve
from probe.prober.exchange import also, exchange, prepare
from probe.prober.names import Names
from probe.prober.probe import Probe, prober
from probe.runtime.clock import now
from probe.types import LONGEST_ASKING, Exchange, Feed, FeedKind, Notice, Reading, Result, Target
from probe.version import VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """What works with one configuration: built once, replaced as a whole by a reload."""

    config: Config
    probe: Probe
    refresher: Refresher
    editions: Mapping[str, str]
    """Per feed a digest of all that decides how it is read."""
    senders: Mapping[str, Send]
    """By its name what sends to each receiver of `notify`."""
    heartbeat: Callable[[Callable[[], bool]], Awaitable[None]] | None
    """Gives signs of life for ever, while its argument says that there is life."""


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
    vantage = Vantage(
        config.connectivity, LONGEST_ASKING, resolve=Names(), clock=monotonic, stalled=stalled
    )
    agent = user_agent(config, external_url)
    probe, fetch = usable(config, agent, vantage)
    return Wiring(
        config=config,
        probe=probe,
        refresher=Refresher(
            kinds=_redacted(kinds(fetch), config.secrets),
            context=lambda feed, today: _context(config, feed, today),
            notices=notices,
            clock=now,
            edition=lambda feed: _edition(config, feed),
            bounds=config.bounds,
        ),
        editions={feed.name: _edition(config, feed) for feed in config.feeds},
        senders={
            one.name: _discreet_sender(senders(one, agent, vantage.resolve), config.secrets)
            for one in config.notify
        },
        heartbeat=partial(beat, config.heartbeat, agent=agent, resolve=vantage.resolve)
        if config.heartbeat
        else None,
    )


def user_agent(config: Config, external_url: str | None) -> str:
    """Return the name under which we ask others, with whom they may call."""
    contact = config.contact or external_url
    return f"spot-probe/{VERSION}" + (f" (+{contact})" if contact else "")


def usable(config: Config, agent: str, vantage: Vantage) -> tuple[Probe, Fetch]:
    """Return what asks targets and feeds; raises DocumentError for what cannot be used or sent."""
    try:
        probe = prober(config.targets, user_agent=agent, clock=now, vantage=vantage)
        fetch = _fetch(config.feeds, agent, vantage.resolve)
    except ValueError as error:
        words = config.secrets.redact(str(error))
        raise DocumentError([Problem(config.file, 0, "", "", words)]) from None
    return _discreet(probe, config.secrets), fetch


def check(config: Config) -> None:
    """Raise DocumentError for what a configuration names and cannot be used or sent."""
    agent = user_agent(config, None)
    usable(config, agent, Vantage((), LONGEST_ASKING, resolve=Names(), clock=time.monotonic))


def _discreet(probe: Probe, secrets: Secrets) -> Probe:
    """Return a probe in whose words no secret is left, whatever a server repeats of it."""

    async def discreet(target: Target) -> Result:
        result = await probe(target)
        said = result.evidence
        if said is None and not result.detail:
            return result
        if said is not None:
            headers = {name: secrets.redact(value) for name, value in said.headers.items()}
            said = replace(said, headers=headers, text=secrets.redact(said.text))
        return replace(result, detail=secrets.redact(result.detail), evidence=said)

    return discreet


def _discreet_sender(send: Send, secrets: Secrets) -> Send:
    """Return what sends, and repeats no secret where it says why it could not."""

    async def discreet(message: Message) -> None:
        try:
            await send(message)
        except SendError as error:
            raise SendError(secrets.redact(str(error))) from None

    return discreet


def _redacted(kinds: Kinds, secrets: Secrets) -> Kinds:
    """Return kinds of feeds that repeat no secret, neither of a failure nor of what was read."""

    def redacted(kind: Kind) -> Kind:
        async def ask(feed: Feed, validators: Validators, at: datetime) -> Answer:
            answer = await kind.ask(feed, validators, at)
            return replace(answer, detail=secrets.redact(answer.detail))

        def read(text: str, context: Context, read_on: Known, feed: Feed) -> Reading:
            reading = kind.read(text, context, read_on, feed)
            return replace(reading, notices=tuple(map(discreet, reading.notices)))

        return replace(kind, ask=ask, read=read)

    def discreet(notice: Notice) -> Notice:
        """Take secrets out of what is shown of a notice, and only there: it was read with them."""
        text, quote, reason = map(secrets.redact, (notice.text, notice.quote, notice.reason))
        return replace(notice, text=text, quote=quote, reason=reason)

    return {name: redacted(kind) for name, kind in kinds.items()}


def _fetch(feeds: Sequence[Feed], agent: str, resolve: Resolve) -> Fetch:
    requests = {
        feed.name: prepare(
            feed.url, http=feed.http, tls=feed.tls, timeout=feed.timeout, user_agent=agent
        )
        for feed in feeds
        if feed.kind not in {FeedKind.FILE, FeedKind.IMAP}
    }

    async def fetch(feed: Feed, url: str, headers: Mapping[str, str]) -> Exchange:
        request = also(requests[feed.name], url, headers)
        return await exchange(request, clock=now, resolve=resolve)

    return fetch


def _edition(config: Config, feed: Feed) -> str:
    """Return a digest of all that decides how a feed is read."""
    place = (feed.kind, feed.url, feed.component, feed.timezone)
    whose = (feed.senders, feed.authserv, feed.match)
    words = sorted(config.words.items())
    decisive = repr((VERSION, place, whose, words, config.bounds)).encode()
    return hashlib.sha256(decisive).hexdigest()[:16]


def _context(config: Config, feed: Feed, today: date) -> Context:
    return Context(
        day=today,
        day_is_borne=False,
        timezone=feed.timezone,
        component=feed.component,
        words=config.words,
        bounds=config.bounds,
    )
