"""The chart of how quickly a target answers."""

from dataclasses import replace

import pytest

from probe.web.latency import HEIGHT, WIDTH, curve
from probe.web.record import Latency
from tests.samples import HOUR, NOON

NOTHING = Latency(start=NOON - HOUR, end=NOON, parts=((), (), (), ()))


def test_a_part_without_a_success_is_a_gap() -> None:
    """The line begins anew behind it."""
    drawn = curve(replace(NOTHING, parts=((0.1,), (0.05, 0.05), (), (0.2,))))
    quarter = WIDTH // 4
    first, second = HEIGHT / 2, HEIGHT * 0.75
    assert drawn.median == (
        f"M0 {first:g}H{quarter}L{quarter} {second:g}H{2 * quarter}M{3 * quarter} 0H{WIDTH}"
    )
    assert (drawn.top, drawn.middle, drawn.most) == (200, 100, 200)


def test_nine_of_ten_stay_below_the_paler_line() -> None:
    """Ten answers, one of them slow."""
    drawn = curve(replace(NOTHING, parts=(tuple(n / 10 for n in range(1, 12)),)))
    assert (drawn.middle, drawn.most) == (600, 1000)
    assert drawn.median != drawn.high


def test_nothing_is_drawn_of_nothing() -> None:
    """No line, no number."""
    drawn = curve(NOTHING)
    assert (drawn.median, drawn.high, drawn.middle, drawn.most) == ("", "", None, None)


@pytest.mark.parametrize(
    ("seconds", "top"),
    [(0.0, 1), (0.0004, 1), (0.02, 20), (0.0201, 50), (0.243, 500), (61, 100_000)],
)
def test_the_axis_ends_with_a_round_number(seconds: float, top: int) -> None:
    """No less than the highest that is drawn."""
    assert curve(replace(NOTHING, parts=((seconds,),))).top == top
