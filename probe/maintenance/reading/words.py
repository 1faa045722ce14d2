"""The grammar of sentences: the tables of words, verbs and clauses as one."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from probe.maintenance.reading.chart import Grammar
from probe.maintenance.reading.table import table

#: What a sentence may be; each is made an event of in events.py.
CLAUSES = (
    "outage", "work", "weekly-except", "less", "weak-work", "announcing", "possible", "advisory",
    "back", "start", "field-when", "field-what", "field-impact", "field-why", "field-who",
    "cancel", "over", "moved", "spared", "status-up", "title", "stamp", "courtesy", "elsewhen",
)  # fmt: skip
#: What a word is that stands in no table.
OPEN_WORD = "OPEN-WORD"
#: What is looked for inside a sentence.
KEPT = (
    "name", "generic", "other", "subject", "subject-name", "when", "then", "time", "told-time",
    "new-time", "times-told", "announced", "users-of", "reason", "informant", "before", "strong",
    "whole-day", "it-word", "part", "restored", "corrects", "OURS", "OTHER", "WINDOW", "HOURS",
    "START", "END", "DAYS", "LENGTH", "LIMIT", "EXCEPT", "SKIPPED", "STAMP", "ZONE",
)  # fmt: skip
_VOWELS = "aeiou"
#: A verb of one short syllable doubles its last letter before -ed and -ing: plan, scan.
_SHORT = re.compile(r"[^aeiou]*[aeiou][^aeiouwxy]")
#: The words that English has for its grammar, and no name is ever one of them. They are here and
#: in no table, so that no table can lack one: "unless" is never read as the name of a thing.
_CLOSED = frozenset(
    re.findall(
        r"\S+",
        """
a an the this that these those here there i me my mine we us our ours you your yours he him
his she her hers it its they them their theirs who whom whose which what when where why how
and or but nor so yet for if unless until till while whereas though although because since as
than whether lest once provided providing except without within instead rather not no none
never nothing nobody nowhere neither either hardly scarcely barely be am is are was were been
being have has had having do does did doing done will would shall should can could may might
must ought need dare used to of in on at by from with about into onto out off up down over
under again further then too very just only even still ever always already soon now today
tonight tomorrow yesterday maybe perhaps possibly probably likely unlikely tentative
tentatively supposedly allegedly reportedly else other others another each every all any some
both few many most more less least such same own one two first second last next later before
after during between through per via null void moot wrong false untrue fake hoax mistake error
joke example sample quote draft drill demo test tests rumor rumour myth lie fiction doubt
doubts veto vetoes objection objections hesitation hesitations cancellation postponement delay
reversal withdrawal correction retraction revision rollback refusal rejection change mind
hypothetical please don won can't let yes ok okay s t ll re ve d m
""",
    )
)
_UNLIKE_NAMES = ("ed", "ing", "ly")


def forms(line: str) -> tuple[str, str, str, str, str]:
    """Return the base, third person, past, participle and -ing of a verb of verbs.txt."""
    given = tuple(part.strip() for part in line.split(","))
    if len(given) == 1:
        (base,) = given
        first, _, rest = base.partition(" ")
        tail = f" {rest}" if rest else ""
        bare = first.removesuffix("e")
        y = first.endswith("y") and first[-2] not in _VOWELS
        third = (
            first[:-1] + "ies"
            if y
            else first + ("es" if first.endswith(("s", "sh", "ch", "x")) else "s")
        )
        stem = bare + bare[-1] if _SHORT.fullmatch(first) else bare
        past = (first[:-1] + "ied" if y else stem + "ed") + tail
        return base, third + tail, past, past, stem + "ing" + tail
    base, third, past, participle, ing = given
    return base, third, past, participle, ing


def with_names(edges: Sequence[Mapping[str, int]]) -> list[Mapping[str, int]]:
    """Return what may begin at each word, a word that the grammar does not know as a name, too."""
    known = grammar().words
    return [
        {**names, OPEN_WORD: next(iter(names.values()))} if _is_open(names, known) else names
        for names in edges
    ]


def _is_open(names: Mapping[str, int], known: frozenset[str]) -> bool:
    if len(names) != 1:
        return False
    (word,) = names
    is_new = word not in known and word not in _CLOSED
    return is_new and word.isalpha() and word.islower() and not word.endswith(_UNLIKE_NAMES)


@cache
def grammar() -> Grammar:
    """Return the grammar of sentences."""
    return grammar_of(table("words.txt"), table("verbs.txt"), table("clauses.txt"))


def grammar_of(
    words: dict[str, list[str]], verbs: dict[str, list[str]], clauses: dict[str, list[str]]
) -> Grammar:
    """Return the grammar of some tables."""
    twice = words.keys() & clauses.keys()
    if twice:
        raise ValueError(f"{sorted(twice)} are rules and classes of words")
    rules = {**words, **clauses}
    for name, lines in verbs.items():
        each = [forms(verb.strip()) for line in lines for verb in line.split("|")]
        for at, form in enumerate(("", ".s", ".ed", ".en", ".ing")):
            rules[name + form] = sorted({it[at] for it in each})
    rules["clause"] = [f"<{name}>" for name in CLAUSES]
    return Grammar(rules, (*CLAUSES, *KEPT))
