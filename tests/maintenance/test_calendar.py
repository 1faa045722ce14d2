"""What is open when: edges, clock changes, weeks, zones."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from probe.maintenance.zones import zone
from probe.types import Published
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
    spans,
)


@pytest.mark.parametrize(
    ("published", "instant", "is_open"),
    [
        pytest.param(ONCE, at("2026-12-05T21:00") - TICK, False, id="an instant before the start"),
        pytest.param(ONCE, at("2026-12-05T21:00"), True, id="the start itself"),
        pytest.param(ONCE, at("2026-12-05T21:01"), True, id="a minute later in the same hour"),
        pytest.param(ONCE, at("2026-12-05T23:00") - TICK, True, id="an instant before the end"),
        pytest.param(ONCE, at("2026-12-05T23:00"), False, id="the end itself"),
        pytest.param(ONCE, at("2026-12-06T21:00"), False, id="the same hour of the next day"),
        pytest.param(THURSDAYS, at("2026-11-26T21:00") - TICK, False, id="weekly, before"),
        pytest.param(THURSDAYS, at("2026-11-26T21:00"), True, id="weekly, the start"),
        pytest.param(THURSDAYS, at("2026-11-26T23:00") - TICK, True, id="weekly, nearly the end"),
        pytest.param(THURSDAYS, at("2026-11-26T23:00"), False, id="weekly, the end"),
        pytest.param(THURSDAYS, at("2026-11-25T22:00"), False, id="weekly, the day before"),
        pytest.param(THURSDAYS, at("2026-08-27T22:00"), False, id="a week before the first"),
        pytest.param(THURSDAYS, at("2026-09-03T22:00"), True, id="the first"),
        pytest.param(
            THURSDAY_NIGHTS, at("2026-11-26T23:59:59.999999"), True, id="the last instant of a day"
        ),
        pytest.param(THURSDAY_NIGHTS, at("2026-11-27T00:00"), True, id="midnight inside"),
        pytest.param(THURSDAY_NIGHTS, at("2026-11-27T01:00") - TICK, True, id="Friday, before one"),
        pytest.param(THURSDAY_NIGHTS, at("2026-11-27T01:00"), False, id="Friday at one"),
        pytest.param(THURSDAY_NIGHTS, at("2026-11-26T00:30"), False, id="it is Thursday's night"),
        pytest.param(
            item("2026-09-02T21:00", "2026-09-06T07:00"),
            at("2026-09-05T12:00"),
            True,
            id="the third day of four",
        ),
        pytest.param(
            item("2026-12-05T00:00", "2026-12-06T00:00"),
            at("2026-12-05T23:59:59.999999"),
            True,
            id="a whole day has its last minute",
        ),
        pytest.param(
            item("2026-12-05T00:00", "2026-12-06T00:00"),
            at("2026-12-06T00:00"),
            False,
            id="and nothing of the next",
        ),
        pytest.param(
            item("2026-12-03T22:00", "2026-12-06T05:00", "FREQ=MONTHLY;BYDAY=1TH"),
            at("2027-01-10T04:59"),
            True,
            id="an occurrence of more than two days, on its last",
        ),
    ],
)
def test_a_window_is_half_open(published: Published, instant: datetime, *, is_open: bool) -> None:
    """Each edge has a row inside, outside and exactly on it."""
    assert bool(calendar(published).open_at(instant)) is is_open


@pytest.mark.parametrize(
    ("starts", "ends", "span"),
    [
        pytest.param(
            "2026-03-08T00:30",
            "2026-03-08T01:30",
            "00:30-0500 to 01:30-0500",
            id="before the skipped hour it is as written",
        ),
        pytest.param(
            "2026-03-08T01:30",
            "2026-03-08T02:30",
            "01:30-0500 to 03:00-0400",
            id="an end in the skipped hour moves forward",
        ),
        pytest.param(
            "2026-03-08T02:30",
            "2026-03-08T03:30",
            "03:00-0400 to 03:30-0400",
            id="a start too",
        ),
        pytest.param(
            "2026-03-08T02:15",
            "2026-03-08T03:45",
            "03:00-0400 to 03:45-0400",
            id="wherever in the hour it is",
        ),
        pytest.param(
            "2026-03-08T02:30",
            "2026-03-08T04:00",
            "03:00-0400 to 04:00-0400",
            id="it is not left out",
        ),
        pytest.param(
            "2026-03-08T01:30",
            "2026-03-08T03:30",
            "01:30-0500 to 03:30-0400",
            id="one hour long across the skipped one",
        ),
        pytest.param(
            "2026-11-01T01:15",
            "2026-11-01T01:45",
            "01:15-0400 to 01:45-0500",
            id="from the first pass to the second",
        ),
        pytest.param(
            "2026-11-01T00:30",
            "2026-11-01T02:30",
            "00:30-0400 to 02:30-0500",
            id="three hours long across the repeated one",
        ),
        pytest.param(
            "2026-11-01T01:30",
            "2026-11-01T02:30",
            "01:30-0400 to 02:30-0500",
            id="two hours long from the first pass",
        ),
    ],
)
def test_an_occurrence_across_a_clock_change(starts: str, ends: str, span: str) -> None:
    """A plan for once and the occurrence of one that recurs are the same window."""
    first, last = datetime.fromisoformat(starts), datetime.fromisoformat(ends)
    around = (at(starts) - 6 * HOUR, at(starts) + 6 * HOUR)
    weekly = item(
        (first - 4 * WEEK).isoformat(), (last - 4 * WEEK).isoformat(), "FREQ=WEEKLY;BYDAY=SU"
    )
    begins, _, finishes = span.partition(" to ")
    day = f"{first:%a %m-%d}"
    expected = [f"{day} {begins} to {day} {finishes}"]
    assert spans(calendar(item(starts, ends)).between(*around)) == expected
    assert spans(calendar(weekly).between(*around)) == expected


def test_the_skipped_hour_itself_is_no_window() -> None:
    """Nothing is left of it: it neither opens nor shows."""
    nothing = calendar(item("2026-03-08T02:00", "2026-03-08T03:00"))
    assert nothing.open_at(at("2026-03-08T03:00")) == ()
    assert nothing.between(at("2026-03-08T00:00"), at("2026-03-09T00:00")) == ()


def test_a_first_occurrence_in_the_skipped_hour_moves_no_later_one() -> None:
    """Sundays from 2 a.m. remain so when they are announced in the week of the change."""
    there = zone(NEW_YORK)
    plan = replace(
        ONCE.plan,
        starts_at=datetime(2026, 3, 8, 2, tzinfo=there),
        ends_at=datetime(2026, 3, 8, 6, tzinfo=there),
        recurrence="RRULE:FREQ=WEEKLY;BYDAY=SU",
    )
    for plans in (plan, replace(plan, starts_at=datetime.fromisoformat("2026-03-08T02:00-05:00"))):
        found = calendar(replace(ONCE, plan=plans)).between(
            at("2026-03-08T00:00"), at("2026-03-16T00:00")
        )
        assert spans(found) == [
            "Sun 03-08 03:00-0400 to Sun 03-08 06:00-0400",
            "Sun 03-15 02:00-0400 to Sun 03-15 06:00-0400",
        ]


SUNDAYS = item("2026-01-04T21:00", "2026-01-04T23:00", "FREQ=WEEKLY;BYDAY=SU")


@pytest.mark.parametrize(
    "sunday",
    [
        pytest.param("2026-03-01", id="the week before clocks go forward"),
        pytest.param("2026-03-08", id="the day they do"),
        pytest.param("2026-03-15", id="the week after"),
        pytest.param("2026-10-25", id="the week before clocks go back"),
        pytest.param("2026-11-01", id="the day they do that"),
        pytest.param("2026-11-08", id="the week after that"),
    ],
)
def test_nine_to_eleven_is_nine_to_eleven_whatever_clocks_did_that_day(sunday: str) -> None:
    """Looked at every 15 minutes, the days before and after included."""
    begin = at(f"{sunday}T00:00") - DAY
    looked = [begin + n * timedelta(minutes=15) for n in range(3 * 24 * 4)]
    found = [
        instant.astimezone(zone(NEW_YORK)).strftime("%Y-%m-%d %H:%M")
        for instant in looked
        if calendar(SUNDAYS).open_at(instant)
    ]
    hours = ("21:00", "21:15", "21:30", "21:45", "22:00", "22:15", "22:30", "22:45")
    assert found == [f"{sunday} {hour}" for hour in hours]


def test_sixty_weeks_have_sixty_windows_at_the_same_local_time() -> None:
    """It neither stops nor drifts, over three clock changes and a new year."""
    begin = at("2026-09-01T00:00")
    found = calendar(THURSDAYS).between(begin, begin + 60 * WEEK)
    local = [w.starts_at.astimezone(zone(NEW_YORK)) for w in found]
    assert len(found) == 60
    assert {(start.strftime("%a %H:%M:%S.%f")) for start in local} == {"Thu 21:00:00.000000"}
    assert {(later.date() - day.date()).days for day, later in pairwise(local)} == {7}
    assert {w.ends_at - w.starts_at for w in found} == {2 * HOUR}


@pytest.mark.parametrize(
    ("name", "rule", "starts", "ends", "day", "span"),
    [
        pytest.param(
            "Australia/Perth",
            "FREQ=WEEKLY;BYDAY=SA",
            "2026-12-05T00:00",
            "2026-12-05T04:00",
            "2026-12-12",
            "Sat 12-12 00:00+0800 to Sat 12-12 04:00+0800",
            id="Saturday's midnight in Perth is Friday in UTC",
        ),
        pytest.param(
            "Pacific/Kiritimati",
            "FREQ=DAILY",
            "2026-12-05T00:00",
            "2026-12-05T02:00",
            "2026-12-12",
            "Sat 12-12 00:00+1400 to Sat 12-12 02:00+1400",
            id="the first zone of the day",
        ),
        pytest.param(
            "Pacific/Apia",
            "FREQ=WEEKLY;BYDAY=SU",
            "2026-12-06T22:00",
            "2026-12-07T02:00",
            "2026-12-13",
            "Sun 12-13 22:00+1300 to Mon 12-14 02:00+1300",
            id="across midnight on the other side of the date line",
        ),
        pytest.param(
            "Pacific/Apia",
            "FREQ=WEEKLY;BYDAY=TH",
            "2011-12-01T22:00",
            "2011-12-02T02:00",
            "2011-12-29",
            "Thu 12-29 22:00-1000 to Sat 12-31 00:00+1400",
            id="an end in the day that Samoa left out",
        ),
        pytest.param(
            "America/Sao_Paulo",
            "FREQ=DAILY",
            "2018-11-01T23:30",
            "2018-11-02T00:30",
            "2018-11-03",
            "Sat 11-03 23:30-0300 to Sun 11-04 01:00-0200",
            id="midnight itself is skipped",
        ),
        pytest.param(
            "America/Sao_Paulo",
            "FREQ=DAILY",
            "2018-02-01T23:15",
            "2018-02-01T23:45",
            "2018-02-17",
            "Sat 02-17 23:15-0200 to Sat 02-17 23:45-0300",
            id="the hour before midnight is repeated",
        ),
        pytest.param(
            NEW_YORK,
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "2026-01-31T22:00",
            "2026-02-01T04:00",
            "2027-03-31",
            "Wed 03-31 22:00-0400 to Thu 04-01 04:00-0400",
            id="the last day of a month with a clock change",
        ),
        pytest.param(
            "Europe/Berlin",
            "FREQ=MONTHLY;BYMONTHDAY=31",
            "2026-01-31T22:00",
            "2026-01-31T23:30",
            "2026-03-31",
            "Tue 03-31 22:00+0200 to Tue 03-31 23:30+0200",
            id="the 31st of another",
        ),
    ],
)
def test_an_occurrence_in_other_zones(  # noqa: PLR0913, PLR0917  (a row's columns)
    name: str, rule: str, starts: str, ends: str, day: str, span: str
) -> None:
    """The day is that of the zone, not of UTC or of this machine."""
    noon = at(f"{day}T12:00", name)
    found = [
        window
        for window in calendar(item(starts, ends, rule, name)).between(noon - DAY, noon + DAY)
        if window.starts_at.astimezone(zone(name)).date().isoformat() == day
    ]
    assert spans(found, name) == [span]


def test_every_instant_that_a_window_has_is_one_at_which_it_is_open() -> None:
    """Where clocks are set back across midnight too, between the two 23:30 of one day."""
    nightly = calendar(
        item("2018-02-01T23:15", "2018-02-01T23:45", "FREQ=DAILY", "America/Sao_Paulo")
    )
    (window,) = nightly.between(at("2018-02-18T01:20+00:00"), at("2018-02-18T01:21+00:00"))
    minutes = int((window.ends_at - window.starts_at) / timedelta(minutes=1))
    assert minutes == 90
    assert all(
        nightly.open_at(window.starts_at + n * timedelta(minutes=1)) == (window,)
        for n in range(minutes)
    )


@pytest.mark.parametrize(
    ("starts", "ends", "instant"),
    [
        pytest.param(
            "2010-11-03T00:00",
            "2010-11-03T02:00",
            "2010-11-06T23:30-03:30",
            id="a Sunday's window is open when it is Saturday again",
        ),
        pytest.param(
            "2010-11-03T22:00",
            "2010-11-03T23:30",
            "2010-11-07T00:00:30-02:30",
            id="a Saturday's window is still open when it is Sunday for a minute",
        ),
    ],
)
def test_a_day_that_comes_twice(starts: str, ends: str, instant: str) -> None:
    """In Newfoundland clocks went from a minute past midnight to 23:01 of the day before."""
    nightly = calendar(item(starts, ends, "FREQ=DAILY", "America/St_Johns"))
    assert len(nightly.open_at(at(instant))) == 1


def test_a_literal_offset_in_the_repeated_hour_stays_literal() -> None:
    """-05:00 is the second 01:30, whatever a start would else be."""
    plan = replace(
        ONCE.plan,
        starts_at=datetime.fromisoformat("2026-11-01T01:30-05:00"),
        ends_at=datetime.fromisoformat("2026-11-01T02:30-05:00"),
        timezone="Etc/GMT+5",
    )
    found = calendar(replace(ONCE, plan=plan)).between(
        at("2026-11-01T00:00"), at("2026-11-02T00:00")
    )
    assert spans(found) == ["Sun 11-01 01:30-0500 to Sun 11-01 02:30-0500"]


def test_instants_of_the_same_zone_are_compared_by_time_and_not_by_wall_clock() -> None:
    """In the second 01:30 the window that ended at the first 01:45 is over."""
    there = zone(NEW_YORK)
    plan = replace(ONCE.plan, starts_at=datetime(2026, 11, 1, 1, 0, tzinfo=there))
    plan = replace(plan, ends_at=datetime(2026, 11, 1, 1, 45, tzinfo=there))
    second_pass = datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=there)
    assert calendar(replace(ONCE, plan=plan)).open_at(second_pass) == ()
    assert calendar(replace(ONCE, plan=plan)).open_at(second_pass.replace(fold=0)) != ()
    later = replace(plan, starts_at=at("2026-11-01T01:30-05:00"), ends_at=at("2026-11-01T04:00"))
    assert calendar(replace(ONCE, plan=later)).open_at(second_pass) != ()
