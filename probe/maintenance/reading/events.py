"""Sentences to events: what each says of an outage, by the clauses that cover it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from probe.maintenance.reading.chart import Chart, Tree, places
from probe.maintenance.reading.sentences import MOST_WORDS, Sentence
from probe.maintenance.reading.times.expressions import Tile
from probe.maintenance.reading.words import CLAUSES, grammar, with_names

UNKNOWN = "unknown"
#: Clauses that announce, and those that say less or take back: one sentence that can be read as
#: both is not understood.
ANNOUNCING = frozenset(("outage", "work", "weekly-except"))
LESSENING = frozenset(("cancel", "over", "moved", "spared", "less"))
_ELSEWHERE = frozenset(("courtesy", "elsewhen", "stamp", "status-up", UNKNOWN))
_TIMES = ("WINDOW", "HOURS", "START", "END", "DAYS", "LENGTH", "LIMIT", "EXCEPT", "SKIPPED")


@dataclass(frozen=True, slots=True)
class Event:
    """What a clause says: its kind, whom it is about, and the times that it tells.

    `ours` and `others` are the components that are its subject; `vague` is set where "the portal",
    "users" or nothing stands for one, and `pronoun` where "it" does. `told` are the times of what
    is taken back or moved; `refers` is set where it points at times told elsewhere.
    """

    kind: str
    sentence: int
    start: int
    end: int
    ours: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    vague: bool = False
    pronoun: bool = False
    strong: bool = False
    refers: bool = False
    times: tuple[Tile, ...] = ()
    told: tuple[Tile, ...] = ()
    corrects: bool = False
    all_day: bool = False
    """Whether it says that its days are meant from midnight to midnight."""
    beside: bool = False
    """Whether a time stands in it that is read as mere words."""

    @property
    def tells(self) -> bool:
        """Whether its times are of what is announced or taken back, and not of something else."""
        return self.kind not in _ELSEWHERE

    @property
    def named(self) -> bool:
        """Whether it names what it is about."""
        return bool(self.ours or self.others)


def events_of(sentences: Sequence[Sentence], folded: str) -> tuple[Event, ...]:
    """Return the events of a text, in order; a sentence that no clause covers is unknown."""
    return tuple(event for sentence in sentences for event in _of_sentence(sentence, folded))


def _of_sentence(sentence: Sentence, folded: str) -> Iterator[Event]:
    size = len(sentence.tokens)
    if size > MOST_WORDS:
        yield Event(UNKNOWN, sentence.number, sentence.start, sentence.end)
        return
    chart = Chart(grammar(), with_names(sentence.edges()))
    parts = _parts(chart, sentence, folded)
    if parts is None:
        yield Event(UNKNOWN, sentence.number, sentence.start, sentence.end)
        return
    for start, end in parts:
        names = [name for name in CLAUSES if chart.ends(name, start) >> end & 1]
        is_both = not ANNOUNCING.isdisjoint(names) and not LESSENING.isdisjoint(names)
        tree = None if is_both else chart.tree(names[0], start, end)
        if tree is None:
            yield Event(UNKNOWN, sentence.number, sentence.start, sentence.end)
        else:
            yield _event(tree, sentence)


def _parts(chart: Chart, sentence: Sentence, folded: str) -> list[tuple[int, int]] | None:
    """Return the fewest clauses that cover a sentence.

    A further one begins with a capital, or is joined to one that is no mere remark.
    """
    size = len(sentence.tokens)
    words = folded[sentence.start : sentence.end]
    is_shouted = words.upper() == words
    known: dict[int, list[tuple[int, int]] | None] = {size: []}

    def cover(i: int) -> list[tuple[int, int]] | None:
        if i in known:
            return known[i]
        known[i] = None
        for j in places(chart.ends("clause", i)):
            after = j + 1 if j < size and _heads(chart, i, j, sentence.tokens[j].name) else j
            begins = after in {size, j + 1} or (
                not is_shouted
                and _begins_line(sentence, j, folded, behind_title=chart.ends("title", i) >> j & 1)
                and not (_is_time(sentence, j) and _is_remark(chart, i, j))
            )
            if not begins and _joins(sentence, j) and not _is_remark(chart, i, j):
                begins, after = True, j + 2
            rest = cover(after) if begins and j > i else None
            best = known[i]
            if rest is not None and (best is None or len(rest) + 1 < len(best)):
                known[i] = [(i, j), *rest]
        return known[i]

    return cover(0)


def _begins_line(sentence: Sentence, at: int, folded: str, *, behind_title: int) -> bool:
    """Whether a word may begin a line of its own: a capital, and no name in midst of a sentence."""
    start, before = sentence.tokens[at].start, sentence.tokens[at - 1].end
    if not folded[start].isupper():
        return False
    is_name = folded[sentence.tokens[at].start : sentence.tokens[at].end].isupper() or any(
        first <= start < last for first, last, _, _ in sentence.named
    )
    return (
        bool(behind_title)
        or not is_name
        or any(tile.start < before <= tile.end for tile in sentence.tiles)
    )


def _joins(sentence: Sentence, at: int) -> bool:
    """Whether a comma and "and" join what is before them to a clause of its own."""
    return [token.name for token in sentence.tokens[at : at + 2]] == [",", "and"]


def _is_time(sentence: Sentence, at: int) -> bool:
    """Whether a time begins at a word."""
    return any(tile.start == sentence.tokens[at].start for tile in sentence.tiles)


def _is_remark(chart: Chart, start: int, end: int) -> bool:
    """Whether a clause says nothing of an outage, so that times behind it are its own."""
    telling = (name for name in CLAUSES if name not in _ELSEWHERE)
    return not any(chart.ends(name, start) >> end & 1 for name in telling)


def _heads(chart: Chart, start: int, end: int, following: str) -> bool:
    """Whether a clause is the heading, before a colon, of what follows it."""
    return following == ":" and any(
        chart.ends(name, start) >> end & 1 for name in ("title", "work", "weak-work")
    )


def _event(tree: Tree, sentence: Sentence) -> Event:
    at = {(t.start, t.end): t for t in sentence.tiles}
    owners = {start: (owner, ours) for start, _, owner, ours in sentence.named}
    tokens = sentence.tokens

    def tiles(part: Tree, *, told: bool) -> Iterator[Tile]:
        for it in part.parts:
            is_told = told or it.name in {"told-time", "times-told", "announced"}
            if it.name in _TIMES:
                tile = at.get((tokens[it.start].start, tokens[it.end - 1].end))
                tile = tile or _tile_from(sentence, tokens[it.start].start)
                if tile is not None and is_told == wanted:
                    yield tile
            elif it.name not in {"reason", "informant"}:
                yield from tiles(it, told=is_told)

    is_undone = tree.name in {"cancel", "over"}
    wanted = False
    times = tuple(tiles(tree, told=is_undone))
    wanted = True
    told = tuple(tiles(tree, told=is_undone))
    subjects = [*_outside(tree, "subject", "subject-name", "restored")]
    people = [*_outside(tree, "users-of")]
    named = [
        owners[tokens[t.start].start]
        for part in (subjects or people)
        for t in part.all("OURS", "OTHER")
        if tokens[t.start].start in owners
    ]
    if (
        subjects
        and not named
        and all(s.first("other") and not s.first("generic") for s in subjects)
    ):
        named = [("other", False)]
    vague = not subjects or any(s.first("generic") or _is_nameless(s) for s in subjects)
    return Event(
        kind=tree.name,
        sentence=sentence.number,
        start=tokens[tree.start].start,
        end=tokens[tree.end - 1].end,
        ours=tuple(dict.fromkeys(owner for owner, is_ours in named if is_ours)),
        others=tuple(dict.fromkeys(owner for owner, is_ours in named if not is_ours)),
        vague=(vague and not named) or any(s.first("generic") for s in subjects),
        pronoun=any(s.first("it-word") for s in subjects),
        strong=tree.first("strong") is not None,
        refers=tree.first("then") is not None,
        times=times,
        told=told,
        corrects=tree.first("corrects") is not None or _begins(tree, "corrects"),
        all_day=tree.first("whole-day") is not None,
        beside=_has_more(tree, sentence),
    )


def _begins(tree: Tree, name: str) -> bool:
    return any(next(part.all(name), None) is not None for part in tree.parts)


def _has_more(tree: Tree, sentence: Sentence) -> bool:
    """Whether an hour or a date stands in a clause that is read as mere words."""
    tokens = sentence.tokens
    covered = [
        (tokens[t.start].start, tokens[t.end - 1].end) for t in tree.all(*_TIMES, "STAMP", "ZONE")
    ]
    first, last = tokens[tree.start].start, tokens[tree.end - 1].end
    weeks = [a.end for a in sentence.atoms if a.kind == "week-of" and first <= a.start < last]
    if any(
        not any(end <= t.start <= end + 1 and t.is_whole for t in sentence.tiles) for end in weeks
    ):
        return True
    return any(
        first <= tile.start < last and _is_telling(tile)
        and not any(start <= tile.start < end for start, end in covered)
        for tile in sentence.tiles
    )  # fmt: skip


def _is_telling(tile: Tile) -> bool:
    is_dated = tile.when is not None and bool(tile.when.dates)
    return tile.shape in {"timed", "range", "hours", "moment", "lasting", "toward"} or is_dated


def _outside(tree: Tree, *names: str) -> Iterator[Tree]:
    """Yield the trees of some names that are no part of a reason."""
    for part in tree.parts:
        if part.name in names:
            yield part
        elif part.name not in {"reason", "before"}:
            yield from _outside(part, *names)


def _is_nameless(subject: Tree) -> bool:
    return subject.first("OURS", "OTHER", "it-word") is None


def _tile_from(sentence: Sentence, start: int) -> Tile | None:
    return next((tile for tile in sentence.tiles if tile.start == start), None)
