"""The routes, asked as Prometheus and people ask them."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import bcrypt
import pytest
from prometheus_client import CollectorRegistry, Gauge

from probe.journal import UnreadError
from probe.maintenance.calendar import Calendar
from probe.web.toolkit import WebConfig
from tests.test_calendarfeed import ONCE
from tests.views import STATES
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
    answer = stage.client(lambda: own).get("/-/healthy")
    assert answer.headers["content-security-policy"] == "default-src 'self'"


HASHED = bcrypt.hashpw(b"secret", b"$2b$04$abcdefghijklmnopqrstuu").decode()


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
    client = stage.client(lambda: WebConfig(users={"ann": HASHED}))
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
    client = stage.client(lambda: WebConfig(users={"ann": HASHED}))
    answer = client.get("/metrics", headers={"authorization": header.encode("latin-1")})
    assert answer.status_code == 401


# --- for people ------------------------------------------------------------------------------


def test_the_page_is_never_kept(stage: Stage) -> None:
    """It is about now."""
    answer = stage.client().get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "SPOT and IDM can be reached." in answer.text


def test_everything_is_also_served_below_a_prefix(stage: Stage) -> None:
    """A proxy may pass the path on as it is, or cut it."""
    client = stage.client(outside="http://ops.example/probe/")
    paths = ["/", "/static/page.css", "/api/v1/status", "/maintenance.ics", "/metrics"]
    for path in paths:
        assert client.get(path).status_code == 200
        assert client.get(f"/probe{path}").content == client.get(path).content
    assert client.get("/other/").status_code == 404


@pytest.mark.parametrize("path", ["/probe", "/metrics/", "/api/v1/status/", "/static"])
def test_no_redirect_names_a_scheme_or_a_host(stage: Stage, path: str) -> None:
    """Behind a proxy that speaks TLS, ours would be the wrong ones."""
    answer = stage.client(outside="https://ops.example/probe/").get(path)
    where = answer.headers.get("location")
    assert (answer.status_code, where) == ((307, "/probe/") if path == "/probe" else (404, None))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/static/page.css", "text/css; charset=utf-8"),
        ("/static/page.js", "text/javascript; charset=utf-8"),
        ("/icon/up.svg", "image/svg+xml"),
        ("/badge/spot.svg", "image/svg+xml"),
        ("/maintenance.ics", "text/calendar; charset=utf-8"),
        ("/api/v1/openapi.json", "application/json"),
    ],
)
def test_what_has_not_changed_is_not_sent_again(stage: Stage, path: str, kind: str) -> None:
    """An ETag, asked about each time; HEAD has it, too."""
    client = stage.client()
    first = client.get(path)
    assert (first.status_code, first.headers["content-type"]) == (200, kind)
    assert first.headers["cache-control"] == "no-cache"
    mark = first.headers["etag"]
    for sent in (mark, f'W/{mark}, "other"', "*"):
        again = client.get(path, headers={"If-None-Match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
    assert client.get(path, headers={"If-None-Match": '"other"'}).content == first.content
    assert client.send("HEAD", path).headers["etag"] == mark


@pytest.mark.parametrize(
    "path", ["/static/", "/static/../app.py", "/static/%2e%2e/app.py", "/icon/x.svg", "/nothing"]
)
def test_nothing_else_is_served(stage: Stage, path: str) -> None:
    """No path leads to a file that is not ours to show."""
    assert stage.client().get(path).status_code == 404


BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("path", "status", "says", "up"),
    [
        ("/nothing", 404, "No page of this probe has this address.", "./"),
        ("/targets/other", 404, "no target is called so", ".././"),
        ("/probe/targets/other", 404, "no target is called so", ".././"),
        ("/incidents?month=never", 400, "Bad Request", "./"),
        ("/incidents", 503, "the past cannot be read now", "./"),
        ("/api/v1/incidents", 503, "The journal cannot be read now", "../.././"),
    ],
)
def test_a_browser_is_shown_a_page_where_nothing_can_be_shown(
    stage: Stage, path: str, status: int, says: str, up: str
) -> None:
    """With the way to the status page; a program gets its line."""
    if status == 503:
        stage.unread = UnreadError("database disk image is malformed")
    client = stage.client(outside="http://ops.example/probe/")
    answer = client.get(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "text/html; charset=utf-8",
    )
    assert says in answer.text
    assert f'<a href="{up}">To the status page</a>' in answer.text
    assert "malformed" not in answer.text
    line = client.get(path)
    assert (line.status_code, line.headers["content-type"].split(";")[0] != "text/html") == (
        status,
        True,
    )


def test_words_that_a_request_brings_are_escaped_where_they_are_told(stage: Stage) -> None:
    """Nobody writes a script into our page by an address."""
    answer = stage.client().get("/incidents?month=<script>", headers=BROWSER)
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


def drawn(picture: str) -> ET.Element:
    """Return a picture of ours as the elements it has."""
    return ET.fromstring(picture)  # noqa: S314  (nobody else wrote it)


def test_a_badge_tells_the_state_in_words_and_a_shape(stage: Stage) -> None:
    """One per target; another name is answered with those there are."""
    picture = stage.client().get("/badge/spot.svg").text
    assert 'aria-label="SPOT: up"' in picture
    drawn(picture)
    missing = stage.client().get("/badge/sport.svg")
    assert missing.status_code == 404
    assert "spot, idm" in missing.text


@pytest.mark.parametrize("state", STATES)
def test_a_badge_is_a_picture_in_every_state(state: str) -> None:
    """Well-formed, whatever a target is called."""
    shown = STATES[state]
    names = replace(
        shown.targets[0], name="<&\"'> a name that is a good deal longer than it should"
    )
    picture = (
        Stage(shown=replace(shown, targets=(names,)))
        .client()
        .get(f"/badge/{names.target.name}.svg")
        .text
    )
    assert drawn(picture).attrib["aria-label"].startswith("<&\"'> a name")


def test_a_badge_says_until_when_it_was_announced() -> None:
    """What a wiki's reader wants to know."""
    picture = Stage(shown=STATES["announced"]).client().get("/badge/spot.svg").text
    assert "maintenance until 2:00\N{NO-BREAK SPACE}p.m.\N{NO-BREAK SPACE}EST" in picture


def test_the_calendar_feed_takes_a_reminder(stage: Stage) -> None:
    """As Prometheus writes durations; a bad one answers 400 with words."""
    stage.calendar = Calendar(published=(ONCE,))
    client = stage.client()
    assert "TRIGGER:-PT30M" in client.get("/maintenance.ics?reminder=30m").text
    assert "VALARM" not in client.get("/maintenance.ics").text
    for bad, says in (
        ("reminder=soon", "write a duration with its unit"),
        ("reminder=0", "over 0s and up to 7d"),
        ("reminder=8d", "over 0s and up to 7d"),
        ("remind=1h", "write reminder"),
    ):
        answer = client.get(f"/maintenance.ics?{bad}")
        assert answer.status_code == 400
        assert says in answer.json()["error"]
