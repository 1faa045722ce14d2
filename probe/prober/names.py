"""Names to addresses, as the system does it: /etc/hosts, search domains and all."""

import asyncio
import contextlib
import errno
import functools
import os
import socket
from collections.abc import Sequence

from probe.prober.dial import Address
from probe.runtime.threads import Threads

_MOST_THREADS = 256

#: Seconds after which the families are asked for one by one beside the question for both, in case
#: the answer for one of them does not come.
_PATIENCE = 0.2

#: Seconds that the addresses of one family wait for the other's (RFC 8305, section 3).
_RESOLUTION_DELAY = 0.05

#: Seconds for which an answer is given out: less than the shortest interval of a target.
_KEPT = 0.5

_Answer = asyncio.Future[Sequence[Address]]


class Names:
    """Asks the system's resolver, in threads; a `dial.Resolve`.

    A name takes three of the threads at the most, however often it is asked for and however long
    the resolver hangs, so that it holds up no other name. Those that ask for the same share the
    answer, and a good one is given out for half a second more: targets of one host, not the next
    probe of a target, whose interval is longer.
    """

    def __init__(self) -> None:
        self._threads = Threads(_MOST_THREADS, "names")
        self._asked: dict[tuple[str, int, socket.AddressFamily], _Answer] = {}

    async def __call__(
        self, host: str, port: int, family: socket.AddressFamily
    ) -> Sequence[Address]:
        """Return addresses, best first; raises OSError when there are none.

        An address that is written in figures costs no thread.
        """
        if _in_figures(host):
            with contextlib.suppress(socket.gaierror):  # figures of another family
                return _found(host, port, family, socket.AI_NUMERICHOST)
        both = self._ask(host, port, family)
        if both.done():
            return both.result()
        if family is not socket.AF_UNSPEC:
            await asyncio.wait([both])
            return both.result()
        await asyncio.wait([both], timeout=_PATIENCE)
        if both.done():
            return both.result()
        # The question for both is the one that counts, since what the system makes of both is
        # more than the two together: a name in /etc/hosts, the order of preference.
        each = [self._ask(host, port, one) for one in (socket.AF_INET6, socket.AF_INET)]
        return await _first(both, each)

    def _ask(self, host: str, port: int, family: socket.AddressFamily) -> _Answer:
        key = host, port, family
        answer = self._asked.get(key)
        if answer is None:
            answer = self._threads.run(functools.partial(_resolved, host, port, family))
            self._asked[key] = answer
            answer.add_done_callback(functools.partial(self._answered, key))
        return answer

    def _answered(self, key: tuple[str, int, socket.AddressFamily], answer: _Answer) -> None:
        if _good(answer):
            asyncio.get_running_loop().call_later(_KEPT, self._asked.pop, key)
            return
        del self._asked[key]
        if not answer.cancelled():
            answer.exception()  # whoever asked may have gone


@functools.lru_cache(maxsize=4096)
def _in_figures(host: str) -> bool:
    """Whether a host is an address already: no resolver is asked for one."""
    try:
        _found(host, 0, socket.AF_UNSPEC, socket.AI_NUMERICHOST)
    except socket.gaierror:
        return False
    return True


def _found(host: str, port: int, family: socket.AddressFamily, flags: int = 0) -> Sequence[Address]:
    found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=flags)
    return [(family, address) for family, _, _, _, address in found]


def _resolved(host: str, port: int, family: socket.AddressFamily) -> Sequence[Address]:
    try:
        return _found(host, port, family)
    except socket.gaierror as error:
        if error.errno == socket.EAI_MEMORY:
            raise OSError(errno.ENOMEM, str(error)) from error
        # The resolver says "try again" where it could not open a file or a socket.
        os.close(os.open(os.devnull, os.O_RDONLY))
        raise


async def _first(both: _Answer, each: Sequence[_Answer]) -> Sequence[Address]:
    """Return what comes first: the answer for both, or that for one family and then the other."""
    waiting: set[_Answer] = {both, *each}
    while waiting and not both.done() and not any(map(_good, each)):
        _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    if not both.done():
        await asyncio.wait(waiting, timeout=_RESOLUTION_DELAY)
    found = [address for one in each if _good(one) for address in one.result()]
    return found if found and not _good(both) else both.result()


def _good(answer: _Answer) -> bool:
    return answer.done() and not answer.cancelled() and answer.exception() is None
