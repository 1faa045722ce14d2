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
            nothing="no probe is scraped",
        ),
        figures(
            "Last observation",
            "Age of each target's newest observation; after three intervals, 3 minutes at least, a "
            "probe has no vote.",
            Query(
                expr=f"time() - probe_last_observation_timestamp_seconds{{{I}}}",
                legend="{{target}} from {{instance}}",
            ),
            unit="s",
            steps=((None, GREEN), (90, ORANGE), (180, VERMILLION)),
            nothing="never observed",
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
            Query(
                expr=f"max by (instance, version, python) (probe_build_info{{{I}}})",
            ),
            Query(
                expr=f"max by (instance) (process_start_time_seconds{{{I}}}) * 1000",
            ),
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
            "Stalls of the event loop",
            "How long the program stood still: the worst of a hundred times; over a quarter of a "
            "deadline a failure is inconclusive.",
            Query(
                expr="histogram_quantile(0.99, sum by (instance, le) "
                f"(rate(probe_loop_stall_seconds_bucket{{{I}}}[$__rate_interval])))",
                legend="{{instance}}",
            ),
            unit="s",
            colours={"/.+/": BLUE},
        ),
        over_time(
            "Probes that did not count",
            "Inconclusive probes by what was at fault with us, and due times that were skipped.",
            Query(
                expr="sum by (instance, cause) "
                f"(increase(probe_inconclusive_total{{{I}}}[$__rate_interval]))",
                legend="{{cause}} {{instance}}",
            ),
            Query(
                expr="sum by (instance) "
                f"(increase(probe_ticks_skipped_total{{{I}}}[$__rate_interval]))",
                legend="skipped {{instance}}",
            ),
            colours={"/network/": GREY, "/starved/": ORANGE, "/skipped/": VERMILLION},
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
            nothing="never read",
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
            "Notices that began to wait",
            "Notices that could not be understood, in each interval.",
            Query(
                expr=f"max by (feed) (increase(probe_notices_refused_total{{{I}}}"
                "[$__rate_interval]))",
                legend="{{feed}}",
            ),
            colours={"/.+/": ORANGE},
        ),
        rows(
            "Notices that wait for a person",
            "The newest of those that could not be understood.",
            Query(
                expr=f"max by (feed, fingerprint, words) (probe_notice_waiting_info{{{I}}})",
            ),
            names={"feed": "Feed", "fingerprint": "Fingerprint", "words": "Words"},
            nothing="none waits",
            height=8,
        ),
    ]


def journal() -> list[dashboard.Panel]:
    """Return whether the journal is kept, and what failed in the program itself."""
    return [
        figures(
            "Written",
            "Whether the last write to each journal succeeded.",
            Query(expr=f"probe_journal_healthy{{{I}}}", legend="{{instance}}"),
            words=NO_YES,
            height=8,
        ),
        over_time(
            "Waiting to be written",
            "Records in the queue of each journal.",
            Query(expr=f"probe_journal_queue_length{{{I}}}", legend="{{instance}}"),
            width=9,
            colours={"/.+/": BLUE},
        ),
        over_time(
            "Failures of the program",
            "Journal writes that failed, and tasks that were begun again, in each interval.",
            Query(
                expr="sum by (instance) "
                f"(increase(probe_journal_write_failures_total{{{I}}}[$__rate_interval]))",
                legend="journal {{instance}}",
            ),
            Query(
                expr="sum by (instance, task) "
                f"(increase(probe_task_restarts_total{{{I}}}[$__rate_interval]))",
                legend="{{task}} {{instance}}",
            ),
            width=9,
            colours={"/journal/": VERMILLION, "/.+/": ORANGE},
        ),
    ]


def alerting() -> list[dashboard.Panel]:
    """Return whether an alert can reach anybody."""
    return [
        figures(
            "Prometheus and Alertmanager",
            "Whether Prometheus reaches itself and Alertmanager.",
            Query(expr='up{job=~"prometheus|alertmanager"}', legend="{{job}} {{instance}}"),
            words=NO_YES,
            nothing="neither is scraped",
            height=8,
        ),
        over_time(
            "Notifications",
            "What Alertmanager has sent by each integration, and what has failed.",
            Query(
                expr="sum by (integration) "
                "(increase(alertmanager_notifications_total[$__rate_interval]))",
                legend="{{integration}}",
            ),
            Query(
                expr="sum by (integration) "
                "(increase(alertmanager_notifications_failed_total[$__rate_interval]))",
                legend="{{integration}} failed",
            ),
            width=9,
            colours={"/failed/": VERMILLION},
        ),
        over_time(
            "Rules that cannot be evaluated",
            "Evaluations that failed in each interval, by group.",
            Query(
                expr="sum by (rule_group) "
                "(increase(prometheus_rule_evaluation_failures_total[$__rate_interval]))",
                legend="{{rule_group}}",
            ),
            width=9,
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
        "Whether probes observe, feeds are read, the journal is kept and alerts get through.",
        variable("instance", "Probe", 'label_values(up{job="spot-probe"}, instance)'),
        {
            "Probes": probes(),
            "Feeds": feeds(),
            "Journal": journal(),
            "Process": process(),
            "Alerting": alerting(),
        },
    )
