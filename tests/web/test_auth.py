"""Passwords: slow to check, so few at once, and nobody who was let in is kept out by a flood."""

import asyncio
import base64
import itertools
from dataclasses import dataclass, field

import bcrypt
import httpx
import pytest
from starlette.responses import PlainTextResponse

from probe.types import Refused
from probe.web.auth import BasicAuth
from probe.web.limits import PASSWORDS_AT_ONCE, PASSWORDS_WAITING
from probe.web.toolkit import WebConfig
from tests.web.serving import serving
from tests.web.stage import Stage

pytestmark = pytest.mark.anyio


def hashed(password: str, cost: int = 4) -> str:
    """Return the hash of a password."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(cost)).decode()


@dataclass
class Guarded:
    """An answer behind a password, with the checks that were made, each as its hash."""

    users: dict[str, str]
    checked: list[bytes] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def __post_init__(self) -> None:
        guard = BasicAuth(
            PlainTextResponse("in\n"),
            users=lambda: self.users,
            open_to_all=(),
            refuse=self.refused.append,
            check=self.check,
        )
        self._transport = httpx.ASGITransport(guard)

    def check(self, password: bytes, against: bytes) -> bool:
        """Note it, and check."""
        self.checked.append(against)
        return bcrypt.checkpw(password, against)

    async def get(self, name: str, password: str) -> int:
        """Ask, and return the status."""
        client = httpx.AsyncClient(transport=self._transport, base_url="http://probe.test")
        return (await client.get("/", auth=(name, password))).status_code


@pytest.fixture
def guarded() -> Guarded:
    """Guard an answer, and note what is checked."""
    return Guarded({"ann": hashed("secret")})


async def test_a_right_password_is_checked_once_whatever_comes_after(guarded: Guarded) -> None:
    """Wrong ones never take its place, however many there are."""
    assert await guarded.get("ann", "secret") == 200
    for number in range(30):
        assert await guarded.get("ann", f"wrong {number}") == 401
    guarded.checked.clear()
    assert await guarded.get("ann", "secret") == 200
    assert guarded.checked == []


async def test_a_wrong_password_is_checked_once_too(guarded: Guarded) -> None:
    """A scraper that was never told of a new password costs nothing."""
    for _ in range(3):
        assert await guarded.get("ann", "old") == 401
    assert len(guarded.checked) == 1


async def test_what_was_right_is_wrong_when_the_hash_has_changed(guarded: Guarded) -> None:
    """At once; the other users' passwords are still remembered."""
    guarded.users["bob"] = hashed("word")
    assert await guarded.get("ann", "secret") == 200
    assert await guarded.get("bob", "word") == 200
    guarded.users = {**guarded.users, "ann": hashed("new")}
    guarded.checked.clear()
    assert await guarded.get("bob", "word") == 200
    assert guarded.checked == []
    assert await guarded.get("ann", "secret") == 401
    assert await guarded.get("ann", "new") == 200
    del guarded.users["ann"]
    assert await guarded.get("ann", "new") == 401


async def test_an_unknown_name_costs_what_a_known_one_does(guarded: Guarded) -> None:
    """One check, of a cost that a user has, and the same for the same name each time."""
    guarded.users = {"ann": hashed("secret", 4), "bob": hashed("word", 5)}
    costs = {}
    for name in ("ann", "bob", *(f"nobody {n}" for n in range(20))):
        guarded.checked.clear()
        for password in ("one", "two"):
            assert await guarded.get(name, password) == 401
        assert len(guarded.checked) == 2
        (costs[name],) = {check[4:6] for check in guarded.checked}
    assert (costs["ann"], costs["bob"]) == (b"04", b"05")
    assert set(costs.values()) == {b"04", b"05"}


async def test_an_unknown_name_is_not_let_in_by_a_users_password(guarded: Guarded) -> None:
    """Whatever hash it was compared with."""
    assert await guarded.get("nobody", "secret") == 401
    assert await guarded.get("ann", "") == 401


async def test_too_many_that_wait_are_turned_away(guarded: Guarded) -> None:
    """With 503 and when to come again; who was let in before still is."""
    assert await guarded.get("ann", "secret") == 200
    many = PASSWORDS_AT_ONCE + PASSWORDS_WAITING + 19
    flood = [asyncio.create_task(guarded.get("ann", f"wrong {n}")) for n in range(many)]
    await asyncio.sleep(0)
    assert await guarded.get("ann", "secret") == 200
    statuses = await asyncio.gather(*flood)
    assert set(statuses) == {401, 503}
    assert statuses.count(503) == len(guarded.refused) == 19
    assert set(guarded.refused) == {Refused.PASSWORDS}


async def test_a_right_password_gets_in_through_a_flood_of_wrong_ones() -> None:
    """For the first time, over sockets, while 20 clients try one password after the other."""
    web = WebConfig(users={"ann": hashed("secret", 6)})
    numbers = itertools.count()
    async with serving(Stage().app(lambda: web), lambda: web) as place:

        async def attack() -> None:
            async with httpx.AsyncClient(base_url=place.url, timeout=60) as client:
                while True:
                    await client.get("/metrics", auth=("ann", f"wrong {next(numbers)}"))

        flood = [asyncio.create_task(attack()) for _ in range(20)]
        while next(numbers) < 40:  # noqa: ASYNC110  (a count has no event)
            await asyncio.sleep(0.01)
        async with httpx.AsyncClient(base_url=place.url, timeout=60) as client:
            answer = await client.get("/metrics", auth=("ann", "secret"))
            assert answer.status_code == 200
            assert (await client.get("/-/healthy")).status_code == 200
        for task in flood:
            task.cancel()
        await asyncio.gather(*flood, return_exceptions=True)


@pytest.mark.parametrize("path", ["/-/healthy", "/-/ready", "/probe/-/healthy", "/probe/-/ready"])
def test_what_watches_the_program_needs_no_password(path: str) -> None:
    """A container's health check has none; everything else asks for one."""
    web = WebConfig(users={"ann": hashed("secret")})
    client = Stage().client(lambda: web, outside="http://ops.example/probe")
    assert client.get(path).status_code == 200
    for other in ("/", "/metrics", "/-/reload", f"{path}/x", "/x/-/healthy", "/-/healthy/../../"):
        assert client.get(other).status_code == 401


def test_the_header_is_as_the_standard_has_it() -> None:
    """The scheme in any case."""
    web = WebConfig(users={"ann": hashed("a:b")})
    sent = base64.b64encode(b"ann:a:b").decode()
    for scheme in ("Basic", "basic", "BASIC"):
        answer = (
            Stage()
            .client(lambda: web)
            .get("/metrics", headers={"Authorization": f"{scheme} {sent}"})
        )
        assert answer.status_code == 200
