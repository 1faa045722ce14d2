"""`/api/v1`: the same as JSON. Field names are the types' own, instants ISO 8601 with offset."""

import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from probe.runtime.jsonable import dumps
from probe.runtime.threads import in_thread
from probe.types import (
    Because,
    FeedKind,
    Incident,
    Notice,
    NoticeState,
    Observation,
    Phase,
    PublishedStatus,
    Reason,
    ReceiptDate,
    Review,
    Seen,
    Streak,
    Verdict,
    Window,
)
from probe.web.answers import unless_known
from probe.web.ask import AskedWrong, asked, instant, only, whole, yes_or_no
from probe.web.openapi import BOOLEAN, Endpoint, Parameter, document, number
from probe.web.site import Site
from probe.web.turns import Turns
from probe.web.view import BACK_DAYS, NOTHING_PAST, FeedView, TargetView, View

JSON = "application/json"
MOST_DAYS = 400
DAYS = 14
#: So many items an answer has where nothing else is asked for, and never more than these.
USUAL, MOST = 100, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetStatus:
    """A target as its last observation found it; all but `target` is null while none is recent."""

    target: str
    verdict: Verdict | None
    because: Because | None
    reason: Reason | None
    detail: str | None
    started_at: datetime | None
    duration_seconds: float | None
    status_code: int | None
    phases: Mapping[Phase, float] | None
    attempts: int | None
    window: Window | None
    streak: Streak | None
    unread: Seen | None
    """The notice that waits for a person and may explain its failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStatus:
    """A feed; `failure` is why it could not be read the last time, empty where it could."""

    name: str
    kind: FeedKind
    succeeded_at: datetime | None
    changed_at: datetime | None
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Everything about now; `windows` are those that are open, `status` what is published."""

    at: datetime
    targets: tuple[TargetStatus, ...]
    status: Mapping[str, PublishedStatus]
    windows: tuple[Window, ...]
    feeds: tuple[FeedStatus, ...]
    receipt: ReceiptDate
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeStatus:
    """A notice as it stood in its feed, and what a person made of it; null: nobody did."""

    feed: str
    notice: Notice
    first_seen_at: datetime
    last_seen_at: datetime
    vanished_at: datetime | None
    review: Review | None


def status(shown: View) -> Status:
    """Return the status of everything."""
    return Status(
        at=shown.at,
        targets=tuple(_target(target) for target in shown.targets),
        status=shown.status,
        windows=shown.open,
        feeds=tuple(_feed(feed) for feed in shown.feeds),
        receipt=shown.receipt,
        waiting=len(shown.waiting),
    )


def _target(target: TargetView) -> TargetStatus:
    values: dict[str, object] = dict.fromkeys(field.name for field in fields(TargetStatus))
    observation: Observation | None = target.observation
    for source in (observation.result, observation) if observation else ():
        values |= {n: getattr(source, n) for n in values if hasattr(source, n)}
    return TargetStatus(**{**values, "target": target.target.name, "unread": target.unread})  # type: ignore[arg-type]


def _feed(feed: FeedView) -> FeedStatus:
    return FeedStatus(
        name=feed.feed.name,
        kind=feed.feed.kind,
        succeeded_at=feed.state.succeeded_at if feed.state else None,
        changed_at=feed.state.changed_at if feed.state else None,
        failure=feed.failure,
    )


def notice(seen: Seen, review: Review | None) -> NoticeStatus:
    """Return a notice with its review."""
    return NoticeStatus(
        feed=seen.feed,
        notice=seen.notice,
        first_seen_at=seen.first_seen_at,
        last_seen_at=seen.last_seen_at,
        vanished_at=seen.vanished_at,
        review=review,
    )


# --- endpoints -------------------------------------------------------------------------------


async def _status(site: Site, _: Request) -> Status:
    return status(site.view(NOTHING_PAST))


async def _windows(site: Site, request: Request) -> tuple[Window, ...]:
    begin = asked(request, "at", instant(site.config().timezone), site.now())
    days = asked(request, "days", whole(1, MOST_DAYS), DAYS)
    end = begin + timedelta(days=days)
    calendar = site.calendar()
    return (await in_thread(lambda: calendar.between(begin, end), "windows"))[:MOST]


async def _incidents(site: Site, request: Request) -> tuple[Incident, ...]:
    read = instant(site.config().timezone)
    end = asked(request, "to", read, site.now())
    start = asked(request, "from", read, end - timedelta(days=BACK_DAYS))
    if not timedelta() < end - start <= timedelta(days=MOST_DAYS):
        raise AskedWrong(f"from must be before to, and at most {MOST_DAYS} days")
    return await site.incidents(start, end, asked(request, "limit", whole(1, MOST), USUAL))


async def _notices(site: Site, request: Request) -> tuple[NoticeStatus, ...]:
    every = asked(request, "all", yes_or_no, default=False)
    found = [notice(*one) for one in reversed(await site.notices()) if every or matters(one[0])]
    return tuple(found[: asked(request, "limit", whole(1, MOST), USUAL)])


def matters(seen: Seen) -> bool:
    """Return whether a notice still stands and speaks of maintenance."""
    return seen.vanished_at is None and seen.notice.state is not NoticeState.IRRELEVANT


INSTANT = {"type": "string", "format": "date-time"}
LIMIT = Parameter("limit", number(1, MOST, USUAL), "How many, at the most.")
ENDPOINTS = (
    Endpoint(
        path="/status",
        summary="Whether each target can be reached, whether it was announced, what is open now.",
        answer=Status,
        find=_status,
    ),
    Endpoint(
        path="/windows",
        summary="The published windows that are open and upcoming, by their start.",
        parameters=(
            Parameter("at", INSTANT, "From when on; default: now."),
            Parameter("days", number(1, MOST_DAYS, DAYS), "How far ahead."),
        ),
        answer=tuple[Window, ...],
        find=_windows,
    ),
    Endpoint(
        path="/incidents",
        summary="The failing streaks that overlap a span of time, the latest first.",
        parameters=(
            Parameter("from", INSTANT, f"Default: {BACK_DAYS} days before `to`."),
            Parameter("to", INSTANT, f"Default: now; at most {MOST_DAYS} days after `from`."),
            LIMIT,
        ),
        answer=tuple[Incident, ...],
        find=_incidents,
    ),
    Endpoint(
        path="/notices",
        summary="The notices that stand in their feeds and how they were read, the latest first.",
        parameters=(
            Parameter("all", BOOLEAN, "Also those that are gone, and those about no maintenance."),
            LIMIT,
        ),
        answer=tuple[NoticeStatus, ...],
        find=_notices,
    ),
)


def routes(site: Site, turns: Turns, version: str) -> list[Route]:
    """Return the routes, with the document that describes them."""

    @functools.cache
    def described() -> str:
        return dumps(document(ENDPOINTS, version))

    async def openapi(request: Request) -> Response:
        return unless_known(request, described(), JSON)

    return [
        *(
            Route(f"/api/v1{endpoint.path}", _route(site, turns, endpoint))
            for endpoint in ENDPOINTS
        ),
        Route("/api/v1/openapi.json", openapi),
    ]


def _route(
    site: Site, turns: Turns, endpoint: Endpoint
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        only(request, [parameter.name for parameter in endpoint.parameters])
        async with turns:
            found = dumps(await endpoint.find(site, request))
        return unless_known(request, f"{found}\n", JSON)

    return answer


async def unread(_: Request, __: Exception) -> Response:
    """Answer 503 where the journal cannot be read; the log says why."""
    return Response(dumps({"error": "the past cannot be read now"}) + "\n", 503, media_type=JSON)


async def refused(_: Request, error: Exception) -> Response:
    """Answer a bad parameter with 400 and words."""
    return Response(dumps({"error": str(error)}) + "\n", 400, media_type=JSON)
