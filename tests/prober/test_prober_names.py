"""Names to addresses, with a resolver that answers late, or not, or has run out of files."""

import asyncio
import errno
import os
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from probe.prober.names import Names
from probe.types import Reason
from tests.prober.conftest import Ask
from tests.servers import answering, message, serving

pytestmark = pytest.mark.anyio

SIX = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 80, 0, 0))
FOUR = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))
NONE = socket.gaierror(socket.EAI_NONAME, "unknown")

Lookup = Callable[[str, socket.AddressFamily], Any]


class Resolver:
    """Stands for the system's resolver; what hangs is let go at the end."""

    def __init__(self, lookup: Lookup) -> None:
        self.asked: list[tuple[str, socket.AddressFamily]] = []
        self.release = threading.Event()
        self._lookup = lookup
        self._really = socket.getaddrinfo

    def __call__(self, host: str, port: int, family: Any, kind: Any, flags: int = 0) -> Any:
        """Answer as it was made to; None hangs."""
        if flags == socket.AI_NUMERICHOST:
            return self._really(host, port, family, kind, flags=flags)
        self.asked.append((host, family))
        found = self._lookup(host, family)
        if found is None:
            self.release.wait(10)
            raise NONE
        if isinstance(found, Exception):
            raise found
        return [
            (family, kind, proto, name, (address[0], port, *address[2:]))
            for family, kind, proto, name, address in found
        ]


Using = Callable[[Lookup], Resolver]


@pytest.fixture
def using(monkeypatch: pytest.MonkeyPatch) -> Iterator[Using]:
    """Return what puts a resolver in the place of the system's."""
    made: list[Resolver] = []

    def use(lookup: Lookup) -> Resolver:
        made.append(Resolver(lookup))
        monkeypatch.setattr(socket, "getaddrinfo", made[-1])
        return made[-1]

    yield use
    for one in made:
        one.release.set()


async def found(names: Names, host: str = "a.test", family: Any = socket.AF_UNSPEC) -> list[Any]:
    """Resolve a name; return the addresses' hosts."""
    return [address[0] for _, address in await names(host, 80, family)]


async def test_the_systems_order_is_kept(using: Using) -> None:
    """Both families are asked for at once, and the system knows which goes first."""
    resolver = using(lambda *_: [FOUR, SIX])
    assert await found(Names()) == ["127.0.0.1", "::1"]
    assert resolver.asked == [("a.test", socket.AF_UNSPEC)]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({socket.AF_INET: [FOUR]}, ["127.0.0.1"]),
        ({socket.AF_INET6: [SIX]}, ["::1"]),
        ({socket.AF_INET: [FOUR], socket.AF_INET6: NONE}, ["127.0.0.1"]),
        ({socket.AF_INET: [FOUR], socket.AF_INET6: [SIX]}, ["::1", "127.0.0.1"]),
    ],
)
async def test_one_family_that_hangs_does_not_hold_the_other(
    answers: dict[socket.AddressFamily, Any], expected: list[str], using: Using
) -> None:
    """An AAAA query without an answer beside an A with one: what answered is used."""
    using(lambda _, family: answers.get(family))
    assert await found(Names()) == expected


async def test_an_exchange_goes_on_with_what_answered(using: Using, ask: Ask) -> None:
    """The target is up although half of its name hangs."""
    async with serving(answering(message(b"in"))) as server:
        using(lambda _, family: [FOUR] if family is socket.AF_INET else None)
        done = await ask(f"http://a.test:{server.port}/")
    assert (done.reason, done.body) == (None, b"in")


async def test_what_both_fail_with_is_raised(using: Using) -> None:
    """An unknown name is one at once; a late failure of both is one, too."""
    using(lambda *_: NONE)
    with pytest.raises(socket.gaierror):
        await found(Names())
    late = threading.Event()
    using(lambda _, family: late.wait(10) and NONE if family is socket.AF_UNSPEC else NONE)
    asked = asyncio.ensure_future(found(Names()))
    await asyncio.wait([asked], timeout=0.5)
    late.set()
    with pytest.raises(socket.gaierror):
        await asked


async def test_one_family_is_asked_for_alone(using: Using) -> None:
    """`ip: 4` asks for nothing else."""
    resolver = using(lambda *_: [FOUR])
    assert await found(Names(), family=socket.AF_INET) == ["127.0.0.1"]
    assert resolver.asked == [("a.test", socket.AF_INET)]


async def test_a_name_that_hangs_takes_three_threads_and_holds_up_no_other(using: Using) -> None:
    """However often it is asked for; the others are resolved meanwhile."""
    resolver = using(lambda host, _: [FOUR] if host == "a.test" else None)
    names = Names()
    hanging = [asyncio.ensure_future(found(names, "hung.test")) for _ in range(500)]
    await asyncio.wait(hanging, timeout=0.5)
    assert await found(names) == ["127.0.0.1"]
    assert sum(host == "hung.test" for host, _ in resolver.asked) == 3
    for one in hanging:
        one.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)


async def test_a_thousand_names_are_resolved_by_few_threads(using: Using) -> None:
    """Threads are used again, and each name is a question of its own."""
    resolver = using(lambda *_: [FOUR])
    names, before = Names(), threading.active_count()
    for number in range(1000):
        await found(names, f"{number}.test")
    assert len(resolver.asked) == 1000
    assert threading.active_count() < before + 5


async def test_an_answer_is_shared_for_less_than_the_shortest_interval(using: Using) -> None:
    """By the targets of one host; later probes ask anew, and so does who got no answer."""
    resolver = using(lambda host, _: [FOUR] if host == "a.test" else NONE)
    names = Names()
    assert await found(names) == await found(names) == ["127.0.0.1"]
    assert len(resolver.asked) == 1
    async with asyncio.timeout(5):
        while len(resolver.asked) == 1:
            await found(names)
            await asyncio.sleep(0.01)
    for _ in range(2):
        with pytest.raises(socket.gaierror):
            await found(names, "b.test")
    assert len(resolver.asked) == 4


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE])
async def test_a_resolver_without_files_is_our_limit(
    number: int, using: Using, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the system's resolver tells as "try again" is `internal` when no file can be opened."""
    using(lambda *_: socket.gaierror(socket.EAI_AGAIN, "try again"))

    really = os.open

    def none(path: str, *rest: int) -> int:
        if path != os.devnull:  # such as the authority's certificate
            return really(path, *rest)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", none)
    done = await ask("http://a.test/")
    assert (done.reason, done.exhausted) == (Reason.INTERNAL, True)


async def test_no_thread_to_be_had_is_our_limit(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that cannot be started is no failure of a name."""

    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start)
        done = await ask("http://a.test/")
    assert (done.reason, done.exhausted) == (Reason.INTERNAL, True)
