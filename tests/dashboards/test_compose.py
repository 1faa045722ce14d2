"""The containers: pinned, confined, and given files that there are."""

import re
from typing import Any

import pytest

from tests.dashboards.stack import ROOT, compose

SERVICES: dict[str, dict[str, Any]] = compose()["services"]


def test_the_whole_picture_is_there() -> None:
    """One command starts all of it."""
    assert set(SERVICES) == {"probe", "prometheus", "alertmanager", "grafana"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_confined(name: str) -> None:
    """No root, no capabilities, nothing to write but its volume, and only loopback sees it."""
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].split(":")[0]) > 0
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_pinned_and_watched(name: str) -> None:
    """A version in full, and a health check."""
    service = SERVICES[name]
    assert re.search(r":v?\d+\.\d+\.\d+$", service["image"])
    assert service["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_mounted_is_there(name: str) -> None:
    """A file that is missing would be made as an empty folder; what is written has a volume."""
    for volume in SERVICES[name]["volumes"]:
        source, _, *mode = volume.split(":")
        if source.startswith("."):
            assert (ROOT / source).exists()
            assert mode == ["ro"]
        else:
            assert source in compose()["volumes"]


def test_who_watches_waits_for_nobody_to_be_healthy() -> None:
    """A probe that never becomes healthy is what Prometheus has to tell."""
    waits = {name: service.get("depends_on", []) for name, service in SERVICES.items()}
    assert waits == {
        "probe": [],
        "prometheus": ["alertmanager"],
        "alertmanager": [],
        "grafana": {"prometheus": {"condition": "service_healthy"}},
    }
