"""What all tests share."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Let every async test run on asyncio, which is what the program is written for."""
    return "asyncio"
