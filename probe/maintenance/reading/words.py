"""The grammar of sentences: the tables of words, verbs and clauses as one."""

from functools import cache

from probe.maintenance.reading.chart import Grammar
from probe.maintenance.reading.table import table

#: What a sentence may be; each is made an event of in events.py.
CLAUSES = (
    "outage", "work", "weekly-except", "less", "weak-work", "announcing", "possible", "advisory",
    "back", "start", "field-when", "field-what", "field-impact", "field-why", "field-who",
    "cancel", "over", "moved", "spared", "status-up", "title", "stamp", "courtesy", "elsewhen",
)  # fmt: skip
#: What is looked for inside a sentence.
KEPT = (
    "name", "generic", "other", "subject", "subject-name", "when", "then", "time", "told-time",
    "new-time", "times-told", "announced", "users-of", "reason", "before", "strong", "it-word", "part", "restored", "OURS", "OTHER",
    "WINDOW", "HOURS", "START", "END", "DAYS", "LENGTH", "LIMIT", "EXCEPT", "STAMP", "ZONE",
)  # fmt: skip
_VOWELS = "aeiou"


def forms(line: str) -> tuple[str, str, str, str, str]:
    """Return the base, third person, past, participle and -ing of a line of verbs.txt."""
    given = tuple(part.strip() for part in line.split(","))
    if len(given) == 1:
        (base,) = given
        first, _, rest = base.partition(" ")
        tail = f" {rest}" if rest else ""
        bare = first.removesuffix("e")
        y = first.endswith("y") and first[-2] not in _VOWELS
        third = first[:-1] + "ies" if y else first + ("es" if first.endswith(("s", "sh", "ch", "x")) else "s")
        past = (first[:-1] + "ied" if y else bare + "ed") + tail
        return base, third + tail, past, past, bare + "ing" + tail
    base, third, past, participle, ing = given
    return base, third, past, participle, ing


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
        each = [forms(line) for line in lines]
        for at, form in enumerate(("", ".s", ".ed", ".en", ".ing")):
            rules[name + form] = sorted({it[at] for it in each})
    rules["clause"] = [f"<{name}>" for name in CLAUSES]
    return Grammar(rules, (*CLAUSES, *KEPT))
