"""What the README says is what there is: commands, flags, metrics, settings, words."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from probe.cli import COMMANDS, loaded
from probe.config import parse
from probe.config.exposure import fields
from probe.config.reference import FILE, all_sections, page
from probe.metrics import JournalCollector, KnownCollector, Metrics
from probe.types import Because, FeedKind, JournalState, Known, Reason, Verdict
from tests.samples import NOON

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")


def commands() -> Iterator[tuple[str, Any]]:
    """Yield every command by its name."""

    def below(prefix: str, command: Any) -> Iterator[tuple[str, Any]]:
        group = getattr(command, "commands", None)
        if group is None:
            yield prefix, command
        for name, inner in (group or {}).items():
            yield from below(f"{prefix} {name}".strip(), inner)

    for name in COMMANDS:
        yield from below(name, loaded(name))


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_command_is_documented(name: str) -> None:
    """It stands in the README as one would type it."""
    assert re.search(rf"`{re.escape(name)}[` ]", README)


def flags() -> list[str]:
    """Return every flag of every command."""
    return sorted(
        {
            flag
            for _, command in commands()
            for parameter in command.params
            for flag in parameter.opts
            if flag.startswith("--") and flag != "--help"
        }
    )


@pytest.mark.parametrize("flag", flags())
def test_every_flag_is_documented(flag: str) -> None:
    """In the README, by its whole name."""
    assert re.search(rf"{re.escape(flag)}(?![\w.-])", README), flag


def metrics() -> set[str]:
    """Return the names of our metrics as Prometheus shows them."""
    made = Metrics(CollectorRegistry(), "0", "3")
    known = Known(at=NOON, components=("a",), feeds=("f",), cutoff_at=NOON)
    made.registry.register(KnownCollector(lambda: known))
    made.registry.register(JournalCollector(JournalState))
    return {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in made.registry.collect()
        if family.name.startswith("probe_")
    }


def test_every_metric_is_documented_and_every_documented_one_exists() -> None:
    """The two lists are the same."""
    assert set(re.findall(r"`(probe_\w+)`", README)) == metrics()


def settings() -> list[tuple[str, str]]:
    """Return every key of the configuration with the name of its section."""
    return sorted({(name, key) for name, section in all_sections() for key in fields(section)})


def heading(section: str) -> str:
    """Return the heading of a section's table in the reference."""
    return "## The file" if section == FILE else f"## `{section}`"


@pytest.mark.parametrize(("section", "key"), settings())
def test_every_setting_is_documented(section: str, key: str) -> None:
    """In the reference, in the table of its own section."""
    _, found, rest = REFERENCE.partition(f"{heading(section)}\n")
    assert found
    assert re.search(rf"^\| `{key}` \| [\w`]", rest.partition("\n## ")[0], re.MULTILINE)


def test_the_reference_is_what_the_settings_make_of_it() -> None:
    """`make docs` writes it anew."""
    assert page() == REFERENCE


def example() -> str:
    """Return the README's configuration."""
    found = re.search(r"```yaml\n(timezone:.*?)```", README, re.DOTALL)
    assert found
    return found[1]


def test_the_example_is_a_good_configuration(tmp_path: Path) -> None:
    """As it stands, with the files that it names beside it."""
    for name in ("ca.pem", "client.pem", "client-key.pem"):
        (tmp_path / name).write_text("-----BEGIN CERTIFICATE-----\n", encoding="utf-8")
    for name in ("slack", "smtp"):
        (tmp_path / name).write_text("secret\n", encoding="utf-8")
    config = parse(example(), "README.md", directory=tmp_path, environment={})
    assert [target.name for target in config.targets] == ["spot"]
    assert len(config.published) == 2


@pytest.mark.parametrize("word", [*Verdict, *Because, *Reason, *FeedKind])
def test_every_word_of_an_answer_is_explained(word: str) -> None:
    """Verdicts, becauses, reasons and kinds of feeds."""
    assert re.search(rf"`{word}`", README), word


def test_every_make_target_of_the_readme_exists() -> None:
    """`make NAME` works for every NAME."""
    makefile = (Path(__file__).parent.parent / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9-]+):.*## ", makefile, re.MULTILINE))
    assert set(re.findall(r"(?:`|\$ )make ([a-z0-9]+)", README)) <= targets


def named_files(text: str) -> set[str]:
    """Return the files that a page names, as far as they have one of our endings."""
    return set(re.findall(r"`([\w./-]+\.(?:py|txt|yml|md|conf))(?:: [\w ]+)?`", text))


@pytest.mark.parametrize("file", sorted(named_files((ROOT / "CONTRIBUTING.md").read_text())))
def test_a_file_that_is_named_for_contributors_exists(file: str) -> None:
    """From the root on, or as the end of one path below a folder that is ours."""
    folders = ("probe", "dashboards", "tests")
    found = [one for folder in folders for one in (ROOT / folder).rglob(Path(file).name)]
    assert (ROOT / file).exists() or any(str(one).endswith(f"/{file}") for one in found)
