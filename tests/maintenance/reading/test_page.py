"""A whole status page: its sections, its date, and what it says of each component."""

import html
from datetime import date

import pytest

from probe.maintenance.reading.notice import read_notice
from probe.maintenance.reading.page import read_page
from probe.types import NoticeState, PublishedStatus, Reading
from tests.maintenance.reading.contexts import a_context
from tests.maintenance.reading.test_notices import told, window_told

PAGE = """\
skip to content
Please choose your location:
Last Modified: 9/1/2022 Location: FL, PR, USVI Business: Part A, Part B

SPOT system status and scheduled maintenance

Current system status

SPOT is available.
Note: If you cannot get into the SPOT, the cause may be the annual certification. Please log in to
IDM and look at your SPOT role.

Regular maintenance schedule

SPOT is available 24/7, except for routine weekly maintenance (Thursday 9-11 p.m.) and scheduled \
outages. During weekly maintenance and scheduled outages, access to SPOT may be unavailable.
Note: Documents received after 6 p.m. ET weekdays, or on weekends and holidays get a receipt date \
of the next business day.

Additional upcoming SPOT maintenance schedule

Additional scheduled maintenance which affects the ability to log into SPOT will be listed below.
Due to CMS maintenance, multi-factor authentication (MFA) codes issued through email will not be \
available from Friday, September 2 at 9 p.m. ET through Tuesday, September 6 at 7 a.m. ET. This \
will result in you not being able to access SPOT unless you have another device for the MFA code.
Instructions on how to register an MFA device are on our web site.

Identity Management (IDM) System

Maintenance for the CMS IDM system may occur during off-peak hours and may affect your ability to \
log into SPOT.

Stay informed

Urgent SPOT system alerts will be posted above and sent via listserv to SPOT users.
"""

MEANT = {
    "outage spot 2022-09-01T21:00 2022-09-01T23:00 America/New_York RRULE:FREQ=WEEKLY;BYDAY=TH",
    "outage mfa_email 2022-09-02T21:00 2022-09-06T07:00 America/New_York",
}


def read(text: str) -> Reading:
    """Return the page as a feed for SPOT reads it, fetched long after."""
    return read_page(text, a_context(date(2026, 11, 24), borne=False, component="spot"))


def windows(reading: Reading) -> set[str]:
    """All the windows of a reading in words."""
    return {window_told(w.impact.value, w) for n in reading.notices for w in n.windows}


def as_html(text: str) -> str:
    """Return the page as a browser would save it."""
    body = ""
    for line in text.splitlines():
        if not line.strip():
            continue
        tag = "h2" if len(line) < 60 and not line.endswith(".") else "p"
        body += f"<div class=x><{tag}>{html.escape(line)}</{tag}></div>\n"
    return (
        "<!DOCTYPE html><html><head><title>SPOT down June 3, 2022 1-2 p.m.</title>"
        "<script>var x = 'SPOT will be down';</script></head><body><!-- <p>SPOT will be down "
        "September 9, 2022, 1-3 p.m. ET.</p> --><p hidden>SPOT is unavailable.</p>"
        f"{body}</body></html>"
    )


def test_the_page_of_september_2022_comes_out_exactly() -> None:
    """The weekly window, the codes by e-mail, the standing advisory, the status, and no more."""
    reading = read(PAGE)
    assert reading.informative
    assert reading.status == {"spot": PublishedStatus.AVAILABLE}
    assert windows(reading) == MEANT
    states = [n.state for n in reading.notices]
    assert states.count(NoticeState.ADVISORY) == 1
    assert NoticeState.REFUSED not in states
    advisory = next(n for n in reading.notices if n.state is NoticeState.ADVISORY)
    assert advisory.components == ("idm",)


def test_a_page_from_a_browser_reads_as_its_text_does() -> None:
    """Comments, scripts, titles and hidden elements say nothing."""
    assert read(as_html(PAGE)) == read(PAGE)


def test_the_weekly_window_is_read_wherever_it_was_moved() -> None:
    """Another day and hour, and bullets, make another rule."""
    moved = PAGE.replace("(Thursday 9-11 p.m.)", "(Sunday 6-10 a.m.)")
    assert (
        "outage spot 2022-09-04T06:00 2022-09-04T10:00 America/New_York RRULE:FREQ=WEEKLY;BYDAY=SU"
        in windows(read(moved))
    )


def test_a_bare_time_under_the_regular_heading_repeats() -> None:
    """The heading says what the line does not."""
    start, end = PAGE.index("SPOT is available 24/7"), PAGE.index("Note: Documents")
    page = PAGE[:start] + "\u2022 Thursday 9-11 p.m.\n" + PAGE[end:]
    assert windows(read(page)) == MEANT


def test_nothing_additional_is_nothing() -> None:
    """The sentence that a page without further windows bears announces none."""
    start, end = PAGE.index("Additional scheduled"), PAGE.index("Identity Management")
    page = (
        PAGE[:start]
        + "No additional maintenance is scheduled at this time.\n\nElectronic submissions\n\n"
        + "Electronic submissions are accepted 24/7.\n\n"
        + PAGE[end:]
    )
    reading = read(page)
    assert reading.informative
    assert len(windows(reading)) == 1


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("SPOT is available.", "available"),
        ("SPOT is currently unavailable.", "unavailable"),
        ("SPOT is down. We are working on it.", "unavailable"),
        ("SPOT is experiencing intermittent issues.", "degraded"),
        ("SPOT: see our bulletin.", "unknown"),
    ],
)
def test_the_status_line_is_published_status(sentence: str, status: str) -> None:
    """Available, unavailable, degraded, or not known."""
    assert read(PAGE.replace("SPOT is available.", sentence)).status == {"spot": status}


@pytest.mark.parametrize(
    "page",
    [
        "Select your location:\nSelect your line of business:\n",
        "<html><body><h1>License agreement</h1><p>CPT codes are copyright.</p></body></html>",
        "",
    ],
)
def test_a_page_without_its_headings_says_nothing(page: str) -> None:
    """A profile selector or a licence is no information, never "no maintenance"."""
    reading = read(page)
    assert not reading.informative
    assert not windows(reading)


def test_a_known_notice_keeps_the_year_it_was_first_read_in() -> None:
    """A notice that stands for months is never dated into a new year."""
    page = PAGE.replace("Last Modified: 9/1/2022", "Last Modified: 8/1/2023")
    fresh = read(page)
    assert not any("2022-09-02" in w for w in windows(fresh))
    known = {n.fingerprint: (date(2022, 9, 1), True) for n in read(PAGE).notices}
    again = read_page(page, a_context(date(2026, 11, 24), borne=False, component="spot"), known)
    assert any("mfa_email 2022-09-02T21:00" in w for w in windows(again))


def with_lines(*lines: str) -> str:
    """Return the page with some paragraphs below what is scheduled additionally."""
    return PAGE.replace("Instructions on how", "\n".join([*lines, "", "Instructions on how"]))


OUT = "SPOT will be unavailable Saturday, September 10, from 6 a.m. to 8 a.m. ET."
WINDOW = "outage spot 2022-09-10T06:00 2022-09-10T08:00 America/New_York"


@pytest.mark.parametrize(
    "line",
    [
        "This maintenance has been postponed.",
        "This outage has been cancelled.",
        "We have called off this maintenance.",
        "No impact to users is expected.",
        "The portal will remain available during this time.",
        "This will not go ahead after all.",
        "Due to the storm it is off the table.",
    ],
)
def test_a_paragraph_below_an_announcement_is_about_it(line: str) -> None:
    """It takes it back or lessens it, or is not understood: the window has no effect."""
    assert WINDOW in windows(read(with_lines(OUT)))
    assert WINDOW not in windows(read(with_lines(OUT, "", line)))


def test_bare_dates_below_the_heading_are_announced() -> None:
    """The heading says what they are of."""
    page = with_lines("Saturday, September 10, 6 a.m. - 8 a.m. ET", "", "See you soon.")
    assert WINDOW in windows(read(page))


def test_a_list_below_an_announcing_line_is_one_notice() -> None:
    """Its items are the windows of what the line above them names."""
    page = PAGE.replace(
        "Instructions on how",
        "SPOT will be unavailable at these times:\n"
        "- Saturday, September 10, 6-8 a.m. ET\n- Saturday, September 17, 6-8 a.m. ET\n"
        "Instructions on how",
    )
    assert windows(read(page)) == MEANT | {
        "outage spot 2022-09-10T06:00 2022-09-10T08:00 America/New_York",
        "outage spot 2022-09-17T06:00 2022-09-17T08:00 America/New_York",
    }


def test_a_table_has_a_notice_in_each_row() -> None:
    """A row of cells is read as one line."""
    table = (
        "<table><tr><th>System</th><th>From</th><th>To</th></tr><tr><td>SPOT outage</td>"
        "<td>9/10/2022 6:00 AM</td><td>9/10/2022 8:00 AM</td></tr></table><p>Instructions on how"
    )
    page = as_html(PAGE).replace("<p>Instructions on how", table)
    assert "outage spot 2022-09-10T06:00 2022-09-10T08:00 America/New_York" in windows(read(page))


def test_a_notice_read_alone_is_read_as_on_its_page() -> None:
    """The page adds its date and its headings, nothing else."""
    alone = read_notice(
        "Due to CMS maintenance, MFA codes issued through email will not be available from Friday, "
        "September 2 at 9 p.m. ET through Tuesday, September 6 at 7 a.m. ET.",
        a_context(date(2022, 9, 1), component="spot"),
    )
    assert told(alone)[1:] == [
        "outage mfa_email 2022-09-02T21:00 2022-09-06T07:00 America/New_York"
    ]


def test_the_day_of_a_page_is_the_date_that_it_bears() -> None:
    """The first stamp with a year; a page without one has no day, whenever it was fetched."""
    assert read(PAGE).day == date(2022, 9, 1)
    assert read(PAGE.replace("Last Modified: 9/1/2022 ", "")).day is None


def test_lines_broken_at_a_width_are_one_notice() -> None:
    """What an e-mail breaks is read as its paragraph was written, capitals and digits too."""
    text = """\
Dear colleagues,

The provider portal will be unavailable to all of its users from
Saturday, September 3, 2022 at 9 p.m. ET through Sunday, September 4 at
6 a.m. ET for an upgrade.

Regards
"""
    (notice,) = read_page(text, a_context(date(2022, 9, 1))).notices
    assert told(notice) == [
        "understood",
        "outage site 2022-09-03T21:00 2022-09-04T06:00 America/New_York",
    ]


def test_labelled_lines_below_a_title_are_one_notice() -> None:
    """Start, end and impact on lines of their own belong to the work that the title names."""
    text = """\
Portal upgrade
Start: June 8, 2024 9 p.m. ET
End: June 8, 2024 11 p.m. ET
Impact: the portal will be unavailable
"""
    (notice,) = read_page(text, a_context()).notices
    assert told(notice) == [
        "understood",
        "outage site 2024-06-08T21:00 2024-06-08T23:00 America/New_York",
    ]


def test_seconds_are_kept() -> None:
    """Times that programs write with seconds are the instants that they say."""
    for text in (
        "The portal is down on June 8, 2024 from 17:20:05 UTC to 17:40:25 UTC.",
        "Maintenance: 2024-06-08T17:20:05Z to 2024-06-08T17:40:25Z, the portal is down.",
    ):
        (plan,) = read_notice(text, a_context()).windows
        assert (plan.starts_at.second, plan.ends_at.second) == (5, 25)
