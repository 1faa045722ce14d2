"""Views that tests hand to the page: each state in which a person may meet it."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from probe.journal import FeedState
from probe.types import (
    Availability,
    Because,
    FeedKind,
    Impact,
    Incident,
    JournalState,
    Notice,
    NoticeState,
    Observation,
    PublishedStatus,
    Reason,
    ReceiptDate,
    Result,
    Streak,
    Verdict,
    Window,
)
from probe.web.view import FeedView, TargetView, View
from tests.samples import FEED, HOUR, IDM, NOON, PLAN, SEEN, TARGET

EASTERN = ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)
DAY = 24 * HOUR

WEEKLY = Window(
    id="first-coast/aaaa/0/2026-11-26",
    components=("spot",),
    impact=Impact.OUTAGE,
    starts_at=NOON + 2 * DAY + 9 * HOUR,
    ends_at=NOON + 2 * DAY + 11 * HOUR,
    source="first-coast",
    recurrence="RRULE:FREQ=WEEKLY;BYDAY=TH",
    timezone="America/New_York",
    approximate=False,
    published_at=NOON - 40 * DAY,
    quote="SPOT is available 24/7, except for routine weekly maintenance Thursday 9-11 p.m.",
)
OPEN = replace(
    WEEKLY,
    id="first-coast/bbbb/0",
    starts_at=NOON - HOUR,
    ends_at=NOON + 2 * HOUR,
    recurrence=None,
    quote="SPOT will be unavailable Tuesday, November 24, from 11 a.m. to 2 p.m. ET.",
    published_at=NOON - DAY,
)
ENDED = replace(OPEN, ends_at=NOON - 20 * MINUTE)
MFA = replace(
    OPEN,
    id="first-coast/cccc/0",
    components=("mfa_email",),
    starts_at=NOON - DAY,
    ends_at=NOON + 3 * DAY,
    quote="MFA codes issued through email will not be available from Monday, November 23.",
)
IDM_NEXT = replace(
    WEEKLY,
    id="by-hand/dddd/0",
    components=("idm",),
    starts_at=NOON + 11 * DAY + 10 * HOUR,
    ends_at=NOON + 11 * DAY + 16 * HOUR,
    source="by-hand",
    quote="told by telephone",
    recurrence=None,
    approximate=True,
)
LATER = replace(
    WEEKLY,
    id="first-coast/aaaa/0/2026-12-03",
    starts_at=WEEKLY.starts_at + 7 * DAY,
    ends_at=WEEKLY.ends_at + 7 * DAY,
)

UP = Result(
    target="spot",
    started_at=NOON - 12 * timedelta(seconds=1),
    duration_seconds=0.243,
    status_code=200,
)
DOWN = replace(
    UP,
    reason=Reason.STATUS,
    status_code=503,
    detail="status 503, expected 200",
    attempts=3,
    duration_seconds=0.031,
)
REACHED = Observation(result=UP, verdict=Verdict.UP)
SPOT_UP = TargetView(
    target=TARGET, name="SPOT", observation=REACHED, window=WEEKLY, recovered_at=NOON - 5 * DAY
)
IDM_UP = TargetView(
    target=IDM,
    name="IDM",
    observation=replace(REACHED, result=replace(UP, target="idm", duration_seconds=0.118)),
    window=IDM_NEXT,
    recovered_at=None,
)

ADVISORY = replace(
    SEEN,
    feed="first-coast",
    first_seen_at=NOON - 40 * DAY,
    last_seen_at=NOON - 4 * MINUTE,
    notice=Notice(
        fingerprint="a" * 64,
        text="IDM maintenance may occur during off-peak hours and may affect your ability to "
        "log into SPOT.",
        quote="IDM maintenance may occur during off-peak hours and may affect your ability to "
        "log into SPOT.",
        state=NoticeState.ADVISORY,
        components=("idm",),
    ),
)
REFUSED = replace(
    ADVISORY,
    first_seen_at=NOON - 3 * HOUR,
    notice=Notice(
        fingerprint="b" * 64,
        text="SPOT will be unavailable Friday, December 5, from 8 to 9.",
        quote="",
        state=NoticeState.REFUSED,
        reason="December 5 is a Saturday, not a Friday; 8 to 9 says neither a.m. nor p.m.",
        components=("spot",),
    ),
)

PROPOSED = replace(
    REFUSED,
    notice=replace(
        REFUSED.notice,
        fingerprint="c" * 64,
        text="SPOT may be away 1-3 p.m.",
        reason="it may be once or always",
        proposals=(PLAN,),
    ),
)
STATE = FeedState(succeeded_at=NOON - 4 * MINUTE, changed_at=NOON - DAY, validators={})
PAGE = FeedView(
    feed=replace(FEED, name="first-coast", url="https://page.example/status"), state=STATE
)
BY_HAND = FeedView(
    feed=replace(FEED, name="by-hand", kind=FeedKind.FILE, url="/etc/notices.txt", component="idm"),
    state=replace(STATE, changed_at=NOON - 9 * DAY),
)


def days(bad: dict[int, tuple[float, float]], unknown: int = 0) -> dict[date, Availability]:
    """Return ninety days: by their age, how many hours were expected and unexpected failures."""
    today = date(2026, 11, 24)
    found = {}
    for age in range(89, -1, -1):
        expected, unexpected = (hours * 3600 for hours in bad.get(age, (0, 0)))
        whole = 86_400.0 if age else 43_200.0
        unseen = whole if age > 89 - unknown else 0.0
        found[today - timedelta(days=age)] = Availability(
            up=whole - unseen - expected - unexpected,
            expected=expected,
            unexpected=unexpected,
            inconclusive=0.0,
            unknown=unseen,
        )
    return found


THURSDAYS = {5 + 7 * week: (1.5, 0.0) for week in range(12)}
OUTAGE = Incident(
    target="spot",
    started_at=NOON - 5 * DAY - 65 * MINUTE,
    confirmed_at=NOON - 5 * DAY - 65 * MINUTE,
    last_failure_at=NOON - 5 * DAY - MINUTE,
    ended_at=NOON - 5 * DAY,
    reasons=(Reason.TIMEOUT, Reason.STATUS),
    because=(Because.OVERRUN,),
    seconds={Verdict.UNEXPECTED: 1260.0, Verdict.EXPECTED: 2640.0},
    failures=130,
    windows=(),
    published={},
)
PLANNED = replace(
    OUTAGE,
    started_at=NOON - 12 * DAY - 90 * MINUTE,
    ended_at=NOON - 12 * DAY,
    reasons=(Reason.CONNECT,),
    because=(),
    seconds={Verdict.UNEXPECTED: 0.0, Verdict.EXPECTED: 5400.0},
)
IDM_OUTAGE = replace(
    OUTAGE,
    target="idm",
    started_at=NOON - 33 * DAY - 50 * MINUTE,
    ended_at=NOON - 33 * DAY,
    reasons=(Reason.TLS,),
    because=(Because.UNANNOUNCED,),
    seconds={Verdict.UNEXPECTED: 3000.0, Verdict.EXPECTED: 0.0},
)

ALL_UP = View(
    at=NOON,
    zone=EASTERN,
    names={"spot": "SPOT", "idm": "IDM", "mfa_email": "MFA codes issued through email"},
    targets=(SPOT_UP, IDM_UP),
    status={"spot": PublishedStatus.AVAILABLE},
    open=(),
    upcoming=(WEEKLY, LATER, IDM_NEXT),
    advisories=(ADVISORY,),
    waiting=(),
    feeds=(PAGE, BY_HAND),
    receipt=ReceiptDate(
        submitted_at=NOON, receipt_date=date(2026, 11, 24), cutoff_at=NOON + 6 * HOUR
    ),
    days={
        "spot": days({**THURSDAYS, 5: (0.73, 0.35), 33: (0, 0.9)}, unknown=6),
        "idm": days({33: (0, 0.83), 61: (4.0, 0)}, unknown=6),
    },
    incidents=(OUTAGE, PLANNED, IDM_OUTAGE),
)


def failing(
    verdict: Verdict,
    because: Because | None = None,
    *,
    window: Window | None = None,
    streak: Streak | None = None,
) -> TargetView:
    """Return SPOT as it fails."""
    return replace(
        SPOT_UP,
        window=window or WEEKLY,
        observation=Observation(
            result=DOWN,
            verdict=verdict,
            because=because,
            window=window if verdict is Verdict.EXPECTED else None,
            streak=streak,
        ),
    )


def with_spot(spot: TargetView, **changes: object) -> View:
    """Return the view in which SPOT is in a state, and what else is different."""
    return replace(ALL_UP, targets=(spot, IDM_UP), **changes)  # type: ignore[arg-type]


SINCE = Streak(since=NOON - 55 * MINUTE)
ONGOING = replace(
    OUTAGE,
    started_at=SINCE.since,
    ended_at=None,
    reasons=(Reason.STATUS,),
    because=(Because.UNANNOUNCED,),
    seconds={Verdict.UNEXPECTED: 3300.0, Verdict.EXPECTED: 0.0},
)
OFFLINE = Observation(
    result=replace(DOWN, reason=Reason.TIMEOUT, detail="no answer within 5s", status_code=None),
    verdict=Verdict.INCONCLUSIVE,
)

DEGRADED = replace(
    OPEN,
    id="first-coast/eeee/0",
    impact=Impact.DEGRADED,
    quote="SPOT may respond slowly Tuesday, November 24, from 11 a.m. to 2 p.m. ET.",
)
IDM_DOWN = Observation(
    result=replace(DOWN, target="idm"),
    verdict=Verdict.UNEXPECTED,
    because=Because.UNANNOUNCED,
    streak=SINCE,
)


def numbered(number: int, view: TargetView) -> TargetView:
    """Return one of many targets, in the state of another."""
    name = f"portal-{number:02}"
    return replace(view, name=name, target=replace(view.target, name=name))


MANY = tuple(
    numbered(n, failing(Verdict.UNEXPECTED, Because.UNANNOUNCED, streak=SINCE))
    if n in {7, 19}
    else numbered(n, SPOT_UP)
    for n in range(30)
)

STATES = {
    "all-up": ALL_UP,
    "announced": with_spot(failing(Verdict.EXPECTED, window=OPEN, streak=SINCE), open=(OPEN, MFA)),
    "unannounced": with_spot(
        failing(Verdict.UNEXPECTED, Because.UNANNOUNCED, streak=SINCE),
        incidents=(ONGOING, *ALL_UP.incidents),
        waiting=(REFUSED,),
        open=(MFA,),
    ),
    "overrun": with_spot(
        failing(Verdict.UNEXPECTED, Because.OVERRUN, streak=replace(SINCE, window=ENDED)),
    ),
    "unread-notice": with_spot(
        replace(failing(Verdict.UNEXPECTED, Because.UNREAD_NOTICE, streak=SINCE), unread=PROPOSED),
        waiting=(PROPOSED,),
    ),
    "inconclusive": replace(
        ALL_UP,
        targets=(
            replace(SPOT_UP, observation=OFFLINE),
            replace(IDM_UP, observation=OFFLINE),
        ),
    ),
    "nothing-known": replace(
        ALL_UP,
        targets=(
            replace(SPOT_UP, observation=None, window=None, recovered_at=None),
            replace(IDM_UP, observation=None, window=None),
        ),
        status={},
        upcoming=(),
        advisories=(),
        feeds=(replace(PAGE, state=None),),
        days={},
        incidents=(),
    ),
    "perhaps-announced": with_spot(
        failing(Verdict.UNEXPECTED, Because.UNANNOUNCED, streak=SINCE),
        status={},
        upcoming=(),
        advisories=(),
        feeds=(replace(PAGE, state=None),),
        incidents=(ONGOING,),
    ),
    "degraded": replace(
        ALL_UP, targets=(replace(SPOT_UP, degraded=DEGRADED), IDM_UP), open=(DEGRADED,)
    ),
    "through-idm": replace(
        ALL_UP,
        targets=(
            replace(
                failing(Verdict.UNEXPECTED, Because.UNANNOUNCED, streak=SINCE), through=("IDM",)
            ),
            replace(IDM_UP, observation=IDM_DOWN),
        ),
        incidents=(ONGOING, replace(ONGOING, target="idm"), *ALL_UP.incidents),
    ),
    "many": replace(ALL_UP, targets=MANY, days={one.name: days({}) for one in MANY}),
    "feed-away": replace(
        ALL_UP,
        feeds=(
            replace(
                PAGE,
                state=replace(STATE, succeeded_at=NOON - 7 * HOUR),
                failure="no_headings: the page has none of a status page's headings",
            ),
            BY_HAND,
        ),
    ),
    "journal-in-trouble": replace(
        ALL_UP,
        journal=JournalState(
            queued=12,
            trouble="database or disk is full",
            trouble_since=NOON - 20 * MINUTE,
            set_aside="journal.db.torn-20261124T160000Z",
        ),
        unread="database disk image is malformed",
        days={},
        incidents=(),
    ),
}
