# ruff: noqa: INP001 - a script, not a package
"""What the fuzzer begins with: the notices of the tests, in every dress, and its dictionary."""

import json
from collections.abc import Iterable
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
#: What parsers follow inwards or look at again and again.
RUNS = ("(", "[", "{", '"', ";", "<")
LENGTH = 2000


def notices() -> list[str]:
    """Return the notices of the tests."""
    corpus = (TESTS / "notices" / "corpus.jsonl").read_text(encoding="utf-8")
    rows = (TESTS / "maintenance" / "reading" / "notices.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in rows.splitlines())
    return [json.loads(line)["text"] for line in corpus.splitlines()] + [
        line for line in lines if line and not line.startswith("#")
    ]


def pages() -> Iterable[str]:
    """Yield status pages, each with one notice."""
    for text in notices():
        yield (
            "<p>Last modified: 11/20/2026</p><h2>Current system status</h2><p>SPOT is available."
            f"</p><h2>Regular maintenance schedule</h2><ul><li>{text}</li></ul>"
            f"<h2>Additional upcoming SPOT maintenance schedule</h2><p>{text}</p>"
        )


def mails() -> Iterable[str]:
    """Yield a few messages, in each of the encodings."""
    for number, text in enumerate(notices()[::60]):
        encoding = ("7bit", "quoted-printable", "base64", "8bit")[number % 4]
        yield (
            "From: SPOT <a@b.example>\nDate: Fri, 20 Nov 2026 12:00:00 -0500\n"
            "Subject: =?utf-8?q?SPOT_maintenance?=\nMIME-Version: 1.0\n"
            'Content-Type: multipart/alternative; boundary="x"\n\n--x\n'
            'Content-Type: text/plain; charset="utf-8"\n'
            f"Content-Transfer-Encoding: {encoding}\n\n{text}\n--x--\n"
        )
    for name in ("From", "Content-Type", "Content-Disposition"):
        for sign in RUNS:
            yield f"{name}: {sign * (LENGTH)}\n\nSPOT is unavailable."


CALENDAR = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1@a\nSUMMARY:SPOT is unavailable\n"
    "DTSTART{0}\nDTEND{1}\n{2}\nEND:VEVENT\nEND:VCALENDAR\n"
)
CALENDARS = (
    CALENDAR.format(":20261205T030000Z", ":20261205T060000Z", "STATUS:CANCELLED"),
    CALENDAR.format(
        ";TZID=America/Chicago:20261205T210000",
        ";TZID=America/Chicago:20261205T230000",
        "RRULE:FREQ=MONTHLY;BYDAY=1SA;UNTIL=20271231T235959Z\nEXDATE:20270102T210000",
    ),
    CALENDAR.format(";VALUE=DATE:20261205", ";VALUE=DATE:20261206", "RRULE:FREQ=WEEKLY;INTERVAL=2"),
    CALENDAR.format(":20261205T210000", ":20261205T230000", "RECURRENCE-ID:20261205T210000"),
    CALENDAR.replace("DTEND", "DURATION").format(":20261205T210000Z", ":PT2H", "DESCRIPTION:IDM"),
)
STATUSPAGE = json.dumps(
    {
        "status": {"indicator": "none"},
        "scheduled_maintenances": [
            {
                "id": "a", "name": "IDM maintenance", "status": "scheduled",
                "scheduled_for": "2026-12-05T22:00:00.000-05:00",
                "scheduled_until": "2026-12-06T04:00:00Z",
                "components": [{"name": "SPOT"}],
                "incident_updates": [{"body": "SPOT will be unavailable."}],
            }
        ],
    }
)  # fmt: skip
RULES = (
    "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;UNTIL=20261231",
    "RRULE:FREQ=MONTHLY;BYDAY=-1SU;BYMONTHDAY=31,-1\nEXDATE:20261205T220000,20270102",
    "RRULE:FREQ=DAILY",
)


def configs() -> list[str]:
    """Return the files that the tests of the configuration refuse, and the defaults."""
    files = [*(TESTS / "config").glob("**/*.yml"), *TESTS.glob("../probe/config/*.yml")]
    written = [file.read_text(encoding="utf-8") for file in files]
    return written + [f"contact: {sign * (LENGTH)}" for sign in RUNS]


WORDS = (
    *("maintenance", "SPOT", "IDM", "MFA", "unavailable", "will be down", "cancelled", "degraded"),
    *("rescheduled", "completed", "except", "until", "through", "from", "between", "every", "or"),
    *(
        "Monday",
        "Thursday",
        "Saturdays",
        "weekend",
        "third",
        "last",
        "tonight",
        "tomorrow",
        "daily",
    ),
    *("December 5", "Nov 24, 2026", "2026-12-05T22:00", "12/5/2026", "Feb 29", "each month"),
    *("9 p.m.", "9-11 p.m.", "21:00", "2100", "noon", "midnight", "24:00", "12:00 AM", "hours"),
    *(
        "ET",
        "EST",
        "(UTC-5)",
        "Central",
        "Europe/London",
        " - ",
        "\u2013",
        "\u202e",
        "\u200b",
        "; ",
    ),
    *("<p>", "</h2>", "<li>", "<table><tr><td>", "&nbsp;", "<!--", "&#8211;", "<script>", "<pre>"),
    *("BEGIN:VEVENT", "END:VEVENT", "RRULE:FREQ=", "BYDAY=-1SU", "BYMONTHDAY=31", "UNTIL=99991231"),
    *("RECURRENCE-ID:", "EXDATE:", "RDATE:", "DTSTART;TZID=", "DURATION:P", "00010101T000000Z"),
    *("99991231T235959Z", "BEGIN:VTIMEZONE", "TZOFFSETTO:+0100", "STATUS:CANCELLED", "INTERVAL=99"),
    *('"scheduled_for":', '"components":', "null", "1e999", "0001-01-01T00:00:00+14:00", "\\ud800"),
    *("9999-12-31T23:59:59-14:00", "Content-Type: ", "multipart/mixed; ", "message/rfc822", "=?"),
    *("?=", "boundary=", "charset=", "base64", "filename*0*=", "Date: ", "((((", "[[[[", "{{{{"),
    *(
        "!!timestamp ",
        "!!int ",
        "!!binary ",
        "&a ",
        "*a",
        "<<: ",
        "? ",
        "${file:",
        "${",
        "targets:",
    ),
)
