from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from probe.prober.exchange import exchange, prepare
from probe.prober.names import Names
from probe.types import Exchange, Tls
from tests.samples import HTTP, TLS
from tests.servers import Authority

NOW = datetime(2026, 3, 8, 7, 0, tzinfo=UTC)

Ask = Callable[..., Coroutine[Any, Any, Exchange]]


@pytest.fixture(
    params=[("asyncio", {"use_uvloop": False}), ("asyncio", {"use_uvloop": True})],
    ids=["asyncio", "uvloop"],
)
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """Let every async test here run on asyncio's own event loop and on the one of the service."""
    return request.param


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return the one authority that the clients of these tests trust."""
    return Authority(tmp_path_factory.mktemp("authority"))


async def asking(
    url: str,
    ca_file: str | None,
    *,
    tls: Tls = TLS,
    seconds: float = 5,
    resolve: Any = None,
    **http: Any,
) -> Exchange:
    """Do one exchange; Http's fields are its keywords."""
    request = prepare(
        url,
        http=replace(HTTP, **http),
        tls=tls if tls.ca_file else replace(tls, ca_file=ca_file),
        timeout=timedelta(seconds=seconds),
        user_agent="spot-probe/0 (+https://probe.test/)",
    )
    return await exchange(request, clock=lambda: NOW, resolve=resolve or Names())


@pytest.fixture
def ask(authority: Authority) -> Ask:
    """Return an exchange that trusts the authority."""

    async def asked(url: str, **given: Any) -> Exchange:
        return await asking(url, authority.file, **given)

    return asked
