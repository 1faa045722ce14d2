"""Durations, sizes and times of day as people write them in the configuration."""

import re
from datetime import timedelta

_DURATION = re.compile(
    r"(?:(?P<y>\d+)y)?(?:(?P<w>\d+)w)?(?:(?P<d>\d+)d)?(?:(?P<h>\d+)h)?"
    r"(?:(?P<m>\d+)m)?(?:(?P<s>\d+)s)?(?:(?P<ms>\d+)ms)?"
)
_MILLISECONDS = {
    "y": 365 * 86_400_000,
    "w": 7 * 86_400_000,
    "d": 86_400_000,
    "h": 3_600_000,
    "m": 60_000,
    "s": 1_000,
    "ms": 1,
}
_SIZE = re.compile(r"(?P<number>\d+)(?P<unit>|B|kB|KB|MB|GB|KiB|MiB|GiB)")
_BYTES = {
    "": 1,
    "B": 1,
    "kB": 10**3,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KiB": 1 << 10,
    "MiB": 1 << 20,
    "GiB": 1 << 30,
}
LONGEST = timedelta(days=36_500)
LONGEST_TEXT = 40


def duration(text: object) -> timedelta:
    """Return a duration that is written as Prometheus writes it, units from large to small.

    Raises ValueError for anything else; `0` alone needs no unit.
    """
    if text in (0, "0"):
        return timedelta()
    match = (
        _DURATION.fullmatch(text) if isinstance(text, str) and len(text) <= LONGEST_TEXT else None
    )
    if not text or match is None:
        raise ValueError("write a duration with its unit: 800ms, 30s, 10m, 1h30m, 400d")
    parts = {unit: int(number) for unit, number in match.groupdict().items() if number}
    total = sum(number * _MILLISECONDS[unit] for unit, number in parts.items())
    if total > LONGEST // timedelta(milliseconds=1):
        raise ValueError("write a duration of at most 100y")
    return timedelta(milliseconds=total)


def write_duration(value: timedelta) -> str:
    """Return a duration as `duration` reads it, the shortest way."""
    rest = value // timedelta(milliseconds=1)
    text = ""
    for unit in ("d", "h", "m", "s", "ms"):
        number, rest = divmod(rest, _MILLISECONDS[unit])
        text += f"{number}{unit}" if number else ""
    return text or "0s"


def size(text: object) -> int:
    """Return a size in bytes, written `4096`, `64KiB` or `1MB`; raises ValueError otherwise."""
    written = "" if isinstance(text, bool) else str(text)
    match = _SIZE.fullmatch(written) if len(written) <= LONGEST_TEXT else None
    if match is None:
        raise ValueError("write a size as bytes or with its unit: 4096, 64KiB, 1MiB")
    return int(match["number"]) * _BYTES[match["unit"]]
