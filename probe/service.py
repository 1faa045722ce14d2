"""The running program: what runs for ever is supervised here, and signals and reloads arrive."""

import asyncio
import gc
import logging
import platform
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import prometheus_client

from probe import config as configuration
from probe.classify import classify
from probe.config import WHOLE, Config, DocumentError, Shard
from probe.feeds import Outcome, follow
from probe.history.availability import stands
from probe.journal import History, Journal, UnreadError, news
from probe.metrics import JournalCollector, KnownCollector, Metrics, Registry
from probe.notify import Message, Notifier, Outbox, message
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
    Heartbeat,
    Incident,
    Notify,
    Observation,
    Review,
    Seen,
    Target,
    Verdict,
)
from probe.version import VERSION
from probe.web.app import app
from probe.web.events import Changes
from probe.web.external import UNKNOWN, External
from probe.web.limits import limits
from probe.web.server import Server
from probe.web.site import Ask, Site
from probe.web.toolkit import WebConfig
from probe.web.view import Past, Present, View, past, reviewed, view
from probe.wiring import Wiring, wire

log = logging.getLogger(__name__)

T = TypeVar("T")

#: How long the first probes wait for feeds that were never read: what is published excuses only
#: once it has been read.
HEAD_START_SECONDS = 5
THINNING_SECONDS = 86_400
#: How long successes are kept one by one; after that, as long as `retention` says, as spans.
RAW_SUCCESS_RETENTION = timedelta(days=30)


class WebServerEnded(Exception):  # noqa: N818  (it says what happened)
    """The web server ended by itself: nobody could see any longer what is known."""


@dataclass(slots=True, kw_only=True)
class _Followed:
    """A feed that is followed: as it is configured, how it is read, and the task that asks it."""

    feed: Feed
    edition: str
    task: asyncio.Task[None]
    first_read: asyncio.Event


@dataclass(slots=True, kw_only=True)
class _Telling:
    """A task that tells somebody, and where what it tells waits."""

    task: asyncio.Task[None]
    outbox: Outbox | None = None


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
        self._told_by: dict[Notify | Heartbeat, _Telling] = {}
        self._followed: dict[str, _Followed] = {}
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
            tasks += [stopped, *(one.task for one in self._followed.values())]
            tasks += [one.task for one in self._told_by.values()]
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
        self._follow_feeds()
        self._follow_receivers()
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

    def _follow_feeds(self) -> None:
        """Follow the configured feeds; what has not changed goes on undisturbed."""
        before, self._followed = self._followed, {}
        for feed in self.config.feeds:
            known = before.get(feed.name)
            edition = self._wiring.editions[feed.name]
            if known and (known.feed, known.edition) == (feed, edition):
                self._followed[feed.name] = before.pop(feed.name)
                continue
            read = asyncio.Event()
            task = self._supervised(f"feed {feed.name}", partial(self._follow, feed, read))
            self._followed[feed.name] = _Followed(
                feed=feed, edition=edition, task=task, first_read=read
            )
        for gone in before.values():
            gone.task.cancel()

    async def _follow(self, feed: Feed, first_read: asyncio.Event) -> None:
        async def refreshed(feed: Feed) -> Outcome:
            try:
                return await self._refresh(feed)
            finally:
                first_read.set()

        before = self._state.outcomes.get(feed.name)
        await follow(feed, refreshed, now, not_before=before.not_before if before else None)

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
        never = [
            one.first_read.wait()
            for one in self._followed.values()
            if one.feed.name not in self._journal.board.feeds
        ]
        try:
            async with asyncio.timeout(HEAD_START_SECONDS):
                await asyncio.gather(*never)
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

    def _follow_receivers(self) -> None:
        """Tell the configured receivers; those that have not changed keep what waits for them."""
        before, self._told_by = self._told_by, {}
        for one in (*self.config.notify, self.config.heartbeat):
            if one is not None:
                self._told_by[one] = before.pop(one) if one in before else self._telling(one)
        for gone in before.values():
            gone.task.cancel()
        told = self._told_by.values()
        self._notifier.outboxes = [one.outbox for one in told if one.outbox]

    def _telling(self, one: Notify | Heartbeat) -> _Telling:
        if isinstance(one, Heartbeat):
            return _Telling(task=self._supervised("heartbeat", self._beat))
        counted = partial(self.metrics.notified, one.name)
        send = self._wiring.senders[one.name]
        outbox = Outbox(one.name, send, told=counted, clock=self._clock.now)
        return _Telling(outbox=outbox, task=self._supervised(f"notify {one.name}", outbox.run))

    async def _beat(self) -> None:
        if self._wiring.heartbeat is not None:
            await self._wiring.heartbeat(lambda: self._state.is_fresh(now()))

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
            self._follow_feeds()
            self._follow_receivers()
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
        return Site(
            registry=self.metrics.registry,
            changes=self._changes,
            now=now,
            config=lambda: self.config,
            board=lambda: self._journal.board,
            calendar=lambda: self._state.published.calendar,
            waiting=self._state.waiting,
            reload=self.reload,
            view=self._view,
            refuse=self.metrics.refuse,
            past=self._past,
            read=self._read,
            incidents=self._incidents,
            notices=self._notices,
            act=self._act,
        )

    def _view(self, before: Past) -> View:
        """Return what is shown now; from any thread, so all that changes is copied."""
        state = self._state
        present = Present(
            latest=dict(state.latest),
            outcomes=dict(state.outcomes),
            feeds=self._journal.board.feeds,
            journal=self._journal.state,
        )
        return view(self.config, state.published, present, before, now())

    async def _past(self) -> Past:
        try:
            return await self._journal.read(past, self.config, now())
        except UnreadError as error:
            return Past(unread=str(error))

    async def _read(self, ask: Ask[T]) -> T:
        return await self._journal.read(ask, self.config, self._state.published, now())

    async def _incidents(self, start: datetime, end: datetime, most: int) -> tuple[Incident, ...]:
        return await self._journal.read(History.incidents, most, start=start, end=end, until=now())

    async def _notices(self) -> tuple[tuple[Seen, Review | None], ...]:
        try:
            board = await self._journal.read(History.noticeboard)
        except UnreadError:
            board = self._journal.board
        return reviewed(board)
