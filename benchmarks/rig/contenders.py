"""Who is compared: ours and its peers, each started anew and told to probe the same targets."""

import contextlib
import gzip
import json
import re
import shutil
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rig.driver import driving
from rig.process import await_port, free_port, running
from rig.server import WORDS

BLACKBOX = shutil.which("prometheus-blackbox-exporter") or shutil.which("blackbox_exporter")
CLOUDPROBER = shutil.which("cloudprober")
OURS = str(Path(sys.executable).with_name("spot-probe"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a contender is to do."""

    urls: Sequence[str]
    interval: float
    timeout: float
    ca_file: str
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A contender at work: its process, and where it shows its metrics."""

    pid: int
    began: float
    port: int


Contender = Callable[[Job], contextlib.AbstractContextManager[Started]]


@contextlib.contextmanager
def spot_probe(job: Job) -> Iterator[Started]:
    """Run our own service, everything on."""
    port, config = free_port(), job.folder / "spot-probe.yml"
    targets = [
        {
            "name": f"t{number}",
            "url": url,
            "components": ["spot"],
            "interval": f"{round(job.interval * 1000)}ms",
            "timeout": f"{round(job.timeout * 1000)}ms",
            "attempts": 1,
            "expect": {"status": [200], "body_contains": [WORDS]},
            "tls": {"ca_file": job.ca_file},
        }
        for number, url in enumerate(job.urls)
    ]
    weekly = [{"component": "spot", "day": "thursday", "from": "21:00", "until": "23:00"}]
    said = {"targets": targets, "feeds": [], "maintenance": {"weekly": weekly}, "connectivity": []}
    config.write_text(json.dumps(said))
    command = [
        OURS,
        "run",
        f"--config.file={config}",
        f"--storage.path={job.folder / 'journal'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
    ]
    began = time.time()
    # As it is installed: with the bytecode that an installer writes.
    compiled = {"PYTHONDONTWRITEBYTECODE": ""}
    with running(command, job.folder / "spot-probe.log", compiled) as process:
        yield Started(pid=process.pid, began=began, port=port)


@contextlib.contextmanager
def blackbox_exporter(job: Job) -> Iterator[Started]:
    """Run blackbox_exporter and ask it for each probe, as a Prometheus would."""
    port, config = free_port(), job.folder / "blackbox.yml"
    module = {
        "prober": "http",
        "timeout": f"{round(job.timeout * 1000)}ms",
        "http": {
            "preferred_ip_protocol": "ip4",
            "fail_if_body_not_matches_regexp": [WORDS],
            "tls_config": {"ca_file": job.ca_file},
        },
    }
    config.write_text(json.dumps({"modules": {"page": module}}))
    command = [
        str(BLACKBOX),
        f"--config.file={config}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=error",
    ]
    began = time.time()
    with running(command, job.folder / "blackbox.log") as process:
        await_port(port)
        with driving(port, job.urls, job.interval):
            yield Started(pid=process.pid, began=began, port=port)


@contextlib.contextmanager
def cloudprober(job: Job) -> Iterator[Started]:
    """Run cloudprober, a probe for each target, so that it spreads them itself."""
    port, config = free_port(), job.folder / "cloudprober.cfg"
    interval, timeout = round(job.interval * 1000), round(job.timeout * 1000)
    config.write_text(
        "\n".join(
            f'probe {{ name: "t{number}" type: HTTP interval_msec: {interval} '
            f"timeout_msec: {timeout} "
            f'targets {{ endpoint {{ name: "t{number}" url: "{url}" }} }} '
            f'http_probe {{ tls_config {{ ca_cert_file: "{job.ca_file}" }} }} '
            f'validator {{ name: "words" regex: "{WORDS}" }} }}'
            for number, url in enumerate(job.urls)
        )
    )
    environment = {"CLOUDPROBER_HOST": "127.0.0.1", "CLOUDPROBER_PORT": str(port)}
    began = time.time()
    command = [str(CLOUDPROBER), f"--config_file={config}"]
    with running(command, job.folder / "cloudprober.log", environment) as process:
        yield Started(pid=process.pid, began=began, port=port)


def installed() -> Mapping[str, Contender]:
    """Return who can be compared here, ours first; who is missing is said by `missing`."""
    found: dict[str, Contender] = {"spot-probe": spot_probe}
    if BLACKBOX:
        found["blackbox_exporter"] = blackbox_exporter
    if CLOUDPROBER:
        found["cloudprober"] = cloudprober
    return found


def missing() -> Sequence[str]:
    """Return the peers that are not installed here."""
    peers = {"blackbox_exporter": BLACKBOX, "cloudprober": CLOUDPROBER}
    return [name for name, path in peers.items() if path is None]


def scrape(port: int) -> tuple[float, bytes]:
    """Fetch a contender's metrics as Prometheus does; the seconds that it took, and the text."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/metrics",
        headers={"Accept": "text/plain;version=0.0.4", "Accept-Encoding": "gzip"},
    )
    began = time.perf_counter()
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - on loopback
        text = answer.read()
        packed = answer.headers.get("Content-Encoding") == "gzip"
    took = time.perf_counter() - began
    return took, gzip.decompress(text) if packed else text


def own_account(text: bytes) -> Mapping[str, float]:
    """Return what our own metrics say of a run: targets that are up, and what we did wrong."""
    sums: dict[str, float] = {}
    for name, labels, value in re.findall(r"^(\w+)(\{.*\})? (\S+)$", text.decode(), re.MULTILINE):
        bucket = re.search(r'le="([^"]+)"', labels)
        key = f"{name}/{bucket[1]}" if bucket else name
        sums[key] = sums.get(key, 0.0) + float(value)
    begun = sums["probe_schedule_delay_seconds_count"]
    return {
        "up": sums.get("probe_success", 0.0),
        "attempt_failures": sums["probe_attempt_failures_total"],
        "inconclusive": sums["probe_inconclusive_total"],
        "skipped": sums["probe_ticks_skipped_total"],
        "late": begun - sums["probe_schedule_delay_seconds_bucket/0.05"],
        "begun": begun,
    }
