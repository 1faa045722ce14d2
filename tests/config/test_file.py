"""What a file may not be: too much, empty, or half written."""

from pathlib import Path

import pytest

from probe.config import Config, DocumentError, load, parse
from probe.config.document import MOST_FILLED_BYTES, MOST_VALUES
from probe.config.file import LOOKS, MOST_BYTES, read_settled

TARGET = "targets: [{name: a, url: 'http://a.example/', components: [a]}]\n"


def bomb(levels: int) -> str:
    """Return aliases of aliases: nine times as many values at each level."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (bomb(9), f"has more than {MOST_VALUES} values"),
        (bomb(90), f"has more than {MOST_VALUES} values"),
        ("feeds: [" + "1, " * 200_000 + "]", f"has more than {MOST_VALUES} values"),
        ("feeds: " + "[" * 500_000, "is nested too deep"),
        ("feeds: " + "{a: " * 250_000, "is nested too deep"),
        ("- " * 400_000, "is nested too deep"),
        ("contact: " + "[[[[[" * 5 + "x" + "]]]]]" * 5, "is nested too deep"),
        ("a: &a [*a]", "contains itself"),
        ("journal: {retention: " + "9" * 900_000 + "}", "is too long for a number"),
    ],
    ids=("aliases", "more", "values", "lists", "mappings", "items", "deep", "itself", "figures"),
)  # fmt: skip
def test_what_would_take_minutes_is_refused_at_once(text: str, words: str) -> None:
    """However it grows: by aliases, by numbers, by depth."""
    with pytest.raises(DocumentError, match=words):
        parse(text, "probe.yml", environment={})


def test_the_same_mistake_ten_thousand_times_is_told_a_hundred_times() -> None:
    """An answer and a log line stay what a person reads."""
    with pytest.raises(DocumentError) as caught:
        parse("targets: [" + "{name: a}, " * 5000 + "]", "probe.yml", environment={})
    lines = str(caught.value).splitlines()
    assert (len(lines), lines[-1]) == (101, f"and {len(caught.value.problems) - 100} more")


def test_a_file_over_the_bound_is_refused(tmp_path: Path) -> None:
    """It is read no further; one just within the bound is read, however little it says."""
    path = tmp_path / "probe.yml"
    path.write_text(TARGET.ljust(MOST_BYTES + 1, "#"), encoding="utf-8")
    with pytest.raises(DocumentError, match="more than 1 MiB"):
        load(str(path), {})
    with pytest.raises(DocumentError, match="more than 1 MiB"):
        load("/dev/zero", {})
    path.write_text(TARGET.ljust(MOST_BYTES, "#"), encoding="utf-8")
    assert [target.name for target in load(str(path), {}).targets] == ["a"]


def test_what_fills_a_placeholder_is_bounded(tmp_path: Path) -> None:
    """A secret is no disk."""
    (tmp_path / "secret").write_bytes(b"x" * (MOST_FILLED_BYTES + 1))
    for name in (tmp_path / "secret", "/dev/zero"):
        with pytest.raises(DocumentError, match="more than 64 KiB"):
            parse(f"contact: ${{file:{name}}}", "probe.yml", environment={})


@pytest.mark.parametrize("text", ["", "\n", " \n\n", "# targets:\n", "---\n", "---\n...\n", "~\n"])
def test_a_file_that_says_nothing_is_refused(tmp_path: Path, text: str) -> None:
    """Whoever names a file does not mean the built-in configuration."""
    path = tmp_path / "probe.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match="the file says nothing; write keys"):
        load(str(path), {})
    path.write_text("{}\n", encoding="utf-8")
    assert load(str(path), {}).targets == load(None, {}).targets


WHOLE = f"""timezone: America/New_York
{TARGET}feeds:
  - {{name: f, kind: page, url: "https://a.example/", component: a}}
connectivity: []
"""


def no_pause(seconds: float) -> None:
    """Wait for nobody."""
    assert seconds > 0


def in_force(path: Path, text: str = WHOLE) -> Config:
    """Return the configuration of a file as the service began with it."""
    path.write_text(text, encoding="utf-8")
    return load(str(path), {})


def test_no_half_of_a_file_replaces_the_whole(tmp_path: Path) -> None:
    """Cut anywhere within its targets or within a line, a reload refuses it, or finds it whole."""
    path = tmp_path / "probe.yml"
    before = in_force(path)
    for length in range(len(WHOLE)):
        path.write_text(WHOLE[:length], encoding="utf-8")
        try:
            after = load(str(path), {}, before=before, pause=no_pause)
        except DocumentError:
            continue
        assert WHOLE[length - 1] == "\n"
        assert after.targets == before.targets


def test_a_file_that_never_had_an_end_needs_none(tmp_path: Path) -> None:
    """Some editors write none; then it says nothing about being whole."""
    path = tmp_path / "probe.yml"
    before = in_force(path, WHOLE.rstrip())
    path.write_text(WHOLE.rstrip().replace("a.example", "b.example"), encoding="utf-8")
    assert load(str(path), {}, before=before, pause=no_pause).targets[0].url == "http://b.example/"


def test_a_file_is_read_once_it_rests(tmp_path: Path) -> None:
    """Two looks must find the same; what is written in between is waited for."""
    path = tmp_path / "probe.yml"
    versions = ["", "feeds", "feeds: []\n", "feeds: []\n"]
    path.write_text(versions.pop(0), encoding="utf-8")
    looks: list[float] = []

    def pause(seconds: float) -> None:
        looks.append(seconds)
        path.write_text(versions.pop(0), encoding="utf-8")

    assert read_settled(str(path), pause) == "feeds: []\n"
    assert len(looks) == 3


def test_a_file_that_never_rests_is_refused(tmp_path: Path) -> None:
    """After a bounded wait."""
    path = tmp_path / "probe.yml"
    path.write_text("", encoding="utf-8")
    looks: list[float] = []

    def pause(seconds: float) -> None:
        looks.append(seconds)
        path.write_text("#" * len(looks), encoding="utf-8")

    with pytest.raises(DocumentError, match="still being written"):
        read_settled(str(path), pause)
    assert len(looks) == LOOKS
