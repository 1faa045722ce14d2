"""A YAML document as plain values that remember on which line they stand.

Strict where YAML is lenient: `21:00` and `no` stay words, a key written twice is an error, and so
is a key with nothing behind it. `${NAME}` is an environment variable, `${file:PATH}` the text of a
file, `$${` a literal `${`. What a message quotes is left to the exposure of its key: a value in the
wrong place may be a password, so a text of which no key is known is never quoted.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from probe.config.exposure import Where, exposure, spelled
from probe.runtime.files import beginning
from probe.runtime.refusal import Refusal

#: Nothing of ours is nested deeper; a value that contains itself is.
DEEPEST = 20
LONGEST_NUMBER = 40
#: So many values a file may have, those counted again that an alias repeats.
MOST_VALUES = 100_000
#: So many problems are told; who made more has made one of them many times.
MOST_TOLD = 100
#: Of a file that a placeholder names: a secret, not a disk.
MOST_FILLED_BYTES = 64 << 10

_PLACEHOLDER = re.compile(r"\$(?P<literal>\$\{)|\$\{(?:(?P<file>file:)?(?P<name>[^}]*)\})?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: Characters that no text of ours has: they cannot be printed, sent or even encoded.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
#: The tags of YAML itself; any other may be a value that begins with an exclamation mark.
_TAG = re.compile(
    r"tag:yaml\.org,2002:(bool|binary|float|int|map|merge|null|omap|pairs|seq|set|str|timestamp)"
)

#: By where a text stands, each placeholder in it with what took its place.
Fills = Mapping[Where, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where, and what would be right; `line` counts from 1, 0: unknown.

    `key` is the part of `where` that may be shown.
    """

    file: str
    line: int
    key: str
    value: str
    remedy: str
    where: Where = ()

    def __str__(self) -> str:
        """Return the line that a person reads: `file:line: key: value: remedy`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.key, self.value, self.remedy) if part)


class DocumentError(Refusal):
    """Everything that is wrong with a document, all of it at once, as far as a person reads."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        told = [str(problem) for problem in problems[:MOST_TOLD]]
        more = len(problems) - len(told)
        super().__init__("\n".join([*told, *([f"and {more} more"] if more else [])]))


TOO_MANY = f"has more than {MOST_VALUES} values"


class _TooMuch(yaml.MarkedYAMLError):
    """What nobody writes by hand, and what would take minutes to read."""


class _Loader(yaml.SafeLoader):
    """YAML with the few implicit types that mean the same to everybody, and within bounds."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  (PyYAML's own protocol)

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._values = self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose a node; raises where a file has too many, or one too deep."""
        self._values += 1
        self._depth += 1
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # the stubs leave it out
        # A key is a node of its own, and so is its value.
        if self._values > 2 * MOST_VALUES:
            raise _TooMuch(problem=TOO_MANY, problem_mark=mark)
        if self._depth > 2 * DEEPEST:
            raise _TooMuch(problem="is nested too deep", problem_mark=mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


for _tag, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"[-+]?(0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?[0-9]+\.[0-9]+", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first
    )
_RESOLVER = _Loader("")


@dataclass(frozen=True, slots=True)
class Document:
    """The values of one file as written, the line of each, and what is unclear about them.

    `shape` is the section that the whole file is; what it does not know is not quoted. A file that
    says nothing at all is `blank`.
    """

    file: str
    raw: Any
    lines: Mapping[Where, int]
    problems: tuple[Problem, ...] = ()
    shape: Any = None
    blank: bool = False

    def problem(self, where: Where, value: object, remedy: str, *, key: bool = True) -> Problem:
        """Return a problem at `where`; the line is that of the nearest key which exists.

        `value` is what may be quoted of the value; `key` is false where the last key may be none.
        """
        place = where
        while place and place not in self.lines:
            place = place[:-1]
        shown = "" if value is None else shorten(value)
        name = spelled(where, self.shape, with_value=key)
        return Problem(self.file, self.lines.get(place, 0), name, shown, remedy, where)

    def written(self, where: Where) -> Any:
        """Return the value at a place as it is in the file, None where there is none."""
        value = self.raw
        for key in where:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def quoted(self, where: Where, value: object) -> object:
        """Return what a message may quote of a value, None for nothing: as it is in the file."""
        if value is None or isinstance(value, dict | list):
            return None if value else value
        written = self.written(where)
        text = written if isinstance(written, str) and "${" in written else value
        exposed = exposure(where, self.shape, self.raw)
        shown = exposed.shown(str(text))
        return text if shown == str(text) else shown or None


def shorten(value: object, most: int = 80) -> str:
    """Return a value as it would be quoted in a message, never longer than `most`."""
    text = repr(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def read(text: str, file: str, shape: Any = None) -> Document:
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
        raise DocumentError([Problem(file, line, "", "", _not_yaml(error))]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        remedy = "not YAML: a character that does not print"
        raise DocumentError([Problem(file, line, "", "", remedy)]) from error
    if node is None or node.tag == "tag:yaml.org,2002:null":
        return Document(file, {}, {}, shape=shape, blank=True)
    walk = _Walk(file, shape)
    walk.over(node)
    if walk.unreadable:
        raise DocumentError([*walk.unreadable, *walk.unclear])
    raw = loader.construct_document(node)
    return Document(file, raw, walk.lines, tuple(walk.unclear), shape)


def _not_yaml(error: yaml.MarkedYAMLError) -> str:
    """Return what is wrong without the words of the file: an alias or a tag may be a password."""
    if isinstance(error, _TooMuch):
        return str(error.problem)
    if "alias" in str(error.problem) or "anchor" in str(error.context):
        return "not YAML: an alias of nothing; write a value that begins with * or & in quotes"
    problem = re.sub(r"'(?!<[a-z ]+>')[^']{2,}'|\"[^\"]{2,}\"", "a word", str(error.problem))
    return f"not YAML: {problem}"


def _untold(node: yaml.Node, above: tuple[yaml.Node, ...] = ()) -> str:
    """Return why a node is nothing that its text alone says, or an empty string."""
    if any(node is outer for outer in above):
        return "contains itself"
    if len(above) > DEEPEST:
        return "is nested too deep"
    if isinstance(node, yaml.ScalarNode):
        plain = _RESOLVER.resolve(yaml.ScalarNode, node.value, (True, False))  # type: ignore[no-untyped-call]  # the stubs leave it out
        if node.tag not in {plain, "tag:yaml.org,2002:str"}:
            return _tagged(node.tag)
        if node.tag.endswith((":int", ":float")) and len(node.value) > LONGEST_NUMBER:
            return "is too long for a number"
        return "has a character that does not print" if _UNPRINTABLE.search(node.value) else ""
    kind = "map" if isinstance(node, yaml.MappingNode) else "seq"
    return "" if node.tag == f"tag:yaml.org,2002:{kind}" else _tagged(node.tag)


def _tagged(tag: str) -> str:
    if _TAG.fullmatch(tag):
        return f"has the tag {tag}; leave it out"
    return "has a tag; leave it out, and write a value that begins with ! in quotes"


@dataclass(slots=True)
class _Walk:
    """A way through a document: each key's line, what cannot be read, and what is unclear."""

    file: str
    shape: Any
    lines: dict[Where, int] = field(default_factory=dict)
    unreadable: list[Problem] = field(default_factory=list)
    unclear: list[Problem] = field(default_factory=list)
    values: int = 0

    def over(self, node: yaml.Node, where: Where = (), above: tuple[yaml.Node, ...] = ()) -> None:
        """Look at a node and all below it."""
        self.values += 1
        if self.values > MOST_VALUES:
            if self.values == MOST_VALUES + 1:
                self._note(self.unreadable, node, (), TOO_MANY)
        elif untold := _untold(node, above):
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
            told = spelled(inner, self.shape, with_value=False)
            what = (
                "has no value"
                if told != spelled(where, self.shape, with_value=False)
                else "has a key without a value"
            )
            remedy = f"{what}; give it one, write [] or {{}} to switch it off, or leave it out"
            self._note(self.unclear, key, inner, remedy)
        self.lines[inner] = key.start_mark.line + 1

    def _note(self, noted: list[Problem], node: yaml.Node, where: Where, remedy: str) -> None:
        key = spelled(where, self.shape, with_value=False)
        noted.append(Problem(self.file, node.start_mark.line + 1, key, "", remedy, where))


# --- placeholders ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Expanded:
    """The values with every placeholder replaced, what filled them, and every problem so far."""

    values: Any
    fills: Fills
    problems: tuple[Problem, ...]


def expand(
    document: Document, environment: Mapping[str, str], directory: Path = Path()
) -> Expanded:
    """Replace every placeholder; a relative path starts in `directory`."""
    problems = list(document.problems)
    fills: dict[Where, tuple[tuple[str, str], ...]] = {}

    def replaced(value: Any, where: Where) -> Any:
        if isinstance(value, dict):
            return {key: replaced(inner, (*where, str(key))) for key, inner in value.items()}
        if isinstance(value, list):
            return [replaced(inner, (*where, index)) for index, inner in enumerate(value)]
        if not isinstance(value, str):
            return value

        def one(match: re.Match[str]) -> str:
            if match["literal"]:
                return "${"
            try:
                fill = _fill(match, environment, directory)
            except ValueError as error:
                quoted = match[0] if _NAME.fullmatch(match["name"] or "") or match["file"] else None
                problems.append(document.problem(where, quoted, str(error)))
                return ""
            fills[where] = (*fills.get(where, ()), (match[0], fill))
            return fill

        return _PLACEHOLDER.sub(one, value)

    values = replaced(document.raw, ())
    return Expanded(values, fills, tuple(problems))


def _fill(match: re.Match[str], environment: Mapping[str, str], directory: Path) -> str:
    """Return what a placeholder stands for; raises ValueError with the remedy."""
    name = match["name"]
    if match["file"]:
        text = _text(directory / name)
    elif name is None or not _NAME.fullmatch(name):
        raise ValueError("write a placeholder as ${NAME} or ${file:PATH}, and a literal ${ as $${")
    elif name not in environment:
        raise ValueError(f"the environment variable {name} is not set; set it or write the value")
    else:
        text = environment[name]
    if _UNPRINTABLE.search(text):
        raise ValueError("what it stands for has a character that does not print")
    return text


def _text(path: Path) -> str:
    try:
        read = beginning(path, MOST_FILLED_BYTES)
        text = read.decode("utf-8")
    except (OSError, ValueError) as error:
        words = error if isinstance(error, OSError) else "it is no text in UTF-8"
        raise ValueError(f"the file cannot be read: {words}") from error
    if len(read) > MOST_FILLED_BYTES:
        raise ValueError(f"the file has more than {MOST_FILLED_BYTES >> 10} KiB")
    return text.rstrip("\r\n")
