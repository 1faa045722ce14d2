"""What announces no outage of ours has no effect, whatever stands around it; what does, has one."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from probe.maintenance.reading.notice import read_notice
from probe.types import Impact, Notice, Plan
from tests.maintenance.reading.contexts import a_context

OURS = {"spot", "idm"}
NEW_YORK = ZoneInfo("America/New_York")
SHOWN = "2024-06-08T20:00 2024-06-08T23:00"


def lines_of(name: str) -> list[str]:
    """Return the notices of a file beside this one, below its first blank line."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return lines[lines.index("") + 1 :]


def read(notice: str) -> Notice:
    """Read a notice of SPOT's own page."""
    return read_notice(notice.replace("\\n", "\n"), a_context(component="spot"))


def outages_of_ours(notice: Notice) -> list[Plan]:
    """Return the windows that would excuse a failure."""
    return [w for w in notice.windows if w.impact is Impact.OUTAGE and OURS & set(w.components)]


def shown(plan: Plan) -> str:
    """Return when a window is, in New York."""
    ends = (plan.starts_at.astimezone(NEW_YORK), plan.ends_at.astimezone(NEW_YORK))
    return " ".join(f"{at:%Y-%m-%dT%H:%M}" for at in ends)


@pytest.mark.parametrize("notice", lines_of("no_outage.txt"))
def test_no_outage_of_ours_has_effect(notice: str) -> None:
    """Less than an outage, an outage of another system, or nothing."""
    assert not outages_of_ours(read(notice))


@pytest.mark.parametrize("notice", lines_of("one_outage.txt"))
def test_the_outage_that_is_announced_is_the_only_one(notice: str) -> None:
    """It has effect or is proposed, and nothing else has effect."""
    notice_read = read(notice)
    assert {shown(plan) for plan in outages_of_ours(notice_read)} <= {SHOWN}
    told = (*notice_read.windows, *notice_read.proposals)
    assert SHOWN in {shown(plan) for plan in told}


def test_most_outages_have_effect_beside_what_is_said_with_them() -> None:
    """Courtesies, hints and news of other work take nothing from an announcement."""
    announced = [read(notice) for notice in lines_of("one_outage.txt")]
    assert sum(bool(outages_of_ours(one)) for one in announced) >= 0.85 * len(announced)


def test_a_courtesy_behind_an_outage_takes_nothing_from_it() -> None:
    """The window is the same with nearly every one, and none makes another one."""
    announcement = "SPOT will be unavailable Saturday, June 8, 2024, from 8 p.m. to 11 p.m. ET."
    with_it = [read(f"{announcement} {courtesy}") for courtesy in lines_of("behind.txt")]
    for notice in with_it:
        assert {shown(plan) for plan in outages_of_ours(notice)} <= {SHOWN}
    assert sum(bool(outages_of_ours(notice)) for notice in with_it) >= 0.95 * len(with_it)


OUTAGE = "SPOT will be unavailable Saturday, June 8, 2024, from 8 p.m. to 11 p.m. ET."


@pytest.mark.parametrize(
    "remark",
    [
        "Our zorg vendor is replacing a zulk in the server room.",
        "A zorg of the vendor will answer your questions.",
        "Please bookmark the zorg page.",
    ],
)
def test_a_thing_of_no_known_name_is_still_a_thing(remark: str) -> None:
    """Nouns are open: what a side remark speaks of may be anything."""
    assert {shown(plan) for plan in outages_of_ours(read(f"{OUTAGE} {remark}"))} == {SHOWN}


@pytest.mark.parametrize(
    "remark",
    [
        "Zorged.",
        "Zorg.",
        "The maintenance was zorged.",
        "We zorg the outage.",
        "CMS zorgs it.",
        "This is a zorg.",
        "The notice is a zorg.",
        "It has been zorged by the vendor.",
        "Please zorg the notice.",
        "The date zorgs.",
        "The work is zorg.",
        "The vendor has doubts.",
        "The vendor has a veto.",
        "CMS has second thoughts.",
        "The vendor zorgs.",
    ],
)
def test_what_no_known_verb_says_is_not_understood(remark: str) -> None:
    """Verbs are closed: what is said of an announcement must be known, or a person is asked."""
    assert not outages_of_ours(read(f"{OUTAGE} {remark}"))


@pytest.mark.parametrize("word", ["unless", "except", "without", "if", "whether", "not"])
def test_a_word_of_grammar_is_never_the_name_of_a_thing(word: str) -> None:
    """Not even where no table knows it."""
    announced = OUTAGE.replace("SPOT", f"For our {word} vendor, SPOT")
    assert not outages_of_ours(read(announced))
    assert not outages_of_ours(read(f"{OUTAGE[:-1]} because of a {word} page."))


@pytest.mark.parametrize(
    "condition",
    [
        "provided the vendor agrees",
        "if our vendor agrees",
        "unless a page breaks",
        "should we need it",
    ],
)
def test_what_hangs_on_something_has_no_effect(condition: str) -> None:
    """A reason is told as one; a condition is none, whatever its words."""
    assert not outages_of_ours(read(f"{OUTAGE[:-1]}, {condition}."))
    assert not outages_of_ours(read(f"{OUTAGE[:-1]} {condition}."))
