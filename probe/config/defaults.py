"""What holds where a file says nothing: `defaults.yml`, which holds every default."""

from collections.abc import Mapping
from importlib import resources
from typing import Any

from probe.config import document

_FILE = resources.files("probe.config").joinpath("defaults.yml")

#: The built-in configuration, and by a section's name what it has where it says nothing.
BUILT_IN: Mapping[str, Any]
UNSAID: Mapping[str, Mapping[str, Any]]
BUILT_IN, UNSAID = (
    document.read(part, _FILE.name).raw
    for part in _FILE.read_text(encoding="utf-8").split("\n---\n")
)
