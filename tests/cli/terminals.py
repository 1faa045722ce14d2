"""A terminal of a given width, for programs that ask how wide theirs is."""

import os
import pty
import subprocess
import sys
from collections.abc import Mapping

#: The longest that a command may take.
SECONDS = 60


def in_terminal(
    *arguments: str, columns: int = 80, environment: Mapping[str, str] | None = None
) -> str:
    """Run the program in a terminal and return what stands on it, without colours."""
    ours, theirs = pty.openpty()
    more = {"COLUMNS": str(columns), "TERM": "dumb", "NO_COLOR": "1", **(environment or {})}
    with subprocess.Popen(
        [sys.executable, "-m", "probe", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, **more},
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                read = os.read(ours, 65536)
            except OSError:  # the other side has closed
                break
            if not read:
                break
            shown += read
        process.wait(SECONDS)
    os.close(ours)
    text = shown.decode()
    return text.replace("\r\n", "\n").replace("\x1b[1m", "").replace("\x1b[0m", "")
