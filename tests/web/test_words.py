"""How the page says it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from probe import english
from probe.types import Because, Reason, Verdict
from probe.web import words
from probe.web.marks import COLOURS, SHAPES, icon
from probe.web.view import View
from tests.samples import HOUR, NOON
from tests.views import ALL_UP, IDM_UP, SPOT_UP, STATES, failing, numbered, with_spot

EASTERN = ZoneInfo("America/New_York")


def spaced(text: str) -> str:
    """Return text with ordinary spaces."""
    return text.replace(words.TIGHT, " ")


def told(shown: View) -> str:
    """Return the headline."""
    return " ".join(words.headline(shown))


@pytest.mark.parametrize(
    ("because", "says"),
    [
        (Because.UNANNOUNCED, "SPOT is down, and it was not announced. IDM can be reached."),
        (Because.OVERRUN, "SPOT is still down after the announced end. IDM can be reached."),
        (Because.EARLY, "SPOT is down unexpectedly. IDM can be reached."),
        (Because.UNREAD_NOTICE, "SPOT is down unexpectedly. IDM can be reached."),
    ],
)
def test_the_headline_begins_with_the_worst(because: Because, says: str) -> None:
    """What matters most is read first, whatever order the targets have."""
    assert told(with_spot(failing(Verdict.UNEXPECTED, because))) == says
    turned = replace(ALL_UP, targets=(IDM_UP, failing(Verdict.UNEXPECTED, because)))
    assert told(turned) == says


def test_targets_in_one_state_share_a_sentence() -> None:
    """Two names take a plural."""
    down = failing(Verdict.EXPECTED)
    both = replace(ALL_UP, targets=(down, replace(down, name="IDM")))
    assert told(both) == "SPOT and IDM are down, as announced."
    nothing = replace(ALL_UP, targets=(replace(SPOT_UP, observation=None),))
    assert told(nothing) == "Whether SPOT can be reached is not known yet."


def test_many_targets_are_counted() -> None:
    """Those that fail are named while they are few, so that a headline stays one line."""
    assert words.headline(STATES["many"]) == [
        "portal-07 and portal-19 are down, and it was not announced.",
        "28 others can be reached.",
    ]
    up = replace(ALL_UP, targets=tuple(numbered(n, SPOT_UP) for n in range(9)))
    assert words.headline(up) == ["9 targets, all of them, can be reached."]


def test_what_takes_another_down_is_named() -> None:
    """In the headline, and on the card of what is reached through it."""
    shown = STATES["through-idm"]
    assert told(shown) == (
        "SPOT and IDM are down, and it was not announced. SPOT is reached through IDM."
    )
    assert "SPOT is reached through IDM, also down." in words.why(shown.targets[0], shown)
    assert "through" not in words.why(shown.targets[1], shown)


def test_what_was_never_read_may_have_announced_it() -> None:
    """Nothing known is not nothing announced: the headline, the label and the reason say so."""
    shown = STATES["perhaps-announced"]
    (target, _) = shown.targets
    assert told(shown) == (
        "SPOT is down; whether it was announced is not known. IDM can be reached."
    )
    assert words.state(target, shown) == "Down, perhaps announced"
    why = "It is not known what first-coast announces: it was never read."
    assert words.why(target, shown) == why
    read = replace(shown, feeds=ALL_UP.feeds)
    assert words.why(target, read) == english.BECAUSES[Because.UNANNOUNCED]
    away = replace(shown, feeds=STATES["feed-away"].feeds)
    assert words.why(target, away).endswith(f"it. {words.last_read(away)}")
    assert spaced(words.last_read(away)) == "first-coast was last read 5:00 a.m. EST."


def test_the_first_visit_is_told_from_a_probe_that_stands_still() -> None:
    """Where days are on record, a probe should have finished."""
    nothing = STATES["nothing-known"]
    assert words.why(nothing.targets[0], nothing) == "The first probe is under way."
    late = replace(nothing, days=ALL_UP.days)
    assert words.why(late.targets[0], late) == "No probe has finished lately."


@pytest.mark.parametrize("verdict", [*Verdict, None])
def test_every_verdict_has_its_words_its_shape_and_its_colour(verdict: Verdict | None) -> None:
    """Nothing that the program can say is missing on the page."""
    target = failing(verdict) if verdict else replace(SPOT_UP, observation=None)
    mark = words.mark(target.observation)
    assert words.state(target, ALL_UP)
    assert SHAPES[mark]
    assert COLOURS[mark] in icon(mark)
    assert told(with_spot(target)).endswith(".")


def test_no_two_shapes_or_colours_are_alike() -> None:
    """Shapes tell them apart without colour."""
    assert len(set(SHAPES.values())) == len(set(COLOURS.values())) == len(Verdict) + 1


@pytest.mark.parametrize("because", Because)
def test_every_because_has_its_words(because: Because) -> None:
    """Each is a label and a sentence."""
    target = failing(Verdict.UNEXPECTED, because)
    assert words.state(target, ALL_UP).startswith("Down")
    assert words.why(target, ALL_UP).endswith(".")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_words(reason: Reason) -> None:
    """People read no identifiers."""
    assert english.REASONS[reason] != reason


@pytest.mark.parametrize(
    ("at", "says"),
    [
        (datetime(2026, 11, 24, 5, tzinfo=UTC), "Tue, Nov 24, 12:00 a.m. EST"),
        (datetime(2026, 11, 24, 17, tzinfo=UTC), "Tue, Nov 24, 12:00 p.m. EST"),
        (datetime(2026, 7, 4, 1, 5, tzinfo=UTC), "Fri, Jul 3, 9:05 p.m. EDT"),
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "Sun, Nov 1, 1:30 a.m. EDT"),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "Sun, Nov 1, 1:30 a.m. EST"),
    ],
)
def test_an_instant_is_said_as_it_is_published(at: datetime, says: str) -> None:
    """Twelve hours, and the zone's name tells the two passes of a repeated hour apart."""
    assert spaced(words.moment(at, EASTERN)) == says


def test_today_needs_no_date() -> None:
    """Another local day does, even an hour away."""
    late = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)
    assert spaced(words.moment_near(late, NOON, EASTERN)) == "11:30 p.m. EST"
    assert spaced(words.moment_near(late + HOUR, NOON, EASTERN)) == "Wed, Nov 25, 12:30 a.m. EST"
    assert spaced(words.day(date(2026, 3, 8), EASTERN)) == "Sun, Mar 8"


def test_a_length_stays_on_one_line() -> None:
    """Its numbers and units are not torn apart."""
    assert (
        words.length(timedelta(days=3, hours=10))
        == "3\N{NO-BREAK SPACE}d\N{NO-BREAK SPACE}10\N{NO-BREAK SPACE}h"
    )
    assert words.length(0) == "0\N{NO-BREAK SPACE}s"


def test_names_are_listed_as_a_sentence_has_them() -> None:
    """One, two, three."""
    assert [english.listed("ABC"[:n]) for n in (1, 2, 3)] == ["A", "A and B", "A, B and C"]
