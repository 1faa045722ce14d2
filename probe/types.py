"""The words that all the rest speaks.

Frozen values and closed sets; this module imports nothing of ours. Every instant is aware and in
UTC unless a field says otherwise; every duration whose name does not carry a unit is a timedelta.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum


class Verdict(StrEnum):
    """What an observation says of its target."""

    UP = "up"
    EXPECTED = "expected"
    UNEXPECTED = "unexpected"
    INCONCLUSIVE = "inconclusive"


class Because(StrEnum):
    """Why a failure was unexpected; the first that holds, in this order."""

    OVERRUN = "overrun"
    EARLY = "early"
    NOT_EXCUSED = "not_excused"
    UNREAD_NOTICE = "unread_notice"
    OTHER_COMPONENT = "other_component"
    ADVISORY = "advisory"
    UNANNOUNCED = "unannounced"


class Reason(StrEnum):
    """Why an attempt failed."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"
    STATUS = "status"
    BLOCKED = "blocked"
    CONTENT = "content"
    REDIRECT = "redirect"
    INTERNAL = "internal"


class Cause(StrEnum):
    """Why a failure says nothing of its target: what was at fault on our side."""

    NETWORK = "network"
    STARVED = "starved"


class Phase(StrEnum):
    """The parts of an attempt, in the order in which they happen."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    PROCESSING = "processing"
    TRANSFER = "transfer"


class Impact(StrEnum):
    """What a window does to its components; only an outage excuses a failure."""

    OUTAGE = "outage"
    DEGRADED = "degraded"


class NoticeState(StrEnum):
    """What came of reading a notice."""

    UNDERSTOOD = "understood"
    ADVISORY = "advisory"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    IRRELEVANT = "irrelevant"


class PublishedStatus(StrEnum):
    """What a page says of a component now."""

    AVAILABLE = "available"
    DEGRADED = "degraded"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


class FeedKind(StrEnum):
    """Where a feed's announcements come from."""

    PAGE = "page"
    FILE = "file"
    ICS = "ics"
    STATUSPAGE = "statuspage"
    IMAP = "imap"


class NotifyKind(StrEnum):
    """How somebody is told of a change without Alertmanager."""

    WEBHOOK = "webhook"
    SLACK = "slack"
    TEAMS = "teams"
    EMAIL = "email"


class FeedFailure(StrEnum):
    """Why a feed gave nothing new to read."""

    FETCH = "fetch"
    STATUS = "status"
    NO_HEADINGS = "no_headings"
    UNREADABLE = "unreadable"
    INTERNAL = "internal"


class Refused(StrEnum):
    """Why the web server closed a connection or did not answer a request."""

    NO_ROOM = "no_room"
    DISPLACED = "displaced"
    DESCRIPTORS = "descriptors"
    SLOW_REQUEST = "slow_request"
    SLOW_READER = "slow_reader"
    TOO_LARGE = "too_large"
    BUSY = "busy"
    PASSWORDS = "passwords"
    LISTENERS = "listeners"


# --- what is probed --------------------------------------------------------------------------
#
# A default here is an empty one; what holds where a file says nothing is in config/defaults.yml.


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """What an answer must be; an empty condition holds."""

    status: tuple[int, ...]
    body_contains: tuple[str, ...] = ()
    body_lacks: tuple[str, ...] = ()
    body_matches: tuple[str, ...] = ()
    title_lacks: tuple[str, ...] = ()
    final_host: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """How a server is verified, and how we are."""

    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    server_name: str | None = None
    verify: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    """How a request is made and what is read of its answer; `max_body` in bytes.

    `redirect_to` are networks that a redirect may lead to although they are not public.
    """

    method: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    follow_redirects: bool
    redirect_to: tuple[str, ...] = ()
    max_redirects: int
    max_body: int
    max_header: int
    ip: str
    proxy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One login endpoint and how it is probed."""

    name: str
    url: str
    components: tuple[str, ...]
    interval: timedelta
    timeout: timedelta
    attempts: int
    excuses: frozenset[Reason]
    expect: Expect
    tls: Tls
    http: Http


#: How long our own network is asked at the most.
LONGEST_ASKING = timedelta(seconds=2)


def asking(timeout: timedelta) -> timedelta:
    """Return how long our own network may be asked after a target with this timeout failed."""
    return min(LONGEST_ASKING, timeout / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One place where announcements are published, and how often it is asked.

    `url` is an address, or of a `file` its path; `component` is what a notice is about that names
    none; `timezone` is that of published times that name none. Where `match` has words or
    /patterns/, only those entries of a calendar or status page count whose title, category or
    component holds one of them. A mailbox has a user, `senders` whose messages are read, no others,
    and `authserv`, the server whose word is taken for who sent a message.
    """

    name: str
    kind: FeedKind
    url: str
    component: str
    timezone: str
    refresh: timedelta
    timeout: timedelta
    http: Http
    tls: Tls
    username: str = ""
    password: str = ""
    senders: tuple[str, ...] = ()
    authserv: str = ""
    match: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Somebody who is told of changes of verdict.

    `url` is where it is posted, or of an e-mail the server, `smtps://` or `smtp+starttls://`; an
    e-mail also has a sender and recipients.
    """

    name: str
    kind: NotifyKind
    url: str
    username: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """The address that is asked `every` so often while we are alive; its owner misses us."""

    url: str
    every: timedelta


# --- what was measured -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request with its redirects, as the network gave it; nothing is judged yet.

    `reason` is None when a whole answer was read. `phases` are seconds, summed over redirects;
    a phase that was not reached is absent. `clock_skew` is the server's Date minus our clock, in
    seconds. `headers` have lower-case names. `exhausted` is whether it failed because our own
    descriptors, memory, ports or threads had run out.
    """

    started_at: datetime
    duration_seconds: float
    phases: Mapping[Phase, float] = field(default_factory=dict)
    reason: Reason | None = None
    detail: str = ""
    status_code: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    final_url: str = ""
    redirects: int = 0
    ip_protocol: int | None = None
    tls_version: str | None = None
    certificate_expires_at: datetime | None = None
    clock_skew_seconds: float | None = None
    exhausted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a failing answer said, for people: bounded, without cookies and other secrets.

    `headers` have lower-case names; `text` is the beginning of the body, decoded.
    """

    status_code: int
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One probe: the deciding attempt, measured and held against what was expected.

    `started_at` is the start of the first attempt, the instant at which windows are looked up;
    duration and phases are the deciding attempt's, in seconds, and `decided_at` is its end.
    `attempt_failures` are the reasons of every failed attempt, in order. `reason` is None when the
    probe succeeded; `detail` says the same for people. `online` is None unless the probe's own
    network was asked. `answered` is whether any attempt got a status line, which proves our
    network; `starved` whether our own program, not the target, was late or out of descriptors or
    memory while the deciding attempt ran. `evidence` is what the last answer said, None where
    nothing failed or nothing was answered. `not_before` is when a target that turned us away wants
    to be asked again.
    """

    target: str
    started_at: datetime
    duration_seconds: float
    phases: Mapping[Phase, float] = field(default_factory=dict)
    reason: Reason | None = None
    detail: str = ""
    attempts: int = 1
    attempt_failures: tuple[Reason, ...] = ()
    online: bool | None = None
    answered: bool = False
    starved: bool = False
    evidence: Evidence | None = None
    not_before: datetime | None = None
    status_code: int | None = None
    redirects: int = 0
    body_length: int = 0
    ip_protocol: int | None = None
    tls_version: str | None = None
    certificate_expires_at: datetime | None = None
    clock_skew_seconds: float | None = None
    decided_at: datetime | None = None

    @property
    def success(self) -> bool:
        """Whether the target answered as expected."""
        return self.reason is None


# --- what was announced ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What words announce: one interval or a recurring one, before it is known who published it.

    `starts_at` and `ends_at` are aware, in `timezone`; of a recurring plan they are its first
    occurrence. `recurrence` is RFC 5545 text, `RRULE:...` and perhaps a line `EXDATE:...` in local
    time, and is expanded in `timezone` by the local times of day.
    """

    components: tuple[str, ...]
    impact: Impact
    starts_at: datetime
    ends_at: datetime
    recurrence: str | None = None
    timezone: str
    approximate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One English text and what it was read to mean.

    `quote` are the words relied on, as they stand in `text`; `reason` says why something was
    refused, in words for the person who reviews it. `components` are those it is about, windows or
    not. `cancels` are intervals that it takes back; a `cancelled` notice with none ends what is
    open for its components. A notice understood in part has windows and a `reason`. `proposals` are
    windows that the words may mean: they excuse nothing until a person accepts them. `said_at` is
    when the publisher said it, None where that is not told; `identity` is the publisher's own name
    of the thing announced, the same through all its versions, and `version` counts those.
    """

    fingerprint: str
    text: str
    quote: str
    state: NoticeState
    reason: str = ""
    windows: tuple[Plan, ...] = ()
    proposals: tuple[Plan, ...] = ()
    components: tuple[str, ...] = ()
    cancels: tuple[Plan, ...] = ()
    said_at: datetime | None = None
    identity: str = ""
    version: int = 0

    @property
    def needs_review(self) -> bool:
        """Whether something in it was not understood and a person should look."""
        return self.state is NoticeState.REFUSED or bool(self.reason and self.windows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A whole page, e-mail or text: what it says is the case now, and what it announces.

    `day` is the date that the page itself bears, if it bears one.
    """

    status: Mapping[str, PublishedStatus]
    notices: tuple[Notice, ...]
    day: date | None = None
    informative: bool = True
    """False where the headings of a status page are missing: such a page says nothing at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A notice with the time during which it stood in its feed; `vanished_at` None: it stands.

    `day` is the date as of which it was read, `day_is_borne` whether the text or its page bore it.
    """

    feed: str
    notice: Notice
    day: date
    day_is_borne: bool
    first_seen_at: datetime
    last_seen_at: datetime
    vanished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a person made of a notice: its windows, or none."""

    fingerprint: str
    accepted: bool
    windows: tuple[Plan, ...] = ()
    reviewer: str
    reviewed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedWindow:
    """A window that a person added by hand, and who ended it when, if anybody did."""

    id: str
    plan: Plan
    note: str = ""
    added_by: str
    added_at: datetime
    ended_by: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A plan with its publication: who said it, from when on it counts, what ended it.

    `published_at` None means that it was configured and always counted. From `withdrawn_at` on no
    further occurrence begins; at `ended_at` a running one ends as well. `cuts` are single
    occurrences that were taken back, by window id, and when: what had not begun then never does.
    """

    id: str
    plan: Plan
    source: str
    quote: str = ""
    published_at: datetime | None = None
    withdrawn_at: datetime | None = None
    ended_at: datetime | None = None
    cuts: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One published occurrence, half open: `starts_at <= t < ends_at`, in UTC."""

    id: str
    components: tuple[str, ...]
    impact: Impact
    starts_at: datetime
    ends_at: datetime
    source: str
    recurrence: str | None
    timezone: str
    approximate: bool
    published_at: datetime | None
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A notice without a window that stands: from `published_at` until it is gone or reviewed."""

    fingerprint: str
    components: tuple[str, ...]
    published_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OffPeak:
    """Local hours in which a standing advisory of a component holds; may cross midnight."""

    component: str
    from_: time
    until: time
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What is too much to be believed; anything over is refused.

    The values are those of `defaults.yml`, too (a test holds them together): what reads a text
    knows no configuration, and must not believe everything where none is given.
    """

    longest: timedelta = timedelta(days=10)
    furthest: timedelta = timedelta(days=366)
    per_page: int = 50
    total: timedelta = timedelta(days=15)
    total_within: timedelta = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known at one instant of all that was published: what the metrics show of it.

    `windows` are, for each component and impact, the open one or else the next. `notices` counts
    those that stand by feed and state, and `waiting` are some of those that wait for a person;
    `unread` is, by target, the one of them that may explain a failure. `cutoff_at` is when the
    current receipt day ends. `timezone` is the one people live in.
    """

    at: datetime
    components: tuple[str, ...]
    feeds: tuple[str, ...]
    cutoff_at: datetime
    windows: Mapping[tuple[str, Impact], Window] = field(default_factory=dict)
    status: Mapping[str, PublishedStatus] = field(default_factory=dict)
    notices: Mapping[tuple[str, NoticeState], int] = field(default_factory=dict)
    waiting: tuple[Seen, ...] = ()
    unread: Mapping[str, Seen] = field(default_factory=dict)
    timezone: tzinfo = UTC


# --- what is concluded -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Streak:
    """A run of failures: its first instant, and the window that excused that one, if any."""

    since: datetime
    window: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A judged probe. `because` only when unexpected, `window` when expected, `cause` inconclusive.

    `streak` is the run of failures that it belongs to; None when the target is up or nothing but
    inconclusive was seen since it was.
    """

    result: Result
    verdict: Verdict
    because: Because | None = None
    cause: Cause | None = None
    window: Window | None = None
    streak: Streak | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalState:
    """How it stands with the journal's file: what waits to be written, and what went wrong.

    `trouble` says why it cannot be written now, "" where it can be; `trouble_since` is when that
    began. `queued` observations wait in memory; `dropped` were too many to wait and are lost.
    `set_aside` names the file that was set aside last because it could not be read, None for none.
    """

    queued: int = 0
    trouble: str = ""
    trouble_since: datetime | None = None
    set_aside: str | None = None
    write_failures: int = 0
    read_failures: int = 0
    dropped: int = 0
    files_set_aside: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDate:
    """When a submission counts as received: its local date, and the next cutoff."""

    submitted_at: datetime
    receipt_date: date
    cutoff_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of like observations of a target: one verdict, because, reason, window and streak.

    It stands for `started_at <= t < ends_at`. Each observation stands until the next, but no longer
    than a bound (`availability.stands`); what lies beyond is unknown. `last_at` is the start of the
    last observation, `decided_at` when the first was confirmed. `since` is the first instant of the
    failing streak, None unless the verdict is a failure of the target.
    """

    target: str
    verdict: Verdict
    because: Because | None = None
    reason: Reason | None = None
    window: Window | None = None
    since: datetime | None = None
    started_at: datetime
    last_at: datetime
    ends_at: datetime
    decided_at: datetime
    observations: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One failing streak of a target, from its first failure to its recovery.

    `confirmed_at` is when its first probe had decided that it failed; `ended_at` is the start of
    the first probe that succeeded again, None while it goes on. `seconds` are how long it was
    failing under each verdict; time in which nothing was probed is in none of them. `reasons` and
    `because` stand in the order in which they first occurred, and so do the `windows` relied on;
    `published` is what was said of each component when it began.
    """

    target: str
    started_at: datetime
    confirmed_at: datetime
    last_failure_at: datetime
    ended_at: datetime | None
    reasons: tuple[Reason, ...]
    because: tuple[Because, ...]
    seconds: Mapping[Verdict, float]
    failures: int
    windows: tuple[Window, ...]
    published: Mapping[str, PublishedStatus]


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """How a span of time divides, in seconds; the parts sum up to the span.

    `unknown` is time in which nothing was probed, neither up nor down. It is in no ratio, and nor
    is inconclusive time, in which our own network was down.
    """

    up: float
    expected: float
    unexpected: float
    inconclusive: float
    unknown: float

    @property
    def seconds(self) -> float:
        """The length of the span."""
        return self.up + self.expected + self.unexpected + self.inconclusive + self.unknown

    @property
    def of_all_time(self) -> float | None:
        """The share of the known time in which the target was up; None when none is known."""
        return _share(self.up, self.up + self.expected + self.unexpected)

    @property
    def of_unplanned_time(self) -> float | None:
        """The same with the expected failures left out: what nobody had announced."""
        return _share(self.up, self.up + self.unexpected)

    @property
    def unknown_share(self) -> float | None:
        """The share of the span in which nothing was probed; None for an empty one."""
        return _share(self.unknown, self.seconds)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
