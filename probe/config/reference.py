"""The settings described: as a JSON Schema for editors, and as a page for people.

`python -m probe.config.reference` prints the page, docs/configuration.md.
"""

import sys
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

import yaml
from pydantic import BaseModel

from probe.config import document
from probe.config.defaults import BUILT_IN
from probe.config.exposure import below, fields
from probe.config.exposure import sections as sections_of
from probe.config.section import Section
from probe.config.sections import Sections

#: The section that the whole file is; the others are called by the key below which they stand.
FILE = "file"
#: A value that an environment variable or a file gives, as `document.py` reads it.
PLACEHOLDER = {"type": "string", "pattern": r"\$\{"}
INTRODUCTION = """# The configuration

Every setting, by its section. Durations are written as Prometheus writes them (`800ms`, `30s`,
`1h30m`, `400d`), sizes in bytes or with a unit (`4096`, `64KiB`, `1MiB`), times of day in quotes
(`"21:00"`); instants without an offset are in `timezone`. `${NAME}` in a value is an environment
variable, `${file:PATH}` the text of a file.

This page is made by `make docs`; `spot-probe config --schema` prints the same as a JSON Schema.
"""


def described() -> Mapping[str, Mapping[str, str]]:
    """Return what each setting means, by its section's name."""
    file = resources.files("probe.config").joinpath("descriptions.yml")
    found: Mapping[str, Mapping[str, str]] = document.read(
        file.read_text(encoding="utf-8"), file.name
    ).raw
    return found


def all_sections(
    name: str = FILE, section: type[BaseModel] = Sections
) -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield every section with its name, as often as it stands below another key."""
    yield name, section
    for key in fields(section):
        shape = below(section, key)
        inner = (*sections_of(shape), *sections_of(below(shape, 0)), *sections_of(below(shape, "")))
        for one in inner:
            yield from all_sections(key, one)


def defaults(section: type[BaseModel]) -> Mapping[str, Any]:
    """Return what a section has where it says nothing, as one would write it."""
    if section is Sections:
        return BUILT_IN
    return section.unsaid if issubclass(section, Section) else {}


# --- for editors -----------------------------------------------------------------------------


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a configuration file.

    It accepts every file that is accepted, and refuses what a value alone shows to be wrong.
    """
    made = Sections.model_json_schema()
    definitions: dict[str, Any] = made["$defs"]
    meanings = described()
    for name, section in all_sections():
        shape = made if section is Sections else definitions[section.__name__]
        shape.pop("description", None)
        unsaid = defaults(section)
        required = [key for key in shape.pop("required", ()) if key not in unsaid]
        if required and section is not Sections:
            shape["required"] = required
        for key, setting in shape["properties"].items():
            setting.pop("title", None)
            setting["description"] = meanings[name][key]
            if key in unsaid and section is not Sections:
                setting["default"] = unsaid[key]
    filled: dict[str, Any] = _with_placeholders(made)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **filled,
        "title": "SPOT probe",
    }


def _with_placeholders(value: Any) -> Any:
    """Return a schema in which a placeholder may stand for every value, and nothing may be null."""
    if isinstance(value, list):
        return [_with_placeholders(item) for item in value if item != {"type": "null"}]
    if not isinstance(value, dict):
        return value
    if {"enum", "const", "pattern"} & value.keys() or value.get("type") in {"integer", "boolean"}:
        about = {key: value[key] for key in ("description", "default") if key in value}
        rest = {key: item for key, item in value.items() if key not in {*about, "title"}}
        return {**about, "anyOf": [rest, PLACEHOLDER]}
    whole = {key: _with_placeholders(item) for key, item in value.items() if key != "default"}
    if "default" in value and value["default"] is not None:
        whole["default"] = value["default"]
    return whole


# --- for people ------------------------------------------------------------------------------


def page() -> str:
    """Return the reference as Markdown: a table for each section."""
    meanings = described()
    parts = [INTRODUCTION]
    for name, section in dict(all_sections()).items():
        rows = [
            f"| `{key}` | {meanings[name][key]} | {_default(section, key)} |"
            for key in fields(section)
        ]
        heading = "The file" if name == FILE else f"`{name}`"
        parts.append(
            "\n".join(
                [f"## {heading}\n", "| key | means | default |", "| --- | --- | --- |", *rows, ""]
            )
        )
    return "\n".join(parts)


def _default(section: type[BaseModel], key: str) -> str:
    unsaid = defaults(section)
    if key not in unsaid:
        return "must be given" if fields(section)[key].is_required() else "may be left out"
    value, inner = unsaid[key], sections_of(below(section, key))
    if inner and issubclass(inner[0], Section):
        return "as below"
    if section is Sections and isinstance(value, dict | list) and value:
        return "built in, [defaults.yml](../probe/config/defaults.yml)"
    text = yaml.safe_dump(value, default_flow_style=True, width=sys.maxsize)
    return f"`{text.removesuffix(chr(10)).removesuffix('...').strip()}`"


if __name__ == "__main__":
    sys.stdout.write(page())
