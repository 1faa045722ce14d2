"""Programs that tests need from Debian: an error in CI where one is missing, a skip elsewhere."""

import os
import shutil

import pytest


def needs(program: str, *, package: str) -> pytest.MarkDecorator:
    """Skip a test without a program, with the line that says how to get it; CI=true: fail it."""
    missing = shutil.which(program) is None
    if missing and os.environ.get("CI") == "true":
        return pytest.mark.missing(program, package)
    remedy = f"{program} is missing; apt-get install {package}"
    return pytest.mark.skipif(missing, reason=remedy)
