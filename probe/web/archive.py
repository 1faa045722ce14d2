"""The pages about the past: an incident, a month, a target, a report; none is asked for often."""

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from probe.config import Config
from probe.journal import History, UnreadError
from probe.report.figures import Period
from probe.report.gather import Gathered, gather
from probe.report.month import Month, month, month_of
from probe.runtime.late import late
from probe.runtime.threads import in_thread
from probe.snapshot import Snapshot
from probe.web.ask import asked, only
from probe.web.record import incident_record, month_record, target_record
from probe.web.site import Ask, Site, T
from probe.web.turns import Turns
from probe.web.view import NOTHING_PAST

INCIDENT: Callable[..., str] = late("probe.web.pages:incident")
MONTH: Callable[..., str] = late("probe.web.pages:month")
TARGET: Callable[..., str] = late("probe.web.pages:target")
REPORT: Callable[..., str] = late("probe.report.page:write")
STYLE = re.compile("<style>(.*?)</style>", re.DOTALL)


def routes(site: Site, turns: Turns) -> list[Route]:
    """Return the routes; each answer waits for its turn."""

    async def incident(request: Request) -> Response:
        which = request.path_params["target"], _since(request.path_params["since"])
        async with turns:
            found = await _read(site, partial(incident_record, which=which))
            if found is None:
                raise HTTPException(404, "no incident is on record under this address\n")
            return _page(INCIDENT(site.view(NOTHING_PAST), found))

    async def incidents(request: Request) -> Response:
        wanted = _month(site, request)
        async with turns:
            found = await _read(site, partial(month_record, asked=wanted))
            return _page(MONTH(site.view(NOTHING_PAST), found))

    async def target(request: Request) -> Response:
        shown = site.view(NOTHING_PAST)
        for one in shown.targets:
            if one.target.name == request.path_params["target"]:
                async with turns:
                    found = await _read(site, partial(target_record, target=one.target))
                    return _page(TARGET(shown, one, found))
        raise HTTPException(404, "no target is called so\n")

    async def report(request: Request) -> Response:
        wanted = _month(site, request)
        async with turns:
            made = await _read(site, partial(_gathered, asked=wanted))
            text = await in_thread(lambda: REPORT(made.report, made.spans), "report")
        return _page(text, {"Content-Security-Policy": _policy(text)})

    return [
        Route("/incidents", incidents),
        Route("/incidents/{target}/{since}", incident),
        Route("/targets/{target}", target),
        Route("/report", report),
    ]


def _gathered(
    history: History, config: Config, said: Snapshot, now: datetime, asked: Month | None
) -> Gathered:
    """Return the report of a month, of the present one where None is asked for."""
    wanted = asked or month_of(now, config.timezone)
    return gather(config, history, said, Period(start=wanted.start, end=wanted.end), now)


async def _read(site: Site, ask: Ask[T]) -> T:
    try:
        return await site.read(ask)
    except UnreadError:
        raise HTTPException(503, "the past cannot be read now; the log says why\n") from None


def _month(site: Site, request: Request) -> Month | None:
    only(request, ["month"])
    zone = site.config().timezone
    wanted = asked(request, "month", lambda text: month(text, zone), None)
    if wanted and wanted.start > site.now():
        raise HTTPException(400, f"{wanted.name} is yet to come\n")
    return wanted


def _since(text: str) -> datetime:
    """Read the instant of an incident's address."""
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return at
    except ValueError:
        pass
    raise HTTPException(404, "no incident is on record under this address\n")


def _page(text: str, headers: dict[str, str] | None = None) -> Response:
    return HTMLResponse(text, headers={"Cache-Control": "no-store", **(headers or {})})


def _policy(text: str) -> str:
    """Return the policy of a page that brings its own style, and nothing else."""
    marks = (hashlib.sha256(style.encode()).digest() for style in STYLE.findall(text))
    allowed = " ".join(f"'sha256-{base64.b64encode(mark).decode()}'" for mark in marks)
    return (
        f"default-src 'none'; style-src {allowed}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
