"""The dashboard about the probes themselves and what they read."""

from grafana_foundation_sdk.models import dashboard

from dashboards.grafana.board import board, variable
from dashboards.grafana.panels import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    SKY,
    VERMILLION,
    Query,
    coloured,
    figures,
    over_time,
    rows,
)
from probe.types import FeedFailure, NoticeState, Reason

I = 'job="spot-probe",instance=~"$instance"'  # noqa: E741 - every selector has it
NO_YES = {"0": ("no", VERMILLION), "1": ("yes", GREEN)}
FRESH = ((None, GREEN), (1800, ORANGE), (3600, VERMILLION))


def probes() -> list[dashboard.Panel]:
    """Return whether the probes observe."""
    return [
        figures(
            "Reached",
            "Whether Prometheus reaches each probe.",
            Query(expr=f"up{{{I}}}", legend="{{instance}}"),
            words=NO_YES,
        ),
        figures(
            "Last observation",
            "Age of each target's newest observation; after 3 minutes a probe has no vote.",
            Query(
                expr=f"time() - probe_last_observation_timestamp_seconds{{{I}}}",
                legend="{{target}} from {{instance}}",
            ),
            unit="s",
            steps=((None, GREEN), (90, ORANGE), (180, VERMILLION)),
        ),
        figures(
            "Configuration accepted",
            "Whether the last reload was accepted; if not, the one before is in force.",
            Query(expr=f"probe_config_last_reload_successful{{{I}}}", legend="{{instance}}"),
            words=NO_YES,
        ),
        rows(
            "Versions",
            "What runs at each vantage point, and since when.",
            Query(expr=f"max by (instance, version, python) (probe_build_info{{{I}}})", now=True),
            Query(expr=f"max by (instance) (process_start_time_seconds{{{I}}}) * 1000", now=True),
            names={
                "instance": "Probe",
                "version": "Version",
                "python": "Python",
                "Value #B": "Started",
            },
            units={"Started": "dateTimeFromNow"},
            width=6,
        ),
        over_time(
            "Schedule delay",
            "How long after its due time a probe started: the middle one, and one in a hundred.",
            *(
                Query(
                    expr=f"histogram_quantile({part}, sum by (instance, le) "
                    f"(rate(probe_schedule_delay_seconds_bucket{{{I}}}[$__rate_interval])))",
                    legend=f"{name} {{{{instance}}}}",
                )
                for part, name in (("0.5", "p50"), ("0.99", "p99"))
            ),
            unit="s",
            colours={"/p50/": BLUE, "/p99/": ORANGE},
        ),
        over_time(
            "Probes that did not count",
            "Inconclusive probes, and due times that were skipped.",
            Query(
                expr="sum by (instance) "
                f"(increase(probe_inconclusive_total{{{I}}}[$__rate_interval]))",
                legend="inconclusive {{instance}}",
            ),
            Query(
                expr="sum by (instance) "
                f"(increase(probe_ticks_skipped_total{{{I}}}[$__rate_interval]))",
                legend="skipped {{instance}}",
            ),
            colours={"/inconclusive/": GREY, "/skipped/": VERMILLION},
        ),
        over_time(
            "Attempts per probe",
            "1 while every first attempt succeeds; up to the target's `attempts` while all fail.",
            Query(
                expr=f"sum by (target) (rate(probe_attempts_total{{{I}}}[$__rate_interval])) "
                f"/ sum by (target) (rate(probe_observations_total{{{I}}}[$__rate_interval]))",
                legend="{{target}}",
            ),
        ),
        over_time(
            "Failed attempts by reason",
            "Attempts that failed in each interval, those that a repeat put right included.",
            Query(
                expr="sum by (reason) "
                f"(increase(probe_attempt_failures_total{{{I}}}[$__rate_interval]))",
                legend="{{reason}}",
            ),
            stacked=True,
            colours=coloured(Reason),
        ),
    ]


def feeds() -> list[dashboard.Panel]:
    """Return how the feeds are read, and what they say."""
    return [
        figures(
            "Read well",
            "How long ago each feed was last read well.",
            Query(
                expr=f"time() - probe_feed_last_success_timestamp_seconds{{{I}}}",
                legend="{{feed}} at {{instance}}",
            ),
            unit="dtdurations",
            steps=FRESH,
        ),
        figures(
            "Said something new",
            "How long ago each feed last said something new.",
            Query(
                expr=f"time() - probe_feed_last_change_timestamp_seconds{{{I}}}",
                legend="{{feed}} at {{instance}}",
            ),
            unit="dtdurations",
        ),
        over_time(
            "Feed failures by reason",
            "Times that a feed gave nothing that could be read, of the times it was asked.",
            Query(
                expr="sum by (reason) "
                f"(increase(probe_feed_failures_total{{{I}}}[$__rate_interval]))",
                legend="{{reason}}",
            ),
            Query(
                expr=f"sum(increase(probe_feed_fetches_total{{{I}}}[$__rate_interval]))",
                legend="asked",
            ),
            colours=coloured((*FeedFailure, "asked")),
        ),
        over_time(
            "Notices by state",
            "The notices that stand in all feeds; a refused one waits for a person.",
            Query(
                expr=f"max by (state) (sum by (instance, state) (probe_notices{{{I}}}))",
                legend="{{state}}",
            ),
            stacked=True,
            colours=coloured(NoticeState),
        ),
        over_time(
            "Journal write failures",
            "Records that could not be written in each interval.",
            Query(
                expr="sum by (instance) "
                f"(increase(probe_journal_write_failures_total{{{I}}}[$__rate_interval]))",
                legend="{{instance}}",
            ),
            colours={"/.+/": VERMILLION},
        ),
    ]


def process() -> list[dashboard.Panel]:
    """Return what the programs use."""
    return [
        over_time(
            "Memory",
            "Resident memory of each probe.",
            Query(expr=f"process_resident_memory_bytes{{{I}}}", legend="{{instance}}"),
            unit="bytes",
            width=8,
            colours={"/.+/": BLUE},
        ),
        over_time(
            "CPU",
            "Processor time of each probe, 1 is one core.",
            Query(
                expr=f"rate(process_cpu_seconds_total{{{I}}}[$__rate_interval])",
                legend="{{instance}}",
            ),
            width=8,
            colours={"/.+/": SKY},
        ),
        over_time(
            "Clock skew",
            "How far each target's clock is from the probe's; if all agree, the probe's is wrong.",
            Query(
                expr=f"abs(probe_clock_skew_seconds{{{I}}})", legend="{{target}} from {{instance}}"
            ),
            unit="s",
            width=8,
        ),
    ]


def dashboard_() -> dashboard.Dashboard:
    """Return the dashboard *Probe health*."""
    return board(
        "probe-health",
        "Probe health",
        "Whether the probes observe, the feeds are read and the journal is kept.",
        variable("instance", "Probe", 'label_values(up{job="spot-probe"}, instance)'),
        {"Probes": probes(), "Feeds": feeds(), "Process": process()},
    )
