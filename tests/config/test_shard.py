"""Targets over several probes: each has one part, and all parts are the whole."""

from pathlib import Path

import pytest
import typer

from probe import config as configuration
from probe.cli.options import shard
from probe.config import Shard

TARGETS = "\n".join(
    f"  - {{name: site-{number}, url: 'https://{number}.test/', components: [spot]}}"
    for number in range(60)
)


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Write a configuration of many targets."""
    written = tmp_path / "probe.yml"
    written.write_text(f"targets:\n{TARGETS}\n")
    return str(written)


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_every_target_is_in_one_part(file: str, count: int) -> None:
    """None is left out, none is probed twice, and no part is empty."""
    whole = configuration.load(file).targets
    parts = [configuration.load(file, shard=Shard(n + 1, count)).targets for n in range(count)]
    assert sorted(one.name for part in parts for one in part) == sorted(t.name for t in whole)
    assert all(parts)


def test_a_part_stays_the_same_when_targets_come_and_go(file: str) -> None:
    """A target's name alone decides: its past stays in one journal."""
    before = configuration.load(file, shard=Shard(2, 3)).targets
    Path(file).write_text("targets:\n" + "\n".join(TARGETS.splitlines()[1::2]) + "\n")
    after = configuration.load(file, shard=Shard(2, 3)).targets
    assert {one.name for one in after} <= {one.name for one in before}


@pytest.mark.parametrize(
    ("text", "meant"), [("1/1", Shard(1, 1)), ("1/3", Shard(1, 3)), ("12/12", Shard(12, 12))]
)
def test_a_part_is_written_as_a_fraction(text: str, meant: Shard) -> None:
    """Counted from 1."""
    assert shard(text) == meant


@pytest.mark.parametrize(
    "text", ["", "1", "0/3", "4/3", "1/0", "1/3/5", "-1/3", "one/three", "1 / 3"]
)
def test_what_is_no_part_is_refused(text: str) -> None:
    """With what would be right."""
    with pytest.raises(typer.BadParameter, match="write 1/3 for the first of three"):
        shard(text)
