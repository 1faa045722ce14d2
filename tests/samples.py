"""Values that tests begin with and change by `replace`."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from probe.config import load
from probe.types import (
    Impact,
    Notice,
    NoticeState,
    Observation,
    Phase,
    Plan,
    Reading,
    Reason,
    Result,
    Seen,
    Verdict,
    Window,
)

#: A Tuesday, 12:00 Eastern.
NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)

BUILT_IN = load(None, {})
TARGET = replace(BUILT_IN.targets[0], url="https://spot.example/")
IDM = replace(BUILT_IN.targets[1], url="https://idm.example/")
EXPECT, TLS, HTTP = TARGET.expect, TARGET.tls, TARGET.http
FEED = replace(BUILT_IN.feeds[0], name="page", url="https://page.example/")
PLAN = Plan(
    components=("spot",),
    impact=Impact.OUTAGE,
    starts_at=NOON + HOUR,
    ends_at=NOON + 3 * HOUR,
    timezone="America/New_York",
)
NOTICE = Notice(
    fingerprint="f" * 64,
    text="SPOT will be unavailable from 1 p.m. to 3 p.m.",
    quote="unavailable from 1 p.m. to 3 p.m.",
    state=NoticeState.UNDERSTOOD,
    windows=(PLAN,),
    components=("spot",),
)
READING = Reading(status={}, notices=(NOTICE,))
SEEN = Seen(
    feed="page",
    notice=NOTICE,
    day=date(2026, 11, 24),
    day_is_borne=True,
    first_seen_at=NOON,
    last_seen_at=NOON,
)
WINDOW = Window(
    id="page/1",
    components=("spot",),
    impact=Impact.OUTAGE,
    starts_at=NOON,
    ends_at=NOON + 2 * HOUR,
    source="page",
    recurrence=None,
    timezone="America/New_York",
    approximate=False,
    published_at=NOON - HOUR,
    quote="unavailable",
)
UP = Result(
    target="spot",
    started_at=NOON,
    duration_seconds=0.25,
    phases={Phase.RESOLVE: 0.01, Phase.CONNECT: 0.02, Phase.TLS: 0.03},
    status_code=200,
    body_length=100,
    ip_protocol=4,
    tls_version="TLS 1.3",
    certificate_expires_at=NOON + 1000 * HOUR,
    clock_skew_seconds=0.5,
)
DOWN = Result(
    target="spot",
    started_at=NOON,
    duration_seconds=0.1,
    reason=Reason.CONNECT,
    detail="refused",
    attempts=3,
    attempt_failures=(Reason.TIMEOUT, Reason.CONNECT, Reason.CONNECT),
)
OBSERVED_UP = Observation(result=UP, verdict=Verdict.UP)
