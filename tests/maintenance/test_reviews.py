"""Which review holds for which sighting of a notice: the same words may come back as another."""

from dataclasses import replace
from datetime import timedelta

import pytest

from probe.maintenance.publication import calendar
from probe.maintenance.reviews import COMES_BACK, reviewed
from probe.types import Notice, NoticeState, Review, Seen
from tests.samples import NOON, SEEN

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
NOTICE: Notice = replace(SEEN.notice, state=NoticeState.REFUSED, windows=(), components=("spot",))


def sighting(first: timedelta, vanished: timedelta | None) -> Seen:
    """Return the notice as it stood from one day to another, counted from noon."""
    return replace(
        SEEN,
        notice=NOTICE,
        first_seen_at=NOON + first,
        last_seen_at=NOON + (first if vanished is None else vanished),
        vanished_at=None if vanished is None else NOON + vanished,
    )


def review(at: timedelta, *, accepted: bool = False) -> Review:
    """Return what a person made of it on a day."""
    return Review(
        fingerprint=NOTICE.fingerprint, accepted=accepted, reviewer="ann", reviewed_at=NOON + at
    )


@pytest.mark.parametrize(
    ("sightings", "held", "why"),
    [
        ([(0 * DAY, None)], [True], "it stands when it is reviewed, and goes on to stand"),
        ([(0 * DAY, DAY / 2)], [True], "it had gone when it was reviewed"),
        ([(0 * DAY, 2 * DAY), (9 * DAY, None)], [True, True], "it comes back a week later"),
        (
            [(0 * DAY, 400 * DAY), (401 * DAY, None)],
            [True, True],
            "it stands for a year and is gone for a day: it is the same notice",
        ),
        (
            [(0 * DAY, 2 * DAY), (2 * DAY + COMES_BACK, None)],
            [True, True],
            "it comes back at the last instant that counts",
        ),
        (
            [(0 * DAY, 2 * DAY), (2 * DAY + COMES_BACK + INSTANT, None)],
            [True, False],
            "it comes back an instant later",
        ),
        (
            [(0 * DAY, 2 * DAY), (365 * DAY, 366 * DAY), (367 * DAY, None)],
            [True, False, False],
            "the same words a year later, and what follows them, ask again",
        ),
        (
            [(0 * DAY, 2 * DAY), (20 * DAY, 25 * DAY), (50 * DAY, None)],
            [True, True, True],
            "each stay carries it on",
        ),
    ],
)
def test_a_review_holds_for_a_notices_stay(
    sightings: list[tuple[timedelta, timedelta | None]], held: list[bool], why: str
) -> None:
    """It was given a day after the first sighting."""
    seen = [sighting(*one) for one in sightings]
    assert [found is not None for _, found in reviewed(seen, [review(DAY)])] == held, why


def test_the_last_review_that_holds_obeys() -> None:
    """And a new one of a later stay leaves the earlier stay's windows where they were."""
    seen = [sighting(0 * DAY, 2 * DAY), sighting(365 * DAY, None)]
    first, second, third = review(DAY), review(DAY * 1.5, accepted=True), review(366 * DAY)
    assert [found for _, found in reviewed(seen, [third, first])] == [third, third]
    assert [found for _, found in reviewed(seen, [second, first])] == [second, None]


def test_a_review_of_other_words_holds_for_none_of_it() -> None:
    """Fingerprints tell."""
    other = replace(review(DAY), fingerprint="other")
    assert reviewed([sighting(0 * DAY, None)], [other]) == ((sighting(0 * DAY, None), None),)


def test_the_same_refused_words_a_year_later_wait_for_a_person_again() -> None:
    """A dismissal was about last year's notice."""
    seen = [sighting(0 * DAY, 2 * DAY), sighting(365 * DAY, None)]
    found = calendar((), seen, [review(DAY)])
    assert not found.unread_at(NOON + 1.5 * DAY, ["spot"])
    assert found.unread_at(NOON + 366 * DAY, ["spot"])
