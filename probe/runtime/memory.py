"""What the C library does with the memory that is given back to it."""

import ctypes
from contextlib import suppress

#: The number of glibc's `M_ARENA_MAX` (malloc.h).
_ARENA_MAX = -8


def share_one_arena() -> None:
    """Let all threads take memory from one place, where the C library is glibc.

    By itself it gives each thread an arena of its own, from which what is freed serves no other
    thread: after hundreds of reloads they would hold tens of megabytes of nothing. Python's lock
    lets one thread at a time ask for memory anyhow.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
