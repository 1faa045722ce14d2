"""A chart: which rules of a grammar cover which stretches of a row of words, and how.

A grammar is a table of rules. Below the head `[name]` each line is one way to say it: words as they
are, `<names>` of other rules, `( )` around what belongs together, `|` between alternatives, and
behind a part `?` where it may be left out, `*` where it may also be repeated, `+` where it may only
be repeated. There is no negation: a rule more can only make more sentences known, a rule less only
fewer. A rule may not begin with itself.
A rule of nothing but words is a class: each row of words is looked up once, for all its classes.

Each rule is looked for once at each place, so that the work grows with the length of a row times
the size of the grammar, whatever the row is. Places are kept as the bits of a number: bit 5 of what
a part answers says that what it covers may end before the word of number 5.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, reduce
from operator import or_

_PARTS = re.compile(r"<[\w.-]+>|[()|?*+]|[^\s()|?*+<>]+")
_NO_CLASS = re.compile(r"[()?*+<>]")

#: What may stand at each place: where each word or other terminal that begins there may end, and
#: under FIRST which they are, as the bits that the grammar has for them.
Edges = Sequence[Mapping[str, int]]
FIRST = ""
#: Where each part that was looked for may end, by its number and its place.
Memo = dict[tuple[int, int], int]
#: Where a part may end that begins at any of the places that some bits are.
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

    `first` are the terminals with which it may begin, as bits, `empty` says whether it may be
    nothing; parts that are `written` alike are looked for once.
    """

    kind: str
    name: str = ""
    parts: "tuple[_Node, ...]" = ()
    first: int = 0
    empty: bool = False
    ends: _Ends = field(default=lambda _edges, _memo, _bits: 0)

    @property
    def written(self) -> str:
        """Return how a table writes it."""
        inner = (" | " if self.kind == "either" else " ").join(it.written for it in self.parts)
        if self.kind in {"word", "rule"}:
            return self.name
        return f"({inner})" if self.kind in {"row", "either"} else f"({inner}){self.kind}"

    @property
    def row(self) -> "tuple[_Node, ...]":
        """Return its parts in a row, or itself as the only one."""
        return self.parts if self.kind == "row" else (self,)


# --- where a part may end --------------------------------------------------------------------


@cache
def _word(name: str) -> _Ends:
    def ends(edges: Edges, _memo: Memo, bits: int) -> int:
        found = 0
        while bits:
            low = bits & -bits
            found |= edges[low.bit_length() - 1].get(name, 0)
            bits ^= low
        return found

    return ends


def _once(number: int, node: _Node, looks: Sequence[_Ends]) -> _Ends:
    """Look for a part at a place unless it cannot begin there, or that was done before."""
    first, is_empty = node.first, node.empty

    def ends(edges: Edges, memo: Memo, bits: int) -> int:
        found = 0
        while bits:
            low = bits & -bits
            bits ^= low
            place = low.bit_length() - 1
            key = (number, place)
            known = memo.get(key)
            if known is None:
                memo[key] = known = 0
                if is_empty or first & edges[place][FIRST]:
                    memo[key] = known = looks[number](edges, memo, low)
            found |= known
        return found

    return ends


def _many(sign: str, part: _Node) -> _Ends:
    def ends(edges: Edges, memo: Memo, bits: int) -> int:
        here = 0 if sign == "+" else bits
        new = found = part.ends(edges, memo, bits)
        while new and sign != "?":
            new = part.ends(edges, memo, new) & ~found
            found |= new
        return found | here

    return ends


def _ways(rows: Sequence[tuple[_Node, ...]], terminals: Sequence[str]) -> _Ends:
    """Look for several rows at once: what begins some of them alike is looked for once."""
    alike: dict[str, tuple[_Node, list[tuple[_Node, ...]]]] = {}
    for head, *rest in rows:
        alike.setdefault(head.written, (head, []))[1].append(tuple(rest))
    branches = [
        (head.ends, () in rests, _ways([r for r in rests if r], terminals) if any(rests) else None)
        for head, rests in alike.values()
    ]
    if len(branches) == 1:
        return _branch(*branches[0])
    ways = [_branch(*branch) for branch in branches]
    chosen_of = _choice([head for head, _ in alike.values()], terminals)

    def ends(edges: Edges, memo: Memo, bits: int) -> int:
        found, chosen = 0, chosen_of(edges, bits)
        while chosen:
            low = chosen & -chosen
            chosen ^= low
            found |= ways[low.bit_length() - 1](edges, memo, bits)
        return found

    return ends


def _branch(look: _Ends, is_end: bool, further: _Ends | None) -> _Ends:  # noqa: FBT001
    """Look for a part, and for what may follow it."""
    if further is None:
        return look

    def ends(edges: Edges, memo: Memo, bits: int) -> int:
        reached = look(edges, memo, bits)
        if not reached:
            return 0
        behind = further(edges, memo, reached)
        return reached | behind if is_end else behind

    return ends


def _choice(heads: Sequence[_Node], terminals: Sequence[str]) -> Callable[[Edges, int], int]:
    """Return what says, as bits, which of some parts can begin at any of some places."""
    if len(heads) <= _FEW:
        every = (1 << len(heads)) - 1
        return lambda _edges, _bits: every
    always = 0
    index: dict[str, int] = {}
    for at, head in enumerate(heads):
        always |= head.empty << at
        for bit in places(head.first):
            index[terminals[bit]] = index.get(terminals[bit], 0) | 1 << at

    def chosen(edges: Edges, bits: int) -> int:
        found = always
        while bits:
            low = bits & -bits
            bits ^= low
            for name in edges[low.bit_length() - 1]:
                found |= index.get(name, 0)
        return found

    return chosen


#: So few ways are all looked for; of more only those that can begin here.
_FEW = 2


def _phrases(
    classes: Mapping[str, Sequence[str]],
) -> dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]:
    """Return, by the first word of each phrase, its other words and the classes that it is of."""
    found: dict[str, list[str]] = {}
    for name, lines in classes.items():
        for phrase in dict.fromkeys(p.strip() for line in lines for p in line.split("|")):
            found.setdefault(phrase, []).append(f"<{name}>")
    made: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for phrase, names in found.items():
        if not phrase:
            raise ValueError(f"[{names[0][1:-1]}] has an empty phrase")
        first, *rest = phrase.split()
        made.setdefault(first, []).append((tuple(rest), tuple(names)))
    return made


class Grammar:
    """The rules of a table, and the names of those that are kept in a tree.

    Raises ValueError for what is no way to say something.
    """

    def __init__(self, table: Mapping[str, Sequence[str]], kept: Sequence[str]) -> None:
        self.kept = frozenset(kept)
        classes = {name: ways for name, ways in table.items() if self._is_class(ways)}
        self._phrases = _phrases(classes)
        self.words = frozenset(
            word for ways in table.values() for way in ways for word in _PARTS.findall(way)
        )
        #: The terminals that rules know: what each is as a bit, and the part that it is.
        self._bits: dict[str, int] = {}
        self._words: dict[str, _Node] = {}
        self.rules: dict[str, _Node] = {name: self._terminal(f"<{name}>") for name in classes}
        self.rules |= {name: _Node("either", name) for name in table if name not in classes}
        self.finds: dict[str, _Ends] = {}
        for name in table.keys() - classes.keys():
            self.rules[name].parts = tuple(self._way(line, name) for line in table[name])
        self._prepare()

    def _is_class(self, ways: Sequence[str]) -> bool:
        """Whether a rule is nothing but words, none of which is kept in a tree."""
        words = " ".join(ways)
        return not _NO_CLASS.search(words) and self.kept.isdisjoint(words.split())

    def classed(self, edges: Edges) -> Edges:
        """Return the edges with the classes of words that begin at each place."""
        made: list[dict[str, int]] = [dict(names) for names in edges]
        for place, names in enumerate(edges):
            for rest, found in (it for name in names for it in self._phrases.get(name, ())):
                end = place + 1 + len(rest)
                if end <= len(edges) and all(map(dict.__contains__, edges[place + 1 : end], rest)):
                    for name in found:
                        made[place][name] = made[place].get(name, 0) | 1 << end
        bit_of = self._bits.get
        for there in made:
            there[FIRST] = sum(bit_of(name, 0) for name in there)
        return (*made, {FIRST: 0})

    def _terminal(self, name: str) -> _Node:
        """Return the part that is a word or another terminal, one for each."""
        bit = self._bits.setdefault(name, 1 << len(self._bits))
        return self._words.setdefault(name, _Node("word", name, first=bit))

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
                name = head[1:-1]
                is_class = self.rules[name].kind == "word"
                node = self.rules[name] if is_class else _Node("rule", name)
            else:
                node = self._terminal(head)
            if parts and parts[0] in "?*+":
                node, parts = _Node(parts[0], "", (node,)), parts[1:]
            row.append(node)
        if not row:
            raise ValueError("nothing stands between two signs")
        return (row[0] if len(row) == 1 else _Node("row", "", tuple(row))), parts

    def _prepare(self) -> None:
        """Find with what each part may begin, and how it is looked for."""
        nodes = list(self._nodes())
        changed = True
        while changed:
            changed = False
            for node in nodes:
                before = (node.first, node.empty)
                self._begin(node)
                changed = changed or before != (node.first, node.empty)
        self._terminals = [*self._bits]
        looks: list[_Ends] = []
        for name, node in self.rules.items():
            is_class = node.kind == "word"
            self.finds[name] = _word(node.name) if is_class else _once(len(looks), node, looks)
            looks.append(self.finds[name])
        once: dict[str, _Ends] = {}
        for number, (name, node) in enumerate(self.rules.items()):
            looks[number] = self._search(node, once, looks)
            node.ends = self.finds[name]

    def _begin(self, node: _Node) -> None:
        if node.kind == "rule":
            node.first, node.empty = self.rules[node.name].first, self.rules[node.name].empty
        elif node.kind == "either":
            node.first = reduce(or_, (way.first for way in node.parts))
            node.empty = any(way.empty for way in node.parts)
        elif node.kind == "row":
            first = 0
            for part in node.parts:
                first |= part.first
                if not part.empty:
                    break
            node.first, node.empty = first, all(part.empty for part in node.parts)
        elif node.kind != "word":
            (part,) = node.parts
            node.first, node.empty = part.first, node.kind != "+" or part.empty

    def _search(self, node: _Node, once: dict[str, _Ends], looks: list[_Ends]) -> _Ends:
        """Return what looks for a part, and let its parts know what looks for each of them."""
        for part in node.parts:
            part.ends = self._search(part, once, looks)
        if node.kind == "word":
            return _word(node.name)
        if node.kind == "rule":
            return self.finds[node.name]
        if node.kind in {"row", "either"}:
            rows = node.parts if node.kind == "either" else (node,)
            return _ways([way.row for way in rows], self._terminals)
        if node.parts[0].kind == "word":
            return _many(node.kind, node.parts[0])
        if node.written not in once:
            once[node.written] = _once(len(looks), node, looks)
            looks.append(_many(node.kind, node.parts[0]))
        return once[node.written]

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
        self._edges = grammar.classed(edges)
        self._memo: Memo = {}

    def ends(self, name: str, start: int) -> int:
        """Return the places at which what a rule covers from a place on may end, as bits."""
        return self._grammar.finds[name](self._edges, self._memo, 1 << start)

    def tree(self, name: str, start: int, end: int) -> Tree | None:
        """Return how a rule covers a stretch: of several ways the first in the table."""
        parts = self._walk(self._grammar.rules[name], start, end)
        return None if parts is None else Tree(name, start, end, parts)

    def _covers(self, node: _Node, start: int, end: int) -> bool:
        return bool(node.ends(self._edges, self._memo, 1 << start) >> end & 1)

    def _walk(self, node: _Node, start: int, end: int) -> tuple[Tree, ...] | None:
        """Return the trees inside a part where it covers a stretch, None where it does not."""
        if not self._covers(node, start, end):
            return None
        if node.kind == "word":
            name = node.name.strip("<>")
            return (Tree(name, start, end),) if name in self._grammar.kept else ()
        if node.kind == "rule":
            parts = self._walk(self._grammar.rules[node.name], start, end)
            is_kept = node.name in self._grammar.kept and parts is not None
            return (Tree(node.name, start, end, parts or ()),) if is_kept else parts
        if node.kind == "either":
            ways = (self._walk(way, start, end) for way in node.parts)
            return next((way for way in ways if way is not None), None)
        if node.kind == "row":
            return self._walk_row(node.parts, start, end)
        return self._walk_many(node.parts[0], start, end)

    def _walk_row(self, parts: tuple[_Node, ...], start: int, end: int) -> tuple[Tree, ...] | None:
        """Return the trees of parts in a row, each as long as the others allow."""
        edges, memo = self._edges, self._memo
        reached = [1 << start]
        for part in parts[:-1]:
            reached.append(part.ends(edges, memo, reached[-1]))
        goals = [1 << end]
        for part, bits in zip(reversed(parts), reversed(reached), strict=True):
            ways = (at for at in places(bits) if part.ends(edges, memo, 1 << at) & goals[-1])
            goals.append(sum(1 << at for at in ways))
        found: tuple[Tree, ...] = ()
        for part, goal in zip(parts, reversed(goals[:-1]), strict=True):
            after = (part.ends(edges, memo, 1 << start) & goal).bit_length() - 1
            inner = self._walk(part, start, after) if after >= start else None
            if inner is None:
                return None
            found, start = found + inner, after
        return found

    def _walk_many(self, part: _Node, start: int, end: int) -> tuple[Tree, ...] | None:
        """Return the trees of a part that is repeated, the longest first."""
        more = _many("*", part)
        found: tuple[Tree, ...] = ()
        while start < end:
            for place in places(part.ends(self._edges, self._memo, 1 << start)):
                if place > start and more(self._edges, self._memo, 1 << place) >> end & 1:
                    found += self._walk(part, start, place) or ()
                    start = place
                    break
            else:
                return None
        return found
