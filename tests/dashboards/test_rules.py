"""For each alert when it fires and when it does not."""

import pytest

from tests.dashboards.cases import Case
from tests.dashboards.promtool import judged
from tests.dashboards.rules import info, pages, probes, tickets, watchers
from tests.debian import needs

pytestmark = needs("promtool", package="prometheus")

EVERY = [
    (alert, case)
    for module in (pages, probes, tickets, info, watchers)
    for alert, cases in module.CASES.items()
    for case in cases
]
FIRES, QUIET = (
    [
        pytest.param(case, id=f"{alert}: {case.sentence}")
        for alert, case in EVERY
        if (case.labels is None) == is_quiet
    ]
    for is_quiet in (False, True)
)

Found = dict[Case, str]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Return what promtool found wrong with each case."""
    trials = [case.trial(alert) for alert, case in EVERY]
    complaints = judged(trials, tmp_path_factory.mktemp("promtool"))
    return {case: said for (_, case), said in zip(EVERY, complaints, strict=True)}


@pytest.mark.parametrize("case", FIRES)
def test_fires(case: Case, found: Found) -> None:
    """The alert fires, with these labels and these words."""
    assert found[case] == ""


@pytest.mark.parametrize("case", QUIET)
def test_does_not_fire(case: Case, found: Found) -> None:
    """The alert does not fire at any of the instants."""
    assert found[case] == ""
