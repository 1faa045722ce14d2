"""What a reader knows beside the text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from probe.types import Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where and when a text stands.

    `day` is its own date, or else the day of fetching; only where `day_is_borne` by the text, its
    page or the command line do "tonight" and "this Saturday" mean anything. What is left of a page,
    `day_is_of_page`, may be older than it, so that "will be down Monday" is no certain day.
    `timezone` is the IANA zone of times that name none, `posted` the days at which the text says
    that it was written, `component` what a notice is about that names none, and `words` are those
    by which a notice names each component.
    """

    day: date
    day_is_borne: bool
    day_is_of_page: bool = False
    posted: tuple[date, ...] = ()
    timezone: str = "America/New_York"
    component: str
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bounds: Bounds = field(default_factory=Bounds)
