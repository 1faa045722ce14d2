"""Recurring days: read and written strictly, and the same days as dateutil finds."""

from datetime import date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.maintenance.recurrence import Frequency, Rule

DAY = timedelta(days=1)


def days(text: str, first: str, last: str) -> list[str]:
    """Return the days from one to another on which a rule falls, counted from the first."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    rule = Rule.parse(text)
    span = (begin + n * DAY for n in range((end - begin).days + 1))
    return [day.isoformat() for day in span if rule.falls_on(day, begin)]


@pytest.mark.parametrize(
    ("text", "first", "last", "found"),
    [
        pytest.param(
            "RRULE:FREQ=DAILY",
            "2026-12-30",
            "2027-01-02",
            ["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"],
            id="every day, over the new year",
        ),
        pytest.param(
            "RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
            "2026-12-04",
            "2026-12-08",
            ["2026-12-04", "2026-12-07", "2026-12-08"],
            id="every day of the working week",
        ),
        pytest.param(
            "RRULE:FREQ=WEEKLY;BYDAY=TH",
            "2026-12-01",
            "2026-12-20",
            ["2026-12-03", "2026-12-10", "2026-12-17"],
            id="every Thursday",
        ),
        pytest.param(
            "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU",
            "2026-12-02",
            "2026-12-31",
            ["2026-12-06", "2026-12-14", "2026-12-20", "2026-12-28"],
            id="every second week, which begins on Monday",
        ),
        pytest.param(
            "RRULE:FREQ=MONTHLY;BYDAY=3SA",
            "2026-08-01",
            "2026-11-30",
            ["2026-08-15", "2026-09-19", "2026-10-17", "2026-11-21"],
            id="the third Saturday, whether the first is the 1st or the 7th",
        ),
        pytest.param(
            "RRULE:FREQ=MONTHLY;BYDAY=-1SU",
            "2026-01-01",
            "2026-05-31",
            ["2026-01-25", "2026-02-22", "2026-03-29", "2026-04-26", "2026-05-31"],
            id="the last Sunday, in February the 4th and in May the 5th",
        ),
        pytest.param(
            "RRULE:FREQ=MONTHLY;BYDAY=5FR",
            "2026-01-01",
            "2026-07-31",
            ["2026-01-30", "2026-05-29", "2026-07-31"],
            id="a month without a fifth Friday has none",
        ),
        pytest.param(
            "RRULE:FREQ=MONTHLY;BYDAY=MO,1TU",
            "2026-12-01",
            "2026-12-14",
            ["2026-12-01", "2026-12-07", "2026-12-14"],
            id="every Monday and the first Tuesday",
        ),
        pytest.param(
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=31",
            "2026-01-01",
            "2026-05-31",
            ["2026-01-31", "2026-03-31", "2026-05-31"],
            id="a month without a 31st has none",
        ),
        pytest.param(
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=30",
            "2026-01-01",
            "2026-04-30",
            ["2026-01-30", "2026-03-30", "2026-04-30"],
            id="February has no 30th",
        ),
        pytest.param(
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=29",
            "2027-02-01",
            "2028-02-29",
            [f"2027-{month:02}-29" for month in range(3, 13)] + ["2028-01-29", "2028-02-29"],
            id="February has a 29th in leap years alone",
        ),
        pytest.param(
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=28",
            "2027-01-28",
            "2027-03-28",
            ["2027-01-28", "2027-02-28", "2027-03-28"],
            id="every month has a 28th",
        ),
        pytest.param(
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1",
            "2027-12-31",
            "2028-03-31",
            ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"],
            id="the last day of the month, leap day and clock change included",
        ),
        pytest.param(
            "RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
            "2026-01-01",
            "2026-12-31",
            ["2026-02-13", "2026-03-13", "2026-11-13"],
            id="a weekday and a day of the month together are Friday the 13th",
        ),
        pytest.param(
            "RRULE:FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1",
            "2026-11-15",
            "2027-08-31",
            ["2027-02-01", "2027-05-01", "2027-08-01"],
            id="every third month, counted from that of the first day",
        ),
        pytest.param(
            "RRULE:FREQ=WEEKLY;BYDAY=SU;UNTIL=20261213",
            "2026-12-01",
            "2026-12-31",
            ["2026-12-06", "2026-12-13"],
            id="until a day, which is the last that counts",
        ),
        pytest.param(
            "RRULE:FREQ=WEEKLY;BYDAY=SU\nEXDATE:20261210,20261213T060000",
            "2026-12-01",
            "2026-12-31",
            ["2026-12-06", "2026-12-20", "2026-12-27"],
            id="every Sunday except one; an exception on another day changes nothing",
        ),
    ],
)
def test_a_rule_falls_on_its_days(text: str, first: str, last: str, found: list[str]) -> None:
    """Days that do not exist are no days, and no day is one off."""
    assert days(text, first, last) == found


@pytest.mark.parametrize(
    ("text", "right"),
    [
        pytest.param("", "write RRULE:FREQ=...", id="nothing"),
        pytest.param("FREQ=DAILY", "write RRULE:FREQ=...", id="no prefix"),
        pytest.param("RRULE:BYDAY=MO", "FREQ is missing", id="no frequency"),
        pytest.param("RRULE:FREQ=YEARLY", "write DAILY, WEEKLY or MONTHLY", id="every year"),
        pytest.param("RRULE:FREQ=weekly;BYDAY=MO", "write DAILY, WEEKLY or", id="small letters"),
        pytest.param("RRULE:FREQ=DAILY;COUNT=3", "no more", id="a count"),
        pytest.param("RRULE:FREQ=DAILY;BYHOUR=3", "no more", id="an hour"),
        pytest.param("RRULE:FREQ=DAILY;", "no more", id="a stray semicolon"),
        pytest.param("RRULE:FREQ=DAILY;FREQ=DAILY", "FREQ is there twice", id="one thing twice"),
        pytest.param("RRULE:FREQ=DAILY;INTERVAL=0", "from 1 to 100", id="no interval"),
        pytest.param("RRULE:FREQ=DAILY;INTERVAL=-1", "from 1 to 100", id="a negative interval"),
        pytest.param("RRULE:FREQ=DAILY;INTERVAL=101", "from 1 to 100", id="too long an interval"),
        pytest.param("RRULE:FREQ=DAILY;INTERVAL=²", "from 1 to 100", id="a digit of another kind"),
        pytest.param("RRULE:FREQ=WEEKLY", "names its BYDAY", id="a week without a day"),
        pytest.param("RRULE:FREQ=WEEKLY;BYDAY=", "write MO or 3SA", id="an empty list"),
        pytest.param("RRULE:FREQ=WEEKLY;BYDAY=MO,,TU", "write MO or 3SA", id="a stray comma"),
        pytest.param("RRULE:FREQ=WEEKLY;BYDAY=2MO", "a monthly rule", id="nth of a week"),
        pytest.param("RRULE:FREQ=DAILY;BYDAY=-1MO", "a monthly rule", id="last of every day"),
        pytest.param("RRULE:FREQ=WEEKLY;BYDAY=MO;BYMONTHDAY=1", "no BYMONTHDAY", id="week and day"),
        pytest.param("RRULE:FREQ=MONTHLY", "BYDAY or BYMONTHDAY", id="a month without a day"),
        pytest.param("RRULE:FREQ=MONTHLY;BYDAY=6MO", "write MO or 3SA", id="a sixth Monday"),
        pytest.param("RRULE:FREQ=MONTHLY;BYDAY=0MO", "write MO or 3SA", id="a zeroth Monday"),
        pytest.param("RRULE:FREQ=MONTHLY;BYMONTHDAY=32", "1 to 31", id="a 32nd"),
        pytest.param("RRULE:FREQ=MONTHLY;BYMONTHDAY=0", "1 to 31", id="a zeroth"),
        pytest.param("RRULE:FREQ=DAILY;UNTIL=20260229", "no such date", id="no such last day"),
        pytest.param("RRULE:FREQ=DAILY;UNTIL=2026-12-31", "such as 20261231", id="stray dashes"),
        pytest.param("RRULE:FREQ=DAILY;UNTIL=20261231T030000Z", "such as 20261231", id="an hour"),
        pytest.param("RRULE:FREQ=DAILY\nRDATE:20261231", "only EXDATE", id="further days"),
        pytest.param("RRULE:FREQ=DAILY\nRRULE:FREQ=DAILY", "only EXDATE", id="two rules"),
        pytest.param("RRULE:FREQ=DAILY\nEXDATE:", "write local time", id="nothing is excepted"),
        pytest.param("RRULE:FREQ=DAILY\nEXDATE:20261301", "no such date", id="a 13th month"),
        pytest.param("RRULE:FREQ=DAILY\nEXDATE:20261201T250000", "no such date", id="hour 25"),
        pytest.param("RRULE:FREQ=DAILY\nEXDATE:20261201T030000Z", "local time", id="UTC"),
        pytest.param("EXDATE:20261201\nRRULE:FREQ=DAILY", "write RRULE", id="exceptions first"),
    ],
)
def test_any_other_shape_is_refused(text: str, right: str) -> None:
    """A rule that means something else than it seems would hide an outage."""
    with pytest.raises(ValueError, match=r".") as refused:
        Rule.parse(text)
    assert right in str(refused.value)


@given(st.text(alphabet="RULEFQ=:;,\nDAILYWKMOBN0123456789-T", max_size=60))
def test_whatever_the_text_it_is_read_or_refused(text: str) -> None:
    """There is no third way, and what was read is written so that it reads the same."""
    try:
        rule = Rule.parse("RRULE:FREQ=" + text)
    except ValueError:
        return
    assert Rule.parse(str(rule)) == rule


DATES = st.dates(date(2020, 1, 1), date(2034, 12, 31))
WEEKDAYS = st.lists(st.integers(0, 6), min_size=1, max_size=4, unique=True)
#: Every one and an nth together are both to RFC 5545, and neither to dateutil: not compared here.
NTH_DAYS = st.lists(
    st.tuples(st.sampled_from([1, 2, 3, 4, 5, -1, -2, -5]), st.integers(0, 6)),
    min_size=1,
    max_size=3,
    unique=True,
)
MONTH_DAYS = st.lists(
    st.one_of(st.integers(1, 31), st.integers(-31, -1)), min_size=1, max_size=3, unique=True
)
EXCEPTED = st.frozensets(st.builds(datetime.combine, DATES, st.just(time(21))), max_size=2)
UNTIL = st.one_of(st.none(), DATES)


def every(weekdays: list[int]) -> tuple[tuple[int, int], ...]:
    """Return weekdays as a rule has them, each of which counts."""
    return tuple((0, day) for day in weekdays)


DAILY = st.builds(
    Rule,
    frequency=st.just(Frequency.DAILY),
    interval=st.integers(1, 6),
    weekdays=st.one_of(st.just(()), WEEKDAYS.map(every)),
    until=UNTIL,
    excepted=EXCEPTED,
)
WEEKLY = st.builds(
    Rule,
    frequency=st.just(Frequency.WEEKLY),
    interval=st.integers(1, 6),
    weekdays=WEEKDAYS.map(every),
    until=UNTIL,
    excepted=EXCEPTED,
)
BY_WEEKDAY = st.builds(
    Rule,
    frequency=st.just(Frequency.MONTHLY),
    interval=st.integers(1, 11),
    weekdays=st.one_of(NTH_DAYS.map(tuple), WEEKDAYS.map(every)),
    until=UNTIL,
    excepted=EXCEPTED,
)
BY_MONTH_DAY = st.builds(
    Rule,
    frequency=st.just(Frequency.MONTHLY),
    interval=st.integers(1, 11),
    weekdays=st.one_of(st.just(()), WEEKDAYS.map(every)),
    month_days=MONTH_DAYS.map(tuple),
    until=UNTIL,
    excepted=EXCEPTED,
)
#: No steps that dateutil would follow to the year 9999 without meeting a day.
RULES = st.one_of(DAILY, WEEKLY, BY_WEEKDAY, BY_MONTH_DAY)


@settings(deadline=None)
@given(RULES, DATES)
def test_the_days_are_those_that_dateutil_finds(rule: Rule, anchor: date) -> None:
    """The peer walks from occurrence to occurrence; here each day is looked at by itself."""
    begin, end = datetime.combine(anchor, time(21)), datetime.combine(anchor, time(21)) + 400 * DAY
    found = rrulestr(str(rule), dtstart=begin).between(begin, end, inc=True)
    span = [anchor + n * DAY for n in range(401)]
    assert [day for day in span if rule.falls_on(day, anchor)] == [at.date() for at in found]


@settings(deadline=None)
@given(RULES)
def test_what_is_written_reads_the_same(rule: Rule) -> None:
    """A rule goes through the journal and comes out as it was."""
    assert Rule.parse(str(rule)) == rule


def test_an_exception_keeps_its_hour() -> None:
    """Other programs find an excepted occurrence only by the time at which it starts."""
    text = "RRULE:FREQ=WEEKLY;BYDAY=SU\nEXDATE:20261206T020000,20261213"
    assert str(Rule.parse(text)) == text


@settings(deadline=None)
@given(RULES, DATES)
def test_the_first_day_is_on_or_after_and_none_falls_between(rule: Rule, day: date) -> None:
    """Intervals are counted from the day that is asked about."""
    first = rule.first(day)
    if first is None:
        assert not any(rule.falls_on(day + n * DAY, day) for n in range(800))
    else:
        assert rule.falls_on(first, day)
        assert not any(rule.falls_on(day + n * DAY, day) for n in range((first - day).days))


@pytest.mark.parametrize(
    ("text", "day", "first"),
    [
        pytest.param("RRULE:FREQ=WEEKLY;BYDAY=TH", "2026-12-03", "2026-12-03", id="that day"),
        pytest.param("RRULE:FREQ=WEEKLY;BYDAY=TH", "2026-12-04", "2026-12-10", id="a week later"),
        pytest.param(
            "RRULE:FREQ=DAILY;BYMONTHDAY=29;BYDAY=SA", "2026-09-01", "2027-05-29", id="rare"
        ),
        pytest.param("RRULE:FREQ=DAILY;UNTIL=20261203", "2026-12-04", None, id="it is over"),
        pytest.param(
            "RRULE:FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30", "2026-02-01", None, id="never"
        ),
        pytest.param("RRULE:FREQ=WEEKLY;BYDAY=SU", "9999-12-31", None, id="the calendar ends"),
    ],
)
def test_the_first_day(text: str, day: str, first: str | None) -> None:
    """A rule that falls on no day has no first, and says so in bounded time."""
    found = Rule.parse(text).first(date.fromisoformat(day))
    assert (found.isoformat() if found else None) == first


def test_day_n_is_the_same_however_far_the_first_is_away() -> None:
    """Nothing is added up, so nothing drifts: sixty years of Thursdays are Thursdays."""
    rule = Rule.parse("RRULE:FREQ=WEEKLY;BYDAY=TH")
    first = date(2001, 1, 4)
    assert all(rule.falls_on(first + 7 * n * DAY, first) for n in range(3130))
