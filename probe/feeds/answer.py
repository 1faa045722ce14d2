"""What asking a feed comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from probe.types import FeedFailure

Validators = Mapping[str, str]


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
