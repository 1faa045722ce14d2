"""Everything the page, the badges and the status answer show, as one value.

Pure: the configuration, what was published, the latest observations and the journal's figures come
in, and one instant at which all of it is looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from probe.classify import affects
from probe.config import Config
from probe.feeds import Outcome
from probe.history.availability import FAILURES
from probe.journal import FeedState, History, Noticeboard
from probe.maintenance import reviews
from probe.snapshot import Snapshot, receipt
from probe.types import (
    Availability,
    Because,
    Feed,
    FeedKind,
    Impact,
    Incident,
    JournalState,
    NoticeState,
    Observation,
    PublishedStatus,
    ReceiptDate,
    Review,
    Seen,
    Target,
    Window,
)

#: How far ahead the page lists windows.
AHEAD = timedelta(days=30)
#: How far back the page shows days and incidents.
BACK_DAYS = 90
MOST_INCIDENTS = 50
#: An observation older than this many intervals says nothing about now.
STALE_INTERVALS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What was seen last: each target's observation, how the last reading of a feed went, and when.

    A feed that was never read well has no state.
    """

    latest: Mapping[str, Observation]
    outcomes: Mapping[str, Outcome]
    feeds: Mapping[str, FeedState] = field(default_factory=dict)
    journal: JournalState = field(default_factory=JournalState)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the journal says of the past, as the page shows it.

    `days` are each target's, the oldest first; `recovered` is when its last incident ended.
    `unread` says why the past cannot be read now, "" where it can.
    """

    days: Mapping[str, Mapping[date, Availability]] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()
    recovered: Mapping[str, datetime] = field(default_factory=dict)
    unread: str = ""


#: For what shows only the present, and so costs the same however old the journal is.
NOTHING_PAST = Past()


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetView:
    """A target under the name that people know it by; `observation` None: nothing is known now."""

    target: Target
    name: str
    observation: Observation | None
    window: Window | None = None
    """The outage that is announced for it: the open one, or else the next."""
    recovered_at: datetime | None = None
    """When its last incident in sight ended."""
    degraded: Window | None = None
    """What is announced and open for it that makes it slow or partial, and excuses nothing."""
    through: tuple[str, ...] = ()
    """Those targets, by name, through which it is reached and which are failing, too."""
    unread: Seen | None = None
    """The notice that waits for a person and may explain its failure."""

    @property
    def failing(self) -> bool:
        """Whether the last observation says that it is down."""
        return self.observation is not None and self.observation.verdict in FAILURES

    @property
    def overrun(self) -> Window | None:
        """The window that has ended while the target still fails."""
        observation = self.observation
        if observation and observation.because is Because.OVERRUN and observation.streak:
            return observation.streak.window
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedView:
    """A feed, when it was last read well, and why it could not be read the last time."""

    feed: Feed
    state: FeedState | None
    failure: str = ""

    @property
    def link(self) -> str | None:
        """The address that people may open, None where there is none."""
        readable = self.feed.kind is FeedKind.PAGE
        web = self.feed.url.startswith(("http://", "https://"))
        return self.feed.url if readable and web else None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is shown at an instant; `names` are those by which people know components."""

    at: datetime
    zone: ZoneInfo
    names: Mapping[str, str]
    targets: tuple[TargetView, ...]
    status: Mapping[str, PublishedStatus]
    open: tuple[Window, ...]
    """Those first that excuse failures of a target."""
    upcoming: tuple[Window, ...]
    advisories: tuple[Seen, ...]
    waiting: tuple[Seen, ...]
    """The notices that nobody has understood or reviewed yet."""
    feeds: tuple[FeedView, ...]
    receipt: ReceiptDate
    days: Mapping[str, Mapping[date, Availability]]
    incidents: tuple[Incident, ...]
    """The latest first."""
    journal: JournalState = field(default_factory=JournalState)
    unread: str = ""
    """Why the past cannot be read now, "" where it can."""

    def name(self, component: str) -> str:
        """Return what people call a component or a target."""
        return self.names.get(component, component)

    @property
    def never_read(self) -> tuple[str, ...]:
        """The feeds that were never read: what they announce is not known."""
        return tuple(feed.feed.name for feed in self.feeds if feed.state is None)


def view(config: Config, said: Snapshot, present: Present, past: Past, at: datetime) -> View:
    """Return what is shown at an instant."""
    calendar = said.calendar
    names = {component: words[0] for component, words in config.words.items() if words}
    opened = calendar.open_at(at)
    upcoming = calendar.upcoming(at, AHEAD)
    standing = said.standing
    targets = tuple(
        TargetView(
            target=config.shown_target(target),
            name=names.get(target.name, target.name),
            observation=last,
            recovered_at=past.recovered.get(target.name),
            unread=said.explaining(last, target) if last else None,
        )
        for target in config.targets
        for last in [_recent(present.latest.get(target.name), target, at)]
    )
    return View(
        at=at,
        zone=config.timezone,
        names=names,
        targets=tuple(
            replace(_announced(one, opened, upcoming), through=_through(one, targets))
            for one in targets
        ),
        status=said.status,
        open=tuple(sorted(opened, key=lambda w: not any(excusing(w, t) for t in config.targets))),
        upcoming=upcoming,
        advisories=tuple(s for s in standing if s.notice.state is NoticeState.ADVISORY),
        waiting=said.waiting,
        feeds=tuple(
            _feed(
                _shown(feed, config),
                present.feeds.get(feed.name),
                present.outcomes.get(feed.name),
            )
            for feed in config.feeds
        ),
        receipt=receipt(config, at),
        days=past.days,
        incidents=past.incidents,
        journal=present.journal,
        unread=past.unread,
    )


def _recent(last: Observation | None, target: Target, at: datetime) -> Observation | None:
    """Return the last observation of a target unless it is too old to say anything about now."""
    if last is None or at - last.result.started_at > STALE_INTERVALS * target.interval:
        return None
    return last


def _announced(
    shown: TargetView, opened: tuple[Window, ...], upcoming: tuple[Window, ...]
) -> TargetView:
    """Return a target with what is announced for it."""
    target = shown.target
    return replace(
        shown,
        window=next((w for w in (*opened, *upcoming) if excusing(w, target)), None),
        degraded=next((w for w in opened if affects(w, target) and not excusing(w, target)), None),
    )


def _through(one: TargetView, targets: tuple[TargetView, ...]) -> tuple[str, ...]:
    """Return the failing targets through which a failing one is reached.

    That is so where what takes the other down takes this one down, and not the other way round.
    """
    if not one.failing:
        return ()
    parts = set(one.target.components)
    return tuple(o.name for o in targets if o.failing and set(o.target.components) < parts)


def excusing(window: Window, target: Target) -> bool:
    """Return whether a window, while open, excuses failures of a target."""
    return affects(window, target) and window.impact is Impact.OUTAGE


def _shown(feed: Feed, config: Config) -> Feed:
    """Return a feed as it may be shown: one with a secret in its address has none to open."""
    return feed if config.secrets.redact(feed.url) == feed.url else replace(feed, url="")


def _feed(feed: Feed, state: FeedState | None, outcome: Outcome | None) -> FeedView:
    failed = outcome is not None and outcome.failure is not None
    words = f"{outcome.failure}: {outcome.detail}" if outcome and failed else ""
    return FeedView(feed=feed, state=state, failure=words)


# --- what the journal says -------------------------------------------------------------------


def past(history: History, config: Config, at: datetime) -> Past:
    """Return what the journal says of the last days up to an instant."""
    names = [target.name for target in config.targets]
    last = at.astimezone(config.timezone).date()
    first = last - timedelta(days=BACK_DAYS - 1)
    since = at - timedelta(days=BACK_DAYS)
    # One that goes on may stand before the last that has ended.
    latest = {
        name: history.incidents(2, target=name, start=since, end=at, until=at) for name in names
    }
    ends = {name: [one.ended_at for one in own if one.ended_at] for name, own in latest.items()}
    return Past(
        days={name: history.days(name, first, last, config.timezone, at) for name in names},
        incidents=history.incidents(MOST_INCIDENTS, start=since, end=at, until=at),
        recovered={name: max(own) for name, own in ends.items() if own},
    )


def reviewed(board: Noticeboard) -> tuple[tuple[Seen, Review | None], ...]:
    """Return every sighting of a notice, the oldest first, with the review that holds for it."""
    return reviews.reviewed(board.seen, board.reviews)
