"""The probes themselves: for each alert about them when it fires and when it does not."""

import pytest

from tests.dashboards.promtool import Fires, Quiet, Scene, complaints, probe, three, told
from tests.debian import needs

pytestmark = needs("promtool", package="prometheus")

FIRES = [
    Fires(
        sentence="the probe is not reached for more than a minute",
        alert="ProbeGone",
        scene=probe("up 5m, missed 5m"),
        at="6m30s",
        labels={"job": "spot-probe"},
        summary="Prometheus cannot reach the probe, so nobody is watching SPOT and IDM",
        description=(
            "Not reached: a:7768.\n"
            "Until it is back nothing is known about the targets, and no outage pages. See "
            "whether the program and its machine run."
        ),
    ),
    Fires(
        sentence="no probe is scraped at all",
        alert="ProbeGone",
        scene=Scene(),
        at="2m",
        labels={"job": "spot-probe"},
    ),
    Fires(
        sentence="the last observation is more than three minutes old",
        alert="ProbeStalled",
        scene=probe("up 5m, stalled 10m"),
        at="9m30s",
        labels={"job": "spot-probe"},
        summary="The probe runs but no longer observes, so nobody is watching SPOT and IDM",
        description=(
            "Stalled: a:7768. The last observation is more than 3 minutes old.\n"
            "What the metrics say of its targets is old. Read its log and start it anew."
        ),
    ),
    Fires(
        sentence="the probe has never observed anything",
        alert="ProbeStalled",
        scene=probe("new 10m"),
        at="5m",
        labels={"job": "spot-probe"},
    ),
    Fires(
        sentence="the probe's own network is down for more than a minute",
        alert="ProbeNetworkDown",
        scene=probe("up 5m, inconclusive 5m"),
        at="6m30s",
        labels={"job": "spot-probe"},
        summary="The probe's own network is down, so nobody is watching SPOT and IDM",
        description=(
            "Cut off: a:7768. The targets fail, and so do the independent addresses by which "
            "the probe tells whose fault that is.\n"
            "This says nothing about SPOT and IDM: they may be up. Look at the probe's own "
            "connection, name server and proxy."
        ),
    ),
    Fires(
        sentence="one vantage point is gone and one cut off: of three, one is left",
        alert="ProbeNetworkDown",
        scene=three("up 10m", "up 5m, inconclusive 5m", "up 5m, missed 5m"),
        at="6m30s",
        labels={"job": "spot-probe"},
    ),
    Fires(
        sentence="both targets' clocks are a minute ahead of ours",
        alert="ClockSkew",
        scene=told("probe_clock_skew_seconds", "60 1h", target="spot").also(
            told("probe_clock_skew_seconds", "61 1h", target="idm")
        ),
        at="20m",
        labels={"instance": "a:7768"},
        summary="The clock of a:7768 is wrong",
        description=(
            "Every target that says the time disagrees with this probe, by 1m 0s at least. "
            "Windows are judged by its clock: at their edges it excuses, or pages, wrongly.\n"
            "See to its NTP."
        ),
    ),
    Fires(
        sentence="a record could not be written",
        alert="JournalWriteFailures",
        scene=told("probe_journal_write_failures_total", "0 5m, 1 10m"),
        at="6m",
        labels={"instance": "a:7768"},
        summary="a:7768 cannot write its journal",
        description=(
            "Probing and paging go on, but observations and notices of this time are not "
            "kept, and a restart forgets them.\n"
            "Look at the space and the rights of its `--storage.path`."
        ),
    ),
    Fires(
        sentence="a reload was refused",
        alert="ReloadFailed",
        scene=told("probe_config_last_reload_successful", "1 5m, 0 10m"),
        at="5m",
        labels={"instance": "a:7768"},
        summary="a:7768 refused its configuration",
        description=(
            "The old configuration stays in force. `spot-probe check-config` says all that is"
            " wrong with the file."
        ),
    ),
    Fires(
        sentence="two due times passed while a probe still ran",
        alert="TicksSkipped",
        scene=told("probe_ticks_skipped_total", "0 5m, 2 10m", target="spot"),
        at="6m",
        labels={"instance": "a:7768", "target": "spot"},
        summary="a:7768 skips probes of spot",
        description=(
            "About 2 due times passed in 15 minutes while the last probe still ran. The "
            "machine is overloaded or was suspended."
        ),
    ),
    Fires(
        sentence="one of three vantage points is cut off for ten minutes",
        alert="VantagePointBlind",
        scene=three("up 30m", "up 30m", "up 5m, inconclusive 25m", step=60),
        at="17m",
        labels={"job": "spot-probe", "instance": "c:7768", "cause": "network"},
        summary="One of several vantage points is blind: c:7768 (network)",
        description=(
            "`gone`: Prometheus cannot reach it. `stalled`: it runs and does not observe. "
            "`network`: its own network is down.\n"
            "The others still judge and page; if half of them are blind, that is a page."
        ),
    ),
    Fires(
        sentence="one of three vantage points is gone for ten minutes",
        alert="VantagePointBlind",
        scene=three("up 30m", "up 30m", "up 5m, missed 25m", step=60),
        at="17m",
        labels={"job": "spot-probe", "instance": "c:7768", "cause": "gone"},
    ),
]

QUIET = [
    Quiet(
        sentence="a scrape fails once",
        alert="ProbeGone",
        scene=probe("up 5m, missed 30s, up 5m"),
        at=("5m", "6m", "7m"),
    ),
    Quiet(
        sentence="one of three vantage points is gone",
        alert="ProbeGone",
        scene=three("up 10m", "up 10m", "up 5m, missed 5m"),
        at=("6m", "10m"),
    ),
    Quiet(
        sentence="it observes, though everything is down",
        alert="ProbeStalled",
        scene=probe("unannounced 10m"),
        at=("5m", "10m"),
    ),
    Quiet(
        sentence="it has only just been started",
        alert="ProbeStalled",
        scene=probe("new 1m, up 5m"),
        at=("1m", "5m"),
    ),
    Quiet(
        sentence="a single probe was inconclusive",
        alert="ProbeNetworkDown",
        scene=probe("up 5m, inconclusive 30s, up 5m"),
        at=("5m30s", "6m", "7m"),
    ),
    Quiet(
        sentence="one of three vantage points is cut off",
        alert="ProbeNetworkDown",
        scene=three("up 10m", "up 10m", "up 5m, inconclusive 5m"),
        at=("6m", "10m"),
    ),
    Quiet(
        sentence="one target's own clock is wrong",
        alert="ClockSkew",
        scene=told("probe_clock_skew_seconds", "3600 1h", target="spot").also(
            told("probe_clock_skew_seconds", "0.4 1h", target="idm")
        ),
        at=("20m", "1h"),
    ),
    Quiet(
        sentence="every record was written",
        alert="JournalWriteFailures",
        scene=told("probe_journal_write_failures_total", "3 1h"),
        at=("5m", "1h"),
    ),
    Quiet(
        sentence="the file was put right and accepted",
        alert="ReloadFailed",
        scene=told("probe_config_last_reload_successful", "0 5m, 1 20m"),
        at=("5m", "20m"),
    ),
    Quiet(
        sentence="no due time passed",
        alert="TicksSkipped",
        scene=told("probe_ticks_skipped_total", "7 1h", target="spot"),
        at=("5m", "1h"),
    ),
    Quiet(
        sentence="the only probe is blind: that is a page",
        alert="VantagePointBlind",
        scene=probe("up 5m, missed 30m", step=60),
        at=("10m", "30m"),
    ),
    Quiet(
        sentence="one of three was cut off for a few minutes",
        alert="VantagePointBlind",
        scene=three("up 30m", "up 30m", "up 5m, inconclusive 5m, up 20m", step=60),
        at=("10m", "15m", "20m"),
    ),
]


Found = dict[Fires | Quiet, str]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Return what promtool found wrong with each case."""
    return complaints([*FIRES, *QUIET], tmp_path_factory.mktemp("promtool"))


@pytest.mark.parametrize("case", FIRES, ids=lambda case: f"{case.alert}: {case.sentence}")
def test_fires(case: Fires, found: Found) -> None:
    """The alert fires, with these labels and these words."""
    assert found[case] == ""


@pytest.mark.parametrize("case", QUIET, ids=lambda case: f"{case.alert}: {case.sentence}")
def test_does_not_fire(case: Quiet, found: Found) -> None:
    """The alert does not fire at any of the instants."""
    assert found[case] == ""
