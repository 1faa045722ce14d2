"""A published window from before to after, minute by minute."""

import itertools
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.dashboards.promtool import RULES, Scene, judged, probe, seconds, three, written
from tests.debian import needs

pytestmark = needs("promtool", package="prometheus")

PAGING = [path for path in RULES if path.stem == "pages"]
BUDGET = [path for path in RULES if path.stem in {"pages", "availability"}]
PAGES = 'ALERTS{severity="page",alertstate="firing"}'
IDM = probe("up 5m, expected 2h, up 5m", target="idm", step=30)


def paging(at: str, *names: str) -> Mapping[str, object]:
    """Say which alerts of SPOT, and no other, page at an instant."""
    samples = []
    for name in names:
        labels = {"alertname": name, "alertstate": "firing", "severity": "page", "target": "spot"}
        samples.append({"labels": f"ALERTS{written(labels)}", "value": 1})
    return {"expr": PAGES, "eval_time": at, "exp_samples": samples}


def minutes(start: str, end: str) -> list[str]:
    """Return every minute from a start to an end, both included."""
    return [f"{at}s" for at in range(seconds(start), seconds(end) + 1, 60)]


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(
            probe("up 5m, expected 2h, up 5m", step=30).also(IDM), id="down for all of it"
        ),
        pytest.param(
            probe("up 5m, expected 1h, missed 30s, expected 59m30s, up 5m", step=30).also(IDM),
            id="a scrape fails once in it",
        ),
        pytest.param(
            probe("up 5m, expected 30m, up 30m, expected 1h, up 5m", step=30),
            id="it comes and goes",
        ),
        pytest.param(
            probe("up 5m, expected 1h, inconclusive 30s, expected 59m30s, up 5m", step=30),
            id="one probe in it is inconclusive",
        ),
        pytest.param(
            three(
                "up 5m, expected 2h, up 5m",
                "up 5m, expected 1h, missed 30s, expected 59m30s, up 5m",
                "up 5m, unread_notice 2h, up 5m",
                step=30,
            ),
            id="of three vantage points, one has not read the notice",
        ),
    ],
)
def test_no_page_for_the_whole_of_a_published_window(scene: Scene, tmp_path: Path) -> None:
    """From 5 minutes before it to 5 after, nothing pages at any minute."""
    quiet = [paging(at) for at in minutes("0s", "2h9m")]
    assert judged(tmp_path, "window", scene, PAGING, promql_expr_test=quiet) == ""


def test_a_window_spends_no_error_budget(tmp_path: Path) -> None:
    """Two expected hours of three are downtime, and none of them is unexpected."""
    scene = probe("up 30m, expected 2h, up 30m", step=60)
    asked = {
        "target_verdict:probe_time_seconds:sum6h{verdict='expected'}": (
            "target_verdict:probe_time_seconds:sum6h{target='spot',verdict='expected'}",
            7200,
        ),
        "target:probe_unplanned_availability:ratio6h": (
            "target:probe_unplanned_availability:ratio6h{target='spot'}",
            1,
        ),
        "round(target:probe_availability:ratio6h, 0.1)": ("{target='spot'}", 0.3),
        "target:probe_error_budget_remaining:ratio30d": (
            "target:probe_error_budget_remaining:ratio30d{target='spot'}",
            1,
        ),
    }
    tests = [
        {
            "expr": expression,
            "eval_time": "3h",
            "exp_samples": [{"labels": labels, "value": value}],
        }
        for expression, (labels, value) in asked.items()
    ]
    assert judged(tmp_path, "budget", scene, BUDGET, promql_expr_test=tests) == ""


def test_an_unexpected_hour_spends_the_budget_of_eight_days(tmp_path: Path) -> None:
    """Of the 3.6 hours that 30 days allow, 2.6 are left; the last hour's rate is 200."""
    scene = probe("up 1h, unannounced 1h", step=60)
    tests = [
        {
            "expr": f"round({name}, 0.1)",
            "eval_time": "1h59m",
            "exp_samples": [{"labels": "{target='spot'}", "value": value}],
        }
        for name, value in {
            "target:probe_error_budget_remaining:ratio30d": 0.7,
            "target:probe_burn_rate:ratio5m": 200,
            "target:probe_availability:ratio6h": 0.5,
            "target:probe_unplanned_availability:ratio6h": 0.5,
        }.items()
    ]
    assert judged(tmp_path, "budget", scene, BUDGET, promql_expr_test=tests) == ""


def test_an_outage_that_begins_before_the_window_and_ends_inside_it(tmp_path: Path) -> None:
    """It pages, the page ends with the window's start, and its recovery starts no other."""
    scene = probe("up 5m, early 10m, expected 10m, up 20m")
    asked = [
        paging("4m30s"),
        paging("5m", "TargetUnexpectedlyDown"),
        paging("14m30s", "TargetUnexpectedlyDown"),
        *(paging(at) for at in minutes("15m", "44m")),
    ]
    assert judged(tmp_path, "recovery", scene, PAGING, promql_expr_test=asked) == ""


@pytest.mark.parametrize(
    ("before", "during", "after"),
    list(itertools.product(("up", "early"), ("up", "expected"), ("up", "down"))),
)
def test_before_during_and_after(before: str, during: str, after: str, tmp_path: Path) -> None:
    """Down before and after page, down during does not; what outlasts the window is an overrun.

    What failed before the window began outside it, so to fail after it is no overrun.
    """
    outlasts = (before, during) == ("up", "expected")
    last = "MaintenanceOverrun" if outlasts else "TargetUnexpectedlyDown"
    word = after if after == "up" else "overrun" if outlasts else "unannounced"
    asked = [
        paging("4m30s", *(["TargetUnexpectedlyDown"] if before == "early" else [])),
        *(paging(at) for at in ("5m", "9m30s")),
        *(paging(at, *([last] if after == "down" else [])) for at in ("10m", "14m30s")),
    ]
    scene = probe(f"{before} 5m, {during} 5m, {word} 5m")
    assert judged(tmp_path, "truth", scene, PAGING, promql_expr_test=asked) == ""
