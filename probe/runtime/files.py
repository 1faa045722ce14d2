"""Files that somebody else writes: read within bounds, and never waited for."""

import errno
import os
import stat
from pathlib import Path

#: A bundle of all authorities that there are is a quarter of a megabyte.
MOST_PEM_BYTES = 4 << 20


def beginning(path: str | Path, most: int) -> bytes:
    """Return a file's first bytes, one more than `most` where it has more; raises OSError.

    A pipe is refused: to open or read one waits for whoever writes to it, perhaps for ever.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as opened:
        if stat.S_ISFIFO(os.fstat(opened.fileno()).st_mode):
            raise OSError(errno.ESPIPE, "it is a pipe, which would be waited for", str(path))
        return opened.read(most + 1)
