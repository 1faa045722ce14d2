"""Values of ours as JSON."""

import json
import unicodedata
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from probe.runtime.jsonable import dumps, to_jsonable
from probe.types import Phase
from tests.samples import NOON, PLAN, UP, WINDOW


def test_field_names_are_the_types_own() -> None:
    """Nothing is renamed and nothing left out."""
    assert list(to_jsonable(WINDOW)) == list(asdict(WINDOW))
    assert to_jsonable(UP)["phases"] == {Phase.RESOLVE: 0.01, Phase.CONNECT: 0.02, Phase.TLS: 0.03}


def test_instants_bear_their_offset() -> None:
    """In UTC or in a zone."""
    assert to_jsonable(NOON) == "2026-11-24T17:00:00+00:00"
    assert to_jsonable(NOON.astimezone(ZoneInfo("America/New_York"))) == "2026-11-24T12:00:00-05:00"
    assert datetime.fromisoformat(to_jsonable(PLAN)["starts_at"]) == PLAN.starts_at


def test_other_values_are_scalars() -> None:
    """A date, a time of day, a duration in seconds, a set as a list."""
    assert to_jsonable(date(2026, 11, 24)) == "2026-11-24"
    assert to_jsonable(time(21)) == "21:00:00"
    assert to_jsonable(timedelta(minutes=1, milliseconds=500)) == 60.5
    assert to_jsonable(frozenset({"a"})) == ["a"]
    assert json.loads(dumps([None, True, 1.5, "\u00e9"])) == [None, True, 1.5, "\u00e9"]


@given(st.text(st.characters(codec=None)))
def test_no_character_acts_on_a_terminal(text: str) -> None:
    """What JSON leaves as it is and a terminal does not is escaped; it is read back as it was."""
    written = dumps({"said": text}, indent=None)
    assert json.loads(written) == {"said": text}
    assert not any(unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"} for one in written)
    written.encode()
