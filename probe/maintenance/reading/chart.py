"""A chart: which rules of a grammar cover which stretches of a row of words, and how.

A grammar is a table of rules. Below the head `[name]` each line is one way to say it: words as they
are, `<names>` of other rules, `( )` around what belongs together, `|` between alternatives, and
behind a part `?` where it may be left out, `*` where it may also be repeated, `+` where it may only
be repeated. There is no negation: a rule more can only make more sentences known, a rule less only
fewer. A rule may not begin with itself.

Each rule is looked for once at each place, so that the work grows with the length of a row times
the size of the grammar, whatever the row is. Places are kept as the bits of a number: bit 5 of what
a part answers says that what it covers may end before the word of number 5.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_PARTS = re.compile(r"<[\w.-]+>|[()|?*+]|[^\s()|?*+<>]+")

#: What may stand at each place: where each word or other terminal that begins there may end.
Edges = Sequence[Mapping[str, int]]
Memo = dict[tuple[str, int], int]
_Ends = Callable[[Edges, Memo, int], int]


@dataclass(frozen=True, slots=True)
class Tree:
    """A rule, or a word, where it was found, and the rules inside it, in order."""

    name: str
    start: int
    end: int
    parts: "tuple[Tree, ...]" = ()

    def all(self, *names: str) -> "Iterator[Tree]":
        """Yield the trees of these names in it, itself included, in order; none inside another."""
        if self.name in names:
            yield self
            return
        for part in self.parts:
            yield from part.all(*names)

    def first(self, *names: str) -> "Tree | None":
        """Return the first tree of these names in it."""
        return next(self.all(*names), None)


def places(bits: int) -> Iterator[int]:
    """Yield the places that the bits of a number are, the last first."""
    while bits:
        place = bits.bit_length() - 1
        yield place
        bits ^= 1 << place


@dataclass(eq=False, slots=True)
class _Node:
    """A part of a rule: a word, a rule by its name, a row, alternatives, or what may be repeated.

    `first` are the terminals with which it may begin, `empty` says whether it may be nothing.
    """

    kind: str
    name: str = ""
    parts: "tuple[_Node, ...]" = ()
    first: frozenset[str] = frozenset()
    empty: bool = False
    ends: _Ends = field(default=lambda _edges, _memo, _place: 0)


# --- where a part may end --------------------------------------------------------------------


def _word(name: str) -> _Ends:
    return lambda edges, _memo, place: edges[place].get(name, 0)


def _rule(name: str, node: _Node) -> _Ends:
    """Look for a rule at a place unless that was done before."""

    def ends(edges: Edges, memo: Memo, place: int) -> int:
        if node.first.isdisjoint(edges[place]) and not node.empty:
            return 0
        key = (name, place)
        found = memo.get(key)
        if found is None:
            memo[key] = 0
            found = memo[key] = node.ends(edges, memo, place)
        return found

    return ends


def _then(ends: _Ends, edges: Edges, memo: Memo, bits: int) -> int:
    """Return where a part may end that begins at any of some places."""
    found = 0
    while bits:
        low = bits & -bits
        found |= ends(edges, memo, low.bit_length() - 1)
        bits ^= low
    return found


def _row(parts: tuple[_Node, ...]) -> _Ends:
    def ends(edges: Edges, memo: Memo, place: int) -> int:
        bits = 1 << place
        for part in parts:
            if bits & (bits - 1):
                bits = _then(part.ends, edges, memo, bits)
            else:
                bits = part.ends(edges, memo, bits.bit_length() - 1)
            if not bits:
                return 0
        return bits

    return ends


def _many(sign: str, part: _Node) -> _Ends:
    first, is_empty = part.first, part.empty

    def ends(edges: Edges, memo: Memo, place: int) -> int:
        here = 0 if sign == "+" else 1 << place
        if first.isdisjoint(edges[place]) and not is_empty:
            return here
        found = part.ends(edges, memo, place)
        if sign != "?":
            new = found
            while new:
                new = _then(part.ends, edges, memo, new) & ~found
                found |= new
        return found | here

    return ends


def _either(ways: tuple[_Node, ...]) -> _Ends:
    names = {name for way in ways for name in way.first}
    index = {n: tuple(w for w in ways if n in w.first and not w.empty) for n in names}
    always = tuple(way for way in ways if way.empty)

    def ends(edges: Edges, memo: Memo, place: int) -> int:
        found = 0
        for way in always:
            found |= way.ends(edges, memo, place)
        for name in edges[place]:
            for way in index.get(name, ()):
                found |= way.ends(edges, memo, place)
        return found

    return ends


class Grammar:
    """The rules of a table, and the names of those that are kept in a tree.

    Raises ValueError for what is no way to say something.
    """

    def __init__(self, table: Mapping[str, Sequence[str]], kept: Sequence[str]) -> None:
        self.kept = frozenset(kept)
        self.rules: dict[str, _Node] = {name: _Node("either", name) for name in table}
        for name, ways in table.items():
            self.rules[name].parts = tuple(self._way(line, name) for line in ways)
        self._prepare()

    def _way(self, line: str, name: str) -> _Node:
        parts = _PARTS.findall(line)
        if "".join(parts) != "".join(line.split()):
            raise ValueError(f"[{name}] {line!r} is no way to say something")
        try:
            node, rest = self._alternatives(parts)
        except ValueError as error:
            raise ValueError(f"[{name}] {line!r}: {error}") from None
        if rest:
            raise ValueError(f"[{name}] {line!r}: a bracket is closed and not opened")
        return node

    def _alternatives(self, parts: list[str]) -> tuple[_Node, list[str]]:
        ways: list[_Node] = []
        while True:
            row, parts = self._sequence(parts)
            ways.append(row)
            if not parts or parts[0] != "|":
                return (ways[0] if len(ways) == 1 else _Node("either", "", tuple(ways))), parts
            parts = parts[1:]

    def _sequence(self, parts: list[str]) -> tuple[_Node, list[str]]:
        row: list[_Node] = []
        while parts and parts[0] not in "|)":
            head, *parts = parts
            if head == "(":
                node, parts = self._alternatives(parts)
                if parts[:1] != [")"]:
                    raise ValueError("a bracket is opened and not closed")
                parts = parts[1:]
            elif head.startswith("<"):
                if head[1:-1] not in self.rules:
                    raise ValueError(f"{head} is no rule")
                node = _Node("rule", head[1:-1])
            else:
                node = _Node("word", head, first=frozenset((head,)))
            if parts and parts[0] in "?*+":
                node, parts = _Node(parts[0], "", (node,)), parts[1:]
            row.append(node)
        if not row:
            raise ValueError("nothing stands between two signs")
        return (row[0] if len(row) == 1 else _Node("row", "", tuple(row))), parts

    def _prepare(self) -> None:
        """Find with what each part may begin, until nothing new is found, and how it is looked for."""
        nodes = list(self._nodes())
        changed = True
        while changed:
            changed = False
            for node in nodes:
                before = (node.first, node.empty)
                self._begin(node)
                changed = changed or before != (node.first, node.empty)
        for node in nodes:
            node.ends = self._search(node)

    def _begin(self, node: _Node) -> None:
        if node.kind == "rule":
            node.first, node.empty = self.rules[node.name].first, self.rules[node.name].empty
        elif node.kind == "either":
            node.first = frozenset[str]().union(*(way.first for way in node.parts))
            node.empty = any(way.empty for way in node.parts)
        elif node.kind == "row":
            first: frozenset[str] = frozenset()
            for part in node.parts:
                first |= part.first
                if not part.empty:
                    break
            node.first, node.empty = first, all(part.empty for part in node.parts)
        elif node.kind != "word":
            (part,) = node.parts
            node.first, node.empty = part.first, node.kind != "+" or part.empty

    def _search(self, node: _Node) -> _Ends:
        if node.kind == "word":
            return _word(node.name)
        if node.kind == "rule":
            return _rule(node.name, self.rules[node.name])
        if node.kind == "row":
            return _row(node.parts)
        if node.kind == "either":
            return _either(node.parts)
        return _many(node.kind, node.parts[0])

    def _nodes(self) -> Iterator[_Node]:
        waiting = list(self.rules.values())
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.parts


class Chart:
    """One row of words beside a grammar."""

    def __init__(self, grammar: Grammar, edges: Edges) -> None:
        self._grammar = grammar
        self._edges: Edges = (*edges, {})
        self._memo: Memo = {}

    def ends(self, name: str, start: int) -> int:
        """Return the places at which what a rule covers from a place on may end, as bits."""
        return _rule(name, self._grammar.rules[name])(self._edges, self._memo, start)

    def tree(self, name: str, start: int, end: int) -> Tree | None:
        """Return how a rule covers a stretch: of several ways the first in the table."""
        parts = self._walk(self._grammar.rules[name], start, end)
        return None if parts is None else Tree(name, start, end, parts)

    def _covers(self, node: _Node, start: int, end: int) -> bool:
        return bool(node.ends(self._edges, self._memo, start) >> end & 1)

    def _walk(self, node: _Node, start: int, end: int) -> tuple[Tree, ...] | None:
        """Return the trees inside a part where it covers a stretch, None where it does not."""
        if not self._covers(node, start, end):
            return None
        if node.kind == "word":
            return (Tree(node.name, start, end),) if node.name in self._grammar.kept else ()
        if node.kind == "rule":
            parts = self._walk(self._grammar.rules[node.name], start, end)
            is_kept = node.name in self._grammar.kept and parts is not None
            return (Tree(node.name, start, end, parts or ()),) if is_kept else parts
        if node.kind == "either":
            ways = (self._walk(way, start, end) for way in node.parts)
            return next((way for way in ways if way is not None), None)
        if node.kind == "row":
            return self._walk_row(node.parts, start, end)
        if start == end:
            return ()
        (part,) = node.parts
        return self._walk(part, start, end) if node.kind == "?" else self._walk_many(part, start, end)

    def _walk_row(
        self, parts: tuple[_Node, ...], start: int, end: int
    ) -> tuple[Tree, ...] | None:
        first, rest = parts[0], parts[1:]
        if not rest:
            return self._walk(first, start, end)
        for place in places(first.ends(self._edges, self._memo, start)):
            if _row(rest)(self._edges, self._memo, place) >> end & 1:
                head = self._walk(first, start, place)
                tail = None if head is None else self._walk_row(rest, place, end)
                if head is not None and tail is not None:
                    return head + tail
        return None

    def _walk_many(self, part: _Node, start: int, end: int) -> tuple[Tree, ...] | None:
        """Return the trees of a part that is repeated, the longest first."""
        more = _many("*", part)
        found: tuple[Tree, ...] = ()
        while start < end:
            for place in places(part.ends(self._edges, self._memo, start)):
                if place > start and more(self._edges, self._memo, place) >> end & 1:
                    found += self._walk(part, start, place) or ()
                    start = place
                    break
            else:
                return None
        return found
