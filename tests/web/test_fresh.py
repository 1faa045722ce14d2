"""One answer for all who ask at once."""

import asyncio
from datetime import datetime, timedelta

import pytest

from probe.web.fresh import Fresh
from tests.samples import NOON

pytestmark = pytest.mark.anyio


class Stage:
    """A text that counts how often it was made, changes, and a clock."""

    def __init__(self) -> None:
        self.made = 0
        self.count = 0
        self.at: datetime = NOON
        self.fresh = Fresh(self.make, lambda: self.count, lambda: self.at)

    async def make(self) -> str:
        """Take a while, and count."""
        await asyncio.sleep(0)
        self.made += 1
        return f"text {self.made}"


async def test_many_who_ask_at_once_share_one_text() -> None:
    """However many pages a change wakes."""
    stage = Stage()
    found = await asyncio.gather(*(stage.fresh.text() for _ in range(100)))
    assert set(found) == {"text 1"}


@pytest.mark.parametrize(
    ("seconds", "changes", "text"),
    [(0, 0, "text 1"), (0.999, 0, "text 1"), (1, 0, "text 2"), (-1, 0, "text 2"), (0, 1, "text 2")],
)
async def test_it_is_made_anew_after_a_change_or_a_moment(
    seconds: float, changes: int, text: str
) -> None:
    """And when the clock was set back."""
    stage = Stage()
    await stage.fresh.text()
    stage.at += timedelta(seconds=seconds)
    stage.count += changes
    assert await stage.fresh.text() == text


async def test_a_text_that_could_not_be_made_is_not_kept() -> None:
    """The next one who asks tries again."""
    stage = Stage()

    async def fail() -> str:
        raise OSError("the disk is away")

    broken = Fresh(fail, lambda: 0, lambda: NOON)
    for _ in range(2):
        with pytest.raises(OSError, match="the disk is away"):
            await broken.text()
    assert stage.made == 0
