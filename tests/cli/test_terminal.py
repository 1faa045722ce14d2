"""What stands on a terminal: whole words at any width, dates once, what recurs folded."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from probe.cli import COMMANDS, app, loaded
from probe.cli.terminal import filled, span, table
from tests.cli.terminals import in_terminal
from tests.cli.test_commands import run
from tests.written import written

WORDS = (
    "The sign-in of IDM will be unavailable from Saturday, December 5 at 10 p.m. ET through "
    "Sunday, December 6 at 4 a.m. ET because of an upgrade-of-the-database-without-precedent."
)
CONFIG = f"""
targets:
  - {{name: spot, url: 'http://127.0.0.1:1/', components: [spot, idm], attempts: 1}}
  - {{name: a-target-with-a-long-name, url: 'http://127.0.0.1:1/', components: [idm], attempts: 1}}
feeds: []
connectivity: []
maintenance:
  weekly: [{{component: spot, day: thursday, from: '21:00', until: '23:00'}}]
  windows:
    - {{components: [idm], starts_at: 2026-12-05T22:00, ends_at: 2026-12-06T04:00, note: "{WORDS}"}}
"""


@pytest.fixture
def flags(tmp_path: Path) -> tuple[str, str]:
    """Give a configuration with a weekly window, a long one with many words, and a journal."""
    (tmp_path / "probe.yml").write_text(CONFIG, encoding="utf-8")
    with written(tmp_path):
        pass
    return f"--config.file={tmp_path / 'probe.yml'}", f"--storage.path={tmp_path}"


COMMAND_LINES = [
    "once",
    "windows --at=2026-12-03T21:30 --days=40",
    "explain spot --at=2026-12-05T23:00",
    "explain spot --at=2026-12-03T21:30 --reason=tls",
    "report",
    "check-config",
]


@pytest.mark.parametrize("columns", [80, 40])
@pytest.mark.parametrize("line", COMMAND_LINES)
def test_no_word_is_cut_and_no_line_is_too_long(
    flags: tuple[str, str], line: str, columns: int
) -> None:
    """A word that is longer than the terminal stands alone on its line."""
    command, *more = line.split()
    own = flags[:1] if command == "check-config" else flags
    shown = in_terminal(command, *more, *own, columns=columns)
    whole = run(command, *more, *own).stdout
    assert "…" not in shown
    assert words(whole) - set(HEADINGS) <= words(shown)
    for one in shown.splitlines():
        assert len(one) <= columns or len(one.split()) == 1 or " " not in one.strip(" |:"), one


#: Where rows become lines, one whose value is missing is left out.
HEADINGS = ("status", "resolve", "connect", "tls", "processing", "transfer")


def words(text: str) -> set[str]:
    """Return the words of a text, without those that differ from run to run, such as times."""
    found = (word.strip("|:") for word in text.split())
    return {word for word in found if not any(c.isdigit() for c in word)}


def test_what_recurs_is_told_once_and_the_words_stand_below(flags: tuple[str, str]) -> None:
    """By its rule, the next occurrence, and the days of the others."""
    shown = run("windows", "--at=2026-12-03T12:00", "--days=60", *flags).stdout
    days = "Dec 10, Dec 17, Dec 24, Dec 31, Jan 7 and 3 more"
    assert shown.split("\n\n")[0].splitlines() == [
        "outage of spot, every Thursday 21:00-23:00 America/New_York",
        f"  next Thu 2026-12-03 21:00-23:00 EST; then {days}",
        "  source: configuration",
    ]
    assert shown.split("\n\n")[1].splitlines() == [
        "outage of idm, Sat 2026-12-05 22:00 to Sun 2026-12-06 04:00 EST (6 h)",
        "  source: configuration",
        f"  | {WORDS}",
    ]


@pytest.mark.parametrize(
    ("at", "reason", "said"),
    [
        ("2026-12-05T23:00", "connect", "it excuses this failure"),
        ("2026-12-03T21:30", "tls", "and not tls"),
        ("2026-12-03T20:30", "connect", "it has not begun"),
    ],
)
def test_explain_names_the_window_and_its_rule(
    flags: tuple[str, str], at: str, reason: str, said: str
) -> None:
    """The one that excuses, the one that does not, and the one that is near."""
    shown = run("explain", "spot", f"--at={at}", f"--reason={reason}", *flags).stdout
    (window,) = [one for one in shown.splitlines() if one.startswith("Window: ")]
    assert said in window


def test_explain_names_a_window_of_something_else(flags: tuple[str, str]) -> None:
    """And what it would have to be about."""
    name = "a-target-with-a-long-name"
    shown = run("explain", name, "--at=2026-12-03T21:30", *flags).stdout
    assert "Because: other_component" in shown
    assert f"it is not about idm, on which {name} depends" in shown


@pytest.mark.parametrize("line", ["once", "explain spot --at=2026-12-01T12:00"])
def test_a_notice_that_waits_is_named_where_it_may_explain_a_failure(
    tmp_path: Path, line: str
) -> None:
    """With its words and the command that takes it over."""
    words = "SPOT maintenance is planned for the first weekend of December."
    head = "From: fcso@example.org\nSubject: News\nDate: Tue, 24 Nov 2026 10:00:00 -0500"
    letter = f"{head}\n\n{words}\n"
    (tmp_path / "notice.eml").write_text(letter, encoding="utf-8")
    (tmp_path / "probe.yml").write_text(
        "targets: [{name: spot, url: 'http://127.0.0.1:1/', components: [spot], attempts: 1}]\n"
        "feeds: [{name: hand, kind: file, path: notice.eml, component: spot}]\nconnectivity: []\n"
        "maintenance: {}\n",
        encoding="utf-8",
    )
    command, *more = line.split()
    config, storage = f"--config.file={tmp_path / 'probe.yml'}", f"--storage.path={tmp_path / 'd'}"
    shown = " ".join(run(command, *more, config, storage).stdout.split())
    assert "unread_notice" in shown
    assert f'A notice that waits for review may explain this: "News {words}"' in shown
    assert "Take it over: spot-probe notices accept " in shown


def test_what_was_never_read_is_said_to_be_unknown(tmp_path: Path) -> None:
    """Nothing known is not nothing announced: in the list, and where a verdict relies on it."""
    config = tmp_path / "probe.yml"
    config.write_text(
        "targets: [{name: a, url: 'http://127.0.0.1:1/', components: [a], attempts: 1}]\n"
        "feeds: [{name: f, kind: file, path: none.html, component: a}]\n"
        "connectivity: []\nmaintenance: {off_peak: []}\n",
        encoding="utf-8",
    )
    flags = f"--config.file={config}", f"--storage.path={tmp_path / 'data'}"
    unknown = "Not known: feed f was never read"
    shown = run("windows", *flags).stdout
    assert unknown in shown
    assert "No window is published" not in shown
    assert unknown in run("explain", "a", *flags).stdout
    assert unknown in run("once", *flags).stdout


def test_flags_may_be_set_for_a_machine(tmp_path: Path) -> None:
    """By environment variables; what the command line says counts more."""
    (tmp_path / "probe.yml").write_text(CONFIG, encoding="utf-8")
    environment = {
        "SPOT_PROBE_CONFIG_FILE": str(tmp_path / "probe.yml"),
        "SPOT_PROBE_STORAGE_PATH": str(tmp_path / "data"),
    }
    arguments = ["windows", "add", "spot", "--until=2099-01-01", "--from=2098-12-31", "--by=ann"]
    done = CliRunner().invoke(app, arguments, env=environment)
    assert done.exit_code == 0, done.output
    assert (tmp_path / "data" / "journal.db").exists()
    arguments[5:] = ["--by=bob", f"--storage.path={tmp_path / 'other'}"]
    CliRunner().invoke(app, arguments, env=environment)
    assert (tmp_path / "other" / "journal.db").exists()


def commands() -> Iterator[tuple[str, ...]]:
    """Yield every command with those below it."""
    yield ()
    for name in COMMANDS:
        yield (name,)
        inner: Any = loaded(name)
        yield from ((name, below) for below in getattr(inner, "commands", ()))


@pytest.mark.parametrize("command", [*commands()], ids=" ".join)
def test_help_is_whole(command: tuple[str, ...]) -> None:
    """Nothing is left out, and every flag says what it does."""
    shown = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "80"}).output
    assert shown.startswith("Usage: ")
    assert "..." not in shown.replace("]...", "").replace("}...", "").replace("T...", "").replace(
        "E...", ""
    )
    assert "…" not in shown
    assert all(len(line) <= 80 for line in shown.splitlines())


NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("start", "hours", "said"),
    [
        (datetime(2026, 12, 4, 2, tzinfo=UTC), 2, "Thu 2026-12-03 21:00-23:00 EST"),
        (
            datetime(2026, 12, 6, 3, tzinfo=UTC),
            6,
            "Sat 2026-12-05 22:00 to Sun 2026-12-06 04:00 EST",
        ),
        (
            datetime(2026, 11, 1, 5, tzinfo=UTC),
            2,
            "Sun 2026-11-01 01:00 EDT to Sun 2026-11-01 02:00 EST",
        ),
    ],
)
def test_an_interval_tells_once_what_its_ends_share(start: datetime, hours: int, said: str) -> None:
    """The day, and the zone unless the clocks change within."""
    assert span(start, start + timedelta(hours=hours), NEW_YORK) == said


def test_a_long_word_is_left_whole() -> None:
    """An address can be copied."""
    address = f"https://{'a' * 50}.example/"
    assert address in filled(f"see {address} for more", 20)


def test_a_table_shows_no_escape(capsys: pytest.CaptureFixture[str]) -> None:
    """Of a server's or publisher's words nothing steers the terminal."""
    table(["a", "b"], [["x\x1b[31m", None]])
    assert "\x1b[31m" not in capsys.readouterr().out
