"""What wakes somebody because of a target: for each alert when it fires and does not."""

from tests.dashboards.cases import Cases, fires, quiet
from tests.dashboards.scenes import Series, probe, sampled, three

UP = probe("up 1h", target="idm")
STARTS, ENDS = "Wed Dec 31, 6:00 PM EST (23:00 UTC)", "Wed Dec 31, 7:06 PM EST (00:06 UTC)"
NEXT = {
    "starts": "Thu Jan 1, 7:00 PM EST (00:00 UTC)",
    "ends": "Thu Jan 1, 9:00 PM EST (02:00 UTC)",
}

OVER = (
    "spot pages no longer: what was published excuses it from now on, or it is not probed any more"
)
SPOT_OUTAGE = {"component": "spot", "impact": "outage"}
KNOWN: Series = (
    sampled("probe_published_status", "1 1h", component="spot", status="available")
    | sampled("probe_receipt_cutoff_timestamp_seconds", "7800 1h")
    | sampled("probe_maintenance_start_timestamp_seconds", "86400 1h", step=30, **SPOT_OUTAGE)
    | sampled("probe_maintenance_info", "1 1h", step=30, words="", **SPOT_OUTAGE, **NEXT)
    | sampled("probe_timezone_offset_seconds", "-18000 1h", abbreviation="EST")
    | sampled(
        "probe_target_info",
        "1 1h",
        target="spot",
        url="https://spot.example/",
        contact="First Coast, 1-800-555-0100",
    )
)
OVERRUN_WINDOW = sampled(
    "probe_window_info",
    "1 1h",
    target="spot",
    starts=STARTS,
    ends=ENDS,
    words="SPOT will be unavailable 6 to 7:06 p.m.",
)


def failures(story: str, reason: str) -> Series:
    """Return how many unexpected failures of SPOT a probe has counted for a reason."""
    return sampled(
        "probe_failures_total", story, target="spot", expectation="unexpected", reason=reason
    )


CASES: Cases = {
    "TargetUnexpectedlyDown": [
        fires(
            "an outage that nobody announced, at the first scrape that shows it",
            probe("up 10m, unannounced 5m").also(UP, KNOWN),
            "10m",
            summary="spot is down, and nothing that was published excuses it",
            description=(
                "https://spot.example/ has failed since Wed Dec 31, 7:10 PM EST (00:10 UTC), "
                "0s ago, seen by 1 of 1 vantage points that can judge.\n"
                "Reason: connect (no connection: refused, unreachable or cut).\n"
                "Unexpected because: unannounced (nothing was announced).\n"
                "Published status: available.\n"
                "IDM: up.\n"
                "Receipt date: 2h 0m 0s to the cutoff.\n"
                "Next published window: Thu Jan 1, 7:00 PM EST (00:00 UTC) to "
                "Thu Jan 1, 9:00 PM EST (02:00 UTC).\n"
                "Whom to call: First Coast, 1-800-555-0100."
            ),
            resolved=OVER,
            target="spot",
        ),
        fires(
            "the reasons of this outage and of no other, though the last one was a moment ago",
            probe("up 5m, unannounced 1m, up 1m, unannounced 5m, up 5m", reason="dns").also(
                KNOWN, failures("0 5m, 2 7m", "status"), failures("0 7m, 1 30s, 2 30s, 3 5m", "tls")
            ),
            "9m",
            summary="spot is down, and nothing that was published excuses it",
            description=(
                "https://spot.example/ has failed since Wed Dec 31, 7:07 PM EST (00:07 UTC), "
                "2m 0s ago, seen by 1 of 1 vantage points that can judge. It comes and goes: 2 "
                "failures in 15 minutes.\n"
                "Reason: dns (the name is not resolved). tls (the certificate or the handshake is "
                "bad).\n"
                "Unexpected because: unannounced (nothing was announced).\n"
                "Published status: available.\n"
                "IDM: not known.\n"
                "Receipt date: 2h 1m 0s to the cutoff.\n"
                "Next published window: Thu Jan 1, 7:00 PM EST (00:00 UTC) to "
                "Thu Jan 1, 9:00 PM EST (02:00 UTC).\n"
                "Whom to call: First Coast, 1-800-555-0100."
            ),
            resolved=OVER,
            target="spot",
        ),
        fires(
            "it has come back, and may go again: how the page will end is told already",
            probe("up 10m, unannounced 5m, up 5m").also(UP, KNOWN),
            "16m",
            summary="spot is down, and nothing that was published excuses it",
            description=(
                "https://spot.example/ answers again; it failed since Wed Dec 31, 7:10 PM EST "
                "(00:10 UTC), 6m 0s ago, seen by 0 of 1 vantage points that can judge.\n"
                "Reason: connect (no connection: refused, unreachable or cut).\n"
                "Published status: available.\n"
                "IDM: up.\n"
                "Receipt date: 1h 54m 0s to the cutoff.\n"
                "Next published window: Thu Jan 1, 7:00 PM EST (00:00 UTC) to "
                "Thu Jan 1, 9:00 PM EST (02:00 UTC).\n"
                "Whom to call: First Coast, 1-800-555-0100."
            ),
            resolved=(
                "spot answers again; it had failed since Wed Dec 31, 7:10 PM EST (00:10 UTC)"
            ),
            target="spot",
        ),
        fires(
            "it is down for half a minute now and then: one page for all of it",
            probe("up 5m, unannounced 30s, up 1m, unannounced 30s, up 1m, unannounced 30s, up 1m"),
            "8m30s",
            target="spot",
        ),
        fires(
            "a vantage point that has been cut off for an hour does not hide what the other sees",
            three("inconclusive 1h", "up 50m, unannounced 10m"),
            "52m",
            target="spot",
        ),
        fires(
            "nor does one whose machine is overloaded, and the third sees nothing",
            three("starved 1h", "up 50m, unannounced 10m", "up 1h"),
            "52m",
            target="spot",
        ),
        fires(
            "a probe that looks every ten minutes has its vote in between",
            probe("up 5m, unannounced 30s, stalled 9m30s", interval=600),
            "12m",
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
            "before the first scrape that shows it, and 90 seconds after the last",
            probe("up 5m, unannounced 5m, up 5m"),
            "4m30s",
            "12m",
            "14m",
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
            "6m",
            "10m",
        ),
        quiet(
            "nobody can judge, and when somebody last could it was up",
            probe("unannounced 1m, up 5m, missed 10m"),
            "4m",
            "7m",
            "15m",
        ),
        quiet(
            "nobody has been able to judge for 15 minutes",
            probe("unannounced 1m, inconclusive 20m"),
            "18m",
            "20m",
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
            "once IDM's page is over, SPOT's is, too",
            probe("unannounced 5m30s, up 5m").also(probe("unannounced 5m, up 5m", target="idm")),
            "7m",
            "7m30s",
            "9m",
        ),
        quiet(
            "the target was removed, at the first scrape that does not show it",
            probe("up 5m, unannounced 5m, removed 5m").also(UP),
            "10m",
            "11m",
            "14m30s",
        ),
        quiet(
            "both vantage points have dropped it",
            three("unannounced 10m, removed 5m", "unannounced 9m, removed 6m"),
            "10m",
            "14m30s",
        ),
        quiet(
            "its window begins, and it comes back in it",
            probe("up 5m, early 5m, expected 30s, up 10m"),
            "10m",
            "10m30s",
            "15m",
        ),
        quiet(
            "the only probe is starved: it cannot judge",
            probe("up 5m, starved 10m"),
            "5m",
            "10m",
        ),
    ],
    "MaintenanceOverrun": [
        fires(
            "it comes back for a moment",
            probe("up 1m, expected 5m, overrun 1m, up 5m"),
            "8m",
            target="spot",
        ),
        fires(
            "nor does it become another alert when the probe is gone",
            probe("up 1m, expected 2m, overrun 2m, missed 10m"),
            "12m",
            target="spot",
        ),
        fires(
            "the window has ended and the target has not come back",
            probe("up 1m, expected 5m, overrun 5m").also(UP, KNOWN, OVERRUN_WINDOW),
            "6m",
            summary="spot is still down after its published maintenance window has ended",
            description=(
                "https://spot.example/ has failed since Wed Dec 31, 7:01 PM EST (00:01 UTC), "
                "5m 0s ago, seen by 1 of 1 vantage points that can judge.\n"
                "Reason: connect (no connection: refused, unreachable or cut).\n"
                "Unexpected because: overrun (the published window has ended and it is still "
                "down).\n"
                "Published window: Wed Dec 31, 6:00 PM EST (23:00 UTC) to "
                "Wed Dec 31, 7:06 PM EST (00:06 UTC), in the words "
                '"SPOT will be unavailable 6 to 7:06 p.m.".\n'
                "Published status: available.\n"
                "IDM: up.\n"
                "Receipt date: 2h 4m 0s to the cutoff.\n"
                "Next published window: Thu Jan 1, 7:00 PM EST (00:00 UTC) to "
                "Thu Jan 1, 9:00 PM EST (02:00 UTC).\n"
                "Whom to call: First Coast, 1-800-555-0100."
            ),
            resolved=OVER,
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
            "a later end was published, at once; and the target was removed",
            probe("expected 5m, overrun 5m, expected 5m, overrun 1m, removed 5m"),
            "10m",
            "12m",
            "16m",
            "20m",
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
                "Left of the 30 days' budget: 89 %.\n"
                "Whom to call: see the runbook."
            ),
            resolved="spot fails less often now, or an outage of it has paged",
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
            "the target was removed",
            three(
                "up 10m, unannounced 1h, removed 1h",
                "up 70m, removed 1h",
                "up 70m, removed 1h",
                step=60,
            ),
            "70m",
            "80m",
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
