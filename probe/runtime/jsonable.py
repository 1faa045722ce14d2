"""Our values as JSON: field names are the types' own, instants ISO 8601 with their offset."""

import dataclasses
import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

_UNSEEN = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


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
    return seen(json.dumps(to_jsonable(value), indent=indent, ensure_ascii=False))


def seen(text: str) -> str:
    """Return JSON text in which no character acts on a terminal, turns a line round or is half one.

    JSON itself escapes only those below the blank; beyond ASCII they stand in strings alone.
    """
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
