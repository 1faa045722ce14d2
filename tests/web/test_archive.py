"""The pages about the past, from a journal that was written."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from probe.journal import Noticeboard, UnreadError
from probe.types import Evidence, Impact
from probe.web.pages import incident
from probe.web.record import IncidentRecord
from tests.observed import observed
from tests.samples import BUILT_IN, HOUR, NOON, NOTICE, PLAN, SEEN
from tests.views import ALL_UP, ONGOING, STATES
from tests.web.stage import Stage
from tests.written import written

MINUTE = timedelta(minutes=1)
SAID = Evidence(status_code=503, headers={"server": "<b>gw"}, text="<i>closed</i>")
PLANNED = replace(
    SEEN,
    feed=BUILT_IN.feeds[0].name,
    notice=replace(
        NOTICE,
        windows=(replace(PLAN, starts_at=NOON - HOUR, ends_at=NOON, impact=Impact.OUTAGE),),
    ),
    first_seen_at=NOON - 24 * HOUR,
)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Give an hour with two outages of SPOT, seen half an hour later."""
    with written(tmp_path) as journal:
        for number, one in enumerate(observed("." * 10 + "x" * 20 + "." * 40 + "xx" + "." * 20)):
            result = replace(one.result, evidence=SAID if number == 20 else None)
            journal.record(replace(one, result=result), stands=MINUTE)
    return Stage(
        journal=tmp_path,
        board=Noticeboard(seen=(PLANNED,)),
        shown=replace(ALL_UP, at=NOON + HOUR),
    )


def get(stage: Stage, path: str) -> httpx.Response:
    """Ask for a page."""
    return stage.client().get(path)


def words(answer: httpx.Response) -> str:
    """Return what a page says, without its markup."""
    text = re.sub("<[^>]*>", " ", answer.text.replace("\N{NO-BREAK SPACE}", " "))
    return " ".join(text.split())


def addresses(answer: httpx.Response) -> list[str]:
    """Return where a page's links to incidents lead."""
    return re.findall(r'href="(?:\.\./)*(incidents/[^"]+)"', answer.text)


def test_an_incident_has_a_page_of_its_own(stage: Stage) -> None:
    """Its course, its attempts and reasons, the last answer, and what was announced near it."""
    first, second = addresses(get(stage, "/incidents"))[::-1]
    answer = get(stage, f"/{first}")
    shown = words(answer)
    assert answer.status_code == 200
    for said in (
        "SPOT was down for 10 min",
        "Tue, Nov 24, 12:05 p.m. EST",
        "Nothing that was published announces it.",
        "20 failed probes",
        "It stood near and explained nothing",
        "unavailable from 1 p.m. to 3 p.m.",
        "The last failing answer: 503",
    ):
        assert said in shown
    assert "server: &lt;b&gt;gw" in answer.text
    assert "&lt;i&gt;closed&lt;/i&gt;" in answer.text
    assert answer.text.count("<tr>") == 21
    assert "The last failing answer" not in words(get(stage, f"/{second}"))


def test_an_incident_that_goes_on_says_what_is_known_now(stage: Stage) -> None:
    """As the status page does; of one that is over nothing is now."""
    over, _ = addresses(get(stage, "/incidents"))
    assert "Known now" not in words(get(stage, f"/{over}"))
    found = IncidentRecord(
        incident=ONGOING, spans=(), attempts=(), answer=None, relied_on=(), near=()
    )
    page = incident(STATES["unread-notice"], found)
    assert "Known now" in page
    assert "A notice that waits for review may explain this" in page


def test_an_incident_that_nobody_had_is_not_found(stage: Stage) -> None:
    """By another target, another instant, or none at all."""
    (_, address) = addresses(get(stage, "/incidents"))
    for wrong in (
        address.replace("spot", "idm"),
        address.replace("05", "06"),
        "incidents/spot/yesterday",
        "incidents/spot/20261124T170500",
    ):
        assert get(stage, f"/{wrong}").status_code == 404


@pytest.mark.parametrize(
    ("query", "title", "incidents", "links"),
    [
        ("", "November 2026", 2, ["incidents?month=2026-10"]),
        ("?month=2026-11", "November 2026", 2, ["incidents?month=2026-10"]),
        (
            "?month=2026-10",
            "October 2026",
            0,
            ["incidents?month=2026-09", "incidents?month=2026-11"],
        ),
    ],
)
def test_months_are_leafed_through(
    stage: Stage, query: str, title: str, incidents: int, links: list[str]
) -> None:
    """Back as far as one likes, and forward to the present one."""
    answer = get(stage, f"/incidents{query}")
    assert title in words(answer)
    assert len(addresses(answer)) == incidents
    assert re.findall(r'href="(incidents\?month=[^"]+)"', answer.text) == links


@pytest.mark.parametrize("page", ["incidents", "report"])
@pytest.mark.parametrize("month", ["soon", "2026-13", "2027-01", "9999-12", "0001-01", "2026-1"])
def test_a_month_that_is_none_is_refused(stage: Stage, page: str, month: str) -> None:
    """With what would be right."""
    answer = get(stage, f"/{page}?month={month}")
    assert answer.status_code == 400
    assert "write a month such as 2026-11" in answer.text or "yet to come" in answer.text


def test_a_target_has_its_latency_drawn(stage: Stage) -> None:
    """Over 24 hours and 30 days, and nothing where nothing is known."""
    answer = get(stage, "/targets/spot")
    assert answer.text.count('class="median"') == 2
    assert "The last 24 hours: 250 ms at the median" in words(answer)
    assert len(addresses(answer)) == 2
    assert "No successful probe is on record." in words(get(stage, "/targets/idm"))
    assert get(stage, "/targets/other").status_code == 404


def test_the_report_brings_its_own_style_and_nothing_else(stage: Stage) -> None:
    """The policy names the style by its hash."""
    answer = get(stage, "/report?month=2026-11")
    assert "Availability, " in answer.text
    (style,) = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    mark = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert f"style-src 'sha256-{mark}'" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("path", ["/incidents", "/targets/spot", "/report"])
def test_a_past_that_cannot_be_read_is_told(path: str) -> None:
    """503, in words."""
    answer = get(Stage(unread=UnreadError("torn")), path)
    assert (answer.status_code, answer.text) == (
        503,
        "the past cannot be read now; the log says why\n",
    )
