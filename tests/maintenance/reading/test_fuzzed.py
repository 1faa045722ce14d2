"""What a fuzzer made of notices, made small: each is read, and no window comes of it."""

import pytest

from probe.maintenance.reading.notice import read_notice
from tests.maintenance.reading.contexts import a_context

NOTICES = {
    "a year of two numbers with a point": "Maintenance Jun 8 2.20",
    "a day, and times with points": "SPOT will be down on 8 June 7.30-9.30",
    "a year, a time and a number joined by dashes": "outage 2024-0024-0",
    "three times joined by dashes": "SPOT maintenance: 2200-2300-2400 on Jun 8",
    "two numbers of four digits joined by a dash": "outage 2024-0024",
    "a year that runs into another number": "outage 2024-12024-1",
    "two dates without a blank between them": "SPOT is down 2024-06-082024-06-09",
    "a version where the time stands": "SPOT is down Jun 8 v 1.2.20",
    "a date and a number with a point": "Maintenance Jun 8 2.5",
    "a date and a number with a quote and a point": "Maintenance Jun 8 '2.3",
    "a date and two numbers with points": "Maintenance Jun 8 12.20",
}


@pytest.mark.parametrize("what", NOTICES)
@pytest.mark.parametrize("blank", [" ", "  "])
def test_mangled_notices_announce_nothing(what: str, blank: str) -> None:
    """No error, no window."""
    assert not read_notice(NOTICES[what].replace(" ", blank), a_context()).windows
