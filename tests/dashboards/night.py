"""A whole night as a time line, and the messages that a real Alertmanager makes of it.

`python -m tests.dashboards.night` writes them to night.txt, to be read by a person.
"""

import asyncio
import contextlib
import json
import re
import tempfile
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from probe.types import Impact
from tests.dashboards import promtool, stack
from tests.dashboards.promtool import Alert
from tests.dashboards.scenes import Scene, Series, probe, sampled, seconds
from tests.servers import message, serving

FILE = Path(__file__).with_name("night.txt")
#: promtool begins in 1970, which was 7 p.m. on a Wednesday in New York.
LASTS = "9h15m"
STEP = 60

SPOT = (
    "up 2h5m, expected 1h55m, overrun 20m, up 40m, "  # to midnight
    "unannounced 12m, up 29m, unannounced 20m, up 19m, "  # to 1:20 a.m.
    + "unannounced 1m, up 1m, " * 5
    + "up 1h10m, inconclusive 10m, up 20m, missed 10m, up 55m"
)
IDM = (
    "up 5h40m, unannounced 20m, up 1h, unread_notice 15m, up 25m, "
    "inconclusive 10m, up 20m, missed 10m, up 55m"
)
WORDS = "SPOT will not be available Wednesday, December 31, from 9 p.m. to 11 p.m. ET."
REFUSED = "IDM maintenance is planned for the first weekend of January."
WINDOW = {
    "starts": "Wed Dec 31, 9:00 PM EST (02:00 UTC)",
    "ends": "Wed Dec 31, 11:00 PM EST (04:00 UTC)",
    "words": WORDS,
}
LATER = {
    "starts": "Wed Jan 7, 9:00 PM EST (02:00 UTC)",
    "ends": "Wed Jan 7, 11:00 PM EST (04:00 UTC)",
    "words": "Wednesday 9-11 p.m.",
}
CONTACTS = {
    "spot": ("https://thespot.fcso.com/", "First Coast EDI, 1-888-555-0100"),
    "idm": ("https://home.idm.cms.gov/", "CMS IDM help desk, 1-800-555-0199"),
}


def series(name: str, story: str, **labels: str) -> Series:
    """Return one series with a sample each minute."""
    return sampled(name, story, step=STEP, **labels)


def published() -> Iterator[Series]:
    """Yield what was published: a window, the next one, a status, and a notice that waits."""
    outage = {"component": "spot", "impact": Impact.OUTAGE.value}
    yield series("probe_maintenance_active", "0 2h, 1 2h, 0 5h15m", **outage)
    yield series("probe_maintenance_start_timestamp_seconds", "7200 4h, 612000 5h15m", **outage)
    yield series("probe_maintenance_end_timestamp_seconds", "14400 4h, 619200 5h15m", **outage)
    yield series("probe_maintenance_info", "1 4h, stale 5h15m", **outage, **WINDOW)
    yield series("probe_maintenance_info", "_ 4h, 1 5h15m", **outage, **LATER)
    yield series("probe_window_info", "_ 2h5m, 1 2h15m, stale 4h55m", target="spot", **WINDOW)
    yield series("probe_published_status", f"1 {LASTS}", component="spot", status="available")
    yield series("probe_timezone_offset_seconds", f"-18000 {LASTS}", abbreviation="EST")
    yield series("probe_receipt_cutoff_timestamp_seconds", f"169200 {LASTS}")
    waiting = {"feed": "first-coast", "fingerprint": "3f9c2a71be04", "words": REFUSED}
    yield series("probe_notice_waiting_info", "_ 6h50m, 1 40m, stale 1h45m", **waiting)
    unread = {k: v for k, v in waiting.items() if k != "feed"} | {
        "target": "idm",
        "proposed": "outage of idm, Sat Jan 3, 12:00 AM EST (05:00 UTC) to Sun Jan 4, 12:00 AM EST",
    }
    yield series("probe_unread_notice_info", "_ 6h50m, 1 40m, stale 1h45m", **unread)
    refused = {"feed": "first-coast", "state": "refused"}
    yield series("probe_notices", "0 6h50m, 1 40m, 0 1h45m", **refused)
    for target, (url, contact) in CONTACTS.items():
        yield series("probe_target_info", f"1 {LASTS}", target=target, url=url, contact=contact)


def night() -> Scene:
    """Return the time line, a sample each minute."""
    other = {"job": "alertmanager", "instance": "alertmanager-2:9093"}
    watchers = series("up", "1 8h40m, 0 10m, 1 25m", **other)
    return probe(SPOT, reason="status", step=STEP).also(
        probe(IDM, target="idm", reason="timeout", step=STEP), watchers, *published()
    )


# --- what Prometheus says ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An instant at which alerts begin or end: all that fire then, and those that end."""

    at: int
    firing: Sequence[tuple[Alert, int]]
    """With the instants at which they began."""
    ended: Sequence[tuple[Alert, int]]


def steps(folder: Path) -> Iterator[Step]:
    """Yield the steps of the night, by real rules under promtool."""
    every = range(0, seconds(LASTS), STEP)
    began: dict[str, tuple[Alert, int]] = {}
    for at, found in zip(
        every, promtool.firing(night(), [f"{at}s" for at in every], folder), strict=True
    ):
        firing = {json.dumps(one.labels): one for one in found}
        new = firing.keys() - began.keys()
        ended = [began[key] for key in sorted(began.keys() - firing.keys())]
        began = {key: (one, began[key][1] if key in began else at) for key, one in firing.items()}
        if new or ended:
            # As Alertmanager would have them by then: what explains others stands first.
            yield Step(at=at, firing=[began[key] for key in sorted(firing)], ended=ended)


# --- what Alertmanager says --------------------------------------------------------------------


@dataclass(slots=True)
class Inbox:
    """The chats of the three receivers and the dead man's switch: what arrived."""

    messages: list[str] = field(default_factory=list)
    switched: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def behave(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one message."""
        head = await reader.readuntil(b"\r\n\r\n")
        found = re.search(rb"content-length: (\d+)", head.lower())
        body = json.loads(await reader.readexactly(int(found[1]) if found else 0))
        receiver = head.split()[1].decode().strip("/")
        if receiver == "switch":
            self.switched += 1
        else:
            (attachment,) = body["attachments"]
            told = f"[{receiver}] {attachment['title']}\n\n{attachment['text'].rstrip()}\n"
            self.messages.append(told)
        self.news.set()
        writer.write(message(b"ok"))
        await writer.drain()
        writer.close()

    async def until(self, enough: Callable[[list[str]], bool], within: float) -> None:
        """Wait until enough has arrived, and no longer than `within` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not enough(self.messages):
                    self.news.clear()
                    await self.news.wait()


@contextlib.asynccontextmanager
async def alertmanager(folder: Path) -> AsyncIterator[tuple[Inbox, str]]:
    """Run Alertmanager with the shipped routes, which wait for a third of a second."""
    inbox = Inbox()
    async with serving(inbox.behave) as served:
        address = stack.free_address()
        names = {f"{name.upper()}_SLACK_URL": served.url + name for name in RECEIVERS}
        quick = {r"(group_wait|group_interval): \w+": r"\1: 300ms"}
        with stack.alertmanager(
            folder, address, quick, WATCHDOG_WEBHOOK_URL=served.url + "switch", **names
        ) as url:
            await stack.answering(f"{url}/-/ready", 30)
            yield inbox, url


RECEIVERS = ("page", "ticket", "info")


def post(url: str, step: Step) -> None:
    """Tell Alertmanager what Prometheus says at an instant."""
    alerts = [
        {
            "labels": one.labels,
            "annotations": one.annotations,
            "startsAt": instant(began),
            **({"endsAt": instant(step.at)} if ended else {}),
        }
        for ended, group in ((True, step.ended), (False, step.firing))
        for one, began in group
    ]
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{url}/api/v2/alerts",
        data=json.dumps(alerts).encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 - the same


def instant(at: int) -> str:
    """Return an instant of the time line as Alertmanager reads it."""
    return datetime.fromtimestamp(at, UTC).isoformat()


def clock(at: int) -> str:
    """Return what a clock in New York shows."""
    return f"{datetime.fromtimestamp(at - 5 * 3600, UTC):%H:%M:%S} EST"


async def messages(folder: Path, expected: str | None) -> str:
    """Return the night's messages; after each step it waits for those that are expected.

    Where nothing is expected it waits until there have been none for a while.
    """
    parts = [HEAD]
    async with alertmanager(folder) as (inbox, url):
        for step in steps(folder):
            await asyncio.to_thread(post, url, step)
            before = "".join(parts)
            title = f"\n==== {clock(step.at)} {'=' * 60}\n\n"

            def arrived(sent: list[str], start: str = before + title) -> bool:
                """Return whether what is expected next has arrived."""
                text = start + "\n".join(sorted(sent))
                return expected is not None and bool(sent) and _follows(expected, text)

            silent = expected is not None and not expected.startswith(before + title)
            await inbox.until(arrived, 0 if silent else 20 if expected is not None else 2)
            if inbox.messages:
                parts += [title, "\n".join(sorted(inbox.messages))]
            inbox.messages.clear()
        assert inbox.switched
    return "".join(parts)


def _follows(expected: str, text: str) -> bool:
    rest = expected.removeprefix(text)
    return rest != expected and (not rest or rest.startswith("\n===="))


HEAD = """\
What the messages of a night read like, as Slack gets them from the shipped rules and routes.

It is the night of Wednesday, December 31, 1969: promtool begins in 1970, at 7 p.m. in New York.
[page] wakes somebody, [ticket] waits for the morning, [info] is good to know. The dead man's
switch is posted all the time. What is said of SPOT while IDM is down is inhibited.
"""


def main() -> None:
    """Write the night's messages."""
    with tempfile.TemporaryDirectory() as folder:
        FILE.write_text(asyncio.run(messages(Path(folder), None)))


if __name__ == "__main__":
    main()
