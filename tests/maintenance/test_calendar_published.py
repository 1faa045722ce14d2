"""Several windows at once, what publication and cancellation make of them, and what stands."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from probe.maintenance.calendar import Calendar
from probe.types import OffPeak, Published, Standing
from tests.maintenance.plans import (
    DAY,
    HOUR,
    NEW_YORK,
    ONCE,
    THURSDAY_NIGHTS,
    THURSDAYS,
    TICK,
    WEEK,
    at,
    calendar,
    item,
)

# --- several ---------------------------------------------------------------------------------


def named(published: Published, name: str) -> Published:
    """Return the same plan by another id."""
    return replace(published, id=name)


def test_abutting_windows_are_exactly_their_union() -> None:
    """The instant between them belongs to the second, and none is lost."""
    both = calendar(
        named(item("2026-12-05T21:00", "2026-12-05T23:00"), "a"),
        named(item("2026-12-05T23:00", "2026-12-06T01:00"), "b"),
    )
    edge = at("2026-12-05T23:00")
    assert [w.id for w in both.open_at(edge - TICK)] == ["a"]
    assert [w.id for w in both.open_at(edge)] == ["b"]
    assert both.open_at(at("2026-12-05T21:00") - TICK) == ()
    assert both.open_at(at("2026-12-06T01:00")) == ()


def test_the_shorter_of_two_windows_does_not_end_the_longer() -> None:
    """The one that ends last is first; ties are broken by id."""
    several = calendar(
        named(item("2026-12-05T21:00", "2026-12-05T23:00"), "short"),
        named(item("2026-12-05T20:00", "2026-12-06T02:00"), "long b"),
        named(item("2026-12-05T22:00", "2026-12-06T02:00"), "long a"),
    )
    assert [w.id for w in several.open_at(at("2026-12-05T22:30"))] == ["long a", "long b", "short"]
    assert [w.id for w in several.open_at(at("2026-12-05T23:30"))] == ["long a", "long b"]


def test_what_is_shown_is_sorted_by_its_start_and_overlaps_the_asked_interval() -> None:
    """Half open on both sides: what ends when it begins, or begins when it ends, is not in it."""
    begin, end = at("2026-11-26T23:00"), at("2026-12-10T21:00")
    found = calendar(ONCE, named(THURSDAYS, "t")).between(begin, end)
    assert [w.id for w in found] == ["t/2026-12-03", "w"]
    assert len(calendar(THURSDAYS).between(begin - TICK, end + TICK)) == 3


def test_ids_stand_for_the_occurrence_whenever_it_is_asked_for() -> None:
    """A one-off has its plan's, an occurrence its local day besides."""
    nights = calendar(THURSDAY_NIGHTS)
    before, after = at("2026-11-26T22:00"), at("2026-11-27T00:30")
    assert [w.id for w in nights.open_at(before)] == ["w/2026-11-26"]
    assert nights.open_at(before) == nights.open_at(after)
    assert [w.id for w in calendar(ONCE).open_at(at("2026-12-05T22:00"))] == ["w"]


def test_a_restart_inside_a_window_changes_nothing() -> None:
    """The answer follows from what was published and the instant, and from nothing else."""
    instant = at("2026-11-26T22:00")
    assert calendar(THURSDAYS).open_at(instant) == calendar(replace(THURSDAYS)).open_at(instant)


def test_a_rule_that_cannot_be_read_makes_no_calendar() -> None:
    """It is refused when it arrives, and not in the night in which it is asked for."""
    with pytest.raises(ValueError, match="write DAILY, WEEKLY or MONTHLY"):
        calendar(item("2026-12-05T21:00", "2026-12-05T23:00", "FREQ=YEARLY"))


@pytest.mark.parametrize(
    ("instant", "within", "found"),
    [
        pytest.param("2026-11-26T20:00", HOUR, ["w/2026-11-26"], id="exactly so far ahead"),
        pytest.param("2026-11-26T20:00", HOUR - TICK, [], id="an instant too far"),
        pytest.param("2026-11-26T21:00", DAY, [], id="it starts now, so it is not ahead"),
        pytest.param("2026-11-26T21:00", WEEK, ["w/2026-12-03"], id="the one after it is"),
    ],
)
def test_what_is_upcoming_starts_after_now(
    instant: str, within: timedelta, found: list[str]
) -> None:
    """From after an instant up to and with the one that is asked for."""
    assert [w.id for w in calendar(THURSDAYS).upcoming(at(instant), within)] == found


# --- publication and cancellation ------------------------------------------------------------

START, END = at("2026-12-05T21:00"), at("2026-12-05T23:00")
MIDDLE = at("2026-12-05T22:00")


def test_a_window_counts_from_its_publication_on() -> None:
    """Found in its middle it opens then, and its announced start stays what it was."""
    found = calendar(replace(ONCE, published_at=MIDDLE))
    assert found.open_at(MIDDLE - TICK) == ()
    (window,) = found.open_at(MIDDLE)
    assert (window.starts_at, window.published_at) == (START, MIDDLE)
    assert found.between(START, MIDDLE) == (window,)


@pytest.mark.parametrize(
    ("withdrawn_at", "is_open"),
    [
        pytest.param(START - TICK, False, id="before it began: it never does"),
        pytest.param(START, False, id="at its start: it never does"),
        pytest.param(START + TICK, True, id="once it runs it goes on"),
        pytest.param(None, True, id="it was not withdrawn"),
    ],
)
def test_withdrawal_takes_what_has_not_begun(
    withdrawn_at: datetime | None, *, is_open: bool
) -> None:
    """What is running goes on to its announced end."""
    found = calendar(replace(ONCE, withdrawn_at=withdrawn_at))
    assert bool(found.open_at(END - TICK)) is is_open


@pytest.mark.parametrize(
    "ended",
    [
        pytest.param({"ended_at": MIDDLE}, id="the plan was ended"),
        pytest.param({"cuts": (("w", MIDDLE),)}, id="the window was cut"),
        pytest.param({"cuts": (("w", MIDDLE + HOUR), ("w", MIDDLE))}, id="twice: the earlier"),
        pytest.param({"ended_at": MIDDLE, "cuts": (("w", END),)}, id="both: the earlier"),
    ],
)
def test_an_end_ends_what_is_running(ended: dict[str, object]) -> None:
    """It is then the window's end, for whoever asks."""
    found = calendar(replace(ONCE, **ended))  # type: ignore[arg-type]  # fields by name
    assert [w.ends_at for w in found.open_at(MIDDLE - TICK)] == [MIDDLE]
    assert found.open_at(MIDDLE) == ()
    assert [w.ends_at for w in found.between(START, END)] == [MIDDLE]


def test_an_end_before_the_start_leaves_nothing() -> None:
    """A window that was taken back in time never opens and is not shown."""
    for ended in (replace(ONCE, ended_at=START), replace(ONCE, cuts=(("w", START),))):
        assert calendar(ended).open_at(START) == ()
        assert calendar(ended).between(START - DAY, END + DAY) == ()


def test_an_end_after_the_end_lengthens_nothing() -> None:
    """A window never ends later than was announced."""
    assert calendar(replace(ONCE, ended_at=END + HOUR)).open_at(END) == ()


def test_a_cut_is_of_one_occurrence_alone() -> None:
    """The Thursday that was cancelled is left out, and no other."""
    cut = replace(THURSDAYS, cuts=(("w/2026-12-03", at("2026-12-01T00:00")),))
    found = calendar(cut).between(at("2026-11-25T00:00"), at("2026-12-11T00:00"))
    assert [w.id for w in found] == ["w/2026-11-26", "w/2026-12-10"]


def test_a_rule_that_is_withdrawn_ends_with_the_occurrence_that_runs() -> None:
    """The running one goes on, the later ones never begin."""
    gone = calendar(replace(THURSDAYS, withdrawn_at=at("2026-11-26T22:00")))
    assert gone.open_at(at("2026-11-26T22:59")) != ()
    assert gone.upcoming(at("2026-11-26T22:00"), 52 * WEEK) == ()


# --- what stands without a window ------------------------------------------------------------

STANDING = Standing(fingerprint="f", components=("idm",), published_at=START, withdrawn_at=END)
NIGHTS = OffPeak(component="idm", from_=time(22), until=time(6), timezone=NEW_YORK)


@pytest.mark.parametrize(
    ("instant", "components", "stands"),
    [
        pytest.param(START - TICK, ("idm",), False, id="before it was published"),
        pytest.param(START, ("idm",), True, id="from its publication on"),
        pytest.param(END - TICK, ("spot", "idm"), True, id="for whoever has the component"),
        pytest.param(END, ("idm",), False, id="until it is gone or reviewed"),
        pytest.param(MIDDLE, ("spot",), False, id="not for others"),
        pytest.param(MIDDLE, (), False, id="not for nobody"),
    ],
)
def test_a_notice_that_was_not_understood_stands(
    instant: datetime, components: tuple[str, ...], *, stands: bool
) -> None:
    """Half open, as windows are."""
    found = Calendar(published=(), unread=(STANDING,))
    assert found.unread_at(instant, components) is stands
    assert found.unread_at(instant, iter(components)) is stands
    assert not Calendar(published=(), advisories=(STANDING,)).unread_at(instant, components)


ALWAYS = replace(STANDING, published_at=at("2026-01-01T00:00"), withdrawn_at=None)
BY_DAY = OffPeak(component="idm", from_=time(9), until=time(17), timezone="Europe/Berlin")


@pytest.mark.parametrize(
    ("hours", "instant", "holds"),
    [
        pytest.param((NIGHTS,), at("2026-12-05T22:00") - TICK, False, id="an instant before"),
        pytest.param((NIGHTS,), at("2026-12-05T22:00"), True, id="from their start"),
        pytest.param((NIGHTS,), at("2026-12-06T00:00"), True, id="over midnight"),
        pytest.param((NIGHTS,), at("2026-12-06T06:00") - TICK, True, id="until nearly their end"),
        pytest.param((NIGHTS,), at("2026-12-06T06:00"), False, id="not at their end"),
        pytest.param((NIGHTS,), at("2026-07-06T05:59"), True, id="by the wall clock in summer"),
        pytest.param((BY_DAY,), at("2026-12-05T09:00", "Europe/Berlin"), True, id="their zone's"),
        pytest.param((BY_DAY,), at("2026-12-05T17:00", "Europe/Berlin"), False, id="and over"),
        pytest.param((BY_DAY, NIGHTS), at("2026-12-05T23:00"), True, id="any of several"),
        pytest.param((), at("2026-12-05T23:00"), False, id="no hours are configured"),
        pytest.param(
            (replace(NIGHTS, component="spot"),),
            at("2026-12-05T23:00"),
            False,
            id="the hours of another component",
        ),
    ],
)
def test_an_advisory_holds_in_off_peak_hours(
    hours: tuple[OffPeak, ...], instant: datetime, *, holds: bool
) -> None:
    """Its component's hours, in their own zone."""
    found = Calendar(published=(), advisories=(ALWAYS,), off_peak=hours)
    assert found.advisory_at(instant, ("spot", "idm")) is holds
    assert not found.advisory_at(instant, ("spot",))
    assert not Calendar(published=(), off_peak=hours).advisory_at(instant, ("idm",))
