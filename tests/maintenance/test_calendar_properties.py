"""What holds of every calendar."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from probe.maintenance.recurrence import DAYS
from probe.types import Published
from tests.maintenance.plans import DAY, NEW_YORK, TICK, at, calendar, item

ZONES = st.sampled_from([NEW_YORK, "Australia/Lord_Howe", "Pacific/Apia", "Europe/Dublin", "UTC"])
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda n: time(n // 60, n % 60))
RULES = st.one_of(
    st.just("FREQ=DAILY"),
    st.sampled_from(DAYS).map("FREQ=WEEKLY;BYDAY={}".format),
    st.tuples(st.sampled_from([1, 3, -1]), st.sampled_from(DAYS)).map(
        lambda nth: f"FREQ=MONTHLY;BYDAY={nth[0]}{nth[1]}"
    ),
    st.sampled_from([1, 15, 31, -1]).map("FREQ=MONTHLY;BYMONTHDAY={}".format),
)

INSTANTS = st.timedeltas(timedelta(), 500 * DAY).map(lambda later: at("2026-01-01T00:00") + later)


@st.composite
def published(draw: st.DrawFn) -> Published:
    """Draw a plan, once or recurring, of up to three days."""
    first = draw(st.dates(date(2026, 1, 1), date(2026, 12, 31)))
    begins = datetime.combine(first, draw(MINUTES))
    ends = begins + draw(st.timedeltas(timedelta(minutes=5), 3 * DAY))
    one = item(begins.isoformat(), ends.isoformat(), draw(st.none() | RULES), draw(ZONES))
    return replace(one, id=draw(st.sampled_from("abc")), withdrawn_at=draw(st.none() | INSTANTS))


@settings(deadline=None)
@given(st.lists(published(), max_size=3), INSTANTS)
def test_what_is_open_is_what_is_shown_around_that_instant(
    plans: list[Published], instant: datetime
) -> None:
    """Two ways to ask give one answer."""
    whole = calendar(*plans)
    shown = whole.between(instant - 5 * DAY, instant + 5 * DAY)
    opened = whole.open_at(instant)
    assert sorted(opened, key=str) == sorted(
        (w for w in shown if w.starts_at <= instant < w.ends_at), key=str
    )
    assert list(opened) == sorted(opened, key=lambda w: (-w.ends_at.timestamp(), w.id))


@settings(deadline=None)
@given(published(), INSTANTS)
def test_an_occurrence_is_open_from_its_start_until_before_its_end(
    plan: Published, begin: datetime
) -> None:
    """At each end, and an instant to either side."""
    whole = calendar(plan)
    for window in whole.between(begin, begin + 40 * DAY):
        assert window.starts_at < window.ends_at
        assert window in whole.open_at(window.starts_at)
        assert window in whole.open_at(window.ends_at - TICK)
        assert window not in whole.open_at(window.starts_at - TICK)
        assert window not in whole.open_at(window.ends_at)


@settings(deadline=None)
@given(published(), INSTANTS, st.timedeltas(timedelta(), 30 * DAY))
def test_what_is_shown_of_two_halves_is_what_is_shown_of_the_whole(
    plan: Published, begin: datetime, length: timedelta
) -> None:
    """Where an interval is divided changes nothing."""
    whole, middle, end = calendar(plan), begin + length, begin + length + 10 * DAY
    halves = {*whole.between(begin, middle), *whole.between(middle, end)}
    assert halves == set(whole.between(begin, end))
