"""What somebody does in working hours: for each alert when it fires and when it does not."""

from tests.dashboards.cases import Cases, fires, quiet
from tests.dashboards.scenes import Scene, probe, selector, told

DAY = 86400

MINUTE = 60


def said(story: str, status: str) -> Scene:
    """Return what a probe saw of SPOT while a status was published."""
    return probe(story, step=MINUTE).also(
        told("probe_published_status", "1 1h", component="spot", status=status)
    )


def answers(quick: str, every: str) -> Scene:
    """Return a histogram: how many answers came within 2 s, and how many within 5 s."""
    name = "probe_response_duration_seconds_bucket"
    return Scene(
        step=MINUTE,
        series={
            selector(name, {"target": "spot", "le": "2"}): quick,
            selector(name, {"target": "spot", "le": "5"}): every,
            selector(name, {"target": "spot", "le": "+Inf"}): every,
        },
    )


FEED = {"feed": "first-coast"}
WORDS = "SPOT may be down over the weekend."


def waiting(fingerprint: str, refused: str, shown: str, words: str) -> Scene:
    """Return how many notices wait, and one of them while it does."""
    name = "probe_notice_waiting_info"
    return told("probe_notices", refused, **FEED, state="refused").also(
        told(name, shown, **FEED, fingerprint=fingerprint, words=words)
    )


CASES: Cases = {
    "SlowBudgetBurn": [
        fires(
            "half an hour of outage in six hours, an hour ago",
            probe("up 1h, unannounced 30m, up 2h", step=MINUTE),
            "2h30m",
            summary="spot will miss its objective if this goes on",
            description=(
                "Over the last 3 days spot has burnt its error budget 1.4 times as fast as it "
                "may.\n"
                "Left of the 30 days' budget: 86 %."
            ),
            resolved="spot fails less often now",
            target="spot",
        ),
        quiet(
            "a minute of outage in six hours",
            probe("up 1h, unannounced 1m, up 2h", step=MINUTE),
            "1h10m",
            "3h",
        ),
    ],
    "CertificateNearItsEnd": [
        fires(
            "thirteen days are left",
            told("probe_ssl_earliest_cert_expiry", f"{13 * DAY} 1h", target="spot"),
            "20m",
            summary="The certificate of spot ends soon",
            description=(
                "It ends in 12d 23h 40m 0s. When it does, nobody gets in, and no maintenance "
                "window excuses that.\n"
                "Tell the owner: First Coast for SPOT, CMS for IDM."
            ),
            resolved="The certificate of spot was renewed",
            target="spot",
        ),
        quiet(
            "fifteen days are left",
            told("probe_ssl_earliest_cert_expiry", f"{15 * DAY} 1h", target="spot"),
            "20m",
            "1h",
        ),
    ],
    "LoginSlow": [
        fires(
            "one answer in two takes longer than 2 s for half an hour",
            answers("0+1x60", "0+2x60"),
            "40m",
            summary="The login page of spot is slow",
            description=(
                "Of the answers of the last 15 minutes one in twenty took longer than 4.7s.\n"
                "The dashboard shows which phase: resolve, connect, tls, processing (the server) "
                "or transfer."
            ),
            resolved="The login page of spot is quick again",
            target="spot",
        ),
        quiet(
            "ninety-nine answers in a hundred take less than 2 s",
            answers("0+99x60", "0+100x60"),
            "20m",
            "40m",
        ),
        quiet(
            "a login is slow for less than a quarter of an hour",
            answers("0+1x60", "0+2x60"),
            "10m",
            "14m",
        ),
    ],
    "BlockedAsRobot": [
        fires(
            "some attempts are answered with 403",
            told("probe_attempt_failures_total", "0 10m, 4 10m", target="spot", reason="blocked"),
            "12m",
            summary="A gateway of spot takes the probe for a robot",
            description=(
                "About 4 attempts of the last 15 minutes were answered with 403 or 429. People "
                "with a browser may still get in.\n"
                "Do not probe faster or from more addresses; ask the owner to allow the probe's "
                "address and User-Agent."
            ),
            resolved="No gateway of spot has turned the probe away for 15 minutes",
            target="spot",
        ),
        quiet(
            "it was blocked long ago, and attempts fail for another reason",
            told("probe_attempt_failures_total", "4 1h", target="spot", reason="blocked").also(
                told("probe_attempt_failures_total", "0 10m, 9 50m", target="spot", reason="status")
            ),
            "12m",
            "1h",
        ),
    ],
    "NoticeNeedsReview": [
        fires(
            "a notice was refused",
            waiting("aaaa", "0 5m, 1 20m", "_ 5m, 1 20m", WORDS),
            "7m",
            summary=f'A notice in first-coast could not be understood: "{WORDS}"',
            description=(
                "It speaks of maintenance and is not certain, so it excuses nothing: an outage in "
                "its hours pages. 1 of this feed's notices wait for a person.\n"
                "Read all of it at http://status/#waiting or with `spot-probe notices list`, then "
                "`spot-probe notices accept aaaa` or `spot-probe notices dismiss aaaa`."
            ),
            resolved=f'A notice in first-coast was reviewed, or is gone from it: "{WORDS}"',
            **FEED,
            fingerprint="aaaa",
            words=WORDS,
        ),
        fires(
            "another was refused while the first one waits, and the first was reviewed",
            waiting("aaaa", "1 20m, 2 5m, 1 20m", "1 25m, stale 20m", WORDS).also(
                waiting("bbbb", "1 20m, 2 5m, 1 20m", "_ 20m, 1 25m", "Portal maintenance.")
            ),
            "28m",
            **FEED,
            fingerprint="bbbb",
            words="Portal maintenance.",
        ),
        fires(
            "more notices wait than are told one by one",
            told("probe_notices", "0 5m, 2 20m", **FEED, state="refused"),
            "15m",
            summary="A notice in first-coast could not be understood",
            description=(
                "It speaks of maintenance and is not certain, so it excuses nothing: an outage in "
                "its hours pages. 2 of this feed's notices wait for a person.\n"
                "Read them at http://status/#waiting or with `spot-probe notices list`, then "
                "`accept` or `dismiss` each."
            ),
            resolved="A notice in first-coast was reviewed, or is gone from it",
            **FEED,
        ),
        quiet(
            "all notices were understood, or reviewed by a person",
            waiting("aaaa", "1 10m, 0 50m", "1 10m, stale 50m", WORDS).also(
                told("probe_notices", "4 1h", **FEED, state="understood")
            ),
            "16m",
            "1h",
        ),
    ],
    "FeedStale": [
        fires(
            "the last good reading is more than an hour old",
            told("probe_feed_last_success_timestamp_seconds", "60 2h", **FEED).also(
                told("probe_feed_failures_total", "0 30m, 3 90m", **FEED, reason="status")
            ),
            "80m",
            summary="a:7768 has not read first-coast for an hour",
            description=(
                "What is published may have changed without our knowing: new windows excuse "
                "nothing, and moved ones excuse the wrong hours.\n"
                "3 times in the last hour: status.\n"
                "Open the page in a browser and read the schedule yourself."
            ),
            resolved="a:7768 reads first-coast again",
            **FEED,
            instance="a:7768",
        ),
        fires(
            "a feed has never been read",
            told("probe_feed_fetches_total", "3 1h", **FEED),
            "20m",
            **FEED,
            instance="a:7768",
        ),
        quiet(
            "a feed was read within the hour, and one refresh failed",
            told("probe_feed_last_success_timestamp_seconds", "60 20m, 1200 40m", **FEED).also(
                told("probe_feed_failures_total", "0 30m, 1 30m", **FEED, reason="status")
            ),
            "20m",
            "1h",
        ),
        quiet(
            "a feed was read when the probe started",
            told("probe_feed_fetches_total", "1 1h", **FEED).also(
                told("probe_feed_last_success_timestamp_seconds", "_ 1m, 60 59m", **FEED)
            ),
            "1m",
            "20m",
            "1h",
        ),
    ],
    "FeedUnreadable": [
        fires(
            "the page came without its headings, again and again",
            told("probe_feed_last_success_timestamp_seconds", "60 2h", **FEED).also(
                {
                    selector(
                        "probe_feed_failures_total", FEED | {"reason": "no_headings"}
                    ): "0+0.1x120"
                }
            ),
            "40m",
            summary="first-coast answers, but with something that a:7768 cannot read",
            description=(
                "The page came without its headings, or changed its form. That is no information,"
                " never 'no maintenance': what was last read stays in force.\n"
                "Open the page in a browser. If it looks as always, its HTML has changed and the "
                "probe needs an update."
            ),
            resolved="a:7768 can read first-coast again",
            **FEED,
            instance="a:7768",
        ),
        quiet(
            "the page came once without its headings and then as it always does",
            told("probe_feed_failures_total", "0 5m, 1 55m", **FEED, reason="no_headings").also(
                told(
                    "probe_feed_last_success_timestamp_seconds", "60 10m, 600 20m, 1800 30m", **FEED
                )
            ),
            "10m",
            "25m",
            "40m",
        ),
    ],
    "PublishedStatusDisagrees": [
        fires(
            "the page says available and it has been down for ten minutes",
            said("up 5m, unannounced 30m", "available"),
            "16m",
            summary="The status page and the measurement disagree about spot",
            description=(
                "Published: available. Measured: down. This has lasted for 10 minutes.\n"
                "People who call have read the page: tell them what is measured, and tell First "
                "Coast."
            ),
            resolved="The status page and the measurement agree about spot again",
            target="spot",
            component="spot",
        ),
        fires(
            "the page says unavailable and it has been up for ten minutes",
            said("expected 5m, up 30m", "unavailable"),
            "16m",
            target="spot",
            component="spot",
        ),
        quiet(
            "the page says available during published maintenance, as it always does",
            said("up 5m, expected 30m", "available"),
            "15m",
            "30m",
        ),
        quiet(
            "within the first ten minutes", said("up 5m, unannounced 30m", "available"), "5m", "14m"
        ),
    ],
}
