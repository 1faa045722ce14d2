"""Feeds that are hostile, broken or away, all at once: none excuses anything, none holds up another.

Each row is a feed of one running service with a component of its own, and a target of that component
that is down: its failure must stay unexpected.
"""

import asyncio
import contextlib
import gzip
import json
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from probe.types import FeedFailure, Verdict
from tests.e2e.stage import announcing, page, until
from tests.faults.watched import Samples, watching
from tests.faults.world import METADATA, PRIVATE, PUBLIC, needs_world
from tests.feeds.test_fuzzed import CALENDARS, MESSAGES
from tests.feeds.test_fuzzed import PAGES as STATUS_PAGES
from tests.feeds.test_hostile_mailbox import GREETING
from tests.prober.test_prober_hostile import POURING
from tests.servers import (
    Authority,
    Conversation,
    answering,
    closing,
    dripping,
    halting,
    message,
    refusing,
    resetting,
    serving,
)

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
PLANTED = f"pl4nted-{secrets.token_hex(8)}"
ROUNDS = 3
LOOK_SECONDS = 1
#: A word that every announcement of this file is about.
OUTAGE = announcing(NOW - HOUR, NOW + HOUR)
REDESIGNED = b"<html><head><title>Welcome</title></head><body><h1>News</h1>" + b"<p>x</p>" * 999
Made = AbstractAsyncContextManager[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """A feed: what its configuration says beside its name, and how reading it fails, if it does."""

    name: str
    make: Callable[[Path, Authority], Made]
    failures: tuple[FeedFailure | None, ...]
    marks: tuple[pytest.MarkDecorator, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether this machine has what it needs."""
        return not any(mark.name == "skipif" and mark.args[0] for mark in self.marks)


def asked(
    behave: Conversation, kind: str = "page", *, host: str = "127.0.0.1", tls: Any = None
) -> Any:
    """Serve a feed over HTTP."""

    @asynccontextmanager
    async def make(_: Path, authority: Authority) -> AsyncIterator[Mapping[str, Any]]:
        async with serving(behave, host=host, tls=tls(authority) if tls else None) as server:
            yield {"kind": kind, "url": server.url}

    return make


def said(text: str | bytes, kind: str = "page", **headers: str) -> Any:
    """Serve a feed that says this."""
    body = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    return asked(answering(message(body, **headers)), kind)


def mailbox(play: Conversation, scheme: str = "imap") -> Any:
    """Serve a mailbox that behaves so."""

    @asynccontextmanager
    async def make(_: Path, __: Authority) -> AsyncIterator[Mapping[str, Any]]:
        async with serving(play) as server:
            yield {
                "kind": "imap",
                "url": f"{scheme}://127.0.0.1:{server.port}/INBOX",
                "cleartext": True,
                "username": "probe",
                "password": PLANTED,
                "senders": ["a@b.example"],
            }

    return make


def on_disk(write: Callable[[Path], object]) -> Any:
    """Put something on disk."""

    @asynccontextmanager
    async def make(folder: Path, _: Authority) -> AsyncIterator[Mapping[str, Any]]:
        path = folder / f"feed-{secrets.token_hex(4)}"
        write(path)
        yield {"kind": "file", "path": str(path)}

    return make


@asynccontextmanager
async def nowhere(_: Path, __: Authority) -> AsyncIterator[Mapping[str, Any]]:
    """Serve nothing."""
    with refusing() as url:
        yield {"kind": "page", "url": url}


# --- ways to behave --------------------------------------------------------------------------


def dribbling(drop: bytes, first: bytes = b"") -> Conversation:
    """Send a little, again and again, for ever."""

    async def behave(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while not writer.is_closing():
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.1)  # how slowly it dribbles

    return behave


def flooding(drop: bytes) -> Conversation:
    """Send much, again and again, for ever."""

    async def behave(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        while not writer.is_closing():
            writer.write(drop)
            await writer.drain()

    return behave


def replying(replies: Mapping[str, bytes], status: str = "OK done") -> Conversation:
    """Answer each command of IMAP with these lines; `{line}` of the status is what was said."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        while line := (await reader.readline()).decode("latin-1").strip():
            tag, command, *_ = line.split()
            end = status if command.upper() == "LOGIN" else "OK done"
            reply = replies.get(command.upper(), b"")
            writer.write(reply + f"{tag} {end.format(line=line)}\r\n".encode("latin-1"))
            await writer.drain()

    return behave


CAPABLE = {"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n"}
OPENED = {**CAPABLE, "EXAMINE": b"* FLAGS ()\r\n* 1 EXISTS\r\n* 0 RECENT\r\n"}


def fetched(literal: bytes) -> dict[str, bytes]:
    """Return the replies of a mailbox whose one message is fetched as this."""
    return {**OPENED, "UID": b"* SEARCH 1\r\n" + literal}


def echoing() -> Conversation:
    """Say back what was asked for, as a page and as a reason."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        words = head.replace("\r\n", " | ")
        writer.write(message(page(f"SPOT is down, {words}"), X_Echo=words))
        await writer.drain()

    return behave


def to(place: str) -> bytes:
    """Build a redirect."""
    return message(b"", "302 Found", Location=place)


# --- the table -------------------------------------------------------------------------------

FETCH, UNREADABLE, STATUS = FeedFailure.FETCH, FeedFailure.UNREADABLE, FeedFailure.STATUS
NO_HEADINGS = FeedFailure.NO_HEADINGS
ANY = tuple(FeedFailure)
#: Whatever it is taken for, no window of it counts.
WHATEVER = (None, *ANY)


def pages() -> Iterator[Hostile]:
    """Pages over HTTP."""
    yield Hostile(name="page: away", make=nowhere, failures=(FETCH,))
    for name, behave, failures in [
        ("silent", halting(), (FETCH,)),
        ("drips", dripping(message(page(OUTAGE)), 0.1), (FETCH,)),
        ("closes", closing(), (FETCH,)),
        ("resets", resetting(), (FETCH,)),
        ("cut short", closing(message(b"<h2>", Content_Length="999999")), (FETCH,)),
        ("304 for ever", answering(message(b"", "304 Not Modified")), WHATEVER),
        ("a redirect for ever", answering(to("/")), (FETCH,)),
        ("an error", answering(message(b"no", "503 Away")), (STATUS,)),
        ("a licence to click through", answering(message(b"<h1>License</h1>")), (NO_HEADINGS,)),
        ("redesigned", answering(message(REDESIGNED)), (NO_HEADINGS,)),
        ("nothing", answering(message(b"")), (NO_HEADINGS,)),
        ("noise", answering(message(os.urandom(99_999))), (NO_HEADINGS, FETCH)),
        ("nulls", answering(message(b"\0" * 99_999)), (NO_HEADINGS,)),
        ("2 MiB", answering(message(b"x" * (2 << 20))), (FETCH,)),
        (
            "a bomb",
            answering(message(gzip.compress(bytes(1 << 27)), Content_Encoding="gzip")),
            (FETCH,),
        ),
        ("left alone", answering(message(b"", "429 Wait", Retry_After="9" * 30)), ANY),
        *((f"pours {name}", behave, (FETCH,)) for name, behave in POURING),
    ]:
        yield Hostile(name=f"page: {name}", make=asked(behave), failures=failures)
    deep = b"<div>" * 100_000 + page(OUTAGE)
    for name, body in [
        ("a hundred thousand elements deep", deep),
        ("a hundred thousand hours", page("9-11 p.m. " * 90_000)),
        ("a hundred thousand dates", page("September 2 at 9 p.m. ET through " * 20_000)),
        ("brackets", page("(" * 200_000)),
        ("one word", page("x" * 900_000)),
        ("ten thousand paragraphs", page("\n\n".join(["SPOT at 9 p.m."] * 10_000))),
        ("half a comment", b"<!--" + page(OUTAGE)),
        ("half a script", b"<script>" + page(OUTAGE)),
        ("hidden", b"<div hidden>" + page(OUTAGE) + b"</div>"),
        ("an outage of years", page("SPOT will be unavailable from 2020-01-01 to 2030-01-01.")),
        ("an outage for ever", page("SPOT is unavailable until further notice.")),
        ("every day of all", page("SPOT will be unavailable every day, always, at all times.")),
        ("perhaps", page(f"Perhaps: {OUTAGE} Or perhaps not.")),
    ]:
        yield Hostile(name=f"page: {name}", make=said(body), failures=WHATEVER)
    for name, mark in [
        ("not ASCII", '"M\u00fcller"'),
        ("of 10 KiB", f'"{"x" * 10_000}"'),
        ("of controls", '"a\tb\x7f"'),
        ("of nothing", ""),
        ("with a blank", "a b c"),
    ]:
        yield Hostile(
            name=f"page: an ETag {name}",
            make=said(page("Nothing is announced."), ETag=mark, Last_Modified=f"{mark} 99 Foo"),
            failures=(None, FETCH),
        )
    yield Hostile(
        name="page: of a stranger",
        make=asked(
            answering(message(page(OUTAGE))), tls=lambda authority: authority.server("other.test")
        ),
        failures=(FETCH,),
    )
    for place in (
        f"http://{METADATA}/",
        f"http://{PRIVATE}/",
        "http://localhost/",
        "http://[::1]/",
    ):
        yield Hostile(
            name=f"page: a redirect to {place}",
            make=asked(answering(to(place)), host=PUBLIC),
            failures=(FETCH,),
            marks=(needs_world,),
        )
    yield Hostile(name="page: says back what it is told", make=_secret, failures=WHATEVER)


@asynccontextmanager
async def _secret(_: Path, __: Authority) -> AsyncIterator[Mapping[str, Any]]:
    async with serving(echoing()) as server:
        yield {
            "kind": "page",
            "url": f"{server.url}?token={PLANTED}",
            "username": "a",
            "password": PLANTED,
        }


def structured() -> Iterator[Hostile]:
    """Calendars, status pages and files."""
    for name, text in CALENDARS.items():
        yield Hostile(name=f"calendar: {name}", make=said(text, "ics"), failures=WHATEVER)
    for name, text in STATUS_PAGES.items():
        yield Hostile(name=f"status page: {name}", make=said(text, "statuspage"), failures=WHATEVER)
    for name, mail in MESSAGES.items():
        write = _bytes(mail)
        yield Hostile(name=f"file: {name}", make=on_disk(write), failures=WHATEVER)
    event = "BEGIN:VEVENT\r\nUID:{n}\r\nSUMMARY:Busy\r\nDTSTART:20261205T030000Z\r\n{more}END:VEVENT\r\n"
    whole = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n"
    often = "DTEND:20261205T030001Z\r\nRRULE:FREQ=SECONDLY\r\n"
    for name, text in [
        ("every second for ever", whole.format(event.format(n=1, more=often))),
        (
            "ten thousand events",
            whole.format("".join(event.format(n=n, more="") for n in range(9999))),
        ),
        ("one line of 900 KB", whole.format("X:" + "y" * 900_000 + "\r\n")),
        ("folds without end", whole.format("X:y\r\n" + " y\r\n" * 200_000)),
        (
            "a hundred thousand exceptions",
            whole.format(
                event.format(
                    n=1,
                    more="RRULE:FREQ=DAILY\r\nEXDATE:"
                    + ",".join(["20261205T030000Z"] * 40_000)
                    + "\r\n",
                )
            ),
        ),
        ("HTML", "<html><body>BEGIN:VCALENDAR</body></html>"),
    ]:
        yield Hostile(name=f"calendar: {name}", make=said(text, "ics"), failures=WHATEVER)
    for name, text in [
        ("objects in objects", '{"a":' * 100_000),
        ("HTML", "<html></html>"),
        (
            "ten thousand",
            json.dumps(
                {"scheduled_maintenances": [{"id": str(n), "name": "x"} for n in range(9999)]}
            ),
        ),
        ("not a number", '{"scheduled_maintenances": [NaN, Infinity]}'),
        ("half a character", '{"scheduled_maintenances": [{"name": "\\ud800"}]}'),
    ]:
        yield Hostile(name=f"status page: {name}", make=said(text, "statuspage"), failures=WHATEVER)
    files: list[tuple[str, Callable[[Path], object], Any]] = [
        ("a pipe", os.mkfifo, (FETCH,)),
        ("a directory", Path.mkdir, (FETCH,)),
        ("nowhere", lambda _: None, (FETCH,)),
        ("zeros without end", lambda path: path.symlink_to("/dev/zero"), (FETCH,)),
        ("a link to itself", lambda path: path.symlink_to(path), (FETCH,)),
        ("a hundred gigabytes", _hole, (UNREADABLE,)),
        ("nothing", lambda path: path.touch(), (NO_HEADINGS, UNREADABLE)),
        ("the memory of the program", lambda path: path.symlink_to("/proc/self/mem"), ANY),
    ]
    for name, write, failures in files:
        yield Hostile(name=f"file: {name}", make=on_disk(write), failures=failures)


def _bytes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _hole(path: Path) -> None:
    path.touch()
    os.truncate(path, 100 << 30)


def mailboxes() -> Iterator[Hostile]:
    """Mailboxes."""
    big = b"* 1 FETCH (UID 1 BODY[]<0> {700000000}\r\n"
    negative = b"* 1 FETCH (UID 1 BODY[]<0> {-1}\r\n"
    for name, play in [
        ("silent", halting(after_request=False)),
        ("closes", closing()),
        ("resets", resetting(after_request=False)),
        ("greets and is silent", halting(GREETING, after_request=False)),
        ("dribbles", dribbling(b"*")),
        ("dribbles lines", dribbling(b"* OK still here\r\n", GREETING)),
        ("dribbles within a line", dribbling(b"x", GREETING)),
        ("floods", flooding(b"* 1 EXISTS\r\n" * 1000)),
        ("floods without a line's end", flooding(b"x" * 100_000)),
        ("says goodbye", closing(b"* BYE not today\r\n")),
        ("is a web server", closing(message(b"welcome"))),
        ("is noise", closing(bytes(range(256)) * 99)),
        ("answers nonsense", replying({})),
        ("refuses the login and repeats it", replying(CAPABLE, "NO [AUTHENTICATIONFAILED] {line}")),
        ("knows no such folder", replying({**CAPABLE, "EXAMINE": b"* NO\r\n"})),
        ("has a message of 700 MB", replying(fetched(big))),
        ("has a message below zero", replying(fetched(negative))),
        (
            "finds a million messages",
            replying({**OPENED, "UID": b"* SEARCH " + b"1 " * 900_000 + b"\r\n"}),
        ),
        (
            "fetches what was not asked for",
            replying(fetched(b"* 9 FETCH (UID 99 BODY[]<0> NIL)\r\n")),
        ),
    ]:
        yield Hostile(name=f"mailbox: {name}", make=mailbox(play), failures=WHATEVER)
    yield Hostile(
        name="mailbox: no TLS where it is wanted",
        make=mailbox(replying(OPENED), "imaps"),
        failures=(FETCH,),
    )


FEEDS = [*pages(), *structured(), *mailboxes()]


# --- the scene -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the service said when each had been asked so often."""

    targets: Mapping[str, Mapping[str, Any]]
    samples: Samples
    windows: tuple[Mapping[str, Any], ...]
    disturbed: str
    shown: Mapping[str, str] = field(default_factory=dict)
    """Everything that it shows, by where."""


async def play(folder: Path) -> Found:
    """Read them all at once, beside one that announces an outage as it should."""
    authority = Authority(folder)
    feeds: list[Mapping[str, Any]] = []
    async with contextlib.AsyncExitStack() as stack:
        good = await stack.enter_async_context(serving(answering(message(page(OUTAGE)))))
        down = await stack.enter_async_context(serving(answering(message(b"", "503 Away"))))
        feeds.append(
            {"name": "good", "kind": "page", "url": good.url, "component": "spot", "refresh": "1s"}
        )
        for number, one in enumerate(FEEDS):
            if one.runs:
                made = await stack.enter_async_context(one.make(folder, authority))
                common = {
                    "name": f"f{number}",
                    "component": f"c{number}",
                    "refresh": "3s",
                    "timeout": "5s",
                }
                feeds.append({**common, **made})
        numbers = [str(feed["name"])[1:] for feed in feeds[1:]]
        slow = {"interval": "10s", "timeout": "2s", "attempts": 1}
        targets = [
            {"name": f"t{n}", "url": down.url, "components": [f"c{n}"], **slow} for n in numbers
        ]
        targets.append(
            {"name": "spot", "url": down.url, "components": ["spot"], **slow, "interval": "4s"}
        )
        probe = await stack.enter_async_context(
            watching(folder, {"feeds": feeds, "targets": targets})
        )

        async def all_asked() -> bool:
            await asyncio.sleep(LOOK_SECONDS)
            samples, told = await probe.samples(), await probe.targets()
            often = {"left alone"}
            return all(
                samples.one("probe_feed_fetches_total", feed=f"f{n}")
                >= (1 if FEEDS[int(n)].name.removeprefix("page: ") in often else ROUNDS)
                and told[f"t{n}"]["verdict"] not in {None, Verdict.INCONCLUSIVE}
                for n in numbers
            )

        with contextlib.suppress(AssertionError):  # each row says what is missing of it
            await until(all_asked, "all of them", timedelta(seconds=150))
        disturbed = ""
        try:
            await probe.undisturbed()
        except AssertionError as error:
            disturbed = str(error)
        shown = {path: (await probe.get(path)).text for path in SHOWN}
        return Found(
            targets=await probe.targets(),
            samples=await probe.samples(),
            windows=tuple(json.loads(shown["/api/v1/windows"])),
            disturbed=disturbed,
            shown={**shown, "the log": probe.log},
        )


SHOWN = (
    "/",
    "/metrics",
    "/maintenance.ics",
    "/api/v1/status",
    "/api/v1/windows",
    "/api/v1/notices",
)


@pytest.fixture(scope="module")
def found(portal: BlockingPortal, folder: Path) -> Found:
    """Play the scene once, for all rows."""
    return portal.call(play, folder)


ROWS = [pytest.param(number, one, marks=one.marks, id=one.name) for number, one in enumerate(FEEDS)]


@pytest.mark.parametrize(("number", "feed"), ROWS)
def test_a_feed(number: int, feed: Hostile, found: Found) -> None:
    """It was asked again and again, fails as it should if at all, and excuses nothing."""
    name = f"f{number}"
    assert found.samples.one("probe_feed_fetches_total", feed=name) >= 1
    counted = found.samples.every("probe_feed_failures_total", feed=name)
    reasons = {labels.get("reason") for labels, value in counted if value} - {None}
    assert reasons <= set(map(str, filter(None, feed.failures)))
    assert FeedFailure.INTERNAL not in reasons
    assert reasons or None in feed.failures
    assert not [one for one in found.windows if f"c{number}" in one["components"]]
    assert found.targets[f"t{number}"]["verdict"] == Verdict.UNEXPECTED
    of_it = {"target": f"t{number}", "expectation": "expected"}
    assert not any(value for _, value in found.samples.every("probe_failures_total", **of_it))


def test_the_good_one_beside_them(found: Found) -> None:
    """Its window excuses, it was read again and again, and nothing was disturbed."""
    assert found.targets["spot"]["verdict"] == Verdict.EXPECTED
    assert found.samples.one("probe_feed_fetches_total", feed="good") > 5
    assert found.samples.one("probe_feed_failures_total", feed="good") == 0
    assert found.disturbed == ""


@pytest.mark.parametrize("where", [*SHOWN, "the log"])
def test_no_secret_that_a_feed_repeats_is_shown(where: str, found: Found) -> None:
    """Whatever it says back, and wherever."""
    assert PLANTED not in found.shown[where]
