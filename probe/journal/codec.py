"""How the journal writes instants and values."""

import json
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from pydantic import TypeAdapter

from probe.types import Window

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Return an aware instant as the journal keeps it."""
    return (at - EPOCH) // MICROSECOND


def instant(value: int) -> datetime:
    """Return an instant of the journal, in UTC."""
    return EPOCH + timedelta(microseconds=value)


def text(said: str) -> str:
    """Return a text as UTF-8 can hold it; half a surrogate pair, which it cannot, is a `?`."""
    return said if said.isascii() else said.encode("utf-8", "replace").decode()


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dump(kind: Any, value: Any) -> str:
    """Return a value of a type as JSON text."""
    plain = _adapter(kind).dump_python(value, mode="json")
    return text(json.dumps(plain, ensure_ascii=False, separators=(",", ":")))


def load(kind: Any, text: str) -> Any:
    """Return the value of a type that a JSON text is."""
    return _adapter(kind).validate_json(text)


@lru_cache(maxsize=256)
def load_window(text: str | None) -> Window | None:
    """Return a window, None for none; the same few are read again and again."""
    window: Window | None = load(Window, text) if text else None
    return window


@lru_cache(maxsize=256)
def dump_window(window: Window | None) -> str | None:
    """Return a window as JSON text, None for none; the same few are written again and again."""
    return dump(Window, window) if window else None
