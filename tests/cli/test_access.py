"""Commands beside a journal that cannot be written."""

import subprocess
import sys
from pathlib import Path

from probe.journal import Journal
from tests.cli.test_commands import PAGE

#: The real command on a disk that is full: no file can grow.
FULL = """
import resource, signal
from probe.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
main()
"""


def on_a_full_disk(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-c", FULL, *arguments], capture_output=True, text=True, check=False
    )


def test_a_review_that_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    """In a line that says what to do."""
    Journal(tmp_path).close()
    done = on_a_full_disk("notices", "dismiss", "f00", f"--storage.path={tmp_path}")
    assert done.returncode == 2
    (told,) = done.stderr.splitlines()
    assert "--storage.path" in told


def test_a_feed_that_cannot_be_kept_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    """What the configuration announces is listed all the same."""
    Journal(tmp_path).close()
    page, config = tmp_path / "page.txt", tmp_path / "probe.yml"
    page.write_text(PAGE, encoding="utf-8")
    config.write_text(
        "targets: [{name: spot, url: 'https://spot.example/', components: [spot]}]\n"
        f"feeds: [{{name: page, kind: file, url: {page}, component: spot}}]\n"
        "connectivity: []\n"
        "maintenance:\n"
        "  weekly: [{component: spot, day: thursday, from: '21:00', until: '23:00'}]\n",
        encoding="utf-8",
    )
    flags = [f"--config.file={config}", f"--storage.path={tmp_path}"]
    done = on_a_full_disk("windows", *flags)
    assert done.returncode == 0, done.stderr
    (told,) = done.stderr.splitlines()
    assert told.startswith("feed page was read in vain: the journal cannot be written: ")
    assert "21:00" in done.stdout
