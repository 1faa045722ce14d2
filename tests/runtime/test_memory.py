"""Memory that threads have given back serves other threads."""

import ctypes
import re
import subprocess
import sys
import textwrap

import pytest

ARENAS = textwrap.dedent(
    """
    import ctypes, sys, threading
    from probe.runtime.memory import share_one_arena
    if sys.argv[1] == "shared":
        share_one_arena()
    barrier = threading.Barrier(8)
    def take():
        kept = [bytearray(100_000) for _ in range(20)]
        barrier.wait()
    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    ctypes.CDLL(None).malloc_stats()
    """
)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="the C library is not glibc")
@pytest.mark.parametrize(("how", "one"), [("shared", True), ("apart", False)])
def test_all_threads_take_memory_from_one_arena(how: str, *, one: bool) -> None:
    """By itself glibc has an arena for each of them."""
    command = [sys.executable, "-c", ARENAS, how]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    arenas = re.findall(r"^Arena \d+:", done.stderr, re.MULTILINE)
    assert (len(arenas) == 1) is one
