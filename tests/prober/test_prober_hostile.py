"""Targets that would hold up others, and others that are up all the same."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from probe.prober import expect
from probe.prober.names import Names
from probe.prober.probe import prober
from probe.types import Reason, Result, Target
from tests.prober.vantages import vantage
from tests.samples import EXPECT, HTTP, TARGET
from tests.servers import Conversation, answering, message, pouring, serving

pytestmark = pytest.mark.anyio

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
HINT = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
POURING = [
    ("one-byte chunks", pouring(CHUNKED, b"1\r\nx\r\n" * 10_000)),
    ("chunks that are nothing but extension", pouring(CHUNKED, b"1;" + b"x" * 99 + b"\r\nx\r\n")),
    ("hints", pouring(b"", HINT * 10_000)),
    ("blank lines", pouring(b"", b"\r\n" * 10_000)),
    ("headers", pouring(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 10_000)),
    ("a body", pouring(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 100_000)),
]


def target(url: str, **changes: Any) -> Target:
    """Build a target that is asked once."""
    return replace(TARGET, url=url, attempts=1, **changes)


async def probed(*targets: Target) -> list[Result]:
    """Probe them at the same time."""
    named = [replace(one, name=f"n{number}") for number, one in enumerate(targets)]
    probe = prober(named, user_agent="x", clock=lambda: datetime.now(UTC), vantage=vantage(Names()))
    return list(await asyncio.gather(*(probe(one) for one in named)))


@pytest.mark.parametrize("behave", [row[1] for row in POURING], ids=[row[0] for row in POURING])
async def test_what_pours_without_end_is_bounded(behave: Conversation) -> None:
    """It is `protocol` before its deadline, and the target beside it is up."""
    async with serving(behave) as hostile, serving(answering(message(b"in"))) as good:
        deadline = timedelta(seconds=60)
        bad, *up = await probed(
            target(hostile.url, timeout=deadline, http=replace(HTTP, max_body=1 << 16)),
            *[target(good.url)] * 5,
        )
    assert bad.reason is Reason.PROTOCOL
    assert "more" in bad.detail
    assert [one.reason for one in up] == [None] * 5


async def test_a_pattern_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop goes on meanwhile, and the answer is that we could not judge."""
    monkeypatch.setattr(expect, "PATTERN_SECONDS", 0.2)
    body = b"a" * 64 + b"b"
    endless = replace(EXPECT, body_matches=(r"^(a|aa)+$",))
    async with serving(answering(message(body))) as hostile:
        turns = 0

        async def turn() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0.001)

        turning = asyncio.ensure_future(turn())
        bad, good = await probed(
            target(hostile.url, expect=endless),
            target(hostile.url, expect=replace(EXPECT, body_matches=("a+b",))),
        )
        turning.cancel()
    assert (bad.reason, good.reason) == (Reason.INTERNAL, None)
    assert "'^(a|aa)+$' took longer than 0.2 s" in bad.detail
    assert turns > 5


@pytest.mark.parametrize(
    "pattern", [r"Sign\s+in", r"(?i)SPOT", r"(?=.*in)Sign", r"(S)ign \w+ \1?", r"\bin\b", r"é\Z"]
)
def test_patterns_are_pythons_own(pattern: str) -> None:
    """What `re` finds is found."""
    page = "Sign in to SPOT é"
    assert bool(re.search(pattern, page)) is (expect.unmatched(page, [pattern]) == (None, ""))
