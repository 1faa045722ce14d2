"""The routes of the web server, and the headers that guard every answer."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from probe.maintenance.calendar import Calendar
from probe.runtime.late import late
from probe.runtime.threads import in_thread
from probe.web import api, archive, desk
from probe.web.answers import unless_known
from probe.web.ask import asked, only, span
from probe.web.auth import BasicAuth
from probe.web.badge import badge
from probe.web.events import events
from probe.web.external import UNKNOWN, External, meant
from probe.web.fresh import Fresh
from probe.web.limits import MOST_AT_ONCE, MOST_LISTENERS, MOST_WAITING
from probe.web.marks import SHAPES, icon
from probe.web.notshown import handlers
from probe.web.scrape import Scrapes
from probe.web.site import Site
from probe.web.toolkit import WebConfig
from probe.web.turns import Turns
from probe.web.view import BACK_DAYS, NOTHING_PAST

SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    # To no other site. A form of ours without any would not say where it comes from.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
STATIC = Path(__file__).parent / "static"
KINDS = {".css": "text/css", ".js": "text/javascript"}
SVG = "image/svg+xml"
HEALTHY, READY = "/-/healthy", "/-/ready"
#: What asks for no password: what starts and watches the program has none.
OPEN = (HEALTHY, READY)
#: With them come jinja2 and icalendar, which only people and their calendars ask for.
PAGE: Callable[..., str] = late("probe.web.pages:page")
FEED: Callable[[Calendar, datetime, timedelta | None], str] = late("probe.calendarfeed:feed")
ATOM: Callable[..., str] = late("probe.web.atom:feed")
#: So many incidents of the last days the Atom feed has, at the most.
MOST_INCIDENTS = 100
LONGEST_REMINDER = timedelta(days=7)


class SafeHeaders:
    """Puts a set of headers on every answer that does not have them."""

    def __init__(self, app: ASGIApp, headers: Callable[[], Mapping[str, str]]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add what its answer lacks."""
        headers = [(n.lower().encode(), v.encode("latin-1")) for n, v in self._headers().items()]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                missing = [(n, v) for n, v in headers if n not in present]
                message["headers"] = [*message["headers"], *missing]
            await send(message)

        await self._app(scope, receive, with_headers)


def app(
    site: Site,
    web: Callable[[], WebConfig],
    *,
    version: str = "0",
    outside: External = UNKNOWN,
    lifecycle: bool = True,
) -> Starlette:
    """Return the application; all of it is served below the external address's path, too.

    `web` is asked at each request what protects it. `lifecycle` False: nobody reloads over HTTP.
    """
    turns = Turns(MOST_AT_ONCE, MOST_WAITING)

    def may_write() -> bool:
        """Return whether people sign in, which those who change something must."""
        return bool(web().users)

    routes: list[BaseRoute] = [
        *_for_programs(site, turns, outside, lifecycle=lifecycle),
        *_for_people(site, turns, may_write),
        *archive.routes(site, turns),
        *desk.routes(site, outside, may_write),
        *api.routes(site, turns, version),
    ]
    if outside.prefix:
        routes += [_to_the_page(outside.prefix), Mount(outside.prefix, routes=list(routes))]
    middleware = [
        Middleware(SafeHeaders, headers=lambda: {**SAFE, **web().headers}),
        Middleware(
            BasicAuth,
            users=lambda: web().users,
            open_to_all={f"{prefix}{path}" for prefix in ("", outside.prefix) for path in OPEN},
            refuse=site.refuse,
        ),
    ]

    made = Starlette(
        routes=routes,
        middleware=middleware,
        exception_handlers=handlers(site, outside),
    )
    # It would redirect to the scheme that we are spoken to in, which behind a proxy is another's.
    made.router.redirect_slashes = False
    return made


def _to_the_page(prefix: str) -> Route:
    """Return what sends people from the prefix itself to the page, whose links start below it."""

    async def onward(_: Request) -> Response:
        return Response(status_code=307, headers={"Location": f"{prefix}/"})

    return Route(prefix, onward)


# --- for programs ----------------------------------------------------------------------------


def _for_programs(site: Site, turns: Turns, outside: External, *, lifecycle: bool) -> list[Route]:
    scrapes = Scrapes(site.registry, turns)

    async def metrics(request: Request) -> Response:
        return await scrapes(request)

    async def healthy(_: Request) -> Response:
        return PlainTextResponse("spot-probe is healthy.\n")

    async def ready(_: Request) -> Response:
        waiting = site.waiting()
        if waiting:
            return PlainTextResponse(f"not yet observed: {', '.join(waiting)}\n", 503)
        return PlainTextResponse("spot-probe is ready.\n")

    async def reload(_: Request) -> Response:
        if not lifecycle:
            return PlainTextResponse("refused: --web.enable-lifecycle=false; send SIGHUP\n", 403)
        wrong = await site.reload()
        if wrong is None:
            return PlainTextResponse("reloaded\n")
        return PlainTextResponse(f"failed to reload; the old configuration holds:\n{wrong}\n", 500)

    return [
        Route("/metrics", metrics),
        Route(HEALTHY, healthy),
        Route(READY, ready),
        Route("/-/reload", meant(reload, outside), methods=["POST", "PUT"]),
    ]


# --- for people ------------------------------------------------------------------------------


def _for_people(site: Site, turns: Turns, may_write: Callable[[], bool]) -> list[Route]:
    async def rendered() -> str:
        return PAGE(site.view(await site.past()), may_write=may_write())

    whole = Fresh(rendered, lambda: site.changes.count, site.now)

    # All who listen are woken at once; more than those wait for no page.
    readers = Turns(1, MOST_LISTENERS)

    async def first(_: Request) -> Response:
        async with readers:
            text = await whole.text()
        return HTMLResponse(text, headers={"Cache-Control": "no-store"})

    async def changes(request: Request) -> Response:
        return events(site.changes, request, site.refuse)

    async def calendar(request: Request) -> Response:
        only(request, ["reminder"])
        reminder = asked(request, "reminder", span(LONGEST_REMINDER), None)
        async with turns:
            written, at = site.calendar(), site.now()
            text = await in_thread(lambda: FEED(written, at, reminder), "calendar")
        return unless_known(request, text, "text/calendar")

    async def atom(request: Request) -> Response:
        shown = site.view(NOTHING_PAST)
        async with turns:
            start = shown.at - timedelta(days=BACK_DAYS)
            found = await site.incidents(start, shown.at, MOST_INCIDENTS)
            calendar = site.calendar()
            text = await in_thread(lambda: ATOM(shown, found, calendar), "atom")
        return unless_known(request, text, "application/atom+xml")

    async def picture(request: Request) -> Response:
        shown = site.view(NOTHING_PAST)
        for target in shown.targets:
            if target.target.name == request.path_params["target"]:
                return unless_known(request, badge(target, shown), SVG)
        names = ", ".join(target.target.name for target in shown.targets)
        raise HTTPException(404, f"no target is called so; there are: {names}\n")

    return [
        Route("/", first),
        Route("/events", changes),
        Route("/maintenance.ics", calendar),
        Route("/feed.atom", atom),
        Route("/badge/{target}.svg", picture),
        *_files(),
    ]


def _files() -> list[Route]:
    """Return a route for each file of ours: nothing that is asked for becomes a path on disk."""
    kept = {f"/icon/{mark}.svg": (icon(mark).encode(), SVG) for mark in SHAPES}
    for path in sorted(STATIC.iterdir()):
        if path.suffix in KINDS:
            kept[f"/static/{path.name}"] = (path.read_bytes(), KINDS[path.suffix])

    def serve(body: bytes, kind: str) -> Callable[[Request], Awaitable[Response]]:
        async def served(request: Request) -> Response:
            return unless_known(request, body, kind)

        return served

    return [Route(path, serve(*file)) for path, file in kept.items()]
