"""`/metrics`: one rendering for all who scrape at once."""

import asyncio
import gzip
import re
from collections.abc import Callable

from prometheus_client import CollectorRegistry
from starlette.requests import Request
from starlette.responses import Response

from probe.metrics import encoder
from probe.web.turns import Turns

#: Under a storm of scrapes no rendering begins sooner than this after the last.
PACE_SECONDS = 0.05
#: Good enough, and quick.
LEVEL = 1
#: More formats than any Prometheus asks for.
MOST_FORMATS = 16
#: The quality by which a client says that it takes no such thing.
NEVER = re.compile(r"q\s*=\s*0(\.0*)?")


class Shared:
    """Makes something for all who ask while the last one is being made.

    What one gets was begun after one asked: nobody is told of a moment before the question. Where
    several shared the last one, the next is not begun sooner than so many seconds after it.
    """

    def __init__(self, make: Callable[[], bytes], pace: float = PACE_SECONDS) -> None:
        self._make = make
        self._pace = pace
        self._next: asyncio.Task[bytes] | None = None
        self._begun = float("-inf")
        self._asking = self._shared_by = 0

    async def get(self) -> bytes:
        """Return what is made next."""
        self._asking += 1
        if self._next is None:
            self._next = asyncio.get_running_loop().create_task(self._made())
        return await asyncio.shield(self._next)

    async def _made(self) -> bytes:
        loop = asyncio.get_running_loop()
        storm = self._shared_by > 1
        await asyncio.sleep(max(0.0, self._begun + self._pace - loop.time()) if storm else 0)
        self._begun, self._next = loop.time(), None
        self._shared_by, self._asking = self._asking, 0
        return self._make()


class Scrapes:
    """Answers scrapes of a registry, in the format and the encoding that are asked for."""

    def __init__(self, registry: CollectorRegistry, turns: Turns) -> None:
        self._registry = registry
        self._turns = turns
        self._shared: dict[tuple[str, bool], Shared] = {}

    async def __call__(self, request: Request) -> Response:
        """Answer one scrape; `name[]` asks for single metrics."""
        encode, content_type = encoder(request.headers.get("accept", ""))
        zipped = takes_gzip(request.headers.get("accept-encoding", ""))
        names = request.query_params.getlist("name[]")

        def make() -> bytes:
            some = self._registry.restricted_registry(names) if names else self._registry
            text = encode(some)
            return gzip.compress(text, LEVEL) if zipped else text

        if names:
            async with self._turns:
                body = make()
        else:
            if len(self._shared) >= MOST_FORMATS:  # somebody makes up versions
                self._shared.clear()
            body = await self._shared.setdefault((content_type, zipped), Shared(make)).get()
        headers = {"Vary": "Accept, Accept-Encoding"}
        if zipped:
            headers["Content-Encoding"] = "gzip"
        return Response(body, media_type=content_type, headers=headers)


def takes_gzip(accepted: str) -> bool:
    """Return whether an Accept-Encoding header takes gzip."""
    for one in accepted.split(","):
        name, *parameters = (part.strip().lower() for part in one.split(";"))
        if name == "gzip":
            return not any(NEVER.fullmatch(parameter) for parameter in parameters)
    return False
