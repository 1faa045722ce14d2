"""The configuration: YAML in, frozen values out, or every problem at once."""

import difflib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from probe.config import document, file
from probe.config.defaults import BUILT_IN
from probe.config.document import Document, DocumentError, Problem
from probe.config.exposure import Where, below, fields
from probe.config.exposure import sections as sections_of
from probe.config.file import Written
from probe.config.secrets import Secrets, filled, secrets
from probe.config.sections import Sections
from probe.config.shard import WHOLE, Shard
from probe.config.shown import hide, written
from probe.config.values import Whole
from probe.types import Bounds, Feed, Heartbeat, Notify, OffPeak, Published, Target

S = TypeVar("S", bound=BaseModel)
NO_FILE = "(built-in configuration)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What First Coast's receipt-date rule needs; `cutoff` is local time in the configured zone."""

    cutoff: time_of_day
    federal_holidays: bool
    closed: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The configuration in force; `shown` is all of it as one would write it, secrets hidden.

    Whatever is shown or written to a log passes `secrets.redact`.
    """

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
    notify: tuple[Notify, ...]
    heartbeat: Heartbeat | None
    contacts: Mapping[str, str]
    shown: Mapping[str, Any]
    secrets: Secrets = field(repr=False)
    written: Written

    @property
    def components(self) -> tuple[str, ...]:
        """Every component that a target has or that is named, in order of first mention."""
        named = [c for target in self.targets for c in target.components]
        return tuple(dict.fromkeys([*named, *self.words, *(feed.component for feed in self.feeds)]))

    def shown_target(self, target: Target) -> Target:
        """Return a target with its address as it may be shown."""
        return replace(target, url=self.secrets.redact(target.url))


def load(
    path: str | None,
    environment: Mapping[str, str] = os.environ,
    *,
    shard: Shard = WHOLE,
    before: Config | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Config:
    """Return the configuration of a file, or the built-in one; raises DocumentError.

    The whole of it must be right, whichever `shard` of its targets is asked for.
    `before` is the one in force, which a file that is not written whole must not replace; the file
    is then read once it rests, with a `pause` of some seconds between two looks.
    """
    whole = _whole(path, environment, before, pause)
    return replace(whole, targets=tuple(one for one in whole.targets if shard.has(one.name)))


def _whole(
    path: str | None,
    environment: Mapping[str, str],
    before: Config | None,
    pause: Callable[[float], None],
) -> Config:
    if path is None:
        return parse("", NO_FILE, environment=environment)
    text = file.read(path) if before is None else file.read_settled(path, pause)
    config = parse(text, path, directory=Path(path).parent, environment=environment)
    if config.written.keys is None:
        remedy = (
            "the file says nothing; write keys, such as targets:, "
            "or leave --config.file out for the built-in configuration"
        )
        raise DocumentError([Problem(path, 0, "", "", remedy)])
    if before is not None and (missing := before.written.more_than(config.written)):
        raise DocumentError([Problem(path, 0, "", "", missing)])
    return config


def parse(
    text: str,
    file: str,
    *,
    directory: Path = Path(),
    environment: Mapping[str, str] = os.environ,
) -> Config:
    """Return the configuration that a text means, over the defaults; raises DocumentError."""
    given = document.read(text, file, Sections)
    if not isinstance(given.raw, dict):
        remedy = "write keys, such as targets: and feeds:"
        raise DocumentError([*given.problems, given.problem((), None, remedy)])
    expanded = document.expand(given, environment, directory)
    merged = merge(BUILT_IN, expanded.values)
    context = {"directory": directory, "whole": Whole(merged)}
    hidden = secrets(given, expanded.values, expanded.fills)
    try:
        sections = validated(Sections, merged, context, given, expanded.problems)
    except DocumentError as error:
        unsaid = (hidden | filled(expanded.fills)).redact
        told = [replace(one, remedy=unsaid(one.remedy)) for one in error.problems]
        raise DocumentError(told) from None
    in_force = written(sections.model_dump(by_alias=True), merge(BUILT_IN, given.raw))
    return _config(
        sections,
        directory,
        file=file,
        shown=hide(in_force, Sections),
        secrets=hidden,
        written=Written(
            keys=None if given.blank else frozenset(given.raw), ends=text.endswith("\n")
        ),
    )


def merge(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sections in force: a mapping is filled up by key, all else replaced."""
    merged = dict(defaults)
    for key, value in given.items():
        default = defaults.get(key)
        both = isinstance(default, dict) and isinstance(value, dict) and value
        merged[key] = {**default, **value} if both and default else value
    return merged


def _config(sections: Sections, directory: Path, **told: Any) -> Config:
    zone = ZoneInfo(sections.timezone)
    maintenance = sections.maintenance
    return Config(
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
        notify=tuple(section.notify() for section in sections.notify),
        heartbeat=sections.heartbeat.heartbeat() if sections.heartbeat else None,
        contacts=dict(sections.contacts),
        **told,
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
    told = {problem.where for problem in problems}
    try:
        valid = model.model_validate(values, context=context)
    except ValidationError as error:
        found = [problem for problem in said(error, given, model) if problem.where not in told]
        by_line = sorted([*problems, *found], key=lambda problem: problem.line)
        raise DocumentError(by_line) from None
    if problems:
        raise DocumentError(list(problems))
    return valid


def said(error: ValidationError, given: Document, model: type[BaseModel]) -> Iterator[Problem]:
    """Say in the words of the person who writes the file what pydantic found."""
    for found in error.errors(include_url=False):
        where = as_in_the_file(found["loc"], model)
        kind, value, context = found["type"], found["input"], found.get("ctx", {})
        if kind == "extra_forbidden":
            known = keys_beside(where, model)
            near = difflib.get_close_matches(str(where[-1]), known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            has_value = value is not None
            yield given.problem(where, None, f"is not a known key; {hint}", key=has_value)
            continue
        if kind == "missing":
            remedy = "is missing; it must be given"
        elif kind == "value_error":
            remedy = str(context["error"])
        elif kind in {"literal_error", "enum"}:
            remedy = f"write {context['expected']}"
        elif kind in {"list_type", "tuple_type"}:
            remedy = "write a list: [one, two]"
        elif kind in {"model_type", "model_attributes_type", "dict_type"}:
            remedy = "write keys with values below it"
        else:
            remedy = found["msg"][0].lower() + found["msg"][1:]
        quoted = None if kind == "missing" else given.quoted(where, value)
        yield given.problem(where, quoted, remedy)


def as_in_the_file(loc: Where, shape: Any) -> Where:
    """Return a place of pydantic's by the keys of the file: a key that Python reserves has two."""
    where: list[str | int] = []
    for key in loc:
        if key != "[key]":
            named = {n: f.alias for one in sections_of(shape) for n, f in one.model_fields.items()}
            where.append(named.get(str(key)) or key)
            shape = below(shape, where[-1])
    return tuple(where)


def keys_beside(where: Where, root: type[BaseModel]) -> list[str]:
    """Return the keys that are known beside the last one of a path, sorted."""
    shape: Any = root
    for key in where[:-1]:
        shape = below(shape, key)
    return sorted(key for section in sections_of(shape) for key in fields(section))
