"""The settings as editors and people read of them, and the examples that use them."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from probe.cli import app
from probe.config import document
from probe.config.defaults import BUILT_IN
from probe.config.exposure import fields
from probe.config.reference import all_sections, described, schema
from tests.config.full import FULL, places, with_value

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
SECRETS = {"IMAP_PASSWORD": "one", "SLACK_PATH": "T0/B0/two", "SMTP_PASSWORD": "three"}
VALIDATOR = Draft202012Validator(schema())


def examples() -> list[Path]:
    """Return the configurations among the examples."""
    return sorted(EXAMPLES.glob("*.yml"))


def given(path: Path) -> Any:
    """Return what a file says, as it is written."""
    return document.read(path.read_text(encoding="utf-8"), path.name).raw


def test_what_is_described_is_what_there_is() -> None:
    """Every setting of every section, and no other."""
    sections = dict(all_sections())
    assert {name: [*keys] for name, keys in described().items()} == {
        name: [*fields(section)] for name, section in sections.items()
    }


def test_the_schema_is_one_and_stands_beside_the_examples() -> None:
    """As `spot-probe config --schema` prints it; `make docs` writes it anew."""
    Draft202012Validator.check_schema(schema())
    printed = CliRunner().invoke(app, ["config", "--schema"]).stdout
    assert printed == (EXAMPLES / "spot-probe.schema.json").read_text(encoding="utf-8")
    assert json.loads(printed) == schema()


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name)
def test_an_example_is_a_good_configuration(path: Path) -> None:
    """For the program and for an editor, which finds the schema by its first line."""
    done = CliRunner().invoke(app, ["check-config", f"--config.file={path}"], env=SECRETS)
    assert done.exit_code == 0, done.output
    assert "the configuration is good" in done.stdout
    assert [*VALIDATOR.iter_errors(given(path))] == []
    line = path.read_text(encoding="utf-8").splitlines()[0]
    assert line == "# yaml-language-server: $schema=spot-probe.schema.json"


def test_the_full_example_has_every_section() -> None:
    """One can be taken from it and changed."""
    assert given(EXAMPLES / "full.yml").keys() == dict(all_sections())["file"].model_fields.keys()


@pytest.mark.parametrize("values", [FULL, BUILT_IN, {}], ids=["full", "built-in", "empty"])
def test_the_schema_accepts_what_the_program_accepts(values: Any) -> None:
    """Every key with a value, and what is built in."""
    assert [*VALIDATOR.iter_errors(values)] == []


@pytest.mark.parametrize(
    "where", [where for where, value in places() if isinstance(value, str | int)], ids=str
)
def test_a_placeholder_may_stand_for_every_value(where: tuple[str | int, ...]) -> None:
    """An environment variable gives it."""
    assert [*VALIDATOR.iter_errors(with_value(where, "${A}"))] == []


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("intervall",), "30s"),
        (("targets", 0, "interval"), 30),
        (("targets", 0, "interval"), "half a minute"),
        (("targets", 0, "attempts"), "many"),
        (("targets", 0, "excuses"), ["weather"]),
        (("targets", 0, "http", "max_body"), "much"),
        (("targets", 0, "tls", "ca_file"), None),
        (("targets",), {}),
        (("targets",), [{"name": "a", "components": ["a"]}]),
        (("feeds", 0, "kind"), "gopher"),
        (("maintenance", "weekly", 0, "from"), "9 p.m."),
        (("maintenance", "weekly", 0, "until"), "25:00"),
    ],
)
def test_the_schema_refuses_what_a_value_alone_shows_to_be_wrong(
    where: tuple[str | int, ...], value: Any
) -> None:
    """While it is written, before any program is asked."""
    values = with_value(where, value) if len(where) > 1 else {**FULL, str(where[0]): value}
    assert not VALIDATOR.is_valid(values)
