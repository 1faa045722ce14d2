"""A text to its sentences, and each to the row of words that the grammar is laid over."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from probe.maintenance.reading.context import Context
from probe.maintenance.reading.names import named_in
from probe.maintenance.reading.times.atoms import Atom
from probe.maintenance.reading.times.expressions import Tile, expressions

#: A word, a number, an address or a sign; "n't" and "'ll" are words of their own.
_TOKEN = re.compile(
    r"(?P<URL>https?://\S+|www\.\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|gov|net|edu|io)\b(?:/\S*)?)"
    r"|(?P<EMAIL>[\w.+-]+@[\w.-]+\.\w+)"
    r"|(?P<PHONE>(?:\d-)?\(?\d{3}\)?[ -]\d{3}-\d{4}|1-8\d\d-[\w-]+)"
    r"|(?P<CODE>[A-Z]{2,5}[#-]?\d[\w-]*|#\d+)"
    r"|(?P<word>[^\W\d_]+?(?=n't\b)|n't\b|'(?i:s|ll|re|ve|d|m)\b|[^\W\d_]+)"
    r"|(?P<NUMBER>\d+)"
    r"|(?P<sign>[^\w\s])"
)
_SHORT = {
    "n't": "not", "'ll": "will", "'re": "are", "'ve": "have", "'m": "am", "wo": "will",
    "ca": "can", "cannot": "can",
}  # fmt: skip
#: Behind these "'s" is "is".
_BEFORE_IS = frozenset(("it", "that", "there", "here", "what", "who", "everything"))
_SIGNS = {
    "(": "OPEN", "[": "OPEN", "{": "OPEN", ")": "SHUT", "]": "SHUT", "}": "SHUT", ".": "STOP",
    "!": "STOP", "?": "QUERY", "|": ",", "\u2022": "-",
}  # fmt: skip
#: Dressing, which says nothing.
_DRESSING = frozenset("*_=~#>")
#: A longer sentence is not looked at.
MOST_WORDS = 120
_LETTERS = re.compile(r"[^\W\d_]\Z")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a sentence as the grammar knows it, and where it stands."""

    name: str
    start: int
    end: int
    digits: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch between full stops, with its words, its times and who is named in it."""

    number: int
    start: int
    end: int
    tokens: tuple[Token, ...]
    atoms: tuple[Atom, ...]
    tiles: tuple[Tile, ...]
    problems: tuple[str, ...]
    named: tuple[tuple[int, int, str, bool], ...]
    asks: bool = False

    def edges(self) -> list[dict[str, int]]:
        """Return what may begin at each word: the word itself, a name, or a time."""
        made: list[dict[str, int]] = [
            dict.fromkeys(filter(None, (token.name, token.digits)), 2 << i)
            for i, token in enumerate(self.tokens)
        ]
        at = {token.start: i for i, token in enumerate(self.tokens)}
        for start, end, _, ours in self.named:
            self._edge(made, at, start, end, "OURS" if ours else "OTHER")
        for tile in self.tiles:
            kind = kind_of(tile)
            self._edge(made, at, tile.start, tile.end, kind)
            if kind == "EXCEPT" and tile.shape == "some-days":
                self._edge(made, at, tile.start, tile.end, "SKIPPED")
        return made

    def _edge(
        self, made: list[dict[str, int]], at: dict[int, int], start: int, end: int,
        name: str,
    ) -> None:  # fmt: skip
        first = at.get(start)
        if first is None:
            return
        last = first
        while last < len(self.tokens) and self.tokens[last].end <= end:
            last += 1
        if last > first and (last == len(self.tokens) or self.tokens[last].start >= end):
            made[first][name] = made[first].get(name, 0) | 1 << last


#: What times are for the grammar, by their shape, where the words before them say nothing else.
_KINDS = {
    "posted": "STAMP", "some-zone": "ZONE", "timed": "WINDOW", "range": "WINDOW", "hours": "HOURS",
    "lasting": "WINDOW", "toward": "END", "moment": "START", "some-days": "DAYS",
    "some-length": "LENGTH",
}  # fmt: skip


def kind_of(tile: Tile) -> str:
    """Return what a time is for the grammar."""
    kind, lead = _KINDS[tile.shape], tile.lead
    if kind in {"STAMP", "ZONE"}:
        return kind
    if lead & {"except", "limit"}:
        return "EXCEPT" if "except" in lead else "LIMIT"
    is_end = (tile.shape == "lasting" and "end" in lead) or (
        tile.shape == "moment" and lead & {"end", "to"}
    )
    return "END" if is_end else kind


def _tokens(folded: str, start: int, end: int) -> Iterator[Token]:
    before = ""
    for match in _TOKEN.finditer(folded, start, end):
        kind, words = match.lastgroup, match[0]
        if kind == "sign":
            if words in _DRESSING:
                continue
            if words == "-" and _is_inside_word(folded, match.start()):
                continue
            yield Token(_SIGNS.get(words, words), match.start(), match.end())
        elif kind == "word":
            lower = words.lower()
            is_verb = lower == "'s" and before in _BEFORE_IS
            yield Token("is" if is_verb else _SHORT.get(lower, lower), match.start(), match.end())
            before = lower
            if lower == "cannot":
                yield Token("not", match.end(), match.end())
        else:
            yield Token(str(kind), match.start(), match.end(), words if kind == "NUMBER" else "")


def _is_inside_word(folded: str, at: int) -> bool:
    """Whether a dash only parts two halves of a word: sign-in, e-mail."""
    return (
        0 < at < len(folded) - 1
        and _LETTERS.match(folded[at - 1]) is not None
        and _LETTERS.match(folded[at + 1]) is not None
    )


def sentences(folded: str, atoms: Sequence[Atom], context: Context) -> tuple[Sentence, ...]:
    """Return the sentences of a text, in order."""
    named = tuple(named_in(folded, context))
    made: list[Sentence] = []
    start = 0
    inside: list[Atom] = []
    for atom in [*atoms, Atom(".", ".", len(folded), len(folded))]:
        if atom.kind not in {".", ";"}:
            inside.append(atom)
            continue
        tokens = tuple(_tokens(folded, start, atom.end))
        asks = bool(tokens) and tokens[-1].name == "QUERY"
        while tokens and tokens[-1].name in {"STOP", ";", ":", ",", "-"}:
            tokens = tokens[:-1]
        if tokens:
            covered = expressions(inside, context.day.year)
            made.append(
                Sentence(
                    number=len(made), start=start, end=atom.end, tokens=tokens,
                    atoms=tuple(inside), tiles=covered.tiles,
                    problems=tuple(reason for _, reason in covered.problems),
                    named=tuple(n for n in named if start <= n[0] < atom.end),
                    asks=asks,
                )
            )  # fmt: skip
        inside, start = [], atom.end
    return tuple(made)
