# ruff: noqa: INP001 - a script, not a package
"""What a check costs, beside blackbox_exporter and cloudprober, with few targets and with many.

Run it as `python benchmarks/fleet.py [--quick] [--json] [--only NAME] [--plot FILE]`. All
contenders probe the same pages of one nginx on loopback, at the same rate, in turns: every check is
a new connection with a whole TLS handshake and verification, and its body is searched. CPU is the
process's own by the kernel's account, over a span after all targets have been probed once.
"""

import argparse
import contextlib
import itertools
import json
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from rig.contenders import (
    Contender,
    Job,
    Started,
    installed,
    missing,
    own_account,
    scrape,
    spot_probe,
)
from rig.drawing import chart
from rig.process import cpu_seconds, memory
from rig.server import Server, serving

OURS = "spot-probe"
#: A check counts as on time that came this near to one interval after the one before it.
ON_TIME_SECONDS = 0.05
#: As often as Prometheus would.
SCRAPE_SECONDS = 10.0
READY_SECONDS = 3.0
FIRST_SECONDS = 90.0
#: One target of so many, where some are to hang.
ONE_IN = 10

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is probed, and for how long it is measured."""

    name: str
    targets: int
    interval: float
    seconds: float
    rounds: int = 3
    tls: bool = True
    page: str = "page"
    hanging: bool = False
    quick: bool = False


SCENARIOS = (
    Scenario(name="2 targets, 1 s", targets=2, interval=1, seconds=20),
    Scenario(name="100 targets, 1 s", targets=100, interval=1, seconds=15, quick=True),
    Scenario(name="100 targets, 1 s, no TLS", targets=100, interval=1, seconds=10, tls=False),
    Scenario(name="100 targets, 1 s, 100 KB", targets=100, interval=1, seconds=10, page="big"),
    Scenario(name="100 targets, 1 s, 10 hang", targets=100, interval=1, seconds=10, hanging=True),
    Scenario(name="1000 targets, 10 s", targets=1000, interval=10, seconds=30, quick=True),
    Scenario(name="3000 targets, 30 s", targets=3000, interval=30, seconds=60, rounds=1),
)
#: Which of them show the cost against targets: alike in all but that.
PLOTTED = ("2 targets, 1 s", "100 targets, 1 s", "1000 targets, 10 s", "3000 targets, 30 s")


def measure(scenario: Scenario, contender: Contender, server: Server) -> Figures:
    """Let a contender do a scenario once and return its figures."""
    with tempfile.TemporaryDirectory() as folder:
        hangs = [scenario.hanging and number % ONE_IN == 0 for number in range(scenario.targets)]
        job = Job(
            urls=[
                server.url(number, tls=scenario.tls, page=scenario.page, hangs=hanging)
                for number, hanging in enumerate(hangs)
            ],
            interval=scenario.interval,
            timeout=min(3.0, scenario.interval / 2),
            ca_file=server.ca_file,
            folder=Path(folder),
        )
        answering = hangs.count(False)
        mark = server.mark()
        with contender(job) as started:
            ready = _ready(started) if contender is spot_probe else None
            first = _first(server, mark) - started.began
            time.sleep(scenario.interval + 2)
            found = _span(scenario, started, server, answering)
    return {"first_check_s": first, **({} if ready is None else {"ready_s": ready}), **found}


def _ready(started: Started) -> float | None:
    """Return after how long all targets had been observed, None where it took too long."""
    while time.time() < started.began + READY_SECONDS:
        ready = f"http://127.0.0.1:{started.port}/-/ready"
        # An answer 503 is an OSError, too.
        with contextlib.suppress(OSError), urllib.request.urlopen(ready):
            return time.time() - started.began
        time.sleep(0.01)
    return None


def _first(server: Server, mark: int) -> float:
    until = time.monotonic() + FIRST_SECONDS
    while time.monotonic() < until:
        if arrivals := server.arrivals(mark):
            return min(at for times in arrivals.values() for at in times)
        time.sleep(0.05)
    raise SystemExit("nothing was probed")


def _span(scenario: Scenario, started: Started, server: Server, answering: int) -> Figures:
    """Return what a contender used, and how punctual it was, while nothing but time passed."""
    before = _account(started)
    mark, cpu, began = server.mark(), cpu_seconds(started.pid), time.monotonic()
    took: list[float] = []
    size = 0
    while (left := began + scenario.seconds - time.monotonic()) > 0:
        time.sleep(min(left, SCRAPE_SECONDS / 2))
        seconds, text = scrape(started.port)
        took.append(seconds)
        size = len(text)
        time.sleep(max(0.0, min(began + scenario.seconds - time.monotonic(), SCRAPE_SECONDS / 2)))
    used, lasted = cpu_seconds(started.pid) - cpu, time.monotonic() - began
    arrivals = server.arrivals(mark)
    checks = sum(map(len, arrivals.values())) * scenario.targets / answering
    found = {
        "cpu_ms_a_check": used / checks * 1000,
        "checks_a_second": checks / lasted,
        "expected_a_second": scenario.targets / scenario.interval,
        "on_time": _punctual(arrivals.values(), scenario.interval),
        "metrics_ms": statistics.median(took) * 1000,
        "metrics_kb": size / 1000,
        **memory(started.pid),
    }
    after = _account(started)
    if before and after:
        late = (after["late"] - before["late"]) / (after["begun"] - before["begun"])
        faults = ("attempt_failures", "inconclusive", "skipped")
        found |= {"begun_within_50_ms": 1 - late, "up": after["up"]}
        found |= {name: after[name] - before[name] for name in faults}
    return found


def _account(started: Started) -> Figures:
    _, text = scrape(started.port)
    return own_account(text) if b"probe_ticks_skipped" in text else {}


def _punctual(arrivals: Iterable[Sequence[float]], interval: float) -> float:
    """Return the share of checks that came one interval after the one before, or nearly."""
    gaps = [
        later - earlier
        for times in map(sorted, arrivals)
        for earlier, later in itertools.pairwise(times)
    ]
    on_time = sum(abs(gap - interval) <= ON_TIME_SECONDS for gap in gaps)
    return on_time / len(gaps) if gaps else float("nan")


# --- what is said of it ----------------------------------------------------------------------

Runs = Mapping[str, Mapping[str, Sequence[Figures]]]


def spread(values: Sequence[float]) -> Figures:
    """Return the least, the median and the most."""
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def summary(runs: Runs) -> dict[str, dict[str, dict[str, Figures]]]:
    """Return each figure's spread by scenario and contender, and ours over theirs, run by run."""
    found: dict[str, dict[str, dict[str, Figures]]] = {}
    for scenario, by_name in runs.items():
        found[scenario] = {
            name: {
                figure: spread([run[figure] for run in figures if figure in run])
                for figure in figures[0]
            }
            for name, figures in by_name.items()
        }
        for name, figures in by_name.items():
            if name == OURS:
                continue
            pairs = list(zip(by_name[OURS], figures, strict=True))
            found[scenario][f"{OURS} / {name}"] = {
                figure: spread([ours[figure] / theirs[figure] for ours, theirs in pairs])
                for figure in ("cpu_ms_a_check", "rss_mib", "first_check_s")
            }
    return found


def lines(found: Mapping[str, Mapping[str, Mapping[str, Figures]]]) -> Iterator[str]:
    """Yield the summary as people read it."""
    for scenario, by_name in found.items():
        yield f"{scenario:34} {'min':>10} {'median':>10} {'max':>10}"
        for name, figures in by_name.items():
            for figure, spread_ in figures.items():
                numbers = " ".join(f"{value:10.3f}" for value in spread_.values())
                yield f"  {name:30} {numbers}  {figure}"


def plot(found: Mapping[str, Mapping[str, Mapping[str, Figures]]], file: Path) -> None:
    """Draw what a check and a process cost against the number of targets."""
    targets = {one.name: one.targets for one in SCENARIOS}
    shown = [name for name in PLOTTED if name in found]
    names = [name for name in found[shown[0]] if "/" not in name]
    panels = {
        "CPU a check, ms": "cpu_ms_a_check",
        "Memory (RSS), MiB": "rss_mib",
        "Time of /metrics, ms": "metrics_ms",
    }
    file.write_text(
        chart(
            "What a check costs, by number of targets (100 checks a second, TLS)",
            {
                title: {
                    name: [(targets[s], found[s][name][figure]["median"]) for s in shown]
                    for name in names
                    if figure != "metrics_ms" or name != "blackbox_exporter"
                }
                for title, figure in panels.items()
            },
        )
    )


def main() -> None:
    """Measure, and print the spreads and the ratios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="two scenarios, once each")
    names = [one.name for one in SCENARIOS]
    parser.add_argument("--only", action="append", choices=names, help="repeatable")
    parser.add_argument("--rounds", type=int, help="how often each is done by each, in turns")
    parser.add_argument("--alone", action="store_true", help="without the peers")
    parser.add_argument("--json", action="store_true", help="print JSON, with every run")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw cost against targets")
    wanted = parser.parse_args()
    contenders = installed()
    if wanted.alone:
        contenders = {OURS: contenders[OURS]}
    for name in missing():
        print(f"{name} is not on the PATH: left out", file=sys.stderr)  # noqa: T201
    runs: dict[str, dict[str, list[Figures]]] = {}
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        for scenario in SCENARIOS:
            if (wanted.quick and not scenario.quick) or scenario.name not in (wanted.only or names):
                continue
            runs[scenario.name] = {name: [] for name in contenders}
            for _ in range(wanted.rounds or (1 if wanted.quick else scenario.rounds)):
                for name, contender in contenders.items():
                    runs[scenario.name][name].append(measure(scenario, contender, server))
    found = summary(runs)
    if wanted.plot:
        plot(found, wanted.plot)
    if wanted.json:
        print(json.dumps({"runs": runs, "summary": found}, indent=1))  # noqa: T201
    else:
        print("\n".join(lines(found)))  # noqa: T201


if __name__ == "__main__":
    main()
