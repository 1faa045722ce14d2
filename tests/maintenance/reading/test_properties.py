"""What holds of every reading, whatever the text is."""

import html
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from probe.maintenance.reading.notice import read_notice
from probe.maintenance.reading.page import read_page
from probe.maintenance.reading.text import fingerprint
from probe.types import Impact, Notice, NoticeState, Plan
from tests.maintenance.reading.contexts import a_context
from tests.maintenance.reading.test_notices import ROWS
from tests.maintenance.reading.test_outages import lines_of

#: Rows that are read as the default context reads.
TEXTS = [row.text for row in ROWS if not row.options]
WORDS = sorted({word for text in TEXTS for word in text.split()})
FEW = settings(max_examples=150, deadline=None)

notices = st.sampled_from(TEXTS)
jumbled = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """Return a notice with a few words lost, doubled or put in from another one."""
    words = draw(notices).split()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(words) - 1))
        words[at : at + 1] = draw(st.lists(st.sampled_from(WORDS), max_size=2)) or ["the"]
    return " ".join(words)


texts = st.one_of(notices, jumbled, mangled(), st.text(max_size=200))


def same(first: Notice, second: Notice) -> bool:
    """Whether two readings are the same but for their words."""
    return (first.state, first.windows, first.cancels) == (
        second.state,
        second.windows,
        second.cancels,
    )


def check_bounds(plan: Plan, today: date) -> None:
    """Return a plan lies inside the bounds and goes forward."""
    start, end = plan.starts_at.astimezone(UTC), plan.ends_at.astimezone(UTC)
    assert start < end
    assert end - start <= timedelta(days=10)
    midnight = datetime.combine(today, time(), tzinfo=ZoneInfo(plan.timezone))
    assert plan.ends_at > midnight
    assert start - midnight <= timedelta(days=366)


@FEW
@given(texts)
def test_what_is_read_is_bounded_and_quoted(text: str) -> None:
    """Windows lie in the bounds, go forward, and are quoted from the text; nothing raises."""
    context = a_context()
    notice = read_notice(text, context)
    assert notice.quote in notice.text
    if notice.windows:
        assert notice.state is NoticeState.UNDERSTOOD
        assert notice.quote
    if notice.state is NoticeState.REFUSED:
        assert notice.reason
    for plan in notice.windows:
        check_bounds(plan, context.day)


@FEW
@given(st.text(max_size=300))
def test_any_page_is_read(text: str) -> None:
    """A page may be anything."""
    read_page(text, a_context())


@FEW
@given(notices, st.sampled_from(["  ", "\n", "\t ", "\u00a0", "\r\n \n"]))
def test_white_space_changes_nothing(text: str, space: str) -> None:
    """Neither the reading nor what the notice is known by."""
    spaced = text.replace(" ", space)
    assert same(read_notice(text, a_context()), read_notice(spaced, a_context()))
    assert fingerprint(text) == fingerprint(spaced)


@FEW
@given(notices, st.sampled_from(["-", "\u2013", "\u2014", "\u2212"]))
def test_dashes_and_quotes_change_nothing(text: str, dash: str) -> None:
    """One kind is as good as another."""
    dashed = re.sub("[-\u2013\u2014]", dash, text).replace("'", "\u2019").replace('"', "\u201c")
    if "UTC-" in text:
        return
    assert same(read_notice(text, a_context()), read_notice(dashed, a_context()))
    assert fingerprint(text) == fingerprint(dashed)


@FEW
@given(notices, st.data())
def test_html_dressing_changes_nothing(text: str, data: st.DataObject) -> None:
    """Emphasis, links, comments and entities are dressing."""
    words = html.escape(text).split(" ")
    at = data.draw(st.integers(0, len(words) - 1))
    words[at] = f"<b>{words[at]}</b>"
    dressed = f"<div><p>{' '.join(words)}</p><!-- SPOT is down June 3, 1-2 p.m. --></div>"
    assert same(read_notice(text, a_context()), read_notice(dressed, a_context()))
    assert fingerprint(text) == fingerprint(dressed)


def when(plan: Plan) -> tuple[object, ...]:
    """Return what a window is, whatever its notice says besides."""
    return plan.components, plan.impact, plan.starts_at, plan.ends_at, plan.recurrence


def outages(notice: Notice) -> set[tuple[object, ...]]:
    """Return what would excuse failures of each component; a day left out of a rule is less."""
    return {
        (component, plan.starts_at, plan.ends_at, (plan.recurrence or "").split("\n")[0])
        for plan in notice.windows
        if plan.impact is Impact.OUTAGE
        for component in plan.components
    }


#: What stands beside announcements and announces nothing: hours, courtesies, traps, anything.
BESIDE = [
    "The help desk is open Monday through Friday from 8 a.m. to 5 p.m. ET.",
    "Our offices are closed on Tuesday, June 18, 2024.",
    "Join our webinar on June 20 from 1 p.m. to 2 p.m. ET.",
    "Questions? Call 1-800-555-0123 or visit www.example.com/2024/06/08.",
    *lines_of("behind.txt"),
    *lines_of("no_outage.txt"),
]


#: What this property has found, one of each kind.
FOUND = [
    # Two anchors for a missing year.
    ("SPOT | Scheduled maintenance | 06/08/2024 8:00 PM | 06/08/2024 11:00 PM.",
     "SPOT will be unavailable June 8 from 6 p.m. to 11 p.m. ET. Last modified: 6/1/2023.", False),
    # Fields behind an announcement that has times of its own.
    ("Outage Start: 06/08/2024 10:00 PM EDT. Outage End: 06/09/2024 02:00 AM EDT.",
     "HARP will be unavailable June 8, 8-11 p.m. ET.", True),
    # What is said of one work is not said of the next.
    (("Scheduled maintenance: Sunday, June 2, 12 a.m. to 6 a.m. CT. The portal will not be"
     " accessible."), "Tabletop exercise of a SPOT outage on June 8, 8-11 p.m. ET", False),
    (("IDM will be unavailable June 8, 9-11 p.m. ET. During this time you will not be able to log"
     " into SPOT."), "CMS.gov will be unavailable June 8, 8-11 p.m. ET.", False),
    # Days from one to another are not told by hours on the first of them.
    ("The portal will be offline June 8-9 for maintenance.",
     "We will be restarting SPOT on June 8 from 9 p.m. to 11 p.m. ET.", False),
]  # fmt: skip


@FEW
@given(notices, st.sampled_from(BESIDE), st.booleans())
@example(*FOUND[0])
@example(*FOUND[1])
@example(*FOUND[2])
@example(*FOUND[3])
@example(*FOUND[4])
def test_a_sentence_that_is_no_announcement_gives_no_window_effect(
    text: str,
    other: str,
    first: bool,  # noqa: FBT001  # hypothesis hands them in
) -> None:
    """Whatever it is, and on whichever side it stands: at most it takes effect away."""
    # A second stamp tells on which day "tonight" was written.
    assume("osted" not in other and "pdated" not in other)
    text = text.rstrip(". ") + "."
    together = f"{other} {text}" if first else f"{text} {other}"
    context = a_context(component="spot")
    alone = outages(read_notice(text, context)) | outages(read_notice(other, context))
    assert outages(read_notice(together, context)) <= alone


@FEW
@given(notices, st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), max_size=60))
def test_anything_that_is_not_understood_takes_effect_away(text: str, other: str) -> None:
    """No words at all give a window effect that had none without them."""
    context = a_context()
    alone = outages(read_notice(text, context))
    assume(not outages(read_notice(other, context)))
    assert outages(read_notice(f"{text.rstrip('. ')}. {other}", context)) <= alone


@FEW
@given(notices, st.booleans())
def test_a_notice_and_its_cancellation_leave_no_window(
    text: str,
    first: bool,  # noqa: FBT001  # hypothesis hands them in
) -> None:
    """Whatever was announced, it is taken back, or a person is asked."""
    taken_back = "This maintenance has been cancelled."
    text = text.rstrip(". ") + "."
    together = f"{taken_back} {text}" if first else f"{text} {taken_back}"
    assert not read_notice(together, a_context()).windows


@FEW
@given(notices)
def test_the_letter_case_of_a_notice_changes_no_time(text: str) -> None:
    """Shouted, it is the same, or it is refused; it never means other times."""
    plain, loud = (read_notice(t, a_context()).windows for t in (text, text.upper()))
    times = {(w.starts_at, w.ends_at, w.recurrence) for w in plain}
    assert all((w.starts_at, w.ends_at, w.recurrence) in times for w in loud)
