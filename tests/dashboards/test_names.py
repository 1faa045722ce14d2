"""Every metric and label that a rule, a message or a panel names exists."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry

from probe.metrics import JournalCollector, Known, KnownCollector, Metrics
from probe.types import (
    Because,
    Cause,
    FeedFailure,
    Impact,
    JournalState,
    NoticeState,
    Phase,
    PublishedStatus,
    Reason,
    Verdict,
)
from tests.dashboards.expressions import (
    Expression,
    listed_labels,
    of_messages,
    of_panels,
    of_rules,
    selectors,
)
from tests.dashboards.promtool import rules
from tests.samples import HOUR, NOON, OBSERVED_UP, SEEN, TARGET, WINDOW

EVERY = [*of_rules(), *of_messages(), *of_panels()]
RECORDED = {rule["record"] for rule in rules() if "record" in rule}
#: What Prometheus itself puts on what it scrapes.
SCRAPED = {"job", "instance"}
#: What Prometheus and Alertmanager export about themselves, with the labels that we use;
#: test_chain.py holds them against the programs.
FOREIGN: Mapping[str, set[str]] = {
    "prometheus_config_last_reload_successful": set(),
    "prometheus_notifications_errors_total": set(),
    "prometheus_rule_evaluation_failures_total": {"rule_group"},
    "alertmanager_config_last_reload_successful": set(),
    "alertmanager_notifications_total": {"integration"},
    "alertmanager_notifications_failed_total": {"integration"},
}
#: Expressions of numbers alone.
NUMBERS = {"vector(0.995)", "vector(1)", "time() - 1", "1 + 1"}
VALUES: Mapping[str, set[str]] = {
    "verdict": set(Verdict),
    "because": set(Because),
    "reason": {*Reason, *FeedFailure},
    "phase": set(Phase),
    "impact": set(Impact),
    "status": set(PublishedStatus),
    "state": set(NoticeState),
    "expectation": {"expected", "unexpected"},
    "cause": {"gone", "stalled", *Cause},
    "job": {"spot-probe", "prometheus", "alertmanager"},
    "alertstate": {"firing"},
}


def registry() -> dict[str, set[str]]:
    """Return every series that the program exports, with its labels."""
    metrics = Metrics(CollectorRegistry(), "1", "3")
    known = Known(
        at=NOON,
        components=("spot", "idm", "mfa_email"),
        feeds=("page",),
        cutoff_at=NOON + HOUR,
        windows={("spot", Impact.OUTAGE): WINDOW},
        waiting=(SEEN,),
        unread={"spot": SEEN},
    )
    metrics.registry.register(KnownCollector(lambda: known))
    metrics.registry.register(JournalCollector(JournalState))
    metrics.expose([TARGET], ["page"])
    metrics.record(replace(OBSERVED_UP, window=WINDOW))
    metrics.task_restarts.labels("web").inc()
    metrics.feed_success.labels("page").set(1)
    metrics.feed_change.labels("page").set(1)
    return {
        sample.name: set(sample.labels)
        for family in metrics.registry.collect()
        for sample in family.samples
    }


EXPORTED = registry()


def labels(name: str) -> set[str] | None:
    """Return the labels that a series has; None if there is no such series."""
    if name in RECORDED:
        level = name.split(":", maxsplit=1)[0]
        return set(level.split("_")) | (SCRAPED if level.startswith("instance") else {"job"})
    if name == "up":
        return SCRAPED
    if name in FOREIGN:
        return FOREIGN[name] | SCRAPED
    if name == "ALERTS":
        return {"alertname", "alertstate", "target"}
    found = EXPORTED.get(name)
    return None if found is None else found | SCRAPED


@pytest.mark.parametrize("expression", EVERY, ids=lambda one: one.where)
def test_every_series_and_label_exists(expression: Expression) -> None:
    """No rule waits for a metric that nobody exports."""
    named = list(selectors(expression.text))
    assert named or expression.text in NUMBERS
    for name, matchers in named:
        known = labels(name)
        assert known is not None, name
        assert set(matchers) <= known, name
    everything = set().union(*(labels(name) or set() for name, _ in named))
    made = {"cause", "target", "component"}
    assert listed_labels(expression.text) <= everything | made


@pytest.mark.parametrize("expression", EVERY, ids=lambda one: one.where)
def test_every_label_value_exists(expression: Expression) -> None:
    """A mistyped verdict would match nothing, silently."""
    for _, matchers in selectors(expression.text):
        for label, value in matchers.items():
            if label in VALUES and not re.search(r"[.+*%$]", value):
                assert set(value.split("|")) <= VALUES[label]


def test_the_names_are_read_out_of_an_expression() -> None:
    """The reading that the tests above rely on."""
    text = 'sum by (a, b) (rate(one{x="1",y=~"2|3"}[5m])) / on (c) group_left () (two > bool 0.5)'
    assert list(selectors(text)) == [("one", {"x": "1", "y": "2|3"}), ("two", {})]
    assert listed_labels(text) == {"a", "b", "c"}


def test_selectors_of_the_job_name_it() -> None:
    """Another job may export metrics of these names, blackbox_exporter for one."""
    for expression, (name, matchers) in itertools.chain.from_iterable(
        ((one, found) for found in selectors(one.text)) for one in EVERY
    ):
        if name in EXPORTED:
            assert matchers.get("job") == "spot-probe", (expression.where, name)
