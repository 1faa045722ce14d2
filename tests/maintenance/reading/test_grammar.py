"""The tables: each can be read, and nothing that is taken out of one makes a window of a trap."""

import random
from collections.abc import Iterator, Mapping

import pytest

from probe.maintenance.reading import events
from probe.maintenance.reading.chart import Chart, Grammar, places
from probe.maintenance.reading.events import LESSENING
from probe.maintenance.reading.table import table
from probe.maintenance.reading.times.initials import LETTERS, initials
from probe.maintenance.reading.times.phrases import ANY
from probe.maintenance.reading.times.zones import CITIES, WORDS
from probe.maintenance.reading.words import forms, grammar_of
from tests.maintenance.reading.test_notices import ROWS
from tests.maintenance.reading.test_outages import lines_of, outages_of_ours, read

Table = dict[str, list[str]]
TABLES = ("words.txt", "verbs.txt", "clauses.txt")
TRAPS = lines_of("no_outage.txt")


def words_of(text: str) -> list[dict[str, int]]:
    """Return a row of words for a chart."""
    return [{word: 2 << at} for at, word in enumerate(text.split())]


def covers(grammar: Grammar, text: str) -> bool:
    """Whether a sentence is one that the grammar knows."""
    row = words_of(text)
    return len(row) in places(Chart(grammar, row).ends("s", 0))


def test_a_line_may_leave_out_repeat_and_choose() -> None:
    """The signs of the tables mean what chart.py says of them."""
    grammar = Grammar(
        {"s": ["<who> will? (not | never)* go+ home?"], "who": ["we", "all of us"]}, ()
    )
    assert covers(grammar, "we go")
    assert covers(grammar, "all of us will not never go go home")
    assert not covers(grammar, "we will home")
    assert not covers(grammar, "us go")


@pytest.mark.parametrize("line", ["a | ", "(a", "a)", "<unknown>", "a <b"])
def test_a_slip_in_a_table_is_told(line: str) -> None:
    """With the rule and the line that it stands in."""
    with pytest.raises(ValueError, match=r"^\[s\]"):
        Grammar({"s": [line]}, ())


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ("upgrade", ("upgrade", "upgrades", "upgraded", "upgraded", "upgrading")),
        ("carry, carries, carried, carried, carrying", None),
        ("log out, logs out, logged out, logged out, logging out", None),
        ("patch", ("patch", "patches", "patched", "patched", "patching")),
        ("roll back", ("roll back", "rolls back", "rolled back", "rolled back", "rolling back")),
    ],
)
def test_the_forms_of_a_verb_are_made_of_its_line(line: str, made: tuple[str, ...] | None) -> None:
    """Regular ones of the base, others as they are written."""
    assert forms(line) == (made or tuple(part.strip() for part in line.split(",")))


def without(name: str, rules: Iterator[tuple[str, str]]) -> Mapping[str, Table]:
    """Return all tables, one of them without some lines."""
    gone = set(rules)
    made = {each: table(each) for each in TABLES}
    made[name] = {
        head: [line for line in lines if (head, line) not in gone] or ["nothing-of-the-kind"]
        for head, lines in made[name].items()
    }
    return made


def harmful(monkeypatch: pytest.MonkeyPatch, tables: Mapping[str, Table]) -> list[str]:
    """Return the traps that would have effect with some tables."""
    grammar = grammar_of(*(tables[name] for name in TABLES))
    monkeypatch.setattr(events, "grammar", lambda: grammar)
    return [trap for trap in TRAPS if outages_of_ours(read(trap))]


def test_no_trap_needs_the_lines_that_take_back_or_lessen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without them such a sentence is unknown, and its notice only proposes."""
    lines = ((head, line) for head in LESSENING for line in table("clauses.txt")[head])
    assert not harmful(monkeypatch, without("clauses.txt", lines))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", TABLES)
def test_no_trap_needs_any_line(monkeypatch: pytest.MonkeyPatch, name: str, seed: int) -> None:
    """With a tenth of a table taken out, fewer sentences are known, and none more."""
    chosen = random.Random(seed)  # noqa: S311  # no secret
    lines = [(head, line) for head, lines in table(name).items() for line in lines]
    gone = chosen.sample(lines, len(lines) // 10)
    assert not harmful(monkeypatch, without(name, iter(gone)))


# --- the phrases of times ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "letters"),
    [
        (r"until further notice", "u"),
        (r"(?:un)?available\b", "ua"),
        (r"(?P<mer>[ap]\s?m)|noon", "apn"),
        (r"\d{1,2} hours", ""),
        (r"\(?(?:about |c\. ?)?x", "acx"),
        (r"(?<!be )\b(?:date )?posted", "dp"),
        (r"e?mail|[\[(]?s", "ems"),
        (r"(?<=[ap]m )[a-z-]{3,14} time", "".join(sorted(LETTERS))),
        (r"\w+ time", "".join(sorted(LETTERS))),
    ],
)
def test_the_letters_that_a_phrase_may_begin_with(pattern: str, letters: str) -> None:
    """They are those of its first part, and of those after it while that may be left out."""
    assert initials(pattern) == set(letters)


def test_no_phrase_is_lost_because_it_begins_with_another_letter() -> None:
    """Whatever a row finds in the notices of the table begins with a letter of that row."""
    lost = {
        (name, text[found.start() :][:30])
        for name, row in ANY
        for text in (row.text.lower() for row in ROWS)
        for found in row.finditer(text)
        if found[0][:1] in LETTERS and found[0][0] not in initials(row.pattern)
    }
    assert not lost


def test_each_city_that_is_a_zone_by_itself_is_known() -> None:
    """Its zone is looked up among the words."""
    assert not set(CITIES) - WORDS.keys()
