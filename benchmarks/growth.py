# ruff: noqa: INP001 - a script, not a package
"""How costs grow with published windows and with notices.

Run it as `python benchmarks/growth.py`. It judges failures, works out what the metrics show, and
takes over what feeds have said, with ten to ten thousand windows and notices, and prints what each
of these takes; it ends within a minute. `benchmarks/journal.py` has the costs of the journal's age.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))

from probe import config as configuration
from probe.classify import classify
from probe.journal import Noticeboard
from probe.maintenance.calendar import Calendar
from probe.snapshot import Snapshot, known, snapshot
from probe.types import (
    Impact,
    Notice,
    NoticeState,
    Phase,
    Plan,
    Published,
    Reason,
    Result,
    Seen,
)

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEW_YORK = ZoneInfo("America/New_York")
SECONDS = 0.5


def published(number: int) -> Published:
    """Return one of many windows, an hour each, some before and some after now, none open."""
    start = NOW + (number - 5000) * HOUR + timedelta(minutes=10)
    day = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[start.astimezone(NEW_YORK).weekday()]
    weekly = f"RRULE:FREQ=WEEKLY;BYDAY={day}" if number % 100 == 0 else None
    return Published(
        id=f"w{number}",
        source="benchmark",
        quote="SPOT will be unavailable.",
        published_at=start - 24 * HOUR,
        plan=Plan(
            components=("spot",),
            impact=Impact.OUTAGE,
            starts_at=start,
            ends_at=start + HOUR / 2,
            recurrence=weekly,
            timezone="America/New_York",
        ),
    )


def timed(call: Callable[[], object]) -> float:
    """Return the CPU seconds of a call, the least of several."""
    least, until = float("inf"), time.perf_counter() + SECONDS
    while time.perf_counter() < until or least == float("inf"):
        began = time.process_time()
        call()
        least = min(least, time.process_time() - began)
    return least


def main() -> None:
    """Print each cost by number."""
    config = configuration.load(None, {})
    target = config.targets[0]
    failed = Result(
        target=target.name,
        started_at=NOW,
        duration_seconds=1.0,
        phases={Phase.CONNECT: 1.0},
        reason=Reason.CONNECT,
        detail="",
        attempts=1,
        attempt_failures=(Reason.CONNECT,),
    )
    up = replace(failed, reason=None, attempt_failures=())
    for count in (10, 100, 1000, 10_000):
        some = range(5000 - count // 2, 5000 + count // 2)
        calendar = Calendar(published=tuple(map(published, some)))
        seen = tuple(
            Seen(
                feed=config.feeds[0].name,
                notice=Notice(
                    fingerprint=f"{n:064x}",
                    text="The portal is available.",
                    quote="",
                    state=NoticeState.IRRELEVANT,
                    reason="",
                    windows=(),
                ),
                day=NOW.date(),
                day_is_borne=False,
                first_seen_at=NOW,
                last_seen_at=NOW,
                vanished_at=None,
            )
            for n in range(count)
        )
        board = Noticeboard(seen=seen)
        said = Snapshot(calendar=calendar, status={}, seen=seen, reviews={})
        for what, seconds in {
            "judge a success": timed(lambda c=calendar: classify(up, target, c, None)),
            "open at an instant": timed(lambda c=calendar: c.open_at(NOW)),
            "judge a failure": timed(lambda c=calendar: classify(failed, target, c, None)),
            "what the metrics show": timed(lambda s=said: known(config, s, NOW)),
            "take over notices": timed(lambda b=board: snapshot(config, b)),
        }.items():
            print(f"{count:6} {what:24} {seconds * 1e6:12.1f} µs")  # noqa: T201


if __name__ == "__main__":
    main()
