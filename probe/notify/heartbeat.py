"""A sign of life for a dead man's switch, which misses us when we are gone."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from probe.notify.send import BRIEF, SUCCESSES, TIMEOUT
from probe.prober.dial import Resolve
from probe.prober.exchange import exchange, prepare
from probe.runtime.clock import now
from probe.types import Heartbeat, Tls

log = logging.getLogger(__name__)


async def beat(
    heartbeat: Heartbeat,
    alive: Callable[[], bool],
    *,
    agent: str,
    resolve: Resolve,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Ask the heartbeat's address on its own clock, for ever, but only while we do our work."""
    http = replace(BRIEF, follow_redirects=True, max_redirects=5)
    request = prepare(
        heartbeat.url, http=http, tls=Tls(verify=True), timeout=TIMEOUT, user_agent=agent
    )
    trouble = ""
    while True:
        if alive():
            done = await exchange(request, clock=now, resolve=resolve)
            failed = f"{done.reason}: {done.detail}" if done.reason else ""
            if not failed and done.status_code not in SUCCESSES:
                failed = f"status {done.status_code}"
            if failed != trouble:
                log.warning("heartbeat: %s", failed or "it is heard again")
            trouble = failed
        await sleep(heartbeat.every.total_seconds())
