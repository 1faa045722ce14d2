"""What all tests share."""

import os

import pytest
from hypothesis import settings

# No test is held against the wall clock: a busy machine is slow, and that is no fault. The gate
# tries the same examples for the same code, so that it fails by what was changed alone; new ones
# are looked for with `make test ARGS=--hypothesis-profile=random`.
settings.register_profile("random", deadline=None)
settings.register_profile("fixed", deadline=None, derandomize=True)
settings.load_profile("fixed")


@pytest.fixture
def anyio_backend() -> str:
    """Let every async test run on asyncio, which is what the program is written for."""
    return "asyncio"


def pytest_xdist_auto_num_workers() -> int:
    """Run two workers a core: half of the time real programs are waited for."""
    return 2 * len(os.sched_getaffinity(0))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail, in CI, what cannot run there: a gate that skips is none."""
    for mark in item.iter_markers("missing"):
        program, package = mark.args
        pytest.fail(f"{program} is missing in CI; apt-get install {package}")
