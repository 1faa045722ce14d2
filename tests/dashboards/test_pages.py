"""What wakes somebody because of a target: for each alert when it fires and does not."""

import pytest

from tests.dashboards.promtool import Fires, Quiet, Series, complaints, probe, sampled, three
from tests.debian import needs

pytestmark = needs("promtool", package="prometheus")

UP = probe("up 1h", target="idm")
KNOWN: Series = (
    sampled("probe_published_status", "1 1h", component="spot", status="available")
    | sampled("probe_receipt_cutoff_timestamp_seconds", "7800 1h")
    | sampled(
        "probe_maintenance_start_timestamp_seconds", "86400 1h", component="spot", impact="outage"
    )
)


FIRES = [
    Fires(
        sentence="an outage that nobody announced, at the first scrape that shows it",
        alert="TargetUnexpectedlyDown",
        scene=probe("up 10m, unannounced 5m").also(UP, KNOWN),
        at="10m",
        labels={"target": "spot"},
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
    ),
    Fires(
        sentence="a failure that the announced maintenance does not explain",
        alert="TargetUnexpectedlyDown",
        scene=probe("up 5m, not_excused 5m", reason="tls"),
        at="6m",
        labels={"target": "spot"},
    ),
    Fires(
        sentence="off-peak, once it has lasted 15 minutes",
        alert="TargetUnexpectedlyDown",
        scene=probe("up 5m, advisory 20m", target="idm"),
        at="20m",
        labels={"target": "idm"},
    ),
    Fires(
        sentence="an outage that lasts into the off-peak hours goes on as the same alert",
        alert="TargetUnexpectedlyDown",
        scene=probe("up 5m, unannounced 5m, advisory 20m", target="idm", reason="timeout"),
        at="12m",
        labels={"target": "idm"},
    ),
    Fires(
        sentence="two of three vantage points see it",
        alert="TargetUnexpectedlyDown",
        scene=three("up 5m, unannounced 5m", "up 5m, unannounced 5m", "up 10m"),
        at="6m",
        labels={"target": "spot"},
    ),
    Fires(
        sentence="one of two vantage points that can judge sees it, the third is cut off",
        alert="TargetUnexpectedlyDown",
        scene=three("up 5m, unannounced 5m", "up 10m", "up 5m, inconclusive 5m"),
        at="6m",
        labels={"target": "spot"},
    ),
    Fires(
        sentence="a scrape that fails once does not end the alert",
        alert="TargetUnexpectedlyDown",
        scene=probe("unannounced 5m, missed 30s, unannounced 5m"),
        at="5m",
        labels={"target": "spot"},
    ),
    Fires(
        sentence="it is not called off because the probe has lost its own network, too",
        alert="TargetUnexpectedlyDown",
        scene=probe("up 1m, unannounced 2m, inconclusive 10m"),
        at="8m",
        labels={"target": "spot"},
    ),
    Fires(
        sentence="nor does it become another alert when the probe is gone",
        alert="MaintenanceOverrun",
        scene=probe("up 1m, expected 2m, overrun 2m, missed 10m"),
        at="12m",
        labels={"target": "spot"},
    ),
    Fires(
        sentence="the window has ended and the target has not come back",
        alert="MaintenanceOverrun",
        scene=probe("up 1m, expected 5m, overrun 5m").also(UP, KNOWN),
        at="6m",
        labels={"target": "spot"},
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
    ),
    Fires(
        sentence="one of three vantage points fails for hours and no outage pages",
        alert="FastBudgetBurn",
        scene=three("up 10m, unannounced 2h", "up 130m", "up 130m", step=60),
        at="1h20m",
        labels={"target": "spot"},
        summary="spot fails so often that its error budget will not last",
        description=(
            "spot was not down long enough, or not for enough vantage points, to page as an "
            "outage. It burns its error budget 66.7 times as fast as it may.\n"
            "Unexpected downtime in the last hour: 20m 0s.\n"
            "Left of the 30 days' budget: 89 %."
        ),
    ),
]

QUIET = [
    Quiet(
        sentence="everything is up",
        alert="TargetUnexpectedlyDown",
        scene=probe("up 10m").also(UP),
        at=("30s", "5m", "10m"),
    ),
    Quiet(
        sentence="before the first scrape that shows it, and after the last",
        alert="TargetUnexpectedlyDown",
        scene=probe("up 5m, unannounced 5m, up 5m"),
        at=("4m30s", "10m"),
    ),
    Quiet(
        sentence="the failure was announced",
        alert="TargetUnexpectedlyDown",
        scene=probe("up 5m, expected 10m, up 5m"),
        at=("5m", "10m", "15m"),
    ),
    Quiet(
        sentence="off-peak, within the first 15 minutes",
        alert="TargetUnexpectedlyDown",
        scene=probe("up 5m, advisory 20m", target="idm"),
        at=("5m", "10m", "19m30s"),
    ),
    Quiet(
        sentence="one of three vantage points sees it",
        alert="TargetUnexpectedlyDown",
        scene=three("up 5m, unannounced 5m", "up 10m", "up 10m"),
        at=("5m", "10m"),
    ),
    Quiet(
        sentence="the only probe's own network is down: it cannot judge",
        alert="TargetUnexpectedlyDown",
        scene=probe("up 5m, inconclusive 5m"),
        at=("5m", "10m"),
    ),
    Quiet(
        sentence="a probe that has stalled on its last bad word has no vote",
        alert="TargetUnexpectedlyDown",
        scene=three("unannounced 1m, stalled 10m", "up 11m", "up 1m, missed 10m"),
        at=("5m", "10m"),
    ),
    Quiet(
        sentence="nobody can judge, and when somebody last could it was up",
        alert="TargetUnexpectedlyDown",
        scene=probe("unannounced 1m, up 1m, missed 10m"),
        at=("1m30s", "3m", "10m"),
    ),
    Quiet(
        sentence="nobody has been able to judge for 15 minutes",
        alert="TargetUnexpectedlyDown",
        scene=probe("unannounced 1m, inconclusive 20m"),
        at=("17m",),
    ),
    Quiet(
        sentence="an overrun is another alert, and the page is not sent twice",
        alert="TargetUnexpectedlyDown",
        scene=probe("up 1m, expected 5m, overrun 5m"),
        at=("5m30s", "6m", "10m"),
    ),
    Quiet(
        sentence="an overrun that nobody can judge any longer is still the same alert",
        alert="TargetUnexpectedlyDown",
        scene=probe("up 1m, expected 2m, overrun 2m, inconclusive 10m"),
        at=("5m", "8m", "12m"),
    ),
    Quiet(
        sentence="SPOT has a minute to follow IDM back without a page of its own",
        alert="TargetUnexpectedlyDown",
        scene=probe("unannounced 5m30s, up 5m").also(probe("unannounced 5m, up 5m", target="idm")),
        at=("5m", "5m30s"),
    ),
    Quiet(
        sentence="within the window, and when the target comes back inside it",
        alert="MaintenanceOverrun",
        scene=probe("up 1m, unannounced 1m, expected 5m, up 5m"),
        at=("3m", "6m30s", "7m", "10m"),
    ),
    Quiet(
        sentence="one of three vantage points has not yet seen it come back",
        alert="MaintenanceOverrun",
        scene=three("expected 5m, overrun 1m", "expected 5m, up 1m", "expected 5m, up 1m"),
        at=("5m", "5m30s"),
    ),
    Quiet(
        sentence="the outage itself has paged",
        alert="FastBudgetBurn",
        scene=probe("up 10m, unannounced 10m, up 1h", step=60),
        at=("15m", "20m", "25m", "1h"),
    ),
    Quiet(
        sentence="published maintenance spends nothing",
        alert="FastBudgetBurn",
        scene=probe("up 10m, expected 2h", step=60),
        at=("20m", "1h", "2h"),
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
