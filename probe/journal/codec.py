"""How the journal writes instants and values."""

from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from pydantic import TypeAdapter

from probe.types import Window

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(at: datetime) -> int:
    """Return an aware instant as the journal keeps it."""
    return (at - EPOCH) // timedelta(microseconds=1)


def instant(value: int) -> datetime:
    """Return an instant of the journal, in UTC."""
    return EPOCH + timedelta(microseconds=value)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dump(kind: Any, value: Any) -> str:
    """Return a value of a type as JSON text."""
    return _adapter(kind).dump_json(value).decode()


def load(kind: Any, text: str) -> Any:
    """Return the value of a type that a JSON text is."""
    return _adapter(kind).validate_json(text)


@lru_cache(maxsize=256)
def load_window(text: str | None) -> Window | None:
    """Return a window, None for none; the same few are read again and again."""
    window: Window | None = load(Window, text) if text else None
    return window


def dump_window(window: Window | None) -> str | None:
    """Return a window as JSON text, None for none."""
    return dump(Window, window) if window else None
