"""Status pages as publishers really fill them in."""

import json
from dataclasses import replace
from typing import Any

import pytest

from probe.feeds.statuspage import read_statuspage
from probe.types import FeedKind, Notice, NoticeState
from tests.feeds.test_ics import CONTEXT, outages
from tests.samples import FEED


def page(*entries: object) -> str:
    """Return a document of maintenances."""
    return json.dumps({"page": {"id": "p"}, "scheduled_maintenances": entries})


def entry(**said: Any) -> dict[str, Any]:
    """Return a maintenance as the product writes it."""
    return {
        "id": "k1",
        "name": "SPOT maintenance",
        "status": "scheduled",
        "impact": "maintenance",
        "scheduled_for": "2026-12-05T03:00:00.000Z",
        "scheduled_until": "2026-12-05T06:00:00.000Z",
        "created_at": "2026-11-20T10:00:00.000Z",
        "updated_at": "2026-11-21T10:00:00.000Z",
        "components": [],
        "incident_updates": [
            {"body": "We will be undergoing scheduled maintenance during this time."}
        ],
        **said,
    }


def read(*entries: object, match: tuple[str, ...] = ()) -> tuple[Notice, ...]:
    """Return the notices of a page."""
    feed = replace(FEED, kind=FeedKind.STATUSPAGE, match=match)
    return read_statuspage(page(*entries), CONTEXT, {}, feed).notices


WINDOW = [("12-05T03:00", "12-05T06:00")]


@pytest.mark.parametrize(
    ("said", "state"),
    [
        pytest.param({"impact": "minor"}, "understood", id="degraded by its impact"),
        pytest.param({"impact": "none"}, "refused", id="no impact, or an older page"),
        pytest.param({"status": "completed"}, "cancelled", id="completed"),
        pytest.param({"status": "postponed"}, "refused", id="a status that is not known"),
        pytest.param(
            {"name": "Database maintenance", "components": [{"name": "Billing"}]},
            "irrelevant",
            id="another system",
        ),
        pytest.param(
            {"name": "Scheduled maintenance", "components": [{"name": "SPOT API"}]},
            "irrelevant",
            id="a part of ours",
        ),
        pytest.param({"name": "Legacy API is retired"}, "irrelevant", id="retired"),
        pytest.param({"name": None}, "irrelevant", id="no name"),
        pytest.param({"scheduled_until": None}, "refused", id="no end"),
        pytest.param(
            {
                "incident_updates": [
                    {"body": "This maintenance has been cancelled."},
                    {"body": "SPOT will be unavailable."},
                ]
            },
            "cancelled",
            id="cancelled in words",
        ),
    ],
)
def test_what_excuses_nothing(said: dict[str, Any], state: str) -> None:
    """And is there all the same."""
    (notice,) = read(entry(**said))
    assert (outages((notice,)), str(notice.state)) == ([], state)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({}, id="a bare title"),
        pytest.param({"impact": "critical", "name": "SPOT network works"}, id="by its impact"),
        pytest.param(
            {
                "name": "Scheduled maintenance",
                "components": [{"name": "SPOT"}, {"name": "Billing"}],
            },
            id="by its component",
        ),
        pytest.param(
            {"name": "Scheduled maintenance", "components": [{"name": "Web portal"}]},
            id="by a component that every page has",
        ),
        pytest.param({"status": "verifying"}, id="until it is completed"),
    ],
)
def test_what_is_plain_is_an_outage(said: dict[str, Any]) -> None:
    """Of the feed's component, at its times."""
    notices = read(entry(**said))
    assert outages(notices) == WINDOW
    assert notices[0].components == ("spot",)


def test_a_broken_entry_is_refused_alone() -> None:
    """The others are read."""
    notices = read(entry(), entry(id="k2", scheduled_until=None), "nonsense", {"id": "k3"})
    assert outages(notices) == WINDOW
    assert sum(one.state is NoticeState.REFUSED for one in notices) == 1
    assert len(notices) == 4


def test_only_what_matches_counts() -> None:
    """A page that many systems share."""
    shared = entry(name="Scheduled maintenance", components=[{"name": "Provider gateway"}])
    assert outages(read(shared, match=("gateway",))) == WINDOW
    assert outages(read(shared, match=("portal",))) == []


def test_a_title_that_says_that_nothing_is_noticed_excuses_nothing() -> None:
    """Whether a person has to look at it or not."""
    (notice,) = read(entry(name="SPOT maintenance, no customer impact"))
    assert outages((notice,)) == []
    assert notice.state in {NoticeState.IRRELEVANT, NoticeState.REFUSED}
