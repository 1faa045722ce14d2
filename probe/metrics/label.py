"""What is put into a label for people to read: an address, an instant, the beginning of words.

Labels of the published are texts of strangers: one printable line, bounded, without `<` and `>`,
by which a chat would call everybody.
"""

import re
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from probe.english import moment
from probe.types import Window

LONGEST = 160


def address(url: str) -> str:
    """Return where a URL leads, without user, password, query and fragment: they may be secret."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def beginning(text: str) -> str:
    """Return the beginning of a text as one line, cut between words."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    line = " ".join(re.sub(r"[<>]", " ", printable).split())
    if len(line) <= LONGEST:
        return line
    return line[:LONGEST].rpartition(" ")[0] + " …"


def told(window: Window) -> tuple[str, str, str]:
    """Return what people want to know of a window: when it starts, when it ends, its words."""
    zone = ZoneInfo(window.timezone)
    starts, ends = moment(window.starts_at, zone), moment(window.ends_at, zone)
    return starts, ends, beginning(window.quote)
