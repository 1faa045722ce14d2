"""How much the web server takes on at once: what is served must leave enough for probing."""

import contextlib
import resource

#: A new connection must have sent a whole request after so long.
REQUEST_SECONDS = 10
#: A connection without a request is closed so long after its last answer.
IDLE_SECONDS = 60
#: A client that takes nothing of a long answer for so long is cut off.
WRITE_SECONDS = 10
#: More than this of a request is not read: nothing that we are asked needs a body.
MOST_REQUEST_BYTES = 64 * 1024
MOST_HEADER_BYTES = 16 * 1024
#: So many answers that take some computing are made at once, and so many requests wait for one.
MOST_AT_ONCE, MOST_WAITING = 2, 32
#: So many passwords are checked at once, and so many wait to be.
PASSWORDS_AT_ONCE, PASSWORDS_WAITING = 1, 128
MOST_CONNECTIONS = 512
LEAST_CONNECTIONS = 4
#: So many descriptors the program has open before anybody asks it anything.
OWN_DESCRIPTORS = 32
MOST_LISTENERS = 100


def raise_descriptors() -> None:
    """Raise the process's limit on open descriptors as far as the system lets it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):  # some systems allow less than they say
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def most_connections() -> int:
    """Return how many connections may be open; at least half of the descriptors are for probing."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(LEAST_CONNECTIONS, min(MOST_CONNECTIONS, (soft - OWN_DESCRIPTORS) // 2))


def most_listeners(connections: int) -> int:
    """Return how many of so many connections may listen for changes: others must find room."""
    return min(MOST_LISTENERS, connections // 2)
