"""How much of a value may be shown: told by the key that it belongs to, never by its looks."""

import re
import types
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, Union, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import BaseModel
from pydantic.fields import FieldInfo

HIDDEN = "<hidden>"
#: What is told of so many types is kept: a thousand targets ask it ten thousand times.
MOST_SHAPES = 4096
Where = tuple[str | int, ...]

_WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
_USER = re.compile(r"^([a-z][a-z0-9+.-]*://)?.*@", re.IGNORECASE | re.DOTALL)
_QUERY = re.compile(r"([?#]).+", re.DOTALL)


class Exposure(Enum):
    """What may be shown of a value, wherever it is shown; it stands beside the value's type."""

    PUBLIC = "public"
    """All of it, wherever it came from: names, zones, words and notes are for everybody."""
    PLAIN = "plain"
    """As it was written: the placeholder, and not what an environment variable or a file has."""
    ADDRESS = "address"
    """As PLAIN, without its user and without its query."""
    ORIGIN = "origin"
    """Scheme and host alone: whoever knows the rest of such an address needs no password."""
    SECRET = "secret"  # noqa: S105  (the word itself)
    """Nothing."""

    def shown(self, text: str) -> str:
        """Return what may be shown of a text, be it a good value or not."""
        if self is Exposure.SECRET:
            return HIDDEN if text else text
        if self is Exposure.ORIGIN:
            return _origin(text)
        return _address(text) if self is Exposure.ADDRESS else text


def _address(text: str) -> str:
    """Return an address without its user and its query, however badly it is written."""
    return _USER.sub(rf"\1{HIDDEN}@", _QUERY.sub(rf"\1{HIDDEN}", text))


def _origin(text: str) -> str:
    """Return scheme, host and port of an address; nothing of what is none."""
    try:
        parts = urlsplit(text)
        valid = bool(parts.scheme and parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        return HIDDEN if text else text
    user, at, host = parts.netloc.rpartition("@")
    rest = text.partition(parts.netloc)[2].strip("/")
    shown = f"{parts.scheme}://{HIDDEN if user else ''}{at}{host}"
    return f"{shown}/{HIDDEN}" if rest else shown


# --- the shape of a file ---------------------------------------------------------------------


def exposure(where: Where, shape: Any, values: Any = None) -> Exposure:
    """Return how much of the value at `where` may be shown; what has no place there is SECRET.

    `values` are those of the whole file: what an address gives away may depend on a key beside it.
    """
    for key in where:
        shape, values = step(shape, key, values), _item(values, key)
    return exposed(shape)


def step(shape: Any, key: str | int, values: Any) -> Any:
    """Return the shape of what stands below a key of `values`, with what they say about it."""
    mark = _beside(shape, key, values)
    inner = below(shape, key)
    return inner if mark is None else Annotated[inner, mark]


def spelled(where: Where, shape: Any, *, with_value: bool) -> str:
    """Return a path as people write it, `targets[0].url`, as far as it certainly consists of keys.

    A word that is no key of ours, and stands there without a value, may be a value itself.
    """
    text = ""
    for key in where:
        if not _is_key(key, shape, with_value=with_value):
            break
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
        shape = below(shape, key)
    return text


def _is_key(key: str | int, outer: Any, *, with_value: bool) -> bool:
    if isinstance(key, int):
        return True
    if any(key in fields(section) for section in sections(outer)):
        return True
    free = any(get_origin(arm) is dict for arm in _arms(outer))
    return bool(with_value and (free or sections(outer)) and _WORD.fullmatch(key))


@lru_cache(MOST_SHAPES)
def fields(section: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """Return the fields of a section by the keys that a file has for them."""
    return {field.alias or name: field for name, field in section.model_fields.items()}


@lru_cache(MOST_SHAPES)
def sections(shape: Any) -> tuple[type[BaseModel], ...]:
    """Return the sections that a value of this shape may be."""
    arms = _arms(shape)
    return tuple(arm for arm in arms if isinstance(arm, type) and issubclass(arm, BaseModel))


def below(shape: Any, key: str | int) -> Any:
    """Return the shape of what stands below a key; None where nothing can."""
    return _below(shape, 0 if isinstance(key, int) else key)  # all items of a list are alike


@lru_cache(MOST_SHAPES)
def _below(shape: Any, key: str | int) -> Any:
    for arm in _arms(shape):
        if isinstance(arm, type) and issubclass(arm, BaseModel) and key in fields(arm):
            field = fields(arm)[str(key)]
            inner = field.annotation
            return Annotated[inner, *field.metadata] if field.metadata else inner
        if get_origin(arm) in {tuple, list} and isinstance(key, int):
            return get_args(arm)[0]
        if get_origin(arm) is dict and isinstance(key, str):
            return get_args(arm)[1]
    return None


@lru_cache(MOST_SHAPES)
def _arms(shape: Any) -> tuple[Any, ...]:
    """Return the types that a shape may be, bare of what is annotated."""
    if get_origin(shape) is Annotated:
        return _arms(get_args(shape)[0])
    if get_origin(shape) in {Union, types.UnionType}:
        return tuple(inner for arm in get_args(shape) for inner in _arms(arm))
    return () if shape is None else (shape,)


def _marks(shape: Any) -> Iterator[Exposure]:
    """Yield what is annotated of a shape, the outermost first."""
    if get_origin(shape) is Annotated:
        yield from (mark for mark in reversed(shape.__metadata__) if isinstance(mark, Exposure))
        yield from _marks(get_args(shape)[0])
    elif get_origin(shape) in {Union, types.UnionType}:
        for arm in get_args(shape):
            yield from _marks(arm)


@lru_cache(MOST_SHAPES)
def exposed(shape: Any) -> Exposure:
    """Return the exposure of a shape: its mark, or else what its type says."""
    if (mark := next(_marks(shape), None)) is not None:
        return mark
    arms = [arm for arm in _arms(shape) if arm is not type(None)]
    if len(arms) != 1:
        return Exposure.SECRET
    (arm,) = arms
    if get_origin(arm) in {tuple, list}:
        return exposed(get_args(arm)[0])
    if get_origin(arm) is dict or sections(arm):
        return Exposure.SECRET
    return Exposure.PLAIN if arm in {str, Any} else Exposure.PUBLIC


def _beside(shape: Any, key: str | int, values: Any) -> Exposure | None:
    """Return what a section says of a key in view of its other values, if it says anything."""
    for section in sections(shape):
        if (told := getattr(section, "exposures", None)) and isinstance(values, dict):
            mark: Exposure | None = told(values).get(key)
            return mark
    return None


def _item(values: Any, key: str | int) -> Any:
    if isinstance(values, dict):
        return values.get(key)
    inside = isinstance(values, list) and isinstance(key, int) and key < len(values)
    return values[key] if inside else None
