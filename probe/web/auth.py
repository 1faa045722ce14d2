"""Basic authentication against bcrypt hashes, as the exporter-toolkit does it."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping

import bcrypt
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from probe.runtime.threads import in_thread
from probe.types import Refused
from probe.web.limits import PASSWORDS_AT_ONCE, PASSWORDS_WAITING
from probe.web.turns import Busy, Turns

#: bcrypt looks at no more of a password; a longer one is refused rather than cut.
LONGEST_PASSWORD = 72
MOST_WRONG = 1000
USUAL_COST = 10
#: Where a request has the name of who is signed in.
USER = "spot-probe.user"


def user(scope: Scope) -> str | None:
    """Return who is signed in, None where nobody needs to be."""
    name: str | None = scope.get(USER)
    return name


class BasicAuth:
    """Lets through who gives a known name and password; some paths are open to everybody.

    bcrypt is slow on purpose: few passwords are checked at a time, in threads of their own, and no
    more than so many wait. A right password is remembered, under a keyed digest of it and its
    hash, so that a flood of wrong ones does not keep out who was let in before.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        users: Callable[[], Mapping[str, str]],
        open_to_all: Collection[str],
        refuse: Callable[[Refused], None],
        check: Callable[[bytes, bytes], bool] = bcrypt.checkpw,
    ) -> None:
        self._app = app
        self._users = users
        self._open = open_to_all
        self._refuse = refuse
        self._check = check
        self._key = secrets.token_bytes(32)
        self._right: dict[str, bytes] = {}
        self._wrong: OrderedDict[bytes, None] = OrderedDict()
        self._turns = Turns(PASSWORDS_AT_ONCE, PASSWORDS_WAITING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401 unless the request may pass, 503 where too many passwords wait."""
        users = self._users()
        if not users or scope["type"] != "http" or scope["path"] in self._open:
            await self._app(scope, receive, send)
            return
        try:
            name = await self._admitted(users, Headers(scope=scope))
        except Busy:
            self._refuse(Refused.PASSWORDS)
            response = PlainTextResponse(
                "too many passwords wait to be checked\n", 503, {"Retry-After": "5"}
            )
        else:
            if name:
                await self._app({**scope, USER: name}, receive, send)
                return
            response = PlainTextResponse(
                "Unauthorized\n", 401, {"WWW-Authenticate": 'Basic realm="spot-probe"'}
            )
        await response(scope, receive, send)

    async def _admitted(self, users: Mapping[str, str], headers: Headers) -> str | None:
        """Return the name of who is let in."""
        scheme, _, encoded = headers.get("authorization", "").partition(" ")
        try:
            sent = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            return None
        raw, colon, password = sent.partition(b":")
        if scheme.lower() != "basic" or not colon or len(password) > LONGEST_PASSWORD:
            return None
        name = raw.decode("utf-8", "replace")
        hashed = (users[name] if name in users else self._decoy(raw, users)).encode()
        mark = self._digest(hashed + b"\0" + sent)
        if hmac.compare_digest(self._right.get(name, b""), mark):
            return name
        if mark in self._wrong:
            return None
        async with self._turns:
            fits = await in_thread(lambda: self._check(password, hashed), "password")
        if fits and name in users:
            self._right[name] = mark
            return name
        self._wrong[mark] = None
        if len(self._wrong) > MOST_WRONG:
            self._wrong.popitem(last=False)
        return None

    def _decoy(self, name: bytes, users: Mapping[str, str]) -> str:
        """Return a hash that fits no password and costs what that of one of the users costs.

        An unknown name always gets the same one, so that it cannot be told from a known name.
        """
        hashes = sorted(users.values())
        like = hashes[int.from_bytes(self._digest(name)[:8]) % len(hashes)]
        return f"{like[: -len(NOTHING)]}{NOTHING}"

    def _digest(self, what: bytes) -> bytes:
        return hmac.digest(self._key, what, hashlib.sha256)


#: What stands behind the salt where a hash belongs to no password.
NOTHING = "." * 31
