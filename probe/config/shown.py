"""The configuration in force as it would be written, with what is secret hidden."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from itertools import zip_longest
from typing import Any

from probe.config import units
from probe.config.exposure import Exposure, exposed, step


def written(value: Any, given: Any = None) -> Any:
    """Return values as plain YAML would hold them; a placeholder in what was given stays one."""
    if isinstance(given, str) and "${" in given:
        return given
    if isinstance(value, Mapping):
        inner = given if isinstance(given, dict) else {}
        return {k: written(v, inner.get(k)) for k, v in value.items() if v is not None}
    if isinstance(value, tuple | list):
        known = given if isinstance(given, list) else []
        return [written(item, one) for item, one in zip_longest(value, known[: len(value)])]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, timedelta):
        return units.write_duration(value)
    if isinstance(value, time):
        return "24:00" if value.fold else f"{value:%H:%M}"
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def hide(written: Any, shape: Any) -> Any:
    """Return what is written with nothing left in it that its keys keep secret."""
    if isinstance(written, dict):
        return {k: hide(item, step(shape, str(k), written)) for k, item in written.items()}
    if isinstance(written, list):
        return [hide(item, step(shape, n, written)) for n, item in enumerate(written)]
    exposure = exposed(shape)
    if isinstance(written, str) or exposure is Exposure.SECRET:
        return exposure.shown(str(written))
    return written
