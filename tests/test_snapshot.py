"""What the metrics show of what was announced, and that it costs next to nothing to look."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from probe.config.load import parse
from probe.maintenance.calendar import Calendar
from probe.snapshot import Knowing, Snapshot, known
from probe.types import Because, Impact, NoticeState, Observation, Published, Verdict, Window
from tests.maintenance.plans import THURSDAYS, TICK, at, item
from tests.samples import DOWN, HOUR, NOON, SEEN

CONFIG = parse("feeds: []", "probe.yml")
OUTAGE = ("spot", Impact.OUTAGE)


def said(*published: Published) -> Snapshot:
    """Return these as what is announced."""
    return Snapshot(calendar=Calendar(published=published), status={}, seen=(), reviews={})


@pytest.mark.parametrize(
    ("instant", "component", "impact", "found"),
    [
        pytest.param("2026-11-26T22:00", "spot", Impact.OUTAGE, "w/2026-11-26", id="the open one"),
        pytest.param("2026-11-26T23:00", "spot", Impact.OUTAGE, "w/2026-12-03", id="or the next"),
        pytest.param("2026-08-01T00:00", "spot", Impact.OUTAGE, "w/2026-09-03", id="a month ahead"),
        pytest.param(
            "2025-09-02T22:00", "spot", Impact.OUTAGE, "w/2026-09-03", id="366 days ahead"
        ),
        pytest.param("2025-09-02T20:00", "spot", Impact.OUTAGE, None, id="not further"),
        pytest.param("2026-11-26T22:00", "idm", Impact.OUTAGE, None, id="not another component's"),
        pytest.param("2026-11-26T22:00", "spot", Impact.DEGRADED, None, id="not another impact's"),
    ],
)
def test_the_next_window_of_a_component(
    instant: str, component: str, impact: Impact, found: str | None
) -> None:
    """The open one, or else the next that starts."""
    window = known(CONFIG, said(THURSDAYS), at(instant)).windows.get((component, impact))
    assert (window.id if window else None) == found


def test_the_one_that_is_open_longest_is_shown() -> None:
    """As the verdict has it; of those that come, the first."""
    short = replace(item("2026-12-05T21:00", "2026-12-05T23:00"), id="short")
    long = replace(item("2026-12-05T20:00", "2026-12-06T02:00"), id="long")
    announced = said(short, long)
    for instant, name in (("2026-12-05T22:00", "long"), ("2026-12-05T12:00", "long")):
        assert known(CONFIG, announced, at(instant)).windows[OUTAGE].id == name


class Asked(Calendar):
    """A calendar that counts how often it is asked what is open."""

    def __init__(self, *published: Published) -> None:
        super().__init__(published=published)
        object.__setattr__(self, "times", [])

    def open_at(self, at: datetime, known_at: datetime | None = None) -> tuple[Window, ...]:
        """Count, and answer."""
        self.times.append(at)  # type: ignore[attr-defined]
        return super().open_at(at, known_at)


def test_it_is_worked_out_only_when_it_may_have_changed() -> None:
    """A scrape a second looks once a minute, and at every start, end and lesson."""
    calendar = Asked(THURSDAYS)
    now = [at("2026-11-26T20:58:30")]
    current = [replace(said(), calendar=calendar)]
    knowing = Knowing(lambda: (CONFIG, current[0]), lambda: now[0])
    looks: list[datetime] = calendar.times  # type: ignore[attr-defined]

    def look(instant: datetime) -> bool:
        """Return whether the calendar was asked."""
        before, now[0] = len(looks), instant
        found = knowing()
        assert found == known(CONFIG, current[0], instant)
        looks.pop()  # the comparison's own
        return len(looks) > before

    start, end = at("2026-11-26T21:00"), at("2026-11-26T23:00")
    rows = [
        (start - timedelta(seconds=90), True, "the first time"),
        (start - timedelta(seconds=89), False, "a second later"),
        (start - timedelta(seconds=30), True, "a minute later"),
        (start - TICK, False, "just before a window starts"),
        (start, True, "when it starts"),
        (end - timedelta(seconds=30), True, "hours later"),
        (end - TICK, False, "just before it ends"),
        (end, True, "when it ends"),
        (end - timedelta(hours=1), True, "the clock was set back"),
    ]
    for instant, wanted, why in rows:
        assert look(instant) is wanted, why
    assert not look(end - timedelta(hours=1))
    current[0] = replace(current[0], status={})
    assert look(end - timedelta(hours=1)), "something was learned"


def test_the_newest_notices_that_wait_are_shown_and_no_more_than_twenty() -> None:
    """Of what stands; each would be a series."""
    refused = replace(SEEN.notice, state=NoticeState.REFUSED, windows=())
    waits = [
        replace(SEEN, notice=refused, first_seen_at=NOON + number * HOUR) for number in range(25)
    ]
    gone = replace(waits[-1], vanished_at=NOON + 30 * HOUR)
    found = known(CONFIG, replace(said(), seen=(SEEN, *waits, gone)), NOON)
    assert found.waiting == tuple(waits[:4:-1])
    assert found.timezone == CONFIG.timezone


def test_a_failure_is_put_down_to_a_notice_that_waits_and_still_stands() -> None:
    """It is told by target, and of an unexpected failure only with that because."""
    waiting = replace(SEEN, notice=replace(SEEN.notice, state=NoticeState.REFUSED))
    snapshot = replace(said(), seen=(waiting,))
    spot, idm = CONFIG.targets
    assert known(CONFIG, snapshot, NOON).unread == {"spot": waiting}
    failure = Observation(result=DOWN, verdict=Verdict.UNEXPECTED, because=Because.UNREAD_NOTICE)
    assert snapshot.explaining(failure, spot) == waiting
    assert snapshot.explaining(failure, idm) is None
    early = replace(failure, because=Because.EARLY)
    assert snapshot.explaining(early, spot) is None
    gone = replace(snapshot, seen=(replace(waiting, vanished_at=NOON),))
    assert known(CONFIG, gone, NOON).unread == {}
    assert gone.explaining(failure, spot) is None
