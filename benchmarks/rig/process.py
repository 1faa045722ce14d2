"""What a process has used, as the kernel counts it: all of its threads, and none of its waiting."""

import contextlib
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_SCHEDSTAT_UNIT = 1e-9


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process so far, user and system, all threads together.

    Threads that have ended are in its `stat`, to the tick; those that live are in their
    `schedstat`, to the nanosecond. The larger is nearer to the truth.
    """
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = (int(fields[11]) + int(fields[12])) / _TICK
    living = 0.0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError, IndexError):
            living += int((task / "schedstat").read_text().split()[0]) * _SCHEDSTAT_UNIT
    return max(ticks, living)


def memory(pid: int) -> Mapping[str, float]:
    """Return the resident and the proportional set size of a process, in MiB."""
    said = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = {
        name: int(kib) / 1024
        for name, kib in re.findall(r"^(Rss|Pss):\s+(\d+) kB", said, re.MULTILINE)
    }
    return {"rss_mib": found["Rss"], "pss_mib": found["Pss"]}


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def await_port(port: int, seconds: float = 20) -> None:
    """Wait until somebody listens on a port of loopback."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.01)
    raise SystemExit(f"nobody listens on port {port}")


@contextlib.contextmanager
def running(
    command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program, its output in a file, and end it with SIGTERM."""
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - programs that are installed, arguments of our own
            command, stdout=output, stderr=output, env={**os.environ, **(environment or {})}
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
