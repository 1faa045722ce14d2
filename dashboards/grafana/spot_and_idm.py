"""The dashboard that a page links to: what is the case, since when, and what was published."""

from grafana_foundation_sdk.models import dashboard

from dashboards.grafana.board import board, variable
from dashboards.grafana.panels import (
    BLUE,
    GREEN,
    GREY,
    NOT_KNOWN,
    ORANGE,
    SKY,
    STATES,
    VERMILLION,
    YELLOW,
    Query,
    bars,
    coloured,
    figures,
    over_time,
    rows,
    timeline,
)
from probe.types import Because, Phase, Reason

J = 'job="spot-probe"'
T = 'job="spot-probe",target=~"$target"'
WINDOWS = ("5m", "30m", "1h", "6h", "3d", "30d")
STATUS = {
    "1": ("available", GREEN),
    "2": ("degraded", YELLOW),
    "3": ("unavailable", VERMILLION),
    "0": (NOT_KNOWN, GREY),
}


def now() -> list[dashboard.Panel]:
    """Return what somebody who was woken looks at first."""
    start = f"max by (component, impact) (probe_maintenance_start_timestamp_seconds{{{J}}})"
    end = f"max by (component, impact) (probe_maintenance_end_timestamp_seconds{{{J}}})"
    return [
        figures(
            "State",
            "What at least half of the vantage points that can judge say of each target.",
            Query(expr='target:probe_state:code{target=~"$target"}', legend="{{target}}"),
            words=STATES,
        ),
        figures(
            "Published status",
            "What the status page last said of each component, to hold beside the measured state.",
            Query(
                expr=f"""max by (component) (
  1 * probe_published_status{{{J},status="available"}}
  or 2 * probe_published_status{{{J},status="degraded"}}
  or 3 * probe_published_status{{{J},status="unavailable"}}
)""",
                legend="{{component}}",
            ),
            words=STATUS,
        ),
        figures(
            "Failing since",
            "When the failing streak of a target began.",
            Query(
                expr="1000 * ("
                f"min by (target) (probe_failing_since_timestamp_seconds{{{T}}} > 0) "
                f"or max by (target) (probe_failing_since_timestamp_seconds{{{T}}}))",
                legend="{{target}}",
            ),
            unit="dateTimeFromNow",
            words={"0": ("does not fail", GREEN)},
            steps=((None, VERMILLION),),
        ),
        figures(
            "Receipt cutoff",
            "Time left until a submission gets the next business day as its receipt date.",
            Query(
                expr=f"max(probe_receipt_cutoff_timestamp_seconds{{{J}}}) - time()",
                legend="to the cutoff",
            ),
            unit="dtdurations",
            steps=((None, VERMILLION), (3600, ORANGE), (4 * 3600, BLUE)),
        ),
        rows(
            "Open and next windows",
            "For each component and impact the published window that is open, or else the next.",
            Query(
                expr=f"max by (component, impact) (probe_maintenance_active{{{J}}}) and {start}",
            ),
            Query(
                expr=f"{start} * 1000",
            ),
            Query(
                expr=f"{end} * 1000",
            ),
            Query(
                expr=f"{start} - time() > 0",
            ),
            Query(
                expr=f"{end} - time()",
            ),
            names={
                "component": "Component",
                "impact": "Impact",
                "Value #A": "Open",
                "Value #B": "Starts",
                "Value #C": "Ends",
                "Value #D": "Starts in",
                "Value #E": "Ends in",
            },
            units={
                "Open": "bool_yes_no",
                "Starts": "dateTimeAsLocal",
                "Ends": "dateTimeAsLocal",
                "Starts in": "dtdurations",
                "Ends in": "dtdurations",
            },
            width=16,
            height=6,
        ),
        rows(
            "Why it is unexpected",
            "The reasons for calling a failure unexpected, and how many vantage points give each.",
            Query(
                expr='target_because:probe_vantage_points:count{target=~"$target"} > 0',
            ),
            names={"target": "Target", "because": "Because", "Value": "Vantage points"},
            nothing="nothing fails unexpectedly",
            width=8,
            height=6,
        ),
    ]


def history() -> list[dashboard.Panel]:
    """Return the states over time."""
    code = "\n".join(
        (
            f'  1 * probe_verdict{{{T},verdict="up"}}',
            f'  or 2 * probe_verdict{{{T},verdict="expected"}}',
            f'  or 3 * probe_verdict{{{T},verdict="unexpected"}}',
        )
    )
    return [
        timeline(
            "Verdicts",
            "The state of each target over time; the bands are published outages.",
            Query(expr='target:probe_state:code{target=~"$target"}', legend="{{target}}"),
        ),
        timeline(
            "Verdicts by vantage point",
            "What each probe saw; where there is nothing it could not judge.",
            Query(
                expr=f"max by (target, instance) (\n{code}\n)",
                legend="{{target}} from {{instance}}",
            ),
        ),
    ]


def availability() -> list[dashboard.Panel]:
    """Return availability both ways, downtime and the error budget."""

    def each(record: str, name: str = "{{target}}") -> list[Query]:
        return [
            Query(expr=f'{record}{window}{{target=~"$target"}}', legend=f"{name} {window}")
            for window in WINDOWS
        ]

    low = ((None, VERMILLION), (0.99, ORANGE), (0.995, GREEN))
    return [
        bars(
            "Availability, all failures",
            "Share of the measured time in which a target was up, planned or not.",
            *each("target:probe_availability:ratio"),
            unit="percentunit",
            steps=low,
        ),
        bars(
            "Availability, unexpected failures only",
            "Share of the measured time outside published downtime in which a target was up.",
            *each("target:probe_unplanned_availability:ratio"),
            unit="percentunit",
            steps=low,
        ),
        figures(
            "Error budget left",
            "What is left of the unexpected downtime that 30 days allow; below 0 it is overspent.",
            Query(
                expr='target:probe_error_budget_remaining:ratio30d{target=~"$target"}',
                legend="{{target}}",
            ),
            unit="percentunit",
            steps=((None, VERMILLION), (0.25, ORANGE), (0.5, GREEN)),
            height=8,
        ),
        bars(
            "Downtime in 30 days",
            "Expected and unexpected downtime, the mean of the vantage points that could judge.",
            Query(
                expr='target_verdict:probe_time_seconds:sum30d{target=~"$target",verdict!="up"}',
                legend="{{target}} {{verdict}}",
            ),
            unit="dtdurations",
            width=6,
        ),
        over_time(
            "Burn rate",
            "How many times as fast as allowed the budget is spent; 14.4 over an hour pages.",
            *(
                Query(
                    expr=f'target:probe_burn_rate:ratio{window}{{target=~"$target"}}',
                    legend=f"{{{{target}}}} {window}",
                )
                for window in ("1h", "6h", "3d")
            ),
            colours={"/spot 1h/": BLUE, "/spot 6h/": SKY, "/spot 3d/": GREY}
            | {"/idm 1h/": VERMILLION, "/idm 6h/": ORANGE, "/idm 3d/": YELLOW},
        ),
    ]


def failures() -> list[dashboard.Panel]:
    """Return why targets fail."""
    return [
        over_time(
            "Failed probes by reason",
            "Confirmed failures in each interval, expected and unexpected together, by reason.",
            Query(
                expr=f"sum by (reason) (increase(probe_failures_total{{{T}}}[$__rate_interval]))",
                legend="{{reason}}",
            ),
            stacked=True,
            colours=coloured(Reason),
        ),
        over_time(
            "Unexpected because",
            "How many vantage points call a failure unexpected, by why.",
            Query(
                expr="sum by (because) "
                '(target_because:probe_vantage_points:count{target=~"$target"})',
                legend="{{because}}",
            ),
            stacked=True,
            colours=coloured(Because),
        ),
    ]


def login() -> list[dashboard.Panel]:
    """Return how long the login pages take, and their certificates."""
    bucket = f"rate(probe_response_duration_seconds_bucket{{{T}}}[$__rate_interval])"
    return [
        over_time(
            "Login latency of $target by phase",
            "Where the last attempt's time went, the mean of the vantage points.",
            Query(expr=f"avg by (phase) (probe_http_duration_seconds{{{T}}})", legend="{{phase}}"),
            unit="s",
            stacked=True,
            colours=coloured(Phase),
            each="target",
        ),
        over_time(
            "Login latency, percentiles",
            "The time within which 50, 90 and 99 of 100 answers came.",
            *(
                Query(
                    expr=f"histogram_quantile({part}, sum by (target, le) ({bucket}))",
                    legend=f"{{{{target}}}} p{part[2:]:0<2}",
                )
                for part in ("0.5", "0.9", "0.99")
            ),
            unit="s",
            colours={"/spot p50/": SKY, "/spot p90/": BLUE, "/spot p99/": GREY}
            | {"/idm p50/": YELLOW, "/idm p90/": ORANGE, "/idm p99/": VERMILLION},
        ),
        figures(
            "Certificate",
            "Days until the first certificate that a target presents ends.",
            Query(
                expr=f"(min by (target) (probe_ssl_earliest_cert_expiry{{{T}}}) - time()) / 86400",
                legend="{{target}}",
            ),
            unit="d",
            steps=((None, VERMILLION), (14, ORANGE), (30, GREEN)),
        ),
        figures(
            "HTTP status",
            "The status of the last answer; 0 where there was none.",
            Query(
                expr=f"max by (target, instance) (probe_http_status_code{{{T}}})",
                legend="{{target}} from {{instance}}",
            ),
            unit="none",
        ),
        rows(
            "Connection",
            "The TLS version and address family of the last connection.",
            Query(
                expr=f"max by (target, version) (probe_tls_version_info{{{T}}})",
            ),
            Query(
                expr=f"max by (target) (probe_ip_protocol{{{T}}})",
            ),
            names={"target": "Target", "version": "TLS", "Value #B": "IP"},
        ),
    ]


def dashboard_() -> dashboard.Dashboard:
    """Return the dashboard *SPOT and IDM*."""
    return board(
        "spot-and-idm",
        "SPOT and IDM",
        "The state of both login endpoints, and what was announced about them.",
        variable("target", "Target", f"label_values(probe_verdict{{{J}}}, target)"),
        {
            "Now": now(),
            "Over time": history(),
            "Availability": availability(),
            "Failures": failures(),
            "Login": login(),
        },
    )
