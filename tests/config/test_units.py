"""Durations and sizes as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.config import units


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("800ms", 0.8),
        ("30s", 30),
        ("10m", 600),
        ("1h30m", 5400),
        ("400d", 400 * 86_400),
        ("2w", 14 * 86_400),
        ("1y", 365 * 86_400),
        ("0", 0),
        (0, 0),
    ],
)
def test_a_duration_is_read_as_prometheus_reads_it(text: object, seconds: float) -> None:
    """Units go from large to small; zero needs none."""
    assert units.duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "30", 30, "s", "1.5h", "30 s", "-5s", "5m1h", "5s5s", None, True, "9" * 50 + "s"]
)
def test_what_is_no_duration_is_refused_with_an_example(text: object) -> None:
    """A number without a unit, a wrong order, a sign, a fraction: each is refused."""
    with pytest.raises(ValueError, match="write a duration"):
        units.duration(text)


@given(st.integers(0, 10**12))
def test_a_duration_that_was_written_is_read_back(milliseconds: int) -> None:
    """Writing and reading are inverse, to the millisecond."""
    value = timedelta(milliseconds=milliseconds)
    assert units.duration(units.write_duration(value)) == value


@pytest.mark.parametrize(
    ("text", "size"),
    [(4096, 4096), ("4096", 4096), ("64KiB", 65_536), ("1MiB", 1 << 20), ("1MB", 10**6), ("0B", 0)],
)
def test_a_size_is_read_in_bytes(text: object, size: int) -> None:
    """Decimal and binary units differ."""
    assert units.size(text) == size


@pytest.mark.parametrize("text", ["", "1 MiB", "1mb", "-1", 1.5, True, None, "9" * 60])
def test_what_is_no_size_is_refused_with_an_example(text: object) -> None:
    """Spaces, signs, fractions and other units are refused."""
    with pytest.raises(ValueError, match="write a size"):
        units.size(text)
