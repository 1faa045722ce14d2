# ruff: noqa: INP001 - a script, not a package
"""How quick the journal answers: 400 days of two targets, one observation per 30 s.

Run it as `python benchmarks/journal.py`. It builds such a journal, 2.3 million rows, with weekly
windows, several outages a day, hours without the probe or its network, within some two minutes, and
prints what a page, the API and the report of a month take, before and after it is thinned.
"""

import itertools
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from probe import config as configuration
from probe.classify import classify
from probe.config import Config
from probe.history.availability import DAY, append, midnight, stands
from probe.journal import FILE, History, Notices, noticetables, observationtables
from probe.journal.database import transaction, writable
from probe.journal.observationtables import Record
from probe.maintenance.calendar import Calendar
from probe.report import page
from probe.report.figures import Period
from probe.report.gather import gather
from probe.snapshot import snapshot
from probe.types import (
    Impact,
    Notice,
    NoticeState,
    Observation,
    Phase,
    Plan,
    Reading,
    Reason,
    Result,
    Span,
    Streak,
    Target,
    Verdict,
)

DAYS = 400
NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
CONFIG = """
maintenance:
  weekly:
    - {component: spot, day: thursday, from: "21:00", until: "23:00"}
    - {component: idm, day: sunday, from: "02:00", until: "04:00"}
"""
ROUNDS = 15


def runs(random: Random, ticks: int) -> Iterator[tuple[str, int]]:
    """Yield what a target does in turn, and for how many intervals: up most of the time."""
    while ticks > 0:
        kind = random.choices(("down", "ours", "off"), weights=(90, 5, 5))[0]
        for what, mean in (("up", 500), (kind, {"down": 12, "ours": 10, "off": 100}[kind])):
            count = min(ticks, 1 + int(random.expovariate(1 / mean)))
            ticks -= count
            if count:
                yield what, count


def observed(target: Target, calendar: Calendar, start: datetime) -> Iterator[list[Observation]]:
    """Yield the runs of like observations of a target, judged as the service judges them."""
    random = Random(target.name)  # noqa: S311 - the same journal each time
    at, step = start, target.interval
    streak: Streak | None = None
    for what, count in runs(random, int((NOW - start) / step)):
        if what == "off":
            at += count * step
            continue
        reason = None if what == "up" else random.choice((Reason.CONNECT, Reason.TIMEOUT))
        result = Result(
            target=target.name,
            started_at=at,
            duration_seconds=0.227,
            reason=reason,
            status_code=None if reason else 200,
            online=False if what == "ours" else None,
            phases=dict.fromkeys(Phase, 0.045),
        )
        run: list[Observation] = []
        for number in range(count):
            one = replace(result, started_at=at + number * step)
            if what == "up" and run:  # the same, but for the instant: not judged a million times
                run.append(replace(run[0], result=one))
            else:
                run.append(classify(one, target, calendar, streak))
                streak = run[-1].streak
        yield run
        at += count * step


def spanned(run: list[Observation], stand: timedelta) -> tuple[Span, ...]:
    """Return the spans of a run; successes are one, without looking at each."""
    if run[0].verdict is not Verdict.UP:
        found: list[Span] = []
        for one in run:
            found.extend(append(found.pop() if found else None, one, stand))
        return tuple(found)
    (first,) = append(None, run[0], stand)
    last_at = run[-1].result.started_at
    return (replace(first, last_at=last_at, ends_at=last_at + stand, observations=len(run)),)


def publish(db: sqlite3.Connection) -> None:
    """Publish two notices a week, each with a window of its own."""
    notices = Notices()
    for number in range(2 * DAYS // 7):
        at = NOW - timedelta(days=DAYS) + number * DAY * 3.5
        plan = Plan(
            components=("spot",),
            impact=Impact.OUTAGE,
            starts_at=at + DAY,
            ends_at=at + DAY * 1.1,
            timezone="America/New_York",
        )
        words = f"SPOT will be unavailable on day {number} of the benchmark."
        notice = Notice(
            fingerprint=f"{number:064x}",
            text=words,
            quote=words,
            state=NoticeState.UNDERSTOOD,
            windows=(plan,),
            components=("spot",),
        )
        reading = Reading(status={}, notices=(notice,))
        before = notices.board
        notices.publish("first-coast", reading, at, (at.date(), True), {})
        noticetables.write(db, before, notices.board)


def build(directory: Path, config: Config) -> None:
    """Write the journal: the observations at once, and the spans that they make."""
    db = writable(directory / FILE)
    with transaction(db):
        publish(db)
    calendar = snapshot(config, History(db).noticeboard()).calendar
    for target in config.targets:
        last: tuple[Span, ...] = ()
        with transaction(db):
            for run in observed(target, calendar, NOW - timedelta(days=DAYS)):
                records = (Record(observation=one, stands=stands(target)) for one in run)
                db.executemany(observationtables.OBSERVATION, map(observationtables.row, records))
                *before, new = spanned(run, stands(target))
                if last:
                    cut = min(last[-1].ends_at, run[0].result.started_at)
                    last = (*last[:-1], replace(last[-1], ends_at=cut))
                observationtables.add_spans(db, last)
                last = (*before, new)
            observationtables.add_spans(db, last)
    db.close()


def say(words: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{words}\n")


def median(what: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return how long something takes, in milliseconds."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        what()
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def measure(journal: History, config: Config) -> None:
    """Print what the questions take that the start, the pages, the API and the report ask."""
    said = snapshot(config, journal.noticeboard())
    zone, today = config.timezone, NOW.astimezone(config.timezone).date()
    first = today - timedelta(days=89)
    october = midnight(date(2026, 10, 1), zone), midnight(date(2026, 11, 1), zone)
    month = Period(start=october[0], end=october[1])
    year = Period(start=NOW - timedelta(days=365), end=NOW)

    def bars() -> object:
        return [journal.days(t.name, first, today, zone, NOW) for t in config.targets]

    def whole(period: Period) -> str:
        made = gather(config, journal, said, period, NOW)
        return page.write(made.report, made.spans)

    say(f"{median(lambda: journal.noticeboard(NOW)):8.1f} ms  what may still matter of the notices")
    say(f"{median(journal.lasts):8.1f} ms  the last observation of every target")
    say(f"{median(bars):8.1f} ms  90 days of both targets")
    say(f"{median(lambda: journal.incidents(20, until=NOW)):8.1f} ms  the last 20 incidents")
    say(f"{median(lambda: whole(month)):8.1f} ms  the report of a month, as a page")
    say(f"{median(lambda: whole(year), 3):8.1f} ms  the report of a year, as a page")


def thinned(db: sqlite3.Connection, steps: Iterator[bool]) -> Iterator[float]:
    """Yield how long each step takes, to the end."""
    more = True
    while more:
        began = time.perf_counter()
        with transaction(db):
            more = next(steps, False)
        yield time.perf_counter() - began


def add(db: sqlite3.Connection, batches: Iterator[list[Record]]) -> None:
    """Write the next batch."""
    with transaction(db):
        observationtables.write(db, next(batches))


def write(db: sqlite3.Connection, config: Config) -> None:
    """Print what a transaction takes, with one observation and with many."""
    target = config.targets[0]
    calendar = snapshot(config, History(db).noticeboard()).calendar
    one = next(observed(target, calendar, NOW - DAY))[0]
    ticks = itertools.count()

    def records(number: int) -> list[Record]:
        return [
            Record(
                observation=replace(
                    one, result=replace(one.result, started_at=NOW + next(ticks) * target.interval)
                ),
                stands=stands(target),
            )
            for _ in range(number)
        ]

    for number in (1, 25, 1000):
        took = median(partial(add, db, iter([records(number) for _ in range(ROUNDS)])))
        say(f"{took:8.1f} ms  {number} observations more, {took / number * 1000:.0f} us each")


def main() -> None:
    """Build a journal, measure it, thin it, measure it again."""
    config = configuration.parse(CONFIG, "benchmark")
    with tempfile.TemporaryDirectory() as directory:
        began = time.perf_counter()
        build(Path(directory), config)
        size = (Path(directory) / FILE).stat().st_size
        say(f"built in {time.perf_counter() - began:.0f} s, {size / 1e6:.0f} MB")
        opened = median(lambda: writable(Path(directory) / FILE).close(), 3)
        say(f"{opened:8.1f} ms  to open it")
        db = writable(Path(directory) / FILE)
        journal = History(db)
        measure(journal, config)
        write(db, config)
        steps = observationtables.thin(db, NOW - timedelta(days=DAYS), NOW - 30 * DAY)
        took = list(thinned(db, steps))
        say(f"thinned in {sum(took):.0f} s, in steps of {max(took):.2f} s at the most")
        measure(journal, config)
        db.close()


if __name__ == "__main__":
    main()
