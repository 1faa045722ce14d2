"""The tables of phrases, and where each phrase is looked for."""

import re

import pytest
from probe.maintenance.reading.initials import LETTERS, initials
from probe.maintenance.reading.phrases import ANY
from probe.maintenance.reading.zonenames import CITIES, WORDS

from probe.maintenance.reading.table import table
from probe.maintenance.reading.text import fold
from tests.maintenance.reading.test_notices import ROWS

TEXTS = [fold(row.text).lower() for row in ROWS]


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
        for text in TEXTS
        for found in row.finditer(text)
        if found[0][:1] in LETTERS and found[0][0] not in initials(row.pattern)
    }
    assert not lost


def test_a_line_is_a_phrase_and_an_indented_one_goes_on() -> None:
    """The tables are whole: every row has phrases, and each sign's are patterns."""
    for name in ("others.txt", "phrases.txt", "signs.txt"):
        rows = table(name)
        assert rows
        for head, phrases in rows.items():
            assert phrases, head
            assert not [p for p in phrases if p != p.strip() or "\n" in p]
    for phrase in (p for phrases in table("signs.txt").values() for p in phrases):
        re.compile(phrase)


def test_each_city_that_is_a_zone_by_itself_is_known() -> None:
    """Its zone is looked up among the words."""
    assert not set(CITIES) - WORDS.keys()
