"""Rules and dashboards as the program writes them, also from a wheel that stands alone."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from probe.cli.dashboards import PARTS
from tests.cli.test_commands import run

ROOT = Path(__file__).parent.parent.parent


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file that belongs to a probe, by its path."""
    found = [file for part in PARTS for file in [folder / part, *(folder / part).rglob("*")]]
    return {str(file.relative_to(folder)): file.read_bytes() for file in found if file.is_file()}


def test_what_is_written_is_what_there_is(tmp_path: Path) -> None:
    """Rules, routes, dashboards and runbook, nothing else; a second time changes nothing."""
    for _ in range(2):
        done = run("dashboards", "write", str(tmp_path / "out"))
        assert done.exit_code == 0, done.output
        assert contents(tmp_path / "out") == contents(ROOT / "dashboards")
        files = [file for file in (tmp_path / "out").rglob("*") if file.is_file()]
        assert len(files) == len(contents(tmp_path / "out"))


def test_what_somebody_changed_is_not_written_over(tmp_path: Path) -> None:
    """Nothing is written then, unless it is wanted."""
    run("dashboards", "write", str(tmp_path))
    changed = tmp_path / "prometheus" / "prometheus.yml"
    changed.write_text("mine", encoding="utf-8")
    (tmp_path / "RUNBOOK.md").unlink()
    done = run("dashboards", "write", str(tmp_path))
    assert done.exit_code == 2
    assert "prometheus.yml" in done.stderr
    assert changed.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "RUNBOOK.md").exists()
    assert run("dashboards", "write", str(tmp_path), "--force").exit_code == 0
    assert contents(tmp_path) == contents(ROOT / "dashboards")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it alone; what it depends on is ours."""
    place = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    wheel = [*pip, "wheel", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*wheel, f"--wheel-dir={place / 'dist'}", str(ROOT)], check=True)
    venv.create(place / "venv", with_pip=False)
    python = place / "venv" / "bin" / "python"
    (built,) = (place / "dist").glob("*.whl")
    install = [*pip, f"--python={python}", "install", "--no-deps", "--no-index", str(built)]
    subprocess.run(install, check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = place / "venv" / "lib" / version / "site-packages"
    # A path that is added so is not searched for further .pth files: not for the checkout's.
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return place / "venv" / "bin" / "spot-probe"


def test_the_wheel_has_all_that_the_program_needs(installed: Path, tmp_path: Path) -> None:
    """Its dashboards, its defaults, its schema, the reader's tables: without the checkout."""

    def call(*arguments: str) -> str:
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        return subprocess.run(
            [str(installed), *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    call("dashboards", "write", "out")
    assert contents(tmp_path / "out") == contents(ROOT / "dashboards")
    assert "the configuration is good" in call("check-config")
    assert '"$schema"' in call("config", "--schema")
    (tmp_path / "notice.txt").write_text(
        "SPOT will be down Saturday, December 5, from 9 p.m. to 11 p.m. ET.", encoding="utf-8"
    )
    said = call("notices", "read", "notice.txt", "--single", "--as-of=2026-11-24")
    assert said.startswith("understood")
