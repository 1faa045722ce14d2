"""What a browser sees where nothing can be shown: nowhere, not now, asked wrongly."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from probe.journal import UnreadError
from probe.runtime.late import late
from probe.types import Refused
from probe.web import api
from probe.web.ask import AskedWrong
from probe.web.external import External
from probe.web.site import Site
from probe.web.turns import Busy
from probe.web.view import NOTHING_PAST

Handler = Callable[[Request, Exception], Awaitable[Response]]
NOT_SHOWN: Callable[..., str] = late("probe.web.pages:not_shown")
#: What people are told where the answer to a program is meant for programs alone.
HEADINGS = {404: "There is nothing here", 503: "This cannot be shown now"}
NOWHERE = "No page of this probe has this address."
UNREAD = (
    "The journal cannot be read now, so the past is not known. What is now is on the first page."
)
BUSY = "Too much is asked for at once. Try again in a few seconds."


def handlers(site: Site, outside: External) -> dict[type[Exception], Handler]:
    """Return what answers where a route raises: a page to a browser, a line to a program."""

    def shown(request: Request, status: int, words: str) -> Response | None:
        """Return a page, None where no browser asks for one."""
        if "text/html" not in request.headers.get("accept", ""):
            return None
        path = request.url.path.removeprefix(outside.prefix)
        up = "../" * (path.count("/") - 1)
        heading = HEADINGS.get(status, HTTPStatus(status).phrase)
        page = NOT_SHOWN(site.view(NOTHING_PAST), heading=heading, words=words.strip(), up=up)
        return HTMLResponse(page, status, headers={"Cache-Control": "no-store"})

    async def raised(request: Request, error: Exception) -> Response:
        found = cast("HTTPException", error)
        is_bare = found.detail == HTTPStatus(found.status_code).phrase
        page = shown(request, found.status_code, NOWHERE if is_bare else found.detail)
        return page or PlainTextResponse(found.detail, found.status_code, headers=found.headers)

    async def unread(request: Request, error: Exception) -> Response:
        return shown(request, 503, UNREAD) or await api.unread(request, error)

    async def wrong(request: Request, error: Exception) -> Response:
        return shown(request, 400, str(error)) or await api.refused(request, error)

    async def busy(request: Request, _: Exception) -> Response:
        site.refuse(Refused.BUSY)
        line = PlainTextResponse("too much is asked for at once\n", 503)
        answer = line if request.url.path.endswith("/metrics") else shown(request, 503, BUSY)
        answer = answer or line
        answer.headers["Retry-After"] = "2"
        return answer

    return {HTTPException: raised, UnreadError: unread, AskedWrong: wrong, Busy: busy}
