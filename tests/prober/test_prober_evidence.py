"""What is kept of a failing answer, and what is not."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from probe.prober.names import Names
from probe.prober.probe import prober
from probe.types import Result
from tests.prober.vantages import vantage
from tests.samples import EXPECT, HTTP, TARGET
from tests.servers import Conversation, answering, closing, message, refusing, serving

pytestmark = pytest.mark.anyio


async def probed(behave: Conversation, **changes: Any) -> Result:
    """Probe a server that behaves so."""
    async with serving(behave) as server:
        target = replace(TARGET, url=f"{server.url}?token=query-secret", **changes)

        async def no_wait(_: float) -> None:
            return

        probe = prober(
            [target],
            user_agent="x",
            clock=lambda: datetime.now(UTC),
            sleep=no_wait,
            vantage=vantage(Names()),
        )
        return await probe(target)


async def test_a_success_leaves_none() -> None:
    """Nor does one that came after a failure."""
    ups = answering(message(b"no", "503 Busy"), message(b"in"))
    assert (await probed(ups, attempts=2)).evidence is None


async def test_the_last_answer_is_kept() -> None:
    """Status, headers that tell something, and the beginning of the text."""
    said = "Wartung \u2013 bitte sp\u00e4ter".encode()
    busy = message(said + b"x" * 5000, "503 Busy", Server="gateway", Retry_After="120")
    result = await probed(answering(message(b"first", "500 Oh"), busy), attempts=2)
    assert result.evidence is not None
    assert result.evidence.status_code == 503
    assert result.evidence.headers["server"] == "gateway"
    assert result.evidence.headers["retry-after"] == "120"
    assert result.evidence.text.startswith(said.decode())
    assert len(result.evidence.text) == 2048


async def test_a_failure_after_an_answer_keeps_the_answer() -> None:
    """What the attempt before said is the best that is known."""
    result = await probed(_first_then_nothing(), attempts=2)
    assert result.evidence is not None
    assert (result.evidence.status_code, result.evidence.text) == (503, "busy")


def _first_then_nothing() -> Conversation:
    left = [answering(message(b"busy", "503 Busy")), closing()]

    async def behave(reader: Any, writer: Any) -> None:
        await left.pop(0)(reader, writer)

    return behave


async def test_nothing_answered_leaves_none() -> None:
    """A refused connection has said nothing."""
    with refusing() as url:
        target = replace(TARGET, url=url, attempts=1)
        probe = prober(
            [target], user_agent="x", clock=lambda: datetime.now(UTC), vantage=vantage(Names())
        )
        assert (await probe(target)).evidence is None


async def test_secrets_are_left_out() -> None:
    """Cookies, unknown headers, a redirect's query, and our own words where they are echoed."""
    echo = b"Bearer abc-secret, key-secret, /?token=query-secret, form-secret\x1b[31m"
    answer = message(
        echo,
        "503 Busy",
        Set_Cookie="session=cookie-secret",
        X_Auth_Token="token-secret",
        Location="https://idm.test/login?state=state-secret",
        WWW_Authenticate="Bearer abc-secret",
    )
    http = replace(
        HTTP,
        method="POST",
        body="form-secret",
        headers={
            "Authorization": "Bearer abc-secret",
            "X-Key": "key-secret",
            "Accept": "text/html",
        },
    )
    result = await probed(answering(answer), attempts=1, http=http)
    assert result.evidence is not None
    assert "secret" not in repr(result.evidence)
    assert result.evidence.headers["location"] == "https://idm.test/login?..."
    assert result.evidence.text.endswith(r"\x1b[31m")


async def test_a_whole_page_that_is_wrong_is_kept_too() -> None:
    """A 200 whose words are not those expected shows what it says instead."""
    expect = replace(EXPECT, body_contains=("Sign In",))
    result = await probed(answering(message(b"closed for today")), attempts=1, expect=expect)
    assert result.evidence is not None
    assert result.evidence.text == "closed for today"
