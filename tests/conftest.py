"""What all tests share."""

import pytest
from hypothesis import settings

# No test is held against the wall clock: a busy machine is slow, and that is no fault.
settings.register_profile("without-deadline", deadline=None)
settings.load_profile("without-deadline")


@pytest.fixture
def anyio_backend() -> str:
    """Let every async test run on asyncio, which is what the program is written for."""
    return "asyncio"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail, in CI, what cannot run there: a gate that skips is none."""
    for mark in item.iter_markers("missing"):
        program, package = mark.args
        pytest.fail(f"{program} is missing in CI; apt-get install {package}")
