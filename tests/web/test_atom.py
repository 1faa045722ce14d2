"""Incidents and windows as an Atom feed."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from probe.maintenance.calendar import Calendar
from probe.web.atom import ATOM, feed
from tests.samples import NOON
from tests.test_calendarfeed import ONCE
from tests.views import ALL_UP, ONGOING, OUTAGE, PLANNED
from tests.web.stage import Stage

NOTHING = Calendar(published=())


def entries(text: str) -> list[dict[str, str]]:
    """Return each entry's texts by their names."""
    root = ET.fromstring(text)  # noqa: S314  (nobody else wrote it)
    return [
        {one.tag.rpartition("}")[2]: str(one.text or one.get("href")) for one in entry}
        for entry in root.findall(f"{{{ATOM}}}entry")
    ]


def test_an_incident_is_one_entry_from_its_beginning_to_its_end() -> None:
    """The same id, a later time, and another title."""
    (began,) = entries(feed(ALL_UP, [ONGOING], NOTHING))
    (ended,) = entries(feed(ALL_UP, [replace(ONGOING, ended_at=NOON)], NOTHING))
    assert began["title"] == "SPOT is down"
    assert ended["title"] == "SPOT was down for 55 min"
    assert began["id"] == ended["id"]
    assert began["updated"] < ended["updated"] == NOON.isoformat()
    assert began["link"] == "incidents/spot/20261124T160500.000000Z"


def test_what_was_announced_whole_is_told_so() -> None:
    """It is no incident."""
    outage, planned = entries(feed(ALL_UP, [PLANNED, OUTAGE], NOTHING))
    assert outage["title"] == "SPOT was down for 1 h 5 min"
    assert planned["title"] == "SPOT was down for 1 h 30 min, as announced"


def test_a_window_that_is_taken_back_stays_the_same_entry() -> None:
    """With the words in which it was announced."""
    at = replace(ALL_UP, at=ONCE.plan.starts_at)
    (known,) = entries(feed(at, [], Calendar(published=(ONCE,))))
    gone = replace(ONCE, withdrawn_at=at.at)
    (cancelled,) = entries(feed(at, [], Calendar(published=(gone,))))
    assert known["title"].startswith("Outage of SPOT, ")
    assert ONCE.quote in known["content"]
    assert cancelled["title"].startswith("Cancelled: ")
    assert cancelled["id"] == known["id"]


@pytest.mark.parametrize("text", ["<b>&amp;</b>", "a\x00b\x1f\ufffe", "]]>"])
def test_words_of_others_are_text(text: str) -> None:
    """Whatever they hold, the feed is well-formed."""
    names = replace(ALL_UP, names={"spot": text})
    (entry,) = entries(feed(names, [ONGOING], NOTHING))
    assert "is down" in entry["title"]


def test_the_feed_is_served_and_not_sent_twice() -> None:
    """With its own kind and an ETag."""
    client = Stage().client()
    answer = client.get("/feed.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert len(entries(answer.text)) == 3
    known = {"If-None-Match": answer.headers["etag"]}
    assert client.get("/feed.atom", headers=known).status_code == 304
