"""One refresh, and the loop around it: the last good reading is never lost."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from probe.feeds import Answer, Kind, Known, Outcome, Refresher, follow
from probe.feeds.kinds import HEADLESS, Read
from probe.feeds.page import MOST_PATIENCE, Ask
from probe.journal import Notices
from probe.maintenance.reading.context import Context
from probe.prober.patience import retry_after
from probe.types import Feed, FeedFailure, FeedKind, NoticeState, Reading
from tests.samples import FEED, HOUR, NOON, NOTICE

pytestmark = pytest.mark.anyio


class Page:
    """A feed of the test's own: what it answers, and what it was asked."""

    def __init__(self) -> None:
        self.answer: Answer | None = Answer(text="one", validators={"etag": '"1"'})
        self.conditions: list[Mapping[str, str]] = []
        self.read: list[tuple[str, date, Known]] = []
        self.reading: Reading | None = None
        self.answered: Callable[[], None] = lambda: None

    @property
    def source(self) -> Ask:
        """Return how it is asked."""

        async def asked(feed: Feed, validators: Mapping[str, str], now: datetime) -> Answer:
            assert (feed.name, now.tzinfo) == (FEED.name, NOON.tzinfo)
            self.conditions.append(validators)
            self.answered()
            if self.answer is None:
                await asyncio.Event().wait()
            assert self.answer
            return self.answer

        return asked

    def as_reading(self, text: str, context: Context, known: Known, feed: Feed) -> Reading:
        """Note what is read; each text is one notice."""
        assert feed == FEED
        self.read.append((text, context.day, known))
        notice = replace(NOTICE, fingerprint=text, text=text)
        return self.reading or Reading(status={}, notices=(notice,))


@pytest.fixture
def page() -> Page:
    """Return a feed that has one notice."""
    return Page()


@pytest.fixture
def notices() -> Notices:
    """Give a noticeboard on which nothing stands."""
    return Notices()


class Asking:
    """A refresher whose clock the test sets with each question."""

    def __init__(
        self, page: Page, notices: Notices, edition: str, *, read: Read | None = None
    ) -> None:
        self.now = NOON
        self._refresher = Refresher(
            kinds={
                FeedKind.PAGE: Kind(
                    ask=page.source, read=read or page.as_reading, uninformative=HEADLESS
                )
            },
            context=lambda feed, day: Context(
                day=day, day_is_borne=False, component=feed.component
            ),
            notices=notices,
            clock=lambda: self.now,
            edition=lambda _: edition,
        )
        page.answered = self._answered

    async def refresh(self, feed: Feed, at: datetime, *, takes: timedelta = timedelta()) -> Outcome:
        """Ask at an instant; the answer takes its time."""
        self.now, self._takes = at, takes
        return await self._refresher.refresh(feed)

    def _answered(self) -> None:
        self.now += self._takes


def refresher(page: Page, notices: Notices, edition: str = "1") -> Asking:
    """Return what asks it."""
    return Asking(page, notices, edition)


async def test_a_notice_counts_from_when_it_was_read_not_asked_for(
    page: Page, notices: Notices
) -> None:
    """A page that takes six seconds was not known for those six seconds."""
    await refresher(page, notices).refresh(FEED, NOON, takes=timedelta(seconds=6))
    (seen,) = notices.board.seen
    assert seen.first_seen_at == NOON + timedelta(seconds=6)


async def test_feeds_are_read_one_after_the_other(page: Page, notices: Notices) -> None:
    """Reading takes turns with the probes, and many texts at once would leave them none."""
    reading, at_once = threading.Semaphore(0), []
    busy = 0

    def read(text: str, context: Context, known: Known, feed: Feed) -> Reading:
        nonlocal busy
        busy += 1
        at_once.append(busy)
        reading.acquire(timeout=0.05)  # as long as another would have to begin
        busy -= 1
        return page.as_reading(text, context, known, feed)

    asking = Asking(page, notices, "1", read=read)
    await asyncio.gather(*(asking.refresh(FEED, NOON) for _ in range(4)))
    assert at_once == [1, 1, 1, 1]


async def test_what_a_feed_says_is_is_known(page: Page, notices: Notices) -> None:
    """With the instant of its first sighting; today is the feed's own."""
    late = datetime(2026, 11, 25, 3, tzinfo=NOON.tzinfo)
    outcome = await refresher(page, notices).refresh(FEED, late)
    assert outcome == Outcome(changed=True)
    (seen,) = notices.board.seen
    assert (seen.notice.text, seen.first_seen_at) == ("one", late)
    assert page.read == [("one", date(2026, 11, 24), {})]


async def test_the_next_request_is_conditional(page: Page, notices: Notices) -> None:
    """An answer that nothing has changed confirms what is there."""
    using = refresher(page, notices)
    await using.refresh(FEED, NOON)
    page.answer = Answer(validators={"etag": '"1"'})
    assert await using.refresh(FEED, NOON + HOUR) == Outcome()
    assert page.conditions == [{}, {"etag": '"1"'}]
    state = notices.board.feeds.get("page")
    assert state is not None
    assert state.succeeded_at == NOON + HOUR
    assert len(page.read) == 1


async def test_a_new_edition_reads_everything_anew(page: Page, notices: Notices) -> None:
    """Another program or other words may understand more, as of the day of the first reading."""
    await refresher(page, notices).refresh(FEED, NOON)
    await refresher(page, notices, "2").refresh(FEED, NOON + 100 * 24 * HOUR)
    assert page.conditions == [{}, {}]
    text, _, read_on = page.read[-1]
    assert read_on == {text: (date(2026, 11, 24), False)}
    assert len(notices.board.seen) == 1


@pytest.mark.parametrize("failure", list(FeedFailure))
async def test_a_failure_changes_nothing(
    page: Page, notices: Notices, failure: FeedFailure
) -> None:
    """The last good reading stands, and the feed's last success too."""
    using = refresher(page, notices)
    await using.refresh(FEED, NOON)
    page.answer = Answer(failure=failure, detail="away", not_before=NOON + HOUR)
    outcome = await using.refresh(FEED, NOON + HOUR)
    assert outcome == Outcome(failure=failure, detail="away", not_before=NOON + HOUR)
    assert [s.vanished_at for s in notices.board.seen] == [None]
    state = notices.board.feeds.get("page")
    assert state is not None
    assert state.succeeded_at == NOON


async def test_a_page_without_its_headings_is_no_information(page: Page, notices: Notices) -> None:
    """A profile selector withdraws no window."""
    using = refresher(page, notices)
    await using.refresh(FEED, NOON)
    page.answer = Answer(text="Select which best describes you")
    page.reading = Reading(status={}, notices=(), informative=False)
    outcome = await using.refresh(FEED, NOON + HOUR)
    assert outcome.failure is FeedFailure.NO_HEADINGS
    assert [s.vanished_at for s in notices.board.seen] == [None]


async def test_a_date_that_the_page_bears_is_kept(page: Page, notices: Notices) -> None:
    """Words that name no year are read as of it."""
    page.reading = Reading(status={}, notices=(NOTICE,), day=date(2026, 11, 20))
    await refresher(page, notices).refresh(FEED, NOON)
    (seen,) = notices.board.seen
    assert (seen.day, seen.day_is_borne) == (date(2026, 11, 20), True)


class EnoughError(Exception):
    """The test has seen what it wanted."""


async def waits(outcomes: list[Outcome], not_before: datetime | None = None) -> list[float]:
    """Return how long the loop waits after each outcome."""
    left, waited = list(outcomes), list[float]()

    async def refreshed(_: Feed) -> Outcome:
        if not left:
            raise EnoughError
        return left.pop(0)

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    with pytest.raises(EnoughError):
        await follow(FEED, refreshed, lambda: NOON, not_before=not_before, sleep=sleep)
    return waited


GOOD, BAD = Outcome(), Outcome(failure=FeedFailure.FETCH)


async def test_a_feed_is_refreshed_on_its_own_clock() -> None:
    """Every ten minutes here."""
    assert await waits([GOOD, GOOD]) == [600, 600]


async def test_a_feed_that_failed_is_asked_again_sooner_and_not_too_often() -> None:
    """After one minute, two, four, eight, and then at its own pace; success starts over."""
    assert await waits([BAD] * 5 + [GOOD, BAD]) == [60, 120, 240, 480, 600, 600, 60]


async def test_a_server_that_asks_for_patience_gets_it() -> None:
    """Retry-After may be longer than our own wait, and is never shortened by it."""
    patient = replace(BAD, not_before=NOON + timedelta(minutes=30))
    hasty = replace(BAD, not_before=NOON + timedelta(seconds=1))
    assert await waits([patient, hasty]) == [1800, 120]


async def test_patience_outlives_a_reload() -> None:
    """Who asked to be left alone for half an hour is not asked again because a file changed."""
    assert await waits([GOOD], NOON + timedelta(minutes=30)) == [1800, 600]
    assert await waits([GOOD], NOON - timedelta(minutes=30)) == [0, 600]


async def test_a_feed_that_fails_a_thousand_times_is_still_asked() -> None:
    """Its waits grow no further than its own clock, whatever that is."""
    waited = await waits([BAD] * 1000)
    assert len(waited) == 1000
    assert waited[-1] == 600


def test_patience_that_has_no_end_is_a_day_at_the_most() -> None:
    """However far ahead a server names an instant."""
    at = retry_after("Fri, 31 Dec 9999 23:59:59 GMT", NOON, MOST_PATIENCE)
    assert at == NOON + timedelta(days=1)


async def test_a_failure_is_told_once_and_so_is_its_end(caplog: pytest.LogCaptureFixture) -> None:
    """A change of state is one line, however long the state lasts."""
    caplog.set_level("INFO", logger="probe.feeds.refresh")
    other = replace(BAD, failure=FeedFailure.STATUS, detail="status 503")
    await waits([GOOD, BAD, BAD, BAD, other, other, GOOD, GOOD])
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "feed page: fetch: "),
        ("WARNING", "feed page: status: status 503"),
        ("INFO", "feed page: it can be read again"),
    ]


async def test_what_is_read_refused_and_withdrawn_is_told_once(
    page: Page, notices: Notices, caplog: pytest.LogCaptureFixture
) -> None:
    """With the beginning of its words, and why a person should look."""
    caplog.set_level("INFO", logger="probe.feeds.refresh")
    using = refresher(page, notices)
    refused = replace(NOTICE, state=NoticeState.REFUSED, windows=(), reason="two readings")
    for number in range(3):
        await using.refresh(FEED, NOON + number * HOUR)
    page.reading = Reading(status={}, notices=(refused,))
    await using.refresh(FEED, NOON + 3 * HOUR)
    told = [record.getMessage() for record in caplog.records]
    words = NOTICE.quote
    assert told == [
        f"feed page: notice one understood: {words}",
        f"feed page: notice one withdrawn: {words}",
        f"feed page: notice {NOTICE.fingerprint} needs review (two readings): {words}",
    ]


async def test_a_feed_that_never_ends_its_answer_fails_at_its_deadline(
    page: Page, notices: Notices
) -> None:
    """Of whatever kind it is; what stood before stands."""
    using = refresher(page, notices)
    await using.refresh(FEED, NOON)
    page.answer = None
    short = replace(FEED, timeout=timedelta(milliseconds=1))
    outcome = await using.refresh(short, NOON + HOUR)
    assert (outcome.failure, outcome.detail) == (
        FeedFailure.FETCH,
        "no whole answer in 0.001 s",
    )
    assert [s.vanished_at for s in notices.board.seen] == [None]
