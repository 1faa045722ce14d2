"""Commands beside a journal that cannot be written."""

from pathlib import Path

import pytest

from tests.cli.test_commands import PAGE
from tests.forked import forked, said
from tests.written import written

pytestmark = pytest.mark.anyio


async def on_a_full_disk(*arguments: str) -> tuple[int, str, str]:
    """Run a command to its end where no file can grow; its exit status and what it said."""
    return await said(await forked(*arguments, largest_file=0))


async def test_a_review_that_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    """In a line that says what to do."""
    with written(tmp_path):
        pass
    status, _, err = await on_a_full_disk("notices", "dismiss", "f00", f"--storage.path={tmp_path}")
    assert status == 2
    (told,) = err.splitlines()
    assert "--storage.path" in told


async def test_a_feed_that_cannot_be_kept_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    """What the configuration announces is listed all the same."""
    with written(tmp_path):
        pass
    page, config = tmp_path / "page.txt", tmp_path / "probe.yml"
    page.write_text(PAGE, encoding="utf-8")
    config.write_text(
        "targets: [{name: spot, url: 'https://spot.example/', components: [spot]}]\n"
        f"feeds: [{{name: page, kind: file, url: {page}, component: spot}}]\n"
        "connectivity: []\n"
        "maintenance:\n"
        "  weekly: [{component: spot, day: thursday, from: '21:00', until: '23:00'}]\n",
        encoding="utf-8",
    )
    flags = [f"--config.file={config}", f"--storage.path={tmp_path}"]
    status, out, err = await on_a_full_disk("windows", *flags)
    assert status == 0, err
    (told,) = err.splitlines()
    assert told.startswith("what was read of the feeds is not kept: ")
    assert "20:00" in out, "the page tells another hour, and counts although it is not kept"
