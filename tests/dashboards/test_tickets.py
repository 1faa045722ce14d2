"""What somebody does in working hours: for each alert when it fires and when it does not."""

import pytest

from tests.dashboards.promtool import Fires, Quiet, Scene, complaints, probe, selector, told
from tests.debian import needs

pytestmark = needs("promtool", package="prometheus")

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
FIRES = [
    Fires(
        sentence="half an hour of outage in six hours, an hour ago",
        alert="SlowBudgetBurn",
        scene=probe("up 1h, unannounced 30m, up 2h", step=MINUTE),
        at="2h30m",
        labels={"target": "spot"},
        summary="spot will miss its objective if this goes on",
        description=(
            "Over the last 3 days spot has burnt its error budget 1.4 times as fast as it "
            "may.\n"
            "Left of the 30 days' budget: 86 %."
        ),
    ),
    Fires(
        sentence="thirteen days are left",
        alert="CertificateNearItsEnd",
        scene=told("probe_ssl_earliest_cert_expiry", f"{13 * DAY} 1h", target="spot"),
        at="20m",
        labels={"target": "spot"},
        summary="The certificate of spot ends soon",
        description=(
            "It ends in 12d 23h 40m 0s. When it does, nobody gets in, and no maintenance "
            "window excuses that.\n"
            "Tell the owner: First Coast for SPOT, CMS for IDM."
        ),
    ),
    Fires(
        sentence="one answer in two takes longer than 2 s for half an hour",
        alert="LoginSlow",
        scene=answers("0+1x60", "0+2x60"),
        at="40m",
        labels={"target": "spot"},
        summary="The login page of spot is slow",
        description=(
            "Of the answers of the last 15 minutes one in twenty took longer than 4.7s.\n"
            "The dashboard shows which phase: resolve, connect, tls, processing (the server) "
            "or transfer."
        ),
    ),
    Fires(
        sentence="some attempts are answered with 403",
        alert="BlockedAsRobot",
        scene=told("probe_attempt_failures_total", "0 10m, 4 10m", target="spot", reason="blocked"),
        at="12m",
        labels={"target": "spot"},
        summary="A gateway of spot takes the probe for a robot",
        description=(
            "About 4 attempts of the last 15 minutes were answered with 403 or 429. People "
            "with a browser may still get in.\n"
            "Do not probe faster or from more addresses; ask the owner to allow the probe's "
            "address and User-Agent."
        ),
    ),
    Fires(
        sentence="a notice was refused",
        alert="NoticeNeedsReview",
        scene=told("probe_notices", "0 5m, 2 20m", **FEED, state="refused"),
        at="15m",
        labels=FEED,
        summary="A notice in first-coast could not be understood",
        description=(
            "2 of the notices that stand in first-coast speak of maintenance and are not "
            "certain, so they excuse nothing: an outage in them pages.\n"
            "Read them with `spot-probe notices list`, then `accept` or `dismiss` each."
        ),
    ),
    Fires(
        sentence="the last good reading is more than an hour old",
        alert="FeedStale",
        scene=told("probe_feed_last_success_timestamp_seconds", "60 2h", **FEED).also(
            told("probe_feed_failures_total", "0 30m, 3 90m", **FEED, reason="status")
        ),
        at="80m",
        labels=FEED | {"instance": "a:7768"},
        summary="a:7768 has not read first-coast for an hour",
        description=(
            "What is published may have changed without our knowing: new windows excuse "
            "nothing, and moved ones excuse the wrong hours.\n"
            "3 times in the last hour: status.\n"
            "Open the page in a browser and read the schedule yourself."
        ),
    ),
    Fires(
        sentence="a feed has never been read",
        alert="FeedStale",
        scene=told("probe_feed_fetches_total", "3 1h", **FEED),
        at="20m",
        labels=FEED | {"instance": "a:7768"},
    ),
    Fires(
        sentence="the page came without its headings, again and again",
        alert="FeedUnreadable",
        scene=told("probe_feed_last_success_timestamp_seconds", "60 2h", **FEED).also(
            {selector("probe_feed_failures_total", FEED | {"reason": "no_headings"}): "0+0.1x120"}
        ),
        at="40m",
        labels=FEED | {"instance": "a:7768"},
        summary="first-coast answers, but with something that a:7768 cannot read",
        description=(
            "The page came without its headings, or changed its form. That is no information,"
            " never 'no maintenance': what was last read stays in force.\n"
            "Open the page in a browser. If it looks as always, its HTML has changed and the "
            "probe needs an update."
        ),
    ),
    Fires(
        sentence="the page says available and it has been down for ten minutes",
        alert="PublishedStatusDisagrees",
        scene=said("up 5m, unannounced 30m", "available"),
        at="16m",
        labels={"target": "spot", "component": "spot"},
        summary="The status page and the measurement disagree about spot",
        description=(
            "Published: available. Measured: down. This has lasted for 10 minutes.\n"
            "People who call have read the page: tell them what is measured, and tell First "
            "Coast."
        ),
    ),
    Fires(
        sentence="the page says unavailable and it has been up for ten minutes",
        alert="PublishedStatusDisagrees",
        scene=said("expected 5m, up 30m", "unavailable"),
        at="16m",
        labels={"target": "spot", "component": "spot"},
    ),
]

QUIET = [
    Quiet(
        sentence="a minute of outage in six hours",
        alert="SlowBudgetBurn",
        scene=probe("up 1h, unannounced 1m, up 2h", step=MINUTE),
        at=("1h10m", "3h"),
    ),
    Quiet(
        sentence="fifteen days are left",
        alert="CertificateNearItsEnd",
        scene=told("probe_ssl_earliest_cert_expiry", f"{15 * DAY} 1h", target="spot"),
        at=("20m", "1h"),
    ),
    Quiet(
        sentence="ninety-nine answers in a hundred take less than 2 s",
        alert="LoginSlow",
        scene=answers("0+99x60", "0+100x60"),
        at=("20m", "40m"),
    ),
    Quiet(
        sentence="a login is slow for less than a quarter of an hour",
        alert="LoginSlow",
        scene=answers("0+1x60", "0+2x60"),
        at=("10m", "14m"),
    ),
    Quiet(
        sentence="it was blocked long ago, and attempts fail for another reason",
        alert="BlockedAsRobot",
        scene=told("probe_attempt_failures_total", "4 1h", target="spot", reason="blocked").also(
            told("probe_attempt_failures_total", "0 10m, 9 50m", target="spot", reason="status")
        ),
        at=("12m", "1h"),
    ),
    Quiet(
        sentence="all notices were understood",
        alert="NoticeNeedsReview",
        scene=told("probe_notices", "0 1h", **FEED, state="refused").also(
            told("probe_notices", "4 1h", **FEED, state="understood")
        ),
        at=("15m", "1h"),
    ),
    Quiet(
        sentence="a feed was read within the hour, and one refresh failed",
        alert="FeedStale",
        scene=told("probe_feed_last_success_timestamp_seconds", "60 20m, 1200 40m", **FEED).also(
            told("probe_feed_failures_total", "0 30m, 1 30m", **FEED, reason="status")
        ),
        at=("20m", "1h"),
    ),
    Quiet(
        sentence="a feed was read when the probe started",
        alert="FeedStale",
        scene=told("probe_feed_fetches_total", "1 1h", **FEED).also(
            told("probe_feed_last_success_timestamp_seconds", "_ 1m, 60 59m", **FEED)
        ),
        at=("1m", "20m", "1h"),
    ),
    Quiet(
        sentence="the page came once without its headings and then as it always does",
        alert="FeedUnreadable",
        scene=told("probe_feed_failures_total", "0 5m, 1 55m", **FEED, reason="no_headings").also(
            told("probe_feed_last_success_timestamp_seconds", "60 10m, 600 20m, 1800 30m", **FEED)
        ),
        at=("10m", "25m", "40m"),
    ),
    Quiet(
        sentence="the page says available during published maintenance, as it always does",
        alert="PublishedStatusDisagrees",
        scene=said("up 5m, expected 30m", "available"),
        at=("15m", "30m"),
    ),
    Quiet(
        sentence="within the first ten minutes",
        alert="PublishedStatusDisagrees",
        scene=said("up 5m, unannounced 30m", "available"),
        at=("5m", "14m"),
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
