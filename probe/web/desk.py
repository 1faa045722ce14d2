"""Where signed-in people say what a notice means, and announce and end windows by hand."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from probe.runtime.late import late
from probe.types import AddedWindow, Seen
from probe.web import forms
from probe.web.auth import user
from probe.web.external import External, meant
from probe.web.forms import Form, FormError, Row
from probe.web.site import Site
from probe.web.view import NOTHING_PAST

SHEET: Callable[..., str] = late("probe.web.pages:sheet")
ENCODING = "application/x-www-form-urlencoded"
MOST_FIELDS = 2000
NOBODY = (
    "refused: nobody is signed in; name people in basic_auth_users of --web.config.file, or use"
    " `spot-probe notices` and `spot-probe windows` where the journal is\n"
)


def routes(site: Site, outside: External, may_write: Callable[[], bool]) -> list[Route]:
    """Return the routes; what changes something asks for a signed-in person of our own pages."""
    desk = _Desk(site, may_write)

    def signed(
        endpoint: Callable[[Request, str], Awaitable[Response]],
    ) -> Callable[[Request], Awaitable[Response]]:
        async def known(request: Request) -> Response:
            who = user(request.scope)
            return await endpoint(request, who) if who else PlainTextResponse(NOBODY, 403)

        return meant(known, outside)

    return [
        Route("/review/{fingerprint}", desk.show_notice),
        Route("/review/{fingerprint}", signed(desk.review), methods=["POST"]),
        Route("/announce", desk.show_windows),
        Route("/announce", signed(desk.announce), methods=["POST"]),
        Route("/announce/{id}/end", signed(desk.end), methods=["POST"]),
    ]


class _Desk:
    """The pages and what their forms do; `may_write` says whether people sign in."""

    def __init__(self, site: Site, may_write: Callable[[], bool]) -> None:
        self._site = site
        self._may_write = may_write

    async def show_notice(self, request: Request) -> Response:
        """Show a notice, and the fields by which it is reviewed."""
        seen = self._find(request)
        return self._notice(seen, forms.rows(seen, self._site.config().timezone))

    async def review(self, request: Request, who: str) -> Response:
        """Take over what a person made of a notice."""
        seen, form = self._find(request), await _form(request)
        zone, at = self._site.config().timezone, self._site.now()
        try:
            made = forms.review(
                seen, form, self._components(seen), zone, reviewer=who, reviewed_at=at
            )
        except FormError as error:
            return self._notice(seen, forms.filled(forms.rows(seen, zone), form), f"{error}")
        await self._site.act(made)
        return _back("../")

    async def show_windows(self, _: Request) -> Response:
        """Show the fields of a window by hand, and the windows that can be ended."""
        return self._windows({})

    async def announce(self, request: Request, who: str) -> Response:
        """Take over a window by hand."""
        form, config, at = await _form(request), self._site.config(), self._site.now()
        try:
            plan = forms.window(form, config.components, config.timezone, at)
        except FormError as error:
            return self._windows(form, str(error))
        window = AddedWindow(
            id=secrets.token_hex(3), plan=plan, note=forms.note(form), added_by=who, added_at=at
        )
        await self._site.act(window)
        return _back("announce")

    async def end(self, request: Request, who: str) -> Response:
        """End a window by hand."""
        at = self._site.now()
        for window in self._added():
            if window.id == request.path_params["id"]:
                await self._site.act(replace(window, ended_by=who, ended_at=at))
        # One that has ended meanwhile is what was asked for.
        return _back("../../announce")

    def _notice(self, seen: Seen, rows: tuple[Row, ...], wrong: str = "") -> Response:
        return self._sheet(
            "review.html",
            wrong,
            up="../",
            seen=seen,
            rows=rows,
            components=self._components(seen),
        )

    def _windows(self, form: Form, wrong: str = "") -> Response:
        components = self._site.config().components
        return self._sheet(
            "announce.html", wrong, form=form, components=components, added=self._added()
        )

    def _sheet(self, template: str, wrong: str, **content: object) -> Response:
        shown = self._site.view(NOTHING_PAST)
        text = SHEET(shown, template, may_write=self._may_write(), wrong=wrong, **content)
        return HTMLResponse(text, 400 if wrong else 200, {"Cache-Control": "no-store"})

    def _components(self, seen: Seen) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self._site.config().components, *seen.notice.components)))

    def _added(self) -> tuple[AddedWindow, ...]:
        return forms.can_be_ended(self._site.board().windows, self._site.now())

    def _find(self, request: Request) -> Seen:
        """Return the latest sighting of a notice."""
        wanted = request.path_params["fingerprint"]
        for seen in reversed(self._site.board().seen):
            if seen.notice.fingerprint == wanted:
                return seen
        raise HTTPException(404, "no notice has this fingerprint\n")


def _back(where: str) -> Response:
    return Response(status_code=303, headers={"Location": where})


async def _form(request: Request) -> Form:
    """Return the fields of a form."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != ENCODING:
        raise HTTPException(415, f"send {ENCODING}\n")
    try:
        text = (await request.body()).decode()
        return parse_qs(text, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(400, "the fields cannot be read\n") from None
