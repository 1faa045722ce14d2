"""The running program: what runs for ever is supervised here, and signals and reloads arrive."""

import asyncio
import gc
import logging
import platform
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import prometheus_client

from probe import config as configuration
from probe.classify import classify
from probe.config import WHOLE, Config, DocumentError, Shard
from probe.feeds import Followed, Outcome
from probe.history.availability import stands
from probe.journal import Journal, news
from probe.metrics import JournalCollector, KnownCollector, Metrics, Registry
from probe.notify import Message, Notifier, Receivers, message
from probe.presenter import Presenter
from probe.runtime.clock import now
from probe.runtime.stalls import Stalls
from probe.runtime.supervision import Work, forever
from probe.scheduler import Scheduler, monotonic
from probe.snapshot import Knowing, snapshot
from probe.state import State, contact_for
from probe.types import (
    AddedWindow,
    Feed,
    FeedFailure,
    Observation,
    Review,
    Target,
    Verdict,
)
from probe.version import VERSION
from probe.web.app import app
from probe.web.events import Changes
from probe.web.external import UNKNOWN, External
from probe.web.limits import limits
from probe.web.server import Server
from probe.web.site import Site
from probe.web.toolkit import WebConfig
from probe.wiring import Wiring, wire

log = logging.getLogger(__name__)

#: How long the first probes wait for feeds that were never read: what is published excuses only
#: once it has been read.
HEAD_START_SECONDS = 5
THINNING_SECONDS = 86_400
#: How long successes are kept one by one; after that, as long as `retention` says, as spans.
RAW_SUCCESS_RETENTION = timedelta(days=30)


class WebServerEnded(Exception):  # noqa: N818  (it says what happened)
    """The web server ended by itself: nobody could see any longer what is known."""


class Service:
    """Probes, reads and serves, with one configuration after the other."""

    def __init__(  # noqa: PLR0913  (what the command line gives)
        self,
        path: str | None,
        config: Config,
        journal: Journal,
        outside: External = UNKNOWN,
        *,
        shard: Shard = WHOLE,
        lifecycle: bool = True,
        hide: Callable[[Callable[[str], str]], None] = lambda _: None,
    ) -> None:
        """Build all of it; nothing runs yet.

        `shard` says which of the targets are ours, `lifecycle` allows reloads over HTTP, and `hide`
        takes what redacts the log from now on.
        """
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
        self.metrics = Metrics(Registry(), VERSION, platform.python_version())
        known = Knowing(lambda: (self.config, self._state.published), now)
        self.metrics.registry.register(KnownCollector(known))
        self.metrics.registry.register(JournalCollector(lambda: journal.state))
        self._load = partial(configuration.load, path, shard=shard)
        self._outside = outside
        self._lifecycle = lifecycle
        self._limits = limits()
        self._hide = hide
        self._journal = journal
        self._board = journal.board
        self._clock = monotonic()
        self._stalls = Stalls(self._clock.now)
        self._wiring = self._wired(config)
        self._changes = Changes(self._limits.listeners)
        self._state = State(
            config,
            snapshot(config, journal.board),
            self.metrics,
            self._changes.tell,
        )
        self._scheduler = Scheduler(self._observe, self.metrics, self._clock)
        self._notifier = Notifier(self._told(), self._compose)
        self._receivers = Receivers(self._supervised, self.metrics.notified, self._clock.now)
        self._feeds = Followed(self._supervised, self._refresh, self._state.outcome, now)
        self._reloading = asyncio.Lock()
        self._reload_asked = asyncio.Event()
        self._stopped = asyncio.Event()
        self._succeeded_to_load()

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self._state.config

    def stop(self) -> None:
        """Let `run` return."""
        self._stopped.set()

    async def run(self, sockets: list[socket.socket], web: Callable[[], WebConfig]) -> None:
        """Probe, read and serve until stopped by SIGTERM, SIGINT or `stop`.

        Raises WebServerEnded when the web server ends before that.
        """
        self._listen_to_signals()
        loop = asyncio.get_running_loop()
        self._journal.listen(lambda: self._hear(loop))
        gc.freeze()  # what stands now stands to the end: no collection need look at it again
        served = self._server(sockets, web)
        serving = asyncio.create_task(served.serve(), name="web")
        stopped = asyncio.create_task(self._stopped.wait(), name="stop")
        tasks: list[asyncio.Task[Any]] = [
            self._supervised("pulse", lambda: self._stalls.watch(self.metrics.loop_stall.observe)),
            self._supervised("thin", self._thin),
            self._supervised("reload", self._reload_when_asked),
            self._supervised("probes", self._probe),
        ]
        try:
            await asyncio.wait([serving, stopped], return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                raise WebServerEnded("the web server ended by itself") from serving.exception()
        finally:
            self._changes.close()
            served.stop()
            tasks += [stopped, *self._feeds.tasks, *self._receivers.tasks]
            for task in tasks:
                task.cancel()
            await asyncio.gather(serving, *tasks, return_exceptions=True)
            await self._scheduler.stop()

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self._reload_asked.set)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})  # one may have come already

    def _supervised(self, name: str, work: Work) -> asyncio.Task[None]:
        """Begin work that must never end."""
        restarts = self.metrics.task_restarts.labels(name)
        watched = forever(name, work, ended=restarts.inc, clock=self._clock.now)
        return asyncio.create_task(watched, name=name)

    # --- targets -----------------------------------------------------------------------------

    async def _probe(self) -> None:
        """Follow the feeds, give them a head start, and probe for ever."""
        self._follow()
        await self._head_start()
        self._scheduler.follow(self.config.targets)
        await self._scheduler.run()

    async def _observe(self, target: Target) -> float:
        """Probe a target once; return for how many seconds it wants to be left alone."""
        state, probe = self._state, self._wiring.probe
        known_at = state.known_at(now())
        result = await probe(target)
        streak = self._journal.ongoing(target.name, now())
        observation = classify(result, target, state.published.calendar, streak, known_at)
        if state.is_current(target):  # else a reload has taken it away or changed it
            self._journal.record(observation, stands(target))
            state.record(observation)
            self._notifier.observed(observation, target)
        return 0.0 if result.not_before is None else (result.not_before - now()).total_seconds()

    # --- feeds -------------------------------------------------------------------------------

    async def _refresh(self, feed: Feed) -> Outcome:
        self.metrics.feed_fetches.labels(feed.name).inc()
        try:
            outcome = await self._wiring.refresher.refresh(feed)
        except Exception as error:
            log.exception("a fault of ours while reading feed %s", feed.name)
            outcome = Outcome(failure=FeedFailure.INTERNAL, detail=type(error).__name__)
        self._state.fetched(feed, outcome)
        self._learn()
        return outcome

    async def _head_start(self) -> None:
        """Wait, not for long, for the feeds that the journal does not know yet."""
        try:
            async with asyncio.timeout(HEAD_START_SECONDS):
                await self._feeds.asked_once(self._journal.board.feeds)
        except TimeoutError:
            log.warning("probing begins before every feed was read once")

    def _hear(self, loop: asyncio.AbstractEventLoop) -> None:
        """Learn what the journal's own thread has heard."""
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(self._learn)

    def _learn(self) -> None:
        """Take over what is known now: what was read, and what people made of it."""
        try:
            board = self._journal.board
            for line in news(board, self._board):
                log.info("%s", line)
            self._board = board
            self._state.learn(snapshot(self.config, board), board.feeds)
        except Exception:  # what was learned before stands
            log.exception("a fault of ours while learning what was published")

    # --- people ------------------------------------------------------------------------------

    async def _act(self, said: Review | AddedWindow) -> None:
        """Take over what a signed-in person said, from now on."""
        notices = self._journal.notices
        if isinstance(said, Review):
            notices.review(said)
        else:
            notices.put_window(said)
        self._learn()

    def _told(self) -> dict[str, Verdict]:
        """Return the verdicts that people know of since before we started."""
        lasts = {target.name: self._journal.last(target.name) for target in self.config.targets}
        return {name: last.verdict for name, last in lasts.items() if last}

    def _compose(self, observation: Observation, target: Target) -> Message:
        config = self.config
        return message(
            observation,
            target,
            name=next(iter(config.words.get(target.name, ())), target.name),
            zone=config.timezone,
            contact=contact_for(config, target),
            link=self._outside.url,
            unread=self._state.published.explaining(observation, target),
        )

    async def _beat(self) -> None:
        if self._wiring.heartbeat is not None:
            await self._wiring.heartbeat(lambda: self._state.is_fresh(now()))

    def _follow(self) -> None:
        """Follow the configured feeds, and tell the configured receivers."""
        config, wiring = self.config, self._wiring
        self._feeds.follow(config.feeds, wiring.editions)
        receivers = (*config.notify, config.heartbeat)
        self._notifier.outboxes = self._receivers.follow(receivers, wiring.senders, self._beat)

    # --- configuration -----------------------------------------------------------------------

    def _wired(self, config: Config) -> Wiring:
        return wire(
            config,
            self._journal.notices,
            self._outside.url,
            monotonic=self._clock.now,
            stalled=self._stalls.total,
        )

    async def reload(self) -> str | None:
        """Take the configuration file anew; a bad one changes nothing and is told.

        One reload at a time. Probes and requests that are under way go on to their end, and what
        the file says as before goes on when it would have.
        """
        async with self._reloading:
            try:
                before = self.config
                config = await asyncio.to_thread(self._load, before=before)
                # What is under way still speaks of both.
                self._hide((before.secrets | config.secrets).redact)
                self._wiring = await asyncio.to_thread(self._wired, config)
            except DocumentError as error:
                self.metrics.reload_successful.set(0)
                log.error("failed to reload: %s", error)  # noqa: TRY400  (the file is wrong, not the code)
                return str(error)
            self._state.adopt(config)
            self._follow()
            self._scheduler.follow(config.targets)
            self._learn()
            self._succeeded_to_load()
            log.info("reloaded %s", config.file)
            return None

    async def _reload_when_asked(self) -> None:
        """Reload whenever SIGHUP came."""
        while True:
            await self._reload_asked.wait()
            self._reload_asked.clear()
            try:
                await self.reload()
            except Exception:
                self.metrics.reload_successful.set(0)
                raise

    def _succeeded_to_load(self) -> None:
        self.metrics.reload_successful.set(1)
        self.metrics.reload_success_at.set(now().timestamp())

    # --- the journal -------------------------------------------------------------------------

    async def _thin(self) -> None:
        while True:
            at = now()
            self._journal.thin(at - self.config.retention, at - RAW_SUCCESS_RETENTION)
            await asyncio.sleep(THINNING_SECONDS)

    # --- what is shown -----------------------------------------------------------------------

    def _server(self, sockets: list[socket.socket], web: Callable[[], WebConfig]) -> Server:
        site = self._site().beside(asyncio.get_running_loop())
        return Server(
            app(site, web, version=VERSION, outside=self._outside, lifecycle=self._lifecycle),
            sockets,
            web,
            limits=self._limits,
            refuse=self.metrics.refuse,
        )

    def _site(self) -> Site:
        shown = Presenter(self._state, self._journal, now)
        return Site(
            registry=self.metrics.registry,
            changes=self._changes,
            now=now,
            config=lambda: self.config,
            board=lambda: self._journal.board,
            calendar=lambda: self._state.published.calendar,
            waiting=self._state.waiting,
            reload=self.reload,
            view=shown.view,
            refuse=self.metrics.refuse,
            past=shown.past,
            read=shown.read,
            incidents=shown.incidents,
            notices=shown.notices,
            act=self._act,
        )
