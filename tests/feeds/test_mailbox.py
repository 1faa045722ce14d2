"""Messages of a mailbox: who really sent them, and what they wrote now."""

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from probe.feeds.mail import Message, distrust, parse, read_listed, read_message
from probe.types import Notice, NoticeState
from tests.feeds.test_ics import CONTEXT

DATE = "Tue, 24 Nov 2026 09:00:00 -0500"
OUTAGE = "SPOT will be unavailable on Saturday, December 5, 2026 from 9 p.m. to 11 p.m. ET."
OTHER = "SPOT will be unavailable on Sunday, December 6, 2026 from 9 p.m. to 11 p.m. ET."
SERVER = "mx.example.org"
PASSED = f"{SERVER}; dmarc=pass (p=reject dis=none) header.from=fcso.example"


def raw(
    text: str = OUTAGE,
    *,
    sender: str = "listserv@fcso.example",
    results: str = PASSED,
    more: str = "",
) -> bytes:
    """Return a message as it lies in the mailbox."""
    top = f"Authentication-Results: {results}\r\n" if results else ""
    return (
        f"{top}{more}From: {sender}\r\nDate: {DATE}\r\nSubject: SPOT\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


def listed(data: bytes, authserv: str = SERVER) -> Notice:
    """Return the notice of a message of the mailbox."""
    return read_listed(parse(data), CONTEXT, authserv)


@pytest.mark.parametrize(
    ("header", "sender"),
    [
        ("listserv@fcso.example", "listserv@fcso.example"),
        ("First Coast <ListServ@FCSO.example>", "listserv@fcso.example"),
        ('"First Coast, listserv" <listserv@fcso.example>', "listserv@fcso.example"),
        ("=?utf-8?q?First_Coast?= <listserv@fcso.example>", "listserv@fcso.example"),
        (
            '=?utf-8?q?listserv=40fcso=2Eexample?= "listserv@fcso.example" <a@evil.example>',
            "a@evil.example",
        ),
        ("listserv@fcso.example, a@evil.example", ""),
        ("listserv@fcso.example <a@evil.example>", ""),
        ("a@evil.example (listserv@fcso.example)", ""),
        ("List: listserv@fcso.example;", ""),
        ("<listserv@fcso.example> <a@evil.example>", ""),
        ("a@evil.example\r\nFrom: listserv@fcso.example", ""),
        ("=?utf-8?q?listserv=40fcso=2Eexample?=", ""),
    ],
)
def test_the_sender_is_the_one_mailbox_of_the_header_as_it_was_sent(
    header: str, sender: str
) -> None:
    """What is encoded in it is a name."""
    assert parse(raw(sender=header)).sender == sender


@pytest.mark.parametrize(
    ("results", "is_proven"),
    [
        (PASSED, True),
        (f"{SERVER}; spf=pass smtp.mailfrom=x; dkim=pass header.d=fcso.example", True),
        (f"{SERVER} 1; dkim=pass (good) header.i=@fcso.example; dmarc=none", True),
        (f'{SERVER};\r\n\tdkim=pass header.d="example"; dmarc=pass header.from=fcso.example', True),
        (f"{SERVER}; dmarc=fail header.from=fcso.example", False),
        (f"{SERVER}; dmarc=fail header.from=fcso.example; dkim=pass header.d=fcso.example", False),
        (f"{SERVER}; dmarc=pass header.from=evil.example", False),
        (f"{SERVER}; dkim=pass header.d=evil.example", False),
        (f"{SERVER}; dkim=pass header.d=notfcso.example", False),
        (f"{SERVER}; dkim=fail header.d=fcso.example", False),
        (f"{SERVER}; spf=pass smtp.mailfrom=fcso.example", False),
        (f"{SERVER}; none (dmarc=pass header.from=fcso.example)", False),
        ("mx.evil.example; dmarc=pass header.from=fcso.example", False),
        (f"x{SERVER}; dmarc=pass header.from=fcso.example", False),
        ("", False),
    ],
)
def test_only_the_configured_server_proves_who_sent_a_message(
    results: str, *, is_proven: bool
) -> None:
    """Without it the message proposes, and says why."""
    notice = listed(raw(results=results))
    assert bool(notice.windows) is is_proven
    assert len((*notice.windows, *notice.proposals)) == 1
    assert ("not proven" in notice.reason) is not is_proven


def test_a_forged_result_below_the_servers_own_proves_nothing() -> None:
    """The newest stands first."""
    forged = f"Authentication-Results: {PASSED}\r\n"
    assert listed(raw(results=f"{SERVER}; dmarc=none; dkim=none", more=forged)).windows == ()


def test_without_a_server_nobody_is_trusted() -> None:
    """The configuration names none."""
    assert "names no `authserv`" in distrust(parse(raw()), "")
    assert listed(raw(), "").state is NoticeState.REFUSED


def test_a_forged_cancellation_takes_nothing_back() -> None:
    """It waits for a person as an announcement does."""
    text = OUTAGE.replace("SPOT will be unavailable", "The SPOT maintenance")
    text = text.replace("p.m. ET.", "p.m. ET has been cancelled.")
    assert listed(raw(text)).cancels
    assert listed(raw(text, results="")).cancels == ()


def test_of_what_announces_nothing_only_the_subject_is_kept() -> None:
    """It is there, with the reason."""
    notice = listed(raw("We meet for lunch."))
    assert (notice.state, notice.text) == (NoticeState.IRRELEVANT, "SPOT")
    assert notice.reason


# --- what the sender wrote now ---------------------------------------------------------------


def a_message(plain: str | None = OUTAGE, html: str | None = None) -> EmailMessage:
    """Return a message of a list."""
    message = EmailMessage()
    message["From"], message["Date"], message["Subject"] = "listserv@fcso.example", DATE, "SPOT"
    if plain is not None:
        message.set_content(plain)
    if html is not None and plain is not None:
        message.add_alternative(html, subtype="html")
    elif html is not None:
        message.set_content(html, subtype="html")
    return message


def days(message: EmailMessage) -> list[int]:
    """Return on which days of December what a message announces is."""
    notice = read_message(parse(message.as_bytes()), CONTEXT)
    return [window.starts_at.day for window in notice.windows]


QUOTES = [
    f"\n\nOn Mon, Nov 23, 2026 at 9:00 AM First Coast <a@fcso.example> wrote:\n> {OTHER}\n",
    f"\n\nOn Mon, Nov 23, 2026 at 9:00 AM First Coast\n<a@fcso.example> wrote:\n\n> {OTHER}\n",
    f"\n\n-----Original Message-----\nFrom: a@fcso.example\n\n{OTHER}\n",
    f"\n\nBegin forwarded message:\n\n{OTHER}\n",
    f"\n\n---------- Forwarded message ---------\nFrom: a@fcso.example\n\n{OTHER}\n",
    f"\n\n________________________________\nFrom: a@fcso.example\nSent: Monday\n\n{OTHER}\n",
    f"\n\nFrom: First Coast <a@fcso.example>\nSent: Monday\nSubject: SPOT\n\n{OTHER}\n",
    f"\n> {OTHER}\n",
]


@pytest.mark.parametrize("quote", QUOTES)
def test_a_quoted_message_is_another(quote: str) -> None:
    """Only what stands above it was written now."""
    assert days(a_message(OUTAGE + quote)) == [5]
    assert days(a_message("Thank you, that is fine." + quote)) == []


def test_quotes_of_html_are_left_out() -> None:
    """As mail programs wrap them."""
    quoted = f'<p>{OUTAGE}</p><div class="gmail_quote"><p>{OTHER}</p></div>'
    assert days(a_message(None, quoted)) == [5]
    cited = f'<p>{OUTAGE}</p><blockquote type="cite">{OTHER}</blockquote>'
    assert days(a_message(None, cited)) == [5]


def test_attached_and_forwarded_messages_and_files_are_left_out() -> None:
    """Whatever they announce, they are not said now."""
    message = a_message()
    message.add_attachment(a_message(OTHER))
    message.add_attachment(OTHER, filename="notice.txt")
    message.add_attachment(OTHER, filename="inline.txt", disposition="inline")
    assert days(message) == [5]


def test_several_text_parts_are_one_text_and_a_banner_is_none_of_them() -> None:
    """A gateway puts its warning above."""
    message = EmailMessage()
    message["From"], message["Date"], message["Subject"] = "listserv@fcso.example", DATE, "SPOT"
    message.make_mixed()
    for text in (
        "CAUTION: This email originated from outside of your organization.",
        OUTAGE,
        OTHER,
    ):
        part = EmailMessage()
        part.set_content(text)
        message.attach(part)
    assert days(message) == [5, 6]


def test_a_plain_part_that_points_to_the_html_gives_way_to_it() -> None:
    """It says nothing itself."""
    stub = "Your e-mail program does not show HTML. View this message in your browser."
    assert days(a_message(stub, f"<p>{OUTAGE}</p>")) == [5]


def test_two_texts_that_announce_different_things_are_refused() -> None:
    """Both are proposed."""
    assert days(a_message(OUTAGE, f"<p>{OUTAGE}</p>")) == [5]
    notice = read_message(parse(a_message(OUTAGE, f"<p>{OTHER}</p>").as_bytes()), CONTEXT)
    assert (notice.state, notice.windows) == (NoticeState.REFUSED, ())
    assert [plan.starts_at.day for plan in notice.proposals] == [5, 6]


def test_a_message_was_said_on_its_own_date() -> None:
    """And not when it was read."""
    notice = read_message(parse(raw()), CONTEXT)
    assert notice.said_at == datetime(2026, 11, 24, 14, tzinfo=UTC)


def test_a_message_of_which_only_the_beginning_was_had_is_proposed() -> None:
    """Its end may take it back."""
    message = replace(parse(raw()), cut=True)
    assert isinstance(message, Message)
    notice = read_message(message, CONTEXT)
    assert (len(notice.windows), len(notice.proposals)) == (0, 1)
