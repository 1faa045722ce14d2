"""The configuration: YAML in, frozen values out, or every problem at once."""

import difflib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from probe.config import document
from probe.config.defaults import BUILT_IN
from probe.config.document import Document, DocumentError, Problem, Where
from probe.config.sections import Sections
from probe.config.shown import HIDDEN, hide, written
from probe.types import Bounds, Feed, OffPeak, Published, Target

S = TypeVar("S", bound=BaseModel)
NO_FILE = "(built-in configuration)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What First Coast's receipt-date rule needs; `cutoff` is local time in the configured zone."""

    cutoff: time
    federal_holidays: bool
    closed: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The configuration in force; `shown` is all of it as one would write it, secrets hidden."""

    file: str
    timezone: ZoneInfo
    contact: str
    targets: tuple[Target, ...]
    feeds: tuple[Feed, ...]
    words: Mapping[str, tuple[str, ...]]
    published: tuple[Published, ...]
    off_peak: tuple[OffPeak, ...]
    bounds: Bounds
    connectivity: tuple[str, ...]
    receipt: Receipt
    retention: timedelta
    shown: Mapping[str, Any]

    @property
    def components(self) -> tuple[str, ...]:
        """Every component that a target has or that is named, in order of first mention."""
        named = [c for target in self.targets for c in target.components]
        return tuple(dict.fromkeys([*named, *self.words, *(feed.component for feed in self.feeds)]))


def load(path: str | None, environment: Mapping[str, str] = os.environ) -> Config:
    """Return the configuration of a file, or the built-in one; raises DocumentError."""
    if path is None:
        return parse("", NO_FILE, environment=environment)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        remedy = f"the file cannot be read: {getattr(error, 'strerror', None) or error}"
        raise DocumentError([Problem(path, 0, "", "", remedy)]) from error
    return parse(text, path, directory=Path(path).parent, environment=environment)


def parse(
    text: str,
    file: str,
    *,
    directory: Path = Path(),
    environment: Mapping[str, str] = os.environ,
) -> Config:
    """Return the configuration that a text means, over the defaults; raises DocumentError."""
    given = document.read(text, file)
    if not isinstance(given.raw, dict):
        remedy = "write keys, such as targets: and feeds:"
        raise DocumentError([*given.problems, given.problem((), given.raw, remedy)])
    values, problems = document.expand(given, environment, directory)
    merged = merge(BUILT_IN, values)
    context = {"directory": directory, "merged": merged}
    sections = validated(Sections, merged, context, given, problems)
    in_force = written(sections.model_dump(by_alias=True), merge(BUILT_IN, given.raw))
    return _config(sections, file, directory, hide(in_force))


def merge(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sections in force: a mapping is filled up by key, all else replaced."""
    merged = dict(defaults)
    for key, value in given.items():
        default = defaults.get(key)
        both = isinstance(default, dict) and isinstance(value, dict) and value
        merged[key] = {**default, **value} if both and default else value
    return merged


def _config(sections: Sections, file: str, directory: Path, shown: Mapping[str, Any]) -> Config:
    zone = ZoneInfo(sections.timezone)
    maintenance = sections.maintenance
    return Config(
        file=file,
        timezone=zone,
        contact=sections.contact,
        targets=tuple(section.target() for section in sections.targets),
        feeds=tuple(section.feed(sections.timezone, directory) for section in sections.feeds),
        words={name: section.words for name, section in sections.components.items()},
        published=(
            *(section.published(sections.timezone) for section in maintenance.weekly),
            *(section.published(sections.timezone) for section in maintenance.windows),
        ),
        off_peak=tuple(section.off_peak(sections.timezone) for section in maintenance.off_peak),
        bounds=Bounds(**maintenance.bounds.model_dump()),
        connectivity=sections.connectivity,
        receipt=Receipt(
            cutoff=sections.receipt.cutoff,
            federal_holidays=sections.receipt.holidays == "US",
            closed=frozenset(sections.receipt.closed),
        ),
        retention=sections.journal.retention,
        shown=shown,
    )


def validated(
    model: type[S],
    values: Any,
    context: Mapping[str, Any],
    given: Document,
    problems: Sequence[Problem],
) -> S:
    """Return what values mean; raises DocumentError with these problems and all that it finds.

    Of a key that has one already nothing more is said.
    """
    told = {problem.key for problem in problems}
    try:
        valid = model.model_validate(values, context=context)
    except ValidationError as error:
        found = [problem for problem in said(error, given, model) if problem.key not in told]
        by_line = sorted([*problems, *found], key=lambda problem: problem.line)
        raise DocumentError(by_line) from error
    if problems:
        raise DocumentError(list(problems))
    return valid


def said(error: ValidationError, given: Document, model: type[BaseModel]) -> Iterator[Problem]:
    """Say in the words of the person who writes the file what pydantic found."""
    for found in error.errors(include_url=False):
        where: Where = tuple(k for k in found["loc"] if k != "[key]")
        kind, value, context = found["type"], found["input"], found.get("ctx", {})
        if kind == "extra_forbidden":
            known = keys_beside(where, model)
            near = difflib.get_close_matches(str(where[-1]), known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            yield given.problem(where, None, f"is not a known key; {hint}")
        elif kind == "missing":
            yield given.problem(where, None, "is missing; it must be given")
        elif kind == "value_error":
            yield given.problem(where, _told(value, where), str(context["error"]))
        elif kind in {"literal_error", "enum"}:
            yield given.problem(where, _told(value, where), f"write {context['expected']}")
        elif kind in {"list_type", "tuple_type"}:
            yield given.problem(where, _told(value, where), "write a list: [one, two]")
        elif kind in {"model_type", "model_attributes_type", "dict_type"}:
            yield given.problem(where, _told(value, where), "write keys with values below it")
        else:
            yield given.problem(
                where, _told(value, where), found["msg"][0].lower() + found["msg"][1:]
            )


def _told(value: Any, where: Where) -> Any:
    """Return what a message may quote of a value: no secret, and nothing longer than a line."""
    if not where or value is None:
        return None
    if isinstance(value, dict | list) and value:
        return None
    if where[0] == "basic_auth_users" and value:
        return HIDDEN
    return hide(value, str(where[-1]))


def keys_beside(where: Where, root: type[BaseModel]) -> list[str]:
    """Return the keys that are known beside the last one of a path, sorted."""
    model: Any = root
    for key in where[:-1]:
        if isinstance(key, int):
            continue
        fields = getattr(model, "model_fields", {})
        named = {field.alias or name: field for name, field in fields.items()}
        annotation = named[key].annotation if key in named else model
        model = next(iter(_models(annotation)), model)
    fields = getattr(model, "model_fields", {})
    return sorted(field.alias or name for name, field in fields.items())


def _models(annotation: Any) -> Iterator[Any]:
    if hasattr(annotation, "model_fields"):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models(inner)
