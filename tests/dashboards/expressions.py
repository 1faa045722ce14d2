"""Every expression of every rule, message and panel, and the names that stand in it."""

import functools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.dashboards.promtool import DASHBOARDS, rules

WORDS = {"and", "or", "unless", "bool", "offset", "by", "on", "without", "ignoring"}
#: What a message asks, or writes into what it asks.
ASKED = r"(?:query|printf) `([^`]+)`"
#: What a message puts into another query.
FAILURES = 'probe_failures_total{job="spot-probe",target="spot",expectation="unexpected"}'
LISTS = r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A query and where it stands."""

    where: str
    text: str


@functools.cache
def boards() -> dict[str, dict[str, Any]]:
    """Return the dashboards by their uids."""
    files = sorted((DASHBOARDS / "grafana" / "dashboards").glob("*.json"))
    read = (json.loads(file.read_text()) for file in files)
    return {board["uid"]: board for board in read}


def panels(board: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the panels of a dashboard that show something."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def of_rules() -> Iterator[Expression]:
    """Yield the expressions of the rules."""
    for rule in rules():
        yield Expression(where=rule.get("alert") or rule["record"], text=rule["expr"])


def of_messages() -> Iterator[Expression]:
    """Yield the queries inside descriptions, with a target, a feed and so on put in."""
    for rule in rules():
        for text in rule.get("annotations", {}).values():
            for query in re.findall(ASKED, text):
                for name in ("spot", "outage"):
                    query = query.replace("%s", name, 1)  # noqa: PLW2901 - one after the other
                query = query.replace("%[1]s", FAILURES)  # noqa: PLW2901 - the same
                query = re.sub(r"%(\[\d\])?f", "1", query)  # noqa: PLW2901 - the same
                yield Expression(where=f"the message of {rule['alert']}", text=query)


def of_panels() -> Iterator[Expression]:
    """Yield the queries of panels, annotations and variables, for all targets and probes."""
    for uid, board in boards().items():
        for panel in panels(board):
            for target in panel["targets"]:
                yield Expression(where=f"{uid}: {panel['title']}", text=filled(target["expr"]))
        for annotation in board["annotations"]["list"]:
            yield Expression(where=f"{uid}: {annotation['name']}", text=annotation["expr"])
        for variable in board["templating"]["list"]:
            if variable["type"] == "query":
                inner = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"])
                assert inner, variable
                text = f"count by ({inner[2]}) ({inner[1]})"
                yield Expression(where=f"{uid}: the variable {variable['name']}", text=text)


def filled(text: str) -> str:
    """Put Grafana's variables into an expression as for all."""
    return (
        text.replace("$__rate_interval", "1m").replace("$target", ".+").replace("$instance", ".+")
    )


def selectors(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each series that an expression names, with its matchers."""
    text = re.sub(LISTS, " ", text)
    for name, matchers in re.findall(r"([A-Za-z_:][\w:]*)?\{([^{}]*)\}", text):
        yield (
            name,
            dict(re.findall(r'(\w+)\s*(?:=~|!=|!~|=)\s*"([^"]*)"', matchers)),
        )
    text = re.sub(r"([A-Za-z_:][\w:]*)?\{[^{}]*\}", " ", text)
    text = re.sub(r'"[^"]*"|\[[^\]]*\]|\b\d[\w.]*', " ", text)
    for name in re.findall(r"[A-Za-z_:][\w:]*(?![\w:]*\s*\()", text):
        if name not in WORDS:
            yield name, {}


def listed_labels(text: str) -> set[str]:
    """Return the labels that an expression groups or joins by."""
    names = (name.strip() for inner in re.findall(LISTS, text) for name in inner.split(","))
    return {name for name in names if name}
