"""What is good to know: for each alert when it fires and when it does not."""

from tests.dashboards.cases import Cases, fires, quiet
from tests.dashboards.scenes import Scene, probe, sampled, told

MINUTE = 60

HOUR = 3600

DAY = 24 * HOUR

HOURS = {
    "starts": "Thu Dec 3, 9:00 PM EST (02:00 UTC)",
    "ends": "Thu Dec 3, 11:00 PM EST (04:00 UTC)",
    "words": "Thursday 9-11 p.m.",
}


def window(story: str, *, starts: int, ends: int, component: str = "spot") -> Scene:
    """Return a published outage whose being open a story of 0 and 1 tells; instants in seconds."""
    labels = {"component": component, "impact": "outage"}
    lasts = "3h"
    return Scene(
        step=MINUTE,
        series=sampled("probe_maintenance_active", story, step=MINUTE, **labels)
        | sampled(
            "probe_maintenance_start_timestamp_seconds", f"{starts} {lasts}", step=MINUTE, **labels
        )
        | sampled(
            "probe_maintenance_end_timestamp_seconds", f"{ends} {lasts}", step=MINUTE, **labels
        ),
    )


#: From the tenth minute to the fortieth.
OPEN_FOR_A_WHILE = window("0 10m, 1 30m, 0 80m", starts=10 * MINUTE, ends=40 * MINUTE)


def seen(story: str, target: str = "spot") -> Scene:
    """Return what a probe saw of a target."""
    return probe(story, target=target, step=MINUTE)


def changed(story: str) -> Scene:
    """Return when a feed last said something new."""
    name = "probe_feed_last_change_timestamp_seconds"
    return Scene(step=MINUTE, series=sampled(name, story, step=MINUTE, feed="first-coast"))


CASES: Cases = {
    "ExpectedDowntime": [
        fires(
            "it is down inside the window that was published for it",
            seen("up 10m, expected 1h").also(
                told("probe_window_info", "_ 10m, 1 1h", target="spot", **HOURS)
            ),
            "12m",
            summary="spot is down, as was published",
            description=(
                "A published window is open that excuses it, until Thu Dec 3, 11:00 PM EST "
                '(04:00 UTC), in the words "Thursday 9-11 p.m.". Should it outlast the window, '
                "MaintenanceOverrun pages."
            ),
            resolved="spot answers again, or its published window has ended",
            target="spot",
        ),
        quiet(
            "it is up inside the window, or down outside it",
            seen("up 10m, unannounced 10m").also(window("1 1h", starts=0, ends=HOUR)),
            "5m",
            "15m",
        ),
    ],
    "MaintenanceSoon": [
        fires(
            "a window starts in less than 24 hours",
            window("0 1h", starts=DAY, ends=DAY + 2 * HOUR).also(
                told("probe_maintenance_info", "1 1h", component="spot", impact="outage", **HOURS)
            ),
            "1m",
            summary="Maintenance of spot starts within a day (outage)",
            description=(
                "It starts in 23h 59m 0s: Thu Dec 3, 9:00 PM EST (02:00 UTC) to Thu Dec 3, 11:00 "
                'PM EST (04:00 UTC), in the words "Thursday 9-11 p.m.".'
            ),
            resolved="Maintenance of spot begins now, or was called off (outage)",
            component="spot",
            impact="outage",
        ),
        quiet(
            "the next window starts in more than 24 hours, or has started",
            window("0 10m, 1 1h", starts=10 * MINUTE, ends=2 * HOUR).also(
                window("0 1h", starts=2 * DAY, ends=3 * DAY, component="idm")
            ),
            "10m",
            "30m",
        ),
    ],
    "MfaEmailUnavailable": [
        fires(
            "the window of MFA codes by e-mail is open",
            window("0 10m, 1 2h", starts=10 * MINUTE, ends=82 * HOUR, component="mfa_email").also(
                told(
                    "probe_maintenance_info",
                    "1 2h",
                    component="mfa_email",
                    impact="outage",
                    starts="Fri Sep 2, 9:00 PM EDT (01:00 UTC)",
                    ends="Tue Sep 6, 7:00 AM EDT (11:00 UTC)",
                    words="",
                )
            ),
            "11m",
            summary="MFA codes by e-mail are not available, as was published",
            description=(
                "The login pages are up, and people whose second factor is e-mail cannot get in. "
                "Other MFA devices keep working; tell that to those who call.\n"
                "It ends Tue Sep 6, 7:00 AM EDT (11:00 UTC)."
            ),
            resolved="MFA codes by e-mail are available again, as was published",
        ),
        quiet(
            "the window is another component's, or still to come",
            window("0 1h", starts=DAY, ends=2 * DAY, component="mfa_email").also(
                window("1 1h", starts=0, ends=HOUR, component="spot")
            ),
            "5m",
            "1h",
        ),
    ],
    "PublishedScheduleChanged": [
        fires(
            "half an hour ago the page said something new",
            changed("60 30m, 1800 2h"),
            "1h",
            summary="first-coast says something new",
            description=(
                "Within the last hour the notices in first-coast have changed. `spot-probe "
                "windows` prints the schedule as it is now understood, `spot-probe notices list` "
                "the words."
            ),
            resolved="first-coast has said nothing new for an hour",
            feed="first-coast",
        ),
        quiet(
            "the page was read for the first time, and has said the same since",
            changed("_ 5m, 300 2h"),
            "5m",
            "30m",
            "2h",
        ),
        quiet(
            "the page said something new more than an hour ago",
            changed("60 10m, 600 2h"),
            "1h12m",
            "2h",
        ),
    ],
    "WindowWithoutFailure": [
        fires(
            "the window has ended and the target was up all the time",
            seen("up 2h").also(OPEN_FOR_A_WHILE),
            "42m",
            summary="Nothing failed in the published window of spot",
            description=(
                "The window that began at 1970-01-01 00:10:00 +0000 UTC has ended, and no probe "
                "failed in it. The maintenance was short, called off, or had no effect on the "
                "login page."
            ),
            resolved="The window of spot in which nothing failed ended a quarter of an hour ago",
            component="spot",
        ),
        fires(
            "failures in the window before this one do not count for this one",
            seen("up 2m, expected 5m, up 2h").also(OPEN_FOR_A_WHILE),
            "42m",
            component="spot",
        ),
        quiet(
            "something failed in the window",
            seen("up 15m, expected 5m, up 100m").also(OPEN_FOR_A_WHILE),
            "20m",
            "42m",
            "50m",
        ),
        quiet(
            "the window is still open, or ended long ago",
            seen("up 2h").also(OPEN_FOR_A_WHILE),
            "15m",
            "39m",
            "1h",
        ),
        quiet(
            "the window was of a component that nothing is probed for",
            seen("up 2h").also(
                window(
                    "0 10m, 1 30m, 0 80m",
                    starts=10 * MINUTE,
                    ends=40 * MINUTE,
                    component="mfa_email",
                )
            ),
            "42m",
        ),
    ],
}
