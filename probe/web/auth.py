"""Basic authentication against bcrypt hashes, as the exporter-toolkit does it."""

import asyncio
import base64
import binascii
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Mapping

import bcrypt
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

#: bcrypt looks at no more of a password; a longer one is refused rather than cut.
LONGEST_PASSWORD = 72
REMEMBERED = 100


class BasicAuth:
    """Lets through who gives a known name and password.

    bcrypt is slow on purpose, so answers are remembered under a keyed digest of what was sent, and
    an unknown name costs as much as a wrong password.
    """

    def __init__(self, app: ASGIApp, users: Mapping[str, str]) -> None:
        self._app = app
        self._users = {name: hashed.encode() for name, hashed in users.items()}
        self._nobody = bcrypt.hashpw(secrets.token_bytes(16), bcrypt.gensalt(10))
        self._key = secrets.token_bytes(32)
        self._answers: OrderedDict[bytes, bool] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401 unless the request may pass."""
        if scope["type"] != "http" or await self._admits(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        response = PlainTextResponse(
            "Unauthorized\n", 401, {"WWW-Authenticate": 'Basic realm="spot-probe"'}
        )
        await response(scope, receive, send)

    async def _admits(self, headers: Headers) -> bool:
        scheme, _, encoded = headers.get("authorization", "").partition(" ")
        try:
            sent = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            return False
        name, colon, password = sent.partition(b":")
        if scheme.lower() != "basic" or not colon or len(password) > LONGEST_PASSWORD:
            return False
        mark = hmac.digest(self._key, sent, hashlib.sha256)
        admitted = self._answers.get(mark)
        if admitted is None:
            known = self._users.get(name.decode("utf-8", "replace"))
            fits = await asyncio.to_thread(bcrypt.checkpw, password, known or self._nobody)
            admitted = self._answers[mark] = fits and known is not None
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        return admitted
