"""One probe: attempts until one succeeds or all that the target allows have failed."""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from tenacity import AsyncRetrying, retry_if_result, stop_after_attempt, wait_random
from tenacity.wait import wait_base

from probe.prober import dial, trust
from probe.prober.evidence import evidence
from probe.prober.exchange import Clock, Request, Trusting, exchange, prepare
from probe.prober.expect import judge
from probe.types import Evidence, Exchange, Expect, Reason, Result, Target

Probe = Callable[[Target], Awaitable[Result]]
Sleep = Callable[[float], Awaitable[None]]

_LOG = logging.getLogger(__name__)

#: Seconds between two attempts: long enough for a blink to pass, short beside any interval.
_SHORTEST_WAIT, _LONGEST_WAIT = 0.1, 0.5


def prober(
    targets: Iterable[Target],
    *,
    user_agent: str,
    clock: Clock,
    sleep: Sleep = asyncio.sleep,
    resolve: dial.Resolve,
) -> Probe:
    """Make the Probe of these targets; a ValueError names the target and the file at fault."""
    trusting = functools.cache(trust.renewed)  # a context is large, and most targets can share one
    requests = {target.name: _request(target, user_agent, trusting) for target in targets}

    async def probe(target: Target) -> Result:
        request = requests[target.name]
        tried: list[Exchange] = []

        async def attempt() -> Exchange:
            tried.append(await judged(request, target.expect, clock=clock, resolve=resolve))
            return tried[-1]

        await AsyncRetrying(
            sleep=sleep,
            stop=stop_after_attempt(target.attempts),
            wait=waits(target),
            retry=retry_if_result(lambda done: done.reason is not None),
            retry_error_callback=lambda _: tried[-1],
        )(attempt)
        return result(target, tried, evidence(tried, request))

    return probe


def _request(target: Target, user_agent: str, trusting: Trusting) -> Request:
    try:
        return prepare(
            target.url,
            http=target.http,
            tls=target.tls,
            timeout=target.timeout,
            user_agent=user_agent,
            trusting=trusting,
        )
    except ValueError as error:
        raise ValueError(f"target {target.name}: {error}") from error


async def judged(
    request: Request, expect: Expect, *, clock: Clock, resolve: dial.Resolve
) -> Exchange:
    """Make one attempt: an exchange whose reason also says what was not as expected."""
    done = await exchange(request, clock=clock, resolve=resolve)
    try:
        reason, detail = await judge(done, expect)
    except Exception as error:  # noqa: BLE001 - a failed probe is a value; the log has the rest
        _LOG.exception("a fault of ours while judging %s", request.first.url.host)
        reason, detail = Reason.INTERNAL, type(error).__name__
    return replace(done, reason=reason, detail=detail)


def waits(target: Target) -> wait_base:
    """Jittered waits that never make the attempts outlast the target's interval."""
    attempts = target.attempts
    slack = (target.interval - attempts * target.timeout) / max(attempts - 1, 1)
    most = max(slack, timedelta()).total_seconds()
    return wait_random(min(_SHORTEST_WAIT, most), min(_LONGEST_WAIT, most))


def result(target: Target, tried: Sequence[Exchange], said: Evidence | None) -> Result:
    """Sum the attempts up: the first one's start, the measurements of the last, which decided."""
    deciding = tried[-1]
    return Result(
        target=target.name,
        started_at=tried[0].started_at,
        duration_seconds=deciding.duration_seconds,
        phases=deciding.phases,
        reason=deciding.reason,
        detail=deciding.detail,
        attempts=len(tried),
        attempt_failures=tuple(one.reason for one in tried if one.reason is not None),
        evidence=said,
        status_code=deciding.status_code,
        redirects=deciding.redirects,
        body_length=len(deciding.body),
        ip_protocol=deciding.ip_protocol,
        tls_version=deciding.tls_version,
        certificate_expires_at=deciding.certificate_expires_at,
        clock_skew_seconds=deciding.clock_skew_seconds,
        decided_at=deciding.started_at + timedelta(seconds=deciding.duration_seconds),
    )
