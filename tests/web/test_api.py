"""The JSON API: every answer is held against the document that describes it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from probe.journal import UnreadError
from probe.maintenance.calendar import Calendar
from probe.runtime.jsonable import to_jsonable
from probe.types import NoticeState, Review
from probe.web.api import ENDPOINTS, USUAL
from tests.samples import HOUR, NOON, NOTICE, PLAN, SEEN
from tests.test_calendarfeed import ONCE
from tests.views import ALL_UP, STATES
from tests.web.stage import Stage

GONE = replace(SEEN, vanished_at=NOON)
IRRELEVANT = replace(SEEN, notice=replace(NOTICE, state=NoticeState.IRRELEVANT))
REVIEW = Review(
    fingerprint="f" * 64, accepted=True, windows=(PLAN,), reviewer="ann", reviewed_at=NOON
)
SIGHTINGS = ((GONE, None), (IRRELEVANT, None), (SEEN, REVIEW))


@pytest.fixture
def stage() -> Stage:
    """Return a stage with one of everything."""
    return Stage(calendar=Calendar(published=(ONCE,)), sightings=SIGHTINGS)


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    found: dict[str, Any] = Stage().client().get("/api/v1/openapi.json").json()
    return found


DOCUMENT = document()


def fits(path: str, answer: Any, status: int = 200) -> None:
    """Assert that an answer is what the document says of it."""
    responses = DOCUMENT["paths"][path]["get"]["responses"]
    schema = responses[str(status)]["content"]["application/json"]["schema"]
    whole = {**schema, "components": DOCUMENT["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(answer)


def test_the_document_is_an_openapi_document() -> None:
    """By the standard's own schema; it describes every endpoint and nothing else."""
    OpenAPIV31SpecValidator(DOCUMENT).validate()
    assert set(DOCUMENT["paths"]) == {endpoint.path for endpoint in ENDPOINTS}
    assert DOCUMENT["info"]["version"] == "1.2.3"
    assert DOCUMENT["servers"] == [{"url": "."}]


@pytest.mark.parametrize("state", STATES)
def test_the_status_of_every_state_fits(state: str) -> None:
    """Whatever is up, down or not known."""
    answer = Stage(shown=STATES[state]).client().get("/api/v1/status")
    assert answer.headers["content-type"] == "application/json"
    fits("/status", answer.json())


def test_the_status_says_what_the_page_says() -> None:
    """Verdict, because, reason, and the streak, by the types' own names."""
    found = Stage(shown=STATES["unannounced"]).client().get("/api/v1/status").json()
    spot, idm = found["targets"]
    assert (spot["target"], spot["verdict"], spot["because"]) == (
        "spot",
        "unexpected",
        "unannounced",
    )
    assert (spot["reason"], spot["status_code"]) == ("status", 503)
    assert spot["streak"]["since"] == "2026-11-24T16:05:00+00:00"
    assert (idm["target"], idm["verdict"], idm["because"]) == ("idm", "up", None)
    assert found["waiting"] == 1
    assert spot["unread"] is None
    unread = Stage(shown=STATES["unread-notice"]).client().get("/api/v1/status").json()
    assert unread["targets"][0]["unread"]["notice"]["text"] == "SPOT may be away 1-3 p.m."
    assert found["status"] == {"spot": "available"}
    unknown = Stage(shown=STATES["nothing-known"]).client().get("/api/v1/status").json()
    assert unknown["targets"][0] == {**dict.fromkeys(spot, None), "target": "spot"}


def test_a_past_that_cannot_be_read_is_told(stage: Stage) -> None:
    """Nobody takes it for a past without incidents; what the disk said is for the log alone."""
    stage.unread = UnreadError("database disk image is malformed")
    answer = stage.client().get("/api/v1/incidents")
    assert (answer.status_code, answer.json()) == (503, {"error": "the past cannot be read now"})


def test_windows_are_the_types_fields(stage: Stage) -> None:
    """The same as the command prints."""
    answer = stage.client().get("/api/v1/windows").json()
    fits("/windows", answer)
    wanted = stage.calendar.between(NOON, NOON + 14 * 24 * HOUR)
    assert answer == to_jsonable(wanted)
    assert len(answer) == 1


@pytest.mark.parametrize(
    ("at", "days", "number"),
    [
        ("2026-11-24T13:00:00-05:00", "1", 1),
        ("2026-11-24T13:00:00 -05:00", "1", 1),
        ("2026-11-24T18:00:00Z", "1", 1),
        ("2026-11-24T14:59:59", "1", 1),
        ("2026-11-24T15:00", "1", 0),
        ("2026-11-23T12:00", "1", 0),
        ("2026-11-23T12:00", "2", 1),
    ],
)
def test_windows_take_an_instant_and_a_number_of_days(
    stage: Stage, at: str, days: str, number: int
) -> None:
    """An instant without an offset is in the configured zone; ends are open."""
    answer = stage.client().get("/api/v1/windows", params={"at": at, "days": days})
    assert len(answer.json()) == number


def test_incidents_are_asked_for_by_span(stage: Stage) -> None:
    """The last ninety days unless something else is asked for, and never without bound."""
    answer = stage.client().get("/api/v1/incidents").json()
    fits("/incidents", answer)
    assert answer == to_jsonable(ALL_UP.incidents)
    span = {"from": "2026-11-01T00:00Z", "to": "2026-11-24T17:00Z"}
    stage.client().get("/api/v1/incidents", params=span)
    (first, second) = stage.asked
    assert first == (NOON - 90 * 24 * HOUR, NOON, USUAL)
    assert second[0].isoformat() == "2026-11-01T00:00:00+00:00"


def test_notices_are_those_that_stand_unless_all_are_asked_for(stage: Stage) -> None:
    """With what a person made of each, the latest first."""
    answer = stage.client().get("/api/v1/notices").json()
    fits("/notices", answer)
    assert [one["review"]["reviewer"] for one in answer] == ["ann"]
    every = stage.client().get("/api/v1/notices", params={"all": "true"}).json()
    fits("/notices", every)
    assert [one["notice"]["state"] for one in every] == ["understood", "irrelevant", "understood"]
    assert len(stage.client().get("/api/v1/notices?all=true&limit=2").json()) == 2


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/windows?at=tomorrow", "at: 'tomorrow': write an instant such as 2026-12-05T22:00"),
        ("/windows?at=0001-01-01T00:00Z", "at: '0001-01-01T00:00Z': write a year"),
        ("/windows?at=9999-12-31T23:59", "write a year"),
        ("/windows?days=0", "days: '0': write a whole number from 1 to 400"),
        ("/windows?days=401", "write a whole number from 1 to 400"),
        ("/windows?days=%C2%B2", "write a whole number from 1 to 400"),
        ("/windows?days=1&days=2", "days: write it once"),
        ("/incidents?limit=1001", "limit: '1001': write a whole number from 1 to 1000"),
        ("/windows?day=1", "'day' is no parameter; write at or days"),
        ("/incidents?from=2026-11-24T18:00Z&to=2026-11-24T18:00Z", "from must be before to"),
        ("/incidents?from=2024-01-01T00:00Z", "at most 400 days"),
        ("/notices?all=yes", "all: 'yes': write true or false"),
        ("/status?at=now", "'at' is no parameter; none is known here"),
    ],
)
def test_a_bad_parameter_answers_400_with_words(stage: Stage, path: str, says: str) -> None:
    """They say which, what stood there, and what would be right."""
    answer = stage.client().get(f"/api/v1{path}")
    assert answer.status_code == 400
    assert says in answer.json()["error"]
    if "?at=now" not in path:
        fits(path.partition("?")[0], answer.json(), 400)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    path=st.sampled_from([endpoint.path for endpoint in ENDPOINTS]),
    asked=st.dictionaries(
        st.sampled_from(["at", "days", "from", "to", "all", "limit", "x"]),
        st.text(max_size=30) | st.sampled_from(["1", "2026-11-24", "true", "2026-01-01T00:00Z"]),
        max_size=3,
    ),
)
def test_no_request_is_a_fault_of_ours(path: str, asked: dict[str, str]) -> None:
    """Whatever is asked: an answer that fits, or 400 with words."""
    stage = Stage(calendar=Calendar(published=(ONCE,)), sightings=SIGHTINGS)
    answer = stage.client().get(f"/api/v1{path}", params=asked)
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        fits(path, json.loads(answer.text))


def test_an_answer_that_is_known_is_not_sent_again(stage: Stage) -> None:
    """304 for the ETag that was given; HEAD has the headers."""
    client = stage.client()
    first = client.get("/api/v1/windows")
    again = client.get("/api/v1/windows", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.send("HEAD", "/api/v1/windows")
    assert head.status_code == 200
    assert head.headers["etag"] == first.headers["etag"]
