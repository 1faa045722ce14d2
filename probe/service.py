"""Builds all of it once and joins it: the probing, the feeds, the web server, signals, reload."""

import asyncio
import logging
import platform
import signal
import socket
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

import prometheus_client
from prometheus_client import CollectorRegistry

from probe import config as configuration
from probe.announced import Knowing, announced
from probe.availability import stands
from probe.clients import Clients, clients
from probe.clock import now
from probe.config import Config, DocumentError
from probe.feeds import Outcome, follow
from probe.journal import FeedState, Journal, JournalThread
from probe.logs import describe
from probe.metrics import KnownCollector, Metrics
from probe.scheduler import Monotonic, monotonic, observe, watch
from probe.types import Feed, FeedFailure, Incident, Observation, Streak, Target
from probe.version import VERSION
from probe.web.app import app
from probe.web.events import Changes
from probe.web.external import UNKNOWN, External
from probe.web.limits import limits
from probe.web.server import Server
from probe.web.site import Site
from probe.web.toolkit import WebConfig
from probe.web.view import Past, Present, View, past, reviewed, view

log = logging.getLogger(__name__)

#: How long the first probes wait for feeds that were never read: what is published excuses only
#: once it has been read.
HEAD_START_SECONDS = 5
THINNING_SECONDS = 86_400
#: How long successes are kept one by one; after that, as long as `retention` says, as spans.
WHOLE = timedelta(days=30)


class Service:
    """The running program."""

    def __init__(
        self,
        path: str | None,
        clients: Clients,
        journal: JournalThread,
        outside: External = UNKNOWN,
        *,
        lifecycle: bool = True,
    ) -> None:
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
        self.metrics = Metrics(CollectorRegistry(), VERSION, platform.python_version())
        knowing = Knowing(lambda: (self.config, self._announced), now)
        self.metrics.registry.register(KnownCollector(knowing))
        self._path = path
        self._outside = outside
        self._lifecycle = lifecycle
        self._limits = limits()
        self._clients = clients
        self._journal = journal
        self._announced = journal.wait(lambda opened: announced(clients.config, opened))
        self._streaks: dict[str, Streak | None] = {}
        self._latest: dict[str, Observation] = {}
        self._outcomes: dict[str, Outcome] = {}
        self._changes = Changes(self._limits.listeners)
        self._feeds: dict[str, FeedState] = {}
        self._reload_asked = asyncio.Event()
        self._reloaded = asyncio.Event()
        self._stopped = asyncio.Event()
        self.metrics.reload_successful.set(1)
        self.metrics.reload_success_at.set(now().timestamp())

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self._clients.config

    def stop(self) -> None:
        """Let `run` return."""
        self._stopped.set()

    async def run(self, sockets: list[socket.socket], web: Callable[[], WebConfig]) -> None:
        """Probe, read and serve until stopped by SIGTERM, SIGINT or `stop`."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self._reload_asked.set)
        served = Server(
            app(
                self._site().beside(loop),
                web,
                version=VERSION,
                outside=self._outside,
                lifecycle=self._lifecycle,
            ),
            sockets,
            web,
            limits=self._limits,
            refuse=self.metrics.refuse,
        )
        serving = asyncio.create_task(served.serve(), name="web")
        others = [
            asyncio.create_task(self._thin(), name="thin"),
            asyncio.create_task(self._reload_when_asked(), name="reload"),
        ]
        try:
            await self._work()
        finally:
            self._changes.close()
            served.stop()
            for task in others:
                task.cancel()
            await asyncio.gather(serving, *others, return_exceptions=True)

    async def _work(self) -> None:
        """Work with one configuration after the other."""
        while not self._stopped.is_set():
            self._reloaded.clear()
            self._expose()  # only now: what worked before can show nothing of its own any longer
            working = asyncio.create_task(self._generation(self._clients), name="work")
            waits = [asyncio.create_task(event.wait()) for event in (self._stopped, self._reloaded)]
            await asyncio.wait([working, *waits], return_when=asyncio.FIRST_COMPLETED)
            for task in (working, *waits):
                task.cancel()
            done = await asyncio.gather(working, *waits, return_exceptions=True)
            if isinstance(done[0], Exception):
                raise done[0]

    async def _generation(self, clients: Clients) -> None:
        feeds = clients.config.feeds
        first_reads = [asyncio.Event() for _ in feeds]
        clock = monotonic()
        async with asyncio.TaskGroup() as group:
            for feed, event in zip(feeds, first_reads, strict=True):
                group.create_task(self._follow(clients, feed, event), name=f"feed {feed.name}")
            await self._head_start(clients, first_reads)
            for target in clients.config.targets:
                group.create_task(self._watch(clients, target, clock), name=f"target {target.name}")

    async def _head_start(self, clients: Clients, first_reads: Sequence[asyncio.Event]) -> None:
        """Wait, not for long, for the feeds that the journal does not know yet."""
        never = [
            event.wait()
            for feed, event in zip(clients.config.feeds, first_reads, strict=True)
            if await self._journal.do(Journal.feed, feed.name) is None
        ]
        try:
            async with asyncio.timeout(HEAD_START_SECONDS):
                await asyncio.gather(*never)
        except TimeoutError:
            log.warning("probing begins before every feed was read once")

    # --- targets -----------------------------------------------------------------------------

    async def _watch(self, clients: Clients, target: Target, clock: Monotonic) -> None:
        if target.name not in self._streaks:
            ongoing = await self._journal.do(Journal.ongoing, target.name, now())
            self._streaks[target.name] = ongoing

        async def observed() -> None:
            try:
                observation = await observe(
                    target,
                    self._streaks[target.name],
                    clients.probe,
                    clients.online,
                    lambda: self._announced.calendar,
                )
                if clients is self._clients:  # else a reload overtook it
                    await self._record(target, observation)
            except Exception:  # one target's bug must not end the others; its silence pages
                log.exception("a fault of ours while observing %s", target.name)

        await watch(target, observed, self.metrics, clock, Random().random())  # noqa: S311  (spreads load)

    async def _record(self, target: Target, observation: Observation) -> None:
        """Keep an observation: the journal first, then what is shown."""
        name = target.name
        try:
            await self._journal.do(Journal.record, observation, stands(target))
        except sqlite3.Error:
            self.metrics.journal_failures.inc()
            log.exception("the journal could not be written")
        before = self._latest.get(name)
        self._streaks[name] = observation.streak
        self._latest[name] = observation
        self.metrics.record(observation)
        self._changes.tell()
        if before is None or before.verdict is not observation.verdict:
            log.info("%s: %s", name, describe(observation))

    # --- feeds -------------------------------------------------------------------------------

    async def _follow(self, clients: Clients, feed: Feed, first_read: asyncio.Event) -> None:
        async def refreshed(feed: Feed) -> Outcome:
            try:
                return await self._refresh(clients, feed)
            finally:
                first_read.set()

        before = self._outcomes.get(feed.name)
        await follow(feed, refreshed, now, not_before=before.not_before if before else None)

    async def _refresh(self, clients: Clients, feed: Feed) -> Outcome:
        self.metrics.feed_fetches.labels(feed.name).inc()
        try:
            outcome = await clients.refresher.refresh(feed)
        except sqlite3.Error as error:
            self.metrics.journal_failures.inc()
            outcome = Outcome(failure=FeedFailure.INTERNAL, detail=str(error))
        except Exception as error:
            log.exception("a fault of ours while reading feed %s", feed.name)
            outcome = Outcome(failure=FeedFailure.INTERNAL, detail=type(error).__name__)
        if clients is not self._clients:  # a reload overtook it
            return outcome
        if outcome.failure:
            self.metrics.feed_failures.labels(feed.name, outcome.failure).inc()
        self._outcomes[feed.name] = outcome
        await self._learn()
        return outcome

    async def _learn(self) -> None:
        """Take over what the journal says now: what was read, and what people made of it."""
        config = self.config
        try:
            self._announced = await self._journal.do(lambda journal: announced(config, journal))
            for feed in config.feeds:
                state = await self._journal.do(Journal.feed, feed.name)
                if state:
                    self._feeds[feed.name] = state
                    self.metrics.feed_success.labels(feed.name).set(state.succeeded_at.timestamp())
                    self.metrics.feed_change.labels(feed.name).set(state.changed_at.timestamp())
        except Exception:  # what was learned before stands
            log.exception("a fault of ours while learning what was published")
        self._changes.tell()

    # --- configuration -----------------------------------------------------------------------

    async def reload(self) -> str | None:
        """Take the configuration file anew; a bad one changes nothing and is told."""
        try:
            config = await asyncio.to_thread(configuration.load, self._path)
            self._clients = clients(config, self._journal, self._outside.url)
        except DocumentError as error:
            self.metrics.reload_successful.set(0)
            log.error("failed to reload: %s", error)  # noqa: TRY400  (the file is wrong, not the code)
            return str(error)
        self._reloaded.set()
        self.metrics.reload_successful.set(1)
        self.metrics.reload_success_at.set(now().timestamp())
        await self._learn()
        log.info("reloaded %s", config.file)
        return None

    async def _reload_when_asked(self) -> None:
        """Reload whenever SIGHUP came."""
        while True:
            await self._reload_asked.wait()
            self._reload_asked.clear()
            try:
                await self.reload()
            except Exception:  # the next SIGHUP must find somebody who listens
                self.metrics.reload_successful.set(0)
                log.exception("a fault of ours while reloading")

    def _expose(self) -> None:
        names = {target.name for target in self.config.targets}
        self.metrics.expose(self.config.targets, [feed.name for feed in self.config.feeds])
        self._latest = {name: last for name, last in self._latest.items() if name in names}
        self._streaks = {name: last for name, last in self._streaks.items() if name in names}
        feeds = {feed.name for feed in self.config.feeds}
        self._outcomes = {name: last for name, last in self._outcomes.items() if name in feeds}
        self._feeds = {name: state for name, state in self._feeds.items() if name in feeds}

    async def _thin(self) -> None:
        while True:
            try:
                at = now()
                await self._journal.do(Journal.thin, at - self.config.retention, at - WHOLE)
            except sqlite3.Error:
                self.metrics.journal_failures.inc()
                log.exception("the journal could not be thinned")
            await asyncio.sleep(THINNING_SECONDS)

    # --- what is shown -----------------------------------------------------------------------

    def _site(self) -> Site:
        return Site(
            registry=self.metrics.registry,
            changes=self._changes,
            now=now,
            zone=lambda: self.config.timezone,
            calendar=lambda: self._announced.calendar,
            waiting=lambda: tuple(
                target.name for target in self.config.targets if target.name not in self._latest
            ),
            view=self._view,
            refuse=self.metrics.refuse,
            reload=self.reload,
            past=self._past,
            incidents=self._incidents,
            notices=lambda: self._journal.do(reviewed),
        )

    def _view(self, before: Past) -> View:
        """Return what is shown now; from any thread, so all that changes is copied."""
        present = Present(
            latest=dict(self._latest), outcomes=dict(self._outcomes), feeds=dict(self._feeds)
        )
        return view(self.config, self._announced, present, before, now())

    async def _past(self) -> Past:
        config, at = self.config, now()
        return await self._journal.do(lambda journal: past(journal, config, at))

    async def _incidents(self, start: datetime, end: datetime, most: int) -> tuple[Incident, ...]:
        return await self._journal.do(Journal.incidents, most, start=start, end=end, until=now())
