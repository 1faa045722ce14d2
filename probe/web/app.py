"""The routes. What they show is handed in as one `Site`, so that they hold no state."""

import html
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from probe.web.auth import BasicAuth
from probe.web.toolkit import WebConfig

SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the routes show and do.

    `waiting` names the targets that have no observation yet; `reload` returns None, or what is
    wrong with the file; `lines` are the rows of the first page: name, state, words.
    """

    registry: CollectorRegistry
    waiting: Callable[[], tuple[str, ...]]
    reload: Callable[[], Awaitable[str | None]]
    lines: Callable[[], tuple[tuple[str, str, str], ...]]


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


def app(site: Site, web: WebConfig) -> Starlette:
    """Return the application."""

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

    async def first(_: Request) -> Response:
        rows = "".join(
            f"<tr><th scope=row>{html.escape(name)}<td>{html.escape(state)}<td>{html.escape(words)}"
            for name, state, words in site.lines()
        )
        return HTMLResponse(
            "<!doctype html><html lang=en><meta charset=utf-8><title>SPOT probe</title>"
            "<meta name=viewport content='width=device-width'><h1>SPOT probe</h1>"
            f"<table><tr><th scope=col>Target<th scope=col>Verdict<th scope=col>Why{rows}</table>"
            "<p><a href='metrics'>Metrics</a></html>"
        )

    middleware = [Middleware(SafeHeaders, headers={**SAFE, **web.headers})]
    if web.users:
        middleware.append(Middleware(BasicAuth, users=web.users))
    return Starlette(
        routes=[
            Route("/", first),
            Route("/metrics", metrics),
            Route("/-/healthy", healthy),
            Route("/-/ready", ready),
            Route("/-/reload", reload, methods=["POST", "PUT"]),
        ],
        middleware=middleware,
    )
