"""Which component a notice is about, where Medicare's other systems are named."""

from dataclasses import replace

import pytest

from probe.maintenance.reading.notice import read_notice
from probe.maintenance.reading.table import table
from tests.maintenance.reading.contexts import WORDS, a_context

WHEN = "will be unavailable Saturday, June 8, 2024, from 6 a.m. to 9 a.m. ET."


def test_a_component_of_the_configuration_keeps_its_words() -> None:
    """Where somebody probes HETS itself, HETS is theirs."""
    for spelling in ("HETS", "Hets", "hets"):
        words = {**WORDS, "eligibility": (spelling,)}
        notice = read_notice(f"HETS {WHEN}", replace(a_context(), words=words))
        assert notice.components == ("eligibility",)


@pytest.mark.parametrize(("name", "words"), table("others.txt").items())
def test_each_other_system_is_known_by_each_of_its_names(name: str, words: list[str]) -> None:
    """None of them stands for what the page is about."""
    for named in words:
        notice = read_notice(f"{named} {WHEN}", a_context(component="spot"))
        assert [window.components for window in notice.windows] == [(name,)]
