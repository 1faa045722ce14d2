"""What asking a feed comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from probe.types import FeedFailure

Validators = Mapping[str, str]
#: By a notice's fingerprint the day as of which it was read first, and whether that day was borne.
Known = Mapping[str, tuple[date, bool]]
NOTHING: Known = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a feed gave: a text, None where nothing is new, or why there is none.

    `validators` go into the next conditional request; `not_before` is when a server that asked for
    patience wants to be asked again.
    """

    text: str | None = None
    validators: Validators = field(default_factory=dict)
    failure: FeedFailure | None = None
    detail: str = ""
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one refresh came to; `changed` when the feed says something else than before."""

    changed: bool = False
    failure: FeedFailure | None = None
    detail: str = ""
    not_before: datetime | None = None
