"""The configuration's file: read within bounds, and only when it is written whole."""

from collections.abc import Callable
from dataclasses import dataclass

from probe.config.document import DocumentError, Problem
from probe.runtime.files import beginning

MOST_BYTES = 1 << 20
#: Seconds between two looks at a file that somebody may still be writing, and how many looks.
PAUSE = 0.1
LOOKS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a file shows of having been written whole: its keys, and an end to its last line.

    One that says nothing at all has no keys, None.
    """

    keys: frozenset[str] | None = None
    ends: bool = False

    def more_than(self, later: "Written") -> str:
        """Return what a later version lacks as only half a file does, or an empty string."""
        remedy = "it looks half written; write it whole, or start anew with what it says"
        if "targets" in (self.keys or ()) and "targets" not in (later.keys or ()):
            return f"targets: is gone, which the configuration in force has; {remedy}"
        if self.ends and not later.ends:
            return f"the last line has no end, which the configuration in force has; {remedy}"
        return ""


def read(path: str) -> str:
    """Return the text of a file; raises DocumentError."""
    try:
        found = beginning(path, MOST_BYTES)
        text = found.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or "it is no text in UTF-8"
        remedy = f"the file cannot be read: {words}"
        raise DocumentError([Problem(path, 0, "", "", remedy)]) from None
    if len(found) > MOST_BYTES:
        remedy = f"the file has more than {MOST_BYTES >> 20} MiB; no configuration is that long"
        raise DocumentError([Problem(path, 0, "", "", remedy)])
    return text


def read_settled(path: str, pause: Callable[[float], None]) -> str:
    """Return the text of a file once two looks find the same; raises DocumentError.

    Whoever writes a file in place lets it be seen empty, and then half.
    """
    text = read(path)
    for _ in range(LOOKS):
        pause(PAUSE)
        before, text = text, read(path)
        if text == before:
            return text
    remedy = "the file is still being written; reload when it is done"
    raise DocumentError([Problem(path, 0, "", "", remedy)])
