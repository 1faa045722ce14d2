"""What announces no outage of ours excuses none, however near to an announcement it sounds."""

from pathlib import Path

import pytest

from probe.maintenance.reading import read_notice
from probe.types import Impact
from tests.maintenance.reading.contexts import a_context

LINES = (Path(__file__).parent / "no_outage.txt").read_text(encoding="utf-8").splitlines()
NOTICES = LINES[LINES.index("") + 1 :]
OURS = {"spot", "idm"}


@pytest.mark.parametrize("notice", NOTICES)
def test_no_outage_of_ours_is_read(notice: str) -> None:
    """Less than an outage, an outage of another system, or nothing."""
    windows = read_notice(notice.replace("\\n", "\n"), a_context(component="spot")).windows
    assert not [w for w in windows if w.impact is Impact.OUTAGE and OURS & set(w.components)]
