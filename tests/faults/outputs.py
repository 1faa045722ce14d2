"""Markup and control characters through every remote text, into everything that is shown.

Each payload is in the answers of a target, and in the words of a page, a calendar, a status page, a
file and an error; each output is read by a parser of its kind.
"""

import asyncio
import contextlib
import csv
import html
import io
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import icalendar
import pytest
from anyio.from_thread import BlockingPortal
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics_families,
)
from prometheus_client.parser import text_string_to_metric_families
from selectolax.lexbor import LexborHTMLParser

from tests.e2e.stage import announcing, page, until
from tests.faults.watched import Watched, watching
from tests.servers import answering, closing, message, serving

#: What must never come out as more than words; EVIL marks what would be an element or a line.
PAYLOADS = {
    "a script": "<script>alert('EVIL')</script>",
    "an image": "<img src=x onerror=alert('EVIL')>",
    "an end of an attribute": "\"'><svg onload=alert('EVIL')>",
    "an end of a comment": "--><script>EVIL</script><!--",
    "an end of CDATA": "]]><script>EVIL</script>",
    "an end of a title": "</title></style></textarea><script>EVIL</script>",
    "a link": "javascript:alert('EVIL')",
    "a template": "{{ 77777 * 77777 }} {% for x in y %} ${77777*77777} #{77777*77777}",
    "an entity": "&lt;script&gt;EVIL&lt;/script&gt;",
    "colours of a terminal": "\x1b[31mEVIL\x1b[0m\x1b]0;EVIL\x07\x9b31m",
    "a backspace and a bell": "good\x08\x08\x08\x08EVIL\x07\x7f",
    "a line of the log": 'x" level=error msg="EVIL\nts=2026-01-01T00:00:00Z level=error msg=EVIL',
    "a carriage return": "x\rEVIL: y\r\nEVIL: z",
    "a sample": 'x"} 1\nEVIL_metric{a="b"} 1\n# HELP EVIL x',
    "an event": "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:EVIL\r\nSUMMARY:EVIL",
    "a property": "x\r\nATTACH:http://evil.example/EVIL\r\n;:,\\n",
    "letters that turn round": "\u202eEVIL\u202c \u2066EVIL\u2069 \u200f",
    "lines of Unicode": "x\u2028EVIL\u2029EVIL\x85EVIL\x0b\x0c",
    "a format": "%s%n%x %(EVIL)s {0} {EVIL} %",
    "nulls": "EV\x00IL\x00",
    "a word of a thousand signs": "EVIL" * 250,
    "marks that pile up": "EVIL" + "\u0300" * 500,
    "a table": "| EVIL | [EVIL](http://evil.example) [bold]EVIL[/bold] [link=http://evil.example]x[/link]",
    "a formula": "=cmd|' /C EVIL'!A0",
}
NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
#: No one of these is in what is shown to people or machines; a tab and a line's end are.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f]")
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything that was shown, by where."""

    shown: Mapping[str, str]
    #: How many windows are published.
    windows: int


@asynccontextmanager
async def hostile(
    folder: Path, number: int, payload: str
) -> AsyncIterator[Mapping[str, list[Any]]]:
    """Serve a target and feeds that say a payload wherever they can say something."""
    raw = payload.encode("utf-8", "surrogatepass")
    flat = re.sub(rb"[\r\n\0]", b" ", raw)
    head = b"HTTP/1.1 503 %s\r\nServer: %s\r\nContent-Type: text/html\r\nRetry-After: %s\r\n\r\n"
    body = b"<html><head><title>%s</title></head><body>%s</body></html>" % (raw, raw)
    start, end = (at.strftime("%Y%m%dT%H%M%SZ") for at in (NOW + DAY, NOW + DAY * 1.1))
    text = payload.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "").replace("\0", "")
    calendar = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n"
        f"UID:{text}\r\nSUMMARY:SPOT maintenance\r\nDESCRIPTION:SPOT maintenance {text}\r\n"
        f"LOCATION:{text}\r\nDTSTART:{start}\r\nDTEND:{end}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    status = json.dumps(
        {
            "scheduled_maintenances": [
                {
                    "id": payload,
                    "name": f"SPOT maintenance {payload}",
                    "status": "scheduled",
                    "impact": payload,
                    "scheduled_for": (NOW + DAY).isoformat(),
                    "scheduled_until": (NOW + DAY * 1.1).isoformat(),
                    "incident_updates": [{"body": payload, "status": payload}],
                    "components": [{"name": payload}],
                }
            ]
        }
    )
    said = f"{announcing(NOW + DAY, NOW + DAY * 1.1)}\n\n{payload} SPOT maintenance {payload} at 9 p.m."
    file = folder / f"notice-{number}.txt"
    file.write_bytes(f"SPOT will be down at {payload} 9 p.m. for maintenance.".encode())
    async with contextlib.AsyncExitStack() as stack:

        async def serve(behave: Any) -> str:
            served = await stack.enter_async_context(serving(behave))
            return str(served.url)

        down = await serve(closing(head % (flat, flat, flat) + body))
        elsewhere = await serve(closing(b"HTTP/1.1 302 x\r\nLocation: gopher://%s\r\n\r\n" % flat))
        odd = await serve(closing(b"%s\r\n\r\n" % flat))
        feeds = [
            ("page", {"kind": "page", "url": await serve(answering(message(page(said))))}),
            ("ics", {"kind": "ics", "url": await serve(answering(message(calendar.encode())))}),
            ("sp", {"kind": "statuspage", "url": await serve(answering(message(status.encode())))}),
            ("odd", {"kind": "page", "url": odd}),
            ("moved", {"kind": "page", "url": elsewhere}),
            ("file", {"kind": "file", "path": str(file)}),
        ]
        yield {
            "targets": [
                {
                    "name": f"{name}{number}",
                    "url": url,
                    "components": ["spot"],
                    "interval": "5s",
                    "timeout": "2s",
                    "attempts": 1,
                }
                for name, url in (("down", down), ("moved", elsewhere), ("odd", odd))
            ],
            "feeds": [
                {
                    "name": f"{name}{number}",
                    "component": "spot",
                    "refresh": "1h",
                    "timeout": "10s",
                    **more,
                }
                for name, more in feeds
            ],
        }


SHOWN = (
    *("/", "/metrics", "/maintenance.ics", "/api/v1/status", "/api/v1/windows?days=30"),
    *("/api/v1/notices?all=true", "/api/v1/incidents", "/badge/down0.svg"),
)
COMMANDS = (
    *(("once",), ("windows", "--days=30"), ("notices", "list", "--all"), ("report",)),
    *(("explain", "down0"), ("report", "--format=html"), ("report", "--format=csv")),
)


async def play(folder: Path) -> Found:
    """Let all payloads be read, and look everywhere."""
    targets: list[Any] = []
    feeds: list[Any] = []
    async with contextlib.AsyncExitStack() as stack:
        for number, payload in enumerate(PAYLOADS.values()):
            more = await stack.enter_async_context(hostile(folder, number, payload))
            targets += more["targets"]
            feeds += more["feeds"]
        words = {"spot": {"words": ["SPOT"]}}
        given = {"targets": targets, "feeds": feeds, "components": words}
        probe: Watched = await stack.enter_async_context(
            watching(folder, given, "--log.level=debug")
        )

        async def all_known() -> bool:
            await asyncio.sleep(1)  # looking on takes the machine that the servers run on
            samples, told = await probe.samples(), await probe.targets()
            asked = [samples.one("probe_feed_fetches_total", feed=feed["name"]) for feed in feeds]
            return all(asked) and all(told[target["name"]]["verdict"] for target in targets)

        await until(all_known, "every payload", timedelta(seconds=120))
        await probe.goes_on(1)
        shown = {path: (await probe.get(path)).text for path in SHOWN}
        accept = {"Accept": "application/openmetrics-text"}
        shown["OpenMetrics"] = (await probe.get("/metrics", headers=accept)).text
        answers = [await probe.get(path) for path in SHOWN]
        shown["the headers"] = "\n".join(
            f"{n}: {v}" for one in answers for n, v in one.headers.items()
        )
        for command in COMMANDS:
            shown[f"spot-probe {' '.join(command)}"] = (await probe.command(*command))[1]
        await probe.undisturbed()
        return Found(
            shown={**shown, "the log": probe.log},
            windows=len(json.loads(shown["/api/v1/windows?days=30"])),
        )


@pytest.fixture(scope="module")
def found(portal: BlockingPortal, folder: Path) -> Found:
    """Play the scene once."""
    return portal.call(play, folder)


# --- what each kind of output may be ---------------------------------------------------------


def markup(text: str) -> None:
    """Check HTML: no script but a file of ours, no handler, no address but ours, no style."""
    tree = LexborHTMLParser(text)
    for node in tree.css("*"):
        attributes = {name.lower(): value or "" for name, value in node.attributes.items()}
        assert not [name for name in attributes if name.startswith("on")], node.html
        for name in ("src", "href", "action"):
            value = attributes.get(name, "")
            assert "EVIL" not in value, value
            assert not value.lower().strip().startswith(("javascript:", "data:text")), value
        if node.tag == "script":
            assert not (node.text() or "").count("EVIL"), node.html
    assert "6049261729" not in html.unescape(text)
    assert not CONTROLS.search(text)


def samples(text: str) -> None:
    """Check the text format: all lines are read, and no metric is another's."""
    names = {family.name for family in text_string_to_metric_families(text)}
    assert not [name for name in names if "EVIL" in name]
    assert not CONTROLS.search(text)


def open_metrics(text: str) -> None:
    """Check OpenMetrics by the strict reader."""
    assert not [one.name for one in openmetrics_families(text) if "EVIL" in one.name]  # type: ignore[no-untyped-call]


def lines(text: str) -> None:
    """Check the log: each line begins as ours do, and nothing in it acts on a terminal."""
    for line in text.splitlines():
        assert re.match(r"ts=\S+ level=(debug|info|warning|error) logger=\S+ msg=", line), line
    assert not CONTROLS.search(text)
    assert not re.search(r"[\x85\u2028\u2029]", text)


def terminal(text: str) -> None:
    """Check what a command prints: nothing in it acts on a terminal."""
    assert not CONTROLS.search(text)
    assert "\r" not in text


def table(text: str) -> None:
    """Check CSV: no cell is a formula, and nothing acts on a terminal."""
    for row in csv.reader(io.StringIO(text)):
        assert not [cell for cell in row if cell.startswith(("=", "+", "@", "\t"))]
    assert not CONTROLS.search(text.replace("\r\n", "\n"))


def xml(text: str) -> None:
    """Check a badge: it is XML, and has no script."""
    root = ET.fromstring(text)  # noqa: S314  (our own badge)
    assert not [one for one in root.iter() if one.tag.endswith("script")]


def objects(text: str) -> None:
    """Check JSON: it is read, and no control character stands in it."""
    json.loads(text)
    assert not CONTROLS.search(text)


def headers(text: str) -> None:
    """Check headers: none is a remote's."""
    assert "EVIL" not in text


CHECKS: Mapping[str, Callable[[str], None]] = {
    "/": markup,
    "/metrics": samples,
    "OpenMetrics": open_metrics,
    "/api/v1/status": objects,
    "/api/v1/windows?days=30": objects,
    "/api/v1/notices?all=true": objects,
    "/api/v1/incidents": objects,
    "/badge/down0.svg": xml,
    "the headers": headers,
    "the log": lines,
    **{f"spot-probe {' '.join(command)}": terminal for command in COMMANDS},
    "spot-probe report --format=html": markup,
    "spot-probe report --format=csv": table,
}


@pytest.mark.parametrize("where", CHECKS)
def test_what_is_shown(where: str, found: Found) -> None:
    """It is what it is meant to be, and no more, with all payloads in it."""
    CHECKS[where](found.shown[where])


def test_the_calendar(found: Found) -> None:
    """It has as many events as there are windows, and no property of somebody else's."""
    calendar = icalendar.Calendar.from_ical(found.shown["/maintenance.ics"])
    events = calendar.walk("VEVENT")
    assert len(events) == len({str(event["UID"]) for event in events})
    assert not [event for event in events if "ATTACH" in event]
    assert "EVIL" not in {str(event["UID"]) for event in events}
    assert not CONTROLS.search(found.shown["/maintenance.ics"])


def _where(payload: str, text: str) -> bool:
    """Whether a payload that is markup stands in a text as markup."""
    return payload in text


@pytest.mark.parametrize("what", [name for name, text in PAYLOADS.items() if "<" in text])
@pytest.mark.parametrize("where", ["/", "spot-probe report --format=html", "/badge/down0.svg"])
def test_a_payload_is_escaped(what: str, where: str, found: Found) -> None:
    """What was markup is words."""
    assert not _where(PAYLOADS[what], found.shown[where])


@pytest.mark.parametrize("what", PAYLOADS)
def test_a_payload_was_really_shown(what: str, found: Found) -> None:
    """The API shows that it came that far: what is not read cannot harm."""
    number = list(PAYLOADS).index(what)
    said = json.loads(found.shown["/api/v1/status"])
    names = {one["target"]: one for one in said["targets"]}
    assert names[f"down{number}"]["reason"] == "status"
    assert names[f"moved{number}"]["reason"] == "redirect"
    assert names[f"odd{number}"]["reason"] == "protocol"
    assert any(f"{number}" in one["name"] for one in said["feeds"])


def test_no_letter_turns_the_page_round(found: Found) -> None:
    """Characters that turn the direction of what follows do so for nothing of ours."""
    for where in ("/", "the log", "/metrics", "spot-probe once", "spot-probe notices list --all"):
        assert not TURNING.search(found.shown[where]), where
