"""A phrase of the table where it was found, and what it may be made to."""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that was found, in its own case, for a reader whose zone is `home`."""

    match: re.Match[str]
    words: str
    home: str


Made = tuple[str, object]
#: None where the phrase is no more than its words.
Maker = Callable[[Phrase], Made | None]
