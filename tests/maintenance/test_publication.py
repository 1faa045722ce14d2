"""What counts of what was published: sightings, withdrawal, cancellation, review, replacement."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from probe.maintenance.publication import calendar
from probe.types import (
    Impact,
    Notice,
    NoticeState,
    OffPeak,
    Plan,
    Published,
    Review,
    Seen,
    Window,
)
from tests.samples import HOUR, NOON, NOTICE, PLAN, SEEN

#: Inside PLAN, which runs from an hour after noon to three hours after.
INSIDE = NOON + 2 * HOUR
WEEKLY = replace(PLAN, recurrence="RRULE:FREQ=WEEKLY;BYDAY=TU")
CONFIGURED = Published(id="weekly/spot", plan=replace(WEEKLY), source="configuration")


def spans(windows: Iterable[Window]) -> list[tuple[datetime, datetime]]:
    """Return starts and ends, in hours after noon."""
    return [(w.starts_at, w.ends_at) for w in windows]


def cancelling(at: datetime, *, cancels: tuple[Plan, ...] = (), feed: str = "page") -> Seen:
    """Return the sighting of a notice that takes something back."""
    notice = Notice(
        fingerprint="c" * 64,
        text="cancelled",
        quote="cancelled",
        state=NoticeState.CANCELLED,
        components=("spot",),
        cancels=cancels,
    )
    return replace(SEEN, notice=notice, feed=feed, first_seen_at=at, last_seen_at=at)


def test_a_notice_that_was_understood_is_a_window_from_its_first_sighting() -> None:
    """Before it was seen nothing was published."""
    found = calendar((), [replace(SEEN, first_seen_at=INSIDE)])
    assert found.open_at(INSIDE - timedelta(microseconds=1)) == ()
    (window,) = found.open_at(INSIDE)
    assert (window.published_at, window.source, window.quote) == (INSIDE, "page", NOTICE.quote)
    assert window.starts_at == NOON + HOUR


def test_words_that_vanish_withdraw_what_has_not_begun() -> None:
    """The window would have started just then, or later."""
    assert calendar((), [replace(SEEN, vanished_at=NOON + HOUR)]).open_at(INSIDE) == ()


def test_words_that_vanish_end_nothing_that_is_running() -> None:
    """A page that is tidied up in the middle of the night ends no maintenance."""
    gone = replace(SEEN, vanished_at=NOON + HOUR + timedelta(microseconds=1))
    assert len(calendar((), [gone]).open_at(INSIDE)) == 1


def test_a_recurring_window_ends_with_its_words() -> None:
    """This week's, which has begun, goes on; next week's never begins."""
    seen = replace(SEEN, notice=replace(NOTICE, windows=(WEEKLY,)), vanished_at=INSIDE)
    found = calendar((), [seen])
    assert len(found.open_at(INSIDE)) == 1
    assert found.open_at(INSIDE + timedelta(weeks=1)) == ()


def test_a_configured_weekly_window_holds_until_a_feed_has_told_its_own() -> None:
    """From the first sighting on the feed's counts, though it be on another day."""
    sunday = replace(
        WEEKLY,
        starts_at=NOON + 5 * 24 * HOUR,
        ends_at=NOON + (5 * 24 + 2) * HOUR,
        recurrence="RRULE:FREQ=WEEKLY;BYDAY=SU",
    )
    told = replace(SEEN, notice=replace(NOTICE, windows=(sunday,)), first_seen_at=NOON + 24 * HOUR)
    found = calendar([CONFIGURED], [told])
    assert len(found.open_at(INSIDE)) == 1
    assert found.open_at(INSIDE + timedelta(weeks=1)) == ()
    assert len(found.open_at(NOON + (5 * 24 + 1) * HOUR)) == 1


def test_a_feed_that_tells_another_components_window_replaces_nothing() -> None:
    """IDM's weekly window says nothing of SPOT's."""
    told = replace(SEEN, notice=replace(NOTICE, windows=(replace(WEEKLY, components=("idm",)),)))
    assert len(calendar([CONFIGURED], [told]).open_at(INSIDE)) == 2


def test_a_single_date_replaces_no_weekly_window() -> None:
    """An extra evening is beside the rule, not instead of it."""
    found = calendar([CONFIGURED], [SEEN])
    assert len(found.open_at(INSIDE + timedelta(weeks=1))) == 1


def test_a_dated_cancellation_takes_back_what_begins_in_it() -> None:
    """Whoever cancels the 24th cancels no window of the 25th."""
    day = replace(
        PLAN,
        starts_at=datetime(2026, 11, 24, 5, tzinfo=UTC),
        ends_at=datetime(2026, 11, 25, 5, tzinfo=UTC),
    )
    later = replace(PLAN, starts_at=NOON + 25 * HOUR, ends_at=NOON + 26 * HOUR)
    both = replace(SEEN, notice=replace(NOTICE, windows=(PLAN, later)))
    found = calendar((), [both, cancelling(NOON + HOUR / 2, cancels=(day,))])
    assert found.open_at(INSIDE) == ()
    assert len(found.open_at(NOON + 25 * HOUR)) == 1


def test_a_cancellation_in_the_middle_ends_the_window_then() -> None:
    """What it excused before stays excused: the part that ran is kept."""
    found = calendar((), [SEEN, cancelling(INSIDE)])
    (window,) = found.open_at(INSIDE - timedelta(microseconds=1))
    assert window.ends_at == INSIDE
    assert found.open_at(INSIDE) == ()


def test_a_cancellation_without_dates_takes_back_what_comes_next() -> None:
    """Nothing is open, so it can only mean the next one; the one after it stands."""
    later = replace(PLAN, starts_at=NOON + 25 * HOUR, ends_at=NOON + 26 * HOUR)
    both = replace(SEEN, notice=replace(NOTICE, windows=(PLAN, later)))
    found = calendar((), [both, cancelling(NOON + HOUR / 2)])
    assert spans(found.between(NOON, NOON + 48 * HOUR)) == [(NOON + 25 * HOUR, NOON + 26 * HOUR)]


def test_a_cancelled_occurrence_leaves_the_rule() -> None:
    """This Tuesday is cancelled, next Tuesday is not."""
    seen = replace(SEEN, notice=replace(NOTICE, windows=(WEEKLY,)))
    day = replace(PLAN, starts_at=NOON - 12 * HOUR, ends_at=NOON + 12 * HOUR)
    found = calendar((), [seen, cancelling(NOON + HOUR / 2, cancels=(day,))])
    assert found.open_at(INSIDE) == ()
    assert len(found.open_at(INSIDE + timedelta(weeks=1))) == 1


def test_a_cancellation_takes_back_only_what_came_before_it() -> None:
    """A new date that is announced afterwards, or with it, counts."""
    afresh = replace(SEEN, first_seen_at=NOON + HOUR)
    assert len(calendar((), [cancelling(NOON + HOUR / 2), afresh]).open_at(INSIDE)) == 1
    moved = replace(
        SEEN,
        notice=replace(
            NOTICE,
            fingerprint="m" * 64,
            windows=(replace(PLAN, starts_at=NOON + 5 * HOUR, ends_at=NOON + 6 * HOUR),),
            cancels=(PLAN,),
        ),
        first_seen_at=NOON + HOUR / 2,
    )
    found = calendar((), [SEEN, moved])
    assert spans(found.between(NOON, NOON + 24 * HOUR)) == [(NOON + 5 * HOUR, NOON + 6 * HOUR)]


def test_a_cancellation_that_is_seen_with_what_it_cancels_takes_it_back() -> None:
    """A page that is first read when both stand on it announces nothing."""
    assert calendar((), [SEEN, cancelling(SEEN.first_seen_at)]).open_at(INSIDE) == ()
    assert calendar((), [cancelling(SEEN.first_seen_at), SEEN]).open_at(INSIDE) == ()


def test_a_cancellation_of_another_component_takes_nothing_back() -> None:
    """IDM's maintenance is cancelled; SPOT's stands."""
    other = cancelling(NOON + HOUR / 2)
    other = replace(other, notice=replace(other.notice, components=("idm",)))
    assert len(calendar((), [SEEN, other]).open_at(INSIDE)) == 1


def test_a_cancellation_that_vanishes_still_holds() -> None:
    """The page is tidied up; the maintenance does not come back."""
    gone = replace(cancelling(NOON + HOUR / 2), vanished_at=NOON + HOUR)
    assert calendar((), [SEEN, gone]).open_at(INSIDE) == ()


REFUSED = replace(
    SEEN, notice=replace(NOTICE, state=NoticeState.REFUSED, windows=(), reason="two ways")
)


def test_a_refused_notice_is_unread_until_it_is_reviewed_or_gone() -> None:
    """It opens nothing; that it stands is known."""
    found = calendar((), [REFUSED])
    assert found.open_at(INSIDE) == ()
    assert found.unread_at(INSIDE, ["spot"])
    assert not found.unread_at(INSIDE, ["mfa_email"])
    assert not found.unread_at(NOON - HOUR, ["spot"])
    gone = calendar((), [replace(REFUSED, vanished_at=INSIDE)])
    assert gone.unread_at(INSIDE - timedelta(microseconds=1), ["spot"])
    assert not gone.unread_at(INSIDE, ["spot"])


def reviewed(*, accepted: bool, windows: tuple[Plan, ...] = ()) -> Review:
    """Return what a person says half an hour after noon."""
    return Review(
        fingerprint=NOTICE.fingerprint,
        accepted=accepted,
        windows=windows,
        reviewer="ann",
        reviewed_at=NOON + HOUR / 2,
    )


def test_an_accepted_notice_has_the_windows_that_a_person_gave() -> None:
    """They count from the review on, and the notice is read."""
    found = calendar((), [REFUSED], [reviewed(accepted=True, windows=(PLAN,))])
    (window,) = found.open_at(INSIDE)
    assert window.published_at == NOON + HOUR / 2
    assert "ann" in window.source
    assert not found.unread_at(INSIDE, ["spot"])
    assert found.unread_at(NOON, ["spot"])


def test_a_dismissed_notice_announces_nothing_from_then_on() -> None:
    """What a person dismissed was misread."""
    found = calendar((), [SEEN], [reviewed(accepted=False)])
    assert found.open_at(INSIDE) == ()


def test_the_last_review_obeys() -> None:
    """Dismissed and then accepted is accepted."""
    again = replace(reviewed(accepted=True), reviewed_at=NOON + HOUR * 3 / 4)
    found = calendar((), [SEEN], [again, reviewed(accepted=False)])
    assert len(found.open_at(INSIDE)) == 1


def test_a_notice_understood_in_part_counts_and_is_unread() -> None:
    """What is certain counts, what is not waits for a person."""
    part = replace(SEEN, notice=replace(NOTICE, reason="the second date was not understood"))
    found = calendar((), [part])
    assert len(found.open_at(INSIDE)) == 1
    assert found.unread_at(INSIDE, ["spot"])


def test_an_advisory_holds_in_off_peak_hours_only() -> None:
    """22:00 to 06:00 Eastern; noon there is not."""
    notice = replace(NOTICE, state=NoticeState.ADVISORY, windows=(), components=("idm",))
    hours = OffPeak(
        component="idm",
        from_=datetime(2026, 1, 1, 22).time(),  # noqa: DTZ001  (a local time of day)
        until=datetime(2026, 1, 1, 6).time(),  # noqa: DTZ001  (a local time of day)
        timezone="America/New_York",
    )
    found = calendar((), [replace(SEEN, notice=notice)], (), [hours])
    assert not found.advisory_at(NOON, ["idm"])
    assert found.advisory_at(NOON + 10 * HOUR, ["spot", "idm"])
    assert not found.advisory_at(NOON + 10 * HOUR, ["spot"])
    assert not found.advisory_at(NOON + 18 * HOUR, ["idm"])


def test_a_degraded_window_is_shown_as_one() -> None:
    """Its impact is the notice's."""
    notice = replace(NOTICE, windows=(replace(PLAN, impact=Impact.DEGRADED),))
    found = calendar((), [replace(SEEN, notice=notice)])
    assert [window.impact for window in found.open_at(INSIDE)] == [Impact.DEGRADED]


# --- the order in which things were said -----------------------------------------------------

EARLIER, LATER = NOON - 48 * HOUR, NOON - 24 * HOUR


def a_mail(said_at: datetime, read_at: datetime) -> Seen:
    """Return an announcement by mail, of one instant and read at another."""
    notice = replace(NOTICE, said_at=said_at)
    return replace(SEEN, feed="mail", notice=notice, day_is_borne=False, first_seen_at=read_at)


def test_a_page_takes_back_what_an_older_mail_announces_though_it_is_read_later() -> None:
    """The page bears its date, or else it was read when it was."""
    taken = cancelling(LATER)
    for said_on in (replace(taken, day=LATER.date()), replace(taken, day_is_borne=False)):
        found = calendar((), [said_on, a_mail(EARLIER, NOON)])
        assert found.between(NOON - 99 * HOUR, NOON + 99 * HOUR) == ()


def test_a_mail_that_is_newer_than_what_takes_back_stands() -> None:
    """It was announced again."""
    found = calendar((), [cancelling(EARLIER), a_mail(LATER, NOON)])
    assert len(found.open_at(INSIDE)) == 1
    both = replace(cancelling(NOON), feed="mail", day_is_borne=False)
    both = replace(both, notice=replace(both.notice, said_at=EARLIER))
    assert len(calendar((), [both, a_mail(LATER, NOON)]).open_at(INSIDE)) == 1


def test_nothing_was_said_later_than_it_was_seen() -> None:
    """A message that claims to be of next year escapes no cancellation."""
    found = calendar((), [a_mail(NOON + 999 * HOUR, EARLIER), cancelling(LATER)])
    assert found.open_at(INSIDE) == ()


def a_version(number: int, seen_at: datetime, *plans: Plan, mark: str = "v") -> Seen:
    """Return a version of one thing in a calendar."""
    notice = replace(
        NOTICE, fingerprint=f"{mark}{number}", windows=plans, identity=mark, version=number
    )
    return replace(SEEN, feed="ics", notice=notice, day_is_borne=False, first_seen_at=seen_at)


def test_a_later_version_ends_the_one_before_even_while_it_runs() -> None:
    """The publisher shortens its maintenance, or ends it."""
    shorter = replace(PLAN, ends_at=INSIDE)
    found = calendar((), [a_version(1, NOON, PLAN), a_version(2, INSIDE - HOUR / 2, shorter)])
    assert len(found.open_at(INSIDE - timedelta(microseconds=1))) == 1
    assert found.open_at(INSIDE) == ()


def test_an_older_version_that_is_seen_again_changes_nothing() -> None:
    """A cache in between is behind."""
    cancelled = a_version(2, NOON)
    cancelled = replace(cancelled, notice=replace(cancelled.notice, state=NoticeState.CANCELLED))
    found = calendar((), [cancelled, a_version(1, NOON + HOUR / 2, PLAN)])
    assert found.open_at(INSIDE) == ()


def test_two_names_of_one_publisher_are_two_things() -> None:
    """What is cancelled is made anew under another name, at the same time."""
    old = a_version(2, NOON, mark="old")
    old = replace(old, notice=replace(old.notice, state=NoticeState.CANCELLED, cancels=(PLAN,)))
    assert len(calendar((), [a_version(1, NOON, PLAN, mark="new"), old]).open_at(INSIDE)) == 1
    elsewhere = replace(old, feed="another")
    assert calendar((), [a_version(1, NOON, PLAN, mark="new"), elsewhere]).open_at(INSIDE) == ()
