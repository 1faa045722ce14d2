"""The messages of a whole night, sent by a real Alertmanager, are those that a person has read."""

from pathlib import Path

import pytest

from tests.dashboards.night import FILE, messages
from tests.debian import needs

pytestmark = [
    pytest.mark.anyio,
    needs("promtool", package="prometheus"),
    needs("prometheus-alertmanager", package="prometheus-alertmanager"),
]


async def test_the_messages_of_a_night(tmp_path: Path) -> None:
    """What was announced wakes nobody; everything else is told once, and when it is over.

    `python -m tests.dashboards.night` writes the file anew; read what has changed in it.
    """
    expected = FILE.read_text()
    assert await messages(tmp_path, expected) == expected
