"""What signed-in people say in the browser, and who may not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import bcrypt
import httpx
import pytest

from probe.journal import Noticeboard
from probe.types import AddedWindow, Impact, Review
from probe.web.toolkit import WebConfig
from tests.samples import HOUR, NOON, PLAN
from tests.views import ALL_UP, PROPOSED, REFUSED
from tests.web.stage import Client, Stage

HASHED = bcrypt.hashpw(b"secret", b"$2b$04$abcdefghijklmnopqrstuu").decode()
ANN = ("ann", "secret")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OURS = {"Origin": "http://ops.example", "Sec-Fetch-Site": "same-origin"}
WHOLE = {
    "use-0": "yes",
    "component-0": "spot",
    "impact-0": "outage",
    "from-0": "2026-11-24T13:00",
    "until-0": "2026-11-24T15:00",
    "decision": "accept",
}
WINDOW = {"component": ["spot", "idm"], "impact": "outage", "until": "2026-11-24T14:00"}


@pytest.fixture
def stage() -> Stage:
    """Return a stage on which two notices wait."""
    return Stage(board=Noticeboard(seen=(REFUSED, PROPOSED)))


def client(stage: Stage, *, signed: bool = True) -> Client:
    """Return a client of the page at an address of its own."""
    users = {"ann": HASHED} if signed else {}
    return stage.client(lambda: WebConfig(users=users), outside="http://ops.example/")


def send(stage: Stage, path: str, fields: Any, **how: Any) -> httpx.Response:
    """Send a form as a signed-in person's browser does."""
    headers = FORM | OURS | how.pop("headers", {})
    body = urlencode(fields, doseq=True)
    return client(stage, **how).post(path, content=body, headers=headers, auth=ANN)


def test_a_notice_is_accepted_as_it_was_proposed(stage: Stage) -> None:
    """To the second, with who and when; the browser goes back to the page."""
    answer = send(stage, f"/review/{'c' * 64}", WHOLE)
    assert (answer.status_code, answer.headers["location"]) == (303, "../")
    assert stage.acted == [
        Review(
            fingerprint="c" * 64,
            accepted=True,
            windows=(PLAN,),
            reviewer="ann",
            reviewed_at=NOON,
        )
    ]


def test_a_proposal_is_changed_before_it_is_accepted(stage: Stage) -> None:
    """Hours, components, impact, how it recurs; and a window of the person's own beside it."""
    fields = WHOLE | {
        "component-0": ["idm", "spot"],
        "impact-0": "degraded",
        "until-0": "2026-11-24T16:30",
        "rule-0": "RRULE:FREQ=WEEKLY;BYDAY=TU",
        "use-1": "yes",
        "component-1": "idm",
        "impact-1": "outage",
        "from-1": "2026-12-01T22:00",
        "until-1": "2026-12-02T04:00",
    }
    assert send(stage, f"/review/{'c' * 64}", fields).status_code == 303
    (review,) = stage.acted
    assert isinstance(review, Review)
    first, own = review.windows
    assert (first.components, first.impact) == (("idm", "spot"), Impact.DEGRADED)
    assert (first.starts_at, first.ends_at) == (PLAN.starts_at, PLAN.starts_at + 3.5 * HOUR)
    assert first.recurrence == "RRULE:FREQ=WEEKLY;BYDAY=TU"
    assert (own.components, own.ends_at - own.starts_at) == (("idm",), 6 * HOUR)


def test_a_notice_is_dismissed(stage: Stage) -> None:
    """Whatever stands in the other fields."""
    send(stage, f"/review/{'b' * 64}", WHOLE | {"decision": "dismiss"})
    (review,) = stage.acted
    assert isinstance(review, Review)
    assert (review.accepted, review.windows) == (False, ())


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"use-0": ""}, "choose a window"),
        ({"decision": ""}, "say whether"),
        ({"component-0": []}, "window 1: choose what"),
        ({"component-0": "sport"}, "window 1: write components among"),
        ({"impact-0": "none"}, "window 1:"),
        ({"from-0": "soon"}, "window 1: write its start as"),
        ({"until-0": "2026-11-24T13:00"}, "window 1: it does not end after"),
        ({"until-0": "2027-11-24T13:00"}, "window 1: it is longer than 62 days"),
        ({"rule-0": "RRULE:FREQ=SOMETIMES"}, "window 1:"),
    ],
)
def test_what_cannot_be_obeyed_changes_nothing(
    stage: Stage, fields: dict[str, Any], says: str
) -> None:
    """The form comes again with what was written, and says why."""
    answer = send(stage, f"/review/{'c' * 64}", WHOLE | fields)
    assert answer.status_code == 400
    assert says in answer.text
    assert 'value="2026-11-24T13:00"' in answer.text or "from-0" in fields
    assert stage.acted == []


def test_a_window_by_hand_begins_at_once(stage: Stage) -> None:
    """It is listed then, and ended by a button."""
    answer = send(stage, "/announce", WINDOW | {"note": "told by telephone"})
    assert (answer.status_code, answer.headers["location"]) == (303, "announce")
    (window,) = stage.acted
    assert isinstance(window, AddedWindow)
    assert (window.plan.components, window.added_by, window.note) == (
        ("spot", "idm"),
        "ann",
        "told by telephone",
    )
    assert (window.plan.starts_at, window.plan.ends_at) == (NOON, NOON + 2 * HOUR)
    listed = client(stage).get("/announce", auth=ANN).text
    assert "told by telephone" in listed
    assert f'action="announce/{window.id}/end"' in listed
    answer = send(stage, f"/announce/{window.id}/end", {})
    assert (answer.status_code, answer.headers["location"]) == (303, "../../announce")
    ended = stage.acted[-1]
    assert isinstance(ended, AddedWindow)
    assert (ended.ended_by, ended.ended_at) == ("ann", NOON)
    assert send(stage, f"/announce/{window.id}/end", {}).status_code == 303
    assert len(stage.acted) == 2


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"until": ""}, "write its end as"),
        ({"until": "2026-11-24T11:00", "from": "2026-11-24T10:00"}, "it is over"),
        ({"component": []}, "choose what"),
        ({"component": ["page"]}, "write components among"),
        ({"until": "2027-11-24T11:00"}, "longer than 62 days"),
    ],
)
def test_a_window_that_cannot_be_changes_nothing(
    stage: Stage, fields: dict[str, Any], says: str
) -> None:
    """The form comes again, and says why."""
    answer = send(stage, "/announce", WINDOW | {"note": "by <ann>"} | fields)
    assert answer.status_code == 400
    assert says in answer.text
    assert "by &lt;ann&gt;" in answer.text
    assert stage.acted == []


PATHS = [f"/review/{'c' * 64}", "/announce", "/announce/abc/end"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_no_other_sites_page_changes_anything(
    stage: Stage, path: str, headers: dict[str, str]
) -> None:
    """A signed-in person's browser sends the password along, whoever asks it to."""
    answer = send(stage, path, WHOLE | WINDOW, headers=headers)
    assert answer.status_code == 403
    assert stage.acted == []


@pytest.mark.parametrize("path", PATHS)
def test_nobody_changes_anything_where_nobody_signs_in(stage: Stage, path: str) -> None:
    """The page shows the commands instead of the form."""
    answer = send(stage, path, WHOLE | WINDOW, signed=False)
    assert (answer.status_code, stage.acted) == (403, [])
    assert "basic_auth_users" in answer.text
    if not path.endswith("end"):
        shown = client(stage, signed=False).get(path).text
        assert "<form" not in shown
        assert "spot-probe " in shown


@pytest.mark.parametrize("path", PATHS)
def test_a_wrong_password_changes_nothing(stage: Stage, path: str) -> None:
    """401 before anything is looked at."""
    body = urlencode(WHOLE)
    answer = client(stage).post(path, content=body, headers=FORM | OURS, auth=("ann", "wrong"))
    assert (answer.status_code, stage.acted) == (401, [])


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"decision=accept", "text/plain", 415),
        (b"\xff\xfe=1", FORM["Content-Type"], 400),
        (b"&".join(b"a=1" for _ in range(5000)), FORM["Content-Type"], 400),
    ],
)
def test_what_is_no_form_is_refused(stage: Stage, body: bytes, kind: str, status: int) -> None:
    """With a status that says so."""
    headers = OURS | {"Content-Type": kind}
    answer = client(stage).post(PATHS[0], content=body, headers=headers, auth=ANN)
    assert (answer.status_code, stage.acted) == (status, [])


def test_a_notice_that_is_not_known_is_not_found(stage: Stage) -> None:
    """Nor is one by a part of its fingerprint, or by a path."""
    for name in ("d" * 64, "c" * 12, quote("../../etc", safe="")):
        assert client(stage).get(f"/review/{name}", auth=ANN).status_code == 404


def test_the_page_leads_to_the_review(stage: Stage) -> None:
    """Where people sign in; elsewhere it shows the commands."""
    stage.shown = replace(ALL_UP, waiting=(REFUSED,))
    signed = client(stage).get("/", auth=ANN).text
    assert f'href="review/{"b" * 64}"' in signed
    assert "spot-probe notices" not in signed
    assert "spot-probe notices dismiss" in client(stage, signed=False).get("/").text


def test_a_window_across_a_repeated_hour_is_read_as_published(stage: Stage) -> None:
    """A start takes the first pass, an end the second."""
    fields = WINDOW | {"from": "2027-11-07T01:30", "until": "2027-11-07T01:45"}
    assert send(stage, "/announce", fields).status_code == 303
    (window,) = stage.acted
    assert isinstance(window, AddedWindow)
    lasts = window.plan.ends_at.timestamp() - window.plan.starts_at.timestamp()
    assert lasts == timedelta(minutes=75).total_seconds()
