"""Days of a target as bars, told apart by height and pattern, not by colour alone."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from math import floor

from probe.types import Availability, Verdict
from probe.web.marks import UNKNOWN
from probe.web.words import length

#: A day's bar, in the units of the drawing: its place, its width, and the height of a whole one.
PITCH, WIDTH, HEIGHT = 10, 7, 48
#: How high a bar stands by what it shows; what matters most stands out.
HEIGHTS = {
    Verdict.UNEXPECTED: 48,
    Verdict.EXPECTED: 34,
    Verdict.UP: 26,
    Verdict.INCONCLUSIVE: 12,
    UNKNOWN: 4,
}
#: A day that is known for less than this part of it is shown as unknown.
KNOWN_PART = 0.01
#: What binary fractions may lack: 0.29 of a whole is 29 %, not 28.99 %.
SLACK = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One day: what it shows, where it stands, and the same in words."""

    day: date
    mark: str
    x: int
    y: int
    height: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A target's days as bars, the oldest first, and how all of them together divide.

    `target` is the name in the address of its own page, empty where that is the page.
    """

    name: str
    target: str
    bars: tuple[Bar, ...]
    width: int
    whole: Availability

    @property
    def eventful(self) -> tuple[Bar, ...]:
        """The days on which something failed, the latest first."""
        quiet = {str(Verdict.UP), UNKNOWN}
        return tuple(bar for bar in reversed(self.bars) if bar.mark not in quiet)


def strip(name: str, days: Mapping[date, Availability], target: str = "") -> Strip:
    """Return a target's days as bars; they come with the oldest first."""
    return Strip(
        name=name,
        target=target,
        bars=tuple(_bar(number, *one) for number, one in enumerate(days.items())),
        width=max(1, len(days)) * PITCH - (PITCH - WIDTH),
        whole=Availability(
            **{
                part.name: sum(getattr(shares, part.name) for shares in days.values())
                for part in fields(Availability)
            }
        ),
    )


def _bar(number: int, day: date, shares: Availability) -> Bar:
    mark = shown(shares)
    height = HEIGHTS[mark]
    return Bar(
        day=day,
        mark=mark,
        x=number * PITCH,
        y=HEIGHT - height,
        height=height,
        words=words(shares),
    )


def shown(shares: Availability) -> str:
    """Return what a day's bar shows: the worst that happened in it."""
    for verdict in (Verdict.UNEXPECTED, Verdict.EXPECTED):
        if getattr(shares, verdict) > 0:
            return verdict
    known = shares.up + shares.inconclusive
    if known < KNOWN_PART * (known + shares.unknown) or not known:
        return UNKNOWN
    return Verdict.UP if shares.up else Verdict.INCONCLUSIVE


def words(shares: Availability) -> str:
    """Return a day in words: `down 5 min unexpectedly, down 2 h as announced`."""
    parts = [
        (shares.unexpected, "down {} unexpectedly"),
        (shares.expected, "down {} as announced"),
        (shares.inconclusive, "{} cannot be told"),
        (shares.unknown, "not probed for {}"),
    ]
    told = [text.format(length(seconds)) for seconds, text in parts if round(seconds)]
    return ", ".join(told) or ("could always be reached" if shares.up else "nothing is known")


def percent(part: float | None) -> str:
    """Return a part as per cent, cut and never rounded up to a whole: `99.98 %`."""
    if part is None:
        return "unknown"
    return "100 %" if part >= 1 else f"{floor(part * 10_000 + SLACK) / 100:.2f} %"
