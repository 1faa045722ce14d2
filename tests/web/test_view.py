"""What is shown follows from the configuration, what was published, and what was seen."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from probe.config.load import parse
from probe.feeds import Outcome
from probe.snapshot import snapshot
from probe.types import (
    FeedFailure,
    Impact,
    Notice,
    NoticeState,
    Observation,
    PublishedStatus,
    Reading,
    Review,
    Verdict,
)
from probe.web.view import Present, View, past, reviewed, view
from tests.observed import observed
from tests.samples import HOUR, NOON, NOTICE, OBSERVED_UP, PLAN
from tests.written import Written, written

CONFIG = parse("feeds: [{name: page, kind: file, path: page.html, component: spot}]", "probe.yml")
NOBODY = Present(latest={}, outcomes={}, feeds={})
DAY = (date(2026, 11, 24), True)
REFUSED = Notice(
    fingerprint="r" * 64,
    text="SPOT is away some day.",
    quote="",
    state=NoticeState.REFUSED,
    reason="no hours",
    components=("spot",),
)
ADVISORY = replace(REFUSED, fingerprint="a" * 64, state=NoticeState.ADVISORY, components=("idm",))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Written]:
    """Give an empty journal."""
    with written(tmp_path) as opened:
        yield opened


def look(journal: Written, present: Present = NOBODY, at: timedelta = timedelta()) -> View:
    """Return what is shown so long after noon."""
    when = NOON + at
    present = replace(present, feeds=journal.board.feeds)
    said = snapshot(CONFIG, journal.board)
    return view(CONFIG, said, present, past(journal, CONFIG, when), when)


def publish(journal: Written, *notices: Notice) -> None:
    """Let the page say these at noon."""
    status = {"spot": PublishedStatus.AVAILABLE}
    journal.publish("page", Reading(status=status, notices=notices), NOON, DAY, {})


def test_at_the_first_start_nothing_is_known(journal: Written) -> None:
    """No verdict, no feed read, and ninety days in which nothing was probed."""
    shown = look(journal)
    assert [target.observation for target in shown.targets] == [None, None]
    assert [target.name for target in shown.targets] == ["SPOT", "IDM"]
    assert [feed.state for feed in shown.feeds] == [None]
    assert len(shown.days["spot"]) == 90
    assert list(shown.days["spot"])[-1] == date(2026, 11, 24)
    assert {one.up for one in shown.days["spot"].values()} == {0.0}
    assert shown.incidents == ()


def test_an_observation_that_is_too_old_says_nothing_of_now(journal: Written) -> None:
    """After three intervals without another, the state is not known."""
    present = Present(latest={"spot": OBSERVED_UP}, outcomes={}, feeds={})
    fresh = look(journal, present, timedelta(seconds=90))
    stale = look(journal, present, timedelta(seconds=91))
    assert fresh.targets[0].observation == OBSERVED_UP
    assert stale.targets[0].observation is None


def test_what_is_announced_stands_with_who_waits_for_it(journal: Written) -> None:
    """The next window of each target, open ones first, advisories, and notices for a person."""
    publish(journal, NOTICE, REFUSED, ADVISORY)
    before, during = look(journal), look(journal, at=2 * HOUR)
    assert (before.open, [w.starts_at for w in before.upcoming]) == ((), [PLAN.starts_at])
    assert [window.starts_at for window in during.open] == [PLAN.starts_at]
    assert [target.window is not None for target in before.targets] == [True, False]
    assert [seen.notice.fingerprint for seen in before.waiting] == ["r" * 64]
    assert [seen.notice.fingerprint for seen in before.advisories] == ["a" * 64]
    assert before.status == {"spot": PublishedStatus.AVAILABLE}


def test_windows_that_excuse_stand_before_those_that_do_not(journal: Written) -> None:
    """Though the other ends later."""
    other = replace(PLAN, components=("mfa_email",), ends_at=PLAN.ends_at + 9 * HOUR)
    publish(journal, replace(NOTICE, windows=(other, PLAN)))
    during = look(journal, at=2 * HOUR)
    assert [window.components for window in during.open] == [("spot",), ("mfa_email",)]


def test_what_is_degraded_stands_beside_the_next_outage(journal: Written) -> None:
    """It is open, excuses nothing, and is not the window that would."""
    slow = replace(PLAN, impact=Impact.DEGRADED)
    later = replace(PLAN, starts_at=NOON + 5 * HOUR, ends_at=NOON + 6 * HOUR)
    publish(journal, replace(NOTICE, windows=(slow, later)))
    spot, idm = look(journal, at=2 * HOUR).targets
    assert spot.degraded is not None
    assert (spot.degraded.impact, idm.degraded) == (Impact.DEGRADED, None)
    assert spot.window is not None
    assert spot.window.starts_at == later.starts_at


@pytest.mark.parametrize(
    ("spot", "idm", "through"), [(1, 1, ("IDM",)), (1, 0, ()), (0, 1, ()), (0, 0, ())]
)
def test_a_target_is_down_through_another_that_is_down(
    journal: Written, spot: int, idm: int, through: tuple[str, ...]
) -> None:
    """SPOT is reached through IDM, and not the other way round."""
    seen = (OBSERVED_UP, replace(OBSERVED_UP, verdict=Verdict.UNEXPECTED))
    shown = look(journal, Present(latest={"spot": seen[spot], "idm": seen[idm]}, outcomes={}))
    assert [target.through for target in shown.targets] == [through, ()]


def test_a_feed_that_was_never_read_is_told(journal: Written) -> None:
    """Until it was read once."""
    assert look(journal).never_read == ("page",)
    publish(journal, NOTICE)
    assert look(journal).never_read == ()


def test_a_reviewed_notice_waits_no_longer(journal: Written) -> None:
    """And the API shows who reviewed it."""
    publish(journal, REFUSED)
    review = Review(
        fingerprint=REFUSED.fingerprint, accepted=False, reviewer="ann", reviewed_at=NOON
    )
    journal.review(review)
    assert look(journal).waiting == ()
    ((seen, found),) = reviewed(journal.board)
    assert (seen.notice, found) == (REFUSED, review)


def test_a_feed_that_cannot_be_read_says_why_and_keeps_its_past(journal: Written) -> None:
    """When it was read well stands beside what is wrong now."""
    publish(journal, NOTICE)
    failed = Outcome(failure=FeedFailure.STATUS, detail="status 503")
    shown = look(journal, Present(latest={}, outcomes={"page": failed}, feeds={}))
    (feed,) = shown.feeds
    assert feed.failure == "status: status 503"
    assert feed.state is not None
    assert feed.state.succeeded_at == NOON
    assert feed.link is None
    good = look(journal, Present(latest={}, outcomes={"page": Outcome()}, feeds={}))
    assert good.feeds[0].failure == ""


def test_the_journal_tells_days_incidents_and_the_recovery(journal: Written) -> None:
    """Half an hour with an outage in it, seen an hour later."""
    line = "." * 10 + "x" * 20 + "." * 30
    last: Observation = OBSERVED_UP
    for last in observed(line):
        journal.record(last, stands=timedelta(minutes=1))
    at = last.result.started_at - NOON
    shown = look(journal, Present(latest={"spot": last}, outcomes={}, feeds={}), at)
    assert shown.targets[0].observation == last
    assert shown.targets[0].recovered_at == NOON + 30 * timedelta(seconds=30)
    (incident,) = shown.incidents
    assert incident.seconds[Verdict.UNEXPECTED] == 600
    today = shown.days["spot"][date(2026, 11, 24)]
    assert (today.unexpected, today.seconds) == (600, 12 * 3600 + at.total_seconds())


def test_a_recovery_is_known_however_much_happened_elsewhere(journal: Written) -> None:
    """The other target's sixty outages do not hide it."""
    for one in observed(".x" + "." * 120):
        journal.record(one, stands=timedelta(minutes=1))
    for one in observed("..." + "x." * 60):
        other = replace(one, result=replace(one.result, target="idm"))
        journal.record(other, stands=timedelta(minutes=1))
    shown = look(journal, at=2 * HOUR)
    assert {incident.target for incident in shown.incidents} == {"idm"}
    assert shown.targets[0].recovered_at == NOON + timedelta(minutes=1)
