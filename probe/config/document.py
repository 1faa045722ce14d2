"""A YAML document as plain values that remember on which line they stand.

Strict where YAML is lenient: `21:00` and `no` stay words, a key written twice is an error, and so
is a key with nothing behind it. `${NAME}` is an environment variable, `${file:PATH}` the text of a
file, `$${` a literal `${`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from probe.runtime.refusal import Refusal

Key = str | int
Where = tuple[Key, ...]

#: Nothing of ours is nested deeper; a value that contains itself is.
DEEPEST = 20
LONGEST_NUMBER = 40

_PLACEHOLDER = re.compile(r"\$(\$\{|\{(?P<file>file:)?(?P<name>[^}]*)\})")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where, and what would be right; `line` counts from 1, 0: unknown."""

    file: str
    line: int
    key: str
    value: str
    remedy: str

    def __str__(self) -> str:
        """Return the line that a person reads: `file:line: key: value: remedy`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.key, self.value, self.remedy) if part)


class DocumentError(Refusal):
    """Everything that is wrong with a document, all of it at once."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class _Loader(yaml.SafeLoader):
    """YAML with the few implicit types that mean the same to everybody."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  (PyYAML's own protocol)


for _tag, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"[-+]?(0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?[0-9]+\.[0-9]+", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first
    )


@dataclass(frozen=True, slots=True)
class Document:
    """The values of one file as written, the line of each, and what is unclear about them."""

    file: str
    raw: Any
    lines: Mapping[Where, int]
    problems: tuple[Problem, ...] = ()

    def problem(self, where: Where, value: object, remedy: str) -> Problem:
        """Return a problem at `where`; the line is that of the nearest key which exists."""
        place = where
        while place and place not in self.lines:
            place = place[:-1]
        shown = "" if value is None else shorten(value)
        return Problem(self.file, self.lines.get(place, 0), spell(where), shown, remedy)


def spell(where: Where) -> str:
    """Return a path as people write it: `targets[0].url`."""
    text = ""
    for key in where:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def shorten(value: object, most: int = 80) -> str:
    """Return a value as it would be quoted in a message, never longer than `most`."""
    text = repr(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def read(text: str, file: str) -> Document:
    """Read YAML text; raise DocumentError with the places where it is none.

    What is written twice or has no value is left to whoever can tell all the rest with it.
    """
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
    except RecursionError as error:
        raise DocumentError([Problem(file, 0, "", "", "is nested too deep")]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        raise DocumentError([Problem(file, line, "", "", f"not YAML: {error.problem}")]) from error
    except yaml.YAMLError as error:
        raise DocumentError([Problem(file, 0, "", "", f"not YAML: {error}")]) from error
    if node is None:
        return Document(file, {}, {})
    walk = _Walk(file)
    walk.over(node)
    if walk.unreadable:
        raise DocumentError([*walk.unreadable, *walk.unclear])
    return Document(file, loader.construct_document(node), walk.lines, tuple(walk.unclear))


def _untold(node: yaml.Node, above: tuple[yaml.Node, ...] = ()) -> str:
    """Return why a node is nothing that its text alone says, or an empty string."""
    if any(node is outer for outer in above):
        return "contains itself"
    if len(above) > DEEPEST:
        return "is nested too deep"
    if isinstance(node, yaml.ScalarNode):
        plain = _Loader("").resolve(yaml.ScalarNode, node.value, (True, False))  # type: ignore[no-untyped-call]  # the stubs leave it out
        if node.tag not in {plain, "tag:yaml.org,2002:str"}:
            return f"has the tag {node.tag}; leave it out"
        if node.tag.endswith((":int", ":float")) and len(node.value) > LONGEST_NUMBER:
            return "is too long for a number"
        return ""
    kind = "map" if isinstance(node, yaml.MappingNode) else "seq"
    return (
        "" if node.tag == f"tag:yaml.org,2002:{kind}" else f"has the tag {node.tag}; leave it out"
    )


@dataclass(slots=True)
class _Walk:
    """A way through a document: each key's line, what cannot be read, and what is unclear."""

    file: str
    lines: dict[Where, int] = field(default_factory=dict)
    unreadable: list[Problem] = field(default_factory=list)
    unclear: list[Problem] = field(default_factory=list)

    def over(self, node: yaml.Node, where: Where = (), above: tuple[yaml.Node, ...] = ()) -> None:
        """Look at a node and all below it."""
        if untold := _untold(node, above):
            self._note(self.unreadable, node, where, untold)
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode) or _untold(key):
                    remedy = "a key is a single word, without a tag"
                    self._note(self.unreadable, key, where, remedy)
                else:
                    self._pair(key, value, where)
                    self.over(value, (*where, str(key.value)), (*above, node))
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                self.lines[*where, index] = value.start_mark.line + 1
                self.over(value, (*where, index), (*above, node))

    def _pair(self, key: yaml.ScalarNode, value: yaml.Node, where: Where) -> None:
        inner = (*where, str(key.value))
        if inner in self.lines:
            self._note(self.unclear, key, inner, "is written twice; keep one")
        if value.tag == "tag:yaml.org,2002:null":
            remedy = "has no value; give it one, write [] or {} to switch it off, or leave it out"
            self._note(self.unclear, key, inner, remedy)
        self.lines[inner] = key.start_mark.line + 1

    def _note(self, noted: list[Problem], node: yaml.Node, where: Where, remedy: str) -> None:
        noted.append(Problem(self.file, node.start_mark.line + 1, spell(where), "", remedy))


def expand(
    document: Document, environment: Mapping[str, str], directory: Path = Path()
) -> tuple[Any, list[Problem]]:
    """Return the values with every placeholder replaced, and every problem so far.

    A relative path starts in `directory`.
    """
    problems = list(document.problems)

    def replaced(value: Any, where: Where) -> Any:
        if isinstance(value, dict):
            return {key: replaced(inner, (*where, str(key))) for key, inner in value.items()}
        if isinstance(value, list):
            return [replaced(inner, (*where, index)) for index, inner in enumerate(value)]
        if not isinstance(value, str):
            return value

        def one(match: re.Match[str]) -> str:
            name = match["name"]
            if name is None:
                return "${"
            try:
                if match["file"]:
                    return (directory / name).read_text(encoding="utf-8").rstrip("\r\n")
                return environment[name]
            except KeyError:
                remedy = f"the environment variable {name} is not set; set it or write the value"
            except (OSError, UnicodeDecodeError, ValueError) as error:
                remedy = f"the file cannot be read: {error}"
            problems.append(document.problem(where, value, remedy))
            return ""

        return _PLACEHOLDER.sub(one, value)

    return replaced(document.raw, ()), problems
