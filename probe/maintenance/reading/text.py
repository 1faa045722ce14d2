"""Text as a person sees it: without dressing, with one kind of dash, quote and space."""

import hashlib
import re

from probe.maintenance.reading.html import is_html, lines_of

#: Over this many characters nothing is read.
LONGEST = 64 * 1024

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u301c\uff5e\u2192"
_SINGLE = "\u2018\u2019\u201a\u201b\u2032`\u00b4"
_DOUBLE = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"
_BULLETS = "\u2022\u25e6\u25aa\u25cf\u25a0\u2023\u00b7"
_FOLDED = str.maketrans(
    _DASHES + _SINGLE + _DOUBLE + _BULLETS + "\u2044\u00d7\u202f",
    "-" * len(_DASHES) + "'" * len(_SINGLE) + '"' * len(_DOUBLE) + ";" * len(_BULLETS) + "/x ",
)
#: Marks that show nothing, and control characters, which part words: of "1" and "2" with one
#: between them no 12 may be made.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2065\ufeff]")
_CONTROL = re.compile("[\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_IN_NUMBER = re.compile(rf"(?<=\d){_INVISIBLE.pattern}+(?=\d)")
#: Marks that make a person see another text than the one that is read.
_DECEPTIVE = re.compile("[\x00\u202a-\u202e\u2066-\u2069]")


def is_deceptive(text: str) -> bool:
    """Whether it carries nulls or marks that reorder what is shown."""
    return _DECEPTIVE.search(text) is not None


def plain(text: str) -> str:
    """One line of visible text: no markup, every white space one blank."""
    if is_html(text):
        text = " ".join(lines_of(text))
    text = _CONTROL.sub(" ", _DECEPTIVE.sub(" ", text))
    text = _INVISIBLE.sub("", _IN_NUMBER.sub(" ", text))
    return " ".join(text.split())


def fold(text: str) -> str:
    """Return the same text, character by character, with one kind of dash, quote and bullet."""
    return text.translate(_FOLDED)


def fingerprint(text: str) -> str:
    """Return 16 hexadecimal digits that a notice is known by, however it is dressed."""
    return mark_of(plain(text))


def mark_of(shown: str) -> str:
    """Return the fingerprint of a text that is plain already."""
    folded = fold(shown).replace('"', "'")
    bare = re.sub(r"-{2,}", "-", "".join(folded.split()))
    return hashlib.sha256(bare.encode("utf-8", "surrogatepass")).hexdigest()[:16]
