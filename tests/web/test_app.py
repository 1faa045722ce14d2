"""The routes, asked as Prometheus and people ask them."""

import bcrypt
import pytest
from prometheus_client import CollectorRegistry, Gauge

from probe.web.toolkit import WebConfig
from tests.web.stage import Stage


@pytest.fixture
def stage() -> Stage:
    """Return a stage on which all is well."""
    registry = CollectorRegistry()
    Gauge("probe_success", "Whether.", ["target"], registry=registry).labels("spot").set(1)
    Gauge("probe_other", "Another.", registry=registry).set(2)
    return Stage(registry=registry)


def test_metrics_are_text_unless_openmetrics_is_asked_for(stage: Stage) -> None:
    """Prometheus negotiates; a person's browser gets plain text."""
    plain = stage.client().get("/metrics")
    assert plain.headers["content-type"].startswith("text/plain; version=")
    assert 'probe_success{target="spot"} 1.0' in plain.text
    accept = {"accept": "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"}
    opened = stage.client().get("/metrics", headers=accept)
    assert opened.headers["content-type"].startswith("application/openmetrics-text")
    assert opened.text.endswith("# EOF\n")


def test_single_metrics_can_be_asked_for(stage: Stage) -> None:
    """`name[]` as Prometheus's client libraries have it."""
    text = stage.client().get("/metrics", params={"name[]": "probe_other"}).text
    assert "probe_other 2.0" in text
    assert "probe_success" not in text


def test_healthy_says_that_it_runs(stage: Stage) -> None:
    """200 whatever the targets do."""
    assert stage.client().get("/-/healthy").status_code == 200


def test_ready_waits_for_every_target(stage: Stage) -> None:
    """503 names those without an observation."""
    assert stage.client().get("/-/ready").status_code == 200
    stage.waiting = ("spot", "idm")
    answer = stage.client().get("/-/ready")
    assert (answer.status_code, answer.text) == (503, "not yet observed: spot, idm\n")


def test_reload_is_a_post_and_tells_what_is_wrong(stage: Stage) -> None:
    """GET changes nothing; a bad file answers 500 with the message."""
    client = stage.client()
    assert client.get("/-/reload").status_code == 405
    assert client.post("/-/reload").status_code == 200
    assert stage.reloads == 1
    stage.wrong = "probe.yml:3: targets[0].url: is missing"
    answer = client.post("/-/reload")
    assert answer.status_code == 500
    assert stage.wrong in answer.text


def test_every_answer_is_guarded(stage: Stage) -> None:
    """Nothing loads from elsewhere, and headers of one's own go before ours."""
    headers = stage.client().get("/").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    own = WebConfig(headers={"Content-Security-Policy": "default-src 'self'"})
    answer = stage.client(own).get("/-/healthy")
    assert answer.headers["content-security-policy"] == "default-src 'self'"


HASHED = bcrypt.hashpw(b"secret", bcrypt.gensalt(4)).decode()


@pytest.mark.parametrize(
    ("auth", "status"),
    [
        (None, 401),
        (("ann", "secret"), 200),
        (("ann", "wrong"), 401),
        (("bob", "secret"), 401),
        (("ann", ""), 401),
        (("ann", "x" * 5000), 401),
    ],
)
def test_users_are_asked_for_their_password(
    stage: Stage, auth: tuple[str, str] | None, status: int
) -> None:
    """An unknown name and a wrong password are answered alike, twice the same."""
    client = stage.client(WebConfig(users={"ann": HASHED}))
    for _ in range(2):
        answer = client.get("/metrics", auth=auth)
        assert answer.status_code == status
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Basic ")
        assert "x-content-type-options" in answer.headers


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !!!", "Basic YQ==", "Bearer abc", "Basic \u00ff", ""]
)
def test_what_is_no_password_is_refused(stage: Stage, header: str) -> None:
    """Broken headers are answered like missing ones."""
    client = stage.client(WebConfig(users={"ann": HASHED}))
    answer = client.get("/metrics", headers={"authorization": header.encode("latin-1")})
    assert answer.status_code == 401
