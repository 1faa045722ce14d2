"""What all groups share: a loop that runs beside them, and the count at the end."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

pytest.register_assert_rewrite("tests.faults.watched")

from tests.faults.scenes import chosen, played  # noqa: E402 - its asserts are rewritten, too


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    """Run an event loop in a thread of its own: servers answer while rows are judged."""
    with start_blocking_portal() as started:
        yield started


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for the group."""
    return tmp_path_factory.mktemp("faults")


@pytest.fixture(scope="module")
def outcomes(
    request: pytest.FixtureRequest, portal: BlockingPortal, folder: Path
) -> Mapping[str, BaseException | None]:
    """Play the module's scenes, and return what each came to."""
    return portal.call(played, chosen(request), folder)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many were tried, held and skipped."""
    stats = terminalreporter.stats
    held, failed = len(stats.get("passed", [])), len(stats.get("failed", []))
    broken, skipped = len(stats.get("error", [])), len(stats.get("skipped", []))
    terminalreporter.write_line(
        f"faults and attacks: {held + failed + broken} tried, {held} held, "
        f"{failed + broken} not, {skipped} skipped"
    )
