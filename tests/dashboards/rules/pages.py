"""What wakes somebody because of a target: for each alert when it fires and does not."""

from tests.dashboards.cases import Cases, fires, quiet
from tests.dashboards.scenes import Series, probe, sampled, three

UP = probe("up 1h", target="idm")

KNOWN: Series = (
    sampled("probe_published_status", "1 1h", component="spot", status="available")
    | sampled("probe_receipt_cutoff_timestamp_seconds", "7800 1h")
    | sampled(
        "probe_maintenance_start_timestamp_seconds", "86400 1h", component="spot", impact="outage"
    )
)

CASES: Cases = {
    "TargetUnexpectedlyDown": [
        fires(
            "an outage that nobody announced, at the first scrape that shows it",
            probe("up 10m, unannounced 5m").also(UP, KNOWN),
            "10m",
            summary="spot is down, and nothing that was published excuses it",
            description=(
                "Since 1970-01-01 00:10:00 +0000 UTC (0s ago), seen by 1 of 1 vantage points that"
                " can judge.\n"
                "Reason: connect (no connection: refused or unreachable).\n"
                "Unexpected because: unannounced (nothing was announced).\n"
                "Published status: available.\n"
                "IDM: up.\n"
                "Receipt date: 2h 0m 0s to the cutoff.\n"
                "Next published window: 1970-01-02 00:00:00 +0000 UTC."
            ),
            target="spot",
        ),
        fires(
            "a failure that the announced maintenance does not explain",
            probe("up 5m, not_excused 5m", reason="tls"),
            "6m",
            target="spot",
        ),
        fires(
            "off-peak, once it has lasted 15 minutes",
            probe("up 5m, advisory 20m", target="idm"),
            "20m",
            target="idm",
        ),
        fires(
            "an outage that lasts into the off-peak hours goes on as the same alert",
            probe("up 5m, unannounced 5m, advisory 20m", target="idm", reason="timeout"),
            "12m",
            target="idm",
        ),
        fires(
            "two of three vantage points see it",
            three("up 5m, unannounced 5m", "up 5m, unannounced 5m", "up 10m"),
            "6m",
            target="spot",
        ),
        fires(
            "one of two vantage points that can judge sees it, the third is cut off",
            three("up 5m, unannounced 5m", "up 10m", "up 5m, inconclusive 5m"),
            "6m",
            target="spot",
        ),
        fires(
            "a scrape that fails once does not end the alert",
            probe("unannounced 5m, missed 30s, unannounced 5m"),
            "5m",
            target="spot",
        ),
        fires(
            "it is not called off because the probe has lost its own network, too",
            probe("up 1m, unannounced 2m, inconclusive 10m"),
            "8m",
            target="spot",
        ),
        quiet("everything is up", probe("up 10m").also(UP), "30s", "5m", "10m"),
        quiet(
            "before the first scrape that shows it, and after the last",
            probe("up 5m, unannounced 5m, up 5m"),
            "4m30s",
            "10m",
        ),
        quiet("the failure was announced", probe("up 5m, expected 10m, up 5m"), "5m", "10m", "15m"),
        quiet(
            "off-peak, within the first 15 minutes",
            probe("up 5m, advisory 20m", target="idm"),
            "5m",
            "10m",
            "19m30s",
        ),
        quiet(
            "one of three vantage points sees it",
            three("up 5m, unannounced 5m", "up 10m", "up 10m"),
            "5m",
            "10m",
        ),
        quiet(
            "the only probe's own network is down: it cannot judge",
            probe("up 5m, inconclusive 5m"),
            "5m",
            "10m",
        ),
        quiet(
            "a probe that has stalled on its last bad word has no vote",
            three("unannounced 1m, stalled 10m", "up 11m", "up 1m, missed 10m"),
            "5m",
            "10m",
        ),
        quiet(
            "nobody can judge, and when somebody last could it was up",
            probe("unannounced 1m, up 1m, missed 10m"),
            "1m30s",
            "3m",
            "10m",
        ),
        quiet(
            "nobody has been able to judge for 15 minutes",
            probe("unannounced 1m, inconclusive 20m"),
            "17m",
        ),
        quiet(
            "an overrun is another alert, and the page is not sent twice",
            probe("up 1m, expected 5m, overrun 5m"),
            "5m30s",
            "6m",
            "10m",
        ),
        quiet(
            "an overrun that nobody can judge any longer is still the same alert",
            probe("up 1m, expected 2m, overrun 2m, inconclusive 10m"),
            "5m",
            "8m",
            "12m",
        ),
        quiet(
            "SPOT has a minute to follow IDM back without a page of its own",
            probe("unannounced 5m30s, up 5m").also(probe("unannounced 5m, up 5m", target="idm")),
            "5m",
            "5m30s",
        ),
    ],
    "MaintenanceOverrun": [
        fires(
            "nor does it become another alert when the probe is gone",
            probe("up 1m, expected 2m, overrun 2m, missed 10m"),
            "12m",
            target="spot",
        ),
        fires(
            "the window has ended and the target has not come back",
            probe("up 1m, expected 5m, overrun 5m").also(UP, KNOWN),
            "6m",
            summary="spot is still down after its published maintenance window has ended",
            description=(
                "Since 1970-01-01 00:01:00 +0000 UTC (5m 0s ago), seen by 1 of 1 vantage points "
                "that can judge.\n"
                "Reason: connect (no connection: refused or unreachable).\n"
                "Unexpected because: overrun (the published window has ended and it is still "
                "down).\n"
                "Published status: available.\n"
                "IDM: up.\n"
                "Receipt date: 2h 4m 0s to the cutoff.\n"
                "Next published window: 1970-01-02 00:00:00 +0000 UTC."
            ),
            target="spot",
        ),
        quiet(
            "within the window, and when the target comes back inside it",
            probe("up 1m, unannounced 1m, expected 5m, up 5m"),
            "3m",
            "6m30s",
            "7m",
            "10m",
        ),
        quiet(
            "one of three vantage points has not yet seen it come back",
            three("expected 5m, overrun 1m", "expected 5m, up 1m", "expected 5m, up 1m"),
            "5m",
            "5m30s",
        ),
    ],
    "FastBudgetBurn": [
        fires(
            "one of three vantage points fails for hours and no outage pages",
            three("up 10m, unannounced 2h", "up 130m", "up 130m", step=60),
            "1h20m",
            summary="spot fails so often that its error budget will not last",
            description=(
                "spot was not down long enough, or not for enough vantage points, to page as an "
                "outage. It burns its error budget 66.7 times as fast as it may.\n"
                "Unexpected downtime in the last hour: 20m 0s.\n"
                "Left of the 30 days' budget: 89 %."
            ),
            target="spot",
        ),
        quiet(
            "the outage itself has paged",
            probe("up 10m, unannounced 10m, up 1h", step=60),
            "15m",
            "20m",
            "25m",
            "1h",
        ),
        quiet(
            "published maintenance spends nothing",
            probe("up 10m, expected 2h", step=60),
            "20m",
            "1h",
            "2h",
        ),
    ],
}
