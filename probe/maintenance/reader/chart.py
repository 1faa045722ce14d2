"""A chart: which rules of a grammar cover which stretches of a row of words, and how.

A grammar is a table of rules. Below the head `[name]` each line is one way to say it: words as they
are, `<names>` of other rules, `( )` around what belongs together, `|` between alternatives, and
behind a part `?` where it may be left out, `*` where it may also be repeated, `+` where it may only
be repeated. There is no negation: a rule more can only make more sentences known, a rule less only
fewer. A rule may not begin with itself.

Each rule is looked for once at each place, so that the work grows with the length of a row times
the size of the grammar, whatever the row is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_PARTS = re.compile(r"<[\w.-]+>|[()|?*+]|[^\s()|?*+<>]+")


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


#: What may stand at each place: the ends of each word or other terminal that begins there.
Edges = Sequence[Mapping[str, tuple[int, ...]]]
Ends = tuple[int, ...]
_NOWHERE: Ends = ()


class _Word:
    """A word as it is, or a terminal that the row bears."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.first, self.empty = frozenset((name,)), False

    def ends(self, chart: "Chart", i: int) -> Ends:
        return chart.edges[i].get(self.name, _NOWHERE)

    def walk(self, chart: "Chart", i: int, j: int) -> tuple[Tree, ...] | None:
        if j not in self.ends(chart, i):
            return None
        return (Tree(self.name, i, j),) if self.name in chart.grammar.kept else ()


class _Many:
    """A part that may be left out or repeated."""

    def __init__(self, part: "_Node", sign: str) -> None:
        self.part, self.sign = part, sign
        self.first, self.empty = frozenset[str](), sign != "+"

    def ends(self, chart: "Chart", i: int) -> Ends:
        if self.first.isdisjoint(chart.edges[i]) and not self.part.empty:
            return _NOWHERE if self.sign == "+" else (i,)
        ends = self.part.ends(chart, i)
        if self.sign == "?":
            return ends if i in ends else (*ends, i)
        found = set(ends)
        if found:
            waiting = list(found)
            while waiting:
                new = set(self.part.ends(chart, waiting.pop())) - found
                found |= new
                waiting += new
        if self.sign != "+":
            found.add(i)
        return tuple(sorted(found, reverse=True))

    def walk(self, chart: "Chart", i: int, j: int) -> tuple[Tree, ...] | None:
        if i == j:
            return () if self.sign != "+" else None
        if self.sign == "?":
            return self.part.walk(chart, i, j)
        for k in self.part.ends(chart, i):
            if k > i and (k == j or j in self.ends(chart, k)):
                head = self.part.walk(chart, i, k)
                rest = () if k == j else self.walk(chart, k, j)
                if head is not None and rest is not None:
                    return head + rest
        return None


class _Row:
    """Parts one after the other."""

    def __init__(self, parts: "tuple[_Node, ...]") -> None:
        self.parts = parts
        self.first, self.empty = frozenset[str](), False

    def ends(self, chart: "Chart", i: int) -> Ends:
        return self._from(0, chart, i)

    def _from(self, at: int, chart: "Chart", i: int) -> Ends:
        places: Ends = (i,)
        for part in self.parts[at:]:
            if len(places) == 1:
                places = part.ends(chart, places[0])
            else:
                places = tuple(
                    sorted({e for place in places for e in part.ends(chart, place)}, reverse=True)
                )
            if not places:
                return _NOWHERE
        return places

    def walk(self, chart: "Chart", i: int, j: int) -> tuple[Tree, ...] | None:
        return self._walk(0, chart, i, j)

    def _walk(self, at: int, chart: "Chart", i: int, j: int) -> tuple[Tree, ...] | None:
        part = self.parts[at]
        if at + 1 == len(self.parts):
            return part.walk(chart, i, j) if j in part.ends(chart, i) else None
        for k in part.ends(chart, i):
            if j in self._from(at + 1, chart, k):
                head, rest = part.walk(chart, i, k), self._walk(at + 1, chart, k, j)
                if head is not None and rest is not None:
                    return head + rest
        return None


class _Either:
    """One of several ways; the first that fits is taken."""

    def __init__(self, ways: "tuple[_Node, ...]") -> None:
        self.ways = ways
        self.first, self.empty = frozenset[str](), False
        self.index: dict[str, tuple[_Node, ...]] = {}
        self.always: tuple[_Node, ...] = ()

    def ends(self, chart: "Chart", i: int) -> Ends:
        index = self.index
        found: Ends = _NOWHERE
        ways = [self.always] if self.always else []
        ways += [index[name] for name in chart.edges[i] if name in index]
        several = False
        for way in (way for some in ways for way in some):
            ends = way.ends(chart, i)
            if ends:
                several = several or bool(found)
                found = found + ends if found else ends
        return tuple(sorted(set(found), reverse=True)) if several else found

    def walk(self, chart: "Chart", i: int, j: int) -> tuple[Tree, ...] | None:
        for way in self.ways:
            if j in way.ends(chart, i):
                found = way.walk(chart, i, j)
                if found is not None:
                    return found
        return None

    def prepare(self) -> None:
        names = sorted({name for way in self.ways for name in way.first})
        self.index = {n: tuple(w for w in self.ways if n in w.first and not w.empty) for n in names}
        self.always = tuple(way for way in self.ways if way.empty)


class _Rule:
    """A rule by its name: looked for once at each place."""

    def __init__(self, name: str, grammar: "Grammar") -> None:
        self.name, self.grammar = name, grammar
        self.first, self.empty = frozenset[str](), False

    def ends(self, chart: "Chart", i: int) -> Ends:
        if not self.empty and self.first.isdisjoint(chart.edges[i]):
            return _NOWHERE
        key = (self.name, i)
        found = chart.found.get(key)
        if found is None:
            chart.found[key] = _NOWHERE
            found = chart.found[key] = self.grammar.rules[self.name].ends(chart, i)
        return found

    def walk(self, chart: "Chart", i: int, j: int) -> tuple[Tree, ...] | None:
        parts = self.grammar.rules[self.name].walk(chart, i, j)
        if parts is None:
            return None
        return (Tree(self.name, i, j, parts),) if self.name in self.grammar.kept else parts


_Node = _Word | _Many | _Row | _Either | _Rule


class Grammar:
    """The rules of a table, and the names of those that are kept in a tree.

    Raises ValueError for what is no way to say something, and for a rule that begins with itself.
    """

    def __init__(self, table: Mapping[str, Sequence[str]], kept: Sequence[str]) -> None:
        self.kept = frozenset(kept)
        self.words: set[str] = set()
        self.rules: dict[str, _Either] = dict.fromkeys(table, _Either(()))
        for name, ways in table.items():
            self.rules[name] = _Either(tuple(self._way(line, name) for line in ways))
        self._prepare()

    def _way(self, line: str, name: str) -> _Node:
        parts = _PARTS.findall(line)
        node, rest = self._either(parts)
        if rest or "".join(parts) != "".join(line.split()):
            raise ValueError(f"[{name}] {line!r} is no way to say something")
        return node

    def _either(self, parts: list[str]) -> tuple[_Node, list[str]]:
        ways: list[_Node] = []
        while True:
            row, parts = self._row(parts)
            ways.append(row)
            if not parts or parts[0] != "|":
                return (ways[0] if len(ways) == 1 else _Either(tuple(ways))), parts
            parts = parts[1:]

    def _row(self, parts: list[str]) -> tuple[_Node, list[str]]:
        row: list[_Node] = []
        while parts and parts[0] not in "|)":
            head, *parts = parts
            node: _Node
            if head == "(":
                node, parts = self._either(parts)
                if parts[:1] != [")"]:
                    raise ValueError("a bracket is not closed")
                parts = parts[1:]
            elif head.startswith("<"):
                if head[1:-1] not in self.rules:
                    raise ValueError(f"{head} is no rule")
                node = _Rule(head[1:-1], self)
            else:
                self.words.add(head)
                node = _Word(head)
            if parts and parts[0] in "?*+":
                node, parts = _Many(node, parts[0]), parts[1:]
            row.append(node)
        if not row:
            raise ValueError("nothing stands between two signs")
        return (row[0] if len(row) == 1 else _Row(tuple(row))), parts

    def _prepare(self) -> None:
        """Find with what each part may begin, until nothing new is found."""
        changed = True
        while changed:
            changed = False
            for node in self._nodes():
                before = (node.first, node.empty)
                self._begin(node)
                changed = changed or before != (node.first, node.empty)
        for node in self._nodes():
            if isinstance(node, _Either):
                node.prepare()

    def _begin(self, node: _Node) -> None:
        if isinstance(node, _Many):
            node.first = node.part.first
            node.empty = node.sign != "+" or node.part.empty
        elif isinstance(node, _Rule):
            node.first, node.empty = self.rules[node.name].first, self.rules[node.name].empty
        elif isinstance(node, _Either):
            node.first = frozenset[str]().union(*(way.first for way in node.ways))
            node.empty = any(way.empty for way in node.ways)
        elif isinstance(node, _Row):
            first: set[str] = set()
            node.empty = True
            for part in node.parts:
                first |= part.first
                if not part.empty:
                    node.empty = False
                    break
            node.first = frozenset(first)

    def _nodes(self) -> Iterator[_Node]:
        waiting: list[_Node] = list(self.rules.values())
        while waiting:
            node = waiting.pop()
            yield node
            if isinstance(node, _Many):
                waiting.append(node.part)
            elif isinstance(node, _Row):
                waiting += node.parts
            elif isinstance(node, _Either):
                waiting += node.ways


class Chart:
    """One row of words beside a grammar."""

    def __init__(self, grammar: Grammar, edges: Edges) -> None:
        self.grammar = grammar
        self.edges = (*edges, {})
        self.found: dict[tuple[str, int], Ends] = {}

    def ends(self, name: str, start: int) -> Ends:
        """Return where what a rule covers from a place on may end, the longest first."""
        rule = self.grammar.rules[name]
        if not rule.empty and rule.first.isdisjoint(self.edges[start]):
            return _NOWHERE
        key = (name, start)
        if key not in self.found:
            self.found[key] = rule.ends(self, start)
        return self.found[key]

    def tree(self, name: str, start: int, end: int) -> Tree | None:
        """Return how a rule covers a stretch: of several ways the first in the table."""
        parts = self.grammar.rules[name].walk(self, start, end)
        return None if parts is None else Tree(name, start, end, parts)
