"""The title of a page, and the words in it by which it says that its service is not there."""

import functools
import html
import re
from collections.abc import Sequence

#: What a page's title is not in, passed over, and then the title. No tree is built, because of
#: hostile markup that takes time and memory by the square of its length: 27 KB make 700 MiB. Each
#: part that does not end reaches to the end of the page, so that nothing is looked at twice.
_PARTS = re.compile(
    r"""
    <(?=[!a-z]) (?:
      !-- (?: > | -> | .*? (?:--!?>|\Z) )
    | (?:svg|math)(?=[\s/>]) [^>]* />
    | (?P<raw>script|style|template|textarea|noscript|xmp|iframe|noembed|noframes|svg|math)
      (?=[\s/>]) [^>]* (?: > .*? (?: </(?P=raw)(?=[\s/>]) | \Z ) | \Z )
    | title(?=[\s/>]) [^>]* (?: > (?P<title>.*?) (?: </title(?=[\s/>]) | \Z ) | \Z )
    )
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


#: Characters of a page in which its title is sought.
_MOST = 128 << 10


def title(page: str) -> str:
    """Return the first title of a page, on one line, its entities decoded; empty without one."""
    for part in _PARTS.finditer(page, 0, _MOST):
        if part["title"] is not None:
            return " ".join(html.unescape(part["title"]).split())
    return ""


def says(page_title: str, words: Sequence[str]) -> str:
    """Return the first of these words or phrases that a title has, empty for none.

    They are compared as words, without case, and any blanks of a phrase may be between its words.
    """
    found = _pattern(tuple(words)).search(page_title) if words else None
    return found[0] if found else ""


@functools.lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    each = (r"\s+".join(map(re.escape, phrase.split())) for phrase in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)", re.IGNORECASE)
