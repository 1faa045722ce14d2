"""The dashboards: Grafana's own model takes them, and a person can read them."""

import itertools
import json
import re
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from dashboards.grafana.__main__ import documents
from dashboards.grafana.board import Windows
from dashboards.grafana.panels import PALETTE
from tests.dashboards.expressions import boards, listed_labels, panels

BOARDS = boards()
PANELS = [
    pytest.param(panel, id=f"{uid}: {panel['title']}")
    for uid, board in BOARDS.items()
    for panel in panels(board)
]
register_default_plugins()


def test_the_json_is_what_the_source_makes() -> None:
    """`python -m dashboards.grafana` was run after the last change."""
    for file, text in documents().items():
        assert file.read_text() == text, file.name


@pytest.mark.parametrize("uid", BOARDS)
def test_the_typed_model_takes_a_dashboard_without_loss(uid: str) -> None:
    """What it read it writes again, every key of it but the words of its annotation."""
    whole = json.loads(json.dumps(BOARDS[uid]))
    (annotation,) = whole["annotations"]["list"]
    assert {name: annotation.pop(name) for name in Windows.WORDS} == Windows.WORDS
    model = Dashboard.from_json(json.loads(json.dumps(whole)))
    assert json.loads(json.dumps(model, cls=JSONEncoder)) == whole


@pytest.mark.parametrize("uid", BOARDS)
def test_the_words_of_an_annotation_are_labels_of_its_series(uid: str) -> None:
    """Grafana would show what it does not find as it is written."""
    (annotation,) = BOARDS[uid]["annotations"]["list"]
    named = re.findall(r"\{\{(\w+)\}\}", json.dumps(annotation))
    assert set(named) <= listed_labels(annotation["expr"])


@pytest.mark.parametrize("panel", PANELS)
def test_what_is_shown_as_now_is_of_now(panel: dict[str, Any]) -> None:
    """A last value of hours ago would look like one; where there is none, the panel says so."""
    instant = panel["type"] in {"stat", "bargauge", "table"}
    assert {query["instant"] for query in panel["targets"]} == {instant}
    assert {query["range"] for query in panel["targets"]} == {not instant}
    if instant:
        assert panel["fieldConfig"]["defaults"]["noValue"]


def test_a_state_that_is_not_known_is_called_so() -> None:
    """It is neither green nor empty."""
    (state,) = [one for one in panels(BOARDS["spot-and-idm"]) if one["title"] == "State"]
    ((mapping),) = state["fieldConfig"]["defaults"]["mappings"]
    assert mapping["options"]["0"]["text"] == "not known"
    assert mapping["options"]["0"]["color"] != mapping["options"]["1"]["color"]
    assert state["fieldConfig"]["defaults"]["noValue"] == "not known"


def test_latency_is_shown_for_each_target() -> None:
    """A mean of all would hide the slow one."""
    (phases,) = [one for one in panels(BOARDS["spot-and-idm"]) if "by phase" in one["title"]]
    assert phases["repeat"] == "target"


def test_their_uids_stay() -> None:
    """Links in pages that were sent lead to them."""
    assert set(BOARDS) == {"spot-and-idm", "probe-health"}


@pytest.mark.parametrize(
    ("uid", "name"), [("spot-and-idm", "target"), ("probe-health", "instance")]
)
def test_a_data_source_and_what_is_looked_at_are_variables(uid: str, name: str) -> None:
    """Every panel and annotation takes its data from the chosen source."""
    board = BOARDS[uid]
    assert [one["name"] for one in board["templating"]["list"]] == ["datasource", name]
    parts = [*panels(board), *board["annotations"]["list"]]
    assert {part["datasource"]["uid"] for part in parts} == {"${datasource}"}
    assert f"${name}" in json.dumps([panel["targets"] for panel in panels(board)])


@pytest.mark.parametrize("panel", PANELS)
def test_every_panel_says_what_it_shows(panel: dict[str, Any]) -> None:
    """A title, a sentence and a unit."""
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]


@pytest.mark.parametrize("panel", PANELS)
def test_every_colour_is_of_the_palette(panel: dict[str, Any]) -> None:
    """Okabe and Ito's, which colour-blind people can tell apart; lines have no other."""

    def colours(part: object) -> list[str]:
        if isinstance(part, dict):
            own = [part[key] for key in ("color", "fixedColor") if isinstance(part.get(key), str)]
            return [*own, *itertools.chain.from_iterable(colours(one) for one in part.values())]
        if isinstance(part, list):
            return list(itertools.chain.from_iterable(colours(one) for one in part))
        return []

    found = colours(panel["fieldConfig"])
    assert set(found) <= set(PALETTE)
    assert found or panel["type"] == "table"


@pytest.mark.parametrize("uid", BOARDS)
def test_panels_fit_a_width_of_1280_and_do_not_overlap(uid: str) -> None:
    """24 columns of 53 pixels; nothing is narrower than a quarter of it."""
    places = [panel["gridPos"] for panel in BOARDS[uid]["panels"]]
    for place in places:
        assert place["w"] >= 6
        assert place["x"] + place["w"] <= 24
    for one, other in itertools.combinations(places, 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or below
    ids = [panel["id"] for panel in BOARDS[uid]["panels"]]
    assert len(ids) == len(set(ids))
