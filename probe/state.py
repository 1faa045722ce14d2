"""What is known now: the last observations, how feeds went, what is published."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from probe.config import Config
from probe.feeds import Outcome
from probe.journal import FeedState
from probe.metrics import Metrics
from probe.runtime.logs import describe
from probe.snapshot import Snapshot
from probe.types import Feed, Observation, Target, Verdict

log = logging.getLogger(__name__)

#: A target that was observed within so many of its intervals shows that probing goes on.
FRESH_INTERVALS = 3


class State:
    """What the program knows at this moment; the metrics and the page show it.

    `changed` is called whenever something else is known than before.
    """

    def __init__(
        self,
        config: Config,
        published: Snapshot,
        metrics: Metrics,
        changed: Callable[[], object],
    ) -> None:
        self.config = config
        self.published = published
        self._newest = _newest(published)
        self._waiting = _waiting(published)
        self.latest: dict[str, Observation] = {}
        self.outcomes: dict[str, Outcome] = {}
        self._metrics = metrics
        self._changed = changed
        self._targets: dict[str, Target] = {}
        self.adopt(config)

    def adopt(self, config: Config) -> None:
        """Go on with a configuration; what is known of targets and feeds that it lacks goes."""
        self.config = config
        self._targets = {target.name: target for target in config.targets}
        feeds = {feed.name for feed in config.feeds}
        self.latest = {name: last for name, last in self.latest.items() if name in self._targets}
        self.outcomes = {name: last for name, last in self.outcomes.items() if name in feeds}
        contacts = {target.name: contact_for(config, target) for target in config.targets}
        shown = [config.shown_target(target) for target in config.targets]
        self._metrics.expose(shown, sorted(feeds), contacts)
        self._changed()

    def waiting(self) -> tuple[str, ...]:
        """Return the names of the targets that have no observation yet."""
        return tuple(name for name in self._targets if name not in self.latest)

    def known_at(self, at: datetime) -> datetime:
        """Return an instant, or a later one by which all was published that is known now.

        A clock that was set back makes what we hold look as if it were yet to come.
        """
        return at if self._newest is None else max(at, self._newest)

    def is_fresh(self, at: datetime) -> bool:
        """Return whether a target was observed shortly before an instant: that we do our work."""
        return any(
            at - last.result.started_at <= FRESH_INTERVALS * self._targets[name].interval
            for name, last in self.latest.items()
        )

    def is_current(self, target: Target) -> bool:
        """Return whether a target is configured still, just as it was probed."""
        return self._targets.get(target.name) == target

    def record(self, observation: Observation) -> None:
        """Show an observation of a current target."""
        name = observation.result.target
        before = self.latest.get(name)
        self.latest[name] = observation
        self._metrics.record(observation)
        self._changed()
        if before is None or before.verdict is not observation.verdict:
            bad = observation.verdict is Verdict.UNEXPECTED
            log.log(logging.WARNING if bad else logging.INFO, "%s: %s", name, describe(observation))

    def outcome(self, feed: str) -> Outcome | None:
        """Return how a feed went the last time, None where it was not asked yet."""
        return self.outcomes.get(feed)

    def fetched(self, feed: Feed, outcome: Outcome) -> None:
        """Show how a feed went."""
        if outcome.failure:
            self._metrics.feed_failures.labels(feed.name, outcome.failure).inc()
        self.outcomes[feed.name] = outcome

    def learn(self, published: Snapshot, feeds: Mapping[str, FeedState]) -> None:
        """Take over what is published now, and when each feed was read."""
        for feed in self.config.feeds:
            if read := feeds.get(feed.name):
                self._metrics.feed_success.labels(feed.name).set(read.succeeded_at.timestamp())
                self._metrics.feed_change.labels(feed.name).set(read.changed_at.timestamp())
        waiting = _waiting(published)
        for name, _ in waiting - self._waiting:
            self._metrics.notices_refused.labels(name).inc()
        self.published = published
        self._newest, self._waiting = _newest(published), waiting
        self._changed()


def _newest(published: Snapshot) -> datetime | None:
    """Return when the last of all that is published was."""
    known = (item.published_at for item in published.calendar.published)
    return max(filter(None, known), default=None)


def _waiting(published: Snapshot) -> set[tuple[str, str]]:
    """Return the feed and fingerprint of each notice that waits for a person."""
    return {(seen.feed, seen.notice.fingerprint) for seen in published.waiting}


def contact_for(config: Config, target: Target) -> str:
    """Return whom to call about a target: the contact of its first component that has one."""
    return next(filter(None, map(config.contacts.get, target.components)), "")
