"""What all tests share."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Let every async test run on asyncio, which is what the program is written for."""
    return "asyncio"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail, in CI, what cannot run there: a gate that skips is none."""
    for mark in item.iter_markers("missing"):
        program, package = mark.args
        pytest.fail(f"{program} is missing in CI; apt-get install {package}")
