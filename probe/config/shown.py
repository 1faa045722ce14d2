"""The configuration in force as it would be written, with what is secret hidden."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from itertools import zip_longest
from typing import Any

from probe.config import units

HIDDEN = "<hidden>"


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


def hide(value: Any, key: str = "") -> Any:
    """Return the same values, with what nobody should read over a shoulder replaced."""
    if isinstance(value, dict) and key == "headers":
        return dict.fromkeys(value, HIDDEN)
    if isinstance(value, dict):
        return {inner: hide(item, str(inner)) for inner, item in value.items()}
    if isinstance(value, list):
        return [hide(item) for item in value]
    if key in {"password", "body"} and value:
        return HIDDEN
    if isinstance(value, str) and "://" in value and "@" in value:
        scheme, _, rest = value.partition("://")
        return f"{scheme}://{HIDDEN}@{rest.rpartition('@')[2]}"
    return value
