"""What holds of every reading, whatever the text is."""

import html
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from probe.maintenance.reading.notice import read_notice
from probe.maintenance.reading.page import read_page
from probe.maintenance.reading.text import fingerprint
from probe.types import Notice, NoticeState, Plan
from tests.maintenance.reading.contexts import a_context
from tests.maintenance.reading.test_notices import ROWS

#: Rows that are read as the default context reads.
TEXTS = [row.text for row in ROWS if not row.options]
WORDS = sorted({word for text in TEXTS for word in text.split()})
STAMPED = re.compile(r"posted|updated|\d\d:\d\d:\d\d", re.IGNORECASE)
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
    if "UTC-" in text or "start:" in text:
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


@FEW
@given(
    notices,
    st.sampled_from(
        [
            "The help desk is open Monday through Friday from 8 a.m. to 5 p.m. ET.",
            "Our offices are closed on Tuesday, June 18, 2024.",
            "Join our webinar on June 20 from 1 p.m. to 2 p.m. ET.",
            "Posted on May 29, 2024 at 3 p.m.",
            "Questions? Call 1-800-555-0123 or visit www.example.com/2024/06/08.",
        ]
    ),
)
def test_a_sentence_about_something_else_changes_no_window(text: str, other: str) -> None:
    """Business hours, closures, webinars, stamps and numbers are not the maintenance's."""
    # A second stamp makes it doubtful on which day "tonight" was written.
    assume("Posted" not in other or not STAMPED.search(text))
    text = text.rstrip(". ") + "."
    assert (
        read_notice(f"{text} {other}", a_context()).windows
        == read_notice(text, a_context()).windows
    )


@FEW
@given(notices)
def test_a_notice_and_its_cancellation_leave_no_window(text: str) -> None:
    """Whatever was announced, it is taken back."""
    cancelled = text.rstrip(". ") + ". This maintenance has been cancelled."
    assert not read_notice(cancelled, a_context()).windows


@FEW
@given(notices)
def test_the_letter_case_of_a_notice_changes_no_time(text: str) -> None:
    """Shouted, it is the same, or it is refused; it never means other times."""
    plain, loud = (read_notice(t, a_context()).windows for t in (text, text.upper()))
    times = {(w.starts_at, w.ends_at, w.recurrence) for w in plain}
    assert all((w.starts_at, w.ends_at, w.recurrence) in times for w in loud)
