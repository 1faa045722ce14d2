"""The routes of the web server, and the headers that guard every answer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path

from prometheus_client.exposition import choose_encoder
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from probe.calendarfeed import feed
from probe.web import api
from probe.web.answers import unless_known
from probe.web.ask import AskedWrong, asked, only, span
from probe.web.auth import BasicAuth
from probe.web.badge import badge
from probe.web.events import events
from probe.web.fresh import Fresh
from probe.web.marks import SHAPES, icon
from probe.web.pages import page
from probe.web.site import Site
from probe.web.toolkit import WebConfig

SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
STATIC = Path(__file__).parent / "static"
KINDS = {".css": "text/css", ".js": "text/javascript"}
SVG = "image/svg+xml"
LONGEST_REMINDER = timedelta(days=7)


class SafeHeaders:
    """Puts a set of headers on every answer that does not have them."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = [(n.lower().encode(), v.encode("latin-1")) for n, v in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add what its answer lacks."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                missing = [(n, v) for n, v in self._headers if n not in present]
                message["headers"] = [*message["headers"], *missing]
            await send(message)

        await self._app(scope, receive, with_headers)


def app(site: Site, web: WebConfig, *, version: str = "0", prefix: str = "") -> Starlette:
    """Return the application; all of it is served below a path prefix such as `/probe`, too."""
    routes: list[BaseRoute] = [
        *_for_programs(site),
        *_for_people(site),
        *api.routes(site, version),
    ]
    if prefix:
        routes.append(Mount(prefix, routes=list(routes)))
    middleware = [Middleware(SafeHeaders, headers={**SAFE, **web.headers})]
    if web.users:
        middleware.append(Middleware(BasicAuth, users=web.users))
    return Starlette(
        routes=routes, middleware=middleware, exception_handlers={AskedWrong: api.refused}
    )


# --- for programs ----------------------------------------------------------------------------


def _for_programs(site: Site) -> list[Route]:
    async def metrics(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        registry = site.registry
        names = request.query_params.getlist("name[]")
        if names:
            registry = registry.restricted_registry(names)  # type: ignore[assignment]
        return Response(encode(registry), media_type=content_type)

    async def healthy(_: Request) -> Response:
        return PlainTextResponse("spot-probe is healthy.\n")

    async def ready(_: Request) -> Response:
        waiting = site.waiting()
        if waiting:
            return PlainTextResponse(f"not yet observed: {', '.join(waiting)}\n", 503)
        return PlainTextResponse("spot-probe is ready.\n")

    async def reload(_: Request) -> Response:
        wrong = await site.reload()
        if wrong is None:
            return PlainTextResponse("reloaded\n")
        return PlainTextResponse(f"failed to reload; the old configuration holds:\n{wrong}\n", 500)

    return [
        Route("/metrics", metrics),
        Route("/-/healthy", healthy),
        Route("/-/ready", ready),
        Route("/-/reload", reload, methods=["POST", "PUT"]),
    ]


# --- for people ------------------------------------------------------------------------------


def _for_people(site: Site) -> list[Route]:
    render = page()

    async def rendered() -> str:
        return render(await site.view())

    whole = Fresh(rendered, lambda: site.changes.count, site.now)

    async def first(_: Request) -> Response:
        return HTMLResponse(await whole.text(), headers={"Cache-Control": "no-store"})

    async def changes(request: Request) -> Response:
        return events(site.changes, request)

    async def calendar(request: Request) -> Response:
        only(request, ["reminder"])
        reminder = asked(request, "reminder", span(LONGEST_REMINDER), None)
        # Years of reworded notices take their time, and probes must not wait for it.
        text = await asyncio.to_thread(feed, site.calendar(), site.now(), reminder)
        return unless_known(request, text, "text/calendar")

    async def picture(request: Request) -> Response:
        shown = await site.view()
        for target in shown.targets:
            if target.target.name == request.path_params["target"]:
                return unless_known(request, badge(target, shown), SVG)
        names = ", ".join(target.target.name for target in shown.targets)
        raise HTTPException(404, f"no target is called so; there are: {names}\n")

    return [
        Route("/", first),
        Route("/events", changes),
        Route("/maintenance.ics", calendar),
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
