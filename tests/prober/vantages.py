"""Places from which tests probe."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from probe.prober.connectivity import Vantage
from probe.prober.dial import Resolve
from probe.prober.names import Names


async def nobody(*_: object, **__: object) -> None:
    """Say that there is no address to ask."""


def vantage(
    resolve: Resolve | None = None,
    *,
    clock: Callable[[], float] = lambda: 0.0,
    stalled: Callable[[], float] = lambda: 0.0,
    ask: Callable[..., Awaitable[bool | None]] = nobody,
) -> Vantage:
    """Return a place with what a test needs to know of it."""
    return Vantage(
        ["tcp://a.test:1"],
        timedelta(seconds=1),
        resolve=resolve or Names(),
        clock=clock,
        stalled=stalled,
        ask=ask,
    )
