"""How much the web server takes on at once: what is served must leave enough for probing."""

import contextlib
import os
import resource
from dataclasses import dataclass

#: More than this of a request is not read: nothing that we are asked needs a body.
MOST_REQUEST_BYTES = 64 * 1024
MOST_HEADER_BYTES = 16 * 1024
#: So many answers that take some computing are made at once, and so many requests wait for one.
MOST_AT_ONCE, MOST_WAITING = 2, 32
#: So many passwords are checked at once, each of which takes a core, and so many wait to be.
PASSWORDS_AT_ONCE, PASSWORDS_WAITING = max(1, (os.cpu_count() or 1) // 2), 128
MOST_LISTENERS = 100
MOST_CONNECTIONS, LEAST_CONNECTIONS = 512, 4
#: So many descriptors the program has open before anybody asks it anything.
OWN_DESCRIPTORS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many connections may be open, and how long each may let us wait.

    A new one must have sent a whole request within `request` seconds; after an answer it is closed
    where `idle` seconds pass without another; a client that takes nothing of a long answer for
    `write` seconds is cut off.
    """

    connections: int
    request: float = 10
    idle: int = 60
    write: float = 10

    @property
    def listeners(self) -> int:
        """How many of the connections may listen for changes: others must find room."""
        return min(MOST_LISTENERS, self.connections // 2)


def limits() -> Limits:
    """Return the limits of this process: at least half of its descriptors are left for probing."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    share = (soft - OWN_DESCRIPTORS) // 2 if soft != resource.RLIM_INFINITY else MOST_CONNECTIONS
    return Limits(connections=max(LEAST_CONNECTIONS, min(MOST_CONNECTIONS, share)))


def raise_descriptors() -> None:
    """Raise the process's limit on open descriptors as far as the system lets it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):  # some systems allow less than they say
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
