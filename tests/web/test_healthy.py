"""The container's health check, as the container runs it."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import bcrypt
import pytest

from probe.web.toolkit import WebConfig
from tests.servers import Authority, closing, halting, message, refusing
from tests.servers import serving as misbehaving
from tests.web.serving import serving
from tests.web.stage import Stage

pytestmark = pytest.mark.anyio

USERS = {"ann": bcrypt.hashpw(b"secret", bcrypt.gensalt(4)).decode()}


async def check(address: str) -> tuple[int, str]:
    """Run the check; return its exit status and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "probe.web.healthy",
        address,
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, err.decode()


ROWS: dict[str, Callable[[Authority], WebConfig]] = {
    "as it comes": lambda _: WebConfig(),
    "with users": lambda _: WebConfig(users=USERS),
    "with TLS": lambda authority: WebConfig(tls=authority.server()),
    "with TLS and users": lambda authority: WebConfig(tls=authority.server(), users=USERS),
    "for another name": lambda authority: WebConfig(tls=authority.server("probe.example")),
    "with client certificates": lambda authority: WebConfig(
        tls=authority.server(asks_clients=True)
    ),
}


@pytest.mark.parametrize("row", ROWS)
async def test_a_server_is_healthy_however_it_is_protected(row: str, tmp_path: Path) -> None:
    """The check is told nothing of it."""
    web = ROWS[row](Authority(tmp_path))
    async with serving(Stage().app(lambda: web), lambda: web) as place:
        assert await check(f"127.0.0.1:{place.port}") == (0, "")


async def test_what_does_not_answer_well_is_not_healthy() -> None:
    """Nobody there, another status, no HTTP, no answer at all; each in a line."""
    with refusing() as url:
        address = url.removeprefix("http://").rstrip("/")
        code, err = await check(address)
        assert (code, err.count("\n")) == (1, 1)
        assert "refused" in err
    for behave, words in (
        (closing(message(b"", "503 Service Unavailable")), "status 503"),
        (closing(b"220 mail\r\n"), "220 mail"),
        (halting(), "timed out"),
    ):
        async with misbehaving(behave) as server:
            code, err = await check(f"127.0.0.1:{server.port}")
            assert (code, err.count("\n")) == (1, 1)
            assert words in err
