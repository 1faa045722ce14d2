"""Messages as notices: which text is one, and the day on which its "tonight" is."""

from datetime import date
from email.message import EmailMessage

import pytest

from probe.feeds.mail import is_message, parse, read_message, sent_on
from tests.maintenance.reading.contexts import a_context

TONIGHT = "SPOT will be unavailable tonight from 11 p.m. to 11:30 p.m. ET."


def a_message(sent: str, *, headers: str = "") -> str:
    """Return a message of the list, sent at some time."""
    return f"{headers}From: list@fcso.com\nDate: {sent}\nSubject: SPOT\n\n{TONIGHT}\n"


@pytest.mark.parametrize(
    ("sent", "day"),
    [
        ("Tue, 24 Nov 2026 21:30:00 -0500", date(2026, 11, 24)),
        ("Wed, 25 Nov 2026 02:30:00 +0000", date(2026, 11, 24)),
        ("Wed, 25 Nov 2026 02:30:00 -0000", date(2026, 11, 25)),
        ("no date at all", None),
    ],
)
def test_a_message_is_of_the_day_in_the_zone_of_its_feed(sent: str, day: date | None) -> None:
    """Half past two in the morning of UTC is the evening before in New York."""
    assert sent_on(parse(a_message(sent).encode()), "America/New_York") == day


def test_tonight_is_the_night_in_the_zone_of_the_feed() -> None:
    """A server that stamps UTC moves no window to the next day."""
    message = parse(a_message("Wed, 25 Nov 2026 02:30:00 +0000").encode())
    (window,) = read_message(message, a_context(component="spot")).windows
    assert window.starts_at.date() == date(2026, 11, 24)


def test_a_message_is_known_below_many_headers_and_without_a_subject() -> None:
    """Fifty hops write more than any short look at the beginning sees."""
    hops = (
        "Received: from a.example by b.example with ESMTP; Tue, 24 Nov 2026 21:29:00 -0500\n" * 99
    )
    assert is_message(a_message("Tue, 24 Nov 2026 21:30:00 -0500", headers=hops))
    assert is_message(
        "From: list@fcso.com\r\nDate: Tue, 24 Nov 2026 21:30:00 -0500\r\n\r\nHello\r\n"
    )
    assert not is_message("From: 9 p.m.\nTo: 11 p.m.\n\nSPOT is down.")


def a_newsletter(plain: str) -> EmailMessage:
    """Return a message with a plain part beside its HTML."""
    message = EmailMessage()
    message["From"], message["Date"] = "list@fcso.com", "Tue, 24 Nov 2026 21:30:00 -0500"
    message.set_content(plain)
    message.add_alternative(f"<p>{TONIGHT}</p>", subtype="html")
    return message


@pytest.mark.parametrize("plain", ["", " \r\n\xa0\r\n", TONIGHT])
def test_an_empty_plain_part_hides_no_html(plain: str) -> None:
    """Some newsletters carry one for form's sake."""
    message = parse(a_newsletter(plain).as_bytes())
    (window,) = read_message(message, a_context(component="spot")).windows
    assert window.starts_at.date() == date(2026, 11, 24)


def test_an_attachment_is_not_what_a_message_says() -> None:
    """The text that was attached, such as a log or an older notice, is not shown as its words."""
    newsletter = EmailMessage()
    newsletter["From"], newsletter["Date"] = "list@fcso.com", "Tue, 24 Nov 2026 21:30:00 -0500"
    newsletter.set_content(f"<p>{TONIGHT}</p>", subtype="html")
    newsletter.add_attachment("SPOT is down from 2 a.m. to 3 a.m.", filename="older.txt")
    assert "11 p.m." in parse(newsletter.as_bytes()).text
    assert "2 a.m." not in parse(newsletter.as_bytes()).text
