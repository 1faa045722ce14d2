"""How quickly a target answered, as a small chart. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import quantiles

from probe.web.record import Latency

#: The units of the drawing.
WIDTH, HEIGHT = 480, 80
#: What an axis may end with, in milliseconds, times a power of ten.
STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A chart: the median of each part as a line, and above it the 90th percentile.

    Both are the text of an SVG path; parts in which nothing succeeded leave a gap. `top` is what
    the drawing's upper edge stands for, in milliseconds; `middle` and `most` are the median of all
    parts and the highest 90th percentile, None where nothing succeeded.
    """

    start: datetime
    end: datetime
    median: str
    high: str
    top: int
    middle: int | None
    most: int | None


def curve(latency: Latency) -> Curve:
    """Return the chart of a target's latency."""
    parts = [_shares(part) for part in latency.parts]
    known = [part for part in parts if part]
    most = max((high for _, high in known), default=0.0)
    top = _top(most)
    medians = sorted(middle for middle, _ in known)
    return Curve(
        start=latency.start,
        end=latency.end,
        median=_path([part and part[0] for part in parts], top),
        high=_path([part and part[1] for part in parts], top),
        top=top,
        middle=round(medians[len(medians) // 2]) if medians else None,
        most=round(most) if known else None,
    )


def _shares(part: Sequence[float]) -> tuple[float, float] | None:
    """Return the median and the 90th percentile in milliseconds, None of nothing."""
    if not part:
        return None
    found = [1000 * seconds for seconds in part]
    deciles = quantiles(found, n=10, method="inclusive") if len(found) > 1 else found * 9
    return deciles[4], deciles[8]


def _top(most: float) -> int:
    """Return the round number that is no less than a number."""
    power = 1
    while STEPS[-1] * power < most:
        power *= 10
    return next(step * power for step in STEPS if step * power >= most)


def _path(heights: Sequence[float | None], top: int) -> str:
    return "".join(_steps(heights, top))


def _steps(heights: Sequence[float | None], top: int) -> Iterator[str]:
    """Yield a path's pieces: each part is a level line as wide as it is."""
    wide = WIDTH / len(heights)
    drawn = False
    for number, height in enumerate(heights):
        if height is None:
            drawn = False
            continue
        y = round(HEIGHT * (1 - height / top), 1)
        yield f"{'L' if drawn else 'M'}{number * wide:g} {y:g}H{(number + 1) * wide:g}"
        drawn = True
