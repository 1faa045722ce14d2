"""Answers that say when they have not changed."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response


def unless_known(request: Request, body: str | bytes, media_type: str) -> Response:
    """Answer with a body and its ETag, or 304 to one who has that body already."""
    content = body.encode() if isinstance(body, str) else body
    mark = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": mark, "Cache-Control": "no-cache"}
    known = [one.strip().removeprefix("W/") for one in _sent(request, "if-none-match").split(",")]
    if mark in known or known == ["*"]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


def _sent(request: Request, name: str) -> str:
    return request.headers.get(name, "")
