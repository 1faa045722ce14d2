"""What is put into a label for people to read: an address, an instant, the beginning of words.

Labels of the published are texts of strangers: only their beginnings are told.
"""

from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from probe.english import beginning, moment
from probe.types import Window


def address(url: str) -> str:
    """Return where a URL leads, without user, password, query and fragment: they may be secret."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def told(window: Window) -> tuple[str, str, str]:
    """Return what people want to know of a window: when it starts, when it ends, its words."""
    zone = ZoneInfo(window.timezone)
    starts, ends = moment(window.starts_at, zone), moment(window.ends_at, zone)
    return starts, ends, beginning(window.quote)
