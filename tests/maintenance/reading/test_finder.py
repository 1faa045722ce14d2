"""The finder of phrases against a plain search for each."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.maintenance.reading.finder import Finder, any_of
from probe.maintenance.reading.table import table
from tests.maintenance.reading.test_table import TEXTS

SIGNS = table("signs.txt")
FINDER = Finder(SIGNS)
PLAIN = {name: any_of(phrases) for name, phrases in SIGNS.items()}


def searched(text: str) -> set[str]:
    """Search for every phrase everywhere."""
    return {name for name, pattern in PLAIN.items() if pattern.search(text)}


def test_it_finds_what_a_search_of_every_phrase_finds() -> None:
    """In all notices of the table."""
    assert not [text for text in TEXTS if FINDER.find(text) != searched(text)]


@given(st.lists(st.sampled_from([w for text in TEXTS[:300] for w in text.split()]), max_size=12))
def test_so_it_does_in_any_order_of_their_words(words: list[str]) -> None:
    """Whatever stands beside whatever."""
    text = " ".join(words)
    assert FINDER.find(text) == searched(text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        (r"(?<!not )available", "it is available"),
        (r"\bdue\b(?! to)", "due friday"),
        (r"n't work", "it doesn't work"),
        (r"^\W*draft", "- draft"),
        (r"(?:\d+|two) hours", "for 2 hours"),
        (r"\| ?done", "spot | done |"),
        (r"(?:un)?usable", "unusable"),
    ],
)
def test_a_phrase_is_found_wherever_it_may_begin(phrase: str, text: str) -> None:
    """At a word, behind what must not stand before it, at a digit or at a mark."""
    assert re.search(phrase, text)
    assert Finder({"it": [phrase]}).find(text) == {"it"}
