"""One bad file per rule; the message names file, line, key, value and what would be right."""

from pathlib import Path

import pytest

from probe.config import DocumentError, load

INVALID = Path(__file__).parent / "invalid"


@pytest.mark.parametrize("name", sorted(path.stem for path in INVALID.glob("*.yml")))
def test_a_bad_file_is_refused_with_the_words_beside_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`NAME.yml` is refused, and all that is said of it stands in `NAME.says`."""
    monkeypatch.chdir(INVALID)
    with pytest.raises(DocumentError) as caught:
        load(f"{name}.yml", {})
    assert str(caught.value) + "\n" == (INVALID / f"{name}.says").read_text(encoding="utf-8")


def test_every_message_was_written_for_a_file_that_exists() -> None:
    """No `.says` is left behind without its `.yml`."""
    assert {p.stem for p in INVALID.glob("*.says")} == {p.stem for p in INVALID.glob("*.yml")}


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The message starts with the path that was given."""
    path = str(tmp_path / "none.yml")
    with pytest.raises(DocumentError, match="cannot be read: No such file") as caught:
        load(path, {})
    assert str(caught.value).startswith(path)


def test_a_secret_is_not_repeated_in_a_message() -> None:
    """What stands before the @ of an address is hidden where the address is refused."""
    assert "secret@" not in (INVALID / "url-credentials.says").read_text(encoding="utf-8")
