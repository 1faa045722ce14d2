"""A published window from before to after, minute by minute, and what it spends."""

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.dashboards.promtool import RULES, Trial, judged
from tests.dashboards.scenes import Scene, probe, seconds, three, written
from tests.debian import needs

pytestmark = needs("promtool", package="prometheus")

PAGING = [path for path in RULES if path.stem == "pages"]
BUDGET = [path for path in RULES if path.stem in {"pages", "availability"}]
PAGES = 'ALERTS{severity="page",alertstate="firing"}'
IDM = probe("up 5m, expected 2h, up 5m", target="idm")

Asked = Mapping[str, object]


def asked(expression: str, at: str, *samples: tuple[str, float]) -> Asked:
    """Say what an expression gives at an instant: no samples but these."""
    expected = [{"labels": labels, "value": value} for labels, value in samples]
    return {"expr": expression, "eval_time": at, "exp_samples": expected}


def paging(at: str, *names: str) -> Asked:
    """Say which alerts of SPOT, and no other, page at an instant."""
    shown = {"alertstate": "firing", "severity": "page", "target": "spot"}
    return asked(
        PAGES, at, *((f"ALERTS{written({'alertname': name} | shown)}", 1) for name in names)
    )


def minutes(start: str, end: str) -> list[str]:
    """Return every minute from a start to an end, both included."""
    return [f"{at}s" for at in range(seconds(start), seconds(end) + 1, 60)]


def trial(scene: Scene, files: Sequence[Path], *expected: Asked) -> Trial:
    """Return what promtool has to try."""
    return Trial(scene=scene, files=files, tests={"promql_expr_test": expected})


PUBLISHED = {
    sentence: trial(scene, PAGING, *(paging(at) for at in minutes("0s", "2h9m")))
    for sentence, scene in {
        "down for all of it": probe("up 5m, expected 2h, up 5m").also(IDM),
        "a scrape fails once in it": probe(
            "up 5m, expected 1h, missed 30s, expected 59m30s, up 5m"
        ).also(IDM),
        "it comes and goes": probe("up 5m, expected 30m, up 30m, expected 1h, up 5m"),
        "one probe in it is inconclusive": probe(
            "up 5m, expected 1h, inconclusive 30s, expected 59m30s, up 5m"
        ),
        "of three vantage points, one has not read the notice": three(
            "up 5m, expected 2h, up 5m",
            "up 5m, expected 1h, missed 30s, expected 59m30s, up 5m",
            "up 5m, unread_notice 2h, up 5m",
        ),
    }.items()
}
TWO_EXPECTED_HOURS = trial(
    probe("up 30m, expected 2h, up 30m", step=60),
    BUDGET,
    asked(
        "target_verdict:probe_time_seconds:sum6h{verdict='expected'}",
        "3h",
        ("target_verdict:probe_time_seconds:sum6h{target='spot',verdict='expected'}", 7200),
    ),
    asked(
        "target:probe_unplanned_availability:ratio6h",
        "3h",
        ("target:probe_unplanned_availability:ratio6h{target='spot'}", 1),
    ),
    asked("round(target:probe_availability:ratio6h, 0.1)", "3h", ("{target='spot'}", 0.3)),
    asked(
        "target:probe_error_budget_remaining:ratio30d",
        "3h",
        ("target:probe_error_budget_remaining:ratio30d{target='spot'}", 1),
    ),
)
AN_UNEXPECTED_HOUR = trial(
    probe("up 1h, unannounced 1h", step=60),
    BUDGET,
    *(
        asked(f"round({name}, 0.1)", "1h59m", ("{target='spot'}", value))
        for name, value in {
            "target:probe_error_budget_remaining:ratio30d": 0.7,
            "target:probe_burn_rate:ratio5m": 200,
            "target:probe_availability:ratio6h": 0.5,
            "target:probe_unplanned_availability:ratio6h": 0.5,
        }.items()
    ),
)
BEGUN_EARLY = trial(
    probe("up 5m, early 10m, expected 10m, up 20m"),
    PAGING,
    paging("4m30s"),
    paging("5m", "TargetUnexpectedlyDown"),
    paging("14m30s", "TargetUnexpectedlyDown"),
    *(paging(at) for at in minutes("15m", "44m")),
)


def truth(before: str, during: str, after: str) -> Trial:
    """Return what pages before, during and after a window; a page lasts 90 seconds more."""
    outlasts = (before, during) == ("up", "expected")
    last = "MaintenanceOverrun" if outlasts else "TargetUnexpectedlyDown"
    word = after if after == "up" else "overrun" if outlasts else "unannounced"
    return trial(
        probe(f"{before} 5m, {during} 5m, {word} 5m"),
        PAGING,
        paging("4m30s", *(["TargetUnexpectedlyDown"] if before == "early" else [])),
        paging("5m", *(["TargetUnexpectedlyDown"] if (before, during) == ("early", "up") else [])),
        *(paging(at) for at in ("7m", "9m30s")),
        *(paging(at, *([last] if after == "down" else [])) for at in ("10m", "14m30s")),
    )


TRUTH = {
    "-".join(states): truth(*states)
    for states in itertools.product(("up", "early"), ("up", "expected"), ("up", "down"))
}

Found = dict[Trial, str]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Return what promtool found wrong with each trial."""
    every = [*PUBLISHED.values(), TWO_EXPECTED_HOURS, AN_UNEXPECTED_HOUR, BEGUN_EARLY]
    every += TRUTH.values()
    return dict(zip(every, judged(every, tmp_path_factory.mktemp("window")), strict=True))


@pytest.mark.parametrize("sentence", PUBLISHED)
def test_no_page_for_the_whole_of_a_published_window(sentence: str, found: Found) -> None:
    """From 5 minutes before it to 5 after, nothing pages at any minute."""
    assert found[PUBLISHED[sentence]] == ""


def test_a_window_spends_no_error_budget(found: Found) -> None:
    """Two expected hours of three are downtime, and none of them is unexpected."""
    assert found[TWO_EXPECTED_HOURS] == ""


def test_an_unexpected_hour_spends_the_budget_of_eight_days(found: Found) -> None:
    """Of the 3.6 hours that 30 days allow, 2.6 are left; the last hour's rate is 200."""
    assert found[AN_UNEXPECTED_HOUR] == ""


def test_an_outage_that_begins_before_the_window_and_ends_inside_it(found: Found) -> None:
    """It pages, the page ends with the window's start, and its recovery starts no other."""
    assert found[BEGUN_EARLY] == ""


@pytest.mark.parametrize("states", TRUTH)
def test_before_during_and_after(states: str, found: Found) -> None:
    """Down before and after page, down during does not; what outlasts the window is an overrun.

    What failed before the window began outside it, so to fail after it is no overrun.
    """
    assert found[TRUTH[states]] == ""
