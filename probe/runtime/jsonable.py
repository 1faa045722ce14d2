"""Our values as JSON: field names are the types' own, instants ISO 8601 with their offset."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any


def to_jsonable(value: Any) -> Any:
    """Return a value of ours as dicts, lists and scalars; a timedelta as its seconds."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_jsonable(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [to_jsonable(item) for item in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value / timedelta(seconds=1)
    return value


def dumps(value: Any, *, indent: int | None = 2) -> str:
    """Return a value of ours as indented JSON text, or on one line with None."""
    return json.dumps(to_jsonable(value), indent=indent, ensure_ascii=False)
