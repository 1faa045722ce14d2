"""What is imported only when it is asked for: a program that starts waits for what it needs."""

import importlib
from collections.abc import Callable
from typing import Any


def late(place: str) -> Callable[..., Any]:
    """Return the function `module:name`, whose module is imported at the first call.

    The test of the layers reads these places as imports, and finds those that do not exist.
    """
    module, name = place.split(":")

    def call(*arguments: Any, **named: Any) -> Any:
        return getattr(importlib.import_module(module), name)(*arguments, **named)

    return call
