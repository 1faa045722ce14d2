"""A value that follows its files."""

import logging
import os
from collections import Counter
from pathlib import Path

import pytest

from probe.runtime.renewed import Renewed


def number(file: Path) -> int:
    """Build a value of a file; ValueError when it is bad."""
    return int(file.read_text(encoding="utf-8"))


def test_it_follows_its_files(tmp_path: Path) -> None:
    """What is written anew, replaced or linked elsewhere is taken over, and built once."""
    file, built = tmp_path / "number", Counter[str]()

    def build() -> int:
        built.update("x")
        return number(file)

    file.write_text("1", encoding="utf-8")
    value = Renewed([str(file)], build)
    assert [value.get(), value.get()] == [1, 1]
    assert built.total() == 1
    file.write_text("22", encoding="utf-8")
    assert value.get() == 22
    (tmp_path / "new").write_text("33", encoding="utf-8")
    os.replace(tmp_path / "new", file)  # noqa: PTH105 - as a renewal does it
    assert value.get() == 33
    file.unlink()
    (tmp_path / "linked").write_text("44", encoding="utf-8")
    file.symlink_to(tmp_path / "linked")
    assert value.get() == 44
    assert built.total() == 4


def test_a_bad_one_keeps_the_old_and_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Half-written, gone, written whole: only the last is taken over."""
    file = tmp_path / "number"
    file.write_text("1", encoding="utf-8")
    value = Renewed([str(file)], lambda: number(file))
    with caplog.at_level(logging.ERROR):
        file.write_text("", encoding="utf-8")
        assert [value.get(), value.get(), value.get()] == [1, 1, 1]
        assert len(caplog.records) == 1
        file.unlink()
        assert [value.get(), value.get()] == [1, 1]
        assert len(caplog.records) == 2
    file.write_text("2", encoding="utf-8")
    assert value.get() == 2


def test_a_bad_one_at_the_beginning_is_raised(tmp_path: Path) -> None:
    """There is no old value to keep."""
    with pytest.raises(OSError, match="No such file"):
        Renewed([str(tmp_path / "none")], lambda: number(tmp_path / "none"))
