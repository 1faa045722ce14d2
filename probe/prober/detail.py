"""What went wrong, in one short sentence for people."""

import re
from datetime import timedelta

from probe.prober.reasons import NotFollowed, OutOfBounds
from probe.types import Phase

_LONGEST = 300

_WHILE = {
    Phase.RESOLVE: "resolving the name",
    Phase.CONNECT: "connecting",
    Phase.TLS: "securing the connection",
    Phase.PROCESSING: "waiting for the answer",
    Phase.TRANSFER: "reading the answer",
}


def plain(text: str, longest: int = _LONGEST) -> str:
    """Bound text from elsewhere and escape whatever does not print."""
    shown = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text[: longest + 1]
    )
    return shown if len(shown) <= longest else shown[: longest - 3] + "..."


#: How Python writes the number of an error, and OpenSSL its place: the words say the same.
_NUMBERED = re.compile(r"\[(?:Errno|SSL)[^\]]*\] ?| \(_ssl\.c:\d+\)")


def said(error: BaseException, phase: Phase | None, deadline: timedelta | None) -> str:
    """Say what failed and during what; `deadline` is given when it was that which passed."""
    when = f"while {_WHILE[phase]}" if phase is not None else "before anything was sent"
    if deadline is not None:
        return f"the deadline of {deadline.total_seconds():g} s passed {when}"
    words = plain(_NUMBERED.sub("", str(error)))
    if isinstance(error, NotFollowed | OutOfBounds):
        return words
    return (
        f"{when}: {words} ({type(error).__name__})" if words else f"{when}: {type(error).__name__}"
    )
