"""One probe: attempts until one succeeds, or is refused, or all that are allowed have failed."""

import asyncio
import functools
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from probe.prober import dial, trust
from probe.prober.connectivity import Vantage
from probe.prober.evidence import evidence
from probe.prober.exchange import Clock, Request, Trusting, exchange, prepare
from probe.prober.expect import judge
from probe.prober.patience import retry_after
from probe.types import Evidence, Exchange, Expect, Reason, Result, Target, asking

Probe = Callable[[Target], Awaitable[Result]]
Sleep = Callable[[float], Awaitable[None]]

_LOG = logging.getLogger(__name__)

#: Seconds between two attempts: long enough for a blink to pass, short beside any interval.
_SHORTEST_WAIT, _LONGEST_WAIT = 0.1, 0.5

#: An attempt during which the event loop stood still for more than this part of its deadline
#: measured us and not the target.
_STARVED = 0.25

#: A target that turns us away is left alone for as long as it asks, but no longer than this: we
#: would not see that it is down.
MOST_PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Tried:
    """One attempt, and whether our own program was too late to judge it."""

    exchange: Exchange
    starved: bool


def prober(
    targets: Iterable[Target],
    *,
    user_agent: str,
    clock: Clock,
    sleep: Sleep = asyncio.sleep,
    vantage: Vantage,
) -> Probe:
    """Make the Probe of these targets; a ValueError names the target and the file at fault.

    `vantage` is where we probe from: it tells whether a failure without an answer may be our own.
    """
    trusting = functools.cache(trust.renewed)  # a context is large, and most targets can share one
    requests = {target.name: _request(target, user_agent, trusting) for target in targets}

    async def probe(target: Target) -> Result:
        request = requests[target.name]
        too_late = _STARVED * target.timeout.total_seconds()
        tried: list[_Tried] = []
        since = vantage.clock()

        async def attempt() -> Exchange:
            before = vantage.stalled()
            done = await judged(request, target.expect, clock=clock, resolve=vantage.resolve)
            tried.append(_Tried(done, done.exhausted or vantage.stalled() - before > too_late))
            if _is_answered(done):
                vantage.answered()
            return done

        while _is_worth_repeating(await attempt()) and len(tried) < target.attempts:
            await sleep(random.uniform(*waits(target)))  # noqa: S311 - no secret
        found = result(target, tried, evidence([one.exchange for one in tried], request))
        if found.answered or found.starved:
            return found
        most = asking(target.timeout)
        return replace(found, online=await vantage.is_online(since, target.http.proxy, most))

    return probe


def _is_worth_repeating(done: Exchange) -> bool:
    """Return whether another attempt could succeed; one that is turned away is told to wait."""
    return done.reason is not None and done.reason is not Reason.BLOCKED


def _is_answered(done: Exchange) -> bool:
    """Return whether a server said anything at all, which proves our own network."""
    return done.status_code is not None or done.redirects > 0


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
        _LOG.exception("a fault of ours while judging %s", request.first.host)
        reason, detail = Reason.INTERNAL, type(error).__name__
    return done if reason is done.reason else replace(done, reason=reason, detail=detail)


def waits(target: Target) -> tuple[float, float]:
    """Return the shortest and the longest wait between two attempts, in seconds.

    None makes the attempts outlast the target's interval.
    """
    attempts = target.attempts
    left = target.interval - attempts * target.timeout - asking(target.timeout)
    slack = left / max(attempts - 1, 1)
    most = max(slack, timedelta()).total_seconds()
    return min(_SHORTEST_WAIT, most), min(_LONGEST_WAIT, most)


def result(target: Target, attempts: Sequence[_Tried], said: Evidence | None) -> Result:
    """Sum the attempts up: the first one's start, the measurements of the last, which decided."""
    tried = [one.exchange for one in attempts]
    deciding = tried[-1]
    decided_at = deciding.started_at + timedelta(seconds=deciding.duration_seconds)
    return Result(
        target=target.name,
        started_at=tried[0].started_at,
        duration_seconds=deciding.duration_seconds,
        phases=deciding.phases,
        reason=deciding.reason,
        detail=deciding.detail,
        attempts=len(tried),
        attempt_failures=tuple(one.reason for one in tried if one.reason is not None),
        answered=any(_is_answered(one) for one in tried),
        starved=attempts[-1].starved,
        not_before=_not_before(deciding, decided_at),
        evidence=said,
        status_code=deciding.status_code,
        redirects=deciding.redirects,
        body_length=len(deciding.body),
        ip_protocol=deciding.ip_protocol,
        tls_version=deciding.tls_version,
        certificate_expires_at=deciding.certificate_expires_at,
        clock_skew_seconds=deciding.clock_skew_seconds,
        decided_at=decided_at,
    )


def _not_before(deciding: Exchange, decided_at: datetime) -> datetime | None:
    """Return when a target that turned us away wants to be asked again, None where it says not."""
    if deciding.reason is not Reason.BLOCKED:
        return None
    return retry_after(deciding.headers.get("retry-after", ""), decided_at, MOST_PATIENCE)
