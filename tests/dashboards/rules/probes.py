"""The probes themselves: for each alert about them when it fires and when it does not."""

from tests.dashboards.cases import Cases, fires, quiet
from tests.dashboards.scenes import Scene, probe, sampled, selector, three, told


def counts(name: str, values: str, **labels: str) -> Scene:
    """Return a counter of SPOT, a sample each minute, as promtool writes values."""
    return Scene(step=60, series={selector(name, {"target": "spot"} | labels): values})


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
            resolved="Prometheus reaches the probes again",
            job="spot-probe",
        ),
        fires("no probe is scraped at all", Scene(), "2m", job="spot-probe"),
        fires(
            "most scrapes fail: it comes and goes",
            probe("up 5m, missed 1m, up 30s, missed 1m, up 30s, missed 1m, up 30s"),
            "9m",
            job="spot-probe",
        ),
        fires(
            "two of three vantage points are gone, and one still judges",
            three("up 10m", "up 5m, missed 5m", "up 5m, missed 5m"),
            "6m30s",
            summary=("Prometheus cannot reach the probe, so most of the vantage points are blind"),
            description=(
                "Not reached: b:7768 c:7768.\n"
                "The others still judge and page. See whether the program and its machine run."
            ),
            resolved="Prometheus reaches the probes again",
            job="spot-probe",
        ),
        quiet("a scrape fails once", probe("up 5m, missed 30s, up 5m"), "5m", "6m", "7m"),
        quiet(
            "one of two vantage points was stopped: the other still watches",
            three("up 30m", "up 5m, missed 25m"),
            "6m30s",
            "10m",
            "30m",
        ),
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
                "Stalled: spot from a:7768 (5m 0s).\n"
                "What the metrics say of these targets is old. Read its log and start it anew."
            ),
            resolved="The probes observe again",
            job="spot-probe",
        ),
        fires("the probe has never observed anything", probe("new 10m"), "5m", job="spot-probe"),
        fires(
            "one target has never been observed, while another is",
            probe("new 10m").also(probe("up 10m", target="idm")),
            "5m",
            job="spot-probe",
        ),
        fires(
            "a probe that looks every ten minutes has not done so for more than half an hour",
            probe("up 5m, stalled 1h", interval=600, step=60),
            "37m",
            job="spot-probe",
        ),
        quiet(
            "a probe looks every ten minutes, and did so nine minutes ago",
            probe("up 1m, stalled 9m, up 1m, stalled 9m", interval=600),
            "9m",
            "15m",
            "20m",
        ),
        quiet(
            "a target was added a minute ago to a probe that has run for long",
            probe("removed 30m, new 1m, up 5m").also(
                probe("up 36m", target="idm"),
                sampled("probe_config_last_reload_success_timestamp_seconds", "0 30m, 1800 6m"),
            ),
            "30m30s",
            "31m",
            "35m",
        ),
        quiet("it observes, though everything is down", probe("unannounced 10m"), "5m", "10m"),
        quiet("it has only just been started", probe("new 1m, up 5m"), "1m", "5m"),
    ],
    "ProbeNetworkDown": [
        fires(
            "the probe's own network is down for more than a minute",
            probe("up 5m, inconclusive 5m"),
            "6m30s",
            summary="The network of the probe is down, so nobody is watching SPOT and IDM",
            description=(
                "Cut off: a:7768. The targets fail, and so do the independent addresses by which "
                "the probe tells whose fault that is.\n"
                "This says nothing about SPOT and IDM: they may be up. Look at the probe's own "
                "connection, name server and proxy."
            ),
            resolved="The probes have their network again",
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
    "ProbeStarved": [
        fires(
            "the machine has been overloaded for more than a minute",
            probe("up 5m, starved 5m"),
            "6m30s",
            summary="The machine of the probe is overloaded, so nobody is watching SPOT and IDM",
            description=(
                "Starved: a:7768. The probe got too little processor time, memory or descriptors, "
                "and what failed meanwhile may be its own fault.\n"
                "This says nothing about SPOT and IDM: they may be up. Look at what else runs on "
                "that machine, and at its limits."
            ),
            resolved="The probes have what they need again",
            job="spot-probe",
        ),
        fires(
            "every second probe of one target is starved, and the other target is up",
            probe("up 5m, starved 30s, up 30s, starved 30s, up 30s, starved 30s, up 30s").also(
                probe("up 8m", target="idm")
            ),
            "7m30s",
            job="spot-probe",
        ),
        quiet("a single probe was starved", probe("up 5m, starved 30s, up 5m"), "5m30s", "7m"),
        quiet("its network is down", probe("up 5m, inconclusive 5m"), "6m30s", "10m"),
        quiet(
            "one of two vantage points is starved",
            three("up 30m", "up 5m, starved 25m"),
            "10m",
            "30m",
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
            resolved="The clock of a:7768 is right again",
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
            told("probe_journal_write_failures_total", "0 5m, 1 10m").also(
                told("probe_journal_queue_length", "0 5m, 12 10m")
            ),
            "6m",
            summary="a:7768 cannot write its journal",
            description=(
                "Probing and paging go on; what is not written waits in a queue (12 records) and "
                "is lost with a restart.\n"
                "Look at the space and the rights of its `--storage.path`."
            ),
            resolved="a:7768 writes its journal again",
            instance="a:7768",
        ),
        fires(
            "it has been unable to write for long, and has not tried again",
            told("probe_journal_healthy", "1 5m, 0 1h").also(
                told("probe_journal_write_failures_total", "0 5m, 1 1h")
            ),
            "50m",
            instance="a:7768",
        ),
        quiet(
            "every record was written",
            told("probe_journal_write_failures_total", "3 1h").also(
                told("probe_journal_healthy", "1 1h")
            ),
            "5m",
            "1h",
        ),
    ],
    "JournalSetAside": [
        fires(
            "the file was torn when the probe started",
            told("probe_journal_files_set_aside_total", "1 10m"),
            "5m",
            summary="a:7768 could not read its journal and has begun a new one",
            description=(
                "The old file is kept beside it, under a name that says so. Observations, notices "
                "and reviews in it count no longer: what was published is read again, what people "
                "had reviewed waits for them again.\n"
                "The log says what was wrong with the file. This lasts until the probe is started "
                "anew."
            ),
            resolved="a:7768 has read its journal",
            instance="a:7768",
        ),
        quiet("its journal was read", told("probe_journal_files_set_aside_total", "0 10m"), "5m"),
    ],
    "ReloadFailed": [
        fires(
            "a reload was refused",
            told("probe_config_last_reload_successful", "1 5m, 0 10m"),
            "5m",
            summary="a:7768 refused its configuration",
            description=(
                "The old configuration stays in force. What is wrong with the file is said by "
                "`spot-probe check-config`, `promtool check config` or `amtool check-config`, by "
                "whose it is."
            ),
            resolved="a:7768 has accepted its configuration",
            instance="a:7768",
        ),
        fires(
            "Alertmanager has refused its own",
            told(
                "alertmanager_config_last_reload_successful",
                "1 5m, 0 10m",
                job="alertmanager",
                instance="alertmanager:9093",
            ),
            "6m",
            instance="alertmanager:9093",
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
            resolved="a:7768 probes spot whenever it is due again",
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
                "`network`: its own network is down. `starved`: its machine is overloaded.\n"
                "The others still judge and page; if more than half of them are blind, that is a "
                "page."
            ),
            resolved="c:7768 sees again, or most of the others are blind, too",
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
        fires(
            "one of two vantage points was stopped",
            three("up 30m", "up 5m, missed 25m", step=60),
            "17m",
            job="spot-probe",
            instance="b:7768",
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
    "ProbesInconclusive": [
        fires(
            "one probe in ten was starved for an hour",
            counts("probe_observations_total", "0+2x120").also(
                counts("probe_inconclusive_total", "0+0.2x120", cause="starved"),
                counts("probe_inconclusive_total", "0x120", cause="network"),
            ),
            "1h30m",
            summary="10% of what a:7768 saw within an hour says nothing (starved)",
            description=(
                "`network`: its own network was down while a target failed. `starved`: it got too "
                "little processor time, memory or descriptors to judge.\n"
                "An outage in such a moment is seen late, or not at all."
            ),
            resolved="a:7768 can judge again what it sees",
            instance="a:7768",
            cause="starved",
        ),
        quiet(
            "one probe in a hundred was",
            counts("probe_observations_total", "0+2x120").also(
                counts("probe_inconclusive_total", "0+0.02x120", cause="network")
            ),
            "30m",
            "2h",
        ),
    ],
    "TaskRestarted": [
        fires(
            "a feed's task has failed and was begun again",
            told("probe_task_restarts_total", "0 10m, 1 1h", task="feed first-coast"),
            "20m",
            summary=("A part of a:7768 has failed and was begun again: feed first-coast"),
            description=(
                "About 1 times within the hour. It is a fault of the program: its log has the "
                "traceback.\n"
                "Probing goes on. Report it with the traceback."
            ),
            resolved="feed first-coast of a:7768 has run for an hour without a fault",
            instance="a:7768",
            task="feed first-coast",
        ),
        quiet(
            "it failed long ago",
            told("probe_task_restarts_total", "1 2h", task="feed first-coast"),
            "10m",
            "2h",
        ),
    ],
}
