"""The probes themselves: for each alert about them when it fires and when it does not."""

from tests.dashboards.cases import Cases, fires, quiet
from tests.dashboards.scenes import Scene, probe, three, told

CASES: Cases = {
    "ProbeGone": [
        fires(
            "the probe is not reached for more than a minute",
            probe("up 5m, missed 5m"),
            "6m30s",
            summary="Prometheus cannot reach the probe, so nobody is watching SPOT and IDM",
            description=(
                "Not reached: a:7768.\n"
                "Until it is back nothing is known about the targets, and no outage pages. See "
                "whether the program and its machine run."
            ),
            job="spot-probe",
        ),
        fires("no probe is scraped at all", Scene(), "2m", job="spot-probe"),
        quiet("a scrape fails once", probe("up 5m, missed 30s, up 5m"), "5m", "6m", "7m"),
        quiet(
            "one of three vantage points is gone",
            three("up 10m", "up 10m", "up 5m, missed 5m"),
            "6m",
            "10m",
        ),
    ],
    "ProbeStalled": [
        fires(
            "the last observation is more than three minutes old",
            probe("up 5m, stalled 10m"),
            "9m30s",
            summary="The probe runs but no longer observes, so nobody is watching SPOT and IDM",
            description=(
                "Stalled: a:7768. The last observation is more than 3 minutes old.\n"
                "What the metrics say of its targets is old. Read its log and start it anew."
            ),
            job="spot-probe",
        ),
        fires("the probe has never observed anything", probe("new 10m"), "5m", job="spot-probe"),
        quiet("it observes, though everything is down", probe("unannounced 10m"), "5m", "10m"),
        quiet("it has only just been started", probe("new 1m, up 5m"), "1m", "5m"),
    ],
    "ProbeNetworkDown": [
        fires(
            "the probe's own network is down for more than a minute",
            probe("up 5m, inconclusive 5m"),
            "6m30s",
            summary="The probe's own network is down, so nobody is watching SPOT and IDM",
            description=(
                "Cut off: a:7768. The targets fail, and so do the independent addresses by which "
                "the probe tells whose fault that is.\n"
                "This says nothing about SPOT and IDM: they may be up. Look at the probe's own "
                "connection, name server and proxy."
            ),
            job="spot-probe",
        ),
        fires(
            "one vantage point is gone and one cut off: of three, one is left",
            three("up 10m", "up 5m, inconclusive 5m", "up 5m, missed 5m"),
            "6m30s",
            job="spot-probe",
        ),
        quiet(
            "a single probe was inconclusive",
            probe("up 5m, inconclusive 30s, up 5m"),
            "5m30s",
            "6m",
            "7m",
        ),
        quiet(
            "one of three vantage points is cut off",
            three("up 10m", "up 10m", "up 5m, inconclusive 5m"),
            "6m",
            "10m",
        ),
    ],
    "ClockSkew": [
        fires(
            "both targets' clocks are a minute ahead of ours",
            told("probe_clock_skew_seconds", "60 1h", target="spot").also(
                told("probe_clock_skew_seconds", "61 1h", target="idm")
            ),
            "20m",
            summary="The clock of a:7768 is wrong",
            description=(
                "Every target that says the time disagrees with this probe, by 1m 0s at least. "
                "Windows are judged by its clock: at their edges it excuses, or pages, wrongly.\n"
                "See to its NTP."
            ),
            instance="a:7768",
        ),
        quiet(
            "one target's own clock is wrong",
            told("probe_clock_skew_seconds", "3600 1h", target="spot").also(
                told("probe_clock_skew_seconds", "0.4 1h", target="idm")
            ),
            "20m",
            "1h",
        ),
    ],
    "JournalWriteFailures": [
        fires(
            "a record could not be written",
            told("probe_journal_write_failures_total", "0 5m, 1 10m"),
            "6m",
            summary="a:7768 cannot write its journal",
            description=(
                "Probing and paging go on, but observations and notices of this time are not "
                "kept, and a restart forgets them.\n"
                "Look at the space and the rights of its `--storage.path`."
            ),
            instance="a:7768",
        ),
        quiet(
            "every record was written",
            told("probe_journal_write_failures_total", "3 1h"),
            "5m",
            "1h",
        ),
    ],
    "ReloadFailed": [
        fires(
            "a reload was refused",
            told("probe_config_last_reload_successful", "1 5m, 0 10m"),
            "5m",
            summary="a:7768 refused its configuration",
            description=(
                "The old configuration stays in force. `spot-probe check-config` says all that is"
                " wrong with the file."
            ),
            instance="a:7768",
        ),
        quiet(
            "the file was put right and accepted",
            told("probe_config_last_reload_successful", "0 5m, 1 20m"),
            "5m",
            "20m",
        ),
    ],
    "TicksSkipped": [
        fires(
            "two due times passed while a probe still ran",
            told("probe_ticks_skipped_total", "0 5m, 2 10m", target="spot"),
            "6m",
            summary="a:7768 skips probes of spot",
            description=(
                "About 2 due times passed in 15 minutes while the last probe still ran. The "
                "machine is overloaded or was suspended."
            ),
            instance="a:7768",
            target="spot",
        ),
        quiet(
            "no due time passed",
            told("probe_ticks_skipped_total", "7 1h", target="spot"),
            "5m",
            "1h",
        ),
    ],
    "VantagePointBlind": [
        fires(
            "one of three vantage points is cut off for ten minutes",
            three("up 30m", "up 30m", "up 5m, inconclusive 25m", step=60),
            "17m",
            summary="One of several vantage points is blind: c:7768 (network)",
            description=(
                "`gone`: Prometheus cannot reach it. `stalled`: it runs and does not observe. "
                "`network`: its own network is down.\n"
                "The others still judge and page; if half of them are blind, that is a page."
            ),
            job="spot-probe",
            instance="c:7768",
            cause="network",
        ),
        fires(
            "one of three vantage points is gone for ten minutes",
            three("up 30m", "up 30m", "up 5m, missed 25m", step=60),
            "17m",
            job="spot-probe",
            instance="c:7768",
            cause="gone",
        ),
        quiet(
            "the only probe is blind: that is a page",
            probe("up 5m, missed 30m", step=60),
            "10m",
            "30m",
        ),
        quiet(
            "one of three was cut off for a few minutes",
            three("up 30m", "up 30m", "up 5m, inconclusive 5m, up 20m", step=60),
            "10m",
            "15m",
            "20m",
        ),
    ],
}
